import ConnectorKit
import ErasureDomain
import ErasureEngine
import TestKit
import Testing

/// Systems that take long hold up nobody.
@Suite(.serialized) struct `Systems that hang` {
  @Test func `three of them with room for sixteen jobs each leave the eight others done before the clock moves`()
    async throws
  {
    let scene = try await EngineScene()
    let began = scene.clock.now()
    let gate = Gate()
    var slow: [PlannedJob] = []
    var good: [PlannedJob] = []
    for number in 1...3 {
      try scene.add(
        "slow-\(number)", concurrency: 16,
        ScriptedSystem(clock: scene.clock) { order, before, _ in
          try await gate.pass()
          return try await ScriptedSystem.erasing(1, order, before)
        })
    }
    for number in 1...8 { try scene.add("good-\(number)", concurrency: 4, ScriptedSystem(clock: scene.clock)) }
    for _ in 1...20 {
      // The slow ones are due first.
      for number in 1...3 { slow.append(try scene.job("slow-\(number)", deadline: scene.day(10))) }
    }
    for _ in 1...6 {
      for number in 1...8 { good.append(try scene.job("good-\(number)")) }
    }
    for job in slow + good { try await scene.approve([job]) }
    try await scene.running {
      try await scene.until("the good ones are done", moving: false) {
        for job in good where try await !scene.isSettled(job) { return false }
        return true
      }
      #expect(scene.clock.now() == began)
      for job in slow where try await scene.isSettled(job) { Issue.record("a slow one is done") }
      gate.open()
      try await scene.until("the slow ones are done", moving: false) {
        for job in slow where try await !scene.isSettled(job) { return false }
        return true
      }
    }
    try await scene.checkJournal()
  }
}
