import ConnectorKit
import ErasureDomain
import ErasurePlanning
import Journal
import OfficerAPI
import OfficerDesk
import SubjectVault
import TestKit
import Testing

@Suite struct `What is known of a request` {
  private static let phone = SubjectIdentifier(kind: .phone, value: "06 1234")
  private static let other = SubjectIdentifier(kind: .email, value: "ada@elsewhere.example")

  private func call(
    _ identifiers: [SubjectIdentifier] = DeskScene.identifiers, rights: [DataRight]? = nil,
    requester: Requester? = nil, capacities: [Capacity] = [.customer]
  ) -> AddRequest {
    AddRequest(
      channel: "mail", capacities: capacities, identifiers: identifiers, rights: rights, language: .dutch,
      requester: requester)
  }

  private func add(_ identifiers: SubjectIdentifier..., to number: Int = 1) -> AddIdentifiers {
    AddIdentifiers(request: "\(number)", identifiers: identifiers)
  }

  @Test func `rights, language and who asks are in the log and on screen`() async throws {
    let scene = try await DeskScene()
    let agent = Requester(kind: .agent, proof: FailureCode("written-authority"), isAddressee: true)
    let view = try await scene.say(call(rights: [.portability, .erasure], requester: agent), by: .anna)
    #expect(view.rights == [.erasure, .portability] && view.language == .dutch && view.requester == agent)
    let facts = try #require(try await scene.entries(RequestReceived.kind).first).facts(as: RequestReceived.self)
    #expect(facts.requester == agent && facts.rights == [.erasure, .portability])
    #expect(try await scene.refusal(of: call(rights: []), by: .anna).reason == .invalid)
  }

  @Test func `a request as it was before has the bytes it had`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    let entry = try #require(try await scene.entries(RequestReceived.kind).first)
    #expect(
      entry.facts.keys.sorted() == [
        "capacities", "channel", "commitment", "dueDates", "identifierKinds", "number", "receivedAt", "receivedOn",
      ])
  }

  @Test(arguments: [(Requester.Kind.representative, false), (.guardian, false), (.agent, true)])
  func `for a child the representative asks and is written to`(kind: Requester.Kind, isAddressee: Bool) async throws {
    let scene = try await DeskScene()
    let wrong = Requester(kind: kind, proof: FailureCode("paper"), isAddressee: isAddressee, under16: true)
    let refusal = try await scene.refusal(of: call(requester: wrong), by: .anna)
    #expect(refusal.reason == .invalid && refusal.message.contains("UAVG art. 5"))
    #expect(try await scene.vault.requests().isEmpty)
    // Nor does the log take it from a desk that would let it through.
    let request = RequestReference(using: scene.random)
    let facts = RequestReceived(
      commitment: "", channel: "mail", receivedAt: scene.clock.now(), receivedOn: scene.clock.today,
      capacities: [.customer], identifierKinds: [.email],
      dueDates: try DueDates.compute(received: scene.clock.today, calendar: .netherlands(.atw)), requester: wrong)
    let draft = try EntryDraft(facts, about: EntrySubject(request: request))
    await #expect(throws: JournalFailure.self) {
      try await scene.journal.append([draft], to: .request(request), expecting: 0)
    }
    let right = Requester(kind: .guardian, proof: FailureCode("paper"), isAddressee: true, under16: true)
    try await scene.say(call(requester: right), by: .anna)
  }

  @Test func `a request that asks neither for erasure nor for a copy is never planned`() async throws {
    let scene = try await DeskScene()
    try await scene.say(call(rights: [.objection]), by: .anna)
    try await scene.confirm()
    let refusal = try await scene.refusal(of: MakePlan(request: "1"), by: .anna)
    #expect(
      refusal.message == "request 1 asks neither for erasure nor for access or portability, so there is nothing to plan"
    )
    #expect(scene.systems.crm.searches.isEmpty)
  }

  @Test func `identifiers that come later are searched with, and the proposal without them falls`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let first = try await scene.plan()
    #expect(try await scene.refusal(of: add(), by: .anna).reason == .invalid)
    #expect(try await scene.refusal(of: add(DeskScene.identifiers[0]), by: .anna).message.contains("all of these"))
    try await scene.say(add(Self.other, Self.phone), by: .anna)
    let plan = try await scene.journal.read { reader in try reader.plan(first.plan) }
    #expect(plan?.state == .withdrawn)
    let entry = try #require(try await scene.entries(IdentifiersAdded.kind).first)
    #expect(try entry.facts(as: IdentifiersAdded.self).identifierKinds == [.email, .phone])
    for entry in try await scene.entries() {
      #expect(!String(decoding: entry.encoded(), as: UTF8.self).contains("elsewhere"))
    }
    try await scene.draft()
    #expect(scene.systems.crm.searches.last?.identifiers.contains(Self.other) == true)
    try await scene.checkJournal()
  }

  @Test func `nothing is added once a plan is approved, and the log refuses it too`() async throws {
    let scene = try await DeskScene()
    try await scene.approved()
    let refusal = try await scene.refusal(of: add(Self.other), by: .anna)
    #expect(refusal.message.contains("identifiers are added until a plan is approved"))
    let record = try await scene.request()
    let draft = try EntryDraft(
      IdentifiersAdded(identifierKinds: [.phone]), about: EntrySubject(request: record.request))
    await #expect(throws: JournalFailure.self) {
      try await scene.journal.append([draft], to: .request(record.request), expecting: record.revision)
    }
  }

  @Test func `the log refuses identifiers beside a proposal that stands`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let record = try await scene.request()
    let draft = try EntryDraft(
      IdentifiersAdded(identifierKinds: [.phone]), about: EntrySubject(request: record.request))
    await #expect(throws: JournalFailure.self) {
      try await scene.journal.append([draft], to: .request(record.request), expecting: record.revision)
    }
  }

  @Test func `identifiers that cannot be logged are not kept`() async throws {
    var options = DeskScene.Options()
    options.fault = { drafts in drafts.contains { $0.kind == IdentifiersAdded.kind } ? .full : nil }
    let scene = try await DeskScene(options)
    try await scene.add()
    #expect(try await scene.refusal(of: add(Self.other), by: .anna).reason == .unavailable)
    #expect(try await scene.say(ShowRequest(request: "1"), by: .anna).identifiers == DeskScene.identifiers)
  }

  @Test func `a system of another capacity is not searched and keeps its rows`() async throws {
    var options = DeskScene.Options()
    options.officeSubjects = [.employee]
    let scene = try await DeskScene(options)
    let plan = try await scene.proposed()
    #expect(plan.lines.first { $0.system == DeskSystems.office }?.notApplicable == .otherCapacity)
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    try await scene.conclude()
    #expect(scene.systems.office.searches.isEmpty)
    #expect(try await scene.jobs().contains { $0.system == DeskSystems.crm && $0.state.isSettled })
    #expect(try await !scene.jobs().contains { $0.system == DeskSystems.office })
  }

  @Test func `two requests of one person know of each other and keep their own dates`() async throws {
    let scene = try await DeskScene()
    let first = try await scene.add()
    scene.clock.advance(seconds: 5 * 86_400)
    let again = SubjectIdentifier(kind: .email, value: " " + DeskSystems.email.uppercased())
    let second = try await scene.add([again])
    #expect(second.dueDates.statutory > first.dueDates.statutory)
    #expect(try await scene.say(ShowRequest(request: "1"), by: .anna).linked == [2])
    let shown = try await scene.say(ShowRequest(request: "2"), by: .anna)
    #expect(shown.linked == [1])
    #expect(try await scene.say(ListRequests(), by: .anna)[0].dueDates == first.dueDates)
    let entry = try #require(try await scene.entries(RequestLinked.kind).first)
    #expect(try entry.facts(as: RequestLinked.self).seen == .sameIdentifier && entry.by == nil)
    #expect(try await scene.refusal(of: LinkRequests(request: "1", other: "2"), by: .anna).message.contains("already"))
    try await scene.checkJournal()
  }

  @Test func `what belongs to nobody in particular links nobody`() async throws {
    let scene = try await DeskScene()
    let desk = SubjectIdentifier(kind: .email, value: "info@bakery.example")
    try await scene.add([desk])
    try await scene.add([desk, Self.other])
    #expect(try await scene.entries(RequestLinked.kind).isEmpty)
    try await scene.say(LinkRequests(request: "1", other: "2"), by: .anna)
    #expect(try await scene.say(ShowRequest(request: "1"), by: .anna).linked == [2])
    #expect(try await scene.refusal(of: LinkRequests(request: "1", other: "1"), by: .anna).reason == .invalid)
    // A further identifier shows what the first did not.
    try await scene.add([Self.phone])
    try await scene.say(add(Self.other, to: 3), by: .anna)
    #expect(try await scene.say(ShowRequest(request: "3"), by: .anna).linked == [2])
  }
}
