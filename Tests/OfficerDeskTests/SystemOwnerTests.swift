import ErasureDomain
import ErasureEngine
import EvidenceLog
import Journal
import OfficerAPI
import OfficerDesk
import TestKit
import Testing

@Suite(.serialized) struct `The owner of a system` {
  private func lookOnly(_ change: (inout DeskScene.Options) -> Void = { _ in }) async throws -> DeskScene {
    var options = DeskScene.Options()
    options.released = false
    change(&options)
    return try await DeskScene(options)
  }

  private func list(_ scene: DeskScene) async throws -> [SystemView] { try await scene.say(ListSystems(), by: .erik) }

  @Test func `lets nothing be changed until he has released it, and nobody else can`() async throws {
    let scene = try await lookOnly()
    #expect(try await list(scene).map(\.state) == [.lookOnly, .lookOnly])
    #expect(try await list(scene).map(\.owners) == [["dora"], ["dora"]])
    try await scene.approved()
    try await scene.running {
      try await scene.until("nothing goes on", moving: false) {
        guard try await scene.quiet() else { return false }
        return try await scene.job(DeskSystems.stick, .manual).waitsForPerson
      }
      // The CRM waits for the back office, which waits for Dora; the company is told all the same.
      #expect(try await scene.job(DeskSystems.sister, .notify).state.isHandedOver)
      #expect(try scene.systems.contacts == [7, 8, 9])
      #expect(scene.notices.filter { $0.hasPrefix("waits-for-owner") } == ["waits-for-owner office"])
      for member in [Member.anna, .bram, .erik, .fred] {
        let refusal = try await scene.refusal(of: ReleaseSystem(system: "office"), by: member)
        #expect(refusal.reason == .forbidden)
      }
      let released = try await scene.say(ReleaseSystem(system: "office"), by: .dora)
      #expect(released.state == .released && released.by == "dora")
      try await scene.until("the CRM waits", moving: false) {
        guard try await scene.quiet() else { return false }
        return scene.notices.contains("waits-for-owner crm")
      }
      #expect(try await scene.job(DeskSystems.office).state.isSettled)
      #expect(try await scene.job(DeskSystems.crm).state == .ready)
      try await scene.say(ReleaseSystem(system: "crm"), by: .dora)
      try await scene.untilOnlyTheStickWaits()
    }
    #expect(try scene.systems.contacts == [9])
    let entries = try await scene.entries(SystemReleased.kind)
    #expect(entries.map(\.by) == [Member.dora.id, Member.dora.id])
    try await scene.checkJournal()
  }

  @Test func `reads statements that name the record which he releases`() async throws {
    let scene = try await lookOnly()
    let shown = try await scene.say(ShowStatements(system: "crm"), by: .dora)
    try await scene.say(ReleaseSystem(system: "crm"), by: .dora)
    let log = try await scene.journal.read { reader in try reader.log() }
    let record = try #require(log.systems[DeskSystems.crm]?.released)
    #expect(shown.text.hasPrefix("-- Record \(record) of the register"))
    #expect(shown.text.contains("ssh-keygen -Y sign -n database@expunged") && shown.text.hasSuffix("\n-- Looking\n"))
  }

  @Test func `answers for his own systems only`() async throws {
    let scene = try await lookOnly { options in
      let owner = Person(
        name: "dora", id: Member.dora.id, roles: [.systemOwner], userIDs: [Member.dora.userID], principals: [],
        owns: [DeskSystems.office])
      let officer = Person(
        name: "bram", id: Member.bram.id, roles: [.officer], userIDs: [Member.bram.userID], principals: [],
        owns: [DeskSystems.crm])
      options.people = People(persons: [owner, officer])
    }
    let release = try await scene.refusal(of: ReleaseSystem(system: "crm"), by: .dora)
    #expect(release.message.hasPrefix("dora does not own crm, and only its owner (tests) may release it"))
    let stop = try await scene.refusal(of: StopSystem(system: "crm"), by: .dora)
    #expect(stop.message == "dora does not own crm; its owner or an officer may stop it")
    let denied = try await scene.entries(AccessDenied.kind).map { try $0.facts(as: AccessDenied.self) }
    #expect(denied.map(\.what) == ["system.release", "system.stop"])
    #expect(denied.allSatisfy { $0.reason == FailureCode("not-the-owner") })
    // Owning without the role is nothing.
    let role = try await scene.refusal(of: ReleaseSystem(system: "crm"), by: .bram)
    #expect(role.message == "bram may not do this (system.release); it needs one of: system-owner")
    #expect(try await scene.entries(SystemReleased.kind).isEmpty)
  }

  @Test func `is asked about systems in which we erase, and no other`() async throws {
    let scene = try await lookOnly()
    for call in [DeskSystems.sister.description, DeskSystems.stick.description] {
      let refusal = try await scene.refusal(of: ReleaseSystem(system: call), by: .dora)
      #expect(refusal.message.hasPrefix("nothing is erased in \(call) by us"))
    }
    let unknown = try await scene.refusal(of: StopSystem(system: "Ada de Vries"), by: .bram)
    #expect(unknown.reason == .notFound && !unknown.message.contains("Ada"))
    #expect(try await list(scene).map(\.system) == [DeskSystems.crm, DeskSystems.office])
  }

  @Test func `says each thing once`() async throws {
    let scene = try await DeskScene()
    try await scene.say(ReleaseSystem(system: "crm"), by: .dora)
    #expect(try await scene.entries(SystemReleased.kind).count == 2)
    try await scene.say(StopSystem(system: "crm"), by: .dora)
    try await scene.say(StopSystem(system: "crm"), by: .chris)
    let stops = try await scene.entries(SystemStopped.kind)
    #expect(stops.map(\.by) == [Member.dora.id])
    let view = try #require(try await list(scene).first)
    #expect(view.state == .stopped && view.by == "dora" && view.at == stops[0].at)
  }

  @Test func `stops it alone, at once, also in the middle of an attempt, and a restart changes nothing`() async throws {
    let scene = try await DeskScene()
    let gate = Gate()
    scene.systems.crm.wait(at: gate)
    try await scene.approved()
    try await scene.running {
      try await scene.until("an attempt is at it", moving: false) { gate.waiting == 1 }
      let began = ContinuousClock.now
      let view = try await scene.say(StopSystem(system: "crm"), by: .dora)
      #expect(view.state == .stopped)
      try await scene.until("the attempt has ended", moving: false) {
        try await scene.job(DeskSystems.crm).state == .ready
      }
      #expect(ContinuousClock.now - began < .seconds(1))
      #expect(gate.waiting == 0)
    }
    gate.open()
    let end = try #require(try await scene.entries(AttemptEnded.kind).last).facts(as: AttemptEnded.self)
    #expect(end.end == "interrupted")
    #expect(try await scene.job(DeskSystems.crm).spent == 0)
    try await scene.running {
      try await scene.until("the engine sleeps", moving: false) { try await scene.quiet() }
      scene.clock.advance(days: 2)
      try await scene.until("the engine sleeps again", moving: false) { try await scene.quiet() }
      #expect(try await scene.job(DeskSystems.crm).epoch == 1)
      #expect(try scene.systems.contacts == [7, 8, 9])
      let status = try await scene.say(ShowStatus(), by: .fred)
      #expect(
        status.warnings.contains("system crm is stopped by dora: 1 job waits until its owner (tests) releases it"))
      #expect(try await list(scene).first?.waiting == 1)
      let jobs = try await scene.say(ListJobs(request: "1"), by: .bram)
      #expect(jobs.first { $0.system == DeskSystems.crm && $0.verb == .erase }?.waitsFor == .owner)
      #expect(jobs.first { $0.system == DeskSystems.crm && $0.verb == .eraseKept }?.waitsFor == nil)
      try await scene.say(ReleaseSystem(system: "crm"), by: .dora)
      try await scene.untilOnlyTheStickWaits()
    }
    #expect(try scene.systems.contacts == [9])
    try await scene.checkJournal()
  }

  @Test func `can be helped by an officer in an emergency, who cannot undo it`() async throws {
    let scene = try await DeskScene()
    #expect(try await scene.say(StopSystem(system: "office"), by: .chris).by == "chris")
    #expect(try await scene.refusal(of: ReleaseSystem(system: "office"), by: .chris).reason == .forbidden)
    #expect(try await scene.say(ReleaseSystem(system: "office"), by: .dora).state == .released)
  }

  @Test func `releases nothing while the configuration has changed, and stops all the same`() async throws {
    let scene = try await lookOnly { $0.changed = ["people"] }
    let refusal = try await scene.refusal(of: ReleaseSystem(system: "crm"), by: .dora)
    #expect(refusal.message.hasPrefix("people changed without the signatures"))
    #expect(try await scene.say(StopSystem(system: "crm"), by: .dora).state == .stopped)
  }

  @Test func `must release it again when the register describes it otherwise`() async throws {
    let scene = try await lookOnly()
    let old = try EntryDraft(
      SystemReleased(system: DeskSystems.crm, record: ContentDigest(hashing: [1])), about: .log, by: Member.dora.id)
    try await scene.journal.append([old], to: .log, expecting: nil)
    #expect(try await list(scene).map(\.state) == [.changed, .lookOnly])
    let plan = try await scene.proposed()
    #expect(
      plan.notices == [
        "crm: look only, as the register has changed since its release: the owner (tests) must release it with "
          + "`expunge system release crm`",
        "office: look only: the owner (tests) must release it with `expunge system release office`",
      ])
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    try await scene.running {
      try await scene.until("nothing goes on", moving: false) {
        guard try await scene.quiet() else { return false }
        return scene.notices.contains("waits-for-owner office")
      }
      let warnings = try await scene.say(ShowStatus(), by: .fred).warnings
      #expect(warnings.contains("system office is look only: 1 job waits until its owner (tests) releases it"))
      for system in ["crm", "office"] { try await scene.say(ReleaseSystem(system: system), by: .dora) }
      #expect(try await scene.say(ShowPlan(plan: "1"), by: .erik).notices.isEmpty)
      try await scene.untilOnlyTheStickWaits()
    }
    #expect(try scene.systems.contacts == [9])
  }

  @Test func `may name hours, and a plan says when none of them come in time`() async throws {
    func scene(_ days: [Weekday]?) async throws -> DeskScene {
      let from = try #require(DayTime("22:00"))
      let to = try #require(DayTime("06:00"))
      var options = DeskScene.Options()
      options.hours = AllowedHours(from: from, to: to, days: days)
      return try await DeskScene(options)
    }
    let nightly = try await scene(nil)
    #expect(try await nightly.proposed().notices.isEmpty)
    let listed = try await list(nightly).map { $0.hours ?? "any" }
    #expect(listed == ["any", "22:00 to 06:00"])
    try await nightly.approve(by: .bram)
    try await nightly.approve(by: .chris)
    try await nightly.running {
      try await nightly.until("the back office waits for the night", moving: false) {
        guard try await nightly.quiet() else { return false }
        return try await nightly.job(DeskSystems.office).state == .ready
      }
      let jobs = try await nightly.say(ListJobs(request: "1"), by: .bram)
      let office = try #require(jobs.first { $0.system == DeskSystems.office && $0.verb == .erase })
      #expect(office.waitsFor == .hours && office.next == UTCTime("2026-03-02T22:00:00Z"))
      #expect(!(try await nightly.say(ShowStatus(), by: .fred).warnings.contains { $0.contains("office") }))
      nightly.clock.set(to: try #require(UTCTime("2026-03-02T22:00:00Z")))
      try await nightly.untilOnlyTheStickWaits()
    }
    // Only on the day of the week on which the work-to date has just gone by.
    let weekly = try await scene([.monday])
    let deadline = try await weekly.proposed().startBefore
    weekly.clock.set(to: deadline)
    let plan = try await weekly.say(ShowPlan(plan: "1"), by: .erik)
    #expect(plan.notices.isEmpty)
    let workTo = try await weekly.request().received.dueDates.workTo
    weekly.clock.set(to: workTo.utcMidnight)
    let late = try await weekly.say(ShowPlan(plan: "1"), by: .erik).notices
    #expect(late.count == (workTo.weekday == .monday ? 0 : 1))
    #expect(late.allSatisfy { $0.hasPrefix("office: its hours are 22:00 to 06:00 on monday, and the next begin at ") })
    #expect(late.allSatisfy { $0.contains("after the last day to work (\(workTo)): ask the owner (tests)") })
  }
}
