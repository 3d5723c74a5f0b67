import ErasureDomain
import Testing

@Suite struct CivilTimeTests {
  @Test func everyDayOfTheRangeCountsOn() throws {
    var date = CivilDate.first
    var weekday = Weekday.monday.rawValue
    for number in CivilDate.first.daysSince1970...CivilDate.last.daysSince1970 {
      let next = CivilDate(daysSince1970: number)
      guard next.daysSince1970 == number, next.weekday.rawValue == weekday, number == date.daysSince1970 || next > date,
        CivilDate(year: next.year, month: next.month, day: next.day) == next
      else {
        Issue.record("day \(number) is \(next), \(next.weekday)")
        return
      }
      date = next
      weekday = weekday % 7 + 1
    }
    #expect(date == CivilDate.last)
  }

  @Test(arguments: [
    ("1970-01-01", 0, Weekday.thursday), ("2000-02-29", 11_016, .tuesday), ("2026-11-23", 20_780, .monday),
    ("1969-12-31", -1, .wednesday), ("2028-02-29", 21_243, .tuesday), ("0001-01-01", -719_162, .monday),
    ("9999-12-31", 2_932_896, .friday),
  ])
  func knownDays(text: String, number: Int, weekday: Weekday) throws {
    let date = try #require(CivilDate(text))
    #expect(date.daysSince1970 == number && date.weekday == weekday && date.description == text)
  }

  @Test(arguments: [
    "", "2026-2-28", "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-04-31", "0000-01-01",
    "2026/01/01", "20260101", " 2026-01-01", "2026-01-01 ", "+026-01-01", "2026-01-0a", "2026-01-01T00:00:00Z",
  ])
  func otherTextsAreNoDates(text: String) {
    #expect(CivilDate(text) == nil)
  }

  @Test(arguments: [
    ("2026-01-31", 1, "2026-02-28"), ("2028-01-31", 1, "2028-02-29"), ("2026-02-28", 1, "2026-03-28"),
    ("2026-12-31", 2, "2027-02-28"), ("2026-03-31", -1, "2026-02-28"), ("2026-01-15", -1, "2025-12-15"),
    ("2024-02-29", 12, "2025-02-28"), ("2024-02-29", 48, "2028-02-29"), ("2026-01-31", 0, "2026-01-31"),
    ("9999-12-01", 1, "9999-12-31"), ("0001-01-05", -1, "0001-01-01"), ("2026-01-01", .max, "9999-12-31"),
    ("2026-01-01", .min, "0001-01-01"),
  ])
  func monthsClampToTheMonthsEnd(from: String, months: Int, to: String) throws {
    #expect(try #require(CivilDate(from)).adding(months: months).description == to)
  }

  @Test func daysStopAtTheEndsOfTheRange() {
    #expect(CivilDate.last.adding(days: 1) == .last && CivilDate.first.adding(days: -1) == .first)
    #expect(CivilDate.last.adding(days: .max) == .last && CivilDate.first.adding(days: .min) == .first)
    #expect(CivilDate(daysSince1970: .max) == .last && CivilDate(daysSince1970: .min) == .first)
    #expect(CivilDate.first.adding(days: 31).description == "0001-02-01")
    #expect(CivilDate(year: 10_000, month: 1, day: 1) == nil && CivilDate(year: 2026, month: 1, day: -1) == nil)
  }

  @Test func instantsHaveOneText() throws {
    let time = try #require(UTCTime("2026-11-23T17:05:00Z"))
    #expect(time.secondsSince1970 == 1_795_453_500)
    #expect(time.description == "2026-11-23T17:05:00Z" && time.utcDay.description == "2026-11-23")
    #expect(UTCTime(secondsSince1970: -1).description == "1969-12-31T23:59:59Z")
    #expect(UTCTime.distantFuture.description == "9999-12-31T23:59:59Z")
    #expect(UTCTime(secondsSince1970: .max) == .distantFuture)
    #expect(UTCTime(secondsSince1970: .min).description == "0001-01-01T00:00:00Z")
    #expect(UTCTime.distantFuture.adding(seconds: .max) == .distantFuture)
    #expect(time.adding(seconds: 60).seconds(since: time) == 60 && time.adding(seconds: -1) < time)
    #expect(CivilDate("2026-11-23")?.utcMidnight.description == "2026-11-23T00:00:00Z")
    #expect(try CanonicalJSON.decode(UTCTime.self, from: CanonicalJSON.encode(time)) == time)
  }

  @Test(arguments: [
    "", "2026-11-23", "2026-11-23T17:05:00", "2026-11-23T17:05:00z", "2026-11-23t17:05:00Z", "2026-11-23 17:05:00Z",
    "2026-11-23T24:00:00Z", "2026-11-23T17:60:00Z", "2026-11-23T23:59:60Z", "2026-11-23T17:05:00.0Z",
    "2026-11-23T17:05:00+00:00", "2026-02-30T00:00:00Z", "2026-11-23T1:05:000Z",
  ])
  func otherTextsAreNoInstants(text: String) {
    #expect(UTCTime(text) == nil)
  }

  @Test func randomInstantsComeBack() {
    let random = PropertySeed()
    for _ in 0..<2_000 {
      let time = UTCTime(secondsSince1970: Int64(random.next() % 300_000_000_000) - 50_000_000_000)
      #expect(UTCTime(time.description) == time, "seed \(random.seed)")
    }
  }
}
