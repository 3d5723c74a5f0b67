/// A piece of an SQL text, as far as the register's queries and a schema's triggers must be understood.
struct SQLToken: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// A bare word: a keyword or a name.
    case word
    /// A name in quotes; `value` has none.
    case name
    /// A string, a number, an operator, white space or a comment.
    case other
    /// `:dataset.column` of a blocker.
    case placeholder(dataset: String, column: String)
  }

  let kind: Kind
  /// The characters as they stand in the text.
  let text: String
  /// The name without its quotes.
  let value: String

  /// All pieces; joined they are the text again.
  static func all(in sql: String) -> [SQLToken] {
    var reader = Reader(text: Array(sql))
    var tokens: [SQLToken] = []
    while let token = reader.next() { tokens.append(token) }
    return tokens
  }

  /// The names of the tables that the statements of a trigger write, in lower case.
  static func tablesWritten(by trigger: String) -> Set<String> {
    let tokens = all(in: trigger).filter { $0.kind != .other || $0.text == "." }
    // What stands before BEGIN says when it fires: `AFTER UPDATE OF name ON table`.
    guard let begin = tokens.firstIndex(where: { $0.isWord("begin") }) else { return [] }
    var tables: Set<String> = []
    var index = begin + 1
    while index < tokens.count {
      let token = tokens[index]
      index += 1
      if token.isWord("into") || (token.isWord("from") && index >= 2 && tokens[index - 2].isWord("delete")) {
        tables.formUnion(name(at: index, in: tokens))
      } else if token.isWord("update") {
        // UPDATE OR IGNORE name
        tables.formUnion(name(at: index < tokens.count && tokens[index].isWord("or") ? index + 2 : index, in: tokens))
      }
    }
    return tables
  }

  private static func name(at index: Int, in tokens: [SQLToken]) -> Set<String> {
    guard index < tokens.count else { return [] }
    if index + 2 < tokens.count, tokens[index + 1].text == "." { return [DatabaseName.folded(tokens[index + 2].value)] }
    return [DatabaseName.folded(tokens[index].value)]
  }

  private func isWord(_ word: String) -> Bool { kind == .word && DatabaseName.folded(text) == word }

  private struct Reader {
    let text: [Character]
    var position = 0

    init(text: [Character]) { self.text = text }

    private subscript(offset: Int) -> Character? {
      position + offset < text.count ? text[position + offset] : nil
    }

    mutating func next() -> SQLToken? {
      guard let first = self[0] else { return nil }
      switch first {
      case "'": return quoted(by: "'", kind: .other)
      case "\"", "`": return quoted(by: first, kind: .name)
      case "[": return quoted(by: "]", kind: .name)
      case "-" where self[1] == "-": return take(while: { $0 != "\n" })
      case "/" where self[1] == "*": return comment()
      case ":" where self[1] == ":": return take(2)
      case ":": return placeholder() ?? take(1)
      default: return Self.isWord(first) ? take(while: Self.isWord, kind: .word) : take(1)
      }
    }

    private static func isWord(_ character: Character) -> Bool {
      character == "_" || character == "$" || character.isLetter || character.isNumber
    }

    private mutating func take(_ count: Int, kind: Kind = .other, value: String? = nil) -> SQLToken {
      let end = min(position + count, text.count)
      let slice = String(text[position..<end])
      position = end
      return SQLToken(kind: kind, text: slice, value: value ?? slice)
    }

    private mutating func take(while accepts: (Character) -> Bool, kind: Kind = .other) -> SQLToken {
      var count = 0
      while let character = self[count], accepts(character) { count += 1 }
      return take(count, kind: kind)
    }

    private mutating func quoted(by end: Character, kind: Kind) -> SQLToken {
      var count = 1
      var value = ""
      while let character = self[count] {
        count += 1
        if character == end {
          guard self[count] == end, end != "]" else { break }
          count += 1
        }
        value.append(character)
      }
      return take(count, kind: kind, value: value)
    }

    private mutating func comment() -> SQLToken {
      var count = 2
      while let character = self[count] {
        count += 1
        if character == "*", self[count] == "/" {
          count += 1
          break
        }
      }
      return take(count)
    }

    private mutating func placeholder() -> SQLToken? {
      var count = 1
      var dataset = ""
      while let character = self[count], character.isASCII, character.isLetter || character.isNumber || character == "-"
      {
        dataset.append(character)
        count += 1
      }
      guard !dataset.isEmpty, self[count] == "." else { return nil }
      count += 1
      var column = ""
      if self[count] == "\"" {
        count += 1
        while let character = self[count], character != "\"" {
          column.append(character)
          count += 1
        }
        count += 1
      } else {
        while let character = self[count], Self.isWord(character) {
          column.append(character)
          count += 1
        }
      }
      guard !column.isEmpty else { return nil }
      return take(count, kind: .placeholder(dataset: dataset, column: column))
    }
  }
}
