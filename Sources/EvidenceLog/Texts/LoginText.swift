/// What a person signs to open the officer's page: `expunged-login/v1`. It decides nothing.
public struct LoginText: Hashable, Sendable {
  /// What the signature is made for.
  public static let namespace = SignatureNamespace.login
  /// The first line.
  public static let header = "expunged-login/v1"
  private static let names = ["log", "nonce"]

  /// The origin of the log whose daemon serves the page.
  public let log: String
  /// 32 lower-case hexadecimal digits that the daemon gave for this login.
  public let nonce: String

  /// A text from its values.
  public init(log: String, nonce: String) throws(SignedTextError) {
    try SignedTextLines.checkLog(log)
    try SignedTextLines.checkNonce(nonce)
    self.log = log
    self.nonce = nonce
  }

  /// Reads a text strictly: exactly its lines in their order.
  public init(parsing bytes: [UInt8]) throws(SignedTextError) {
    let values = try SignedTextLines.values(of: bytes, header: Self.header, names: Self.names)
    try self.init(log: values[0], nonce: values[1])
  }

  /// The bytes to sign.
  public var encoded: [UInt8] {
    SignedTextLines.bytes(
      header: Self.header, lines: zip(Self.names, [log, nonce]).map { (name: $0, value: $1) })
  }
}
