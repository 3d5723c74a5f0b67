import Glibc
import Synchronization

/// The one end of a listening socket of a test's server. Ended twice, its number would be another socket's by then.
public final class ListenerEnd: Sendable {
  private let isOver = Mutex(false)

  public init() {}

  /// The next connection; nothing once it was stopped. A caller that has gone again, or a signal, ends nothing.
  public func accept(_ listener: Int32) -> Int32? {
    while true {
      let connection = Glibc.accept(listener, nil, nil)
      if connection >= 0 { return connection }
      guard errno == EINTR || errno == ECONNABORTED else { return nil }
    }
  }

  /// Takes no further connection.
  public func stop(_ listener: Int32) {
    isOver.withLock { isOver in
      if !isOver { shutdown(listener, Int32(SHUT_RDWR)) }
      isOver = true
    }
  }

  /// Gives the number back, after the last `accept`.
  public func close(_ listener: Int32) {
    isOver.withLock { isOver in
      isOver = true
      Glibc.close(listener)
    }
  }
}
