/// Looks for what must never be in evidence: anything like an e-mail address.
///
/// It finds carelessness, not malice: other identifiers have no form that could be told from a reference or a code.
enum PersonalDataScan {
  /// The place of the first `@` between two characters of words.
  static func emailAddress(in bytes: [UInt8]) -> Int? {
    var rest = bytes[...]
    while let place = rest.firstIndex(of: 0x40) {
      if place > bytes.startIndex, place + 1 < bytes.endIndex, isWord(bytes[place - 1], orMark: true),
        isWord(bytes[place + 1], orMark: false)
      {
        return place
      }
      rest = rest[(place + 1)...]
    }
    return nil
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
