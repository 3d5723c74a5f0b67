import ConnectorKit
import ErasureDomain
import ErasureEngine
import Journal
import Synchronization
import TestKit
import Testing

/// A system that does not answer costs only its own jobs.
@Suite(.serialized) struct `A system that is down` {
  private static let many = 12

  /// Ten systems with twelve jobs each: one is down until a time, one takes very long.
  private struct Ten {
    let scene: EngineScene
    let down: ScriptedSystem
    let gate: Gate
    var jobs: [String: [PlannedJob]] = [:]

    init(downUntil end: UTCTime, _ scene: EngineScene) async throws {
      self.scene = scene
      let (clock, gate) = (scene.clock, Gate())
      self.gate = gate
      down = try scene.add(
        "down", concurrency: 4,
        ScriptedSystem(clock: clock) { order, before, _ in
          guard clock.now() >= end else {
            throw ConnectorFailure.transient(FailureCode("refused"), retryAfterSeconds: nil)
          }
          return try await ScriptedSystem.erasing(1, order, before)
        })
      try scene.add(
        "slow", concurrency: 4,
        ScriptedSystem(clock: clock) { order, before, _ in
          try await gate.pass()
          return try await ScriptedSystem.erasing(1, order, before)
        })
      for number in 1...8 { try scene.add("good-\(number)", concurrency: 2, ScriptedSystem(clock: clock)) }
      for system in ["down", "slow"] + (1...8).map({ "good-\($0)" }) {
        for _ in 0..<many {
          let job = try scene.job(system)
          try await scene.approve([job])
          jobs[system, default: []].append(job)
        }
      }
    }

    func areSettled(_ system: String) async throws -> Bool {
      for job in jobs[system] ?? [] where try await !scene.isSettled(job) { return false }
      return true
    }
  }

  @Test func `delays nobody, is tried by one job now and then, and is caught up with when it answers`() async throws {
    let scene = try await EngineScene()
    let began = scene.clock.now()
    let back = began.adding(seconds: 7 * 86_400)
    let ten = try await Ten(downUntil: back, scene)
    try await scene.running {
      // One dead and one slow among ten: the other eight are done before the clock has moved.
      try await scene.until("the good ones are done", moving: false) {
        for number in 1...8 where try await !ten.areSettled("good-\(number)") { return false }
        return true
      }
      #expect(scene.clock.now() == began)
      #expect(try await !ten.areSettled("slow"))
      ten.gate.open()
      try await scene.until("the slow one is done", moving: false) { try await ten.areSettled("slow") }
      // Its jobs are due and not claimed while it is left alone.
      try await scene.until("the one that was down is done", leavingAlone: SystemName("down")) {
        try await ten.areSettled("down")
      }
    }
    let late = scene.clock.now().seconds(since: back)
    #expect(late <= 2 * 86_400, "a day of back-off at most, and what the trial adds: \(late)")
    // Without a rest twelve jobs try about eighty times in the first hour.
    let tries = ten.down.calls.filter { $0.name == .erase && $0.at.seconds(since: began) < 3_600 }
    #expect(tries.count < 30, "\(tries.count)")
    for job in ten.jobs["down"] ?? [] {
      #expect(try await scene.outcome(job)?.word == "erased")
    }
    try await scene.checkJournal()
  }
}
