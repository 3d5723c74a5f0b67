import ErasureDomain
import Testing

@Suite struct HolidayCalendarTests {
  func holidays(_ year: Int, _ flavour: HolidayFlavour) throws -> [String] {
    let calendar = HolidayCalendar.netherlands(flavour)
    let first = try #require(CivilDate(year: year, month: 1, day: 1))
    return try (0..<366).map { first.adding(days: $0) }.filter { try $0.year == year && calendar.isHoliday($0) }
      .map(\.description)
  }

  @Test func theDaysOf2026() throws {
    let strict = [
      "2026-01-01", "2026-04-06", "2026-04-27", "2026-05-05", "2026-05-14", "2026-05-25", "2026-12-25", "2026-12-26",
    ]
    #expect(try holidays(2026, .strict) == strict)
    #expect(try holidays(2026, .atw) == (strict + ["2026-04-03"]).sorted())
    #expect(try holidays(2026, .atwDecree) == (strict + ["2026-04-03", "2026-01-02", "2026-05-15"]).sorted())
  }

  /// Easter Sundays as published; Easter Monday is the day after.
  @Test(arguments: [
    (2020, "2020-04-13"), (2021, "2021-04-05"), (2022, "2022-04-18"), (2023, "2023-04-10"), (2024, "2024-04-01"),
    (2025, "2025-04-21"), (2027, "2027-03-29"), (2028, "2028-04-17"), (2029, "2029-04-02"), (2030, "2030-04-22"),
    (2031, "2031-04-14"), (2035, "2035-03-26"), (2038, "2038-04-26"),
  ])
  func easterMoves(year: Int, monday: String) throws {
    let calendar = HolidayCalendar.netherlands(.strict)
    let day = try #require(CivilDate(monday))
    #expect(try calendar.isHoliday(day) && day.weekday == .monday && holidays(year, .strict).contains(monday))
  }

  @Test(arguments: [(2025, "2025-04-26"), (2031, "2031-04-26"), (2036, "2036-04-26"), (2026, "2026-04-27")])
  func kingsDayAvoidsSunday(year: Int, day: String) throws {
    #expect(try holidays(year, .strict).filter { $0.contains("-04-2") && $0 >= "\(year)-04-26" }.first == day)
  }

  @Test func workingDaysAreNeitherWeekendNorHoliday() throws {
    let calendar = HolidayCalendar.netherlands(.atw)
    for (text, working) in [
      ("2026-04-02", true), ("2026-04-03", false), ("2026-04-04", false), ("2026-04-05", false),
      ("2026-04-06", false), ("2026-04-07", true), ("2026-05-15", true),
    ] {
      #expect(try calendar.isWorkingDay(#require(CivilDate(text))) == working, "\(text)")
    }
    let decreed = try #require(CivilDate("2026-05-15"))
    #expect(try calendar.lastSureWorkingDay(onOrBefore: decreed).description == "2026-05-13")
    #expect(calendar.ruleSet == "NL/atw/2026-1")
  }

  @Test(arguments: [
    (
      "BE",
      [
        "2026-01-01", "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25", "2026-07-21", "2026-08-15", "2026-11-01",
        "2026-11-11", "2026-12-25",
      ]
    ),
    (
      "DE",
      [
        "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25", "2026-10-03", "2026-12-25",
        "2026-12-26",
      ]
    ),
  ])
  func neighboursHaveTheirOwnDays(country: String, days: [String]) throws {
    let calendar = try #require(HolidayCalendar.shipped(country: country, flavour: .strict))
    let first = try #require(CivilDate("2026-01-01"))
    let found = try (0..<365).map { first.adding(days: $0) }.filter { try calendar.isHoliday($0) }
    #expect(found.map(\.description) == days)
    #expect(!calendar.source.isEmpty && calendar.ruleSet == "\(country)/strict/2026-1")
    #expect(throws: DeadlineProblem.self) { try calendar.isHoliday(#require(CivilDate("2040-01-01"))) }
    #expect(HolidayCalendar.shipped(country: country, flavour: .atw) == nil)
  }

  @Test func editionsHaveDifferentNames() {
    #expect(Set(HolidayCalendar.shipped.map(\.ruleSet)).count == HolidayCalendar.shipped.count)
  }

  @Test func workingDaysAreCountedBackwardsUnderEveryReading() throws {
    let calendar = HolidayCalendar.netherlands(.strict)
    let day = try #require(CivilDate("2026-04-08"))
    // Easter Monday, the weekend and, because another reading calls it a holiday, Good Friday are left out.
    for (count, expected) in [(0, "2026-04-08"), (1, "2026-04-07"), (2, "2026-04-02"), (3, "2026-04-01")] {
      #expect(try calendar.day(workingDays: count, before: day).description == expected, "\(count)")
    }
  }
}
