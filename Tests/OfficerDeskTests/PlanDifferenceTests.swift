import ErasureDomain
import OfficerAPI
import Testing

@Suite struct `A plan that was made anew` {
  @Test func `says what it does otherwise than the proposal before it`() async throws {
    let scene = try await DeskScene()
    #expect(try await scene.proposed().differences == nil)
    let left = try await scene.say(LeaveOut(plan: "1", ordinals: [1], reason: "not hers"), by: .bram)
    let said = try #require(left.differences)
    #expect(
      said == [
        "office, erase: customer 0 rows instead of 1", "office, erase: invoice keeps 0 rows instead of 1",
        "office, erase: 1 records left out instead of 0",
        "office, erase-kept on 2033-01-01 (nl-fiscal-7y): no more, 2 rows",
      ])
  }

  @Test func `says nothing where nothing is otherwise`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    try await scene.draft()
    #expect(try await scene.say(ShowPlan(plan: "1"), by: .bram).differences == [])
  }
}
