/// An opaque name of 128 random bits, such as `r-` and 32 lower-case hexadecimal digits.
///
/// It is drawn at random, never derived from a person, and looks the same in memory, on the wire and in the journal.
/// Two references are ordered as their texts are.
public struct Reference<Kind: ReferenceKind>: Hashable, Sendable {
  private let high: UInt64
  private let low: UInt64

  /// The reference that has these bits; `bytes` holds exactly 16 of them.
  public init(bytes: [UInt8]) {
    precondition(bytes.count == 16, "a reference has 16 bytes, not \(bytes.count)")
    high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A new reference.
  public init(using random: some RandomSource) {
    self.init(bytes: random.bytes(16))
  }

  /// The 16 bytes.
  public var bytes: [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64(56 - 8 * ($0 & 7))) }
  }

  /// The prefix of its kind, a hyphen and 32 lower-case hexadecimal digits.
  public var text: String {
    let prefix = Kind.prefix.utf8
    return String(unsafeUninitializedCapacity: prefix.count + 33) { buffer in
      var place = 0
      for byte in prefix {
        buffer[place] = byte
        place += 1
      }
      buffer[place] = 0x2D
      Hex.write(high, to: buffer, at: place + 1)
      Hex.write(low, to: buffer, at: place + 17)
      return place + 33
    }
  }
}

extension Reference: LosslessStringConvertible {
  /// The same as `text`.
  public var description: String { text }

  /// Reads exactly what `text` writes; nil for another kind, another length or upper-case digits.
  public init?(_ description: String) {
    var description = description
    guard let reference = description.withUTF8({ Reference(text: $0) }) else { return nil }
    self = reference
  }
}

extension Reference: ReadFromText {
  init?(text: UnsafeBufferPointer<UInt8>) {
    let prefix = Kind.prefix.utf8
    let start = prefix.count + 1
    guard text.count == start + 32, text.starts(with: prefix), text[start - 1] == 0x2D,
      let high = text.hexadecimalWord(at: start), let low = text.hexadecimalWord(at: start + 16)
    else { return nil }
    self.high = high
    self.low = low
  }
}

extension Reference: Comparable {
  /// The order of the texts.
  public static func < (left: Reference, right: Reference) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}

extension Reference: Codable {
  /// Reads the text form.
  public init(from decoder: any Decoder) throws {
    self = try decoder.decodeText(as: Reference.self)
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    try encoder.encodeText(self)
  }
}

extension Reference: CodingKeyRepresentable {
  /// The text as a key, so that a dictionary by reference is an object.
  public var codingKey: any CodingKey { PlainCodingKey(text) }

  /// Reads a key that holds the text.
  public init?(codingKey: some CodingKey) {
    self.init(codingKey.stringValue)
  }
}
