import ErasureDomain
import Journal
import OfficerAPI
import SubjectVault
import Synchronization
import TestKit
import Testing

@Suite struct `Importing a list of requests` {
  private func row(
    _ id: String, _ email: String? = nil, channel: String = "mail", capacities: [Capacity] = [.customer],
    receivedAt: UTCTime? = nil, text: String? = nil
  ) -> ImportRequests.Row {
    ImportRequests.Row(
      id: id,
      request: AddRequest(
        channel: channel, receivedAt: receivedAt, capacities: capacities,
        identifiers: [SubjectIdentifier(kind: .email, value: email ?? "person.\(id)@example.org")], text: text))
  }

  private func rows(_ count: Int) -> [ImportRequests.Row] {
    (0..<count).map { row("m-\($0)", channel: ["mail", "phone", "letter", "form"][$0 % 4]) }
  }

  @Test func `registers every row once, however often it is sent`() async throws {
    let scene = try await DeskScene()
    let call = ImportRequests(rows: rows(30), dryRun: false)
    #expect(try await scene.say(call, by: .anna).registered == Array(1...30))
    let again = try await scene.say(call, by: .bram)
    #expect(again.registered.isEmpty && again.known == Array(1...30))
    #expect(try await scene.entries(RequestReceived.kind).count == 30)
    for entry in try await scene.entries() {
      let text = String(decoding: entry.encoded(), as: UTF8.self)
      #expect(!text.contains("person.") && !text.contains("m-1"), "the log names a row")
    }
    try await scene.checkJournal()
  }

  @Test func `a dry run registers nothing`() async throws {
    let scene = try await DeskScene()
    let checked = try await scene.say(ImportRequests(rows: rows(3), dryRun: true), by: .anna)
    #expect(checked == ImportedRequests())
    #expect(try await scene.entries(RequestReceived.kind).isEmpty)
    #expect(try await scene.vault.requests().isEmpty)
  }

  @Test func `one row at fault keeps all from being registered, and each fault has its column`() async throws {
    let scene = try await DeskScene()
    let future = scene.clock.now().adding(seconds: 60)
    let bad = [
      row("1"), row("2", "a\u{7}b"), row("3", channel: "Mail!"), row("4", receivedAt: future),
      row("5", receivedAt: UTCTime("2019-05-01T12:00:00Z")), row("ada@example.org", "x@example.org"),
      row("7", text: String(repeating: "x", count: 100_001)), row("1"), row("9", capacities: []),
    ]
    for dryRun in [true, false] {
      let result = try await scene.say(ImportRequests(rows: bad, dryRun: dryRun), by: .anna)
      #expect(result.faults.map(\.row) == [1, 2, 3, 4, 5, 6, 7, 8])
      #expect(
        result.faults.map(\.column) == ["email", "channel", "received", "received", "id", "text", "id", "capacity"])
      #expect(result.registered.isEmpty)
      #expect(result.faults.allSatisfy { !$0.words.contains("example") && !$0.words.contains("Mail!") })
    }
    #expect(try await scene.entries(RequestReceived.kind).isEmpty)
    #expect(try await scene.vault.requests().isEmpty)
    let many = try await scene.refusal(of: ImportRequests(rows: rows(101), dryRun: true), by: .anna)
    #expect(many.message == "at most 100 rows in one call")
  }

  @Test func `an import that was cut off is repeated without a gap or a double`() async throws {
    let left = Mutex(7)
    var options = DeskScene.Options()
    options.fault = { drafts in
      guard drafts.contains(where: { $0.kind == RequestReceived.kind }) else { return nil }
      return left.withLock { left in
        left -= 1
        return left == 0 ? .full : nil
      }
    }
    let scene = try await DeskScene(options)
    let call = ImportRequests(rows: rows(20), dryRun: false)
    #expect(try await scene.refusal(of: call, by: .anna).reason == .unavailable)
    #expect(try await scene.entries(RequestReceived.kind).count == 6)
    let rest = try await scene.say(call, by: .anna)
    #expect(rest.known == Array(1...6) && rest.registered == Array(7...20))
    #expect(try await scene.vault.requests().count == 20)
    try await scene.checkJournal()
  }

  @Test func `an id that stands for somebody else is a fault and not the earlier person`() async throws {
    let scene = try await DeskScene()
    try await scene.say(ImportRequests(rows: [row("1", "ada@example.org")], dryRun: false), by: .anna)
    let result = try await scene.say(ImportRequests(rows: [row("1", "bo@example.org")], dryRun: false), by: .anna)
    #expect(result.faults.map(\.words) == ["request 1 was imported under this id with other identifiers"])
    #expect(try await scene.entries(RequestReceived.kind).count == 1)
  }

  @Test func `rows of one person are linked with each other and with what was there`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    let list = [row("1", DeskSystems.email), row("2", "bo@example.org"), row("3", "BO@example.org")]
    try await scene.say(ImportRequests(rows: list, dryRun: false), by: .anna)
    #expect(try await scene.say(ShowRequest(request: "1"), by: .anna).linked == [2])
    #expect(try await scene.say(ShowRequest(request: "3"), by: .anna).linked == [4])
    #expect(try await scene.entries(RequestLinked.kind).count == 2)
  }
}
