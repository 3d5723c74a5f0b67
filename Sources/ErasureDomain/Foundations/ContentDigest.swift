/// The SHA-256 digest of public bytes, written `sha256:` and 64 lower-case hexadecimal digits.
///
/// Never take one of an identifier or a letter: a bare digest lets anyone test a guessed address.
public struct ContentDigest: Hashable, Sendable {
  /// The 32 bytes.
  public let bytes: [UInt8]

  /// The digest that has these bytes; `bytes` holds exactly 32 of them.
  public init(bytes: [UInt8]) {
    precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes, not \(bytes.count)")
    self.bytes = bytes
  }

  /// The 64 digits without the name of the algorithm.
  public var hex: String { Hex.encode(bytes) }
}

/// The digest of a plan's canonical bytes; what an approver signs.
public typealias PlanDigest = ContentDigest

extension ContentDigest: LosslessStringConvertible {
  private static let start = "sha256:"

  /// `sha256:` and the digits.
  public var description: String { Self.start + hex }

  /// Reads exactly what `description` writes.
  public init?(_ description: String) {
    guard description.utf8.starts(with: Self.start.utf8),
      let bytes = Hex.decode(description.dropFirst(Self.start.count)), bytes.count == 32
    else { return nil }
    self.init(bytes: bytes)
  }
}

extension ContentDigest: Comparable {
  /// The order of the texts.
  public static func < (left: ContentDigest, right: ContentDigest) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension ContentDigest: Codable {
  /// Reads the text form.
  public init(from decoder: any Decoder) throws {
    self = try decoder.decodeText(as: ContentDigest.self)
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    try encoder.encodeText(self)
  }
}
