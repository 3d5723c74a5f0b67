import ErasureDomain

/// How a processor knows us: the protocol leaves it open. Secrets are named by their credentials.
public enum OpenDSRAuth: Hashable, Sendable, Codable {
  /// Not by a header: by our TLS certificate, or not at all.
  case none
  /// HTTP Basic (RFC 7617); `password` names a credential.
  case basic(user: String, password: String)
  /// A bearer token (RFC 6750); names a credential.
  case bearer(String)

  private enum Ways: String, CodingKey, CaseIterable {
    case basic
    case bearer
  }

  private enum BasicKeys: String, CodingKey, CaseIterable {
    case user
    case password
  }

  /// Names of the credentials it needs.
  var credentials: [String] {
    switch self {
    case .none: []
    case .basic(_, let password): [password]
    case .bearer(let token): [token]
    }
  }

  /// Reads `none`, `{basic: {user, password}}` or `{bearer}`; anything else is refused.
  public init(from decoder: any Decoder) throws {
    if let word = try? decoder.singleValueContainer().decode(String.self) {
      guard word == "none" else { throw Self.problem }
      self = .none
      return
    }
    try decoder.refuseUnknownKeys(Ways.self)
    let container = try decoder.container(keyedBy: Ways.self)
    switch (container.contains(.basic), container.contains(.bearer)) {
    case (true, false):
      try container.superDecoder(forKey: .basic).refuseUnknownKeys(BasicKeys.self)
      let basic = try container.nestedContainer(keyedBy: BasicKeys.self, forKey: .basic)
      self = .basic(
        user: try basic.decode(String.self, forKey: .user), password: try basic.decode(String.self, forKey: .password))
    case (false, true): self = .bearer(try container.decode(String.self, forKey: .bearer))
    case (true, true), (false, false): throw Self.problem
    }
  }

  private static var problem: CanonicalJSONError {
    .notDecodable(path: "auth", reason: "write {basic: {user, password}}, {bearer: credential} or none")
  }

  /// Writes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .none:
      var container = encoder.singleValueContainer()
      try container.encode("none")
    case .basic(let user, let password):
      var container = encoder.container(keyedBy: Ways.self)
      var basic = container.nestedContainer(keyedBy: BasicKeys.self, forKey: .basic)
      try basic.encode(user, forKey: .user)
      try basic.encode(password, forKey: .password)
    case .bearer(let token):
      var container = encoder.container(keyedBy: Ways.self)
      try container.encode(token, forKey: .bearer)
    }
  }
}
