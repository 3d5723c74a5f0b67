/// An instant in whole seconds UTC, from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
///
/// Arithmetic that would leave this range stops at its first or last second, so it never traps. There are no leap seconds.
public struct UTCTime: Hashable, Sendable {
  /// Seconds after 1970-01-01T00:00:00Z; negative before it.
  public let secondsSince1970: Int64

  /// 9999-12-31T23:59:59Z, later than every instant that means anything.
  public static let distantFuture = UTCTime(secondsSince1970: latest)

  private static let earliest: Int64 = -62_135_596_800
  private static let latest: Int64 = 253_402_300_799

  /// The instant so many seconds after 1970-01-01T00:00:00Z.
  public init(secondsSince1970: Int64) {
    self.secondsSince1970 = min(max(secondsSince1970, Self.earliest), Self.latest)
  }

  /// The instant so many seconds later; earlier when negative.
  public func adding(seconds: Int64) -> UTCTime {
    let (sum, overflow) = secondsSince1970.addingReportingOverflow(seconds)
    guard !overflow else { return UTCTime(secondsSince1970: seconds < 0 ? Self.earliest : Self.latest) }
    return UTCTime(secondsSince1970: sum)
  }

  /// The seconds from `other` to this instant; negative when this is the earlier one.
  public func seconds(since other: UTCTime) -> Int64 {
    secondsSince1970 - other.secondsSince1970
  }

  /// The day in UTC, which need not be the controller's day (see `CivilClock.day(of:)`).
  public var utcDay: CivilDate {
    CivilDate(daysSince1970: Int((secondsSince1970 - secondOfDay) / 86_400))
  }

  private var secondOfDay: Int64 {
    let rest = secondsSince1970 % 86_400
    return rest < 0 ? rest + 86_400 : rest
  }
}

extension UTCTime: Comparable {
  /// The earlier instant comes first.
  public static func < (left: UTCTime, right: UTCTime) -> Bool {
    left.secondsSince1970 < right.secondsSince1970
  }
}

extension UTCTime: LosslessStringConvertible {
  /// `YYYY-MM-DDThh:mm:ssZ` (RFC 3339, always UTC and whole seconds).
  public var description: String {
    let second = Int(secondOfDay)
    return String(unsafeUninitializedCapacity: 20) { buffer in
      utcDay.write(to: buffer)
      buffer[10] = 0x54
      buffer.write(decimal: second / 3_600, digits: 2, at: 11)
      buffer[13] = 0x3A
      buffer.write(decimal: second / 60 % 60, digits: 2, at: 14)
      buffer[16] = 0x3A
      buffer.write(decimal: second % 60, digits: 2, at: 17)
      buffer[19] = 0x5A
      return 20
    }
  }

  /// Reads exactly what `description` writes: no fractions, no other zone, no lower case, no leap second.
  public init?(_ description: String) {
    var description = description
    guard let time = description.withUTF8({ UTCTime(text: $0) }) else { return nil }
    self = time
  }
}

extension UTCTime: ReadFromText {
  init?(text: UnsafeBufferPointer<UInt8>) {
    guard text.count == 20, text[10] == 0x54, text[13] == 0x3A, text[16] == 0x3A, text[19] == 0x5A,
      let day = CivilDate(text: UnsafeBufferPointer(rebasing: text[..<10])),
      let hour = text.decimal(at: 11, digits: 2), let minute = text.decimal(at: 14, digits: 2),
      let second = text.decimal(at: 17, digits: 2), hour < 24, minute < 60, second < 60
    else { return nil }
    self = day.utcMidnight.adding(seconds: Int64(hour * 3_600 + minute * 60 + second))
  }
}

extension UTCTime: Codable {
  /// Reads the text form.
  public init(from decoder: any Decoder) throws {
    self = try decoder.decodeText(as: UTCTime.self)
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    try encoder.encodeText(self)
  }
}
