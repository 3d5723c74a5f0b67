import ConnectorKit
import ErasureDomain
import Foundation
import TestKit
import Testing

/// What a search finds and what an empty answer means.
@Suite struct HTTPSystemLookingTests {
  @Test func `only exact matches count: addresses without their case, everything else with it`() async throws {
    let desk = try DeskService()
    desk.change("1") { $0.email = "Ada.DeVries@Example.ORG" }
    #expect(try await desk.world.locate().roots.map { $0.key[0].value } == ["1"])
    let numbers = try DeskService(
      ("query: {q: \"{subject.email}\"}", "query: {q: \"{subject.customer-no}\"}"),
      ("keep: {email: \"{subject.email}\"}", "keep: {email: \"{subject.customer-no}\"}"))
    numbers.change("1") { $0.email = "C-47" }
    numbers.change("2") { $0.email = "c-47" }
    numbers.add("user", "3", email: "c-471")
    let found = try await numbers.world.locate([SubjectIdentifier(kind: DeskService.customerNo, value: "c-47")])
    #expect(found.roots.map { $0.key[0].value } == ["2"])
  }

  @Test func `zero hits need a control read that succeeds`() async throws {
    let nobody = [SubjectIdentifier(kind: .email, value: "nobody@example.org")]
    let desk = try DeskService()
    #expect(try await desk.world.locate(nobody).total == 0)
    #expect(desk.service.calls.first?.target == "/me")
    let closed = try DeskService(special: { call, _ in call.path == ["me"] ? .status(404) : nil })
    let failure = try await HTTPSystemWorld.failure { _ = try await closed.world.locate(nobody) }
    #expect(failure == "officer refused-by-recipient http-404")
    let order = closed.world.order(Findings(), identifiers: nobody)
    let look = try await HTTPSystemWorld.failure { _ = try await closed.connector.verify(order) }
    #expect(look == "officer refused-by-recipient http-404")
  }

  @Test(arguments: [#"{"people": []}"#, #"{"users": null}"#, #"{"users": {}}"#, "[]", "<html>", ""])
  func `an answer without a list is not an empty list`(body: String) async throws {
    let desk = try DeskService(special: { call, _ in call.path == ["users"] ? .json(body) : nil })
    let failure = try await HTTPSystemWorld.failure { _ = try await desk.world.locate() }
    #expect(failure == "officer refused-by-recipient malformed-answer")
  }

  @Test func `more matches than expected, and a look that cannot see, keep a plan from being made`() async throws {
    let desk = try DeskService()
    for number in 5..<8 { desk.add("user", "\(number)", email: HTTPSystemWorld.email) }
    let many = try await desk.world.locate()
    #expect(many.obstacles.map(\.code) == [FailureCode("more-than-at-most")])
    #expect(many.obstacles[0].message.contains("4 exact matches") && many.obstacles[0].message.contains("at-most is 3"))
    let blind = try DeskService(("get: \"/users/{user.id}\", erased", "get: \"/persons/{user.id}\", erased"))
    let findings = try await blind.world.locate()
    #expect(findings.obstacles.map(\.code) == [FailureCode("verify-blind")])
    let failure = try await HTTPSystemWorld.failure {
      _ = try await blind.connector.erase(blind.world.order(findings), before: ConnectorRecorder())
    }
    #expect(failure == "officer other verify-blind")
    #expect(blind.changes.isEmpty)
  }

  @Test func `what other systems are searched with is asked about first`() async throws {
    let desk = try DeskService()
    #expect(
      try await desk.world.locate().yields == [
        FoundIdentifier(
          identifier: SubjectIdentifier(kind: DeskService.customerNo, value: "c-1"), dataset: "user", pointsTo: 0)
      ])
  }

  @Test func `a look says what is left, by key and by identifier`() async throws {
    let desk = try DeskService()
    let findings = try await desk.world.locate()
    let recorder = ConnectorRecorder()
    _ = try await desk.connector.erase(desk.world.order(findings), before: recorder)
    // A note that is back, and the person as a new user.
    desk.change("n1") { $0.state = .live }
    desk.add("user", "9", email: HTTPSystemWorld.email)
    let seen = try await desk.connector.verify(desk.world.order(findings, after: recorder))
    #expect(
      seen.remaining == [
        DatasetCount(dataset: "user", isRoot: true, erase: 1), DatasetCount(dataset: "note", isRoot: false, erase: 1),
      ])
  }

  // MARK: Pages

  private static let users = (1...5).map { ["id": "\($0)", "email": HTTPSystemWorld.email] }

  private func paged(
    _ next: String, _ page: @escaping @Sendable (FakeService.Call) -> (Int, [String: Any])
  ) throws -> DeskService {
    try DeskService(
      ("next: {cursor: next, send-as: query.after}", "next: \(next)"), ("at-most: 3", "at-most: 10"),
      special: { call, _ in
        guard call.path == ["users"] else { return nil }
        let (start, more) = page(call)
        return FakeService.answer(more.merging(["users": Array(Self.users.dropFirst(start).prefix(2))]) { $1 })
      })
  }

  private func ids(_ desk: DeskService) async throws -> [String] {
    for number in 3...5 { desk.add("user", "\(number)", email: HTTPSystemWorld.email) }
    return try await desk.world.locate().roots.map { $0.key[0].value }
  }

  @Test func `pages are followed by link, cursor, last record and offset`() async throws {
    let all = ["1", "2", "3", "4", "5"]
    let link = try paged("{link: links.next}") { call in
      let start = Int(call.query["start"] ?? "0") ?? 0
      let next = start + 2 < 5 ? "http://\(call.headers["host"] ?? "")/users?start=\(start + 2)" : ""
      return (start, ["links": ["next": next]])
    }
    #expect(try await ids(link) == all)
    let relative = try paged("{link: next}") { call in
      let start = Int(call.query["start"] ?? "0") ?? 0
      return (start, start + 2 < 5 ? ["next": "/users?start=\(start + 2)"] : [:])
    }
    #expect(try await ids(relative) == all)
    let cursor = try paged("{cursor: meta.cursor, send-as: query.cursor}") { call in
      let start = Int((call.query["cursor"] ?? "{0").dropFirst()) ?? 0
      return (start, ["meta": ["cursor": start + 2 < 5 ? "{\(start + 2)" : ""]])
    }
    #expect(try await ids(cursor) == all)
    let last = try paged("{last: id, more: has_more, send-as: query.after}") { call in
      let start = Int(call.query["after"] ?? "0") ?? 0
      return (start, ["has_more": start + 2 < 5])
    }
    #expect(try await ids(last) == all)
    // Until a page is empty: a short page is no end, services have caps of their own.
    let offset = try paged("{offset: query.skip}") { call in (Int(call.query["skip"] ?? "0") ?? 0, [:]) }
    #expect(try await ids(offset) == all)
    #expect(offset.service.calls.filter { $0.target.hasPrefix("/users?") }.count == 4)
  }

  @Test(arguments: [
    "http://127.0.0.1:1/users", "https://example.org/users", "//example.org/users", "users?page=2", "/a/../me",
  ])
  func `a next page elsewhere is refused`(link: String) async throws {
    let desk = try paged("{link: next}") { _ in (0, ["next": link]) }
    let failure = try await HTTPSystemWorld.failure { _ = try await desk.world.locate() }
    #expect(failure == "officer refused-by-recipient foreign-link")
  }

  @Test func `a service that never stops giving pages is stopped`() async throws {
    let desk = try paged("{cursor: next, send-as: query.after}") { _ in (5, ["next": "again"]) }
    let failure = try await HTTPSystemWorld.failure { _ = try await desk.world.locate() }
    #expect(failure == "officer refused-by-recipient too-many-pages")
  }
}
