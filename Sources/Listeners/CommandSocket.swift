import Glibc
import Hummingbird
public import Logging
public import OfficerAPI

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
    let service = HTTPService(
      address: .unixDomainSocket(path: path), name: "the socket \(path)", responder: responder,
      mostConnections: Self.mostConnections, idleSeconds: Self.idleSeconds, grace: grace, logger: logger)
    let (path, listening) = (path, listening)
    // Bound with the daemon's umask; everyone may connect, and the kernel says who did.
    try await service.run { () throws(ListenerProblem) in
      guard chmod(path, 0o666) == 0 else { throw .notOpened(path: path, errno: errno) }
      listening()
    }
    unlink(path)
  }
}
