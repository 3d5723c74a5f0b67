import ErasureDomain
import Yams

/// Reads values from YAML nodes, accepts nothing else than what is asked for, and collects every fault of a file.
///
/// Functions that return an optional have recorded a fault when they return nothing.
package struct StrictReader {
  let file: String
  private(set) var faults: [RegisterFault] = []

  init(file: String) { self.file = file }

  package mutating func fault(_ line: Int?, _ message: String) {
    faults.append(RegisterFault(file: file, line: line, message: message))
  }

  // MARK: Mappings and lists

  /// A mapping with known keys: every other key and every missing one is a fault.
  package mutating func members(of member: Member, what: String, keys: [KnownKey]) -> Members? {
    guard let entries = entries(of: member, what: what) else { return nil }
    let allowed = keys.map(\.name).joined(separator: ", ")
    var byKey: [String: Member] = [:]
    for entry in entries {
      if keys.contains(where: { $0.name == entry.key }) {
        byKey[entry.key] = entry
      } else {
        fault(entry.line, "unknown key \"\(entry.key)\" in \(what); allowed: \(allowed)")
      }
    }
    for key in keys {
      if let advice = key.advice, byKey[key.name] == nil {
        fault(member.line, "\(what) lacks \"\(key.name)\"; \(advice)")
      }
    }
    return Members(what: what, line: member.line, byKey: byKey)
  }

  /// A mapping with keys of the writer's own, in the order of the file.
  package mutating func entries(of member: Member, what: String) -> [Member]? {
    guard isPlain(member.node, line: member.line) else { return nil }
    guard case .mapping(let mapping) = member.node else {
      fault(member.line, "\(what) is \(Self.word(for: member.node)); write a mapping of keys")
      return nil
    }
    var entries: [Member] = []
    for (key, value) in mapping {
      let line = key.mark?.line ?? member.line
      guard isPlain(key, line: line) else { continue }
      guard case .scalar(let scalar) = key, !scalar.string.isEmpty else {
        fault(line, "a key of \(what) is \(Self.word(for: key)); keys are plain words")
        continue
      }
      entries.append(Member(key: scalar.string, line: line, node: value))
    }
    return entries
  }

  /// The elements of a list.
  package mutating func elements(of member: Member) -> [Member]? {
    guard isPlain(member.node, line: member.line) else { return nil }
    guard case .sequence(let sequence) = member.node else {
      fault(member.line, "\"\(member.key)\" is \(Self.word(for: member.node)); write a list: [..]")
      return nil
    }
    return sequence.map(member.part)
  }

  // MARK: Scalars

  /// A text that is not empty; numbers and truth values must stand in quotes to be one.
  package mutating func text(_ member: Member) -> String? {
    guard isPlain(member.node, line: member.line) else { return nil }
    guard case .scalar(let scalar) = member.node else {
      fault(member.line, "\"\(member.key)\" is \(Self.word(for: member.node)); write a text")
      return nil
    }
    switch Self.kind(of: scalar, in: member.node) {
    case .text:
      guard scalar.string.contains(where: { !$0.isWhitespace }) else {
        fault(member.line, "\"\(member.key)\" is empty; write a text")
        return nil
      }
      return scalar.string
    case .integer, .fraction, .boolean:
      fault(member.line, "\"\(member.key)\" is \(Self.word(for: member.node)); put it in quotes to make it a text")
      return nil
    case .nothing:
      fault(member.line, "\"\(member.key)\" is empty; write a text")
      return nil
    }
  }

  /// A name of the register's own: `a-z`, `0-9` and `-`.
  package mutating func name(_ member: Member) -> String? {
    guard let text = text(member) else { return nil }
    return isName(text, of: "\"\(member.key)\"", line: member.line) ? text : nil
  }

  /// Whether a text is a name; a fault if not.
  mutating func isName(_ text: String, of what: String, line: Int) -> Bool {
    guard SystemName.isName(text) else {
      fault(line, "\(what) is \"\(text)\", which is no name; use a-z, 0-9 and - only, at most 64 characters")
      return false
    }
    return true
  }

  /// The name of a table or column, as the other system spells it.
  mutating func column(_ member: Member) -> String? {
    guard let text = text(member) else { return nil }
    return isColumn(text, line: member.line) ? text : nil
  }

  /// Whether a text may name a table or a column; a fault if not.
  mutating func isColumn(_ text: String, line: Int) -> Bool {
    let isFit =
      !text.isEmpty && text.utf8.count <= 128
      && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != 0x22 && $0 != 0x3B && $0 != 0x60 }
    if !isFit {
      fault(
        line,
        "a table or column name is empty, longer than 128 bytes or holds quotes, semicolons or control characters")
    }
    return isFit
  }

  /// Names without repetition.
  package mutating func names(_ member: Member) -> [String]? {
    distinct(member) { reader, element in reader.name(element) }
  }

  /// Columns without repetition.
  mutating func columns(_ member: Member) -> [String]? {
    distinct(member) { reader, element in reader.column(element) }
  }

  /// One of the words of an enumeration.
  package mutating func choice<Word: RawRepresentable & CaseIterable>(_ member: Member, of type: Word.Type) -> Word?
  where Word.RawValue == String {
    guard let text = text(member) else { return nil }
    guard let word = Word(rawValue: text) else {
      let allowed = Word.allCases.map(\.rawValue).joined(separator: ", ")
      fault(member.line, "\"\(member.key)\" is \"\(text)\"; allowed: \(allowed)")
      return nil
    }
    return word
  }

  /// A whole number within a range.
  package mutating func integer(_ member: Member, in range: ClosedRange<Int>) -> Int? {
    guard isPlain(member.node, line: member.line) else { return nil }
    guard case .scalar(let scalar) = member.node, Self.kind(of: scalar, in: member.node) == .integer,
      let number = Int(scalar.string), range.contains(number)
    else {
      fault(
        member.line,
        "\"\(member.key)\" must be a whole number"
          + (range.count == 1 ? ": \(range.lowerBound)" : " from \(range.lowerBound) to \(range.upperBound)"))
      return nil
    }
    return number
  }

  /// A truth value: true or false.
  package mutating func boolean(_ member: Member) -> Bool? {
    guard isPlain(member.node, line: member.line) else { return nil }
    guard case .scalar(let scalar) = member.node, scalar.string == "true" || scalar.string == "false" else {
      fault(member.line, "\"\(member.key)\" is true or false")
      return nil
    }
    return scalar.string == "true"
  }

  /// A day, `YYYY-MM-DD`.
  mutating func date(_ member: Member) -> CivilDate? {
    guard case .scalar(let scalar) = member.node, let date = CivilDate(scalar.string) else {
      fault(member.line, "\"\(member.key)\" is no date; write YYYY-MM-DD")
      return nil
    }
    return date
  }

  private mutating func distinct(
    _ member: Member, _ read: (inout StrictReader, Member) -> String?
  ) -> [String]? {
    guard let elements = elements(of: member) else { return nil }
    var found: [String] = []
    for element in elements {
      guard let text = read(&self, element) else { continue }
      if found.contains(text) {
        fault(element.line, "\"\(member.key)\" names \"\(text)\" twice; take one out")
      } else {
        found.append(text)
      }
    }
    return found
  }

  // MARK: Kinds of nodes

  /// Anchors and aliases would let one line change another; a register is read by people.
  private mutating func isPlain(_ node: Node, line: Int) -> Bool {
    guard node.anchor == nil, node.alias == nil else {
      fault(line, "anchors (&) and aliases (*) are not read; write the value out")
      return false
    }
    return true
  }

  /// What a scalar is in YAML.
  enum ScalarKind {
    case text, integer, fraction, boolean, nothing
  }

  static func kind(of scalar: Node.Scalar, in node: Node) -> ScalarKind {
    switch scalar.style {
    case .singleQuoted, .doubleQuoted, .literal, .folded: return .text
    case .any, .plain: break
    }
    switch Tag.Name(rawValue: node.tag.rawValue) {
    case .int: return .integer
    case .float: return .fraction
    case .bool: return .boolean
    case .null: return .nothing
    default: return .text
    }
  }

  /// The word for what a node is, for messages.
  static func word(for node: Node) -> String {
    switch node {
    case .mapping: return "a mapping"
    case .sequence: return "a list"
    case .alias: return "an alias"
    case .scalar(let scalar):
      return switch kind(of: scalar, in: node) {
      case .text: "a text"
      case .integer, .fraction: "a number"
      case .boolean: "a truth value"
      case .nothing: "empty"
      }
    }
  }
}
