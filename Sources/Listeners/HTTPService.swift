import Hummingbird
import HummingbirdCore
import Logging
import ServiceLifecycle
import Synchronization

/// An HTTP server on one address, from binding to its orderly end.
struct HTTPService<Responder: HTTPResponder>: Sendable
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
  let address: BindAddress
  /// What errors call it.
  let name: String
  let responder: Responder
  let mostConnections: Int
  let idleSeconds: Int64
  /// How long calls under way get to end by themselves when it stops.
  let grace: Duration
  let logger: Logger

  /// Listens until the task is cancelled or the surrounding service group shuts down. `opened` runs once, when it is
  /// bound; when that throws, nothing is served.
  func run(opened: @escaping @Sendable () throws(ListenerProblem) -> Void) async throws(ListenerProblem) {
    let problem = Mutex<ListenerProblem?>(nil)
    let hasListened = Atomic(false)
    let isOpen = AsyncStream<Bool>.makeStream()
    // The libraries under us speak of events and channels; what an operator needs to know we say ourselves.
    var quiet = logger
    quiet.logLevel = .critical
    let application = Application(
      responder: responder,
      server: .http1(configuration: .init(idleTimeout: .seconds(idleSeconds))),
      configuration: ApplicationConfiguration(
        address: address, availableConnectionsDelegate: MaximumAvailableConnections(mostConnections, logger: quiet)),
      onServerRunning: { _ in
        do throws(ListenerProblem) {
          try opened()
          hasListened.store(true, ordering: .releasing)
          isOpen.continuation.yield(true)
        } catch {
          problem.withLock { $0 = error }
          isOpen.continuation.yield(false)
        }
      }, logger: quiet)
    var settings = ServiceGroupConfiguration(services: [application], logger: quiet)
    settings.maximumGracefulShutdownDuration = grace
    let group = ServiceGroup(configuration: settings)
    do {
      try await Self.run(group, stoppingUnless: isOpen.stream)
    } catch {
      isOpen.continuation.finish()
      let reason = Self.reason(of: error)
      throw hasListened.load(ordering: .acquiring)
        ? .stopped(name: name, reason: reason) : .notBound(name: name, reason: reason)
    }
    isOpen.continuation.finish()
    if let problem = problem.withLock({ $0 }) { throw problem }
  }

  /// Turns cancellation into a graceful end: an answer that is being written is still written.
  private static func run(_ group: ServiceGroup, stoppingUnless opened: AsyncStream<Bool>) async throws {
    let serving = Task { try await group.run() }
    let watching = Task {
      for await isOpen in opened where !isOpen { await group.triggerGracefulShutdown() }
    }
    defer { watching.cancel() }
    try await withTaskCancellationHandler {
      try await withGracefulShutdownHandler {
        try await serving.value
      } onGracefulShutdown: {
        Task { await group.triggerGracefulShutdown() }
      }
    } onCancel: {
      Task { await group.triggerGracefulShutdown() }
    }
  }

  /// The system's words where there are some; the library's type otherwise.
  private static func reason(of error: any Error) -> String {
    if let code = SystemErrorCode(of: error) { return code.words }
    return String(describing: type(of: error))
  }
}
