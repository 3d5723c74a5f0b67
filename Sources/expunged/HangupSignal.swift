@preconcurrency import Dispatch
import Foundation

/// SIGHUP, as often as it comes. While there is one of these it ends nothing.
final class HangupSignal: Sendable {
  /// One element for each signal; several that come at once may be one.
  let stream: AsyncStream<Void>
  private let source: any DispatchSourceSignal

  init() {
    let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    self.stream = stream
    // Whoever started us may have left it blocked.
    var wanted = sigset_t()
    sigemptyset(&wanted)
    sigaddset(&wanted, SIGHUP)
    pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
    signal(SIGHUP, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
    source.setEventHandler { @Sendable in continuation.yield() }
    source.resume()
  }
}
