import ConnectorKit
import ErasureDomain
import ErasureEngine
import EvidenceLog
import Journal
import SubjectVault
import TestKit
import Testing

/// What becomes of the calls of companies.
@Suite(.serialized) struct `A company that calls` {
  private struct Told {
    let scene: EngineScene
    let sister: CallingSystem
    let job: PlannedJob
    let plan: ProposedPlan
    let began: UTCTime

    init(gate: Gate? = nil, days: Int64 = 20) async throws {
      scene = try await EngineScene()
      began = scene.clock.now()
      sister = try scene.add("sister", CallingSystem(gate: gate))
      job = try scene.job("sister", .instruct, deadline: scene.day(days))
      plan = try await scene.approve([job])
    }

    func take(_ id: String, _ status: RecipientWord) async -> CallbackIntake.Verdict {
      await scene.intake().take(CallingSystem.call(id, status), about: job.job.text)
    }
  }

  @Test func `is asked at once, and its word settles the job without waiting for the ladder`() async throws {
    let told = try await Told()
    let scene = told.scene
    let began = scene.clock.now()
    try await scene.running {
      try await scene.until("told", moving: false) { try await scene.record(told.job).handedOverAt != nil }
      #expect(await told.take("m-1", .received) == .taken)
      try await scene.until("asked", moving: false) { told.sister.polls == 1 }
      #expect(try await !scene.isSettled(told.job))
      try await scene.idle()
      #expect(await told.take("m-2", .completed) == .taken)
      try await scene.until("settled", moving: false) { try await scene.isSettled(told.job) }
    }
    #expect(scene.clock.now() == began)
    guard case .erased(let receipt) = try await scene.outcome(told.job) else { throw EngineScene.Stuck() }
    #expect(receipt.verification.path == CallbackReceived.path)
    let calls = try await scene.entries(CallbackReceived.kind, of: told.job)
    #expect(try calls.map { try $0.facts(as: CallbackReceived.self).status } == [.received, .completed])
    try await scene.checkJournal()
  }

  @Test func `is not taken unsigned, malformed, unknown, or while an attempt writes`() async throws {
    let gate = Gate()
    let told = try await Told(gate: gate)
    let (scene, intake) = (told.scene, told.scene.intake())
    try await scene.running {
      try await scene.until("running", moving: false) {
        if case .running = try await scene.record(told.job).state { return true }
        return false
      }
      guard case .busy = await told.take("m-1", .completed) else { throw EngineScene.Stuck() }
      gate.open()
      try await scene.until("told", moving: false) { try await scene.record(told.job).handedOverAt != nil }
    }
    let job = told.job.job.text
    #expect(await intake.take(CallingSystem.call("m-1", .completed, isSigned: false), about: job) == .unsigned)
    #expect(
      await intake.take(IncomingCall(headers: [:], body: Array("x!".utf8)), about: job)
        == .malformed(FailureCode("no-status")))
    let stranger = JobReference(bytes: Array(repeating: 9, count: 16)).text
    #expect(await intake.take(CallingSystem.call("m-1", .completed), about: stranger) == .unknownJob)
    #expect(await intake.take(CallingSystem.call("m-1", .completed), about: "../etc") == .unknownJob)
    #expect(try await scene.entries(CallbackReceived.kind).isEmpty)
  }

  @Test func `may say the same again, and may not take back what it said`() async throws {
    let told = try await Told()
    let scene = told.scene
    try await scene.running {
      try await scene.until("told", moving: false) { try await scene.record(told.job).handedOverAt != nil }
      #expect(await told.take("m-1", .completed) == .taken)
      #expect(await told.take("m-1", .completed) == .taken, "the same call, the same answer")
      try await scene.until("settled", moving: false) { try await scene.isSettled(told.job) }
      #expect(await told.take("m-2", .denied) == .contradicts)
      #expect(await told.take("m-3", .noMatch) == .contradicts)
    }
    #expect(try await scene.entries(CallbackReceived.kind).count == 1)
    try await scene.checkJournal()
  }

  @Test(arguments: [BreakableJournal.Fault.lost, .failedButPersisted])
  func `whose call was not answered calls again, and is recorded once`(_ fault: BreakableJournal.Fault) async throws {
    let told = try await Told()
    let scene = told.scene
    try await scene.running {
      try await scene.until("told", moving: false) { try await scene.record(told.job).handedOverAt != nil }
    }
    let broken = BreakableJournal(scene.journal) { fault }
    let intake = CallbackIntake(scene.surroundings(over: broken))
    let call = CallingSystem.call("m-1", .completed)
    guard case .busy = await intake.take(call, about: told.job.job.text) else { throw EngineScene.Stuck() }
    #expect(try await scene.entries(CallbackReceived.kind).count == (fault == .lost ? 0 : 1))
    #expect(await told.take("m-1", .completed) == .taken)
    #expect(try await scene.entries(CallbackReceived.kind).count == 1)
  }

  @Test func `too late is noted with its receipt, changes nothing, and is not heard when the request has ended`()
    async throws
  {
    let told = try await Told(days: 2)
    let scene = told.scene
    try await scene.running {
      try await scene.until("unconfirmed") { try await scene.isSettled(told.job) }
      #expect(await told.take("m-1", .completed) == .taken)
      let late = try #require(try await scene.entries(CallbackReceived.kind).last)
      let facts = try late.facts(as: CallbackReceived.self)
      #expect(facts.late && facts.receipt == ContentDigest(hashing: Array("m-1 completed!".utf8)))
      #expect(try await scene.outcome(told.job)?.word == "unconfirmed")
      #expect(scene.notices.contains("late-answer \(told.job.job.text)"))
      try await scene.until("concluded") { try await scene.request(told.plan.plan.request).state == .concluded }
    }
    let request = told.plan.plan.request
    try await scene.close(request)
    _ = try await scene.vault.destroy(request)
    #expect(await told.take("m-2", .completed) == .taken, "without the vault the word alone is kept")
    try await scene.running {
      try await scene.until("ended") { try await scene.request(request).state == .ended }
    }
    #expect(await told.take("m-3", .completed) == .gone)
    try await scene.checkJournal()
  }

  @Test func `is heard a hundred times about one job, and no more`() async throws {
    let told = try await Told()
    let scene = told.scene
    try await scene.running {
      try await scene.until("told", moving: false) { try await scene.record(told.job).handedOverAt != nil }
    }
    for number in 1...CallbackIntake.mostCalls { #expect(await told.take("m-\(number)", .inProgress) == .taken) }
    #expect(await told.take("m-x", .inProgress) == .tooMany)
    #expect(await told.take("m-7", .inProgress) == .taken, "one of those that were taken")
  }

  // MARK: Taking a notice back

  @Test(arguments: [true, false])
  func `is told when its job is cancelled, until it has heard it`(wasTold: Bool) async throws {
    let gate = Gate()
    let told = try await Told(gate: wasTold ? nil : gate)
    let scene = told.scene
    if wasTold {
      try await scene.running {
        try await scene.until("told", moving: false) { try await scene.record(told.job).handedOverAt != nil }
      }
    }
    let outcome = JobSettled(outcome: .cancelled(reason: FailureCode("officer")))
    let record = try await scene.record(told.job)
    try await scene.journal.append(
      [
        try EntryDraft(
          outcome, about: EntrySubject(request: record.request, plan: record.plan, job: record.job),
          by: scene.fixture.approver)
      ],
      to: .job(record.job), expecting: record.revision)
    try await scene.running {
      try await scene.until("concluded") { try await scene.request(record.request).state == .concluded }
    }
    let answers = try await scene.entries(CancelSent.kind).map { try $0.facts(as: CancelSent.self).answer }
    #expect(answers == (wasTold ? [.tooLate] : []), "who was never told hears nothing")
    #expect(told.sister.cancels.count == (wasTold ? 2 : 0))
    #expect(scene.notices.contains("too-late-to-cancel \(told.job.job.text)") == wasTold)
    try await scene.checkJournal()
  }

  @Test func `is told when the plan is halted`() async throws {
    let told = try await Told()
    let scene = told.scene
    try await scene.running {
      try await scene.until("told", moving: false) { try await scene.record(told.job).handedOverAt != nil }
      let plan = told.plan.plan
      let revision = try #require(try await scene.journal.read { try $0.plan(plan.plan)?.revision })
      try await scene.journal.append(
        [
          try EntryDraft(
            PlanHalted(reason: FailureCode("wrong-person")),
            about: EntrySubject(request: plan.request, plan: plan.plan), by: scene.fixture.approver)
        ],
        to: .plan(plan.plan), expecting: revision)
      try await scene.until("heard") { try await scene.record(told.job).cancel != nil }
    }
    #expect(try await scene.outcome(told.job)?.word == "unconfirmed", "told stays told")
    try await scene.checkJournal()
  }

  @Test func `that stays silent is somebody's worry after four fifths of its time, once`() async throws {
    let told = try await Told(days: 10)
    let scene = told.scene
    try await scene.running {
      try await scene.until("silent") { scene.notices.contains("company-silent \(told.job.job.text)") }
      #expect(scene.clock.now().seconds(since: told.began) == 8 * 86_400)
      try await scene.until("unconfirmed") { try await scene.isSettled(told.job) }
    }
    #expect(scene.notices.count { $0.hasPrefix("company-silent") } == 1)
  }
}
