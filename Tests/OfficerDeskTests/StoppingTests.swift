import ErasureDomain
import ErasureEngine
import Journal
import OfficerAPI
import TestKit
import Testing

@Suite(.serialized) struct `Stopping` {
  @Test func `everything ends attempts within a second, lets none begin after a restart, and is undone by an officer`()
    async throws
  {
    let scene = try await DeskScene()
    let gate = Gate()
    scene.systems.crm.wait(at: gate)
    try await scene.approved()
    try await scene.running {
      // On a busy machine a stop may wait for its turn: one of several that is quick enough shows that nothing holds it up.
      var quickest = Duration.seconds(60)
      for round in 1...10 where quickest >= .seconds(1) {
        if round > 1 { try await scene.say(ResumeWork(), by: .bram) }
        try await scene.until("an attempt is at it", moving: false) { gate.waiting == 1 }
        let began = ContinuousClock.now
        try await scene.say(StopWork(), by: .fred)
        try await scene.until("the attempt has ended", moving: false) {
          try await scene.job(DeskSystems.crm).state == .ready
        }
        quickest = min(quickest, ContinuousClock.now - began)
      }
      #expect(quickest < .seconds(1))
    }
    gate.open()
    let known = try await scene.entries(AttemptStarted.kind).count
    try await scene.running {
      try await scene.until("the engine sleeps", moving: false) { try await scene.quiet() }
      scene.clock.advance(days: 2)
      try await scene.until("the engine sleeps again", moving: false) { try await scene.quiet() }
      #expect(try await scene.entries(AttemptStarted.kind).count == known)
      #expect(try scene.systems.contacts == [7, 8, 9])
      let warning = "everything was stopped by an operator on"
      #expect(try await scene.say(ShowStatus(), by: .bram).warnings.contains { $0.hasPrefix(warning) })
      #expect(try await scene.refusal(of: ResumeWork(), by: .fred).reason == .forbidden)
      try await scene.say(ResumeWork(), by: .bram)
      try await scene.until("the CRM is done") { try await scene.job(DeskSystems.crm).state.isSettled }
    }
    #expect(try scene.systems.contacts == [9])
    #expect(try await scene.refusal(of: ResumeWork(), by: .bram).message.contains("nothing is stopped"))
    try await scene.checkJournal()
  }

  @Test func `a plan ends its attempt before the effect, and the journal takes no effect after it`() async throws {
    let scene = try await DeskScene()
    let gate = Gate()
    scene.systems.crm.wait(at: gate)
    try await scene.approved()
    try await scene.running {
      try await scene.until("an attempt is at it", moving: false) { gate.waiting == 1 }
      let running = try await scene.job(DeskSystems.crm)
      try await scene.say(PausePlan(plan: "1"), by: .bram)
      let held = try await scene.job(DeskSystems.crm)
      if held.revision == running.revision {
        let late = try EntryDraft(
          AttemptPrepared(epoch: held.epoch, effects: [], transaction: nil, tags: 0, earlier: []),
          about: EntrySubject(request: held.request, plan: held.plan, job: held.job))
        await #expect(throws: JournalFailure.self) {
          try await scene.journal.append([late], to: .job(held.job), expecting: held.revision)
        }
      }
      try await scene.until("the attempt has ended", moving: false) {
        try await scene.job(DeskSystems.crm).state == .ready
      }
    }
    #expect(try scene.systems.contacts == [7, 8, 9])
    try await scene.checkJournal()
  }

  @Test func `is possible for hours after the last signature, and nothing begins meanwhile`() async throws {
    var options = DeskScene.Options()
    options.waitingHours = 24
    let scene = try await DeskScene(options)
    try await scene.approved()
    let until = scene.clock.now().adding(seconds: 86_400)
    let plan = try await scene.say(ShowPlan(plan: "1"), by: .bram)
    #expect(plan.state == "waiting")
    #expect(plan.notices.contains { $0.hasPrefix("nothing begins before \(until) (waiting period)") })
    try await scene.running {
      try await scene.until("the engine sleeps", moving: false) { try await scene.quiet() }
      scene.clock.advance(seconds: 86_399)
      try await scene.until("the engine sleeps again", moving: false) { try await scene.quiet() }
      #expect(try await scene.entries(AttemptStarted.kind).isEmpty)
      try await scene.until("the CRM is done") { try await scene.job(DeskSystems.crm).state.isSettled }
    }
    let first = try #require(try await scene.entries(AttemptStarted.kind).first)
    #expect(first.at >= until)
    try await scene.checkJournal()
  }

  @Test func `a copy that is waived meanwhile ends the request`() async throws {
    var options = DeskScene.Options()
    options.waitingHours = 24
    let scene = try await DeskScene(options)
    try await scene.say(
      AddRequest(channel: "mail", capacities: [.customer], identifiers: DeskScene.identifiers, rights: [.access]),
      by: .anna)
    try await scene.confirm()
    try await scene.draft()
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    #expect(try await scene.plan().state.word == "waiting")
    try await scene.running {
      try await scene.say(WaivePackage(request: "1", reason: "person-declined"), by: .chris)
      try await scene.until("concluded") { try await scene.request().state == .concluded }
    }
    #expect(try await scene.entries(AttemptStarted.kind).isEmpty)
    #expect(try await scene.plan().state == .concluded)
    let dossier = try ReadDossier(try await scene.say(MakeDossier(request: "1"), by: .bram))
    #expect(dossier.html.contains("nothing more is taken along, person-declined"))
    try await scene.checkJournal()
  }

  @Test func `never takes the work-to date away`() async throws {
    var options = DeskScene.Options()
    options.waitingHours = 720
    let scene = try await DeskScene(options)
    try await scene.proposed()
    let workTo = try await scene.request().received.dueDates.workTo
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    guard case .waiting(let until) = try await scene.plan().state else { throw DeskScene.Never.came }
    #expect(until == min(scene.clock.start(of: workTo), scene.clock.now().adding(seconds: 720 * 3_600)))
    #expect(until <= scene.clock.start(of: workTo))
  }
}
