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
    var word: UInt64 = 0
    for place in offset..<(offset + 16) {
      guard let value = Hex.value(of: self[place]) else { return nil }
      word = word << 4 | UInt64(value)
    }
    return word
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
