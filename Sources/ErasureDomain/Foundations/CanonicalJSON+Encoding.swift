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
    try check(path: [], depth: 0)
  }

  private func append(to bytes: inout [UInt8]) {
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
      for (index, member) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }).enumerated() {
        precondition(member.key.utf8.allSatisfy { $0 < 0x80 }, "key is not ASCII")
        if index > 0 { bytes.append(0x2C) }
        Self.append(member.key, to: &bytes)
        bytes.append(0x3A)
        member.value.append(to: &bytes)
      }
      bytes.append(0x7D)
    }
  }

  /// Appends a string literal as RFC 8785 section 3.2.2.2 wants it: only what must be escaped is escaped.
  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C:
        bytes.append(0x5C)
        bytes.append(byte)
      case 0..<0x20:
        bytes.append(0x5C)
        if let letter = shortEscape(of: byte) {
          bytes.append(letter)
        } else {
          bytes.append(contentsOf: [0x75, 0x30, 0x30, Hex.digit(byte >> 4), Hex.digit(byte & 0x0F)])
        }
      default:
        bytes.append(byte)
      }
    }
    bytes.append(0x22)
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

  private func check(path: [any CodingKey], depth: Int) throws(CanonicalJSONError) {
    switch self {
    case .string, .boolean: return
    case .integer(let number):
      guard Self.integerRange.contains(number) else {
        throw .notEncodable(path: CanonicalJSONError.text(of: path), reason: "the integer is beyond ±(2^53 - 1)")
      }
    case .array(let elements):
      try checkDepth(depth, path: path)
      for (index, element) in elements.enumerated() {
        try element.check(path: path + [PlainCodingKey(index: index)], depth: depth + 1)
      }
    case .object(let members):
      try checkDepth(depth, path: path)
      for (key, value) in members {
        guard key.utf8.allSatisfy({ $0 < 0x80 }) else {
          throw .notEncodable(path: CanonicalJSONError.text(of: path), reason: "a key is not ASCII")
        }
        try value.check(path: path + [PlainCodingKey(key)], depth: depth + 1)
      }
    }
  }

  private func checkDepth(_ depth: Int, path: [any CodingKey]) throws(CanonicalJSONError) {
    guard depth < Self.maximumDepth else {
      throw .notEncodable(
        path: CanonicalJSONError.text(of: path), reason: "more than \(Self.maximumDepth) levels inside each other")
    }
  }
}
