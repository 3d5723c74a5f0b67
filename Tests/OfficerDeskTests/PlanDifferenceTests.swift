import ErasureDomain
import OfficerAPI
import Testing

@Suite struct `A plan that was made anew` {
  @Test func `says what it does otherwise than the proposal before it`() async throws {
    let scene = try await DeskScene()
    #expect(try await scene.proposed().differences == nil)
    let left = try await scene.say(LeaveOut(plan: "1", ordinals: [1], reason: "not hers"), by: .bram)
    let said = try #require(left.differences)
    #expect(said.contains("crm, erase: 1 records left out instead of 0"), "\(said)")
    #expect(said.contains { $0.hasPrefix("crm, erase: contact 1 rows instead of 2") }, "\(said)")
    #expect(!said.contains { $0.hasPrefix("sister") })
  }

  @Test func `says nothing where nothing is otherwise`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    try await scene.draft()
    #expect(try await scene.say(ShowPlan(plan: "1"), by: .bram).differences == [])
  }
}
