import ErasureDomain
import Journal
import OfficerAPI
import TestKit
import Testing

@Suite(.serialized) struct `After the journal was rebuilt` {
  /// A plan for rows that are gone when the engine comes; the journal was rebuilt in between, or not.
  private func outcome(rebuilt: Bool) async throws -> ErasureReceipt {
    let scene = try await DeskScene()
    try await scene.approved()
    try scene.systems.run(
      "crm", "DELETE FROM activity WHERE contact_id IN (7, 8); DELETE FROM contact WHERE id IN (7, 8)")
    scene.clock.advance(seconds: 60)
    if rebuilt {
      let size = try await scene.journal.read { reader in try reader.size }
      let facts = try EntryDraft(JournalRecovered(entries: size), about: .log)
      try await scene.journal.append([facts], to: .log, expecting: nil)
    }
    try await scene.running {
      try await scene.until("settled") { try await scene.job(DeskSystems.crm).state.isSettled }
    }
    guard case .settled(.nothingFound(let receipt)) = try await scene.job(DeskSystems.crm).state else {
      throw DeskScene.Never.came
    }
    try await scene.checkJournal()
    return receipt
  }

  @Test func `rows that are gone may have gone by an attempt that is in no entry, and the counts say so`() async throws
  {
    let receipt = try await outcome(rebuilt: true)
    #expect(!receipt.effects.isEmpty)
    #expect(receipt.effects.allSatisfy { $0.isUncertain == true && $0.erased == 0 })
  }

  @Test func `otherwise nothing found is nothing found`() async throws {
    let receipt = try await outcome(rebuilt: false)
    #expect(receipt.effects.allSatisfy { $0.isUncertain == nil })
  }
}
