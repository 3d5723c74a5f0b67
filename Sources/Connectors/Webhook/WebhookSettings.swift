public import ErasureDomain

/// Where a company takes erasure notices and which credentials sign them.
public struct WebhookSettings: Hashable, Sendable, Codable {
  /// The only wire contract so far.
  public static let erasureNotice = "erasure-notice/1"

  /// URL of the company's endpoint: `https`, or `http` where `isInternal`.
  public let endpoint: String
  /// Name of the credential with the `whsec_` secret.
  public let secret: String
  /// Name of the credential with the secret before it, while the company changes over; both sign.
  public let previousSecret: String?
  /// Names of the credentials with the company's own secrets, which sign its calls to us: the present one and, while it
  /// changes over, the one before. A company without one never calls.
  public let theirSecret: String?
  public let theirPreviousSecret: String?
  /// Whether private addresses may be dialled.
  public let isInternal: Bool
  /// Public keys that verify the company's receipts; two while it changes over.
  public let receiptKeys: [ReceiptJWK]
  /// What `iss` of its receipts must be; needed where there are keys.
  public let receiptIssuer: String?
  /// How its TLS differs from the machine's; nothing where it does not.
  public let tls: TLSSettings?
  /// The proxy through which it is reached; nothing where it is dialled directly.
  public let proxy: ProxySettings?
  /// The most requests that it gets, such as `100/minute` (see `RequestRate`); no limit where nothing is said.
  public let rate: String?
  /// The wire contract, `erasure-notice/1`.
  public let contract: String

  enum CodingKeys: String, CodingKey, CaseIterable {
    case endpoint
    case secret
    case previousSecret = "previous-secret"
    case theirSecret = "their-secret"
    case theirPreviousSecret = "their-previous-secret"
    case isInternal = "internal"
    case receiptKeys = "receipt-keys"
    case receiptIssuer = "receipt-issuer"
    case tls
    case proxy
    case rate
    case contract
  }

  /// Names of the credentials that sign what we send.
  var credentials: [String] { [secret] + [previousSecret].compactMap { $0 } }

  /// Names of the credentials that sign what the company sends.
  var theirCredentials: [String] { [theirSecret, theirPreviousSecret].compactMap { $0 } }

  /// Settings from code.
  public init(
    endpoint: String, secret: String, previousSecret: String? = nil, theirSecret: String? = nil,
    theirPreviousSecret: String? = nil, isInternal: Bool = false,
    receiptKeys: [ReceiptJWK] = [], receiptIssuer: String? = nil, tls: TLSSettings? = nil,
    proxy: ProxySettings? = nil, rate: String? = nil, contract: String = WebhookSettings.erasureNotice
  ) {
    self.endpoint = endpoint
    self.secret = secret
    self.previousSecret = previousSecret
    self.theirSecret = theirSecret
    self.theirPreviousSecret = theirPreviousSecret
    self.isInternal = isInternal
    self.receiptKeys = receiptKeys
    self.receiptIssuer = receiptIssuer
    self.tls = tls
    self.proxy = proxy
    self.rate = rate
    self.contract = contract
  }

  /// Refuses a key it does not know.
  private struct StrictProxy: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
      case url
      case user
    }

    let settings: ProxySettings

    init(from decoder: any Decoder) throws {
      try decoder.refuseUnknownKeys(CodingKeys.self)
      settings = try ProxySettings(from: decoder)
    }
  }

  /// Reads the settings; an unknown key is refused by name.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      endpoint: try container.decode(String.self, forKey: .endpoint),
      secret: try container.decode(String.self, forKey: .secret),
      previousSecret: try container.decodeIfPresent(String.self, forKey: .previousSecret),
      theirSecret: try container.decodeIfPresent(String.self, forKey: .theirSecret),
      theirPreviousSecret: try container.decodeIfPresent(String.self, forKey: .theirPreviousSecret),
      isInternal: try container.decodeIfPresent(Bool.self, forKey: .isInternal) ?? false,
      receiptKeys: try container.decodeIfPresent([ReceiptJWK].self, forKey: .receiptKeys) ?? [],
      receiptIssuer: try container.decodeIfPresent(String.self, forKey: .receiptIssuer),
      tls: try container.decodeIfPresent(StrictTLSSettings.self, forKey: .tls)?.settings,
      proxy: try container.decodeIfPresent(StrictProxy.self, forKey: .proxy)?.settings,
      rate: try container.decodeIfPresent(String.self, forKey: .rate),
      contract: try container.decodeIfPresent(String.self, forKey: .contract) ?? Self.erasureNotice)
  }
}
