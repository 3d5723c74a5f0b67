/// The properties of a vCard (RFC 6350; vCard 3.0 is alike as far as this goes), so that paths lead into it.
enum VCard {
  /// Values by the property's name in capitals, without group and parameters; nil for a text that is no vCard.
  static func properties(of text: String) -> [String: [String]]? {
    let lines = unfolded(text)
    guard lines.first?.uppercased() == "BEGIN:VCARD" else { return nil }
    var found: [String: [String]] = [:]
    for line in lines {
      guard let (head, value) = split(line) else { continue }
      let name = head.split(separator: ";", maxSplits: 1).first?.split(separator: ".").last.map(String.init) ?? ""
      found[name.uppercased(), default: []].append(unescaped(value))
    }
    return found
  }

  /// Lines, with those that begin with a blank joined to the one before (RFC 6350 section 3.2).
  private static func unfolded(_ text: String) -> [String] {
    var lines: [String] = []
    for line in text.split(whereSeparator: \.isNewline) {
      if let first = line.first, first == " " || first == "\t", !lines.isEmpty {
        lines[lines.count - 1] += line.dropFirst()
      } else {
        lines.append(String(line))
      }
    }
    return lines
  }

  /// Name with parameters, and value: they are separated by the first colon that is not in a quoted parameter.
  private static func split(_ line: String) -> (Substring, Substring)? {
    var isQuoted = false
    for index in line.indices {
      if line[index] == "\"" { isQuoted.toggle() }
      if line[index] == ":", !isQuoted { return (line[..<index], line[line.index(after: index)...]) }
    }
    return nil
  }

  private static func unescaped(_ value: Substring) -> String {
    var text = ""
    var isEscaped = false
    for character in value {
      if isEscaped {
        text.append(character == "n" || character == "N" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        text.append(character)
      }
    }
    return text
  }
}
