/// A statement in pieces: text of ours, and values that travel beside it and never inside it.
struct SQL: Sendable, ExpressibleByStringInterpolation {
  enum Part: Sendable {
    case text(String)
    /// A value; nil is NULL.
    case value(String?)
  }

  private(set) var parts: [Part]

  init(parts: [Part]) { self.parts = parts }
  init(_ text: String) { parts = [.text(text)] }
  init(stringLiteral value: String) { parts = [.text(value)] }
  init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

  struct StringInterpolation: StringInterpolationProtocol {
    var parts: [Part] = []

    init(literalCapacity: Int, interpolationCount: Int) {}

    mutating func appendLiteral(_ literal: String) { parts.append(.text(literal)) }
    /// A piece of SQL of ours: names and expressions, never a value from outside.
    mutating func appendInterpolation(_ text: String) { parts.append(.text(text)) }
    mutating func appendInterpolation(_ sql: SQL) { parts += sql.parts }
    mutating func appendInterpolation(_ number: Int) { parts.append(.text(String(number))) }
    mutating func appendInterpolation(value: String?) { parts.append(.value(value)) }
  }

  static func + (left: SQL, right: SQL) -> SQL { SQL(parts: left.parts + right.parts) }

  /// Pieces with a word between them.
  static func joined(_ pieces: [SQL], by word: String) -> SQL {
    var parts: [Part] = []
    for (place, piece) in pieces.enumerated() {
      if place > 0 { parts.append(.text(word)) }
      parts += piece.parts
    }
    return SQL(parts: parts)
  }

  /// The text with a mark where each value stands, numbered from 1, and the values.
  func rendered(mark: (Int) -> String) -> (text: String, values: [String?]) {
    var text = ""
    var values: [String?] = []
    for part in parts {
      switch part {
      case .text(let piece): text += piece
      case .value(let value):
        values.append(value)
        text += mark(values.count)
      }
    }
    return (text, values)
  }
}
