import ConnectorKit
import Connectors
import ErasureDomain
import OfficerAPI
import TestKit
import Testing

@Suite(.serialized) struct `The wrong person` {
  @Test func `what runs stops, the term of the authority runs, and every place is named with its copies`() async throws
  {
    var options = DeskScene.Options()
    options.copy = EndsByItselfSettings(afterDays: 7, proof: .task, instruction: "Look at the warehouse.")
    let scene = try await DeskScene(options)
    try await scene.approved()
    try await scene.running {
      try await scene.until("the CRM is done") { try await scene.job(DeskSystems.crm).state.isSettled }
      let view = try await scene.say(OpenIncident(request: "1"), by: .anna)
      #expect(try await scene.plan().state.word == "paused")
      #expect(view.hoursLeft == 72)
      #expect(view.reportBefore == view.openedAt.adding(seconds: 72 * 3_600))
      let crm = try #require(view.places.first { $0.system == DeskSystems.crm })
      #expect(crm.rows == 5 && crm.state == "erased")
      #expect(crm.copies == [.init(keeper: DeskSystems.warehouse, problem: "it lists no copies; ask its owner")])
      #expect(view.places.contains { $0.system == DeskSystems.sister && $0.verb == .notify })
      #expect(!view.places.contains { $0.system == DeskSystems.stick })
    }
    #expect(try await scene.job(DeskSystems.stick, .manual).held)
    scene.clock.advance(seconds: 2 * 86_400)
    #expect(try await scene.say(ShowIncident(request: "1"), by: .erik).hoursLeft == 24)
    #expect(try await scene.say(OpenIncident(request: "1"), by: .bram).hoursLeft == 24)
    let warning = "request 1 may have erased the wrong person: the authority must hear of it within 24 hours"
    #expect(try await scene.say(ShowStatus(), by: .fred).warnings.contains { $0.hasPrefix(warning) })
    scene.clock.advance(seconds: 2 * 86_400)
    let late = "request 1 may have erased the wrong person: the authority must hear of it at once, 24 hours too late"
    #expect(try await scene.say(ShowStatus(), by: .fred).warnings.contains { $0.hasPrefix(late) })
    try await scene.say(CloseIncident(request: "1", reported: true), by: .bram)
    #expect(!(try await scene.say(ShowStatus(), by: .fred).warnings.contains { $0.contains("wrong person") }))
    #expect(try await scene.refusal(of: ShowIncident(request: "1"), by: .bram).reason == .notFound)
    try await scene.checkJournal()
  }

  @Test func `a company that could not be reached was not told, and nobody has to tell it otherwise`() async throws {
    let scene = try await DeskScene()
    scene.systems.sister.fail(with: .transient(FailureCode("could-not-connect"), retryAfterSeconds: 3_600))
    try await scene.approved()
    try await scene.running {
      try await scene.until("it was tried", moving: false) {
        try await scene.job(DeskSystems.sister, .notify).state.word == "waiting-to-retry"
      }
      let view = try await scene.say(OpenIncident(request: "1"), by: .anna)
      #expect(!view.places.contains { $0.system == DeskSystems.sister })
    }
  }

  @Test func `a proposal nobody has signed falls`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    #expect(try await scene.say(OpenIncident(request: "1"), by: .anna).places.isEmpty)
    #expect(try await scene.plan().state == .withdrawn)
    #expect(try await scene.refusal(of: CloseIncident(request: "1", reported: false), by: .anna).reason == .forbidden)
  }
}
