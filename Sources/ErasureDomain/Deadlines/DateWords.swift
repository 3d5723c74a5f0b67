/// Days and their reasons in words.
enum DateWords {
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]

  /// `6 April 2026`.
  static func day(_ date: CivilDate) -> String { "\(date.day) \(months[date.month - 1]) \(date.year)" }

  /// `Tuesday 7 April 2026`.
  static func weekday(_ date: CivilDate) -> String { "\(name(date.weekday)) \(day(date))" }

  private static func name(_ weekday: Weekday) -> String {
    switch weekday {
    case .monday: "Monday"
    case .tuesday: "Tuesday"
    case .wednesday: "Wednesday"
    case .thursday: "Thursday"
    case .friday: "Friday"
    case .saturday: "Saturday"
    case .sunday: "Sunday"
    }
  }

  /// Why a term that ends on one day has its last day on another: `6 April 2026 is Easter Monday, so the last day is …`.
  ///
  /// Without a calendar, because its edition is not in this program any more, holidays have no names.
  static func shift(from nominal: CivilDate, to last: CivilDate, _ calendar: HolidayCalendar?) -> String? {
    guard nominal < last else { return nil }
    let off = (0..<last.days(since: nominal)).map { nominal.adding(days: $0) }
    let parts = off.enumerated().map { index, date in
      "\(day(date))\(index == 0 ? " is" : "") \(what(date, calendar))"
    }
    let list =
      parts.count == 1 ? parts[0] : parts.dropLast().joined(separator: ", ") + " and " + (parts.last ?? "")
    return "\(list), so the last day is \(weekday(last))"
  }

  /// What keeps people from working on a day; a holiday's name goes before the weekend's.
  private static func what(_ date: CivilDate, _ calendar: HolidayCalendar?) -> String {
    if let name = calendar?.name(of: date) { return name }
    return date.isWeekend ? "a \(name(date.weekday))" : "a public holiday"
  }

  /// Where a term of so many months ends, and that a month may have no such day.
  static func months(_ count: String, after received: CivilDate, to nominal: CivilDate) -> String {
    let words = "\(count) after \(day(received))"
    guard received.day > nominal.day else { return words }
    return words + ", and that month has no day \(received.day)"
  }
}
