import ConnectorKit
import ErasureDomain
import ErasureEngine
import Journal
import SubjectVault
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct `Attempts of a job` {
  private static let lost = ConnectorFailure.outcomeUnknown(FailureCode("connection-lost"))

  // MARK: Unknown is not success

  /// A system with rows that keeps the contract: what an earlier attempt took is answered with what it prepared.
  private final class Table: Sendable {
    private let rows = Mutex(3)
    private let takenBy = Mutex(0)

    /// How many erasures took rows.
    var effects: Int { takenBy.withLock { $0 } }

    func erase(_ order: ErasureOrder, _ before: any EffectRecorder) async throws -> ErasureProgress {
      let found = rows.withLock { $0 }
      if found == 0, let prepared = order.prepared { return .completed(prepared.effects) }
      let progress = try await ScriptedSystem.erasing(found, order, before)
      rows.withLock { $0 = 0 }
      takenBy.withLock { $0 += 1 }
      return progress
    }
  }

  @Test func `a lost answer takes nothing twice, and the prepared counts stand`() async throws {
    let scene = try await EngineScene()
    let table = Table()
    let crm = try scene.add(
      "crm",
      ScriptedSystem(clock: scene.clock) { order, before, number in
        let progress = try await table.erase(order, before)
        if number < 3 { throw Self.lost }
        return progress
      })
    let job = try scene.job("crm")
    try await scene.approve([job])
    try await scene.running { try await scene.until("settled") { try await scene.isSettled(job) } }
    let orders = crm.orders(.erase)
    #expect(orders.map { $0.prepared?.effects } == [nil, ScriptedSystem.effects(3), ScriptedSystem.effects(3)])
    #expect(Set(orders.map(\.idempotencyKey)).count == 1)
    #expect(table.effects == 1)
    guard case .erased(let receipt) = try await scene.outcome(job) else { throw EngineScene.Stuck() }
    #expect(receipt.erased == 3)
    #expect(try await scene.ends(of: job) == ["lost", "lost", "done"])
    #expect(try await scene.record(job).spent == 2)
    try await scene.checkJournal()
  }

  @Test func `what was prepared and rolled back is no longer believed`() async throws {
    let scene = try await EngineScene()
    let crm = try scene.add(
      "crm",
      ScriptedSystem(clock: scene.clock) { order, before, number in
        if number > 1 { return .completed(order.prepared?.effects ?? []) }
        _ = try await ScriptedSystem.erasing(3, order, before)
        throw ConnectorFailure.transient(FailureCode("rolled-back"), retryAfterSeconds: nil)
      })
    let job = try scene.job("crm")
    try await scene.approve([job])
    try await scene.running { try await scene.until("settled") { try await scene.isSettled(job) } }
    #expect(crm.orders(.erase).map { $0.prepared?.effects } == [nil, nil])
    #expect(try await scene.outcome(job)?.word == "nothing-found")
  }

  @Test func `rows that one attempt took and a look saw again are counted together`() async throws {
    let scene = try await EngineScene()
    try scene.add(
      "crm",
      ScriptedSystem(
        clock: scene.clock,
        erase: { order, before, number in try await ScriptedSystem.erasing(number == 1 ? 3 : 2, order, before) },
        verify: { _, number in number == 1 ? ScriptedSystem.remaining(2) : ScriptedSystem.clean }))
    let job = try scene.job("crm")
    try await scene.approve([job])
    try await scene.running { try await scene.until("settled") { try await scene.isSettled(job) } }
    #expect(try await scene.outcome(job)?.receipt?.erased == 5)
  }

  @Test func `lost attempts come to an end too, and what the last one did is not forgotten`() async throws {
    let scene = try await EngineScene()
    let table = Table()
    try scene.add(
      "crm",
      ScriptedSystem(clock: scene.clock) { order, before, number in
        if number < 3 { throw Self.lost }
        let progress = try await table.erase(order, before)
        if number == 3 { throw Self.lost }
        return progress
      })
    let job = try scene.job("crm")
    let proposed = try await scene.approve([job])
    var settings = EngineSettings()
    settings.attempts = 3
    try await scene.running(settings) {
      try await scene.until("asked") { try await scene.question(job) != nil }
      #expect(try await scene.question(job)?.code == .budgetSpent)
      #expect(try await scene.ends(of: job) == ["lost", "lost", "needs-officer"])
      let answer = QuestionAnswered(code: .budgetSpent, answer: .retry)
      let subject = scene.fixture.subject(job.job, of: proposed.plan)
      try await scene.journal.append(
        [try EntryDraft(answer, about: subject, by: scene.fixture.approver)], to: .job(job.job),
        expecting: try await scene.record(job).revision)
      try await scene.until("settled") { try await scene.isSettled(job) }
    }
    guard case .erased(let receipt) = try await scene.outcome(job) else { throw EngineScene.Stuck() }
    #expect(receipt.erased == 3)
  }

  @Test func `an attempt of a daemon that died is lost, and its report comes too late`() async throws {
    let scene = try await EngineScene()
    let gate = Gate()
    let table = Table()
    let crm = try scene.add(
      "crm",
      ScriptedSystem(clock: scene.clock) { order, before, number in
        let progress = try await table.erase(order, before)
        if number == 1 { try await gate.pass() }
        return progress
      })
    let job = try scene.job("crm")
    try await scene.approve([job])
    let first = scene.engine()
    _ = try await first.recover()
    let old = Task { await first.run() }
    try await scene.until("the first attempt hangs", moving: false) { gate.waiting == 1 }

    let second = scene.engine()
    #expect(try await second.recover() == 1)
    #expect(try await scene.record(job).verifyFirst)
    let new = Task { await second.run() }
    try await scene.until("settled by the second") { try await scene.isSettled(job) }
    #expect(crm.orders(.erase).map { $0.prepared?.effects } == [nil, ScriptedSystem.effects(3)])
    gate.open()
    try await scene.until("the first reports", moving: false) {
      try await !scene.entries(AttemptReportedLate.kind).isEmpty
    }
    old.cancel()
    new.cancel()
    await old.value
    await new.value
    let late = try #require(try await scene.entries(AttemptReportedLate.kind).first)
    #expect(try late.facts(as: AttemptReportedLate.self).epoch == 1)
    #expect(try await scene.entries(JobSettled.kind, of: job).count == 1)
    #expect(try await scene.ends(of: job) == ["lost", "done"])
    #expect(table.effects == 1)
    guard case .erased(let receipt) = try await scene.outcome(job) else { throw EngineScene.Stuck() }
    #expect(receipt.erased == 3)
    try await scene.checkJournal()
  }

  @Test func `a look that sees rows is no success, whatever the connector said`() async throws {
    let scene = try await EngineScene()
    try scene.add(
      "crm", ScriptedSystem(clock: scene.clock, verify: { _, _ in ScriptedSystem.remaining(1) }))
    let job = try scene.job("crm")
    try await scene.approve([job])
    var settings = EngineSettings()
    settings.attempts = 4
    try await scene.running(settings) { try await scene.until("asked") { try await scene.question(job) != nil } }
    let ends = try await scene.entries(AttemptEnded.kind, of: job).map { try $0.facts(as: AttemptEnded.self) }
    #expect(ends.count == 4)
    #expect(ends.prefix(3).allSatisfy { $0.code == FailureCode.stillThere })
    #expect(try await scene.question(job) == Question(code: .budgetSpent, detail: .stillThere))
    let taken = try await scene.record(job).taken.reduce(0) { $0 + $1.erased }
    #expect(taken == 12, "four attempts took three rows each")
    #expect(try await scene.entries(JobSettled.kind).isEmpty)
  }

  // MARK: Back-off

  private func retries(
    _ scene: EngineScene, _ job: PlannedJob
  ) async throws -> [(wait: Int64, number: Int)] {
    try await scene.entries(AttemptEnded.kind, of: job).enumerated().compactMap { index, entry in
      guard let retryAt = try entry.facts(as: AttemptEnded.self).retryAt else { return nil }
      return (wait: retryAt.seconds(since: entry.at), number: index)
    }
  }

  @Test func `each failure may wait four times longer, and a day at most`() async throws {
    let scene = try await EngineScene()
    let jobs = try (1...6).map { number in
      try scene.add(
        "crm-\(number)",
        ScriptedSystem(clock: scene.clock) { _, _, _ in
          throw ConnectorFailure.transient(FailureCode("locked"), retryAfterSeconds: number == 1 ? -5 : nil)
        })
      return try scene.job("crm-\(number)", deadline: scene.day(400))
    }
    try await scene.approve(jobs)
    var settings = EngineSettings()
    settings.attempts = 13
    try await scene.running(settings) {
      try await scene.until("all asked") {
        for job in jobs where try await scene.question(job) == nil { return false }
        return true
      }
    }
    var longest: Int64 = 0
    for job in jobs {
      let retries = try await retries(scene, job)
      #expect(retries.count == 12)
      var ceiling: Int64 = 5
      for retry in retries {
        #expect(retry.wait >= 0 && retry.wait <= min(ceiling, 86_400), "attempt \(retry.number + 1): \(retry.wait) s")
        ceiling = min(ceiling * 4, 86_400)
        longest = max(longest, retry.wait)
      }
      #expect(try await scene.record(job).epoch == 13)
    }
    #expect(longest > 20_000, "back-off does not grow")
  }

  @Test(arguments: [(500, 500), (Int64.max, 86_400)] as [(Int64, Int64)])
  func `nobody is asked again before the time he named, within a day`(asked: Int64, wait: Int64) async throws {
    let scene = try await EngineScene()
    try scene.add(
      "crm",
      ScriptedSystem(clock: scene.clock) { order, before, number in
        if number == 1 { throw ConnectorFailure.transient(FailureCode("http-429"), retryAfterSeconds: asked) }
        return try await ScriptedSystem.erasing(1, order, before)
      })
    let job = try scene.job("crm")
    try await scene.approve([job])
    try await scene.running { try await scene.until("settled") { try await scene.isSettled(job) } }
    #expect(try await retries(scene, job).map(\.wait) == [wait])
    let attempts = try await scene.entries(AttemptStarted.kind, of: job).map(\.at)
    #expect(attempts.count == 2 && attempts[1].seconds(since: attempts[0]) >= wait)
  }

  @Test func `a retry after the job's own deadline is a question at once`() async throws {
    let scene = try await EngineScene()
    try scene.add(
      "crm",
      ScriptedSystem(clock: scene.clock) { _, _, _ in
        throw ConnectorFailure.transient(FailureCode("http-503"), retryAfterSeconds: 3_600)
      })
    let job = try scene.job("crm", deadline: scene.day(0, seconds: 1_800))
    try await scene.approve([job])
    try await scene.running {
      try await scene.until("asked", moving: false) { try await scene.question(job) != nil }
      try await scene.until("told", moving: false) { !scene.notices.isEmpty }
    }
    #expect(try await scene.question(job) == Question(code: .budgetSpent, detail: FailureCode("http-503")))
    #expect(scene.notices == ["budget-spent \(job.job)"])
  }

  // MARK: Stopping

  @Test func `an attempt that we stop costs nothing, and the next one goes on`() async throws {
    let scene = try await EngineScene()
    let gate = Gate()
    let crm = try scene.add(
      "crm",
      ScriptedSystem(
        clock: scene.clock,
        erase: { order, before, number in
          if number < 4 { try await gate.pass() }
          return try await ScriptedSystem.erasing(2, order, before)
        }))
    let job = try scene.job("crm")
    try await scene.approve([job])
    for start in 1...3 {
      try await scene.running {
        try await scene.until("the attempt hangs", moving: false) { gate.waiting == 1 }
      }
      let record = try await scene.record(job)
      #expect(record.state == .ready)
      #expect(record.epoch == start)
      #expect(record.spent == 0)
      #expect(record.verifyFirst)
    }
    try await scene.running { try await scene.until("settled") { try await scene.isSettled(job) } }
    #expect(try await scene.ends(of: job) == ["interrupted", "interrupted", "interrupted", "done"])
    #expect(try await scene.outcome(job)?.receipt?.erased == 2)
    #expect(crm.orders(.erase).count == 4)
    try await scene.checkJournal()
  }

  // MARK: What cannot work

  @Test func `a connector that breaks its contract, or is gone, has failed and is told`() async throws {
    let scene = try await EngineScene()
    try scene.add("crm", ScriptedSystem(clock: scene.clock) { _, _, _ in .told })
    try scene.add("sister", ScriptedSystem(clock: scene.clock) { _, _, _ in .completed(ScriptedSystem.effects(1)) })
    let jobs = [try scene.job("crm"), try scene.job("sister", .notify), try scene.job("gone")]
    try await scene.approve(jobs)
    try await scene.running { try await scene.until("all told") { scene.notices.count == 3 } }
    #expect(try await scene.record(jobs[0]).state == .failed(FailureCode("connector-broke-its-contract")))
    #expect(try await scene.record(jobs[1]).state == .failed(FailureCode("connector-broke-its-contract")))
    #expect(try await scene.record(jobs[2]).state == .failed(FailureCode("system-not-in-register")))
    #expect(try await scene.entries(JobSettled.kind).isEmpty)
  }

  @Test func `rows are kept only for a date that was approved`() async throws {
    let scene = try await EngineScene()
    let until = try #require(CivilDate("2033-01-01"))
    try scene.add(
      "crm",
      ScriptedSystem(clock: scene.clock) { order, before, _ in
        let root = RootRecord(dataset: "invoice", key: [RootRecord.KeyPart(column: "id", value: "1")])
        try await before.record(
          PreparedEffect(
            effects: ScriptedSystem.effects(1), kept: [KeptRows(rule: "nl-fiscal-7y", until: until, roots: [root])]))
        return .completed(ScriptedSystem.effects(1))
      })
    let job = try scene.job("crm")
    try await scene.approve([job])
    try await scene.running { try await scene.until("asked") { try await scene.question(job) != nil } }
    #expect(try await scene.question(job) == Question(code: .dateNotApproved, found: 1))
    #expect(try await scene.entries(AttemptPrepared.kind).isEmpty)
    #expect(try await scene.keyring.counts().sealedJobs == 0)
  }
}
