extension CanonicalJSON {
  /// Reads bytes that `encoded()` would have written, and no others.
  public init(decoding bytes: [UInt8]) throws(CanonicalJSONError) {
    self = try CanonicalJSONTape(reading: bytes).tree(0)
  }
}

/// Reads canonical JSON in one pass and names the first byte that breaks a rule.
struct CanonicalJSONParser {
  typealias Node = CanonicalJSONTape.Node

  let bytes: UnsafeBufferPointer<UInt8>
  private var nodes: [Node] = []
  private var offset = 0
  private var depth = 0
  /// The array or object that is being read; -1 outside of all.
  private var inside: Int32 = -1

  init(bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    nodes.reserveCapacity(8 + bytes.count / 12)
  }

  mutating func parseWhole() throws(CanonicalJSONError) -> [Node] {
    try parseValue()
    guard offset == bytes.count else {
      throw violation(Self.isWhitespace(bytes[offset]) ? .whitespace : .trailingBytes)
    }
    return nodes
  }

  private mutating func parseValue() throws(CanonicalJSONError) {
    switch try peek() {
    case 0x22: try parseString(.string)
    case 0x5B: try parseArray()
    case 0x7B: try parseObject()
    case 0x2D, 0x30...0x39: append(.integer, try parseInteger())
    case 0x74:
      try expect("true")
      append(.boolean, 1)
    case 0x66:
      try expect("false")
      append(.boolean, 0)
    case 0x6E: throw violation(.null)
    case 0x2B, 0x2E: throw violation(.numberSpelling)
    case let byte: throw violation(Self.isWhitespace(byte) ? .whitespace : .unexpectedByte)
    }
  }

  private mutating func append(_ form: CanonicalJSONTape.Form, _ number: Int64) {
    var node = Node(form, in: inside)
    node.number = number
    node.next = Int32(nodes.count + 1)
    nodes.append(node)
  }

  private mutating func parseArray() throws(CanonicalJSONError) {
    let outer = try enter(.array)
    guard try peek() != 0x5D else { return leave(to: outer) }
    while true {
      try parseValue()
      guard try goesOn(until: 0x5D) else { return leave(to: outer) }
    }
  }

  private mutating func parseObject() throws(CanonicalJSONError) {
    let outer = try enter(.object)
    var previous: Int?
    guard try peek() != 0x7D else { return leave(to: outer) }
    while true {
      let start = offset
      let first = try peek()
      guard first == 0x22 else { throw violation(Self.isWhitespace(first) ? .whitespace : .unexpectedByte) }
      let key = nodes.count
      guard try parseString(.key) else { throw violation(.keyNotASCII, at: start) }
      if let previous {
        let order = compare(previous, key)
        guard order != 0 else { throw violation(.duplicateKey, at: start) }
        guard order < 0 else { throw violation(.keyOrder, at: start) }
      }
      try take(0x3A)
      try parseValue()
      previous = key
      guard try goesOn(until: 0x7D) else { return leave(to: outer) }
    }
  }

  /// By their bytes: below 0, 0 or above 0.
  private func compare(_ left: Int, _ right: Int) -> Int {
    let (one, other) = (nodes[left], nodes[right])
    guard one.isPlain, other.isPlain else {
      let texts = [one, other].map { Self.unescaped(UnsafeBufferPointer(rebasing: bytes[Int($0.start)..<Int($0.end)])) }
      return texts[0] == texts[1] ? 0 : texts[0].lexicographicallyPrecedes(texts[1]) ? -1 : 1
    }
    var (at, with) = (Int(one.start), Int(other.start))
    let (end, stop) = (Int(one.end), Int(other.end))
    while at < end, with < stop {
      if bytes[at] != bytes[with] { return bytes[at] < bytes[with] ? -1 : 1 }
      at += 1
      with += 1
    }
    return at < end ? 1 : with < stop ? -1 : 0
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

  /// Whether all of it is ASCII.
  @discardableResult
  private mutating func parseString(_ form: CanonicalJSONTape.Form) throws(CanonicalJSONError) -> Bool {
    let quote = offset
    offset += 1
    var node = Node(form, in: inside)
    node.start = UInt32(offset)
    var isASCII = true
    while true {
      skipPlain()
      let byte = try peek()
      if byte == 0x22 { break }
      if byte == 0x5C {
        _ = try parseEscape()
        node.isPlain = false
        continue
      }
      guard byte >= 0x20 else { throw violation(.controlCharacter) }
      if byte >= 0x80 { isASCII = false }
      offset += 1
    }
    node.end = UInt32(offset)
    // An escape stands for ASCII and is ASCII, so that it changes nothing here.
    guard isASCII || String(validating: bytes[Int(node.start)..<offset], as: UTF8.self) != nil else {
      throw violation(.invalidUTF8, at: quote)
    }
    offset += 1
    node.next = Int32(nodes.count + 1)
    nodes.append(node)
    return isASCII
  }

  /// Goes on to the next byte of a string that is not simply itself, eight bytes at a time.
  private mutating func skipPlain() {
    let (ones, highest): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    let raw = UnsafeRawBufferPointer(bytes)
    while raw.count - offset >= 8 {
      let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      let (quote, escape) = (word ^ (ones &* 0x22), word ^ (ones &* 0x5C))
      // What is subtracted borrows from the highest bit of a byte that is smaller.
      let found =
        word | (word &- ones &* 0x20) & ~word | (quote &- ones) & ~quote | (escape &- ones) & ~escape
      guard found & highest == 0 else {
        offset += (found & highest).trailingZeroBitCount / 8
        return
      }
      offset += 8
    }
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

  /// The text of a string that was read before, without its escapes.
  static func unescaped(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var parser = CanonicalJSONParser(bytes: text)
    var plain: [UInt8] = []
    while parser.offset < text.count {
      let byte = text[parser.offset]
      if byte == 0x5C, let escaped = try? parser.parseEscape() {
        plain.append(escaped)
      } else {
        plain.append(byte)
        parser.offset += 1
      }
    }
    return plain
  }

  private mutating func enter(_ form: CanonicalJSONTape.Form) throws(CanonicalJSONError) -> Int32 {
    guard depth < CanonicalJSON.maximumDepth else { throw violation(.depth) }
    depth += 1
    offset += 1
    let outer = inside
    inside = Int32(nodes.count)
    nodes.append(Node(form, in: outer))
    return outer
  }

  private mutating func leave(to outer: Int32) {
    depth -= 1
    offset += 1
    nodes[Int(inside)].next = Int32(nodes.count)
    inside = outer
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
    for place in 0..<word.utf8CodeUnitCount { try take(word.utf8Start[place]) }
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
