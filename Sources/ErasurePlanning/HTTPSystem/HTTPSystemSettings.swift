public import ErasureDomain

/// The settings of a system with connector `http`, as they stand in its record: the description itself, so that the
/// record's digest covers every request, with the values that the system's file gives it.
public struct HTTPSystemSettings: Hashable, Sendable, Codable {
  /// Settings of our own; a description's settings have other names.
  public static let reserved = ["description", "secrets", "internal", "tls", "proxy"]

  public let description: HTTPSystemDescription
  /// Values of `{setting.name}`.
  public let values: [String: String]
  /// Names of credentials by the names that the description gives its secrets.
  public let secrets: [String: String]
  /// Whether private addresses may be dialled.
  public let isInternal: Bool
  /// How its TLS differs from the machine's; nothing where it does not.
  public let tls: TLSSettings?
  /// The proxy through which it is reached; nothing where it is dialled directly.
  public let proxy: ProxySettings?

  enum CodingKeys: String, CodingKey {
    case description
    case values
    case secrets
    case isInternal = "internal"
    case tls
    case proxy
  }

  public init(
    description: HTTPSystemDescription, values: [String: String], secrets: [String: String], isInternal: Bool,
    tls: TLSSettings? = nil, proxy: ProxySettings? = nil
  ) {
    self.proxy = proxy
    self.tls = tls
    self.description = description
    self.values = values
    self.secrets = secrets
    self.isInternal = isInternal
  }
}

extension HTTPSystemDescription {
  /// Every template of the description.
  private var templates: [String] {
    let steps = steps.flatMap { $0.first + [$0.call] }
    let reviews = locators.compactMap { $0.review?.call }
    let calls = [control] + locators.map(\.call) + reviews + steps + looks.map(\.call)
    return [base] + auth.templates + calls.flatMap(\.templates) + locators.flatMap { $0.keep.values }
  }

  private func names(_ root: HTTPTemplate.Root) -> Set<String> {
    Set(templates.flatMap { (try? HTTPTemplate($0))?.fields ?? [] }.filter { $0.root == root }.map(\.path))
  }

  /// Names of the settings that a system's file must give.
  public var settingNames: Set<String> { names(.setting) }

  /// Names of the secrets that a system's file must map to credentials.
  public var secretNames: Set<String> { names(.secret) }
}

extension HTTPSystemAuth {
  /// Every template of it.
  var templates: [String] {
    switch self {
    case .basic(let user, let password): [user, password]
    case .bearer(let token): [token]
    case .header(_, let value): [value]
    case .oauth2(let url, let client, let secret, let scope): [url, client, secret] + [scope].compactMap { $0 }
    case .session(let login, _, let text): login.templates + [text]
    }
  }
}
