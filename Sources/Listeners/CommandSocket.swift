import Glibc
import Hummingbird
import HummingbirdCore
public import Logging
public import OfficerAPI
import ServiceLifecycle
import Synchronization

/// Serves the officer's calls as HTTP on a Unix socket: `POST /v1/<name>`, canonical JSON in and out.
///
/// Anyone on the machine may connect; who he is comes from the kernel, what he may do is the handler's matter.
/// The caller holds the state lock before `run`, because an existing socket file is removed.
public struct CommandSocket: Sendable {
  /// The longest path of a Unix socket on Linux, in bytes.
  public static let longestPath = 107
  /// Connections at the same time; further ones wait in the kernel's queue.
  static let mostConnections = 256
  /// Seconds without a byte after which a connection that asks nothing is closed.
  static let idleSeconds: Int64 = 60

  /// How long calls under way get to end by themselves when the socket stops.
  var grace = Duration.seconds(5)

  private let path: String
  private let responder: CommandResponder
  private let logger: Logger
  private let listening: @Sendable () -> Void

  /// A socket that is not yet bound.
  ///
  /// - Parameters:
  ///   - path: Where the socket file is made; at most `longestPath` bytes.
  ///   - handler: Answers the calls.
  ///   - logger: Gets the names of calls and their status, never a body.
  ///   - listening: Called once, when calls are accepted.
  public init(
    path: String, handler: any CallHandler, logger: Logger, listening: @escaping @Sendable () -> Void = {}
  ) {
    self.path = path
    self.responder = CommandResponder(handler: handler)
    self.logger = logger
    self.listening = listening
  }

  /// Listens until the task is cancelled or the surrounding service group shuts down, then removes the socket file.
  ///
  /// Calls under way get five seconds to end; later they are cancelled. Throws when the socket cannot be made.
  public func run() async throws(ListenerProblem) {
    guard path.utf8.count <= Self.longestPath else { throw .pathTooLong(path: path, limit: Self.longestPath) }
    try SocketFolder.prepare(for: path)
    let (path, logger, listening) = (path, logger, listening)
    let problem = Mutex<ListenerProblem?>(nil)
    let hasListened = Atomic(false)
    let opened = AsyncStream<Bool>.makeStream()
    // The libraries under us speak of events and channels; what an operator needs to know we say ourselves.
    var quiet = logger
    quiet.logLevel = .critical
    let application = Application(
      responder: responder,
      server: .http1(configuration: .init(idleTimeout: .seconds(Self.idleSeconds))),
      configuration: ApplicationConfiguration(
        address: .unixDomainSocket(path: path),
        availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections, logger: quiet)),
      onServerRunning: { _ in
        // Bound with the daemon's umask; everyone may connect, and the kernel says who did.
        let isOpen = chmod(path, 0o666) == 0
        if !isOpen { problem.withLock { $0 = .notOpened(path: path, errno: errno) } }
        opened.continuation.yield(isOpen)
        guard isOpen else { return }
        hasListened.store(true, ordering: .releasing)
        listening()
      }, logger: quiet)
    var settings = ServiceGroupConfiguration(services: [application], logger: quiet)
    settings.maximumGracefulShutdownDuration = grace
    let group = ServiceGroup(configuration: settings)
    do {
      try await Self.run(group, stoppingUnless: opened.stream)
    } catch {
      opened.continuation.finish()
      let reason = Self.reason(of: error)
      throw hasListened.load(ordering: .acquiring)
        ? .stopped(path: path, reason: reason) : .notBound(path: path, reason: reason)
    }
    opened.continuation.finish()
    unlink(path)
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
