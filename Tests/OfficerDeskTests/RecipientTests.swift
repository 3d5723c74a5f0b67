import ConnectorKit
import ErasureDomain
import ErasureEngine
import ErasurePlanning
import EvidenceLog
import Foundation
import Journal
import OfficerAPI
import OfficerDesk
import TestKit
import Testing

@Suite(.serialized) struct `A company with a contract` {
  private func scene(
    _ tests: [RecipientCheck]..., change: (inout DeskScene.Options) -> Void = { _ in }
  ) async throws -> (DeskScene, TestedCompany.Answers) {
    var options = DeskScene.Options()
    let answers = tests.count > 1 ? TestedCompany.Answers(tests[0], tests[1]) : TestedCompany.Answers(tests[0])
    options.contract = answers
    change(&options)
    return (try await DeskScene(options), answers)
  }

  private func passed(_ scene: DeskScene) async throws -> [RecipientPassed] {
    try await scene.entries(RecipientPassed.kind).map { try $0.facts(as: RecipientPassed.self) }
  }

  @Test func `is told by no plan before it has passed the test, and then by every one`() async throws {
    let (scene, answers) = try await scene(TestedCompany.fails, TestedCompany.passes)
    try await scene.add()
    try await scene.confirm()
    let list = try await scene.say(ListRecipients(), by: .erik)
    #expect(list.map(\.system) == [DeskSystems.sister])
    #expect(list.map(\.state) == [.untested])
    func refused() async throws {
      let refusal = try await scene.refusal(of: MakePlan(request: "1"), by: .anna)
      #expect(refusal.message.contains("\"sister\" has not passed the test of erasure-notice/1"))
      #expect(refusal.message.contains("expunge recipient test sister"))
    }
    try await refused()
    let failed = try await scene.say(TestRecipient(system: "sister"), by: .fred)
    #expect(!failed.isPassed && failed.recipient.state == .untested)
    #expect(try await passed(scene).isEmpty)
    try await refused()
    let tested = try await scene.say(TestRecipient(system: "sister", seconds: 5), by: .fred)
    #expect(tested.isPassed && tested.recipient.state == .passed)
    let facts = try await passed(scene)
    #expect(facts.map(\.contract) == ["erasure-notice/1"])
    #expect(facts.first?.steps == RecipientCheck.Step.allCases.filter { $0 != .callsBack })
    // Whom the tests named is nobody's, and another one each time.
    let values = answers.orders.flatMap(\.identifiers).map(\.value)
    #expect(values.count == 2 && Set(values).count == 2 && values.allSatisfy { $0.hasSuffix("@example.invalid") })
    #expect(answers.orders[1].patience.seconds(since: scene.clock.now()) == 5)
    try await scene.draft()
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    try await scene.running {
      try await scene.until("it is told", moving: false) {
        try await scene.job(DeskSystems.sister, .notify).state.isHandedOver
      }
    }
    try await scene.checkJournal()
  }

  @Test func `must pass again when the register describes it otherwise`() async throws {
    let (scene, _) = try await scene(TestedCompany.passes)
    try await scene.say(TestRecipient(system: "sister"), by: .bram)
    let folder = try TemporaryFolder()
    let other = try DeskSystems(
      folder: folder.path, clock: scene.clock, stopList: scene.options.stopList,
      contract: TestedCompany.Answers(TestedCompany.passes), sisterTitle: "Renamed")
    let digest = ContentDigest(hashing: try CanonicalJSON.encode(try #require(other.register[DeskSystems.sister])))
    let log = try await scene.journal.read { reader in try reader.log() }
    let own = ContentDigest(hashing: try CanonicalJSON.encode(try #require(scene.systems.register[DeskSystems.sister])))
    #expect(log.hasPassed(DeskSystems.sister, with: own))
    #expect(!log.hasPassed(DeskSystems.sister, with: digest))
    #expect(!log.hasPassed(DeskSystems.crm, with: own))
    // The same at the desk, for a company that passed with the other record only.
    let (later, _) = try await self.scene(TestedCompany.fails)
    let passed = RecipientPassed(
      system: DeskSystems.sister, record: digest, contract: "erasure-notice/1", steps: [.takesNotice])
    try await later.journal.append([try EntryDraft(passed, about: .log)], to: .log, expecting: nil)
    #expect(try await later.say(ListRecipients(), by: .erik).map(\.state) == [.changed])
    try await later.add()
    try await later.confirm()
    let refusal = try await later.refusal(of: MakePlan(request: "1"), by: .anna)
    #expect(refusal.message.contains("expunge recipient test sister"))
  }

  @Test func `is told by no plan before it has passed, in an older log too`() async throws {
    let (scene, _) = try await scene(TestedCompany.passes) { $0.rules = LogRules.ownersRelease }
    try await scene.add()
    try await scene.confirm()
    #expect(try await scene.say(ListRecipients(), by: .erik).map(\.state) == [.untested])
    let refusal = try await scene.refusal(of: MakePlan(request: "1"), by: .anna)
    #expect(refusal.message.contains("expunge recipient test sister"))
    try await scene.say(TestRecipient(system: "sister"), by: .bram)
    try await scene.draft()
  }

  @Test func `is named when it is none`() async throws {
    let (scene, _) = try await scene(TestedCompany.passes)
    let own = try await scene.refusal(of: TestRecipient(system: "crm"), by: .bram)
    #expect(own.message == "crm is not told by a contract that can be tested (connector sqlite); these are: sister")
    let unknown = try await scene.refusal(of: TestRecipient(system: "nowhere"), by: .bram)
    #expect(unknown.reason == .notFound && unknown.message.contains("told by a contract: these are: sister"))
    let seconds = try await scene.refusal(of: TestRecipient(system: "sister", seconds: 481), by: .bram)
    #expect(seconds.message == "the test may wait 1 to 480 seconds, not 481")
  }
}
