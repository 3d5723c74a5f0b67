public import ErasureDomain

extension Keyring {
  /// A calendar quarter: what is made in it is under one key, which goes with the last of it. Written `2026-Q4`.
  public struct Epoch: Hashable, Sendable {
    private let year: Int
    private let quarter: Int

    /// The quarter of a day.
    public init(containing day: CivilDate) {
      year = day.year
      quarter = (day.month - 1) / 3 + 1
    }
  }
}

extension Keyring.Epoch: Comparable {
  /// The earlier quarter comes first.
  public static func < (left: Self, right: Self) -> Bool {
    (left.year, left.quarter) < (right.year, right.quarter)
  }
}

extension Keyring.Epoch: LosslessStringConvertible {
  /// Year, `-Q` and quarter: `2026-Q4`.
  public var description: String {
    let digits = String(year)
    return String(repeating: "0", count: 4 - digits.count) + digits + "-Q\(quarter)"
  }

  /// Reads exactly what `description` writes.
  public init?(_ description: String) {
    let text = Array(description.utf8)
    guard text.count == 7, text[4] == 0x2D, text[5] == 0x51, (0x31...0x34).contains(text[6]),
      let day = CivilDate(String(decoding: text[..<4], as: UTF8.self) + "-01-01")
    else { return nil }
    year = day.year
    quarter = Int(text[6] - 0x30)
  }
}

extension Keyring.Epoch: Codable {
  /// Reads the text form.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let epoch = Self(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a quarter such as 2026-Q4")
    }
    self = epoch
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
