import ConnectorKit
import ErasureDomain
import Foundation
import Synchronization
import TestKit

/// A plain service for the rules of the connector: users, found by address or number, and what belongs to them.
struct DeskService {
  static let customerNo = IdentifierKind(rawValue: "customer-no")

  /// A description whose parts a test replaces.
  static let description = """
    http-system: 1
    name: desk
    run-against-vendor: true
    sources: [the test]
    base: "{setting.url}"
    auth: {header: {name: x-api-key, value: "{secret.key}"}}
    control: {get: /me, expect: [200]}
    locate:
      user:
        get: /users
        query: {q: "{subject.email}"}
        items: users
        keep: {email: "{subject.email}"}
        next: {cursor: next, send-as: query.after}
        at-most: 3
        yields: {customer-no: number}
      note:
        for: user
        get: "/users/{user.id}/notes"
        items: notes
    erase:
      - {for: note, delete: "/notes/{note.id}", done: [204], gone: [404], level: hard}
      - {for: user, delete: "/users/{user.id}", done: [204], gone: [404], level: hard}
    verify:
      - {for: note, get: "/notes/{note.id}", erased-when: [404]}
      - {for: user, get: "/users/{user.id}", erased-when: [404]}

    """

  let service: FakeService
  let world: HTTPSystemWorld

  /// With the person, a look-alike and notes of both. `special` answers first; `edits` change the description.
  init(
    _ edits: (String, String)..., secrets: [String: String] = ["key": "k-1"],
    special: @escaping @Sendable (FakeService.Call, inout FakeService.World) -> ScriptedCompany.Answer? = { _, _ in nil
    }
  ) throws {
    service = try FakeService { call, world in special(call, &world) ?? Self.answer(call, &world) }
    var text = Self.description
    for (old, new) in edits {
      guard text.contains(old) else { throw FixtureProblem(text: "the description has no \(old)") }
      text = text.replacing(old, with: new)
    }
    world = try HTTPSystemWorld(description: text, name: "desk", settings: ["url": service.url], secrets: secrets)
    service.world.withLock { world in
      world.records = [
        .init(kind: "user", id: "1", email: HTTPSystemWorld.email),
        .init(kind: "note", id: "n1", email: "", owner: "1"),
        .init(kind: "note", id: "n2", email: "", owner: "1"),
        .init(kind: "user", id: "2", email: HTTPSystemWorld.lookAlike),
        .init(kind: "note", id: "n3", email: "", owner: "2"),
      ]
    }
  }

  var connector: any Connector { world.connector }

  /// Ids of everything that is there.
  var there: Set<String> { service.world.withLock { Set($0.records.filter { $0.state == .live }.map(\.id)) } }

  /// Methods and paths of the calls so far, without those that only look.
  var changes: [String] {
    service.calls.filter { $0.method != "GET" }.map { "\($0.method) \($0.target)" }
  }

  func add(_ kind: String, _ id: String, email: String = "", owner: String = "") {
    service.world.withLock { $0.records.append(.init(kind: kind, id: id, email: email, owner: owner)) }
  }

  func change(_ id: String, _ edit: (inout FakeService.Record) -> Void) {
    service.world.withLock { world in
      for index in world.records.indices where world.records[index].id == id { edit(&world.records[index]) }
    }
  }

  private static func answer(_ call: FakeService.Call, _ world: inout FakeService.World) -> ScriptedCompany.Answer {
    guard call.headers["x-api-key"] == "k-1" else { return .status(401) }
    let kind = call.path.first.map { String($0.dropLast()) } ?? ""
    switch (call.method, call.path.count) {
    case ("GET", 1) where call.path == ["me"]: return FakeService.answer(["id": 1])
    case ("GET", 1):
      // A careless search, one user on a page.
      let found = world.containing(call.query["q"] ?? "", kind: "user")
      let start = Int(call.query["after"] ?? "0") ?? 0
      var body: [String: Any] = [
        "users": found.dropFirst(start).prefix(1).map {
          ["id": Int($0.id) ?? 0, "email": $0.email, "number": "c-\($0.id)"]
        }
      ]
      if found.count > start + 1 { body["next"] = start + 1 }
      return FakeService.answer(body)
    case ("GET", 3):
      guard world.index("user", call.path[1]) != nil else { return .status(404) }
      let notes = world.records.filter { $0.kind == "note" && $0.owner == call.path[1] && $0.state == .live }
      return FakeService.answer(["notes": notes.map { ["id": $0.id] }])
    case ("GET", 2):
      guard let index = world.index(kind, call.path[1]) else { return .status(404) }
      return FakeService.answer(["id": call.path[1], "email": world.records[index].email])
    case ("DELETE", 2):
      guard let index = world.index(kind, call.path[1]) else { return .status(404) }
      world.records[index].state = .gone
      return .status(204)
    default: return .status(404)
    }
  }
}
