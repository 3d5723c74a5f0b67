public import ErasureDomain

/// Looks for what must never be in evidence: anything like an e-mail address, and before an export also like a telephone
/// or account number.
///
/// It finds carelessness, not malice: other identifiers have no form that could be told from a reference or a code.
public enum PersonalDataScan {
  /// What a hit looks like. The text itself is never given.
  public struct Hit: Hashable, Sendable, CustomStringConvertible {
    /// What it looks like.
    public enum Kind: String, Hashable, Sendable {
      case address = "an e-mail address"
      case telephone = "a telephone number"
      case account = "an account number (IBAN)"
    }

    /// Its first byte that gives it away.
    public let offset: Int
    /// What it looks like.
    public let kind: Kind

    /// `something like an e-mail address, byte 17`
    public var description: String { "something like \(kind.rawValue), byte \(offset)" }
  }

  /// The first hit in a text of evidence: an entry, an artifact, a page. Hashes are no text, and nothing is looked for there.
  ///
  /// The namespaces of signatures and the name of a proof's form look like an address, and are none.
  public static func hit(in bytes: [UInt8]) -> Hit? {
    var start = 0
    while let offset = emailAddress(in: bytes[start...]) {
      guard isNamespace(bytes, at: offset) else { return Hit(offset: offset, kind: .address) }
      start = offset + 1
    }
    return telephone(in: bytes) ?? account(in: bytes)
  }

  /// Whether entries of the kind name the organisation's own configuration, which may name its people.
  public static func isConfiguration(_ kind: EntryKind) -> Bool {
    if case .configuration = KnownEntryKinds.use(of: kind) { true } else { false }
  }

  /// The place of the first `@` between two characters of words.
  static func emailAddress(in bytes: [UInt8]) -> Int? { emailAddress(in: bytes[...]) }

  private static func emailAddress(in slice: ArraySlice<UInt8>) -> Int? {
    slice.withUnsafeBufferPointer { bytes in
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
          return slice.startIndex + place
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

  private static let namespaces = (SignatureNamespace.all + ["tlog-proof@v1"]).map { Array($0.utf8) }

  private static func isNamespace(_ bytes: [UInt8], at offset: Int) -> Bool {
    namespaces.contains { name in
      guard let at = name.firstIndex(of: 0x40), offset >= at else { return false }
      let start = offset - at
      guard bytes[start...].starts(with: name), start == 0 || !isWord(bytes[start - 1], orMark: true) else {
        return false
      }
      return start + name.count == bytes.count || !isWord(bytes[start + name.count], orMark: true)
    }
  }

  /// `+`, not within a word, and nine digits or more, spaces and hyphens between them as people write them.
  private static func telephone(in bytes: [UInt8]) -> Hit? {
    for place in bytes.indices where bytes[place] == 0x2B {
      if place > 0, isWord(bytes[place - 1], orMark: true) || [0x2F, 0x3D].contains(bytes[place - 1]) { continue }
      var digits = 0
      var next = place + 1
      while next < bytes.endIndex, digits <= 15 {
        if (0x30...0x39).contains(bytes[next]) {
          digits += 1
        } else if bytes[next] != 0x20, bytes[next] != 0x2D {
          break
        }
        next += 1
      }
      let endsThere = next == bytes.endIndex || !isWord(bytes[next], orMark: false)
      if (9...15).contains(digits), endsThere { return Hit(offset: place, kind: .telephone) }
    }
    return nil
  }

  /// Two letters, two digits and 11 to 30 letters or digits, upper-case, with the right check digits (ISO 13616).
  private static func account(in bytes: [UInt8]) -> Hit? {
    var start = 0
    while start < bytes.count {
      guard isUpper(bytes[start]) else {
        start += 1
        continue
      }
      var end = start
      while end < bytes.count, isUpper(bytes[end]) || (0x30...0x39).contains(bytes[end]) { end += 1 }
      let isWhole =
        (start == 0 || !isWord(bytes[start - 1], orMark: false))
        && (end == bytes.count || !isWord(bytes[end], orMark: false))
      if isWhole, (15...34).contains(end - start), isAccount(bytes[start..<end]) {
        return Hit(offset: start, kind: .account)
      }
      start = end
    }
    return nil
  }

  private static func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }

  private static func isAccount(_ text: ArraySlice<UInt8>) -> Bool {
    let letters = Array(text)
    guard letters.prefix(2).allSatisfy(isUpper), letters[2...3].allSatisfy({ (0x30...0x39).contains($0) }) else {
      return false
    }
    var rest = 0
    for byte in letters[4...] + letters[..<4] {
      let value = isUpper(byte) ? Int(byte) - 0x41 + 10 : Int(byte) - 0x30
      rest = (rest * (value > 9 ? 100 : 10) + value) % 97
    }
    return rest == 1
  }
}
