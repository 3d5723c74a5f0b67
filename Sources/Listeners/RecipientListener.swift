public import ConnectorKit
public import ErasureDomain
import Glibc
import HTTPTypes
import Hummingbird
public import Logging
import NIOCore

/// Where the calls of companies come in: HTTP for a proxy on this machine, which has the certificate and the world in
/// front of it.
public struct RecipientListener: Sendable {
  /// Connections at the same time; further ones wait in the kernel's queue.
  static let mostConnections = 64
  /// Seconds without a byte after which a connection is closed.
  static let idleSeconds: Int64 = 15

  /// Where the proxy finds it.
  public enum Address: Hashable, Sendable, CustomStringConvertible {
    /// A port of 127.0.0.1; 0 takes a free one.
    case loopback(port: Int)
    /// A Unix socket, which any user of the machine may connect to.
    case socket(path: String)

    public var description: String {
      switch self {
      case .loopback(let port): "127.0.0.1:\(port)"
      case .socket(let path): "unix:\(path)"
      }
    }

    /// Reads `127.0.0.1:8402` or `unix:/run/expunged/recipients.sock`; nil for every other address: what is behind no
    /// proxy must not be reachable.
    public init?(_ text: String) {
      if text.hasPrefix("unix:/") {
        self = .socket(path: String(text.dropFirst(5)))
      } else if text.hasPrefix("127.0.0.1:"), let port = Int(text.dropFirst(10)), (0...65_535).contains(port) {
        self = .loopback(port: port)
      } else {
        return nil
      }
    }
  }

  private let address: Address
  private let responder: RecipientResponder
  private let logger: Logger
  private let listening: @Sendable () -> Void

  /// How long a body may take to arrive.
  public static let bodyTime = Duration.seconds(15)

  /// A listener that is not yet bound. `bodyTime` returns when a body has had its time; `listening` is called once, when
  /// calls are accepted.
  public init(
    address: Address, handler: any RecipientCallHandler, pages: (any LetterPageHandler)? = nil, logger: Logger,
    bodyTime: @escaping @Sendable () async throws -> Void, listening: @escaping @Sendable () -> Void = {}
  ) {
    self.address = address
    responder = RecipientResponder(handler: handler, pages: pages, bodyTime: bodyTime)
    self.logger = logger
    self.listening = listening
  }

  /// Listens until the task is cancelled. Calls under way get five seconds to end.
  public func run() async throws(ListenerProblem) {
    let service = HTTPService(
      address: try address.bindAddress(), name: "the address \(address) for companies", responder: responder,
      mostConnections: Self.mostConnections, idleSeconds: Self.idleSeconds, grace: .seconds(5), logger: logger)
    let (address, listening) = (address, listening)
    try await service.run { () throws(ListenerProblem) in
      try address.open()
      listening()
    }
    address.remove()
  }
}

extension RecipientListener.Address {
  /// The address for the server; the folder of a socket is made ready.
  func bindAddress() throws(ListenerProblem) -> BindAddress {
    switch self {
    case .loopback(let port): return .hostname("127.0.0.1", port: port)
    case .socket(let path):
      guard path.utf8.count <= CommandSocket.longestPath else {
        throw .pathTooLong(path: path, limit: CommandSocket.longestPath)
      }
      try SocketFolder.prepare(for: path)
      return .unixDomainSocket(path: path)
    }
  }

  /// Lets the proxy, whoever it runs as, connect to a socket.
  func open() throws(ListenerProblem) {
    if case .socket(let path) = self, chmod(path, 0o666) != 0 { throw .notOpened(path: path, errno: errno) }
  }

  /// Takes the socket's file away.
  func remove() {
    if case .socket(let path) = self { unlink(path) }
  }
}

/// Answers what companies ask of us. No rule about jobs lives in the listener.
public protocol RecipientCallHandler: Sendable {
  /// A company calls about a job.
  func callBack(_ call: IncomingCall, about job: String) async -> RecipientReply
  /// A company tells us to erase.
  func takeNotice(_ call: IncomingCall, from sender: String) async -> RecipientReply
  /// A company asks where its notice stands.
  func noticeStatus(_ call: IncomingCall, from sender: String, about job: String) async -> RecipientReply
}

extension RecipientCallHandler {
  public func takeNotice(_ call: IncomingCall, from sender: String) async -> RecipientReply { .nothingHere }
  public func noticeStatus(_ call: IncomingCall, from sender: String, about job: String) async -> RecipientReply {
    .nothingHere
  }
}

/// An answer to a company, with nothing about a person in it.
public struct RecipientReply: Hashable, Sendable {
  public let status: Int
  /// Problem details (RFC 9457); nil for an answer without a body.
  public let problem: String?
  public let retryAfterSeconds: Int?

  /// A body that is no problem.
  public let body: CanonicalJSON?
  /// Where the status of what was accepted is asked.
  public let location: String?

  static let nothingHere = RecipientReply(status: 404, problem: "there is nothing at this path")

  public init(
    status: Int, problem: String? = nil, retryAfterSeconds: Int? = nil, body: CanonicalJSON? = nil,
    location: String? = nil
  ) {
    self.body = body
    self.location = location
    self.status = status
    self.problem = problem
    self.retryAfterSeconds = retryAfterSeconds
  }
}
