import ErasureDomain
import Testing

@Suite struct DueDatesTests {
  let strict = HolidayCalendar.netherlands(.strict)
  let atw = HolidayCalendar.netherlands(.atw)
  let decree = HolidayCalendar.netherlands(.atwDecree)

  func date(_ text: String) throws -> CivilDate { try #require(CivilDate(text), "\(text)") }

  func due(_ received: String, _ calendar: HolidayCalendar) throws -> DueDates {
    try DueDates.compute(received: date(received), calendar: calendar)
  }

  @Test func theVectorsHoldInAllFlavours() throws {
    guard let vectors = try DueDateVector.all(tests: 1) else { return }
    #expect(vectors.count == 15)
    for vector in vectors {
      let received = try #require(vector.day("received"))
      for (calendar, column) in [(strict, "nl_strict"), (atw, "nl_atw"), (decree, "nl_atw_decree")] {
        let dates = try DueDates.compute(received: received, calendar: calendar)
        #expect(dates.received == received)
        #expect(dates.nominal == vector.day("nominal"), "\(vector) \(column)")
        #expect(dates.statutory == vector.day(column), "\(vector) \(column)")
        #expect(dates.workTo == vector.day("work_to"), "\(vector) \(column)")
        #expect(dates.ruleSet == calendar.ruleSet)
      }
      let extended = try DueDates.compute(received: received, calendar: atw).extended
      #expect(extended == vector.day("extended_nl_atw"), "\(vector)")
    }
  }

  @Test func dueDatesAreCodedWithTheirRules() throws {
    let dates = try due("2026-01-31", atw)
    #expect(
      try CanonicalJSON.tree(of: dates).text == """
        {"extended":"2026-04-28","nominal":"2026-02-28","received":"2026-01-31","ruleSet":"NL/atw/2026-1",\
        "statutory":"2026-03-02","workTo":"2026-02-27"}
        """)
    #expect(try CanonicalJSON.decode(DueDates.self, from: CanonicalJSON.encode(dates)) == dates)
  }

  /// Rules D3, D5 and D6 over every receipt day of twelve years; the numbers are those of the requirements.
  @Test func everyReceiptDayOfTwelveYearsKeepsTheRules() throws {
    for (calendar, last, longestShift) in [
      (strict, "2035-12-31", 4), (atw, "2035-12-31", 4), (decree, "2028-09-29", 5),
    ] {
      var previous = CivilDate.first
      var longest = 0
      var readingsDiffer = 0
      var day = try date("2024-01-01")
      let end = try date(last)
      while day <= end {
        let dates = try DueDates.compute(received: day, calendar: calendar)
        #expect(try calendar.isWorkingDay(dates.statutory) && calendar.isWorkingDay(dates.workTo))
        #expect(try calendar.isWorkingDay(dates.extended))
        #expect(dates.statutory >= dates.nominal && dates.workTo <= dates.nominal && dates.workTo > dates.received)
        #expect(dates.statutory >= previous, "received \(day)")
        #expect(dates.extended > dates.statutory)
        longest = max(longest, dates.statutory.days(since: dates.nominal))
        let inOneStep = try calendar.firstWorkingDay(onOrAfter: day.adding(months: 3))
        let inTwoSteps = try calendar.firstWorkingDay(onOrAfter: dates.nominal.adding(months: 2))
        #expect(dates.extended == min(inOneStep, inTwoSteps))
        if inOneStep != inTwoSteps { readingsDiffer += 1 }
        previous = dates.statutory
        day = day.adding(days: 1)
      }
      #expect(longest <= longestShift, "\(calendar.ruleSet)")
      if calendar.flavour == .atw { #expect(readingsDiffer == 42) }
    }
  }

  @Test func flavoursOnlyEverAddDays() throws {
    var day = try date("2024-01-01")
    while day.year < 2028 {
      let dates = try [strict, atw, decree].map { try DueDates.compute(received: day, calendar: $0) }
      #expect(dates[0].statutory <= dates[1].statutory && dates[1].statutory <= dates[2].statutory)
      #expect(dates[0].workTo == dates[1].workTo && dates[1].workTo == dates[2].workTo)
      day = day.adding(days: 1)
    }
  }

  /// Situations 30 and 31: the receipt day is the controller's (rule D1).
  @Test(arguments: [
    ("2026-01-31T22:59:00Z", "2026-01-31", "2026-02-28"), ("2026-01-31T23:30:00Z", "2026-02-01", "2026-03-01"),
  ])
  func theReceiptDayIsLocal(stamp: String, received: String, nominal: String) throws {
    let clock = FixedOffsetClock(instant: try #require(UTCTime(stamp)), offset: 3_600)
    #expect(clock.today.description == received)
    #expect(clock.start(of: clock.today) <= clock.now())
    let dates = try DueDates.compute(received: clock.today, calendar: atw)
    #expect(dates.nominal.description == nominal && dates.statutory.description == "2026-03-02")
  }

  /// Situations 32 to 34: the holidays are those of the place where the action is due (rule D4).
  @Test(arguments: [
    ("2026-06-21", "BE", "2026-07-22", "2026-07-21"), ("2025-09-03", "DE", "2025-10-06", "2025-10-03"),
    ("2026-04-01", "BE", "2026-05-04", "2026-05-01"),
  ])
  func holidaysAreThoseOfThePlace(received: String, country: String, there: String, here: String) throws {
    let calendar = try #require(HolidayCalendar.shipped(country: country, flavour: .strict))
    #expect(try due(received, calendar).statutory.description == there)
    #expect(try due(received, atw).statutory.description == here)
  }

  /// Situations 35 to 37 (rule D8).
  @Test(arguments: [
    ("2026-03-10", "2026-03-10", "2026-03-20", "2026-04-20", "2026-04-10"),
    ("2026-01-31", "2026-02-02", "2026-02-09", "2026-03-09", "2026-03-02"),
    ("2026-03-10", "2026-03-30", "2026-04-08", "2026-04-10", "2026-04-10"),
  ])
  func doubtAboutIdentitySuspends(
    received: String, asked: String, proof: String, suspended: String, unsuspended: String
  ) throws {
    let dates = try due(received, atw)
    #expect(try dates.suspended(asked: date(asked), proof: date(proof), calendar: atw).description == suspended)
    #expect(dates.statutory.description == unsuspended)
  }

  @Test func suspensionNeedsDaysInTheirOrder() throws {
    let dates = try due("2026-03-10", atw)
    let (early, late) = (try date("2026-03-09"), try date("2026-03-12"))
    #expect(throws: DeadlineProblem.askedBeforeReceipt(received: dates.received, asked: early)) {
      try dates.suspended(asked: early, proof: late, calendar: atw)
    }
    #expect(throws: DeadlineProblem.proofBeforeAsking(asked: late, proof: dates.received)) {
      try dates.suspended(asked: late, proof: dates.received, calendar: atw)
    }
    #expect(try dates.suspended(days: -3, calendar: atw) == dates.statutory)
  }

  /// Situations 38 and 39 (rule D7).
  @Test func noticeOfExtensionIsDueByTheFirstDeadline() throws {
    let dates = try due("2026-11-30", atw)
    #expect(dates.statutory.description == "2026-12-30")
    #expect(try dates.permitsExtension(on: date("2026-12-30")))
    #expect(try !dates.permitsExtension(on: date("2026-12-31")))
    #expect(try !dates.permitsExtension(on: date("2026-11-29")))
    let refusal = try due("2026-01-31", atw)
    #expect(try refusal.permitsExtension(on: date("2026-03-02")) && !refusal.permitsExtension(on: date("2026-03-03")))
  }

  @Test func yearsWithoutDataAreNeverGuessed() throws {
    #expect(throws: DeadlineProblem.self) { try due("2019-11-20", atw) }
    #expect(throws: DeadlineProblem.self) { try due("2039-12-10", strict) }
    #expect(throws: DeadlineProblem.self) { try due("2028-11-30", decree) }
    #expect(throws: DeadlineProblem.self) { try due("2022-11-10", decree) }
    #expect(throws: Never.self) { try due("2028-11-30", atw) }
    let outside = try date("2029-01-02")
    #expect(throws: DeadlineProblem.yearWithoutData(day: outside, ruleSet: decree.ruleSet, years: 2023...2028)) {
      try decree.isHoliday(outside)
    }
    let problem = DeadlineProblem.yearWithoutData(day: outside, ruleSet: decree.ruleSet, years: 2023...2028)
    #expect(problem.description.contains("2023 to 2028") && problem.description.contains("2029-01-02"))
  }

  @Test func dataWithoutWorkingDaysIsAProblem() throws {
    let all = Dictionary(
      uniqueKeysWithValues: (0..<366).map { (CivilDate.first.adding(days: 739_600 + $0), "a day off") })
    let calendar = HolidayCalendar(
      country: "XX", flavour: .strict, version: "1", source: "test", years: 2025...2028, holidays: all)
    #expect(throws: DeadlineProblem.self) {
      try calendar.firstWorkingDay(onOrAfter: CivilDate.first.adding(days: 739_650))
    }
  }
}

/// A stopped clock east of Greenwich.
struct FixedOffsetClock: CivilClock {
  let instant: UTCTime
  let offset: Int64

  func now() -> UTCTime { instant }
  func day(of instant: UTCTime) -> CivilDate { instant.adding(seconds: offset).utcDay }
  func start(of day: CivilDate) -> UTCTime { day.utcMidnight.adding(seconds: -offset) }
  func wait(until instant: UTCTime) async throws {
    try Task.checkCancellation()
  }
}
