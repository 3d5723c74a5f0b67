import ErasureDomain
import Yams

extension HTTPSystemReader {
  private static let methods = ["get", "post", "put", "patch", "delete", "report", "propfind"]
  private static let parts: [KnownKey] = ["query", "headers", "json", "xml", "csv"].map { .optional($0) }

  /// The members of a mapping that holds a request, with the keys it has besides.
  mutating func call(_ member: Member, what: String, also: [KnownKey]) -> Members? {
    reader.members(of: member, what: what, keys: Self.methods.map { .optional($0) } + Self.parts + also)
  }

  /// The request of a mapping. `done` names the key of the answers that mean success.
  mutating func request(
    _ members: Members, _ scope: Scope, done: String?, usual: [Int], take: [String: String] = [:]
  ) -> HTTPSystemCall? {
    let named = Self.methods.filter { members[$0] != nil }
    guard named.count == 1, let method = named.first, let path = members[method] else {
      reader.fault(
        members.line,
        "\(members.what) \(named.isEmpty ? "has no request" : "has several requests"); write one of "
          + Self.methods.joined(separator: ", ") + " with a path")
      return nil
    }
    let target = template(path, scope, .path)
    let query = members["query"].map { templates($0, scope, .query) } ?? [:]
    let headers = members["headers"].map { templates($0, scope, .header) } ?? [:]
    let body = members.first(of: ["json", "xml", "csv"]).map { self.body($0, scope) }
    if ["json", "xml", "csv"].filter({ members[$0] != nil }).count > 1 {
      reader.fault(members.line, "\(members.what) has several bodies; keep one of json, xml and csv")
    }
    let conditions =
      done.flatMap { members[$0] }.map { self.conditions($0) }
      ?? usual.map { HTTPSystemCondition(status: $0) }
    guard let target, let query, let headers, let conditions, body != .some(nil) else { return nil }
    return HTTPSystemCall(
      method: method.uppercased(), target: target, query: query, headers: headers, body: body ?? nil, done: conditions,
      take: take)
  }

  /// Values taken from an answer: name and path.
  mutating func paths(_ member: Member, names isName: Bool = true) -> [String: String]? {
    guard let entries = reader.entries(of: member, what: "\"\(member.key)\"") else { return nil }
    var found: [String: String] = [:]
    for entry in entries {
      if isName, !reader.isName(entry.key, of: "a name in \"\(member.key)\"", line: entry.line) { continue }
      if let path = path(entry) { found[entry.key] = path }
    }
    return found.count == entries.count ? found : nil
  }

  /// A path, as a text.
  mutating func path(_ member: Member) -> String? {
    guard let text = reader.text(member) else { return nil }
    return isPath(text, line: member.line) ? text : nil
  }

  mutating func isPath(_ text: String, line: Int) -> Bool {
    let isPath = HTTPPath(text) != nil && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    if !isPath {
      reader.fault(line, "\"\(text)\" is no path; write names with dots between them, and \\. for a dot in a name")
    }
    return isPath
  }

  // MARK: Conditions

  /// A list of statuses and of what must stand in the answer besides.
  mutating func conditions(_ member: Member) -> [HTTPSystemCondition]? {
    let elements: [Member]
    if case .sequence = member.node {
      guard let listed = reader.elements(of: member) else { return nil }
      elements = listed
    } else {
      elements = [member]
    }
    guard !elements.isEmpty else {
      reader.fault(member.line, "\"\(member.key)\" is empty; write a list of statuses, such as [204]")
      return nil
    }
    let found = elements.compactMap { condition($0) }
    return found.count == elements.count ? found : nil
  }

  private mutating func condition(_ member: Member) -> HTTPSystemCondition? {
    guard case .mapping = member.node else {
      return reader.integer(member, in: 200...599).map { HTTPSystemCondition(status: $0) }
    }
    let keys: [KnownKey] = [
      .required("status", "write the status of the answer"), .optional("is"), .optional("empty"), .optional("has"),
    ]
    guard let members = reader.members(of: member, what: "an answer in \"\(member.key)\"", keys: keys) else {
      return nil
    }
    let status = members["status"].flatMap { reader.integer($0, in: 200...599) }
    let equal = members["is"].map { equalities($0) } ?? [:]
    let empty = members["empty"].map { pathList($0) } ?? []
    let present = members["has"].map { pathList($0) } ?? []
    guard let status, let equal, let empty, let present else { return nil }
    return HTTPSystemCondition(status: status, equal: equal, empty: empty, present: present)
  }

  private mutating func equalities(_ member: Member) -> [String: String]? {
    guard let entries = reader.entries(of: member, what: "\"is\"") else { return nil }
    var found: [String: String] = [:]
    for entry in entries where isPath(entry.key, line: entry.line) {
      if let word = word(entry) { found[entry.key] = word }
    }
    return found.count == entries.count && !found.isEmpty ? found : nil
  }

  mutating func pathList(_ member: Member) -> [String]? {
    guard let texts = texts(member) else { return nil }
    return texts.filter { !isPath($0, line: member.line) }.isEmpty ? texts : nil
  }

  /// A text, a whole number or a truth value, as a text.
  mutating func word(_ member: Member) -> String? {
    if case .scalar(let scalar) = member.node {
      switch StrictReader.kind(of: scalar, in: member.node) {
      case .integer where Int64(scalar.string).map(String.init) == scalar.string: return scalar.string
      case .boolean where scalar.string == "true" || scalar.string == "false": return scalar.string
      case .text, .integer, .fraction, .boolean, .nothing: break
      }
    }
    return reader.text(member)
  }
}

extension Members {
  /// The first member that is there.
  func first(of keys: [String]) -> Member? { keys.lazy.compactMap { byKey[$0] }.first }
}
