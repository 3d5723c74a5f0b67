/// The SHA-256 digest of public bytes, written `sha256:` and 64 lower-case hexadecimal digits.
///
/// Never take one of an identifier or a letter: a bare digest lets anyone test a guessed address.
public struct ContentDigest: Hashable, Sendable {
  // Inline, so that a log's many digests cost no allocation each.
  private let word0: UInt64
  private let word1: UInt64
  private let word2: UInt64
  private let word3: UInt64

  /// The digest that has these bytes; `bytes` holds exactly 32 of them.
  public init(bytes: [UInt8]) {
    precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes, not \(bytes.count)")
    func word(_ start: Int) -> UInt64 { bytes[start..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) } }
    word0 = word(0)
    word1 = word(8)
    word2 = word(16)
    word3 = word(24)
  }

  /// The 32 bytes.
  public var bytes: [UInt8] {
    [word0, word1, word2, word3].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
    }
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
    var description = description
    guard let digest = description.withUTF8({ ContentDigest(text: $0) }) else { return nil }
    self = digest
  }
}

extension ContentDigest: ReadFromText {
  init?(text: UnsafeBufferPointer<UInt8>) {
    guard text.count == 71, text.starts(with: Self.start.utf8), let word0 = text.hexadecimalWord(at: 7),
      let word1 = text.hexadecimalWord(at: 23), let word2 = text.hexadecimalWord(at: 39),
      let word3 = text.hexadecimalWord(at: 55)
    else { return nil }
    self.word0 = word0
    self.word1 = word1
    self.word2 = word2
    self.word3 = word3
  }
}

extension ContentDigest: Comparable {
  /// The order of the texts.
  public static func < (left: ContentDigest, right: ContentDigest) -> Bool {
    (left.word0, left.word1, left.word2, left.word3) < (right.word0, right.word1, right.word2, right.word3)
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
