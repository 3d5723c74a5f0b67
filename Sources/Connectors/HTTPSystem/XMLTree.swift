/// Reads XML as values: an element with others in it is an object of lists by their local names, one without is its text.
///
/// Attributes, comments and instructions are passed over, prefixes of namespaces dropped. A document type is refused: it
/// could define entities.
struct XMLTree {
  /// Elements inside each other.
  private static let deepest = 64

  private var rest: ArraySlice<UInt8>

  /// The root element under its name; nil when it is no well-formed XML in UTF-8.
  static func read(_ bytes: [UInt8]) -> AnswerValue? {
    guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
    var tree = XMLTree(rest: bytes[...])
    tree.skip(prefix: [0xEF, 0xBB, 0xBF])
    guard tree.skipBetween(), let (name, value) = tree.element(depth: 1), tree.skipBetween(), tree.rest.isEmpty else {
      return nil
    }
    return .object([name: .list([value])])
  }

  /// What may stand before and after the root.
  private mutating func skipBetween() -> Bool {
    while let byte = rest.first {
      if Self.isBlank(byte) {
        rest.removeFirst()
      } else if starts("<?") {
        guard skip(through: "?>") else { return false }
      } else if starts("<!--") {
        guard skip(through: "-->") else { return false }
      } else {
        return true
      }
    }
    return true
  }

  private mutating func element(depth: Int) -> (String, AnswerValue)? {
    guard depth <= Self.deepest, starts("<"), let (tag, isClosed) = openTag() else { return nil }
    let name = String(tag.split(separator: ":").last ?? "")
    if isClosed { return (name, .text("")) }
    var text: [UInt8] = []
    var children: [String: [AnswerValue]] = [:]
    while !rest.isEmpty {
      if starts("</") {
        guard close(tag) else { return nil }
        guard children.isEmpty else { return (name, .object(children.mapValues { .list($0) })) }
        return (name, .text(String(decoding: text, as: UTF8.self)))
      } else if starts("<!--") {
        guard skip(through: "-->") else { return nil }
      } else if starts("<![CDATA[") {
        skip(prefix: Array("<![CDATA[".utf8))
        guard let end = rest.firstRange(of: "]]>".utf8) else { return nil }
        text += rest[..<end.lowerBound]
        rest = rest[end.upperBound...]
      } else if starts("<?") {
        guard skip(through: "?>") else { return nil }
      } else if starts("<") {
        guard let (child, value) = element(depth: depth + 1) else { return nil }
        children[child, default: []].append(value)
      } else if starts("&") {
        guard let bytes = entity() else { return nil }
        text += bytes
      } else {
        text.append(rest.removeFirst())
      }
    }
    return nil
  }

  /// The name of an opening tag, with its prefix, and whether it closes itself.
  private mutating func openTag() -> (String, Bool)? {
    rest.removeFirst()
    let name = rest.prefix { !Self.isBlank($0) && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/") }
    guard let first = name.first, first != UInt8(ascii: "!") else { return nil }
    rest = rest[name.endIndex...]
    var quote: UInt8?
    while let byte = rest.first {
      rest.removeFirst()
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: ">") {
        return (String(decoding: name, as: UTF8.self), false)
      } else if byte == UInt8(ascii: "/"), rest.first == UInt8(ascii: ">") {
        rest.removeFirst()
        return (String(decoding: name, as: UTF8.self), true)
      }
    }
    return nil
  }

  private mutating func close(_ name: String) -> Bool {
    guard skip(prefix: Array("</\(name)".utf8)) else { return false }
    rest = rest.drop(while: Self.isBlank)
    return skip(prefix: [UInt8(ascii: ">")])
  }

  /// One of the five named entities or a character by its number.
  private mutating func entity() -> [UInt8]? {
    guard let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")) else { return nil }
    let name = String(decoding: rest[rest.index(after: rest.startIndex)..<end], as: UTF8.self)
    rest = rest[rest.index(after: end)...]
    switch name {
    case "amp": return [UInt8(ascii: "&")]
    case "lt": return [UInt8(ascii: "<")]
    case "gt": return [UInt8(ascii: ">")]
    case "quot": return [UInt8(ascii: "\"")]
    case "apos": return [UInt8(ascii: "'")]
    default:
      let number =
        name.hasPrefix("#x")
        ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
      return number.flatMap(Unicode.Scalar.init).map { Array(String(Character($0)).utf8) }
    }
  }

  private func starts(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { rest.starts(with: $0) }
  }

  @discardableResult
  private mutating func skip(prefix: [UInt8]) -> Bool {
    guard rest.starts(with: prefix) else { return false }
    rest = rest.dropFirst(prefix.count)
    return true
  }

  private mutating func skip(through end: String) -> Bool {
    guard let range = rest.firstRange(of: end.utf8) else { return false }
    rest = rest[range.upperBound...]
    return true
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
