/// Base64 text (RFC 4648 sections 4 and 5), strict in what it reads.
public enum Base64 {
  /// The standard alphabet with padding.
  public static func encode(_ bytes: some Sequence<UInt8>) -> String {
    text(of: bytes, alphabet: standard, padded: true)
  }

  /// The alphabet that is safe in addresses and file names, without padding.
  public static func encodeURLSafe(_ bytes: some Sequence<UInt8>) -> String {
    text(of: bytes, alphabet: urlSafe, padded: false)
  }

  /// The bytes of standard, padded text; nil for anything that `encode` would not have written.
  ///
  /// White space, missing padding, characters after the padding and unused bits that are not zero are refused.
  public static func decode(_ text: some StringProtocol) -> [UInt8]? {
    var characters = Array(text.utf8)
    guard characters.count % 4 == 0 else { return nil }
    var padding = 0
    while padding < 2, characters.last == 0x3D {
      characters.removeLast()
      padding += 1
    }
    return bytes(of: characters, alphabet: standard)
  }

  /// The bytes of URL-safe, unpadded text; nil for anything that `encodeURLSafe` would not have written.
  public static func decodeURLSafe(_ text: some StringProtocol) -> [UInt8]? {
    bytes(of: Array(text.utf8), alphabet: urlSafe)
  }

  private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let urlSafe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  private static func text(of bytes: some Sequence<UInt8>, alphabet: [UInt8], padded: Bool) -> String {
    var text: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 6 {
        count -= 6
        text.append(alphabet[Int(bits >> UInt32(count) & 0x3F)])
      }
    }
    if count > 0 {
      text.append(alphabet[Int(bits << UInt32(6 - count) & 0x3F)])
    }
    while padded, text.count % 4 != 0 {
      text.append(0x3D)
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func bytes(of characters: [UInt8], alphabet: [UInt8]) -> [UInt8]? {
    guard characters.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(characters.count * 3 / 4)
    var bits: UInt32 = 0
    var count = 0
    for character in characters {
      guard let value = value(of: character, alphabet: alphabet) else { return nil }
      bits = bits << 6 | value
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    // The bits that carry no byte must be zero, or one value would have several texts.
    guard bits & (1 << UInt32(count) - 1) == 0 else { return nil }
    return bytes
  }

  private static func value(of character: UInt8, alphabet: [UInt8]) -> UInt32? {
    switch character {
    case 0x41...0x5A: UInt32(character - 0x41)
    case 0x61...0x7A: UInt32(character - 0x61 + 26)
    case 0x30...0x39: UInt32(character - 0x30 + 52)
    case alphabet[62]: 62
    case alphabet[63]: 63
    default: nil
    }
  }
}
