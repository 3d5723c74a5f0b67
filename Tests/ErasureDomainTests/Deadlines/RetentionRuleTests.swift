import ErasureDomain
import Testing

@Suite struct RetentionRuleTests {
  func rule(_ period: RetentionPeriod, _ start: RetentionStart) -> RetentionRule {
    RetentionRule(
      id: "nl-test", country: "NL", period: period, start: start, citation: "art. 1", validFrom: .first,
      reviewer: "legal")
  }

  @Test(arguments: [
    ("fiscal", RetentionPeriod.years(7), RetentionStart.endOfCalendarYear, "2019-03-14", "2027-01-01"),
    ("fiscal, financial year", .years(7), .endOfFinancialYear(lastMonth: 12), "2019-03-14", "2027-01-01"),
    ("immovable property", .years(9), .endOfCalendarYear, "2018-05-01", "2028-01-01"),
    ("one-stop shop", .years(10), .endOfCalendarYear, "2022-07-01", "2033-01-01"),
    ("due diligence", .years(5), .eventDay, "2021-06-15", "2026-06-15"),
    ("payroll", .years(5), .endOfCalendarYear, "2020-08-31", "2026-01-01"),
    ("personnel, leap day", .years(2), .eventDay, "2024-02-29", "2026-02-28"),
    ("applicants", .days(28), .eventDay, "2026-05-01", "2026-05-29"),
    ("medical", .years(20), .eventDay, "2006-04-01", "2026-04-01"),
    ("months clamp", .months(6), .eventDay, "2025-08-31", "2026-02-28"),
    ("year ends in June, event before", .years(7), .endOfFinancialYear(lastMonth: 6), "2019-06-30", "2026-07-01"),
    ("year ends in June, event after", .years(7), .endOfFinancialYear(lastMonth: 6), "2019-07-01", "2027-07-01"),
    ("last day of the year", .years(1), .endOfCalendarYear, "2025-12-31", "2027-01-01"),
    ("first day of the year", .years(1), .endOfCalendarYear, "2025-01-01", "2027-01-01"),
    ("for ever", .years(.max), .eventDay, "2025-01-01", "9999-12-31"),
    ("negative", .days(-5), .eventDay, "2025-01-01", "2025-01-01"),
  ])
  func theFirstDayDue(name: String, period: RetentionPeriod, start: RetentionStart, event: String, due: String) throws {
    let day = rule(period, start).firstDayDue(startEvent: try #require(CivilDate(event)))
    #expect(day.description == due, "\(name)")
  }

  @Test func laterEventsAreNeverDueEarlier() throws {
    let random = PropertySeed()
    for _ in 0..<1_000 {
      let start: RetentionStart =
        [.eventDay, .endOfCalendarYear, .endOfFinancialYear(lastMonth: random.below(12) + 1)][random.below(3)]
      let period: RetentionPeriod =
        [.years(random.below(40)), .months(random.below(60)), .days(random.below(400))][random.below(3)]
      let event = CivilDate(daysSince1970: 10_000 + random.below(15_000))
      let rule = rule(period, start)
      let due = rule.firstDayDue(startEvent: event)
      #expect(due >= event && rule.firstDayDue(startEvent: event.adding(days: 1)) >= due, "seed \(random.seed)")
      if start != .eventDay { #expect(due > event, "seed \(random.seed)") }
    }
  }

  @Test func textsOfPeriodsAndStarts() {
    for (text, period) in [
      ("P7Y", RetentionPeriod.years(7)), ("P6M", .months(6)), ("P28D", .days(28)), ("P0D", .days(0)),
    ] {
      #expect(period.description == text && RetentionPeriod(text) == period)
    }
    for refused in ["", "P", "PY", "P7", "7Y", "P07Y", "P-7Y", "P7y", "P1Y6M", "P4W", "P123456D", "PT7M"] {
      #expect(RetentionPeriod(refused) == nil, "\(refused)")
    }
    for start in [RetentionStart.eventDay, .endOfCalendarYear, .endOfFinancialYear(lastMonth: 6)] {
      #expect(RetentionStart(start.description) == start)
    }
    for refused in ["", "event", "end-of-financial-year-13", "end-of-financial-year-00", "end-of-financial-year-6"] {
      #expect(RetentionStart(refused) == nil, "\(refused)")
    }
  }

  @Test func rulesAreCodedInCanonicalJSON() throws {
    let rule = rule(.years(7), .endOfFinancialYear(lastMonth: 6))
    let bytes = try CanonicalJSON.encode(rule)
    #expect(
      String(decoding: bytes, as: UTF8.self) == """
        {"citation":"art. 1","country":"NL","id":"nl-test","period":"P7Y","reviewer":"legal",\
        "start":"end-of-financial-year-06","validFrom":"0001-01-01"}
        """)
    #expect(try CanonicalJSON.decode(RetentionRule.self, from: bytes) == rule)
  }
}
