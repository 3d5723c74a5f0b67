import ErasureDomain

/// Writes pieces of YAML that the strict reader of the register takes back.
enum RegisterYAML {
  /// Words that YAML reads as something else than text.
  private static let reserved: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]

  /// A text: plain where YAML cannot take it for anything else, in double quotes otherwise.
  static func scalar(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let isLetter: (UInt8) -> Bool = { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }
    let isPlain =
      bytes.first.map(isLetter) == true && bytes.allSatisfy { isLetter($0) || isInner($0) } && bytes.last != 0x20
      && !reserved.contains(text.lowercased())
    return isPlain ? text : quoted(text)
  }

  /// Digits, `_`, `-`, `.`, `/` and a blank.
  private static func isInner(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || [0x5F, 0x2D, 0x2E, 0x2F, 0x20].contains(byte)
  }

  /// Double quotes with the escapes that JSON and YAML share.
  static func quoted(_ text: String) -> String {
    String(decoding: CanonicalJSON.string(text).encoded(), as: UTF8.self)
  }

  static func list(_ texts: [String]) -> String { "[" + texts.map(scalar).joined(separator: ", ") + "]" }

  static func pairs(_ pairs: [(String, String)]) -> String {
    "{" + pairs.map { "\(scalar($0.0)): \(scalar($0.1))" }.joined(separator: ", ") + "}"
  }

  /// Settings of a connector, on one line.
  static func flow(_ value: CanonicalJSON) -> String {
    switch value {
    case .object(let members):
      let parts = members.sorted { $0.key < $1.key }.map { "\(scalar($0.key)): \(flow($0.value))" }
      return "{" + parts.joined(separator: ", ") + "}"
    case .array(let values): return "[" + values.map(flow).joined(separator: ", ") + "]"
    case .string(let text): return scalar(text)
    case .integer(let number): return "\(number)"
    case .boolean(let truth): return truth ? "true" : "false"
    }
  }

  /// A name within a comment: nothing in it can end the line.
  static func comment(_ name: String) -> String {
    String(String.UnicodeScalarView(name.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }

  /// Whether the reader takes it as the name of a table or column.
  static func isColumn(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 128
      && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != 0x22 && $0 != 0x3B && $0 != 0x60 }
  }
}
