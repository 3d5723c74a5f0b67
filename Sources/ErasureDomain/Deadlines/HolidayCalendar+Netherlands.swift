extension HolidayCalendar {
  /// The public holidays of the Netherlands under the Algemene termijnenwet (ATW), article 3.
  ///
  /// Whether the Dutch list in the Official Journal contains Good Friday and the decree days is disputed, hence three
  /// flavours. `strict` and `atw` follow from rules and hold for 2020 to 2039. `atwDecree` needs the royal decrees, each of
  /// which covers three years: it holds for 2023 to 2028, the years of the decrees that are known, and throws for others.
  ///
  /// All flavours keep work-to dates off Good Friday and off every known decree day.
  public static func netherlands(_ flavour: HolidayFlavour) -> HolidayCalendar {
    let ruled = 2020...2039
    let named = Self.days(of: ruled, statutoryDays)
    let fridays = Self.days(of: ruled) { [(easterSunday(of: $0).adding(days: -2), "Good Friday")] }
    let decreed = Dictionary(uniqueKeysWithValues: decreeDays.map { ($0, "equated with a holiday by royal decree") })
    let holidays: [CivilDate: String] =
      switch flavour {
      case .strict: named
      case .atw: named.merging(fridays) { first, _ in first }
      case .atwDecree: named.merging(fridays) { first, _ in first }.merging(decreed) { first, _ in first }
      }
    return HolidayCalendar(
      country: "NL", flavour: flavour, version: "2026-1",
      source: "Algemene termijnenwet art. 3; royal decrees for 2023-2025 and 2026-2028",
      years: flavour == .atwDecree ? 2023...2028 : ruled,
      holidays: holidays, daysToAvoid: fridays.merging(decreed) { first, _ in first })
  }

  /// The days of ATW article 3(1).
  private static func statutoryDays(of year: Int) -> [(CivilDate?, String)] {
    let easter = easterSunday(of: year)
    let birthday = CivilDate(year: year, month: 4, day: 27)
    let kingsDay = birthday?.weekday == .sunday ? birthday?.adding(days: -1) : birthday
    return [
      (CivilDate(year: year, month: 1, day: 1), "New Year's Day"),
      (easter.adding(days: 1), "Easter Monday"),
      (kingsDay, "King's Day"),
      (CivilDate(year: year, month: 5, day: 5), "Liberation Day"),
      (easter.adding(days: 39), "Ascension Day"),
      (easter.adding(days: 50), "Whit Monday"),
      (CivilDate(year: year, month: 12, day: 25), "Christmas Day"),
      (CivilDate(year: year, month: 12, day: 26), "the second day of Christmas"),
    ]
  }

  /// The days that the decrees "gelijkstelling met een algemeen erkende feestdag" name (ATW article 3(3)).
  private static let decreeDays: [CivilDate] = [
    "2023-04-28", "2023-05-19", "2024-05-10", "2024-12-27", "2025-05-30",
    "2026-01-02", "2026-05-15", "2027-05-07", "2028-04-28", "2028-05-26",
  ].compactMap { CivilDate($0) }

  /// The days of all the years with their names. Where two fall on one day, as Ascension Day on 5 May, the first name stays.
  static func days(
    of years: ClosedRange<Int>, _ days: (Int) -> [(CivilDate?, String)]
  ) -> [CivilDate: String] {
    var found: [CivilDate: String] = [:]
    for case (let day?, let name) in years.flatMap(days) where found[day] == nil { found[day] = name }
    return found
  }

  /// Easter Sunday in the Gregorian calendar, by Meeus's version of the anonymous algorithm.
  static func easterSunday(of year: Int) -> CivilDate {
    let lunar = year % 19
    let (century, yearOfCentury) = (year / 100, year % 100)
    let correction = (century - (century + 8) / 25 + 1) / 3
    let epact = (19 * lunar + century - century / 4 - correction + 15) % 30
    let weekday = (32 + 2 * (century % 4) + 2 * (yearOfCentury / 4) - epact - yearOfCentury % 4) % 7
    let late = (lunar + 11 * epact + 22 * weekday) / 451
    // Days after 22 March, which is the earliest Easter there can be.
    let afterEarliest = epact + weekday - 7 * late
    return CivilDate(daysSince1970: daysBeforeMarch22(of: year) + afterEarliest)
  }

  private static func daysBeforeMarch22(of year: Int) -> Int {
    (CivilDate(year: year, month: 3, day: 22) ?? .first).daysSince1970
  }
}
