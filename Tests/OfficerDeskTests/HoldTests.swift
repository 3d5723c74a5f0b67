import ErasureDomain
import ErasureEngine
import Journal
import OfficerAPI
import OfficerDesk
import SubjectVault
import TestKit
import Testing

@Suite(.serialized) struct `A hold` {
  private static let why = "Her lawyer claims damages; file 2026/17."

  private func hold(
    _ scene: DeskScene, _ system: SystemName = DeskSystems.crm, days: Int = 100, reason: String = why
  ) -> SetHold {
    SetHold(
      request: "1", system: system.description, reviewBefore: scene.clock.today.adding(days: days), reason: reason)
  }

  private func release(_ system: SystemName = DeskSystems.crm) -> ReleaseHold {
    ReleaseHold(request: "1", system: system.description)
  }

  /// What the journal itself says to an entry that no desk would write.
  private func refusal(
    by journal: any Journal, of facts: some EntryFacts, about subject: EntrySubject, by member: Member?
  ) async throws -> String {
    let draft = try EntryDraft(facts, about: subject, by: member?.id)
    let revision = try await journal.read { reader -> Int? in
      switch subject.stream {
      case .log: nil
      case .request(let reference): try reader.request(reference)?.revision
      case .plan(let reference): try reader.plan(reference)?.revision
      case .job(let reference): try reader.job(reference)?.revision
      }
    }
    let failure = await #expect(throws: JournalFailure.self) {
      try await journal.append([draft], to: subject.stream, expecting: revision)
    }
    return failure.map { "\($0)" } ?? ""
  }

  @Test func `keeps one system while the others go on, and what it kept is due at once after the release`()
    async throws
  {
    let scene = try await DeskScene()
    try await scene.proposed()
    let views = try await scene.say(hold(scene), by: .anna)
    #expect(views.map(\.system) == [DeskSystems.crm] && views.map(\.by) == ["anna"] && views.map(\.jobs) == [0])
    try await scene.say(hold(scene, DeskSystems.stick), by: .anna)
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    let notice = "crm: on hold (art17-3-e) by anna since"
    #expect(try await scene.say(ShowPlan(plan: "1"), by: .bram).notices.contains { $0.hasPrefix(notice) })
    try await scene.running {
      try await scene.until("the others are done", moving: false) {
        guard try await scene.quiet() else { return false }
        return try await scene.job(DeskSystems.office).state.isSettled
      }
      // Past its deadline, with the engine looking at the calendar: still nothing of it begins.
      scene.clock.advance(days: 60)
      try await scene.until("the engine sleeps", moving: false) { try await scene.quiet() }
      let held = try await scene.job(DeskSystems.crm)
      #expect(held.epoch == 0 && held.claimableFrom == nil && held.deadline < scene.clock.now())
      #expect(try await scene.job(DeskSystems.stick, .manual).epoch == 0)
      #expect(try scene.systems.contacts == [7, 8, 9])
      #expect(try await scene.request().state == .inErasure)
      let shown = try await scene.say(ListJobs(request: "1"), by: .erik)
      #expect(shown.first { $0.job == held.job }?.waitsFor == .hold)
      let start = AttemptStarted(
        attempt: AttemptReference(using: scene.random), epoch: 1, digest: try await scene.plan().proposal.digest)
      let subject = EntrySubject(request: held.request, plan: held.plan, job: held.job)
      let words = try await refusal(by: scene.journal, of: start, about: subject, by: nil)
      #expect(words.contains("a hold keeps what crm has"))

      #expect(try await scene.say(release(), by: .anna).map(\.system) == [DeskSystems.stick])
      #expect(try await scene.job(DeskSystems.crm).deadline > scene.clock.now())
      try await scene.until("the CRM is done", moving: false) {
        try await scene.job(DeskSystems.crm).state.isSettled
      }
    }
    #expect(try scene.systems.contacts == [9])
    for entry in try await scene.entries() {
      #expect(!String(decoding: entry.encoded(), as: UTF8.self).contains("lawyer"))
    }
    try await scene.checkJournal()
  }

  @Test func `that comes while an attempt runs ends it before anything has gone`() async throws {
    let scene = try await DeskScene()
    let gate = Gate()
    scene.systems.crm.wait(at: gate)
    try await scene.approved()
    try await scene.running {
      try await scene.until("an attempt is at it", moving: false) { gate.waiting == 1 }
      try await scene.say(hold(scene), by: .anna)
      try await scene.until("the attempt has ended", moving: false) {
        try await scene.job(DeskSystems.crm).state == .ready
      }
    }
    #expect(try scene.systems.contacts == [7, 8, 9])
    try await scene.checkJournal()
  }

  @Test func `is neither set nor released by who approved, and who decided about it approves nothing`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    try await scene.say(hold(scene), by: .chris)
    let chris = try scene.signed(try await scene.text(), by: .chris)
    let refused = try await scene.refusal(of: chris, by: .chris)
    #expect(refused.reason == .forbidden && refused.message.hasPrefix("chris has set or released a hold"))
    try await scene.approve(by: .bram)
    for call in [
      try await scene.refusal(of: hold(scene, DeskSystems.office), by: .bram),
      try await scene.refusal(of: release(), by: .bram),
    ] {
      #expect(call.reason == .forbidden && call.message.hasPrefix("you approved a plan of request 1"))
    }
    #expect(try await scene.entries(AccessDenied.kind).count == 3)
    #expect(try await scene.entries(HoldSet.kind).count == 1)
    #expect(try await scene.entries(HoldReleased.kind).isEmpty)

    // The journal says the same to whoever gets past the desk.
    let plan = try await scene.plan()
    let request = EntrySubject(request: plan.request)
    let digest = plan.proposal.digest
    let approval = Approval(by: Member.chris.id, keyFingerprint: "SHA256:x", text: digest, signature: digest)
    let signed = try await refusal(
      by: scene.journal, of: PlanApproved(approval: approval, digest: digest, enough: true, waitUntil: nil),
      about: EntrySubject(request: plan.request, plan: plan.plan), by: .chris)
    #expect(signed.contains("who has set or released a hold on the request does not approve its plan"))
    let released = try await refusal(
      by: scene.journal, of: HoldReleased(system: DeskSystems.crm), about: request, by: .bram)
    #expect(released.contains("who approved a plan of the request neither sets nor releases a hold"))
    // Releasing counts as deciding too.
    try await scene.say(release(), by: .anna)
    #expect(try await scene.request().holds?.deciders == [Member.chris.id, Member.anna.id])
    try await scene.checkJournal()
  }

  @Test func `is looked at again within six months; when that day has come people are called once`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    for days in [0, 200] {
      #expect(try await scene.refusal(of: hold(scene, days: days), by: .anna).reason == .invalid)
    }
    let subject = EntrySubject(request: try await scene.request().request)
    let far = HoldSet(
      system: DeskSystems.crm, ground: .legalClaims, reviewBefore: scene.clock.today.adding(months: 7))
    #expect(
      try await refusal(by: scene.journal, of: far, about: subject, by: .anna).contains("further ahead than six months")
    )
    try await scene.say(hold(scene, days: 30), by: .anna)
    #expect(try await scene.desk.raiseHoldReviews().isEmpty)
    let early = HoldOverdue(system: DeskSystems.crm, reviewBefore: scene.clock.today.adding(days: 30))
    _ = try await refusal(by: scene.journal, of: early, about: subject, by: nil)
    scene.clock.advance(days: 30)
    #expect(try await scene.desk.raiseHoldReviews().map(\.system) == [DeskSystems.crm])
    #expect(try await scene.desk.raiseHoldReviews().isEmpty)
    let warning = "request 1: the hold on crm was to be looked at again before"
    #expect(try await scene.say(ShowStatus(), by: .fred).warnings.contains { $0.hasPrefix(warning) })
    try await scene.say(hold(scene, days: 60), by: .anna)
    #expect(try await !scene.say(ShowStatus(), by: .fred).warnings.contains { $0.hasPrefix(warning) })
    scene.clock.advance(days: 60)
    #expect(try await scene.desk.raiseHoldReviews().map(\.system) == [DeskSystems.crm])
    try await scene.say(release(), by: .anna)
    #expect(try await scene.say(ListHolds(), by: .erik).isEmpty)
    try await scene.checkJournal()
  }

  @Test func `is about a system in which we erase and a request of which something may go, with a reason`() async throws
  {
    let scene = try await DeskScene()
    try await scene.add()
    #expect(try await scene.refusal(of: hold(scene, reason: " \n"), by: .anna).reason == .invalid)
    #expect(try await scene.refusal(of: hold(scene, DeskSystems.sister), by: .anna).reason == .notFound)
    #expect(try await scene.refusal(of: release(), by: .anna).reason == .notFound)
    try await scene.say(hold(scene), by: .anna)
    let notes = try await scene.say(ShowRequest(request: "1"), by: .bram).notes
    #expect(notes.map(\.text) == [Self.why] && notes[0].title.hasPrefix("Hold on crm (art17-3-e) by anna"))
    try await scene.say(RefuseRequest(request: "1", ground: "unfounded"), by: .bram)
    #expect(try await scene.refusal(of: hold(scene), by: .anna).message.contains("nothing of it goes any more"))
    #expect(try await scene.say(ListHolds(), by: .bram).isEmpty)
    try await scene.checkJournal()
  }

  @Test func `may outlast the request: an officer excepts what it keeps, and nobody attests a task meanwhile`()
    async throws
  {
    let scene = try await DeskScene()
    try await scene.approved()
    try await scene.running {
      try await scene.untilOnlyTheStickWaits()
      try await scene.say(hold(scene, DeskSystems.stick), by: .anna)
      let stick = try await scene.job(DeskSystems.stick, .manual)
      let call = PrepareAttestation(task: stick.job.text, done: "destroyed", medium: "stick", method: "destroy")
      #expect(try await scene.refusal(of: call, by: .dora).message.hasPrefix("a hold keeps what stick has"))
      try await scene.say(
        AnswerTask(task: stick.job.text, answer: .except, note: "The claim.", terms: .claim), by: .bram)
      try await scene.until("concluded") { try await scene.request().state == .concluded }
    }
    let stick = try await scene.job(DeskSystems.stick, .manual)
    #expect(stick.state.word == "excepted")
    try await scene.checkJournal()
  }

  @Test func `keeps a job that has not begun, and an officer may except it without being asked`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    try await scene.say(hold(scene), by: .anna)
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    let crm = try await scene.job(DeskSystems.crm)
    #expect(try await scene.say(ShowTask(task: crm.job.text), by: .bram).answers == [.except])
    let retry = AnswerTask(task: crm.job.text, answer: .retry, note: nil)
    #expect(try await scene.refusal(of: retry, by: .bram).reason == .refused)
    try await scene.say(AnswerTask(task: crm.job.text, answer: .except, note: "The claim.", terms: .claim), by: .bram)
    #expect(try await scene.job(DeskSystems.crm).state.word == "excepted")
    try await scene.checkJournal()
  }
}
