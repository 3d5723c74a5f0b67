public import ErasureDomain

/// What two entitled people sign so that a change of signers, people or register takes effect:
/// `expunged-configuration/v1`.
public struct ConfigurationText: Hashable, Sendable {
  /// What the signature is made for.
  public static let namespace = SignatureNamespace.configuration
  /// The first line.
  public static let header = "expunged-configuration/v1"

  /// The origin of the log that records the change.
  public let log: String
  /// What changes.
  public let kind: ConfigurationPart
  /// The digest of what is in force.
  public let old: ContentDigest
  /// The digest of what shall be.
  public let new: ContentDigest
  /// 32 lower-case hexadecimal digits that the daemon gave for this change.
  public let nonce: String

  /// A text from its values.
  public init(
    log: String, kind: ConfigurationPart, old: ContentDigest, new: ContentDigest, nonce: String
  ) throws(SignedTextError) {
    try SignedTextLines.checkLog(log)
    try SignedTextLines.checkNonce(nonce)
    self.log = log
    self.kind = kind
    self.old = old
    self.new = new
    self.nonce = nonce
  }

  /// Reads a text strictly: exactly its lines in their order.
  public init(parsing bytes: [UInt8]) throws(SignedTextError) {
    let values = try SignedTextLines.values(of: bytes, header: Self.header, names: Self.names)
    guard let kind = ConfigurationPart(rawValue: values[1]) else { throw .badValue(name: "kind") }
    try self.init(
      log: values[0], kind: kind, old: try SignedTextLines.parsed(values[2], name: "old"),
      new: try SignedTextLines.parsed(values[3], name: "new"), nonce: values[4])
  }

  /// The bytes to sign.
  public var encoded: [UInt8] {
    let values = [log, kind.rawValue, old.description, new.description, nonce]
    return SignedTextLines.bytes(
      header: Self.header, lines: zip(Self.names, values).map { (name: $0, value: $1) })
  }

  private static let names = ["log", "kind", "old", "new", "nonce"]
}
