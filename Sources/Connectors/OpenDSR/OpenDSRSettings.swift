public import ErasureDomain
import HTTPTransport

/// Where a processor takes requests, how it is known, and what it is told.
public struct OpenDSRSettings: Hashable, Sendable, Codable {
  /// URL before `/v2` or `/v1`: `https`, or `http` where `isInternal`.
  public let base: String
  /// `2.0` or `1.0`; the names differ.
  public let version: OpenDSRVersion
  /// The processor's domain: what its certificate and its headers must say.
  public let domain: String
  /// How it knows us.
  public let auth: OpenDSRAuth
  /// Whether private addresses may be dialled.
  public let isInternal: Bool
  /// How its TLS differs from the machine's; nothing where it does not.
  public let tls: TLSSettings?
  /// How our kinds of identifiers are named and written there.
  public let identities: [String: OpenDSRIdentity]
  /// Name of the credential with the authorities that its signing certificate must come from; the machine's without one.
  public let authorities: String?
  /// A host besides the processor's own from which its certificate may be fetched.
  public let certificateHost: String?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case base
    case version
    case domain
    case auth
    case isInternal = "internal"
    case tls
    case identities
    case authorities
    case certificateHost = "certificate-host"
  }

  /// Settings from code.
  public init(
    base: String, version: OpenDSRVersion = .openDSR2, domain: String, auth: OpenDSRAuth = .none,
    isInternal: Bool = false, tls: TLSSettings? = nil, identities: [String: OpenDSRIdentity],
    authorities: String? = nil, certificateHost: String? = nil
  ) {
    self.base = base
    self.version = version
    self.domain = domain
    self.auth = auth
    self.isInternal = isInternal
    self.tls = tls
    self.identities = identities
    self.authorities = authorities
    self.certificateHost = certificateHost
  }

  /// Reads the settings; an unknown key is refused by name.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      base: try container.decode(String.self, forKey: .base),
      version: try container.decode(OpenDSRVersion.self, forKey: .version),
      domain: try container.decode(String.self, forKey: .domain),
      auth: try container.decode(OpenDSRAuth.self, forKey: .auth),
      isInternal: try container.decodeIfPresent(Bool.self, forKey: .isInternal) ?? false,
      tls: try container.decodeIfPresent(StrictTLSSettings.self, forKey: .tls)?.settings,
      identities: try container.decode([String: OpenDSRIdentity].self, forKey: .identities),
      authorities: try container.decodeIfPresent(String.self, forKey: .authorities),
      certificateHost: try container.decodeIfPresent(String.self, forKey: .certificateHost))
  }

  /// The URL of discovery.
  var discovery: String { base + version.discoveryPath }
  /// The URL that takes requests.
  var requests: String { base + version.requestsPath }

  /// The resource of one request.
  func resource(of id: SubjectRequestID) -> String { requests + "/" + id.text }

  /// Whether the processor's certificate may be fetched there: from the origin of `base`, from the domain or a name
  /// below it, or from `certificate-host`. Otherwise whoever writes the discovery could have us call any address.
  func mayHoldCertificate(_ url: String) -> Bool {
    guard let parts = URLParts(url) else { return false }
    if URLParts.sameOrigin(url, base) { return true }
    guard parts.scheme == "https" || isInternal else { return false }
    return parts.host == domain || parts.host.hasSuffix("." + domain) || parts.host == certificateHost
  }

  /// What is wrong with them, as far as they themselves tell; nil when nothing is.
  func problem(for record: SystemRecord) -> String? {
    guard let parts = URLParts(base), !base.hasSuffix("/"), !base.contains("?") else {
      return "base is not an absolute URL in ASCII without user, password, query, fragment and last slash"
    }
    guard parts.scheme == "https" || isInternal else {
      return "base is not https; use https, or say internal: true if it is in your own network"
    }
    for (key, name) in [("domain", domain)] + (certificateHost.map { [("certificate-host", $0)] } ?? [])
    where !Self.isName(name) {
      return "\(key) is no name of a domain in lower case"
    }
    guard [.processor, .recipient, .joint, .public].contains(record.role) else {
      return "role \(record.role.rawValue) is never told to erase by OpenDSR; use processor, recipient, joint or public"
    }
    guard !record.identifiers.isEmpty else {
      return "no identifiers to send; name their kinds under identifiers"
    }
    let kinds = record.identifiers.map(\.rawValue)
    for kind in kinds.sorted() where identities[kind] == nil {
      return "identities does not say how \"\(kind)\" is named there; add {type: ..}"
    }
    for (kind, identity) in identities.sorted(by: { $0.key < $1.key }) {
      guard kinds.contains(kind) else {
        return "identities names \"\(kind)\", which is not in identifiers; add it there"
      }
      guard identity.isNamed else { return "identities: type of \"\(kind)\" is no identity_type of OpenDSR" }
    }
    return nil
  }

  private static func isName(_ text: String) -> Bool {
    guard let parts = URLParts("https://" + text) else { return false }
    return parts.host == text && text.contains(".") && !text.hasPrefix(".") && !text.hasSuffix(".")
  }
}
