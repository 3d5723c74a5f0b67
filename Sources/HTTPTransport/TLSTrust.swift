/// Whose certificates are believed.
public enum TLSTrust: Sendable, Equatable {
  /// The certificate authorities of the operating system.
  case system
  /// Only the authorities in this PEM text, none of the system.
  case authorities(pem: [UInt8])
}

/// The certificate that we show to a server that asks for one.
public struct ClientCertificate: Sendable, Equatable {
  /// PEM of the certificate and its chain.
  public var certificate: [UInt8]
  /// PEM of the private key, without a passphrase.
  public var key: [UInt8]

  /// Takes both parts.
  public init(certificate: [UInt8], key: [UInt8]) {
    self.certificate = certificate
    self.key = key
  }
}

extension ClientCertificate: CustomStringConvertible, CustomReflectable {
  /// Never the key.
  public var description: String { "client certificate (not shown)" }

  /// Nothing, so that `dump` and a failed test print no more than `description` does.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
