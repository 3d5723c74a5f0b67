import ErasureDomain
import EvidenceLog
import Journal
import OfficerAPI
import OfficerDesk
import TestKit
import Testing

@Suite(.serialized) struct `A key that others may have had` {
  /// Dora is an officer too, so that there is a third one with a key of her own.
  private static var people: People {
    let dora = Person(
      name: "dora", id: Member.dora.id, roles: [.officer, .systemOwner], userIDs: [Member.dora.userID],
      principals: [Member.dora.principal], owns: [DeskSystems.crm, DeskSystems.office])
    return People(
      persons: Member.people.persons.map { $0.name == "dora" ? dora : $0 }, operatorGroups: [Member.operators])
  }

  /// A request that Bram and Chris have approved, and the time before they did.
  private func approved(rules: Int? = nil) async throws -> (DeskScene, UTCTime) {
    var options = DeskScene.Options()
    options.people = Self.people
    options.rules = rules
    let scene = try await DeskScene(options)
    try await scene.proposed()
    scene.clock.advance(seconds: 60)
    let before = scene.clock.now()
    scene.clock.advance(seconds: 60)
    try await scene.approve(by: .bram)
    scene.clock.advance(seconds: 60)
    try await scene.approve(by: .chris)
    return (scene, before)
  }

  @Test func `stops what it approved, until somebody else has signed that too`() async throws {
    let (scene, before) = try await approved()
    let view = try await scene.say(DeclareCompromised(person: "bram", since: before), by: .chris)
    #expect(view.requests == [1])
    #expect(view.keys.count == 2)
    #expect(try await scene.plan().doubted == [Member.bram.id])
    #expect(try await scene.jobs().allSatisfy(\.held))
    #expect(
      try await scene.say(ShowStatus(), by: .chris).warnings.contains {
        $0.hasPrefix("the plan of request 1 stands still: the approval of bram")
      })
    #expect(try await scene.refusal(of: ResumePlan(plan: "1"), by: .chris).message.contains("in doubt"))
    // Chris has signed it already, Hugo has the key of Chris, and Bram's counts for nothing.
    let text = try await scene.text()
    for (member, key) in [(Member.chris, DeskKeys.Key.chris), (.hugo, .chris), (.bram, .bram)] {
      let call = SubmitApproval(
        plan: "1", text: text, signature: try scene.keys.sign(text, with: key), principal: member.principal)
      _ = try await scene.refusal(of: call, by: .chris)
    }
    try await scene.say(try scene.signed(text, by: .dora), by: .dora)
    #expect(try await scene.plan().doubted == nil)
    #expect(try await scene.plan().approvals.map(\.by) == [Member.dora.id, Member.chris.id])
    #expect(try await scene.jobs().allSatisfy { !$0.held })
    try await scene.running {
      try await scene.until("the CRM is done") { try await scene.job(DeskSystems.crm).state.isSettled }
    }
    try await scene.checkJournal()
  }

  /// A crash, or a claim that comes between the entry for the key and the one for the plan.
  @Test(arguments: [LogRules.doubtForbidsWork, LogRules.linesAddUp])
  func `lets nothing begin from its very entry on, in a log with rules`(_ rules: Int) async throws {
    let (scene, before) = try await approved(rules: rules)
    let key = try #require(try await scene.plan().approvals.first).keyFingerprint
    let word = SignerCompromised(person: Member.bram.id, keys: [key], since: before)
    try await scene.journal.append([EntryDraft(word, about: .log, by: Member.chris.id)], to: .log, expecting: nil)
    #expect(try await scene.plan().doubted == nil)
    try await scene.running {
      var turns = 0
      try await scene.until("the engine had its chance", moving: false) {
        turns += 1
        return turns > 2_000
      }
      // What is refused is not tried again at once, but soon.
      guard rules >= LogRules.doubtForbidsWork else { return }
      let now = scene.clock.now()
      scene.clock.advanceToNextWake()
      #expect((1...5).contains(scene.clock.now().seconds(since: now)))
    }
    let started = try await scene.entries(AttemptStarted.kind)
    // As it was written before there was that rule, and still reads.
    guard rules >= LogRules.doubtForbidsWork else { return #expect(!started.isEmpty) }
    #expect(started.isEmpty)
    try await scene.desk.doubtPlans()
    #expect(try await scene.plan().doubted == [Member.bram.id])
    try await scene.say(try scene.signed(try await scene.text(), by: .dora), by: .dora)
    try await scene.running {
      try await scene.until("the CRM is done") { try await scene.job(DeskSystems.crm).state.isSettled }
    }
    try await scene.checkJournal()
  }

  @Test func `halts the plan that another officer refuses to confirm`() async throws {
    let (scene, before) = try await approved()
    try await scene.say(DeclareCompromised(person: "bram", since: before), by: .chris)
    let text = try await scene.text("1", "refuse")
    try await scene.say(try scene.signed(text, by: .dora), by: .dora)
    #expect(try await scene.plan().state == .halted)
    #expect(try await scene.request().state == .verified)
    #expect(
      try await scene.entries(PlanHalted.kind).map { try $0.facts(as: PlanHalted.self).reason.rawValue }
        == ["signature-in-doubt"])
    try await scene.checkJournal()
  }

  @Test func `lets what was kept go on its day, also of a plan that was halted for its sake`() async throws {
    let (scene, before) = try await approved(rules: LogRules.doubtForbidsWork)
    try await scene.running { try await scene.untilOnlyTheStickWaits() }
    try await scene.say(DeclareCompromised(person: "bram", since: before), by: .chris)
    try await scene.say(try scene.signed(try await scene.text("1", "refuse"), by: .dora), by: .dora)
    #expect(try await scene.plan().state == .halted)
    let kept = try #require(try await scene.jobs().first { $0.verb == .eraseKept && !$0.state.isSettled })
    scene.clock.set(to: try #require(kept.followUp?.dueAt))
    try await scene.running {
      try await scene.until("the kept rows are gone") {
        try await scene.jobs().contains { $0.job == kept.job && $0.state.isSettled }
      }
    }
    try await scene.checkJournal()
  }

  @Test func `leaves alone what it approved before that time, and what is done`() async throws {
    let (scene, _) = try await approved()
    scene.clock.advance(seconds: 1)
    let view = try await scene.say(DeclareCompromised(person: "bram", since: scene.clock.now()), by: .chris)
    #expect(view.requests == [])
    #expect(try await scene.plan().doubted == nil)
    // But nothing more.
    try await scene.add()
    try await scene.say(
      ConfirmRequest(request: "2", method: "known-channel", ground: .consentWithdrawn), by: .anna)
    try await scene.draft(2)
    let refusal = try await scene.refusal(
      of: try scene.signed(try await scene.text("2"), by: .bram, of: "2"), by: .bram)
    #expect(refusal.message.contains("this key signs nothing more"))
  }

  @Test func `in doubt holds up a plan that one person has signed so far`() async throws {
    var options = DeskScene.Options()
    options.people = Self.people
    let scene = try await DeskScene(options)
    try await scene.proposed()
    let before = scene.clock.now()
    try await scene.approve(by: .bram)
    #expect(try await scene.say(DeclareCompromised(person: "bram", since: before), by: .bram).requests == [1])
    // Dora signs in the place of Bram, and so the plan still needs Chris.
    try await scene.approve(by: .dora)
    #expect(try await scene.plan().approvedAt == nil)
    try await scene.approve(by: .chris)
    #expect(try await scene.plan().approvedAt != nil)
    #expect(try await scene.entries(PlanConfirmed.kind).count == 1)
    try await scene.checkJournal()
  }

  @Test func `is declared by officers, about people with keys, of a time that has been`() async throws {
    let scene = try await DeskScene()
    let now = scene.clock.now()
    #expect(try await scene.refusal(of: DeclareCompromised(person: "zoe", since: now), by: .bram).reason == .notFound)
    let later = DeclareCompromised(person: "bram", since: now.adding(seconds: 60))
    #expect(try await scene.refusal(of: later, by: .bram).reason == .invalid)
    #expect(
      try await scene.refusal(of: DeclareCompromised(person: "chris", since: now), by: .anna).reason == .forbidden)
    var options = DeskScene.Options()
    options.people = People(
      persons: Member.people.persons + [
        Person(name: "zoe", id: Member.nobody.id, roles: [.clerk], userIDs: [Member.nobody.userID], principals: [])
      ])
    let other = try await DeskScene(options)
    let none = try await other.refusal(of: DeclareCompromised(person: "zoe", since: now), by: .bram)
    #expect(none.message.contains("there is nothing to doubt"))
  }
}
