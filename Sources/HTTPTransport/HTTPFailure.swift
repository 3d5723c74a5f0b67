/// Why there is no answer.
public enum HTTPFailure: Error, Sendable, Equatable {
  /// Every address behind the name is private, loopback, link-local or otherwise not public, and this loop dials only
  /// public ones: register the system as internal, or correct its address.
  case refusedByPolicy
  /// The name does not resolve or nobody listens; nothing was sent.
  case couldNotConnect
  /// The request's proxy does not resolve, is not there or hung up; nothing was sent to anybody else.
  case proxyUnreachable
  /// The proxy answered CONNECT with this status: 407 when it does not know us, 403 for a target that it does not allow.
  /// Nothing was sent to anybody else.
  case proxyRefused(status: Int)
  /// One of the limits of time passed. `sent`: the request may have reached them, the outcome is unknown.
  case timedOut(sent: Bool)
  /// The handshake failed or the certificate is not believed; nothing was sent.
  case tlsFailed
  /// The answer is larger than the limits allow. The request reached them.
  case tooLarge
  /// Not an absolute `http` or `https` URL as `URLParts` reads them; nothing was sent.
  case badURL
  /// A method, header field or path with characters that do not belong there; nothing was sent.
  case malformedRequest
  /// The task was cancelled or the loop shut down. `sent`: the request may have reached them.
  case interrupted(sent: Bool)
  /// The connection broke. `sent`: the request may have reached them, the outcome is unknown.
  case connectionLost(sent: Bool)
  /// More than `HTTPLoop.maximumWaiting` requests wait; nothing was sent.
  case overloaded
  /// Any other code of libcurl (`CURLcode`). `sent`: the request may have reached them.
  case other(code: Int, sent: Bool)

  /// Whether the request may have reached the other side, so that its effect is unknown.
  public var mayHaveArrived: Bool {
    switch self {
    case .timedOut(let sent), .interrupted(let sent), .connectionLost(let sent), .other(_, let sent): sent
    case .tooLarge: true
    case .refusedByPolicy, .couldNotConnect, .proxyUnreachable, .proxyRefused, .tlsFailed, .badURL, .malformedRequest,
      .overloaded:
      false
    }
  }
}

extension HTTPFailure: CustomStringConvertible {
  /// What happened and what to do next, without the address.
  public var description: String {
    switch self {
    case .refusedByPolicy:
      "the address is not a public one; register the system as internal, or correct its address"
    case .couldNotConnect: "nobody answers at that address; check its name, its port and that the service runs"
    case .proxyUnreachable: "the proxy does not answer; check its name, its port and that it runs"
    case .proxyRefused(status: 407): "the proxy does not accept our user and password; correct the credential"
    case .proxyRefused(let status): "the proxy refused with status \(status); ask who runs it to allow the address"
    case .timedOut(let sent): "no complete answer in time" + Self.consequence(sent)
    case .tlsFailed: "the TLS handshake failed; check the server's certificate and the trusted authorities"
    case .tooLarge: "the answer is larger than allowed" + Self.consequence(true)
    case .badURL: "not an absolute http or https URL in ASCII without user, password or fragment; correct it"
    case .malformedRequest: "a method, header or path has characters that do not belong there; correct the settings"
    case .interrupted(let sent): "stopped before the answer came" + Self.consequence(sent)
    case .connectionLost(let sent): "the connection broke" + Self.consequence(sent)
    case .overloaded: "too many requests wait already; try again later"
    case .other(let code, let sent): "libcurl gave up with code \(code)" + Self.consequence(sent)
    }
  }

  private static func consequence(_ sent: Bool) -> String {
    sent ? "; the request may have arrived, look again before repeating it" : "; nothing was sent"
  }
}
