import ConnectorKit
import ErasureDomain
import Journal
import OfficerAPI
import SubjectVault
import TestKit
import Testing

@Suite struct `Whether the person can be identified` {
  private static let refuse = RefuseRequest(request: "1", ground: "cannot-identify")

  @Test func `that he cannot needs a search that was made`() async throws {
    let scene = try await DeskScene()
    try await scene.add([SubjectIdentifier(kind: .email, value: "nobody@example.org")])
    let refusal = try await scene.refusal(of: Self.refuse, by: .bram)
    #expect(refusal.reason == .refused && refusal.message.contains("expunge request look 1"))
    #expect(try await scene.request().state == .received)

    let early = try await scene.refusal(of: LookForPerson(request: "1"), by: .anna)
    #expect(early.message.contains("record the doubt first"))
    #expect(scene.systems.crm.searches.isEmpty, "nobody is searched for without need")
    try await scene.say(
      AskIdentity(request: "1", method: .knowledge, doubt: "unknown-address", text: "No such customer."), by: .anna)
    let looked = try await scene.say(LookForPerson(request: "1"), by: .anna)
    #expect(looked.systems.map(\.records) == [0, 0])
    let lookup = try #require(try await scene.entries(LookupMade.kind).first)
    #expect(try lookup.facts(as: LookupMade.self).purpose == "identify" && lookup.by == Member.anna.id)

    #expect(try await scene.say(Self.refuse, by: .bram).state == "refused")
    #expect(try await scene.refusal(of: LookForPerson(request: "1"), by: .anna).message.contains("searched no more"))
    try await scene.checkJournal()
  }

  @Test func `another request's search does not count, another ground needs none`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    try await scene.add([SubjectIdentifier(kind: .email, value: "nobody@example.org")])
    try await scene.confirm(2)
    try await scene.draft(2)
    #expect(try await !scene.entries(LookupMade.kind).isEmpty)
    #expect(try await scene.refusal(of: Self.refuse, by: .bram).reason == .refused)
    #expect(try await scene.say(RefuseRequest(request: "1", ground: "unfounded"), by: .bram).state == "refused")
  }

  @Test func `a look counts records and says nothing else`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    try await scene.confirm()
    let before = try await scene.vault.items(of: scene.request().request)
    let looked = try await scene.say(LookForPerson(request: "1"), by: .anna)
    #expect(looked.systems.contains { $0.system == DeskSystems.crm && $0.records == 2 })
    #expect(try await scene.vault.items(of: scene.request().request) == before, "nothing of it is kept")
  }

  @Test func `of several found identifiers those that are the person's are named`() async throws {
    let scene = try await DeskScene()
    // Two of Ada's numbers are Bo's as well.
    try scene.systems.run(
      "crm",
      """
      INSERT INTO contact VALUES (20, '\(DeskSystems.email)', NULL, 'KL-0020-ZZ', 'Ada', 'Vries');
      INSERT INTO contact VALUES (21, 'bo2@example.org', NULL, 'KL-0020-ZZ', 'Bo', 'Other');
      UPDATE contact SET customer_no = '\(DeskSystems.number)' WHERE id = 9;
      """)
    try await scene.add()
    try await scene.confirm()
    let made = try await scene.say(MakePlan(request: "1"), by: .anna)
    #expect(made.plan == nil && made.undecided.count == 2)
    let all = try await scene.refusal(of: AnswerTask(task: "1", answer: .accept), by: .bram)
    #expect(all.reason == .invalid && all.message.hasPrefix("2 identifiers wait: name those that are the person's"))
    let own = try #require(made.undecided.first { $0.identifier.value == DeskSystems.number })
    try await scene.say(AnswerTask(task: "1", answer: .accept, ordinals: [own.ordinal]), by: .bram)
    #expect(try await scene.say(MakePlan(request: "1"), by: .anna).plan == nil, "one still waits, and stops every job")
    try await scene.say(AnswerTask(task: "1", answer: .decline), by: .bram)
    try await scene.draft()
    #expect(scene.systems.office.searches.flatMap(\.identifiers).contains { $0.value == DeskSystems.number })
    #expect(!scene.systems.office.searches.flatMap(\.identifiers).contains { $0.value == "KL-0020-ZZ" })
  }
}
