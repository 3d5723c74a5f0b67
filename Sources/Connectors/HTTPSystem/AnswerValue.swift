import FoundationEssentials

/// A value of an answer. Null, fractions and large numbers may stand in it; no text of it ever leaves in an error.
enum AnswerValue: Hashable, Sendable {
  case null
  case text(String)
  /// As it would be written in a path or a JSON body.
  case number(String)
  case truth(Bool)
  case list([AnswerValue])
  case object([String: AnswerValue])

  /// The text of a single value; nil for lists, objects and null.
  var scalar: String? {
    switch self {
    case .text(let text), .number(let text): text
    case .truth(let truth): truth ? "true" : "false"
    case .null, .list, .object: nil
    }
  }

  /// Whether nothing stands there.
  var isEmpty: Bool {
    switch self {
    case .null: true
    case .text(let text): text.isEmpty
    case .list(let values): values.isEmpty
    case .object(let members): members.isEmpty
    case .number, .truth: false
    }
  }

  /// The value of one name here: none, one, or one for each element of a list.
  func values(named name: String) -> [AnswerValue] {
    switch self {
    case .object(let members): members[name].map { [$0] } ?? []
    case .list(let values):
      if let place = Int(name) {
        values.indices.contains(place) ? [values[place]] : []
      } else {
        values.flatMap { $0.values(named: name) }
      }
    case .text(let text): VCard.properties(of: text)?[name].map { [.list($0.map(AnswerValue.text))] } ?? []
    case .null, .number, .truth: []
    }
  }
}

extension AnswerValue: Decodable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let truth = try? container.decode(Bool.self) {
      self = .truth(truth)
    } else if let number = try? container.decode(Int64.self) {
      self = .number(String(number))
    } else if let number = try? container.decode(UInt64.self) {
      self = .number(String(number))
    } else if let number = try? container.decode(Double.self) {
      self = .number("\(number)")
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let values = try? container.decode([AnswerValue].self) {
      self = .list(values)
    } else {
      self = .object(try container.decode([String: AnswerValue].self))
    }
  }
}
