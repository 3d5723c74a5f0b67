import ErasureDomain
import Testing

@testable import ErasurePlanning

/// What a plan says about copies that are kept for long.
@Suite struct PlanCopyTests {
  private func sideEffects(keeping days: Int?) throws -> [String]? {
    let vault = try record("vault", role: .backup, connector: "backup-catalogue", datasets: [])
    let copy = CopyDeclaration(set: "nightly", kind: .backup, system: vault.system, keepsDays: days)
    let shop = try record("shop", copies: [copy])
    let plan = try PlanDrafting.draft(
      input(try SystemRegister(systems: [shop, vault], retention: [:]), searched: [shop.system: oneRoot]))
    return try plan.job("shop", .erase).sideEffects
  }

  @Test func `copies are pointed out from 91 days on, and called too long from 181`() throws {
    #expect(try sideEffects(keeping: nil) == nil)
    #expect(try sideEffects(keeping: 90) == nil)
    #expect(
      try sideEffects(keeping: 91)
        == ["its copies nightly are kept for 91 days, more than 90: the person's letter must say so"])
    #expect(try sideEffects(keeping: 180)?.first?.contains("more than 90") == true)
    #expect(
      try sideEffects(keeping: 181) == [
        "its copies nightly are kept for 181 days: too long for a backup (more than 180); its owner must shorten that, or "
          + "say why"
      ])
  }
}
