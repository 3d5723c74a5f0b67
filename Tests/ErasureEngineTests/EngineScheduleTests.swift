import ConnectorKit
import ErasureDomain
import ErasureEngine
import EvidenceLog
import Journal
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct `When jobs run` {
  // MARK: Companies

  @Test func `a silent company is asked by the ladder and is unconfirmed exactly at its deadline`() async throws {
    let scene = try await EngineScene()
    let sister = try scene.add(
      "sister", ScriptedSystem(clock: scene.clock) { _, _, _ in .handedOver(checkAfterSeconds: 1) })
    let told = scene.clock.now()
    let job = try scene.job("sister", .notify, deadline: scene.day(4, seconds: 1_234))
    try await scene.approve([job])
    try await scene.running { try await scene.until("settled") { try await scene.isSettled(job) } }
    #expect(try await scene.outcome(job) == .unconfirmed(lastAsked: job.deadline))
    let settled = try #require(try await scene.entries(JobSettled.kind, of: job).first)
    #expect(settled.at == job.deadline)
    #expect(sister.orders(.erase).count == 1, "a notice is sent once")
    let polls = sister.calls.filter { $0.name == .poll }.map { $0.at.seconds(since: told) }
    // The ladder, four fifths of the time it has (somebody may telephone then), and the end.
    #expect(polls == [3_600, 25_200, 111_600, 198_000, 277_464, 284_400, 4 * 86_400 + 1_234])
    #expect(!(try await scene.ends(of: job)).contains("lost"))
    try await scene.checkJournal()
  }

  @Test func `a silent company is reminded at half of its time, again while that fails, and then never`() async throws {
    let scene = try await EngineScene()
    let sister = RemindingSystem(clock: scene.clock)
    try scene.add("sister", sister)
    let told = scene.clock.now()
    let job = try scene.job("sister", .instruct, deadline: scene.day(10))
    try await scene.approve([job])
    try await scene.running { try await scene.until("settled") { try await scene.isSettled(job) } }
    #expect(try await scene.outcome(job) == .unconfirmed(lastAsked: job.deadline))
    let days = sister.reminders.map { $0.seconds(since: told) }
    #expect(days.count == 2 && days.first == 5 * 86_400, "\(days)")
    #expect(days.allSatisfy { $0 < 7 * 86_400 })
    try await scene.checkJournal()
  }

  @Test func `a company that says when is not asked before`() async throws {
    let scene = try await EngineScene()
    let sister = try scene.add(
      "sister",
      ScriptedSystem(
        clock: scene.clock, erase: { _, _, _ in .handedOver(checkAfterSeconds: 60) },
        poll: { _, number in
          if number < 3 { return .pending(retryAfterSeconds: 50_000) }
          return .completed(
            Verification(voucher: .recipientUnsigned, seen: .confirmation, path: FailureCode("status")), rows: nil)
        }))
    let job = try scene.job("sister", .instruct)
    try await scene.approve([job])
    try await scene.running { try await scene.until("settled") { try await scene.isSettled(job) } }
    let polls = sister.calls.filter { $0.name == .poll }.map(\.at)
    #expect(polls.count == 3)
    for (earlier, later) in zip(polls, polls.dropFirst()) { #expect(later.seconds(since: earlier) >= 50_000) }
    guard case .erased(let receipt) = try await scene.outcome(job) else { throw EngineScene.Stuck() }
    #expect(receipt.verification.voucher == .recipientUnsigned)
    #expect(sister.orders(.poll).allSatisfy { $0.idempotencyKey == job.job.text })
  }

  @Test(arguments: [true, false])
  func `a company's signature counts only with its receipt, which stands before the outcome`(given: Bool) async throws {
    let scene = try await EngineScene()
    let verification = Verification(
      voucher: .recipientSigned, seen: .confirmation, path: FailureCode("status-resource"))
    let bytes = Array("a.b.c".utf8)
    try scene.add(
      "sister",
      ScriptedSystem(
        clock: scene.clock, erase: { _, _, _ in .handedOver(checkAfterSeconds: 60) },
        poll: { _, _ in .completed(verification, rows: 1) },
        receipt: given ? CompanyReceipt(bytes: bytes, key: "{}") : nil))
    let job = try scene.job("sister", .notify)
    try await scene.approve([job])
    guard given else {
      try await scene.running {
        try await scene.until("failed") { try await scene.record(job).state.word == "failed" }
      }
      #expect(try await scene.record(job).state == .failed(FailureCode("connector-broke-its-contract")))
      #expect(try await scene.entries(ReceiptKept.kind, of: job).isEmpty)
      return
    }
    try await scene.running { try await scene.until("settled") { try await scene.isSettled(job) } }
    let kept = try #require(try await scene.entries(ReceiptKept.kind, of: job).first)
    let facts = try kept.facts(as: ReceiptKept.self)
    #expect(facts.receipt == ContentDigest(hashing: bytes) && facts.epoch == 2 && facts.key == "{}")
    #expect(try await scene.outcome(job)?.voucher == .recipientSigned)
    try await scene.checkJournal()
  }

  @Test func `a company that cannot be told holds our own systems up for three days, and no longer`() async throws {
    let scene = try await EngineScene()
    try scene.add(
      "sister",
      ScriptedSystem(clock: scene.clock) { _, _, _ in
        throw ConnectorFailure.transient(FailureCode("http-503"), retryAfterSeconds: 40_000)
      })
    try scene.add("crm", ScriptedSystem(clock: scene.clock))
    let sister = try scene.job("sister", .notify)
    let crm = try scene.job("crm", after: [Dependency(job: sister.job, kind: .handedOver)])
    let approved = scene.clock.now()
    try await scene.approve([sister, crm])
    try await scene.running {
      try await scene.advance(to: approved.adding(seconds: 3 * 86_400 - 1))
      #expect(try await scene.record(crm).state == .blocked)
      try await scene.until("our own system is erased") { try await scene.isSettled(crm) }
    }
    let started = try #require(try await scene.entries(AttemptStarted.kind, of: crm).first)
    #expect(started.at == approved.adding(seconds: 3 * 86_400))
    #expect(!(try await scene.isSettled(sister)))
  }

  @Test func `a company that was told holds nothing up, and a system that yields waits for those searched`()
    async throws
  {
    let scene = try await EngineScene()
    let gate = Gate()
    try scene.add("sister", ScriptedSystem(clock: scene.clock) { _, _, _ in .handedOver(checkAfterSeconds: 60) })
    try scene.add(
      "office",
      ScriptedSystem(clock: scene.clock) { order, before, _ in
        try await gate.pass()
        return try await ScriptedSystem.erasing(1, order, before)
      })
    let contacts = try scene.add("crm", ScriptedSystem(clock: scene.clock))
    let sister = try scene.job("sister", .notify)
    let office = try scene.job("office", after: [Dependency(job: sister.job, kind: .handedOver)])
    let crm = try scene.job("crm", after: [Dependency(job: office.job, kind: .settled)])
    try await scene.approve([sister, office, crm])
    try await scene.running {
      try await scene.until("the office is at it", moving: false) { gate.waiting == 1 }
      scene.clock.advance(days: 10)
      try await scene.quiet()
      #expect(contacts.calls.isEmpty)
      gate.open()
      try await scene.until("the CRM is erased", moving: false) { try await scene.isSettled(crm) }
    }
  }

  // MARK: Many jobs

  /// Counts who is inside.
  private final class Room: Sendable {
    let gate = Gate()
    private let state = Mutex((inside: 0, most: 0))
    var inside: Int { state.withLock { $0.inside } }
    var most: Int { state.withLock { $0.most } }

    func visit() async throws {
      state.withLock { state in
        state.inside += 1
        state.most = max(state.most, state.inside)
      }
      defer { state.withLock { $0.inside -= 1 } }
      try await gate.pass()
    }
  }

  private func visiting(_ room: Room, _ scene: EngineScene) -> ScriptedSystem {
    ScriptedSystem(clock: scene.clock) { order, before, _ in
      try await room.visit()
      return try await ScriptedSystem.erasing(1, order, before)
    }
  }

  @Test func `a system runs as many jobs as it allows, and holds up no other`() async throws {
    let scene = try await EngineScene()
    let room = Room()
    try scene.add("crm", concurrency: 2, visiting(room, scene))
    try scene.add("office", ScriptedSystem(clock: scene.clock))
    let jobs = try (1...20).map { _ in try scene.job("crm") }
    let other = try scene.job("office", deadline: scene.day(300))
    try await scene.approve(jobs + [other])
    try await scene.running {
      try await scene.until("two are inside and the office is done", moving: false) {
        guard room.inside == 2 else { return false }
        return try await scene.isSettled(other)
      }
      try await scene.quiet()
      #expect(room.inside == 2)
      room.gate.open()
      try await scene.until("all settled") {
        for job in jobs where try await !scene.isSettled(job) { return false }
        return true
      }
    }
    #expect(room.most == 2)
  }

  @Test func `the engine runs no more jobs than it may`() async throws {
    let scene = try await EngineScene()
    let room = Room()
    let jobs = try (1...8).map { number in
      try scene.add("crm-\(number)", visiting(room, scene))
      return try scene.job("crm-\(number)")
    }
    try await scene.approve(jobs)
    var settings = EngineSettings()
    settings.mostJobs = 3
    try await scene.running(settings) {
      try await scene.until("three are inside", moving: false) { room.inside == 3 }
      try await scene.quiet()
      #expect(room.inside == 3)
      room.gate.open()
      try await scene.until("all settled") {
        for job in jobs where try await !scene.isSettled(job) { return false }
        return true
      }
    }
    #expect(room.most == 3)
  }

  @Test func `the nearest deadline goes first`() async throws {
    let scene = try await EngineScene()
    let crm = try scene.add("crm", ScriptedSystem(clock: scene.clock))
    let jobs = try [9, 3, 12, 1, 7, 5].map { try scene.job("crm", deadline: scene.day($0)) }
    try await scene.approve(jobs)
    try await scene.running {
      try await scene.until("all settled") {
        for job in jobs where try await !scene.isSettled(job) { return false }
        return true
      }
    }
    let order = crm.calls.filter { $0.name == .erase }.compactMap { $0.order?.deadline }
    #expect(order == order.sorted() && order.count == 6)
  }

  // MARK: Waking

  /// A clock that goes on by a second whenever somebody looks at it.
  private final class TickingClock: CivilClock {
    let inner: ManualClock
    init(_ inner: ManualClock) { self.inner = inner }

    func now() -> UTCTime {
      defer { inner.advance(seconds: 1) }
      return inner.now()
    }

    func day(of instant: UTCTime) -> CivilDate { inner.day(of: instant) }
    func start(of day: CivilDate) -> UTCTime { inner.start(of: day) }
    func wait(until instant: UTCTime) async throws { try await inner.wait(until: instant) }
  }

  /// Counts how often somebody begins to wait.
  private final class CountingClock: CivilClock {
    let inner: ManualClock
    private let waits = Mutex(0)
    init(_ inner: ManualClock) { self.inner = inner }

    var count: Int { waits.withLock { $0 } }
    func now() -> UTCTime { inner.now() }
    func day(of instant: UTCTime) -> CivilDate { inner.day(of: instant) }
    func start(of day: CivilDate) -> UTCTime { inner.start(of: day) }
    func wait(until instant: UTCTime) async throws {
      waits.withLock { $0 += 1 }
      try await inner.wait(until: instant)
    }
  }

  @Test func `a look that takes long holds up nobody, and the engine sleeps meanwhile`() async throws {
    let scene = try await EngineScene()
    let gate = Gate()
    try scene.add(
      "slow",
      ScriptedSystem(
        clock: scene.clock,
        verify: { _, number in
          if number == 2 { try await gate.pass() }
          return ScriptedSystem.clean
        }))
    try scene.add("crm", ScriptedSystem(clock: scene.clock))
    let crm = try scene.job("crm")
    let quick = try await scene.approve([crm])
    let clock = CountingClock(scene.clock)
    let engine = scene.engine(clock: clock)
    let task = Task { await engine.run() }
    try await scene.until("the first look of the quick one is done", moving: false) {
      try await !scene.entries(PlanConcluded.kind).isEmpty
    }
    let slow = try scene.job("slow")
    try await scene.approve([slow])
    try await scene.until("the slow look hangs", moving: false) { gate.waiting == 1 }
    // The quick one's second look becomes due while the slow one is looked at.
    scene.clock.advance(seconds: EngineSettings().settlingSeconds)
    try await scene.quiet()
    let before = clock.count
    for _ in 0..<2_000 { await Task.yield() }
    #expect(clock.count - before < 5, "the engine turns in circles")
    let other = try scene.job("crm")
    try await scene.approve([other])
    try await scene.until("another job runs", moving: false) { try await scene.isSettled(other) }
    gate.open()
    try await scene.until("the quick one is concluded", moving: false) {
      try await scene.request(quick.plan.request).state == .concluded
    }
    task.cancel()
    await task.value
  }

  @Test(arguments: 1...12)
  func `a job that becomes due while the engine looks around is not slept over`(seconds: Int) async throws {
    let scene = try await EngineScene()
    try scene.add("crm", ScriptedSystem(clock: scene.clock))
    let job = try scene.job("crm")
    let proposed = try await scene.approve([job])
    let due = scene.day(0, seconds: Int64(seconds))
    let end = AttemptEnd.transientFailure(FailureCode("locked"), retryAt: due)
    try await scene.journal.append(
      [
        try scene.fixture.started(job.job, of: proposed, epoch: 1),
        try scene.fixture.ended(job.job, of: proposed, epoch: 1, end),
      ], to: .job(job.job), expecting: 0)
    let engine = scene.engine(clock: TickingClock(scene.clock))
    let task = Task { await engine.run() }
    // Either it runs, or the engine will wake for it in time.
    try await scene.until("the job is done, or the engine wakes for it", moving: false) {
      if try await scene.isSettled(job) { return true }
      return scene.clock.nextWake.map { $0 > scene.clock.now() && $0 <= due } ?? false
    }
    task.cancel()
    await task.value
  }
}
