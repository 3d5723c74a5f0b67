public import ErasureDomain

/// What officers sign so that people who were erased and came back with a restore are erased again at once:
/// `expunged-standing/v1`.
///
/// It binds one system as the register describes it, a number of rows and a last instant.
public struct StandingApprovalText: Hashable, Sendable {
  /// What the signature is made for; the header keeps the text apart from that of a plan.
  public static let namespace = SignatureNamespace.approval
  /// The first line.
  public static let header = "expunged-standing/v1"

  /// The origin of the log.
  public let log: String
  /// The system that is restored.
  public let system: SystemName
  /// SHA-256 of its canonical record.
  public let record: ContentDigest
  /// The most rows that one such erasure may take.
  public let atMost: Int
  /// It counts before this instant only.
  public let until: UTCTime
  /// 32 lower-case hexadecimal digits, the same for all who sign it.
  public let nonce: String

  /// A text from its values.
  public init(
    log: String, system: SystemName, record: ContentDigest, atMost: Int, until: UTCTime, nonce: String
  ) throws(SignedTextError) {
    try SignedTextLines.checkLog(log)
    try SignedTextLines.checkNonce(nonce)
    guard StandingApproval.rowRange.contains(atMost) else { throw .badValue(name: "at-most") }
    self.log = log
    self.system = system
    self.record = record
    self.atMost = atMost
    self.until = until
    self.nonce = nonce
  }

  /// Reads a text strictly: exactly its lines in their order.
  public init(parsing bytes: [UInt8]) throws(SignedTextError) {
    let values = try SignedTextLines.values(of: bytes, header: Self.header, names: Self.names)
    try self.init(
      log: values[0], system: try SignedTextLines.parsed(values[1], name: "system"),
      record: try SignedTextLines.parsed(values[2], name: "record"),
      atMost: try SignedTextLines.parsed(values[3], name: "at-most"),
      until: try SignedTextLines.parsed(values[4], name: "until"), nonce: values[5])
  }

  /// The bytes to sign.
  public var encoded: [UInt8] {
    let values = [log, system.description, record.description, String(atMost), until.description, nonce]
    return SignedTextLines.bytes(
      header: Self.header, lines: zip(Self.names, values).map { (name: $0, value: $1) })
  }

  private static let names = ["log", "system", "record", "at-most", "until", "nonce"]
}
