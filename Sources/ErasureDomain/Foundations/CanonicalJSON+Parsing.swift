extension CanonicalJSON {
  /// Reads bytes that `encoded()` would have written, and no others.
  public init(decoding bytes: [UInt8]) throws(CanonicalJSONError) {
    var parser = CanonicalJSONParser(bytes: bytes)
    self = try parser.parseWhole()
  }
}

/// Reads canonical JSON in one pass and names the first byte that breaks a rule.
private struct CanonicalJSONParser {
  let bytes: [UInt8]
  var offset = 0
  var depth = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func parseWhole() throws(CanonicalJSONError) -> CanonicalJSON {
    let value = try parseValue()
    guard offset == bytes.count else {
      throw violation(Self.isWhitespace(bytes[offset]) ? .whitespace : .trailingBytes)
    }
    return value
  }

  private mutating func parseValue() throws(CanonicalJSONError) -> CanonicalJSON {
    switch try peek() {
    case 0x22: return .string(try parseString())
    case 0x5B: return try parseArray()
    case 0x7B: return try parseObject()
    case 0x2D, 0x30...0x39: return .integer(try parseInteger())
    case 0x74:
      try expect("true")
      return .boolean(true)
    case 0x66:
      try expect("false")
      return .boolean(false)
    case 0x6E: throw violation(.null)
    case 0x2B, 0x2E: throw violation(.numberSpelling)
    case let byte: throw violation(Self.isWhitespace(byte) ? .whitespace : .unexpectedByte)
    }
  }

  private mutating func parseArray() throws(CanonicalJSONError) -> CanonicalJSON {
    try enter()
    var elements: [CanonicalJSON] = []
    guard try peek() != 0x5D else { return leave(.array(elements)) }
    while true {
      elements.append(try parseValue())
      guard try goesOn(until: 0x5D) else { return leave(.array(elements)) }
    }
  }

  private mutating func parseObject() throws(CanonicalJSONError) -> CanonicalJSON {
    try enter()
    var members: [String: CanonicalJSON] = [:]
    var previous: String?
    guard try peek() != 0x7D else { return leave(.object(members)) }
    while true {
      let start = offset
      let first = try peek()
      guard first == 0x22 else { throw violation(Self.isWhitespace(first) ? .whitespace : .unexpectedByte) }
      let key = try parseString()
      guard key.utf8.allSatisfy({ $0 < 0x80 }) else { throw violation(.keyNotASCII, at: start) }
      if let previous {
        guard key != previous else { throw violation(.duplicateKey, at: start) }
        // Swift orders ASCII texts by their bytes.
        guard previous < key else { throw violation(.keyOrder, at: start) }
      }
      try take(0x3A)
      members[key] = try parseValue()
      previous = key
      guard try goesOn(until: 0x7D) else { return leave(.object(members)) }
    }
  }

  private mutating func parseInteger() throws(CanonicalJSONError) -> Int64 {
    let start = offset
    let negative = bytes[offset] == 0x2D
    if negative { offset += 1 }
    let digits = offset
    var number: Int64 = 0
    while offset < bytes.count, case let byte = bytes[offset], (0x30...0x39).contains(byte) {
      number = number * 10 + Int64(byte - 0x30)
      guard number <= CanonicalJSON.integerRange.upperBound else { throw violation(.integerRange, at: start) }
      offset += 1
    }
    if offset < bytes.count, case let next = bytes[offset], next == 0x2E || next == 0x65 || next == 0x45 {
      throw violation(.fraction, at: start)
    }
    guard offset > digits else {
      throw offset == bytes.count ? violation(.endsEarly) : violation(.numberSpelling, at: start)
    }
    let leadingZero = bytes[digits] == 0x30 && offset - digits > 1
    guard !leadingZero, !(negative && number == 0) else { throw violation(.numberSpelling, at: start) }
    return negative ? -number : number
  }

  private mutating func parseString() throws(CanonicalJSONError) -> String {
    let start = offset
    offset += 1
    if let plain = parsePlainString() { return plain }
    var text: [UInt8] = []
    while true {
      let byte = try peek()
      switch byte {
      case 0x22:
        offset += 1
        guard let string = String(validating: text, as: UTF8.self) else { throw violation(.invalidUTF8, at: start) }
        return string
      case 0x5C:
        text.append(try parseEscape())
      case 0..<0x20:
        throw violation(.controlCharacter)
      default:
        text.append(byte)
        offset += 1
      }
    }
  }

  /// A string of ASCII characters that are written as themselves; nil, and nothing read, for any other.
  private mutating func parsePlainString() -> String? {
    var end = offset
    while end < bytes.count, case let byte = bytes[end], byte != 0x22 {
      guard byte >= 0x20, byte < 0x80, byte != 0x5C else { return nil }
      end += 1
    }
    guard end < bytes.count else { return nil }
    defer { offset = end + 1 }
    return String(decoding: bytes[offset..<end], as: UTF8.self)
  }

  private mutating func parseEscape() throws(CanonicalJSONError) -> UInt8 {
    let start = offset
    offset += 1
    let letter = try peek()
    offset += 1
    switch letter {
    case 0x22, 0x5C: return letter
    case 0x62: return 0x08
    case 0x74: return 0x09
    case 0x6E: return 0x0A
    case 0x66: return 0x0C
    case 0x72: return 0x0D
    case 0x75:
      var digits: [UInt8] = []
      for _ in 0..<4 {
        digits.append(try peek())
        offset += 1
      }
      // Everything from U+0020 on is written as itself, and five control characters have a shorter escape.
      guard digits[0] == 0x30, digits[1] == 0x30, let high = Hex.value(of: digits[2]),
        let low = Hex.value(of: digits[3]), case let byte = high << 4 | low, byte < 0x20,
        CanonicalJSON.shortEscape(of: byte) == nil
      else { throw violation(.needlessEscape, at: start) }
      return byte
    default: throw violation(.needlessEscape, at: start)
    }
  }

  private mutating func enter() throws(CanonicalJSONError) {
    guard depth < CanonicalJSON.maximumDepth else { throw violation(.depth) }
    depth += 1
    offset += 1
  }

  private mutating func leave(_ value: CanonicalJSON) -> CanonicalJSON {
    depth -= 1
    offset += 1
    return value
  }

  /// Takes a comma and says true, or stops before the closing bracket and says false.
  private mutating func goesOn(until end: UInt8) throws(CanonicalJSONError) -> Bool {
    guard try peek() != end else { return false }
    try take(0x2C)
    return true
  }

  private mutating func take(_ expected: UInt8) throws(CanonicalJSONError) {
    let byte = try peek()
    guard byte == expected else { throw violation(Self.isWhitespace(byte) ? .whitespace : .unexpectedByte) }
    offset += 1
  }

  private mutating func expect(_ word: StaticString) throws(CanonicalJSONError) {
    for byte in word.description.utf8 {
      try take(byte)
    }
  }

  private func peek() throws(CanonicalJSONError) -> UInt8 {
    guard offset < bytes.count else { throw violation(.endsEarly) }
    return bytes[offset]
  }

  private func violation(_ violation: CanonicalJSONViolation, at place: Int? = nil) -> CanonicalJSONError {
    .notCanonical(violation, offset: place ?? offset)
  }

  private static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }
}
