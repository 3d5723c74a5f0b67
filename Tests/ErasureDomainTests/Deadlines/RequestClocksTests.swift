import Testing

@testable import ErasureDomain

/// A request's entries folded without a journal.
struct ClockStory {
  let request = RequestReference(bytes: [UInt8](repeating: 7, count: 16))
  let calendar: HolidayCalendar
  private(set) var record: RequestRecord

  static func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text), "\(text)") }

  init(received: String, calendar: HolidayCalendar = .netherlands(.atw)) throws {
    self.calendar = calendar
    let day = try Self.day(received)
    let dates = try DueDates.compute(received: day, calendar: calendar)
    record = RequestRecord(
      request: request, number: 1, revision: 1, state: .received,
      received: RequestReceived(
        number: 1, commitment: "", channel: "mail", receivedAt: day.utcMidnight.adding(seconds: 36_000),
        receivedOn: day, capacities: [.customer], identifierKinds: [.email], dueDates: dates),
      plans: [], findings: [], lawful: [:], undecided: 0, vaultDestroyed: false, entries: 1, entriesBeforeConclusion: 0)
  }

  /// Folds one more entry, written on the day it is about.
  mutating func fold<Facts: EntryFacts>(_ facts: Facts, on day: CivilDate) throws {
    let entry = try EntryDraft(facts, about: EntrySubject(request: request)).entry(
      at: day.utcMidnight.adding(seconds: 43_200))
    var changed = record
    if ClockFold.kinds.contains(Facts.kind) {
      try ClockFold.fold(entry, into: &changed)
    } else if Facts.kind == RequestConfirmed.kind {
      try ClockFold.requireProof(changed, entry.kind)
      changed.state = .verified
    }
    record = changed
  }

  mutating func extend(on text: String) throws {
    let day = try Self.day(text)
    try fold(
      record.received.dueDates.extending(
        for: .complexity, on: day, suspendedDays: record.identityProved?.suspendedDays ?? 0, calendar: calendar),
      on: day)
  }

  mutating func ask(on text: String) throws {
    let day = try Self.day(text)
    try fold(IdentityAsked(method: .knowledge, doubt: FailureCode("unknown-address"), on: day), on: day)
  }

  mutating func prove(on text: String) throws {
    let (day, asked) = (try Self.day(text), try #require(record.identityAsked?.first?.on))
    try fold(
      record.received.dueDates.proved(
        asked: asked, proof: day, isExtended: record.extended != nil, calendar: calendar), on: day)
  }

  mutating func refuse() { record.state = .refused(ground: "unfounded") }
  mutating func reply(on text: String) throws { record.repliedOn = try Self.day(text) }
  mutating func start() { record.state = .inErasure }

  var clocks: RequestClocks { RequestClocks(record, concludedOn: nil) }
  var days: [String?] { [record.dueInForce.statutory.description, record.dueInForce.workTo.description] }
}

@Suite struct `Clocks of a request` {
  @Test(
    arguments: [
      ("2026-03-06", "6 April 2026 is Easter Monday, so the last day is Tuesday 7 April 2026"),
      (
        "2026-03-04",
        "4 April 2026 is a Saturday, 5 April 2026 a Sunday and 6 April 2026 Easter Monday, so the last day is Tuesday "
          + "7 April 2026"
      ),
      ("2026-03-27", "27 April 2026 is King's Day, so the last day is Tuesday 28 April 2026"),
      (
        "2027-02-26",
        "26 March 2027 is Good Friday, 27 March 2027 a Saturday, 28 March 2027 a Sunday and 29 March 2027 "
          + "Easter Monday, so the last day is Tuesday 30 March 2027"
      ),
      ("2026-06-08", "one month after 8 June 2026"),
      ("2026-08-31", "one month after 31 August 2026, and that month has no day 31"),
    ])
  func `the last day says why it is this one`(received: String, why: String) throws {
    let clocks = try ClockStory(received: received).clocks
    #expect(clocks[.statutory]?.why == why)
  }

  @Test(
    arguments: [
      ("2026-03-06", "6 april 2026 is tweede paasdag, dus de laatste dag is dinsdag 7 april 2026"),
      (
        "2026-03-04",
        "4 april 2026 is een zaterdag, 5 april 2026 een zondag en 6 april 2026 tweede paasdag, dus de laatste dag is "
          + "dinsdag 7 april 2026"
      ),
      ("2026-06-08", "één maand na 8 juni 2026"),
      ("2026-08-31", "één maand na 31 augustus 2026, en die maand heeft geen 31e dag"),
    ])
  func `in Dutch the last day says why, too`(received: String, why: String) throws {
    let record = try ClockStory(received: received).record
    #expect(RequestClocks(record, concludedOn: nil, in: .dutch)[.statutory]?.why == why)
  }

  @Test func `every date and both clocks speak one language, and name the same days`() throws {
    var story = try ClockStory(received: "2026-03-10")
    try story.ask(on: "2026-03-10")
    try story.prove(on: "2026-03-20")
    try story.extend(on: "2026-04-08")
    let dutch = RequestClocks(story.record, concludedOn: nil, in: .dutch)
    #expect(dutch.lines.map(\.day) == story.clocks.lines.map(\.day))
    let english = [" the ", "was ", "extended", "working", "identity", " last ", "told"]
    for text in dutch.lines.map(\.why) + [dutch.reply.words, dutch.erasure.words] {
      #expect(!english.contains { text.contains($0) }, "\(text)")
    }
    #expect(dutch[.extended]?.why.hasPrefix("verlengd op 8 april 2026 wegens de ingewikkeldheid") == true)
  }

  @Test func `the day to work to says why, too`() throws {
    #expect(
      try ClockStory(received: "2026-03-06").clocks[.workTo]?.why == "the last working day before Monday 6 April 2026")
    #expect(
      try ClockStory(received: "2026-06-08").clocks[.workTo]?.why == "Wednesday 8 July 2026 is a working day")
  }

  @Test(arguments: [
    ("BE", "2026-06-21", "2026-07-22", "the national day of Belgium"),
    ("DE", "2025-09-03", "2025-10-06", "the Day of German Unity"),
  ])
  func `a neighbour's holiday is named`(country: String, received: String, last: String, name: String) throws {
    let calendar = try #require(HolidayCalendar.shipped(country: country, flavour: .strict))
    let line = try #require(try ClockStory(received: received, calendar: calendar).clocks[.statutory])
    #expect(line.day?.description == last && line.why.contains("is \(name)"))
  }

  /// Situations 35 to 37.
  @Test(
    arguments: [
      ("2026-03-10", "2026-03-10", "2026-03-20", "2026-04-20", "2026-04-10"),
      ("2026-01-31", "2026-02-02", "2026-02-09", "2026-03-09", "2026-03-02"),
      ("2026-03-10", "2026-03-30", "2026-04-08", "2026-04-10", "2026-04-10"),
    ])
  func `doubt about identity moves the dates, and the first stays beside it`(
    received: String, asked: String, proof: String, suspended: String, first: String
  ) throws {
    var story = try ClockStory(received: received)
    try story.ask(on: asked)
    #expect(story.days.first == first, "while the proof is awaited the first day counts")
    try story.prove(on: proof)
    #expect(story.days.first == suspended)
    #expect(story.clocks[.statutory]?.day?.description == first)
    #expect(story.clocks[.suspended]?.day?.description == suspended)
    #expect(story.clocks.reply.statutory.description == suspended)
    #expect((story.clocks[.suspended]?.why.contains("not without undue delay") == true) == (suspended == first))
  }

  @Test func `an extension moves both clocks once, and a full refusal keeps the first day`() throws {
    var story = try ClockStory(received: "2026-01-31")
    #expect(story.clocks[.extendable]?.why == "only if the person is told by 2026-03-02, with the reason")
    try story.extend(on: "2026-03-02")
    #expect(story.days == ["2026-04-28", "2026-04-28"])
    #expect(story.clocks.erasure.statutory.description == "2026-04-28")
    #expect(throws: FoldProblem.self) { try story.extend(on: "2026-03-02") }
    story.refuse()
    #expect(story.days == ["2026-03-02", "2026-02-27"], "situation 39")
    #expect(story.clocks[.refusal]?.day?.description == "2026-03-02")
  }

  /// Situation 38.
  @Test func `an extension after the first last day is no extension`() throws {
    var story = try ClockStory(received: "2026-11-30")
    #expect(throws: FoldProblem.self) { try story.extend(on: "2026-12-31") }
    try story.extend(on: "2026-12-30")
    var refused = try ClockStory(received: "2026-11-30")
    refused.refuse()
    #expect(throws: FoldProblem.self) { try refused.extend(on: "2026-12-01") }
  }

  @Test func `an entry that extends further than the law, or is dated back, does not fold`() throws {
    var story = try ClockStory(received: "2026-11-30")
    let (day, later) = (try ClockStory.day("2026-12-30"), try ClockStory.day("2026-12-31"))
    var facts = try story.record.received.dueDates.extending(
      for: .numberOfRequests, on: day, suspendedDays: 0, calendar: story.calendar)
    #expect(throws: FoldProblem.self, "written on the 2nd, said to be of the 30th") {
      try story.fold(facts, on: day.adding(days: 3))
    }
    facts.statutory = facts.statutory.adding(days: 1)
    #expect(throws: FoldProblem.self) { try story.fold(facts, on: day) }
    facts.statutory = later
    #expect(throws: FoldProblem.self) { try story.fold(facts, on: day) }
  }

  @Test(arguments: [true, false])
  func `extension and suspension together move the extended day`(extendedFirst: Bool) throws {
    var story = try ClockStory(received: "2026-03-10")
    try story.ask(on: "2026-03-10")
    if extendedFirst { try story.extend(on: "2026-03-12") }
    try story.prove(on: "2026-03-20")
    if !extendedFirst { try story.extend(on: "2026-03-25") }
    // 10 June and ten days are Saturday 20 June.
    #expect(story.days == ["2026-06-22", "2026-06-19"])
    #expect(story.clocks[.suspended]?.day?.description == "2026-04-20")
  }

  @Test func `who was asked is confirmed with the proof alone, and days are not invented`() throws {
    var story = try ClockStory(received: "2026-03-10")
    let day = try ClockStory.day("2026-03-20")
    let confirmed = RequestConfirmed(method: FailureCode("knowledge"), ground: .objection)
    let proof = try story.record.received.dueDates.proved(
      asked: try ClockStory.day("2026-03-10"), proof: day, isExtended: false, calendar: story.calendar)
    #expect(throws: FoldProblem.self, "nobody asked") { try story.fold(proof, on: day) }
    try story.ask(on: "2026-03-10")
    #expect(throws: FoldProblem.self) { try story.fold(confirmed, on: day) }
    var longer = proof
    longer.suspendedDays += 1
    #expect(throws: FoldProblem.self) { try story.fold(longer, on: day) }
    longer = proof
    longer.statutory = longer.statutory.adding(days: 40)
    #expect(throws: FoldProblem.self) { try story.fold(longer, on: day) }
    try story.fold(proof, on: day)
    try story.fold(confirmed, on: day)
    #expect(throws: FoldProblem.self) { try story.ask(on: "2026-03-21") }
  }

  @Test func `a receipt moves to an earlier time only, and takes what was counted from the later one with it`() throws {
    var story = try ClockStory(received: "2026-03-10")
    try story.ask(on: "2026-03-12")
    try story.prove(on: "2026-03-20")
    try story.extend(on: "2026-03-25")
    let (early, late) = (try ClockStory.day("2026-03-06"), try ClockStory.day("2026-03-11"))
    func moved(to day: CivilDate) throws -> ReceiptCorrected {
      ReceiptCorrected(
        reason: FailureCode("other-department"), receivedAt: day.utcMidnight, receivedOn: day,
        dueDates: try DueDates.compute(received: day, calendar: story.calendar))
    }
    #expect(throws: FoldProblem.self) { try story.fold(try moved(to: late), on: late) }
    try story.fold(try moved(to: early), on: late)
    #expect(story.days == ["2026-04-07", "2026-04-02"])
    #expect(story.record.extended == nil && story.clocks[.suspended]?.day?.description == "2026-04-07")
  }

  @Test func `a reply closes its own clock, and the erasure's runs on`() throws {
    var story = try ClockStory(received: "2026-03-10")
    story.start()
    #expect(story.clocks.reply.closedOn == nil)
    try story.reply(on: "2026-03-20")
    #expect(story.clocks.reply.closedOn?.description == "2026-03-20")
    #expect(story.clocks.erasure.closedOn == nil && story.clocks.erasure.words == "open: jobs are under way")
    #expect(story.record.hasOpenClock)
  }

  @Test func `an alarm is raised once, and one nearer covers those further ahead`() throws {
    var story = try ClockStory(received: "2026-03-10")
    let workTo = story.record.dueInForce.workTo
    try story.fold(DeadlineNear(workTo: workTo, lead: 7), on: workTo)
    #expect(throws: FoldProblem.self) { try story.fold(DeadlineNear(workTo: workTo, lead: 7), on: workTo) }
    #expect(throws: FoldProblem.self) { try story.fold(DeadlineNear(workTo: workTo, lead: 15), on: workTo) }
    try story.fold(DeadlineNear(workTo: workTo, lead: 3), on: workTo)
    try story.fold(DeadlineNear(workTo: workTo.adding(days: 1), lead: 15), on: workTo)
  }

  @Test func `a record that nothing moved has the bytes it had before there were clocks`() throws {
    let record = try ClockStory(received: "2026-03-10").record
    let keys = try CanonicalJSON.tree(of: record).object?.keys.sorted() ?? []
    for key in ["extended", "identityAsked", "identityProved", "repliedOn", "alarms"] { #expect(!keys.contains(key)) }
  }
}
