import ConnectorKit
import ErasureDomain
import ErasureEngine
import Journal
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct `Owners of systems` {
  @Test func `a system that nobody released costs nothing and holds up nobody`() async throws {
    let scene = try await EngineScene()
    let crm = try scene.add("crm", ScriptedSystem(clock: scene.clock))
    try scene.add("office", ScriptedSystem(clock: scene.clock))
    // All of them are nearer their deadlines than the one that may run.
    let waiting = try (1...20).map { _ in try scene.job("crm", deadline: scene.day(2)) }
    let office = try scene.job("office")
    try await scene.approve(waiting, releasing: false)
    try await scene.approve([office])
    try await scene.running {
      try await scene.until("the office is erased", moving: false) { try await scene.isSettled(office) }
      try await scene.quiet()
      #expect(scene.notices == ["waits-for-owner crm"])
      // It sleeps, and whatever it wakes for, it is not that system.
      #expect(try #require(scene.clock.nextWake) > scene.clock.now())
      scene.clock.advance(days: 1)
      try await scene.quiet()
      #expect(crm.calls.isEmpty && scene.notices.filter { $0.hasPrefix("waits-for-owner") }.count == 1)
      #expect(try await scene.entries(AttemptStarted.kind).count == 1)
      try await scene.release(waiting[0])
      try await scene.until("all are erased") {
        for job in waiting where try await !scene.isSettled(job) { return false }
        return true
      }
      // Whoever comes later is told of anew.
      try await scene.stop(office.system)
      try await scene.approve([try scene.job("office")], releasing: false)
      try await scene.until("said again", moving: false) { scene.notices.contains("waits-for-owner office") }
    }
    try await scene.checkJournal()
  }

  @Test func `a stop in the middle of an attempt cuts it off within a second, and costs it nothing`() async throws {
    let scene = try await EngineScene()
    let gate = Gate()
    try scene.add(
      "crm",
      ScriptedSystem(clock: scene.clock) { order, before, _ in
        try await gate.pass()
        return try await ScriptedSystem.erasing(3, order, before)
      })
    try scene.add(
      "sister",
      ScriptedSystem(clock: scene.clock) { _, _, _ in
        try await gate.pass()
        return .told
      })
    let crm = try scene.job("crm")
    let sister = try scene.job("sister", .notify)
    try await scene.approve([crm, sister])
    try await scene.running {
      try await scene.until("both are at it", moving: false) { gate.waiting == 2 }
      let began = ContinuousClock.now
      try await scene.stop(crm.system)
      try await scene.until("it is cut off", moving: false) { try await scene.record(crm).state == .ready }
      #expect(ContinuousClock.now - began < .seconds(1))
      #expect(try await scene.ends(of: crm) == ["interrupted"])
      // What changes nothing of ours goes on.
      #expect(gate.waiting == 1)
      gate.open()
      try await scene.until("the company is told") { try await scene.isSettled(sister) }
    }
    // Under another daemon, days later.
    try await scene.running { try await scene.advance(to: scene.day(3)) }
    let record = try await scene.record(crm)
    #expect(record.epoch == 1 && record.spent == 0)
    try await scene.release(crm)
    try await scene.running { try await scene.until("erased") { try await scene.isSettled(crm) } }
    try await scene.checkJournal()
  }

  @Test func `what was not durable before the stop does not happen`() async throws {
    let scene = try await EngineScene()
    let effects = Mutex(0)
    let name = try #require(SystemName("crm"))
    try scene.add(
      "crm",
      ScriptedSystem(clock: scene.clock) { [weak scene] order, before, number in
        // The owner speaks at the very moment before the intent is recorded.
        if number == 1 { try await scene?.stop(name) }
        try await before.record(PreparedEffect(effects: ScriptedSystem.effects(3)))
        effects.withLock { $0 += 1 }
        return .completed(ScriptedSystem.effects(3))
      })
    let job = try scene.job("crm")
    try await scene.approve([job])
    try await scene.running {
      try await scene.until("it is cut off", moving: false) {
        let record = try await scene.record(job)
        return record.epoch == 1 && record.state == .ready
      }
      try await scene.quiet()
      #expect(effects.withLock { $0 } == 0)
      #expect(try await scene.entries(AttemptPrepared.kind).isEmpty)
      #expect(try await scene.ends(of: job) == ["interrupted"])
      try await scene.release(job)
      try await scene.until("erased") { try await scene.isSettled(job) }
    }
    #expect(effects.withLock { $0 } == 1)
  }

  @Test func `what was done before the stop is recorded, and looked at when the system is released`() async throws {
    let scene = try await EngineScene()
    let gate = Gate()
    let crm = try scene.add(
      "crm",
      ScriptedSystem(
        clock: scene.clock,
        erase: { order, before, number in
          if number > 1 { return .completed(order.prepared?.effects ?? []) }
          return try await ScriptedSystem.erasing(3, order, before)
        },
        verify: { _, number in
          if number == 1 { try await gate.pass() }
          return ScriptedSystem.clean
        }))
    let job = try scene.job("crm")
    try await scene.approve([job])
    try await scene.running {
      try await scene.until("it is looked at", moving: false) { gate.waiting == 1 }
      try await scene.stop(job.system)
      try await scene.until("it is cut off", moving: false) { try await scene.record(job).state == .ready }
      #expect(try await scene.record(job).verifyFirst)
      try await scene.release(job)
      try await scene.until("erased") { try await scene.isSettled(job) }
    }
    #expect(crm.orders(.erase).map { $0.prepared?.effects } == [nil, ScriptedSystem.effects(3)])
    #expect(try await scene.outcome(job)?.receipt?.erased == 3)
  }

  @Test func `a job that was approved for another record asks, once the new one is released`() async throws {
    let scene = try await EngineScene()
    let crm = try scene.add("crm", ScriptedSystem(clock: scene.clock))
    let old = try scene.job("crm")
    // The register allows two jobs at a time by now.
    try scene.add("crm", concurrency: 2, crm)
    let new = try scene.job("crm")
    #expect(old.record != new.record)
    try await scene.approve([old])
    try await scene.running {
      // Released as it was, not as it is.
      try await scene.until("somebody is told", moving: false) { scene.notices == ["waits-for-owner crm"] }
      try await scene.quiet()
      #expect(try await scene.entries(AttemptStarted.kind).isEmpty)
      try await scene.release(new)
      try await scene.until("it asks") { try await scene.question(old) != nil }
    }
    #expect(try await scene.question(old) == Question(code: .other, detail: FailureCode("register-changed")))
    #expect(crm.calls.isEmpty)
  }
}
