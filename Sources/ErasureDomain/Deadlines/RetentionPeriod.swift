/// How long a record is kept, written as an ISO 8601 duration of one unit: `P7Y`, `P6M` or `P28D`.
public enum RetentionPeriod: Hashable, Sendable {
  /// Whole years.
  case years(Int)
  /// Whole months.
  case months(Int)
  /// Whole days.
  case days(Int)

  /// The largest number that is read, in any unit.
  public static let maximumNumber = 99_999
}

extension RetentionPeriod: LosslessStringConvertible {
  /// The ISO 8601 text.
  public var description: String {
    switch self {
    case .years(let number): "P\(number)Y"
    case .months(let number): "P\(number)M"
    case .days(let number): "P\(number)D"
    }
  }

  /// Reads exactly what `description` writes: `P`, a number without leading zeros, and `Y`, `M` or `D`.
  public init?(_ description: String) {
    let text = Array(description.utf8)
    // Five digits at most, which is `maximumNumber`.
    guard text.count >= 3, text.count <= 7, text[0] == 0x50, text[1] != 0x30 || text.count == 3,
      let number = text[1..<(text.count - 1)].decimal
    else { return nil }
    switch text[text.count - 1] {
    case 0x59: self = .years(number)
    case 0x4D: self = .months(number)
    case 0x44: self = .days(number)
    default: return nil
    }
  }
}

extension RetentionPeriod: Codable {
  /// Reads the text form.
  public init(from decoder: any Decoder) throws {
    self = try decoder.decodeText(as: RetentionPeriod.self)
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    try encoder.encodeText(self)
  }
}
