import ConnectorKit
import ErasureDomain
import ErasureEngine
import Journal
import SubjectVault
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct `After the last job` {
  private static let due = CivilDate("2033-01-01")
  private static let rule = "nl-fiscal-7y"

  /// A CRM that keeps two invoices until 2033 and writes recognition tags.
  private func keeping(_ scene: EngineScene) throws -> ScriptedSystem {
    let due = try #require(Self.due)
    return try scene.add(
      "crm",
      ScriptedSystem(clock: scene.clock) { order, before, _ in
        if order.verb == .eraseKept {
          let gone = [EffectCount(dataset: "invoice", approved: 2, found: 2, erased: 2)]
          try await before.record(PreparedEffect(effects: gone))
          return .completed(gone)
        }
        let roots = ["1", "2"].map { RootRecord(dataset: "invoice", key: [.init(column: "id", value: $0)]) }
        let row = RecognisedRow(fields: [
          .init(name: "pk:contact", value: "4711"), .init(name: "email:raw", value: EngineScene.person.value),
        ])
        try await before.record(
          PreparedEffect(
            effects: ScriptedSystem.effects(1), recognition: [row],
            kept: [KeptRows(rule: Self.rule, until: due, roots: roots)]))
        return .completed(ScriptedSystem.effects(1))
      })
  }

  private func jobs(_ scene: EngineScene) throws -> [PlannedJob] {
    let due = try #require(Self.due)
    let erase = try scene.job("crm")
    let follow = FollowUp(of: erase.job, rule: Self.rule, citation: "art. 52 AWR", due: due, dueAt: due.utcMidnight)
    let kept = try scene.job(
      "crm", .eraseKept, deadline: due.utcMidnight.adding(seconds: 30 * 86_400),
      after: [Dependency(job: erase.job, kind: .settled)], followUp: follow)
    return [erase, kept]
  }

  private func concluded(_ scene: EngineScene, _ jobs: [PlannedJob]) async throws -> RequestReference {
    let request = try await scene.approve(jobs).plan.request
    try await scene.running {
      try await scene.until("concluded") { try await scene.request(request).state == .concluded }
    }
    return request
  }

  @Test func `two looks with a settling time between them conclude a request`() async throws {
    let scene = try await EngineScene()
    let crm = try scene.add("crm", ScriptedSystem(clock: scene.clock))
    let request = try await concluded(scene, [try scene.job("crm")])
    let entry = try #require(try await scene.entries(RequestConcluded.kind).first)
    let looks = try entry.facts(as: RequestConcluded.self).looks
    #expect(looks.count == 2)
    #expect(looks[1].at.seconds(since: looks[0].at) >= EngineSettings().settlingSeconds)
    #expect(looks.allSatisfy { $0.remaining == 0 && $0.systems == 1 })
    #expect(crm.words == [.erase, .verify, .verify, .verify])
    #expect(scene.notices == ["inform-the-person \(request)"])
    try await scene.checkJournal()
  }

  @Test func `a look that cannot be made concludes nothing, and is made again`() async throws {
    let scene = try await EngineScene()
    let isBroken = Mutex(true)
    try scene.add(
      "crm",
      ScriptedSystem(
        clock: scene.clock,
        verify: { _, number in
          if number > 1, isBroken.withLock({ $0 }) {
            throw ConnectorFailure.transient(FailureCode("locked"), retryAfterSeconds: nil)
          }
          return ScriptedSystem.clean
        }))
    let job = try scene.job("crm")
    let request = try await scene.approve([job]).plan.request
    try await scene.running {
      try await scene.until("settled", moving: false) { try await scene.isSettled(job) }
      try await scene.quiet()
      #expect(try await scene.entries(PlanConcluded.kind).isEmpty)
      #expect(try await scene.request(request).findings.isEmpty)
      isBroken.withLock { $0 = false }
      try await scene.until("concluded") { try await scene.request(request).state == .concluded }
    }
  }

  @Test func `kept rows go on their day, without the person, and then the request ends`() async throws {
    let scene = try await EngineScene()
    let due = try #require(Self.due)
    let crm = try keeping(scene)
    let jobs = try jobs(scene)
    let request = try await concluded(scene, jobs)
    #expect(try await scene.keyring.counts().sealedJobs == 1)
    try await scene.close(request)
    try await scene.running {
      try await scene.until("the vault is destroyed", moving: false) {
        try await scene.request(request).vaultDestroyed
      }
      #expect(!(try await scene.vault.contains(request)))
      scene.clock.set(to: due.utcMidnight.adding(seconds: -1))
      try await scene.quiet()
      #expect(crm.orders(.erase).map(\.verb) == [.erase])
      try await scene.until("ended") { try await scene.request(request).state == .ended }
    }
    let order = try #require(crm.orders(.erase).last)
    #expect(order.verb == .eraseKept)
    #expect(order.identifiers.isEmpty && order.roots.isEmpty && order.remembered.isEmpty && order.blind.isEmpty)
    #expect(order.kept?.roots.map { $0.key.map(\.value) } == [["1"], ["2"]])
    #expect(order.kept?.until == due)
    let started = try #require(try await scene.entries(AttemptStarted.kind, of: jobs[1]).first)
    #expect(started.at == due.utcMidnight)
    #expect(try await scene.outcome(jobs[1])?.receipt?.erased == 2)
    #expect(try await scene.keyring.counts().sealedJobs == 0)
    try await scene.checkJournal()
  }

  @Test func `recognition tags are written before the erasure and expire on their day`() async throws {
    let scene = try await EngineScene()
    _ = try keeping(scene)
    let jobs = try jobs(scene)
    let request = try await concluded(scene, jobs)
    let written = try #require(try await scene.entries(TagsWritten.kind).first).facts(as: TagsWritten.self)
    #expect(written.count == 2)
    #expect(written.epoch == "2026Q1" || written.epoch.contains("2026"))
    let expires = written.expires
    let erasedOn = try #require(try await scene.entries(AttemptPrepared.kind).first).at.utcDay
    #expect(expires == erasedOn.adding(days: 187))
    let kinds = try await scene.journal.read { reader in try reader.entries(of: request).map(\.entry.kind) }
    let tagged = try #require(kinds.firstIndex(of: TagsWritten.kind))
    #expect(tagged < (kinds.firstIndex(of: JobSettled.kind) ?? 0))
    let system = try #require(SystemName("crm"))
    let fields = [(field: "pk:contact", value: "4711"), (field: "email:raw", value: EngineScene.person.value)]
    #expect(try await scene.keyring.hits(system: system, fields: fields).map(\.certainty) == [.certain])

    try await scene.running {
      scene.clock.set(to: expires.adding(days: -1).utcMidnight)
      try await scene.quiet()
      #expect(try await scene.keyring.counts().tags == 2)
      scene.clock.set(to: expires.utcMidnight)
      try await scene.until("the tags expire", moving: false) { try await !scene.entries(TagsExpired.kind).isEmpty }
    }
    #expect(try await scene.keyring.counts().tags == 0)
    #expect(try await scene.keyring.hits(system: system, fields: fields).isEmpty)
    let expired = try await scene.entries(TagsExpired.kind).map { try $0.facts(as: TagsExpired.self) }
    #expect(expired.map(\.count) == [2])
    #expect(expired.flatMap(\.epochs) == [written.epoch], "the epoch's key went with its last tag")
  }

  // MARK: The vault

  private func vaultIsDestroyedOnce(_ scene: EngineScene, _ request: RequestReference) async throws {
    try await scene.running {
      try await scene.until("destroyed", moving: false) { try await scene.request(request).vaultDestroyed }
      try await scene.until("ended", moving: false) { try await scene.request(request).state == .ended }
    }
    #expect(!(try await scene.vault.contains(request)))
    #expect(try await scene.entries(VaultDestroyed.kind).count == 1)
    try await scene.checkJournal()
  }

  @Test func `a daemon that was down when the request was closed destroys the vault entry at its start`() async throws {
    let scene = try await EngineScene()
    try scene.add("crm", ScriptedSystem(clock: scene.clock))
    let request = try await concluded(scene, [try scene.job("crm")])
    try await scene.close(request)
    #expect(try await scene.vault.contains(request))
    try await vaultIsDestroyedOnce(scene, request)
  }

  /// The vault is destroyed and the daemon dies at the entry that says so.
  @Test(arguments: [true, false])
  func `a daemon that dies between destroying and saying so says it after its start`(persisted: Bool) async throws {
    let scene = try await EngineScene()
    try scene.add("crm", ScriptedSystem(clock: scene.clock))
    let request = try await concluded(scene, [try scene.job("crm")])
    try await scene.close(request)
    let broken = Mutex(false)
    let breakable = BreakableJournal(scene.journal) {
      broken.withLock { $0 = true }
      return persisted ? .failedButPersisted : .lost
    }
    let engine = scene.engine(over: breakable)
    _ = try await engine.recover()
    let task = Task { await engine.run() }
    try await scene.until("the write breaks", moving: false) { broken.withLock { $0 } }
    breakable.die()
    task.cancel()
    await task.value
    #expect(!(try await scene.vault.contains(request)))
    #expect(try await scene.request(request).vaultDestroyed == persisted)
    try await vaultIsDestroyedOnce(scene, request)
  }

  @Test func `a vault that comes out of a backup loses the closed request again`() async throws {
    let scene = try await EngineScene()
    try scene.add("crm", ScriptedSystem(clock: scene.clock))
    let request = try await concluded(scene, [try scene.job("crm")])
    try await scene.close(request)
    try await vaultIsDestroyedOnce(scene, request)
    try await scene.vault.create(request)
    try await scene.vault.put([EngineScene.person], as: .identifiers, of: request)
    _ = try await scene.engine().recover()
    #expect(!(try await scene.vault.contains(request)))
    #expect(try await scene.entries(VaultDestroyed.kind).count == 1)
  }
}
