import ConnectorKit
import ErasureDomain
import Synchronization
import TestKit
import Testing

/// What may go, in which order, and what happens when it is cut off.
@Suite struct HTTPSystemErasingTests {
  private static func effects(_ users: Int = 1, _ notes: Int = 2) -> [EffectCount] {
    [
      EffectCount(dataset: "user", approved: 1, found: users, erased: users),
      EffectCount(dataset: "note", approved: 2, found: notes, erased: notes),
    ]
  }

  private static func erase(
    _ desk: DeskService, _ order: ErasureOrder, _ recorder: ConnectorRecorder = ConnectorRecorder()
  ) async throws -> String {
    try await HTTPSystemWorld.failure { _ = try await desk.connector.erase(order, before: recorder) }
  }

  @Test func `steps run in the order written, children first`() async throws {
    let desk = try DeskService()
    let findings = try await desk.world.locate()
    #expect(
      try await desk.connector.erase(desk.world.order(findings), before: ConnectorRecorder())
        == .completed(Self.effects()))
    #expect(desk.changes == ["DELETE /notes/n1", "DELETE /notes/n2", "DELETE /users/1"])
    #expect(desk.there == ["2", "n3"])
  }

  @Test func `an interruption in the middle is waited out, and all is counted in the end`() async throws {
    let isBusy = Mutex(true)
    let desk = try DeskService(special: { call, _ in
      guard call.method == "DELETE", call.path.last == "n2", isBusy.withLock({ $0 }) else { return nil }
      return .status(429, "Retry-After: 40")
    })
    let findings = try await desk.world.locate()
    let first = ConnectorRecorder()
    #expect(try await Self.erase(desk, desk.world.order(findings), first) == "transient http-429 40")
    #expect(desk.there == ["1", "2", "n2", "n3"])
    // The engine takes a failure like this for a rollback and forgets what was prepared.
    isBusy.withLock { $0 = false }
    let order = ConnectorOrders.erasure(
      desk.world.record.system, HTTPSystemWorld.identifiers, approving: findings, remembered: first.remembered)
    let second = ConnectorRecorder()
    #expect(try await desk.connector.erase(order, before: second) == .completed(Self.effects()))
    #expect(second.effects.map(\.effects) == [Self.effects()])
    #expect(desk.changes.filter { $0 == "DELETE /notes/n1" }.count == 1)
  }

  @Test func `a record that is somebody else's by now is a question, before anything is sent`() async throws {
    let desk = try DeskService()
    let findings = try await desk.world.locate()
    desk.change("1") { $0.email = "new.owner@example.org" }
    #expect(try await Self.erase(desk, desk.world.order(findings)) == "officer more-than-approved record-changed")
    #expect(desk.changes.isEmpty)
  }

  @Test func `sealed records change hands before the first request arrives: nothing of them goes`() async throws {
    let desk = try DeskService()
    desk.add("user", "5", email: HTTPSystemWorld.email)
    let findings = try await desk.world.locate()
    // Everything is sealed and recorded; then the daemon dies.
    let cut = ConnectorRecorder(.keepsAndFails)
    _ = try await Self.erase(desk, desk.world.order(findings), cut)
    #expect(cut.remembered["progress"]?.contains("\"n2\"") == true && desk.changes.isEmpty)
    desk.change("5") { $0.email = "new.owner@example.org" }
    let failure = try await Self.erase(desk, desk.world.order(findings, after: cut))
    #expect(failure == "officer more-than-approved record-changed")
    #expect(desk.there.contains("5"))
  }

  @Test func `a root more than approved, and dependents beyond the margin, are questions`() async throws {
    let desk = try DeskService()
    let findings = try await desk.world.locate()
    // Two notes may have become seven.
    for number in 10..<15 { desk.add("note", "n\(number)", owner: "1") }
    let grown = ConnectorRecorder()
    #expect(try await Self.erase(desk, desk.world.order(findings), grown) == "none")
    #expect(grown.effects.last?.effects.last?.erased == 7)

    let other = try DeskService()
    let before = try await other.world.locate()
    for number in 10..<16 { other.add("note", "n\(number)", owner: "1") }
    #expect(try await Self.erase(other, other.world.order(before)) == "officer more-than-approved -")
    #expect(other.changes.isEmpty)
  }

  @Test func `what an officer left out stays, with everything that hangs on it`() async throws {
    let desk = try DeskService(special: { call, world in
      // Note n2 belongs to both users of the person.
      guard call.method == "GET", call.path == ["users", "5", "notes"] else { return nil }
      return FakeService.answer(["notes": world.index("note", "n2") == nil ? [] : [["id": "n2"]]])
    })
    desk.add("user", "5", email: HTTPSystemWorld.email)
    let all = try await desk.world.locate()
    let kept = try #require(all.roots.first { $0.key[0].value == "5" })
    let findings = try await desk.connector.locate(
      ConnectorOrders.search(desk.world.record.system, HTTPSystemWorld.identifiers, leftOut: [kept]))
    #expect(findings.counts.map(\.going) == [1, 1])
    let order = ConnectorOrders.erasure(
      desk.world.record.system, HTTPSystemWorld.identifiers, approving: findings, leftOut: [kept])
    #expect(try await Self.erase(desk, order) == "none")
    #expect(desk.there == ["2", "5", "n2", "n3"])
    #expect(try await desk.connector.verify(order).isClean)
  }

  /// `own-case` says where a record names itself; a mail of the same number is another thing.
  @Test func `the ticket of the request itself stays, and nothing else does`() async throws {
    let desk = try DeskService(("items: notes", "items: notes\n    own-case: {ticket: id}"))
    let day = CivilDate(daysSince1970: 22_000)
    let spared = [
      CaseRecord(kind: .ticket, reference: "n2", until: day), CaseRecord(kind: .mail, reference: "n1", until: day),
    ]
    let findings = try await desk.connector.locate(
      ConnectorOrders.search(desk.world.record.system, HTTPSystemWorld.identifiers, spared: spared))
    #expect(findings.counts.map(\.going) == [1, 1])
    let order = ConnectorOrders.erasure(
      desk.world.record.system, HTTPSystemWorld.identifiers, approving: findings, spared: spared)
    #expect(try await Self.erase(desk, order) == "none")
    #expect(desk.there == ["2", "n2", "n3"])
    #expect(try await desk.connector.verify(order).isClean)
  }

  @Test(arguments: ["..", ".", " ", ""])
  func `a key that would lead elsewhere erases nothing`(key: String) async throws {
    let desk = try DeskService(
      ("keep: {email: \"{subject.email}\"}", "keep: {email: \"{subject.email}\"}\n    key: [number]"),
      ("{user.id}", "{user.number}"),
      special: { call, _ in
        guard call.path == ["users"] else { return nil }
        return FakeService.answer(["users": [["number": key, "email": HTTPSystemWorld.email]]])
      })
    let failure = try await HTTPSystemWorld.failure { _ = try await desk.world.locate() }
    #expect(
      failure == (key.contains(".") ? "permanent value-no-segment" : "officer refused-by-recipient record-without-key"))
    #expect(desk.service.calls.allSatisfy { $0.target == "/me" || $0.target.hasPrefix("/users?") })
  }

  @Test func `signs of a path in a key stay in their segment`() async throws {
    let key = "a/../2?x=1#y%2F"
    let desk = try DeskService(
      ("keep: {email: \"{subject.email}\"}", "keep: {email: \"{subject.email}\"}\n    key: [number]"),
      ("{user.id}", "{user.number}"),
      special: { call, _ in
        guard call.path == ["users"] else { return nil }
        return FakeService.answer(["users": [["number": key, "email": HTTPSystemWorld.email]]])
      })
    _ = try await HTTPSystemWorld.failure { _ = try await desk.world.locate() }
    #expect(desk.service.calls.last?.target == "/users/a%2F..%2F2%3Fx%3D1%23y%252F/notes")
  }

  @Test func `records that come back after all was done are erased without being counted twice`() async throws {
    let desk = try DeskService()
    let findings = try await desk.world.locate()
    let first = ConnectorRecorder()
    _ = try await desk.connector.erase(desk.world.order(findings), before: first)
    // A look still saw it: what went is counted by the engine, and nothing is prepared any more.
    desk.change("1") { $0.state = .live }
    let order = ConnectorOrders.erasure(
      desk.world.record.system, HTTPSystemWorld.identifiers, approving: findings, remembered: first.remembered)
    #expect(try await !desk.connector.verify(order).isClean)
    // The daemon dies while it erases it again, and once more with a new note: only that is counted.
    let cut = ConnectorRecorder(.keepsAndFails)
    #expect(try await Self.erase(desk, order, cut) != "none")
    #expect(cut.effects.map(\.effects) == [Self.effects(0, 0)])
    desk.add("note", "n7", owner: "1")
    let next = ConnectorOrders.erasure(
      desk.world.record.system, HTTPSystemWorld.identifiers, approving: findings, prepared: cut.effects.last,
      remembered: cut.remembered)
    let last = ConnectorRecorder()
    #expect(try await desk.connector.erase(next, before: last) == .completed(Self.effects(0, 1)))
    #expect(last.effects.map(\.effects) == [Self.effects(0, 1)])
    #expect(desk.there == ["2", "n3"])
  }
}
