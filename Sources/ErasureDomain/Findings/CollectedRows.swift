/// The rows of one dataset that a person takes along. For the vault and the package only.
public struct CollectedRows: Hashable, Sendable, Codable {
  public let dataset: String
  /// As the database names them.
  public let columns: [String]
  /// A cell for each column.
  public var rows: [[TakenValue]]
  /// Rows that records of other people use too: they are in no package.
  public let shared: Int

  public init(dataset: String, columns: [String], rows: [[TakenValue]], shared: Int) {
    self.dataset = dataset
    self.columns = columns
    self.rows = rows
    self.shared = shared
  }
}

/// A value with its type, as a database has it.
public enum TakenValue: Hashable, Sendable {
  case null
  case integer(Int64)
  /// A number in decimal digits, as JSON writes numbers.
  case number(String)
  case boolean(Bool)
  case text(String)
  case bytes([UInt8])

  /// A number of a database in its own words; text where JSON has no such number (`NaN`).
  public init(number text: String) {
    if let whole = Int64(text), String(whole) == text {
      self = .integer(whole)
    } else {
      self = Self.isJSONNumber(text) ? .number(text) : .text(text)
    }
  }

  private static func isJSONNumber(_ text: String) -> Bool {
    guard let last = text.utf8.last, (0x30...0x39).contains(last) else { return false }
    return text.wholeMatch(of: #/-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/#) != nil
  }

  /// Roughly how many bytes it takes.
  public var size: Int {
    switch self {
    case .null, .boolean: 4
    case .integer: 12
    case .number(let text), .text(let text): text.utf8.count + 4
    case .bytes(let bytes): bytes.count * 4 / 3 + 4
    }
  }
}

extension TakenValue: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    let rest = String(text.dropFirst())
    let value: TakenValue? =
      switch text.first {
      case "n": .null
      case "i": Int64(rest).map { .integer($0) }
      case "d": .number(rest)
      case "y": .boolean(true)
      case "f": .boolean(false)
      case "t": .text(rest)
      case "b": Base64.decode(rest).map { .bytes($0) }
      default: nil
      }
    guard let value else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no value of a row")
    }
    self = value
  }

  /// A letter for the type, and the value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encode("n")
    case .integer(let number): try container.encode("i\(number)")
    case .number(let text): try container.encode("d" + text)
    case .boolean(let isTrue): try container.encode(isTrue ? "y" : "f")
    case .text(let text): try container.encode("t" + text)
    case .bytes(let bytes): try container.encode("b" + Base64.encode(bytes))
    }
  }
}
