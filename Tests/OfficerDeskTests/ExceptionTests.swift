import ErasureDomain
import ErasureEngine
import Journal
import OfficerAPI
import TestKit
import Testing

extension ExceptionTerms {
  /// Terms that hold in every scene.
  static let claim = ExceptionTerms(
    ground: .legalClaims, citation: "Art. 6:162 BW", until: CivilDate(year: 2030, month: 1, day: 1))
}

extension LeaveOut {
  /// Records that stay for a claim.
  init(plan: String, ordinals: [Int], reason: String) {
    self.init(plan: plan, ordinals: ordinals, reason: reason, terms: .claim)
  }
}

@Suite(.serialized) struct `An exception` {
  private func except(_ job: JobRecord, _ terms: ExceptionTerms? = .claim) -> AnswerTask {
    AnswerTask(task: job.job.text, answer: .except, note: "The claim of Ada.", terms: terms)
  }

  /// A request all of whose own work is on hold, so that each job may be excepted without being asked.
  private func held() async throws -> DeskScene {
    let scene = try await DeskScene()
    try await scene.proposed()
    for system in [DeskSystems.crm, DeskSystems.office, DeskSystems.stick] {
      let review = scene.clock.today.adding(days: 90)
      try await scene.say(
        SetHold(request: "1", system: system.description, reviewBefore: review, reason: "A claim."), by: .anna)
    }
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    return scene
  }

  @Test func `has a ground, a statute that names nobody, and one date; all of it is evidence and on screen`()
    async throws
  {
    let scene = try await held()
    let crm = try await scene.job(DeskSystems.crm)
    let (past, later) = (scene.clock.today.adding(days: -1), scene.clock.today.adding(days: 400))
    let wrong: [ExceptionTerms?] = [
      nil, ExceptionTerms(ground: .legalClaims, citation: "Art. 6:162 BW"),
      ExceptionTerms(ground: .legalClaims, citation: "Art. 6:162 BW", until: later, reviewBefore: later),
      ExceptionTerms(ground: .legalClaims, citation: "Art. 6:162 BW", until: past),
      ExceptionTerms(ground: .legalClaims, citation: "", until: later),
      ExceptionTerms(ground: .legalClaims, citation: "see ada@example.nl", until: later),
      ExceptionTerms(ground: .legalClaims, citation: "call 06-1234 5678", until: later),
      ExceptionTerms(ground: .legalClaims, citation: String(repeating: "x", count: 161), until: later),
      ExceptionTerms(ground: .legalClaims, citation: "Art. 6\n162", until: later),
    ]
    for terms in wrong {
      #expect(
        try await scene.refusal(of: except(crm, terms), by: .bram).reason == .invalid, "\(String(describing: terms))")
    }
    #expect(try await scene.entries(QuestionAnswered.kind).isEmpty)
    try await scene.say(except(crm), by: .bram)
    let answered = try #require(try await scene.entries(QuestionAnswered.kind).first).facts(as: QuestionAnswered.self)
    #expect(answered.terms == .claim)
    let view = try await scene.say(ShowJob(job: crm.job.text), by: .erik).job
    #expect(view.exception == .claim && view.outcome == .excepted(ground: "art17-3-e"))
    try await scene.checkJournal()
  }

  @Test func `of records names its terms too`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    var call = LeaveOut(plan: "1", ordinals: [2], reason: "a bakery")
    call.terms.citation = "ask \(DeskSystems.email)"
    #expect(try await scene.refusal(of: call, by: .chris).reason == .invalid)
    try await scene.say(LeaveOut(plan: "1", ordinals: [2], reason: "a bakery"), by: .chris)
    let granted = try #require(try await scene.entries(ExceptionGranted.kind).first)
    #expect(try granted.facts(as: ExceptionGranted.self).terms == .claim)
    try await scene.checkJournal()
  }

  @Test func `of all our own systems by one officer is none of everything, since a company was told`() async throws {
    let scene = try await held()
    try await scene.running {
      try await scene.until("the others are done", moving: false) {
        guard try await scene.quiet() else { return false }
        return try await scene.job(DeskSystems.sister, .notify).state.isHandedOver
      }
    }
    let jobs = try await scene.jobs().filter { !$0.verb.isFollowUp }
    for job in jobs where job.state.isSettled { #expect(job.state.word != "excepted") }
    for system in [DeskSystems.crm, DeskSystems.office] {
      try await scene.say(except(try await scene.job(system)), by: .bram)
    }
    try await scene.say(except(try await scene.job(DeskSystems.stick, .manual)), by: .bram)
    try await scene.checkJournal()
  }
}

/// The journal's own word, without a desk.
@Suite struct `Everything of a request` {
  /// Two jobs of one plan that wait, in a log with these rules.
  private func journal(rules: Int) async throws -> (MemoryJournal, [JobRecord]) {
    var options = DeskScene.Options()
    options.rules = rules
    let scene = try await DeskScene(options)
    try await scene.approved()
    return (scene.journal, try await scene.jobs().filter { !$0.verb.isFollowUp })
  }

  private func except(_ job: JobRecord, by member: Member, typed: Bool = true, in journal: MemoryJournal) async throws {
    let subject = EntrySubject(request: job.request, plan: job.plan, job: job.job)
    let terms: ExceptionTerms? = typed ? .claim : nil
    let ground = typed ? "art17-3-e" : "decided-by-officer"
    try await journal.append(
      [
        try EntryDraft(QuestionAnswered(code: .other, answer: .except, terms: terms), about: subject, by: member.id),
        try EntryDraft(JobSettled(outcome: .excepted(ground: ground)), about: subject, by: member.id),
      ], to: subject.stream, expecting: job.revision)
  }

  @Test func `is not excepted by one person alone`() async throws {
    let (journal, jobs) = try await journal(rules: LogRules.newest)
    try #require(jobs.count > 2)
    for job in jobs.dropLast() { try await except(job, by: .bram, in: journal) }
    let last = try #require(jobs.last)
    let failure = await #expect(throws: JournalFailure.self) { try await except(last, by: .bram, in: journal) }
    #expect(failure.map { "\($0)" }?.contains("one person alone would except or cancel everything") == true)
    try await except(last, by: .chris, in: journal)
    #expect(try await journal.compareAnswersWithFold() == [])
  }

  @Test func `is not cancelled by one person alone, or by nobody`() async throws {
    let (journal, jobs) = try await journal(rules: LogRules.newest)
    for job in jobs.dropLast(2) { try await cancel(job, by: .bram, in: journal) }
    try await except(jobs[jobs.count - 2], by: .bram, in: journal)
    let last = try #require(jobs.last)
    for (member, why) in [(Member.bram, "one person alone"), (nil, "by nobody")] {
      let failure = await #expect(throws: JournalFailure.self) { try await cancel(last, by: member, in: journal) }
      #expect(failure.map { "\($0)" }?.contains(why) == true)
    }
    try await cancel(last, by: .chris, in: journal)
    #expect(try await journal.compareAnswersWithFold() == [])
    let (older, old) = try await self.journal(rules: LogRules.doubtForbidsWork)
    for job in old { try await cancel(job, by: nil, in: older) }
  }

  private func cancel(_ job: JobRecord, by member: Member?, in journal: MemoryJournal) async throws {
    let draft = try EntryDraft(
      JobSettled(outcome: .cancelled(reason: FailureCode("officer"))),
      about: EntrySubject(request: job.request, plan: job.plan, job: job.job), by: member?.id)
    try await journal.append([draft], to: .job(job.job), expecting: job.revision)
  }

  @Test func `needs terms in a log that promises them, and only there`() async throws {
    let (typed, jobs) = try await journal(rules: LogRules.newest)
    await #expect(throws: JournalFailure.self) { try await except(jobs[0], by: .bram, typed: false, in: typed) }
    let (older, old) = try await journal(rules: LogRules.pausesForbidEffects)
    for job in old { try await except(job, by: .bram, typed: false, in: older) }
    #expect(try await older.compareAnswersWithFold() == [])
  }
}
