/// Base64 text (RFC 4648 sections 4 and 5), strict in what it reads.
public enum Base64 {
  /// The standard alphabet with padding.
  public static func encode(_ bytes: some Sequence<UInt8>) -> String {
    text(of: bytes, standard, padded: true)
  }

  /// The alphabet that is safe in addresses and file names, without padding.
  public static func encodeURLSafe(_ bytes: some Sequence<UInt8>) -> String {
    text(of: bytes, urlSafe, padded: false)
  }

  /// The bytes of standard, padded text; nil for anything that `encode` would not have written.
  ///
  /// White space, missing padding, characters after the padding and unused bits that are not zero are refused.
  public static func decode(_ text: some StringProtocol) -> [UInt8]? {
    var text = String(text)
    return text.withUTF8 { decode($0) }
  }

  /// The same of text that is given as its bytes.
  public static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var count = text.count
    while count > 0, text.count - count < 2, text[count - 1] == 0x3D { count -= 1 }
    return bytes(of: UnsafeBufferPointer(rebasing: text[..<count]), standard)
  }

  /// The bytes of URL-safe, unpadded text; nil for anything that `encodeURLSafe` would not have written.
  public static func decodeURLSafe(_ text: some StringProtocol) -> [UInt8]? {
    var text = String(text)
    return text.withUTF8 { bytes(of: $0, urlSafe) }
  }

  /// The two characters of an alphabet that are neither letters nor digits.
  private struct Alphabet {
    let last: (UInt8, UInt8)

    func character(_ value: UInt32) -> UInt8 {
      let value = UInt8(truncatingIfNeeded: value & 0x3F)
      switch value {
      case 0..<26: return 0x41 + value
      case 26..<52: return 0x61 + value - 26
      case 52..<62: return 0x30 + value - 52
      default: return value == 62 ? last.0 : last.1
      }
    }

    func value(of character: UInt8) -> UInt32? {
      switch character {
      case 0x41...0x5A: UInt32(character - 0x41)
      case 0x61...0x7A: UInt32(character - 0x61 + 26)
      case 0x30...0x39: UInt32(character - 0x30 + 52)
      case last.0: 62
      case last.1: 63
      default: nil
      }
    }
  }

  private static let standard = Alphabet(last: (0x2B, 0x2F))
  private static let urlSafe = Alphabet(last: (0x2D, 0x5F))

  private static func text(of bytes: some Sequence<UInt8>, _ alphabet: Alphabet, padded: Bool) -> String {
    let bytes = Array(bytes)
    return String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
      var bits: UInt32 = 0
      var waiting = 0
      var count = 0
      for byte in bytes {
        bits = bits << 8 | UInt32(byte)
        waiting += 8
        while waiting >= 6 {
          waiting -= 6
          text[count] = alphabet.character(bits >> UInt32(waiting))
          count += 1
        }
      }
      if waiting > 0 {
        text[count] = alphabet.character(bits << UInt32(6 - waiting))
        count += 1
      }
      while padded, count % 4 != 0 {
        text[count] = 0x3D
        count += 1
      }
      return count
    }
  }

  private static func bytes(of characters: UnsafeBufferPointer<UInt8>, _ alphabet: Alphabet) -> [UInt8]? {
    guard characters.count % 4 != 1 else { return nil }
    var isWhole = false
    let bytes = [UInt8](unsafeUninitializedCapacity: characters.count * 3 / 4) { bytes, count in
      var bits: UInt32 = 0
      var waiting = 0
      for character in characters {
        guard let value = alphabet.value(of: character) else { return }
        bits = bits << 6 | value
        waiting += 6
        if waiting >= 8 {
          waiting -= 8
          bytes[count] = UInt8(truncatingIfNeeded: bits >> UInt32(waiting))
          count += 1
        }
      }
      // The bits that carry no byte must be zero, or one value would have several texts.
      isWhole = bits & (1 << UInt32(waiting) - 1) == 0
    }
    return isWhole ? bytes : nil
  }
}
