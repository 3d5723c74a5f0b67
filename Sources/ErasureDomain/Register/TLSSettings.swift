/// How the TLS of one system differs from the machine's; each part is the name of a credential that holds PEM.
public struct TLSSettings: Hashable, Sendable, Codable {
  /// Authorities that are believed instead of the machine's.
  public let authorities: String?
  /// The certificate that we show, with its chain.
  public let certificate: String?
  /// Its private key, without a passphrase.
  public let key: String?

  /// The keys of the register.
  public static let keys = ["authorities", "certificate", "key"]

  public init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
    self.authorities = authorities
    self.certificate = certificate
    self.key = key
  }

  /// Names of all its credentials.
  public var credentials: [String] { [authorities, certificate, key].compactMap { $0 } }
}
