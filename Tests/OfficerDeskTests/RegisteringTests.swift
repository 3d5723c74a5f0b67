import ErasureDomain
import Journal
import OfficerAPI
import SubjectVault
import TestKit
import Testing

@Suite struct `Registering a request` {
  private func request(
    _ values: [String], kind: String = "email", channel: String = "mail", receivedAt: UTCTime? = nil,
    capacities: [Capacity] = [.customer], text: String? = nil
  ) -> AddRequest {
    AddRequest(
      channel: channel, receivedAt: receivedAt, capacities: capacities,
      identifiers: values.map { SubjectIdentifier(kind: IdentifierKind(rawValue: kind), value: $0) }, text: text)
  }

  /// Refused, nothing logged, and nothing of a person left in the vault.
  private func expectRefused(
    _ call: AddRequest, _ reason: Refusal.Reason, _ words: String, _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let scene = try await DeskScene()
    let refusal = try await scene.refusal(of: call, by: .anna, at: location)
    #expect(refusal.reason == reason, sourceLocation: location)
    #expect(refusal.message.contains(words), "\(refusal.message)", sourceLocation: location)
    #expect(try await scene.entries(RequestReceived.kind).isEmpty, sourceLocation: location)
    #expect(try await scene.vault.requests().isEmpty, "a refused request keeps its person", sourceLocation: location)
  }

  @Test func `needs an identifier`() async throws {
    try await expectRefused(request([]), .invalid, "give at least one identifier")
    try await expectRefused(request((0...50).map { "a\($0)@example.org" }), .invalid, "at most 50 identifiers")
  }

  @Test(arguments: ["", "   ", "\t", "a\nb@example.org", "a\u{0}b", "a\u{1B}[2J", "a\u{7F}b", "a\u{85}b"])
  func `refuses an identifier that is empty or holds control characters`(value: String) async throws {
    try await expectRefused(request([value]), .invalid, "is empty, too long or holds control characters")
  }

  @Test func `refuses an identifier that is too long, and takes one that just fits`() async throws {
    try await expectRefused(request([String(repeating: "a", count: 321)]), .invalid, "too long")
    try await expectRefused(request([String(repeating: "é", count: 161)]), .invalid, "too long")
    let scene = try await DeskScene()
    try await scene.say(request([String(repeating: "a", count: 320)]), by: .anna)
  }

  @Test(arguments: ["", "E-Mail", "e mail", "ada@example.org"])
  func `refuses a kind that is no code`(kind: String) async throws {
    try await expectRefused(request(["x"], kind: kind), .invalid, "an identifier's kind is a code such as email")
  }

  @Test(arguments: ["", "Mail", "from ada@example.org"])
  func `refuses a channel that is no code, before anything is stored`(channel: String) async throws {
    try await expectRefused(
      request(["ada@example.org"], channel: channel), .invalid, "channel is a code of lower-case letters")
  }

  @Test func `refuses a receipt in the future, no capacity and a text without end`() async throws {
    let now = ManualClock().now()
    try await expectRefused(
      request(["ada@example.org"], receivedAt: now.adding(seconds: 1)), .invalid, "cannot be received in the future")
    try await expectRefused(
      request(["ada@example.org"], capacities: []), .invalid, "say in which capacity the person asks")
    try await expectRefused(
      request(["ada@example.org"], text: String(repeating: "x", count: 100_001)), .invalid, "longer than 100000 bytes")
  }

  @Test func `refuses a day for which there are no holidays`() async throws {
    let long = try #require(CivilDate("2019-05-01")).utcMidnight
    try await expectRefused(request(["ada@example.org"], receivedAt: long), .refused, "no due date can be computed")
    try await expectRefused(request(["ada@example.org"], receivedAt: long), .refused, "knows the years 2020 to 2039")
  }

  @Test func `keeps identifiers once, without the space around them`() async throws {
    let scene = try await DeskScene()
    try await scene.say(request([" ada@example.org\t", "ada@example.org", "b@example.org"]), by: .anna)
    let detail = try await scene.say(ShowRequest(request: "1"), by: .anna)
    #expect(detail.identifiers?.map(\.value) == ["ada@example.org", "b@example.org"])
  }

  @Test func `computes the dates from the day of receipt`() async throws {
    let scene = try await DeskScene()
    let received = try #require(UTCTime("2026-01-31T23:59:59Z"))
    let view = try await scene.say(request(["ada@example.org"], receivedAt: received), by: .anna)
    #expect(view.receivedOn.description == "2026-01-31")
    // A month later is a Saturday: the statutory end moves on, our own work ends before.
    #expect(view.dueDates.nominal.description == "2026-02-28")
    #expect(view.dueDates.statutory.description == "2026-03-02")
    #expect(view.dueDates.workTo.description == "2026-02-27")
    // 27 April is King's Day; the 28th is a Tuesday.
    #expect(view.dueDates.extended.description == "2026-04-28")
    #expect(view.daysLeft == -3)
    #expect(try await scene.say(ShowStatus(), by: .fred).overdue == 1)
    let entry = try #require(try await scene.entries(RequestReceived.kind).first)
    #expect(try entry.facts(as: RequestReceived.self).dueDates == view.dueDates)
  }

  @Test func `numbers have no gaps, whoever registers at the same time`() async throws {
    let scene = try await DeskScene()
    let numbers = try await withThrowingTaskGroup(of: Int?.self) { group in
      for one in 0..<40 {
        group.addTask {
          let call = AddRequest(
            channel: one % 4 == 3 ? "Not a code" : "mail", capacities: [.customer],
            identifiers: [SubjectIdentifier(kind: .email, value: "person\(one)@example.org")])
          let body = try CanonicalJSON.encode(call)
          let reply = await scene.reply(to: AddRequest.name, body, from: one % 2 == 0 ? .anna : .bram)
          return reply.status == 200 ? try CanonicalJSON.decode(RequestView.self, from: reply.body).number : nil
        }
      }
      return try await group.reduce(into: [Int]()) { numbers, number in if let number { numbers.append(number) } }
    }
    #expect(numbers.sorted() == Array(1...30))
    #expect(try await scene.say(ListRequests(), by: .erik).map(\.number) == Array(1...30))
    #expect(try await scene.vault.requests().count == 30)
    try await scene.checkJournal()
  }

  @Test func `a request that cannot be logged keeps nobody in the vault`() async throws {
    var options = DeskScene.Options()
    options.fault = { drafts in drafts.contains { $0.kind == RequestReceived.kind } ? .full : nil }
    let scene = try await DeskScene(options)
    let refusal = try await scene.refusal(of: request(["ada@example.org"]), by: .anna)
    #expect(refusal.reason == .unavailable)
    #expect(refusal.message.hasPrefix("the disk of the journal is full"))
    #expect(try await scene.vault.requests().isEmpty)
  }

  @Test func `identity is established once`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    #expect(try await scene.confirm().state == "verified")
    let call = ConfirmRequest(request: "1", method: "counter", ground: .objection)
    let refusal = try await scene.refusal(of: call, by: .anna)
    #expect(refusal.reason == .refused)
    #expect(refusal.message.contains("confirmed is not possible in state verified"))
    #expect(try await scene.entries(RequestConfirmed.kind).count == 1)
    let prose = ConfirmRequest(request: "1", method: "She called.", ground: .objection)
    #expect(try await scene.refusal(of: prose, by: .anna).message.hasPrefix("the method is a code"))
  }

  @Test func `a request is planned after identity is established, not before`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    let refusal = try await scene.refusal(of: MakePlan(request: "1"), by: .anna)
    #expect(refusal.reason == .refused)
    #expect(
      refusal.message
        == "request 1 is received and cannot be planned; record how identity was established with "
        + "`expunge request confirm`")
    #expect(scene.systems.crm.searches.isEmpty, "nobody is searched for before he is known")
    #expect(try await scene.entries(LookupMade.kind).isEmpty)
  }

  @Test func `a refused request can neither be planned nor confirmed`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let view = try await scene.say(RefuseRequest(request: "1", ground: "unfounded"), by: .bram)
    #expect(view.state == "refused")
    #expect(try await scene.plan().state.word == "withdrawn")
    #expect(try await scene.refusal(of: MakePlan(request: "1"), by: .anna).message.contains("is refused"))
    let again = try await scene.refusal(of: RefuseRequest(request: "1", ground: "unfounded"), by: .bram)
    #expect(again.reason == .refused)
    let prose = RefuseRequest(request: "1", ground: "Ada de Vries is a thief")
    #expect(try await scene.refusal(of: prose, by: .bram).message.hasPrefix("the ground is a code"))
  }

  @Test func `what is asked for and not there is not found, and not repeated`() async throws {
    let scene = try await DeskScene()
    #expect(try await scene.refusal(of: ShowRequest(request: "7"), by: .anna).message == "there is no request 7")
    let typed = try await scene.refusal(of: ShowRequest(request: DeskSystems.email), by: .anna)
    #expect(typed.reason == .invalid)
    #expect(!typed.message.contains("ada"))
    #expect(try await scene.refusal(of: ShowJob(job: "j-1"), by: .anna).reason == .invalid)
    try await scene.add()
    let plan = try await scene.refusal(of: ShowPlan(plan: "1"), by: .anna)
    #expect(plan.message == "request 1 has no plan yet; make one with `expunge plan`")
  }
}
