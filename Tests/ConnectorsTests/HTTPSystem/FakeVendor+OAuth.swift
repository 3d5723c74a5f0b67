import Foundation

/// Vendors whose tokens come by OAuth 2.0 client credentials.
extension FakeVendor {
  /// Gives a token for the right secret, and a new one each time; only the last one is good.
  private static func token(
    _ call: FakeService.Call, _ world: inout FakeService.World, scope: String?
  ) -> ScriptedCompany.Answer {
    var form = URLComponents()
    form.percentEncodedQuery = call.body
    let items = form.queryItems ?? []
    func value(_ name: String) -> String? { items.first { $0.name == name }?.value }
    guard value("grant_type") == "client_credentials", value("client_id") == "client-1",
      value("client_secret") == "s&cret=1", value("scope") == scope
    else { return FakeService.answer(["error": "invalid_client"], status: 400) }
    let number = (Int(world.notes["tokens"] ?? "0") ?? 0) + 1
    world.notes["tokens"] = "\(number)"
    return FakeService.answer(["access_token": "token-\(number)", "token_type": "Bearer", "expires_in": 3_599])
  }

  private static func isAuthorised(_ call: FakeService.Call, _ world: FakeService.World) -> Bool {
    call.headers["authorization"] == "Bearer token-\(world.notes["tokens"] ?? "")"
  }

  /// The text of the one literal in single quotes. SOQL escapes with a backslash, OData doubles the quote; nil when the
  /// expression has another literal, which is what an identifier that breaks out would make.
  private static func literal(_ expression: String, doubles: Bool) -> String? {
    var texts: [String] = []
    var isInside = false
    var rest = Array(expression)[...]
    while let character = rest.popFirst() {
      if !isInside {
        if character == "'" {
          isInside = true
          texts.append("")
        }
      } else if !doubles, character == "\\", let escaped = rest.popFirst() {
        texts[texts.count - 1].append(escaped)
      } else if character == "'", doubles, rest.first == "'" {
        texts[texts.count - 1].append("'")
        rest.removeFirst()
      } else if character == "'" {
        isInside = false
      } else {
        texts[texts.count - 1].append(character)
      }
    }
    return texts.count == 1 && !isInside ? texts[0] : nil
  }

  // MARK: Salesforce

  static let salesforce = FakeVendor(
    name: "salesforce", addresses: ["https://{setting.domain}.my.salesforce.com"], settings: ["client-id": "client-1"],
    secrets: ["client-secret": "s&cret=1"], kinds: ["contact"]
  ) { call, world in
    if call.path == ["services", "oauth2", "token"] { return token(call, &world, scope: nil) }
    guard isAuthorised(call, world) else { return .status(401) }
    guard call.path.prefix(3) == ["services", "data", "v60.0"] else { return .status(404) }
    let path = Array(call.path.dropFirst(3))
    let query = call.query["q"] ?? ""
    switch (call.method, path.first) {
    case ("GET", "query") where query.hasSuffix("LIMIT 1"): return FakeService.answer(["records": [], "done": true])
    case ("GET", "query"):
      guard let email = literal(query, doubles: false) else { return .status(400) }
      let found = world.containing(email, kind: "contact")
      return FakeService.answer(["records": found.map { ["Id": $0.id, "Email": $0.email] }, "done": true])
    case ("GET", "queryAll"):
      guard let id = literal(query, doubles: false) else { return .status(400) }
      let found = world.records.filter { $0.id == id && $0.state != .gone }
      return FakeService.answer(["records": found.map { ["Id": $0.id] }, "done": true])
    case ("GET", "sobjects"):
      guard let id = path.last, world.index("contact", id) != nil else { return .status(404) }
      return FakeService.answer(["Id": id, "Name": "N", "Email": "e"])
    case ("POST", "jobs"):
      guard call.json["operation"] as? String == "hardDelete", call.json["object"] as? String == "Contact" else {
        return .status(400)
      }
      world.notes["750"] = ""
      return FakeService.answer(["id": "750", "state": "Open"])
    case ("PUT", "jobs"):
      guard call.headers["content-type"] == "text/csv", world.notes[path[2]] != nil else { return .status(400) }
      world.notes[path[2]] = call.body
      return .status(201)
    case ("PATCH", "jobs"):
      guard call.json["state"] as? String == "UploadComplete", let csv = world.notes[path[2]] else {
        return .status(400)
      }
      let lines = csv.split(separator: "\n").map(String.init)
      guard lines.first == "Id" else { return .status(400) }
      for id in lines.dropFirst() {
        if let index = world.index("contact", id, [.live, .soft]) { world.records[index].state = .gone }
      }
      return FakeService.answer(["id": path[2], "state": "UploadComplete"])
    default: return .status(404)
    }
  }

  // MARK: Microsoft Graph

  static let microsoftContacts = graph("microsoft365-contacts", kind: "contacts") { record in
    [
      "id": record.id, "displayName": "N",
      "emailAddresses": [["address": "first@example.net"], ["address": record.email]],
    ]
  }

  static let microsoftMail = graph("microsoft365-mail", kind: "messages") { record in
    ["id": record.id, "subject": "S", "from": ["emailAddress": ["name": "N", "address": record.email]]]
  }

  private static func graph(
    _ name: String, kind: String, item: @escaping @Sendable (FakeService.Record) -> [String: Any]
  ) -> FakeVendor {
    FakeVendor(
      name: name, addresses: ["https://graph.microsoft.com/v1.0", "https://login.microsoftonline.com"],
      settings: ["tenant": "tenant-1", "client-id": "client-1", "mailbox": "sales@example.net"],
      secrets: ["client-secret": "s&cret=1"], kinds: [kind]
    ) { call, world in
      if call.path == ["tenant-1", "oauth2", "v2.0", "token"] {
        return token(call, &world, scope: "https://graph.microsoft.com/.default")
      }
      guard isAuthorised(call, world) else { return .status(401) }
      guard call.path.prefix(3) == ["users", "sales@example.net", kind] else { return .status(404) }
      let id = call.path.dropFirst(3).first
      switch (call.method, id, call.path.last) {
      case ("GET", nil, _):
        guard let filter = call.query["$filter"] else { return FakeService.answer(["value": []]) }
        guard let email = literal(filter, doubles: true) else { return .status(400) }
        let found = world.containing(email, kind: kind)
        let skip = Int(call.query["$skip"] ?? "0") ?? 0
        var body: [String: Any] = ["value": found.dropFirst(skip).prefix(1).map(item)]
        if found.count > skip + 1 {
          let text = filter.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
          let host = call.headers["host"] ?? ""
          body["@odata.nextLink"] =
            "http://\(host)/users/sales@example.net/\(kind)?%24filter=\(text)&%24skip=\(skip + 1)"
        }
        return FakeService.answer(body)
      case ("GET", let id?, _):
        guard let index = world.index(kind, id) else { return .status(404) }
        return FakeService.answer(item(world.records[index]))
      case ("POST", let id?, "permanentDelete"):
        guard let index = world.index(kind, id) else { return .status(404) }
        // Into the Purges folder: nothing of the mailbox leads there.
        world.records[index].state = .gone
        return .status(204)
      default: return .status(404)
      }
    }
  }
}
