/// A time of day on a clock of the controller's, to the minute: `00:00` to `23:59`.
public struct DayTime: Hashable, Sendable {
  /// Minutes after midnight, 0 to 1439.
  public let minute: Int

  /// The time so many minutes after midnight; nil outside of a day.
  public init?(minute: Int) {
    guard (0..<1_440).contains(minute) else { return nil }
    self.minute = minute
  }
}

extension DayTime: Comparable {
  public static func < (left: Self, right: Self) -> Bool { left.minute < right.minute }
}

extension DayTime: LosslessStringConvertible {
  /// `hh:mm`.
  public var description: String {
    var text: [UInt8] = []
    text.append(decimal: minute / 60, digits: 2)
    text.append(0x3A)
    text.append(decimal: minute % 60, digits: 2)
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads exactly `hh:mm`.
  public init?(_ description: String) {
    let text = Array(description.utf8)
    guard text.count == 5, text[2] == 0x3A, let hour = text[0..<2].decimal, let minute = text[3..<5].decimal,
      hour < 24, minute < 60
    else { return nil }
    self.minute = hour * 60 + minute
  }
}

extension DayTime: Codable {
  /// Reads the text form.
  public init(from decoder: any Decoder) throws { self = try decoder.decodeText(as: DayTime.self) }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws { try encoder.encodeText(self) }
}
