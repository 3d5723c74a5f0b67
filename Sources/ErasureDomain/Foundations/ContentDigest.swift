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
    self = bytes.withUnsafeBytes { ContentDigest(loading: $0) }
  }

  /// The digest that has these bytes, exactly 32 of them.
  public init(loading bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes, not \(bytes.count)")
    func word(_ start: Int) -> UInt64 {
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
    }
    word0 = word(0)
    word1 = word(8)
    word2 = word(16)
    word3 = word(24)
  }

  /// The 32 bytes.
  public var bytes: [UInt8] {
    withUnsafeBytes(of: (word0.bigEndian, word1.bigEndian, word2.bigEndian, word3.bigEndian)) { Array($0) }
  }

  /// The 64 digits without the name of the algorithm.
  public var hex: String { text(after: "") }

  private func text(after prefix: StaticString) -> String {
    let start = prefix.utf8CodeUnitCount
    return String(unsafeUninitializedCapacity: start + 64) { buffer in
      for place in 0..<start { buffer[place] = prefix.utf8Start[place] }
      Hex.write(word0, to: buffer, at: start)
      Hex.write(word1, to: buffer, at: start + 16)
      Hex.write(word2, to: buffer, at: start + 32)
      Hex.write(word3, to: buffer, at: start + 48)
      return start + 64
    }
  }
}

/// The digest of a plan's canonical bytes; what an approver signs.
public typealias PlanDigest = ContentDigest

extension ContentDigest: LosslessStringConvertible {
  private static let start: StaticString = "sha256:"

  /// `sha256:` and the digits.
  public var description: String { text(after: Self.start) }

  /// Reads exactly what `description` writes.
  public init?(_ description: String) {
    var description = description
    guard let digest = description.withUTF8({ ContentDigest(text: $0) }) else { return nil }
    self = digest
  }
}

extension ContentDigest: ReadFromText {
  init?(text: UnsafeBufferPointer<UInt8>) {
    guard text.count == 71, text.starts(with: Self.start) else { return nil }
    self.init(hex: UnsafeBufferPointer(rebasing: text[7...]))
  }
}

extension ContentDigest {
  /// Reads exactly what `hex` writes.
  public init?(hex: UnsafeBufferPointer<UInt8>) {
    guard hex.count == 64, let word0 = hex.hexadecimalWord(at: 0), let word1 = hex.hexadecimalWord(at: 16),
      let word2 = hex.hexadecimalWord(at: 32), let word3 = hex.hexadecimalWord(at: 48)
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
