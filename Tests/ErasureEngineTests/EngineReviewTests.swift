import ConnectorKit
import ErasureDomain
import ErasureEngine
import Journal
import TestKit
import Testing

@Suite(.serialized) struct `Rows whose start event has not happened` {
  private static let rule = "nl-wwft-5y"

  /// A system that keeps one open row; `later` says what its review finds kept after erasing `gone` rows.
  private func keeping(
    _ scene: EngineScene, until review: CivilDate, gone: Int, later: @escaping @Sendable (Int) -> [KeptCount],
    also sibling: KeptRows? = nil
  ) throws -> ScriptedSystem {
    let root = RootRecord(dataset: "customer", key: [RootRecord.KeyPart(column: "id", value: "1")])
    return try scene.add(
      "crm",
      ScriptedSystem(
        clock: scene.clock,
        erase: { order, before, number in
          guard order.verb == .eraseKept else {
            let open = KeptRows(rule: Self.rule, until: review, roots: [root], conditional: true)
            try await before.record(
              PreparedEffect(effects: ScriptedSystem.effects(1), kept: [open] + [sibling].compactMap { $0 }))
            return .completed(ScriptedSystem.effects(1))
          }
          // Only the first review has something to erase.
          let effects = [
            EffectCount(dataset: "contract", approved: 1, found: number == 2 ? gone : 0, erased: number == 2 ? gone : 0)
          ]
          if number == 2, gone > 0 { try await before.record(PreparedEffect(effects: effects)) }
          return .completed(effects)
        },
        verify: { order, number in
          guard order.verb == .eraseKept else { return ScriptedSystem.clean }
          return Verification(
            voucher: .us, seen: .secondLook, path: FailureCode("second-connection"), kept: later(number))
        }))
  }

  private func jobs(_ scene: EngineScene, review: CivilDate, dated: CivilDate? = nil) throws -> [PlannedJob] {
    let erase = try scene.job("crm")
    var jobs = [erase]
    for (day, conditional) in [(review, true)] + (dated.map { [($0, false)] } ?? []) {
      let follow = FollowUp(
        of: erase.job, rule: Self.rule, citation: nil, due: day, dueAt: day.utcMidnight, conditional: conditional)
      jobs.append(
        try scene.job(
          "crm", .eraseKept, deadline: day.utcMidnight.adding(seconds: 30 * 86_400),
          after: [Dependency(job: erase.job, kind: .settled)], followUp: follow))
    }
    return jobs
  }

  private func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

  private func answer(
    _ scene: EngineScene, _ job: PlannedJob, _ facts: QuestionAnswered
  ) async throws {
    let record = try await scene.record(job)
    try await scene.journal.append(
      [
        try EntryDraft(
          facts, about: EntrySubject(request: record.request, plan: record.plan, job: job.job),
          by: scene.fixture.approver)
      ], to: .job(job.job), expecting: record.revision)
  }

  @Test func `what is past its date goes, about the rest somebody is asked, and an accepted day brings it back`()
    async throws
  {
    let scene = try await EngineScene()
    let (review, next) = (try day("2027-03-02"), try day("2028-03-02"))
    let open = KeptCount(rule: Self.rule, until: next, count: 2, conditional: true)
    let crm = try keeping(scene, until: review, gone: 3) { _ in scene.clock.today < next ? [open] : [] }
    let jobs = try jobs(scene, review: review)
    try await scene.approve(jobs)
    try await scene.running {
      try await scene.until("asked") { try await scene.question(jobs[1]) != nil }
      #expect(try await scene.question(jobs[1]) == Question(code: .startEventOpen, found: 2, proposed: next))
      // What went is counted for certain, whatever the officer says.
      #expect(try await scene.record(jobs[1]).taken.map(\.erased) == [3])
      try await answer(
        scene, jobs[1],
        QuestionAnswered(code: .startEventOpen, answer: .accept, until: next, from: next.utcMidnight))
      #expect(try await scene.record(jobs[1]).state == .followUp(due: next, from: next.utcMidnight))
      try await scene.until("settled") { try await scene.isSettled(jobs[1]) }
    }
    #expect(scene.clock.today >= next)
    // The day of a follow-up is told once, however often it comes back, and of jobs due now nothing is.
    #expect(scene.notices.filter { $0.hasPrefix("follow-up-due") } == ["follow-up-due crm"])
    #expect(crm.orders(.erase).map(\.verb) == [.erase, .eraseKept, .eraseKept])
    #expect(try await scene.outcome(jobs[1])?.word == "erased")
    #expect(try await scene.outcome(jobs[1])?.receipt?.erased == 3)
    try await scene.checkJournal()
  }

  @Test func `a day that nobody proposed is not accepted`() async throws {
    let scene = try await EngineScene()
    let (review, next) = (try day("2027-03-02"), try day("2031-05-01"))
    _ = try keeping(scene, until: review, gone: 0) { _ in [KeptCount(rule: Self.rule, until: next, count: 1)] }
    let jobs = try jobs(scene, review: review)
    try await scene.approve(jobs)
    try await scene.running {
      try await scene.until("asked") { try await scene.question(jobs[1]) != nil }
    }
    let asked = try #require(try await scene.question(jobs[1]))
    #expect(asked == Question(code: .dateNotApproved, found: 1, proposed: next))
    #expect(asked.answers == [.accept, .retry, .replan, .except])
    for until in [try day("2099-01-01"), nil] {
      await #expect(throws: JournalFailure.self) {
        try await answer(
          scene, jobs[1],
          QuestionAnswered(code: .dateNotApproved, answer: .accept, until: until, from: until?.utcMidnight))
      }
    }
    #expect(try await scene.question(jobs[1]) == asked)
  }

  @Test func `rows that another follow-up of the same records erases on their day are not asked about`() async throws {
    let scene = try await EngineScene()
    let (review, dated) = (try day("2027-03-02"), try day("2030-01-01"))
    let root = RootRecord(dataset: "customer", key: [RootRecord.KeyPart(column: "id", value: "1")])
    _ = try keeping(
      scene, until: review, gone: 1, later: { _ in [KeptCount(rule: Self.rule, until: dated, count: 4)] },
      also: KeptRows(rule: Self.rule, until: dated, roots: [root]))
    let jobs = try jobs(scene, review: review, dated: dated)
    try await scene.approve(jobs)
    try await scene.running {
      try await scene.until("reviewed") { try await scene.isSettled(jobs[1]) }
    }
    #expect(try await scene.outcome(jobs[1])?.receipt?.erased == 1)
    // Another record's follow-up on the same day would not find these rows: then somebody is asked.
    let other = try await EngineScene()
    let stranger = RootRecord(dataset: "customer", key: [RootRecord.KeyPart(column: "id", value: "2")])
    _ = try keeping(
      other, until: review, gone: 1, later: { _ in [KeptCount(rule: Self.rule, until: dated, count: 4)] },
      also: KeptRows(rule: Self.rule, until: dated, roots: [stranger]))
    let more = try self.jobs(other, review: review, dated: dated)
    try await other.approve(more)
    try await other.running {
      try await other.until("asked") { try await other.question(more[1]) != nil }
    }
  }
}

@Suite(.serialized) struct `Anonymised instead of erased` {
  private func job(_ scene: EngineScene) throws -> PlannedJob {
    let said = RegisterStatement(saidBy: "it-operations", on: scene.clock.today)
    let plain = try scene.job("crm")
    return PlannedJob(
      job: plain.job, system: plain.system, title: plain.title, role: plain.role, connector: plain.connector,
      verb: plain.verb, counts: plain.counts, identifiers: plain.identifiers, dependsOn: plain.dependsOn,
      deadline: plain.deadline, leftOut: [], followUp: nil, concurrency: 1,
      record: plain.record,
      anonymise: [
        "visit": Anonymisation(
          keepColumns: ["year"], groupSize: 20, noKeySurvives: said, logsIncluded: said,
          methodApproved: RegisterStatement(saidBy: "privacy-officer", on: said.on))
      ])
  }

  @Test func `one anonymised row makes the outcome anonymised, however many were erased`() async throws {
    let scene = try await EngineScene()
    let effects = [
      EffectCount(dataset: "contact", approved: 1, found: 1, erased: 1),
      EffectCount(dataset: "visit", approved: 5, found: 5, erased: 0, anonymised: 5),
    ]
    try scene.add(
      "crm",
      ScriptedSystem(clock: scene.clock) { _, before, _ in
        try await before.record(PreparedEffect(effects: effects))
        return .completed(effects)
      })
    let job = try job(scene)
    try await scene.approve([job], signatures: 2)
    try await scene.running { try await scene.until("settled", moving: false) { try await scene.isSettled(job) } }
    #expect(try await scene.outcome(job)?.word == "anonymised")
    #expect(try await scene.outcome(job)?.receipt?.erased == 1)
    try await scene.checkJournal()
  }

  @Test func `one signature never starts a plan that anonymises, whatever is configured`() async throws {
    let scene = try await EngineScene()
    try scene.add("crm", ScriptedSystem(clock: scene.clock))
    await #expect(throws: JournalFailure.self) { try await scene.approve([try job(scene)], signatures: 1) }
    #expect(try await scene.entries(PlanApproved.kind).isEmpty)
  }
}

@Suite(.serialized) struct `A system that is switched off` {
  @Test func `is not asked for its rows any more: a person is`() async throws {
    let scene = try await EngineScene()
    let crm = ScriptedSystem(clock: scene.clock)
    try scene.add("crm", retired: scene.clock.today, crm)
    let job = try scene.job("crm")
    try await scene.approve([job])
    try await scene.running { try await scene.until("asked") { try await scene.question(job) != nil } }
    #expect(try await scene.question(job) == Question(code: .other, detail: FailureCode("system-retired")))
    #expect(crm.words.isEmpty)
  }
}
