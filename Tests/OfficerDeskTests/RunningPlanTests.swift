import ConnectorKit
import ErasureDomain
import ErasureEngine
import OfficerAPI
import SubjectVault
import TestKit
import Testing

@Suite(.serialized) struct `While a plan runs` {
  private func settledWord(_ scene: DeskScene, _ system: SystemName, _ verb: JobVerb = .erase) async throws -> String {
    try await scene.job(system, verb).state.word
  }

  // MARK: Pausing

  @Test func `a paused plan stays paused under a new daemon, and goes on when it is resumed`() async throws {
    let scene = try await DeskScene()
    try await scene.approved()
    let paused = try await scene.say(PausePlan(plan: "1"), by: .bram)
    #expect(paused.state == "paused")
    for _ in 0..<2 {
      try await scene.running {
        try await scene.until("the engine sleeps", moving: false) { try await scene.quiet() }
        scene.clock.advance(days: 1)
        try await scene.until("the engine sleeps again", moving: false) { try await scene.quiet() }
      }
    }
    #expect(try await scene.entries(AttemptStarted.kind).isEmpty)
    #expect(try scene.systems.contacts == [7, 8, 9])
    #expect(try await scene.say(ShowPlan(plan: "1"), by: .erik).state == "paused")
    #expect(try await scene.refusal(of: PausePlan(plan: "1"), by: .bram).reason == .refused)
    try await scene.running {
      try await scene.say(ResumePlan(plan: "1"), by: .chris)
      try await scene.untilOnlyTheStickWaits()
    }
    #expect(try scene.systems.contacts == [9])
    #expect(try await scene.entries(PlanPaused.kind).map(\.by) == [Member.bram.id])
    #expect(try await scene.entries(PlanResumed.kind).map(\.by) == [Member.chris.id])
    try await scene.checkJournal()
  }

  @Test func `what nobody approved cannot be paused or resumed`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    #expect(try await scene.refusal(of: PausePlan(plan: "1"), by: .bram).message.contains("paused is not possible"))
    #expect(try await scene.refusal(of: ResumePlan(plan: "1"), by: .bram).message.contains("resumed is not possible"))
  }

  // MARK: More than was approved

  @Test func `one record more than approved asks and touches nothing, and planning again halts the plan`() async throws
  {
    let scene = try await DeskScene()
    try await scene.approved()
    try scene.systems.run("crm", "INSERT INTO contact VALUES (10, '\(DeskSystems.email)', NULL, NULL, 'Ada', 'Again')")
    try await scene.running {
      try await scene.until("the CRM asks") { try await scene.job(DeskSystems.crm).waitsForPerson }
      let job = try await scene.job(DeskSystems.crm)
      let task = try await scene.say(ShowTask(task: job.job.text), by: .bram)
      #expect(task.question.code == .moreThanApproved)
      #expect(task.question.approved == 2)
      #expect(task.question.found == 3)
      #expect(try scene.systems.contacts == [7, 8, 9, 10])
      #expect(try scene.systems.activities == [1, 2, 3, 4])
      #expect(scene.notices.contains("more-than-approved \(job.job)"))
      let cancel = AnswerTask(task: job.job.text, answer: .cancel, note: "no")
      #expect(
        try await scene.refusal(of: cancel, by: .bram).message
          == "\(job.job) can be answered with: retry, replan, except")

      try await scene.say(AnswerTask(task: job.job.text, answer: .replan), by: .bram)
      #expect(try await scene.request().state == .verified)
      #expect(try await scene.plan().state == .halted)
      try await scene.until("what was left is cancelled") {
        try await scene.jobs().allSatisfy { $0.verb.isFollowUp || $0.state.isSettled }
      }
      #expect(try await settledWord(scene, DeskSystems.crm) == "cancelled")
      #expect(try await settledWord(scene, DeskSystems.stick, .manual) == "cancelled")
      #expect(try await settledWord(scene, DeskSystems.office) == "erased")

      let again = try await scene.draft()
      #expect(again.lines.first { $0.system == DeskSystems.crm }?.counts.first?.erase == 3)
      try await scene.approve(by: .bram)
      try await scene.approve(by: .chris)
      try await scene.untilOnlyTheStickWaits()
    }
    #expect(try scene.systems.contacts == [9])
    #expect(try scene.systems.activities == [4])
    try await scene.checkJournal()
  }

  // MARK: Jobs

  /// A scene whose CRM fails like this, run until it waits for a person.
  private func waiting(
    for failure: ConnectorFailure, _ settings: EngineSettings = EngineSettings(),
    _ body: (DeskScene, JobReference) async throws -> Void
  ) async throws {
    let scene = try await DeskScene()
    scene.systems.crm.fail(with: failure)
    try await scene.approved()
    try await scene.running(settings) {
      try await scene.until("the CRM waits") { try await scene.job(DeskSystems.crm).waitsForPerson }
      try await body(scene, try await scene.job(DeskSystems.crm).job)
    }
    try await scene.checkJournal()
  }

  @Test func `a spent budget is a question, and an answer starts it anew`() async throws {
    var settings = EngineSettings()
    settings.attempts = 3
    try await waiting(for: .transient(FailureCode("locked"), retryAfterSeconds: nil), settings) { scene, job in
      let record = try await scene.job(DeskSystems.crm)
      #expect(record.epoch == 3)
      guard case .awaitingOfficer(let question) = record.state else { throw DeskScene.Never.came }
      #expect(question.code == .budgetSpent)
      #expect(question.detail == FailureCode("locked"))
      #expect(scene.notices.contains("budget-spent \(job)"))
      #expect(try await scene.say(ShowStatus(), by: .fred).tasks >= 1)
      scene.systems.crm.fail(with: nil)
      try await scene.say(RetryJob(job: job.text, reason: "the lock is gone"), by: .bram)
      try await scene.until("the CRM is erased") { try await scene.job(DeskSystems.crm).state.isSettled }
      #expect(try await settledWord(scene, DeskSystems.crm) == "erased")
      let refusal = try await scene.refusal(of: RetryJob(job: job.text, reason: "again"), by: .bram)
      #expect(refusal.message == "\(job) is erased; there is nothing to try again")
    }
  }

  @Test func `what can never work has failed, and is reopened by an officer`() async throws {
    try await waiting(for: .permanent(FailureCode("no-such-table"))) { scene, job in
      #expect(try await settledWord(scene, DeskSystems.crm) == "failed")
      #expect(try await scene.say(ListTasks(), by: .bram).contains { $0.task == job.text })
      scene.systems.crm.fail(with: nil)
      try await scene.say(RetryJob(job: job.text, reason: "the table is back"), by: .bram)
      try await scene.until("the CRM is erased") { try await scene.job(DeskSystems.crm).state.isSettled }
      #expect(try await scene.entries(JobReopened.kind).map(\.by) == [Member.bram.id])
    }
  }

  @Test func `a job is cancelled with a reason, once, and its rows stay`() async throws {
    try await waiting(for: .permanent(FailureCode("no-such-table"))) { scene, job in
      let silent = try await scene.refusal(of: CancelJob(job: job.text, reason: ""), by: .bram)
      #expect(silent.message == "say why the job is cancelled")
      let view = try await scene.say(CancelJob(job: job.text, reason: "a dispute with \(DeskSystems.email)"), by: .bram)
      #expect(view.outcome?.word == "cancelled")
      #expect(try scene.systems.contacts == [7, 8, 9])
      let twice = try await scene.refusal(of: CancelJob(job: job.text, reason: "again"), by: .bram)
      #expect(twice.reason == .refused)
      let entries = try await scene.entries(JobSettled.kind).filter { $0.subject.job == job }
      #expect(entries.map(\.by) == [Member.bram.id])
    }
  }

  @Test func `an exception needs a note, which stays in the vault`() async throws {
    try await waiting(for: .needsOfficer(Question(code: .blocked))) { scene, job in
      let silent = try await scene.refusal(of: AnswerTask(task: job.text, answer: .except, terms: .claim), by: .bram)
      #expect(silent.message.hasPrefix("say why, with a note"))
      let empty = try await scene.refusal(
        of: AnswerTask(task: job.text, answer: .except, note: "", terms: .claim), by: .bram)
      #expect(empty.reason == .invalid)
      try await scene.say(AnswerTask(task: job.text, answer: .except, note: "court case", terms: .claim), by: .bram)
      guard case .settled(.excepted) = try await scene.job(DeskSystems.crm).state else { throw DeskScene.Never.came }
      #expect(
        try await scene.vault.get(String.self, .answer(job), of: try await scene.request().request) == "court case")
      #expect(try await scene.refusal(of: AnswerTask(task: job.text, answer: .retry), by: .bram).reason == .refused)
    }
  }

  @Test func `a job that runs or waits by itself is neither retried nor cut off`() async throws {
    let scene = try await DeskScene()
    let gate = Gate()
    scene.systems.office.hold(at: gate)
    try await scene.approved()
    try await scene.running {
      try await scene.until("the office is at it") { gate.waiting == 1 }
      let job = try await scene.job(DeskSystems.office).job
      let retry = try await scene.refusal(of: RetryJob(job: job.text, reason: "now"), by: .bram)
      #expect(retry.message == "\(job) is running; there is nothing to try again")
      #expect(try await scene.refusal(of: CancelJob(job: job.text, reason: "stop"), by: .bram).reason == .refused)
      gate.open()
      try await scene.until("the office is done") { try await scene.job(DeskSystems.office).state.isSettled }
    }
  }

  // MARK: Withdrawing

  @Test func `a withdrawal stops what can be stopped, and kept rows still go on their day`() async throws {
    let scene = try await DeskScene()
    scene.systems.crm.fail(with: .transient(FailureCode("locked"), retryAfterSeconds: 3_600))
    try await scene.approved()
    try await scene.running {
      try await scene.until("the CRM waits to try again") {
        try await scene.job(DeskSystems.crm).state.word == "waiting-to-retry"
      }
      let view = try await scene.say(WithdrawRequest(request: "1"), by: .anna)
      #expect(view.state == "withdrawn-partly")
      try await scene.until("what could be stopped is cancelled") {
        try await scene.jobs().allSatisfy { $0.verb.isFollowUp || $0.state.isSettled }
      }
      #expect(try await settledWord(scene, DeskSystems.crm) == "cancelled")
      #expect(try await settledWord(scene, DeskSystems.office) == "erased")
      #expect(try scene.systems.contacts == [7, 8, 9])

      // The person is told and forgotten; the invoice that tax law keeps is no reason to keep him in the vault.
      let today = scene.clock.today
      try await scene.say(CloseRequest(request: "1", informedOn: today, channel: "letter"), by: .bram)
      try await endsIn2033(scene)
    }
  }

  @Test func `a withdrawal while an erasure runs keeps the follow-up of what it keeps`() async throws {
    let scene = try await DeskScene()
    let gate = Gate()
    scene.systems.office.hold(at: gate)
    try await scene.approved()
    try await scene.running {
      try await scene.until("the office is at it") { gate.waiting == 1 }
      try await scene.say(WithdrawRequest(request: "1"), by: .anna)
      try await scene.until("the rest is cancelled", moving: false) {
        try await settledWord(scene, DeskSystems.crm) == "cancelled"
      }
      gate.open()
      try await scene.until("the office is done") { try await scene.job(DeskSystems.office).state.isSettled }
      #expect(try await settledWord(scene, DeskSystems.office) == "erased")
      try await scene.until("the engine sleeps", moving: false) { try await scene.quiet() }
      #expect(try await settledWord(scene, DeskSystems.office, .eraseKept) == "follow-up")
      try await scene.say(CloseRequest(request: "1", informedOn: scene.clock.today, channel: "letter"), by: .bram)
      try await endsIn2033(scene)
    }
  }

  /// The invoice goes on its day, and with it what is left of the customer.
  private func endsIn2033(_ scene: DeskScene) async throws {
    try await scene.until("the vault entry is gone", moving: false) { try await scene.request().vaultDestroyed }
    #expect(try scene.systems.numbers("office", "SELECT invoice_no FROM invoice ORDER BY 1") == [1, 2])
    scene.clock.set(to: try #require(CivilDate("2033-01-01")).utcMidnight)
    try await scene.until("the invoice went on its day") { try await scene.request().state == .ended }
    #expect(try scene.systems.numbers("office", "SELECT invoice_no FROM invoice ORDER BY 1") == [2])
    #expect(try scene.systems.numbers("office", "SELECT debtor_no FROM customer ORDER BY 1") == [90])
    try await scene.checkJournal()
  }

  @Test func `a withdrawal of a paused plan keeps the follow-up of what is done`() async throws {
    let scene = try await DeskScene()
    scene.systems.crm.fail(with: .transient(FailureCode("locked"), retryAfterSeconds: 3_600))
    try await scene.approved()
    try await scene.running {
      try await scene.until("the office is done") { try await scene.job(DeskSystems.office).state.isSettled }
      try await scene.say(PausePlan(plan: "1"), by: .bram)
      try await scene.say(WithdrawRequest(request: "1"), by: .anna)
      try await scene.until("what could be stopped is cancelled") {
        try await scene.jobs().allSatisfy { $0.verb.isFollowUp || $0.state.isSettled }
      }
      #expect(try await settledWord(scene, DeskSystems.office, .eraseKept) == "follow-up")
      try await scene.say(CloseRequest(request: "1", informedOn: scene.clock.today, channel: "letter"), by: .bram)
      try await endsIn2033(scene)
    }
  }

  @Test func `a withdrawal of an erasure that fails after all leaves nothing to follow`() async throws {
    let scene = try await DeskScene()
    let gate = Gate()
    scene.systems.office.hold(at: gate)
    try await scene.approved()
    let engine = Task { try await scene.running { try await scene.until("told", moving: false) { gate.waiting == 1 } } }
    try await engine.value
    // The daemon stopped in the middle; the attempt was interrupted and waits to be repeated.
    #expect(try await settledWord(scene, DeskSystems.office) == "ready")
    try await scene.say(WithdrawRequest(request: "1"), by: .anna)
    try await scene.running {
      try await scene.until("all is cancelled") { try await scene.jobs().allSatisfy(\.state.isSettled) }
    }
    #expect(try await settledWord(scene, DeskSystems.office, .eraseKept) == "cancelled")
    try await scene.checkJournal()
  }
}
