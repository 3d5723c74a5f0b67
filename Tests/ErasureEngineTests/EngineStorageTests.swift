import ConnectorKit
import ErasureDomain
import Synchronization
import TestKit
import Testing

/// What is checked beyond the rows belongs to the proof, and never stands in its way.
@Suite(.serialized) struct `Files behind the rows` {
  private static func receipt(
    _ crm: (EngineScene) -> ScriptedSystem
  ) async throws -> (receipt: ErasureReceipt?, system: ScriptedSystem) {
    let scene = try await EngineScene()
    let system = try scene.add("crm", crm(scene))
    let job = try scene.job("crm")
    try await scene.approve([job])
    try await scene.running { try await scene.until("settled") { try await scene.isSettled(job) } }
    return (try await scene.outcome(job)?.receipt, system)
  }

  @Test func `what a connector checked stands in the receipt, and without it nothing does`() async throws {
    let proof = StorageProof(.removed, because: FailureCode("lock-timeout"))
    let (asked, _) = try await Self.receipt { scene in
      ScriptedSystem(clock: scene.clock, rewrite: { $0 == ScriptedSystem.effects(3) ? proof : nil })
    }
    #expect(asked?.verification.storage == proof && asked?.erased == 3)
    let (other, _) = try await Self.receipt { ScriptedSystem(clock: $0.clock) }
    #expect(other?.verification == ScriptedSystem.clean)
  }

  @Test func `rows that are still there are not followed into files`() async throws {
    let calls = Mutex(0)
    let (receipt, system) = try await Self.receipt { scene in
      ScriptedSystem(
        clock: scene.clock, verify: { _, number in number == 1 ? ScriptedSystem.remaining(1) : ScriptedSystem.clean },
        rewrite: { _ in
          calls.withLock { $0 += 1 }
          return StorageProof(.rewritten)
        })
    }
    // The look that follows some time after the end may have been made as well.
    #expect(system.words.count { $0 == .verify } >= 2 && calls.withLock { $0 } == 1)
    #expect(receipt?.verification.storage?.level == .rewritten)
  }

  @Test func `an attempt that is stopped meanwhile forgets nothing`() async throws {
    let isFirst = Mutex(true)
    let (receipt, system) = try await Self.receipt { scene in
      ScriptedSystem(
        clock: scene.clock,
        erase: { order, before, number in
          if let prepared = order.prepared { return .completed(prepared.effects) }
          return try await ScriptedSystem.erasing(3, order, before)
        },
        rewrite: { _ in
          let stops = isFirst.withLock { isFirst in
            defer { isFirst = false }
            return isFirst
          }
          if stops { throw ConnectorFailure.interrupted }
          return StorageProof(.rewritten)
        })
    }
    #expect(system.orders(.erase).last?.prepared?.effects == ScriptedSystem.effects(3))
    #expect(receipt?.erased == 3 && receipt?.verification.storage == StorageProof(.rewritten))
  }
}
