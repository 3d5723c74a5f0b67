/// Text as a terminal may show it.
enum Printable {
  /// Keeps newlines; what steers a terminal or turns the direction of writing becomes its code point in brackets.
  static func text(_ text: String) -> String { visible(text, keepingNewlines: true) }

  /// One line: newlines are shown as code points too.
  static func line(_ text: String) -> String { visible(text, keepingNewlines: false) }

  private static func visible(_ text: String, keepingNewlines: Bool) -> String {
    guard text.unicodeScalars.contains(where: { isHidden($0) && !(keepingNewlines && $0 == "\n") }) else {
      return text
    }
    var result = ""
    for scalar in text.unicodeScalars {
      if isHidden(scalar), !(keepingNewlines && scalar == "\n") {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "<U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ">"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: true
    // Joiners belong to the spelling of names in several scripts.
    case .format: scalar.value != 0x200C && scalar.value != 0x200D
    default: false
    }
  }

  /// The number of terminal cells that a line takes.
  static func width(_ line: String) -> Int { line.reduce(0) { $0 + width(of: $1) } }

  private static func width(of character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    return wide.contains { $0.contains(first.value) } ? 2 : 1
  }

  /// Scripts and pictures that take two cells (Unicode Standard Annex 11, wide and fullwidth).
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]
}
