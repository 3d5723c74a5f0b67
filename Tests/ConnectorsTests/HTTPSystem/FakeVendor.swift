import Foundation
import Testing

/// A description of the catalogue with a service of the shape its vendor documents.
struct FakeVendor: Sendable, CustomTestStringConvertible {
  let name: String
  /// What stands in the description for the vendor's addresses; each becomes the service's.
  let addresses: [String]
  var settings: [String: String] = [:]
  let secrets: [String: String]
  /// The kinds of records it has; the person gets one of each, others too.
  let kinds: [String]
  let handle: @Sendable (FakeService.Call, inout FakeService.World) -> ScriptedCompany.Answer

  var testDescription: String { name }

  static let all = [hubspot, mailchimp, microsoftContacts, microsoftMail, salesforce, zendesk]

  // MARK: Mailchimp

  static let mailchimp = FakeVendor(
    name: "mailchimp", addresses: ["https://{setting.dc}.api.mailchimp.com"], secrets: ["api-key": "key-us6"],
    kinds: ["member"]
  ) { call, world in
    guard call.headers["authorization"] == "Basic " + Data("any:key-us6".utf8).base64EncodedString() else {
      return .status(401)
    }
    func member(_ record: FakeService.Record) -> [String: Any] {
      [
        "id": record.id, "list_id": record.owner, "email_address": record.email, "full_name": "N",
        "status": "subscribed",
      ]
    }
    switch (call.method, call.path.dropFirst().first) {
    case ("GET", "ping"): return FakeService.answer(["health_status": "Everything's Chimpy!"])
    case ("GET", "search-members"):
      let found = world.containing(call.query["query"] ?? "", kind: "member").map(member)
      return FakeService.answer(["exact_matches": ["members": found], "full_search": ["members": found]])
    case ("GET", "lists") where call.path.count == 5:
      guard let index = world.index("member", call.path[4], [.live, .soft]), world.records[index].owner == call.path[2]
      else { return .status(404) }
      return FakeService.answer(member(world.records[index]))
    case ("POST", "lists") where call.path.suffix(2) == ["actions", "delete-permanent"]:
      guard let index = world.index("member", call.path[4]), world.records[index].owner == call.path[2] else {
        return .status(404)
      }
      world.records[index].state = .gone
      return .status(204)
    default: return .status(404)
    }
  }

  // MARK: HubSpot

  static let hubspot = FakeVendor(
    name: "hubspot", addresses: ["https://api.hubapi.com"], secrets: ["token": "pat-1"], kinds: ["contact"]
  ) { call, world in
    guard call.headers["authorization"] == "Bearer pat-1" else { return .status(401) }
    func contact(_ record: FakeService.Record) -> [String: Any] {
      ["id": record.id, "properties": ["email": record.email, "firstname": "A"], "archived": record.state == .soft]
    }
    guard call.path.prefix(4) == ["crm", "v3", "objects", "contacts"] else { return .status(404) }
    switch (call.method, call.path.dropFirst(4).first) {
    case ("GET", nil): return FakeService.answer(["results": []])
    case ("POST", "search"):
      let groups = call.json["filterGroups"] as? [[String: Any]]
      let filter = (groups?.first?["filters"] as? [[String: Any]])?.first
      guard filter?["propertyName"] as? String == "email", filter?["operator"] as? String == "EQ" else {
        return .status(400)
      }
      // One on a page, so that the cursor is used.
      let found = world.containing(filter?["value"] as? String ?? "", kind: "contact")
      let start = Int(call.json["after"] as? String ?? "0") ?? 0
      var body: [String: Any] = ["total": found.count, "results": found.dropFirst(start).prefix(1).map(contact)]
      if found.count > start + 1 { body["paging"] = ["next": ["after": "\(start + 1)"]] }
      return FakeService.answer(body)
    case ("POST", "gdpr-delete"):
      guard call.json["idProperty"] == nil, let id = call.json["objectId"] as? String,
        let index = world.index("contact", id, [.live, .soft])
      else { return .status(404) }
      world.records[index].state = .gone
      return .status(204)
    case ("GET", let id?):
      let state: FakeService.Record.State = call.query["archived"] == "true" ? .soft : .live
      guard let index = world.index("contact", id, [state]) else { return .status(404) }
      return FakeService.answer(contact(world.records[index]))
    default: return .status(404)
    }
  }

  // MARK: Zendesk

  static let zendesk = FakeVendor(
    name: "zendesk", addresses: ["https://{setting.subdomain}.zendesk.com"],
    settings: ["agent": "agent@example.com"], secrets: ["token": "t0ken"], kinds: ["user", "ticket"]
  ) { call, world in
    let login = Data("agent@example.com/token:t0ken".utf8).base64EncodedString()
    guard call.headers["authorization"] == "Basic " + login else { return .status(401) }
    guard call.path.prefix(2) == ["api", "v2"] else { return .status(404) }
    let path = call.path.dropFirst(2).map { $0.hasSuffix(".json") ? String($0.dropLast(5)) : $0 }
    func user(_ record: FakeService.Record) -> [String: Any] {
      ["id": Int(record.id) ?? 0, "email": record.email, "name": "N", "active": record.state == .live]
    }
    switch (call.method, path.first, path.dropFirst().first) {
    case ("GET", "users", "me"): return FakeService.answer(["user": ["id": 1]])
    case ("GET", "users", "search"):
      guard let query = call.query["query"], query.hasPrefix("email:\""), query.hasSuffix("\"") else {
        return .status(400)
      }
      let text = query.dropFirst(7).dropLast().replacing(/\\(.)/) { $0.1 }
      let found = world.containing(String(text), kind: "user")
      let page = Int(call.query["page"] ?? "1") ?? 1
      var body: [String: Any] = ["users": found.dropFirst(page - 1).prefix(1).map(user), "next_page": NSNull()]
      if found.count > page {
        let host = call.headers["host"] ?? ""
        let again = query.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        body["next_page"] = "http://\(host)/api/v2/users/search.json?page=\(page + 1)&query=\(again)"
      }
      return FakeService.answer(body)
    case ("GET", "users", let id?) where path.suffix(2) == ["tickets", "requested"]:
      guard world.index("user", id) != nil else { return .status(404) }
      let tickets = world.records.filter { $0.kind == "ticket" && $0.owner == id && $0.state == .live }
      return FakeService.answer(
        ["tickets": tickets.map { ["id": Int($0.id) ?? 0, "requester_id": Int(id) ?? 0] }, "next_page": NSNull()])
    case ("GET", "users", let id?):
      guard let index = world.index("user", id, [.live, .soft, .gone]) else { return .status(404) }
      return FakeService.answer(["user": user(world.records[index])])
    case ("GET", "deleted_users", let id?):
      guard let index = world.index("user", id, [.soft, .gone]) else { return .status(404) }
      let name = world.records[index].state == .gone ? "Permanently Deleted User" : "N"
      return FakeService.answer(["deleted_user": ["id": Int(id) ?? 0, "name": name]])
    case ("GET", "tickets", let id?):
      guard world.index("ticket", id) != nil else { return .status(404) }
      return FakeService.answer(["ticket": ["id": Int(id) ?? 0]])
    case ("DELETE", let kind?, let id?):
      let isDeleted = kind.hasPrefix("deleted_")
      let name = kind.hasSuffix("tickets") ? "ticket" : "user"
      // Nobody goes for good who is still in use, and no user goes while his tickets are there.
      guard let index = world.index(name, id, [isDeleted ? .soft : .live]) else { return .status(404) }
      let open = world.records.contains { $0.owner == id && $0.state == .live }
      guard !open else { return .status(422) }
      world.records[index].state = isDeleted ? .gone : .soft
      return kind == "tickets" ? .status(204) : FakeService.answer(["user": ["id": Int(id) ?? 0]])
    default: return .status(404)
    }
  }
}
