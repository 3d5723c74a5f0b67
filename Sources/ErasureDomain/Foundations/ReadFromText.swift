/// A value with exactly one text form that is read from its bytes, without a string between.
protocol ReadFromText {
  /// Reads exactly what `description` writes.
  init?(text: UnsafeBufferPointer<UInt8>)
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether these are the first bytes.
  func starts(with text: StaticString) -> Bool {
    guard count >= text.utf8CodeUnitCount else { return false }
    for place in 0..<text.utf8CodeUnitCount where self[place] != text.utf8Start[place] { return false }
    return true
  }

  /// The big-endian number that 16 lower-case hexadecimal digits write, from an offset on; nil when one is none.
  func hexadecimalWord(at offset: Int) -> UInt64? {
    guard count - offset >= 16, let high = Self.hexadecimal(eight: digits(at: offset)),
      let low = Self.hexadecimal(eight: digits(at: offset + 8))
    else { return nil }
    return high << 32 | low
  }

  private func digits(at offset: Int) -> UInt64 {
    UInt64(bigEndian: UnsafeRawBufferPointer(self).loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The number that eight digits write, all of them at once.
  private static func hexadecimal(eight digits: UInt64) -> UInt64? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // A letter has a bit that no digit has.
    let values = (digits & (ones &* 0x0F)) &+ ((digits >> 6) & ones) &* 9
    let isLetter = ((values &+ ones &* 6) >> 4) & ones
    // Whatever is not written as its value is, in lower case, is no digit.
    guard values & (ones &* 0xF0) == 0, values &+ ones &* 0x30 &+ isLetter &* 0x27 == digits else { return nil }
    let bytes = (values | values >> 4) & 0x00FF_00FF_00FF_00FF
    let pairs = (bytes | bytes >> 8) & 0x0000_FFFF_0000_FFFF
    return (pairs | pairs >> 16) & 0xFFFF_FFFF
  }

  /// The number that so many ASCII digits write; nil when one is not a digit.
  func decimal(at offset: Int, digits: Int) -> Int? {
    var number = 0
    for place in offset..<(offset + digits) {
      guard (0x30...0x39).contains(self[place]) else { return nil }
      number = number * 10 + Int(self[place] - 0x30)
    }
    return number
  }
}
