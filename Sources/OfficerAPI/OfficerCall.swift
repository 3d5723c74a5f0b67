/// A message to the daemon, and the type of its answer. Sent as canonical JSON: `POST /v1/<name>`.
public protocol OfficerCall: Codable, Sendable {
  associatedtype Answer: Codable & Sendable

  /// The path's last part, for example `request.add`.
  static var name: String { get }
}

/// The daemon says no, in words an officer understands. On the wire it is `application/problem+json`.
public struct Refusal: Error, Codable, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: String, Codable, Sendable, CaseIterable {
    /// The input is wrong; the message names what.
    case invalid
    case notFound = "not-found"
    /// The person may not do this.
    case forbidden
    /// A rule or the state of things does not allow it.
    case refused
    /// Somebody else was quicker; look again.
    case conflict
    /// The daemon cannot do it now.
    case unavailable

    /// The HTTP status it travels with.
    public var status: Int {
      switch self {
      case .invalid: 400
      case .notFound: 404
      case .forbidden: 403
      case .refused: 422
      case .conflict: 409
      case .unavailable: 503
      }
    }
  }

  public let reason: Reason
  /// One or two sentences: what, which, and what to do next.
  public let message: String

  public init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }

  public var description: String { message }
}

/// Headers and paths both sides agree on.
public enum OfficerWire {
  public static let pathPrefix = "/v1/"
  /// In practice mode, one Unix user plays several people: the name of the one he is now. Refused otherwise.
  public static let personHeader = "expunged-as"
  /// A call's body, at most: 1 MiB.
  public static let largestCall = 1 << 20
}

/// An answer without content.
public struct Done: Codable, Hashable, Sendable {
  public init() {}
}
