import ConnectorKit
import ErasureDomain
import ErasurePlanning
import OfficerAPI
import TestKit
import Testing

@Suite struct `Identifiers found on the way` {
  private func searchedNumbers(_ scene: DeskScene) -> Set<String> {
    Set(
      scene.systems.office.searches.flatMap(\.identifiers).filter { $0.kind == DeskSystems.customerNumber }.map(\.value)
    )
  }

  /// Bo's contact carries Ada's customer number: nobody can tell whose it is.
  private func ambiguous() async throws -> DeskScene {
    let scene = try await DeskScene()
    try scene.systems.run("crm", "UPDATE contact SET customer_no = '\(DeskSystems.number)' WHERE id = 9")
    try await scene.add()
    try await scene.confirm()
    return scene
  }

  @Test func `one that points to one person is searched further`() async throws {
    let scene = try await DeskScene()
    let plan = try await scene.proposed()
    #expect(searchedNumbers(scene) == [DeskSystems.number])
    let office = try #require(plan.lines.first { $0.system == DeskSystems.office && $0.verb == .erase })
    #expect(office.counts.first { $0.dataset == "customer" }?.reduce == 1)
    #expect(office.counts.first { $0.dataset == "invoice" }?.kept.first?.until.description == "2033-01-01")
    #expect(plan.lines.contains { $0.verb == .eraseKept && $0.system == DeskSystems.office })
  }

  @Test func `an ambiguous one stops the plan until it is accepted`() async throws {
    let scene = try await ambiguous()
    let made = try await scene.say(MakePlan(request: "1"), by: .anna)
    #expect(made.plan == nil)
    #expect(made.undecided.map(\.identifier.value) == [DeskSystems.number])
    #expect(made.undecided.map(\.reason) == ["ambiguous"])
    #expect(searchedNumbers(scene) == [])
    #expect(try await scene.entries(PlanProposed.kind).isEmpty)
    #expect(try await scene.say(ListTasks(), by: .bram).map(\.question.code) == [.foundIdentifiers])
    #expect(try await scene.say(ShowStatus(), by: .fred).tasks == 1)
    let shown = try await scene.say(ShowTask(task: "1"), by: .bram)
    #expect(shown.undecided?.map(\.identifier.value) == [DeskSystems.number])
    #expect(shown.answers == [.accept, .decline])

    try await scene.say(AnswerTask(task: "1", answer: .accept, ordinals: [1]), by: .bram)
    #expect(try await scene.say(ListTasks(), by: .bram).isEmpty)
    let plan = try await scene.draft()
    #expect(searchedNumbers(scene) == [DeskSystems.number])
    #expect(plan.lines.contains { $0.system == DeskSystems.office && $0.verb == .erase })
    let entry = try #require(try await scene.entries(IdentifierAccepted.kind).first)
    #expect(entry.by == Member.bram.id)
    #expect(try entry.facts(as: IdentifierAccepted.self).identifierKind == DeskSystems.customerNumber)
    try await scene.checkJournal()
  }

  @Test func `a declined one is never searched`() async throws {
    let scene = try await ambiguous()
    try await scene.say(MakePlan(request: "1"), by: .anna)
    try await scene.say(AnswerTask(task: "1", answer: .decline), by: .bram)
    let plan = try await scene.draft()
    #expect(searchedNumbers(scene) == [])
    let office = try #require(plan.lines.first { $0.system == DeskSystems.office })
    #expect(office.notApplicable == .nothingFound)
    #expect(try await scene.entries(IdentifierDeclined.kind).count == 1)
  }

  @Test func `an answer that does not fit is refused`() async throws {
    let scene = try await ambiguous()
    try await scene.say(MakePlan(request: "1"), by: .anna)
    for ordinals in [[2], [0], [1, 2]] {
      let call = AnswerTask(task: "1", answer: .accept, ordinals: ordinals)
      let refusal = try await scene.refusal(of: call, by: .bram)
      #expect(refusal.message.contains("these identifiers do not wait for a decision"), "\(ordinals)")
    }
    #expect(try await scene.refusal(of: AnswerTask(task: "1", answer: .retry), by: .bram).reason == .refused)
    #expect(try await scene.refusal(of: AnswerTask(task: "1", answer: .lawful), by: .bram).reason == .refused)
    #expect(try await scene.refusal(of: AnswerTask(task: "1", answer: .accept), by: .anna).reason == .forbidden)
    try await scene.say(AnswerTask(task: "1", answer: .accept), by: .bram)
    let twice = try await scene.refusal(of: AnswerTask(task: "1", answer: .accept), by: .bram)
    #expect(twice.reason == .invalid)
    #expect(searchedNumbers(scene) == [])
  }

  @Test(arguments: ["0000", "00 00", "INFO@bakery.example"])
  func `one on the stop list is never searched, and nobody is asked`(value: String) async throws {
    let scene = try await DeskScene()
    try scene.systems.run("crm", "UPDATE contact SET customer_no = '\(value)' WHERE id IN (7, 9)")
    try scene.systems.run("office", "UPDATE customer SET customer_no = '\(value)'")
    let plan = try await scene.proposed()
    #expect(searchedNumbers(scene) == [])
    #expect(plan.lines.first { $0.system == DeskSystems.office }?.notApplicable == .nothingFound)
  }

  @Test func `a system that cannot be searched is not one where nothing was found`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    try await scene.confirm()
    try scene.systems.run("office", "DROP TABLE invoice")
    let refusal = try await scene.refusal(of: MakePlan(request: "1"), by: .anna)
    #expect(refusal.reason == .refused || refusal.reason == .unavailable)
    #expect(refusal.message.contains("office"))
    #expect(try await scene.entries(PlanProposed.kind).isEmpty)
  }

  @Test func `a record that appears between two looks and makes an identifier ambiguous is asked about`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    try scene.systems.run(
      "crm",
      """
      INSERT INTO contact VALUES (10, '\(DeskSystems.email)', NULL, 'KL-0010-ZZ', 'Ada', 'Vries');
      INSERT INTO contact VALUES (11, 'other@example.org', NULL, 'KL-0010-ZZ', 'Other', 'Person');
      """)
    let refusal = try await scene.refusal(of: LeaveOut(plan: "1", ordinals: [1], reason: "a bakery"), by: .bram)
    #expect(refusal.reason == .refused || refusal.reason == .conflict)
    #expect(searchedNumbers(scene) == [DeskSystems.number])
  }
}
