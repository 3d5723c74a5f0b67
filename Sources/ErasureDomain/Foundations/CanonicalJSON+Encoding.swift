extension CanonicalJSON {
  /// The one encoding of this value, in UTF-8.
  ///
  /// A tree from `tree(of:)`, `init(decoding:)` or one that passes `checkEncodable()` always has one. Building any other
  /// tree by hand is a programmer's error and traps: an integer beyond `integerRange` or a key that is not ASCII.
  public func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return bytes
  }

  /// `encoded()` as text.
  public var text: String { String(decoding: encoded(), as: UTF8.self) }

  /// Throws, naming the path, when this tree has no canonical encoding.
  public func checkEncodable() throws(CanonicalJSONError) {
    guard let (path, reason) = problem(depth: 0) else { return }
    throw .notEncodable(path: CanonicalJSONError.text(of: path.reversed()), reason: reason)
  }

  /// Appends the encoding of a tree that has one.
  func append(to bytes: inout [UInt8]) {
    switch self {
    case .string(let text):
      Self.append(text, to: &bytes)
    case .integer(let number):
      precondition(Self.integerRange.contains(number), "integer beyond ±(2^53 - 1)")
      bytes.append(contentsOf: String(number).utf8)
    case .boolean(let value):
      bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .array(let elements):
      bytes.append(0x5B)
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(0x2C) }
        element.append(to: &bytes)
      }
      bytes.append(0x5D)
    case .object(let members):
      bytes.append(0x7B)
      precondition(members.keys.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }, "key is not ASCII")
      // Swift orders ASCII texts by their bytes.
      for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { bytes.append(0x2C) }
        Self.append(member.key, to: &bytes)
        bytes.append(0x3A)
        member.value.append(to: &bytes)
      }
      bytes.append(0x7D)
    }
  }

  /// Appends a string literal as RFC 8785 section 3.2.2.2 wants it: only what must be escaped is escaped.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(0x22)
    var text = text
    text.withUTF8 { plain in
      // What needs no escape is copied in whole stretches.
      var start = 0
      for (place, byte) in plain.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
        bytes.append(contentsOf: plain[start..<place])
        appendEscape(of: byte, to: &bytes)
        start = place + 1
      }
      bytes.append(contentsOf: plain[start...])
    }
    bytes.append(0x22)
  }

  private static func appendEscape(of byte: UInt8, to bytes: inout [UInt8]) {
    bytes.append(0x5C)
    if byte >= 0x20 {
      bytes.append(byte)
    } else if let letter = shortEscape(of: byte) {
      bytes.append(letter)
    } else {
      bytes.append(contentsOf: [0x75, 0x30, 0x30, Hex.digit(byte >> 4), Hex.digit(byte & 0x0F)])
    }
  }

  /// The letter after the backslash for the five control characters that have one.
  static func shortEscape(of byte: UInt8) -> UInt8? {
    switch byte {
    case 0x08: 0x62
    case 0x09: 0x74
    case 0x0A: 0x6E
    case 0x0C: 0x66
    case 0x0D: 0x72
    default: nil
    }
  }

  static let outOfRange = "the integer is beyond ±(2^53 - 1)"
  static let notASCII = "a key is not ASCII"
  static let tooDeep = "more than \(maximumDepth) levels inside each other"

  /// What keeps this tree, so many levels inside others, from having an encoding, and the keys that lead there, from the
  /// innermost on.
  func problem(depth: Int) -> (path: [any CodingKey], reason: String)? {
    switch self {
    case .string, .boolean: return nil
    case .integer(let number): return Self.integerRange.contains(number) ? nil : ([], Self.outOfRange)
    case .array(let elements):
      guard depth < Self.maximumDepth else { return ([], Self.tooDeep) }
      for (index, element) in elements.enumerated() {
        guard let (path, reason) = element.problem(depth: depth + 1) else { continue }
        return (path + [PlainCodingKey(index: index)], reason)
      }
      return nil
    case .object(let members):
      guard depth < Self.maximumDepth else { return ([], Self.tooDeep) }
      for (key, value) in members {
        guard key.utf8.allSatisfy({ $0 < 0x80 }) else { return ([], Self.notASCII) }
        guard let (path, reason) = value.problem(depth: depth + 1) else { continue }
        return (path + [PlainCodingKey(key)], reason)
      }
      return nil
    }
  }
}
