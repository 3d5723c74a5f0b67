/// Lower-case hexadecimal text (RFC 4648 section 8, in lower case).
public enum Hex {
  /// Two lower-case digits for each byte.
  public static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.underestimatedCount)
    for byte in bytes {
      text.append(digit(byte >> 4))
      text.append(digit(byte & 0x0F))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Writes the 16 digits of a number, the most significant first.
  static func write(_ word: UInt64, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
    for place in 0..<16 {
      buffer[start + place] = digit(UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * place)) & 0x0F)
    }
  }

  /// The bytes, or nil when the text has an odd length or holds anything but `0-9a-f`.
  ///
  /// Upper-case digits are refused: two spellings of one value would make two names for one thing.
  public static func decode(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.underestimatedCount / 2)
    var high: UInt8?
    for character in text.utf8 {
      guard let value = value(of: character) else { return nil }
      if let upper = high {
        bytes.append(upper << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return high == nil ? bytes : nil
  }

  /// The ASCII digit of a value below 16.
  static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x57 + value
  }

  /// The value of one lower-case ASCII digit.
  static func value(of character: UInt8) -> UInt8? {
    switch character {
    case 0x30...0x39: character - 0x30
    case 0x61...0x66: character - 0x57
    default: nil
    }
  }
}
