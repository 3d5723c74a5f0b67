import ErasureDomain
import OfficerAPI
import TestKit
import Testing

@Suite struct `A blocker` {
  @Test func `refuses the plan with its name, its number and what to do, until what it counts is settled`() async throws
  {
    let scene = try await DeskScene()
    try scene.systems.run(
      "crm",
      "INSERT INTO activity (contact_id, note) VALUES (7, 'open dispute'), (7, 'open dispute'), (9, 'open dispute')")
    try await scene.add()
    try await scene.confirm()
    let refusal = try await scene.refusal(of: MakePlan(request: "1"), by: .anna)
    #expect(refusal.reason == .refused)
    #expect(
      refusal.message
        == "no plan can be made: system \"crm\": blocker \"open-dispute\" counts 2 and must count 0: nothing "
        + "is erased before. Have what it counts settled there, then plan again")
    // Somebody else's dispute is none of it.
    try scene.systems.run("crm", "UPDATE activity SET note = 'settled' WHERE contact_id = 7")
    let plan = try await scene.draft()
    #expect(plan.lines.contains { $0.system == DeskSystems.crm && $0.verb == .erase })
  }
}
