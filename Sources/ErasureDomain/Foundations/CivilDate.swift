/// A day of the Gregorian calendar without a time zone, from 0001-01-01 to 9999-12-31.
///
/// Arithmetic that would leave this range stops at its first or last day, so it never traps.
public struct CivilDate: Hashable, Sendable {
  /// 1 to 9999.
  public let year: Int
  /// 1 to 12.
  public let month: Int
  /// 1 to 31.
  public let day: Int

  /// 0001-01-01.
  public static let first = CivilDate(checkedYear: 1, month: 1, day: 1)
  /// 9999-12-31.
  public static let last = CivilDate(checkedYear: 9999, month: 12, day: 31)

  /// The day with these numbers; nil when the calendar has no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month),
      day >= 1, day <= Self.days(inMonth: month, of: year)
    else { return nil }
    self.init(checkedYear: year, month: month, day: day)
  }

  private init(checkedYear year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The day that lies this many days after 1970-01-01.
  public init(daysSince1970: Int) {
    guard daysSince1970 > -719_162 else {
      self = .first
      return
    }
    guard daysSince1970 < 2_932_896 else {
      self = .last
      return
    }
    // Counting from 1 March of year 0 puts the leap day at the end of a year; 146 097 days are 400 years.
    let shifted = daysSince1970 + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    self.init(
      checkedYear: era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  /// Days after 1970-01-01; negative before it.
  public var daysSince1970: Int {
    let marchYear = month <= 2 ? year - 1 : year
    let era = marchYear / 400
    let yearOfEra = marchYear % 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The day of the week.
  public var weekday: Weekday {
    // 0001-01-01, 719 162 days before 1970-01-01, was a Monday.
    Weekday.allCases[(daysSince1970 + 719_162) % 7]
  }

  /// The first second of this day in UTC, which is not the first second of the controller's day.
  public var utcMidnight: UTCTime {
    UTCTime(secondsSince1970: Int64(daysSince1970) * 86_400)
  }

  /// The day that many days later; earlier when negative.
  public func adding(days: Int) -> CivilDate {
    let (sum, overflow) = daysSince1970.addingReportingOverflow(days)
    guard !overflow else { return days < 0 ? .first : .last }
    return CivilDate(daysSince1970: sum)
  }

  /// The day with the same number that many months later, or that month's last day when it has no such number.
  ///
  /// Regulation (EEC, Euratom) 1182/71 Article 3(2)(c). The last day of a month does not stay the last day:
  /// 28 February and a month is 28 March.
  public func adding(months: Int) -> CivilDate {
    let (sum, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
    guard !overflow, sum < 120_000 else { return months < 0 ? .first : .last }
    guard sum >= 12 else { return .first }
    let (newYear, newMonth) = (sum / 12, sum % 12 + 1)
    return CivilDate(
      checkedYear: newYear, month: newMonth, day: min(day, Self.days(inMonth: newMonth, of: newYear)))
  }

  /// The number of days from `other` to this day; negative when this day is the earlier one.
  public func days(since other: CivilDate) -> Int {
    daysSince1970 - other.daysSince1970
  }

  /// The number of days of a month, 1 to 12.
  static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }
}

extension CivilDate: Comparable {
  /// The earlier day comes first.
  public static func < (left: CivilDate, right: CivilDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }
}

extension CivilDate: LosslessStringConvertible {
  /// `YYYY-MM-DD`.
  public var description: String {
    String(unsafeUninitializedCapacity: 10) { buffer in
      write(to: buffer)
      return 10
    }
  }

  /// Writes the ten bytes of the text at the beginning of a buffer.
  func write(to buffer: UnsafeMutableBufferPointer<UInt8>) {
    buffer.write(decimal: year, digits: 4, at: 0)
    buffer[4] = 0x2D
    buffer.write(decimal: month, digits: 2, at: 5)
    buffer[7] = 0x2D
    buffer.write(decimal: day, digits: 2, at: 8)
  }

  /// Reads exactly `YYYY-MM-DD`, and only a day that exists.
  public init?(_ description: String) {
    var description = description
    guard let day = description.withUTF8({ CivilDate(text: $0) }) else { return nil }
    self = day
  }
}

extension CivilDate: ReadFromText {
  init?(text: UnsafeBufferPointer<UInt8>) {
    guard text.count == 10, text[4] == 0x2D, text[7] == 0x2D, let year = text.decimal(at: 0, digits: 4),
      let month = text.decimal(at: 5, digits: 2), let day = text.decimal(at: 8, digits: 2)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }
}

extension CivilDate: Codable {
  /// Reads the text form.
  public init(from decoder: any Decoder) throws {
    self = try decoder.decodeText(as: CivilDate.self)
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    try encoder.encodeText(self)
  }
}

extension UnsafeMutableBufferPointer<UInt8> {
  /// Writes a number of at most `digits` decimal digits, with leading zeros.
  func write(decimal number: Int, digits: Int, at start: Int) {
    var rest = number
    for place in stride(from: start + digits - 1, through: start, by: -1) {
      self[place] = 0x30 + UInt8(rest % 10)
      rest /= 10
    }
  }
}

extension [UInt8] {
  /// Appends a number of at most `digits` decimal digits, with leading zeros.
  mutating func append(decimal number: Int, digits: Int) {
    var divisor = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      append(0x30 + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }
}

extension ArraySlice<UInt8> {
  /// The number that these ASCII digits write; nil when one is not a digit.
  var decimal: Int? {
    var number = 0
    for character in self {
      guard (0x30...0x39).contains(character) else { return nil }
      number = number * 10 + Int(character - 0x30)
    }
    return number
  }
}
