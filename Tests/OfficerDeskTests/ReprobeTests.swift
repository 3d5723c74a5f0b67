import ErasureDomain
import Foundation
import Journal
import OfficerAPI
import OfficerDesk
import SubjectVault
import TestKit
import Testing

@Suite(.serialized) struct `Somebody who was erased` {
  /// The day on which so many days have passed since her rows in the CRM went.
  private func day(_ days: Int, _ scene: DeskScene) async throws -> UTCTime {
    let erased = try #require(try await scene.keyring.erasures(in: DeskSystems.crm).first)
    return erased.erasedAt.utcDay.adding(days: days).utcMidnight
  }

  /// Every look that is due now; the systems that were looked through.
  private func look(_ scene: DeskScene) async throws -> [SystemName] {
    var looked: [SystemName] = []
    while let (system, _) = try await scene.desk.lookForReturned() { looked.append(system) }
    return looked
  }

  private func probes(_ scene: DeskScene, _ system: SystemName = DeskSystems.crm) async throws -> [ReprobeMade] {
    try await scene.entries(ReprobeMade.kind).map { try $0.facts(as: ReprobeMade.self) }.filter { $0.system == system }
  }

  private func findings(_ scene: DeskScene) async throws -> [TaskView] {
    try await scene.say(ListTasks(), by: .bram).filter { $0.question.code == .seenAgain }
  }

  @Test func `is looked for again after 30, 90 and 180 days, once a day at most, whatever the weekly look did`()
    async throws
  {
    let scene = try await DeskScene()
    _ = try await scene.erasedAfterCopy()
    let request = try await scene.request().request
    for days in ReprobeMade.days {
      // The weekly look of two days before leaves nothing to do by itself.
      scene.clock.set(to: try await day(days - 2, scene))
      #expect(try await look(scene) == [DeskSystems.crm, DeskSystems.office])
      #expect(try await probes(scene).contains { $0.day == days } == false)
      scene.clock.set(to: try await day(days, scene))
      #expect(try await look(scene) == [DeskSystems.crm, DeskSystems.office], "\(days)")
      scene.clock.advance(seconds: 36_000)
      #expect(try await look(scene).isEmpty)
    }
    let expected = ReprobeMade.days.map {
      ReprobeMade(about: request, system: DeskSystems.crm, day: $0, certain: 0, possible: 0)
    }
    #expect(try await probes(scene) == expected)
    // A row that was reduced keeps its key, and is nobody who came back.
    #expect(try await probes(scene, DeskSystems.office).allSatisfy { $0.certain == 0 && $0.possible == 0 })
    #expect(try await findings(scene).isEmpty)
    try await scene.checkJournal()
  }

  @Test func `and comes back through a feed is an officer's finding, lawful first, and never goes by itself`()
    async throws
  {
    let scene = try await DeskScene()
    _ = try await scene.erasedAfterCopy()
    try scene.systems.run("crm", "INSERT INTO contact VALUES (20, '\(DeskSystems.email)', NULL, NULL, 'A', 'V')")
    scene.clock.set(to: try await day(30, scene))
    _ = try await look(scene)
    let task = try #require(try await findings(scene).first)
    #expect(task.number == 1 && task.system == DeskSystems.crm && task.answers == [.lawful, .replan])
    #expect(try await probes(scene).map(\.possible) == [1])
    let warning = "request 1: 1 records that had been erased for it are in crm again"
    #expect(try await scene.say(ShowStatus(), by: .erik).warnings.contains { $0.hasPrefix(warning) })
    #expect(try scene.systems.contacts == [9, 20])
    let refused = try await scene.refusal(of: AnswerTask(task: "1", answer: .lawful), by: .anna)
    #expect(refused.reason == .forbidden)
    try await scene.say(AnswerTask(task: "1", answer: .lawful), by: .bram)
    #expect(try await findings(scene).isEmpty)
    // What was called lawful is not asked again; one more is.
    scene.clock.set(to: try await day(90, scene))
    _ = try await look(scene)
    #expect(try await findings(scene).isEmpty)
    try scene.systems.run("crm", "INSERT INTO contact VALUES (21, '\(DeskSystems.email)', NULL, NULL, 'A', 'V')")
    scene.clock.set(to: try await day(180, scene))
    _ = try await look(scene)
    #expect(try await findings(scene).map(\.question.found) == [2])
    try await scene.say(AnswerTask(task: "1", answer: .replan), by: .bram)
    #expect(try await findings(scene).isEmpty)
    let again = RequestReceived.Again(system: DeskSystems.crm, request: try await scene.request(1).request)
    #expect(try await scene.request(2).received.again == again)
    #expect(try scene.systems.contacts == [9, 20, 21])
    try await scene.checkJournal()
  }

  /// An address on the stop list is many people's, and another identifier of a record may be somebody else's.
  @Test func `is not confused with others who share an address with her`() async throws {
    let scene = try await DeskScene()
    try scene.systems.run("crm", "UPDATE contact SET billing_email = 'info@flowers.example' WHERE id <> 8")
    _ = try await scene.erasedAfterCopy()
    scene.clock.set(to: try await day(30, scene))
    _ = try await look(scene)
    #expect(try await findings(scene).isEmpty)
    #expect(try await probes(scene).map(\.possible) == [0])
    // She is back, with the billing address of somebody who was never erased.
    let other = "bo.jansen@example.org"
    try scene.systems.run(
      "crm",
      """
      UPDATE contact SET email = '\(other)' WHERE id = 9;
      INSERT INTO contact VALUES (20, '\(DeskSystems.email)', '\(other)', NULL, 'A', 'V')
      """)
    scene.clock.set(to: try await day(90, scene))
    _ = try await look(scene)
    #expect(try await findings(scene).map(\.question.found) == [1])
    try await scene.say(AnswerTask(task: "1", answer: .replan), by: .bram)
    let again = try await scene.say(ShowRequest(request: "2"), by: .bram)
    #expect(again.identifiers == [SubjectIdentifier(kind: .email, value: DeskSystems.email)])
    let approval = try await scene.say(PrepareApproval(plan: "2", decision: "approve"), by: .chris)
    #expect(approval.records.map(\.system) == [DeskSystems.crm])
    try await scene.checkJournal()
  }

  /// A record's key is used again by somebody else who has only an address of the stop list in common.
  @Test func `is not recognised for certain by a key and an address that points to nobody`() async throws {
    let scene = try await DeskScene()
    try scene.systems.run("crm", "UPDATE contact SET billing_email = 'info@flowers.example' WHERE id <> 8")
    _ = try await scene.erasedAfterCopy()
    try scene.systems.run(
      "crm", "INSERT INTO contact VALUES (7, 'carla@example.org', 'info@flowers.example', NULL, 'C', 'K')")
    let seen = try await scene.announce(scene.clock.now().adding(seconds: -7_200))
    #expect(seen.certain == 0 && seen.proposals.isEmpty)
    #expect(try scene.systems.contacts == [7, 9])
    try await scene.checkJournal()
  }

  @Test func `and was left out in part is erased again with a word about what was left out`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    try await scene.say(
      LeaveOut(plan: "1", ordinals: [2], reason: "a claim", terms: .claim), by: .chris)
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    try await scene.running { try await scene.untilOnlyTheStickWaits() }
    scene.clock.set(to: try await day(30, scene))
    _ = try await look(scene)
    try await scene.say(AnswerTask(task: "1", answer: .replan), by: .bram)
    let plan = try #require(try await scene.say(ShowRequest(request: "2"), by: .bram).plan)
    #expect(
      plan.notices.contains {
        $0.contains(
          "were left out the first time, \(ExceptionTerms.claim.ground.rawValue), \(ExceptionTerms.claim.citation)")
      })
  }

  @Test func `is named as not probed where a system cannot be looked through`() async throws {
    let scene = try await DeskScene()
    _ = try await scene.erasedAfterCopy()
    try await scene.running {
      try await scene.attestStick()
      try await scene.until("concluded") { try await scene.request().state == .concluded }
    }
    let lines = try #require(try await scene.say(ShowRequest(request: "1"), by: .bram).reprobes)
    #expect(lines.contains("\(DeskSystems.stick): not probed, it cannot be looked through"))
    let next = try await day(30, scene).utcDay
    #expect(lines.contains("crm: looked for again on \(next)"))
  }
}
