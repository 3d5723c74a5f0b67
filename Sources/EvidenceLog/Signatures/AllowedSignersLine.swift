import ErasureDomain

/// Reads one line of an allowed_signers file.
struct AllowedSignersLine {
  private var rest: ArraySlice<UInt8>
  private let number: Int
  private var namespaces: [String]?
  private var validAfter: UTCTime?
  private var validBefore: UTCTime?

  init(_ line: [UInt8], number: Int) {
    rest = line[...]
    self.number = number
  }

  /// The signer of the line; nothing for an empty line or a comment.
  mutating func signer() throws(AllowedSignersError) -> AllowedSigner? {
    guard Lines.text(rest) != nil, rest.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else {
      throw .badCharacter(line: number)
    }
    skipSpace()
    guard let first = rest.first, first != 0x23 else { return nil }
    let principals = try names(in: try word())
    skipSpace()
    // An option never looks like a key type, so the next word decides whether there are options.
    if !startsWithKeyType { try options() }
    skipSpace()
    let key: SSHPublicKey
    do { key = try SSHPublicKey(parsing: String(decoding: rest, as: UTF8.self)) } catch {
      if error == .malformed { throw .malformed(line: number) }
      throw .badKey(line: number, error)
    }
    if let validAfter, let validBefore, validBefore <= validAfter { throw .emptyPeriod(line: number) }
    return AllowedSigner(
      principals: principals, key: key, namespaces: namespaces, validAfter: validAfter, validBefore: validBefore,
      line: number)
  }

  private mutating func skipSpace() {
    rest = rest.drop { Self.isSpace($0) }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// The next word; quotation marks may surround the whole of it.
  private mutating func word() throws(AllowedSignersError) -> [UInt8] {
    if rest.first == 0x22 { return try quoted() }
    let word = rest.prefix { !Self.isSpace($0) }
    rest = rest.dropFirst(word.count)
    guard !word.contains(0x22) else { throw .malformed(line: number) }
    return Array(word)
  }

  /// The text between two quotation marks.
  ///
  /// No escapes: nothing that may stand here needs one.
  private mutating func quoted() throws(AllowedSignersError) -> [UInt8] {
    let content = rest.dropFirst().prefix { $0 != 0x22 }
    guard rest.first == 0x22, rest.count >= content.count + 2, !content.contains(0x5C) else {
      throw .malformed(line: number)
    }
    rest = rest.dropFirst(content.count + 2)
    return Array(content)
  }

  private var startsWithKeyType: Bool {
    let word = rest.prefix { !Self.isSpace($0) }
    return SSHKeyType(rawValue: String(decoding: word, as: UTF8.self)) != nil
  }

  private mutating func options() throws(AllowedSignersError) {
    var seen: Set<String> = []
    while true {
      let name = rest.prefix { $0 != 0x3D && $0 != 0x2C && !Self.isSpace($0) }
      rest = rest.dropFirst(name.count)
      let option = String(decoding: name, as: UTF8.self)
      // OpenSSH reads option names without regard to case.
      let lowered = String(
        decoding: name.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }, as: UTF8.self)
      guard seen.insert(lowered).inserted else { throw .repeatedOption(line: number, option) }
      switch lowered {
      case "cert-authority": throw .certificateAuthorityRefused(line: number)
      case "namespaces": namespaces = try names(in: try optionValue())
      case "valid-after": validAfter = try time(try optionValue())
      case "valid-before": validBefore = try time(try optionValue())
      default: throw .unknownOption(line: number, option)
      }
      guard let next = rest.first else { throw .malformed(line: number) }
      if Self.isSpace(next) { return }
      guard next == 0x2C else { throw .malformed(line: number) }
      rest = rest.dropFirst()
    }
  }

  /// `="…"`; OpenSSH demands the quotation marks too.
  private mutating func optionValue() throws(AllowedSignersError) -> [UInt8] {
    guard rest.first == 0x3D else { throw .malformed(line: number) }
    rest = rest.dropFirst()
    return try quoted()
  }

  private func names(in list: [UInt8]) throws(AllowedSignersError) -> [String] {
    var names: [String] = []
    for part in list.split(separator: 0x2C, omittingEmptySubsequences: false) {
      let name = String(decoding: part, as: UTF8.self)
      guard !part.isEmpty, !part.contains(where: Self.isSpace) else { throw .malformed(line: number) }
      guard !part.contains(where: { $0 == 0x2A || $0 == 0x3F || $0 == 0x21 }) else {
        throw .patternRefused(line: number, name)
      }
      names.append(name)
    }
    return names
  }

  private func time(_ bytes: [UInt8]) throws(AllowedSignersError) -> UTCTime {
    let text = String(decoding: bytes, as: UTF8.self)
    var digits = bytes.dropLast().map { String(UnicodeScalar($0)) }
    guard bytes.last == 0x5A, [8, 12, 14].contains(digits.count) else { throw .badTime(line: number, text) }
    digits += Array(repeating: "0", count: 14 - digits.count)
    let date = digits[0..<4].joined() + "-" + digits[4..<6].joined() + "-" + digits[6..<8].joined()
    let clock = digits[8..<10].joined() + ":" + digits[10..<12].joined() + ":" + digits[12..<14].joined()
    guard let time = UTCTime("\(date)T\(clock)Z") else { throw .badTime(line: number, text) }
    return time
  }
}
