import ConnectorKit
import ErasureDomain
import ErasureEngine
import Journal
import TestKit
import Testing

@Suite struct `Systems that erase later, or only take out of use` {
  @Test func `a system that erases later is asked again, with what was prepared, until a look is clean`() async throws {
    let scene = try await EngineScene()
    let service = try scene.add(
      "service",
      ScriptedSystem(clock: scene.clock) { order, before, number in
        if number == 1 {
          try await before.remember("sealed", as: "progress")
          _ = try await ScriptedSystem.erasing(3, order, before)
        }
        return number < 4 ? .handedOver(checkAfterSeconds: 3_600) : .completed(order.prepared?.effects ?? [])
      })
    let job = try scene.job("service")
    try await scene.approve([job])
    try await scene.running { try await scene.until("settled") { try await scene.isSettled(job) } }
    let orders = service.orders(.erase)
    #expect(orders.map { $0.prepared?.effects } == [nil] + Array(repeating: ScriptedSystem.effects(3), count: 3))
    #expect(orders.dropFirst().allSatisfy { $0.remembered == ["progress": "sealed"] })
    #expect(try await scene.ends(of: job) == ["accepted", "accepted", "accepted", "done"])
    #expect(try await scene.record(job).spent == 0)
    let times = service.calls.filter { $0.name == .erase }.map(\.at)
    #expect(zip(times, times.dropFirst()).allSatisfy { $1.seconds(since: $0) >= 3_600 })
    #expect(try await scene.outcome(job)?.receipt?.erased == 3)
    try await scene.checkJournal()
  }

  @Test func `the look after an erasure knows what the erasure has sealed`() async throws {
    let scene = try await EngineScene()
    let service = try scene.add(
      "service",
      ScriptedSystem(clock: scene.clock) { order, before, _ in
        try await before.remember("ids", as: "progress")
        return try await ScriptedSystem.erasing(1, order, before)
      })
    let job = try scene.job("service")
    try await scene.approve([job])
    try await scene.running { try await scene.until("settled") { try await scene.isSettled(job) } }
    #expect(service.orders(.verify).first?.remembered == ["progress": "ids"])
  }

  @Test func `what was only taken out of use is never called erased, whatever was erased beside it`() async throws {
    let scene = try await EngineScene()
    let effects = [
      EffectCount(dataset: "contact", approved: 1, found: 1, erased: 1),
      EffectCount(dataset: "ticket", approved: 2, found: 2, erased: 0, restricted: 2),
    ]
    try scene.add(
      "service",
      ScriptedSystem(clock: scene.clock) { _, before, _ in
        try await before.record(PreparedEffect(effects: effects))
        return .completed(effects)
      })
    let job = try scene.job("service")
    try await scene.approve([job])
    try await scene.running { try await scene.until("settled") { try await scene.isSettled(job) } }
    guard case .restricted(let receipt) = try await scene.outcome(job) else { throw EngineScene.Stuck() }
    #expect(receipt.restricted == 2 && receipt.erased == 1)
    try await scene.checkJournal()
  }
}
