/// Whose certificates are believed.
public enum TLSTrust: Sendable, Equatable {
  /// The certificate authorities of the operating system.
  case system
  /// Only the authorities in this PEM file, none of the system.
  case file(path: String)
}

/// The certificate that we show to a server that asks for one.
public struct ClientCertificate: Sendable, Equatable {
  /// Path of the PEM file with the certificate and its chain.
  public var certificatePath: String
  /// Path of the PEM file with the private key, without a passphrase.
  public var keyPath: String

  /// Names both files; they are read at each new connection.
  public init(certificatePath: String, keyPath: String) {
    self.certificatePath = certificatePath
    self.keyPath = keyPath
  }
}
