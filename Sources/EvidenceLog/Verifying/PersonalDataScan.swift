/// Looks for what must never be in evidence: anything like an e-mail address.
///
/// It finds carelessness, not malice: other identifiers have no form that could be told from a reference or a code.
enum PersonalDataScan {
  /// The place of the first `@` between two characters of words.
  static func emailAddress(in bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBufferPointer { bytes in
      // Eight bytes at a time: hardly any has an @.
      let raw = UnsafeRawBufferPointer(bytes)
      var place = 0
      while place < raw.count {
        if raw.count - place >= 8 {
          let word = raw.loadUnaligned(fromByteOffset: place, as: UInt64.self) ^ 0x4040_4040_4040_4040
          // A byte of zero borrows from its highest bit.
          if (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 == 0 {
            place += 8
            continue
          }
        }
        if raw[place] == 0x40, place > 0, place + 1 < raw.count, isWord(raw[place - 1], orMark: true),
          isWord(raw[place + 1], orMark: false)
        {
          return place
        }
        place += 1
      }
      return nil
    }
  }

  private static func isWord(_ byte: UInt8, orMark: Bool) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
    // . _ - + % may end the local part.
    case 0x2E, 0x5F, 0x2D, 0x2B, 0x25: orMark
    default: false
    }
  }
}
