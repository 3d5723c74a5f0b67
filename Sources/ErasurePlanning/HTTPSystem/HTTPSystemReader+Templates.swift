import ErasureDomain
import Yams

extension HTTPSystemReader {
  /// What a template may take its values from, besides settings.
  struct Scope {
    var secrets = false
    var subject = false
    var taken: Set<String> = []
    var located: [String: [String]] = [:]
  }

  /// Where a template stands.
  enum Place {
    case base, path, query, header, auth, json, xml, csv, keep
  }

  /// A template, checked for where it stands.
  mutating func template(_ member: Member, _ scope: Scope, _ place: Place) -> String? {
    guard let text = word(member) else { return nil }
    return check(text, key: member.key, line: member.line, scope, place) ? text : nil
  }

  /// Names with templates.
  mutating func templates(_ member: Member, _ scope: Scope, _ place: Place) -> [String: String]? {
    guard let entries = reader.entries(of: member, what: "\"\(member.key)\"") else { return nil }
    var found: [String: String] = [:]
    for entry in entries {
      if place == .keep, !isPath(entry.key, line: entry.line) { continue }
      guard entry.key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
        reader.fault(entry.line, "a name in \"\(member.key)\" has blanks or letters outside ASCII; correct it")
        continue
      }
      if let text = template(entry, scope, place) { found[entry.key] = text }
    }
    return found.count == entries.count ? found : nil
  }

  mutating func body(_ member: Member, _ scope: Scope) -> HTTPSystemBody? {
    switch member.key {
    case "json":
      guard let value = reader.json(member) else { return nil }
      return check(value, member, scope) ? .json(value) : nil
    case "xml": return template(member, scope, .xml).map { .xml($0) }
    default: return csv(member, scope)
    }
  }

  private mutating func csv(_ member: Member, _ scope: Scope) -> HTTPSystemBody? {
    guard let rows = reader.elements(of: member) else { return nil }
    var found: [[String]] = []
    for row in rows {
      guard let cells = reader.elements(of: row) else { return nil }
      let texts = cells.compactMap { template($0, scope, .csv) }
      guard texts.count == cells.count else { return nil }
      found.append(texts)
    }
    return .csv(found)
  }

  private mutating func check(_ value: CanonicalJSON, _ member: Member, _ scope: Scope) -> Bool {
    switch value {
    case .string(let text): return check(text, key: member.key, line: member.line, scope, .json)
    case .array(let values): return values.map { check($0, member, scope) }.allSatisfy { $0 }
    case .object(let members): return members.values.map { check($0, member, scope) }.allSatisfy { $0 }
    case .integer, .boolean: return true
    }
  }

  private mutating func check(_ text: String, key: String, line: Int, _ scope: Scope, _ place: Place) -> Bool {
    let template: HTTPTemplate
    do {
      template = try HTTPTemplate(text)
    } catch {
      reader.fault(line, "\"\(key)\" \(error)")
      return false
    }
    let problems =
      template.fields.compactMap { problem(of: $0, in: template, scope, place) } + Self.problems(of: template, place)
    for problem in problems { reader.fault(line, "\"\(key)\" \(problem)") }
    return problems.isEmpty
  }

  private func problem(
    of field: HTTPTemplate.Field, in template: HTTPTemplate, _ scope: Scope, _ place: Place
  ) -> String? {
    if let problem = Self.scopeProblem(of: field, scope) { return problem }
    switch (field.language, place) {
    case (nil, _): return nil
    case (.number, .json):
      return template.only == nil ? "writes a number within a text; let \"{..|number}\" stand alone" : nil
    case (.number, _): return "has |number, which is for json only; take it out"
    case (_, .query), (_, .json): return nil
    case (let language?, _): return "has |\(language.rawValue), which is for query and json only; take it out"
    }
  }

  private static func scopeProblem(of field: HTTPTemplate.Field, _ scope: Scope) -> String? {
    switch field.root {
    case .setting, .secret:
      guard SystemName.isName(field.path) else { return "has \"\(field.path)\", which is no name; use a-z, 0-9 and -" }
      if field.root == .setting, HTTPSystemSettings.reserved.contains(field.path) {
        return "uses the setting \"\(field.path)\", whose name is taken; give it another name"
      }
      return field.root == .setting || scope.secrets
        ? nil : "uses a secret; secrets stand under auth only"
    case .subject:
      guard scope.subject else { return "uses an identifier of the person; only locate may, for what has no \"for\"" }
      return SystemName.isName(field.path) ? nil : "has \"\(field.path)\", which is no kind of identifier"
    case .taken:
      if scope.taken.contains(field.path) { return nil }
      return "uses {taken.\(field.path)}, which no earlier request takes"
    case .located(let name):
      guard let key = scope.located[name] else {
        let known = scope.located.keys.sorted().joined(separator: ", ")
        return "uses {\(name)...}, which is not at hand here; "
          + (known.isEmpty ? "nothing located is" : "there is \(known)")
      }
      if key.contains(field.path) { return nil }
      return
        "uses {\(name).\(field.path)}, which is not in the key of \"\(name)\"; its key is \(key.joined(separator: ", "))"
    }
  }

  /// What is wrong with the text around the placeholders.
  private static func problems(of template: HTTPTemplate, _ place: Place) -> [String] {
    switch place {
    case .path:
      if template.only != nil { return [] }
      guard case .text(let start)? = template.pieces.first, start.hasPrefix("/") else {
        return ["does not begin with a slash; write the path below base, or one placeholder with a link"]
      }
      let texts = template.pieces.compactMap { if case .text(let text) = $0 { text } else { nil } }
      if texts.contains(where: { $0.contains("?") }) { return ["has a query; write it under query: {name: value}"] }
      let isPlain = texts.allSatisfy { $0.utf8.allSatisfy(isPathByte) }
      return isPlain ? [] : ["has characters that do not belong into a path; encode them with %"]
    case .query, .json:
      return template.unguarded.map { _ in
        "has a placeholder whose quotes do not fit its language; between single quotes write |odata or |soql, between "
          + "double quotes |quoted, and without quotes nothing"
      }
    case .base, .header, .auth, .xml, .csv, .keep: return []
    }
  }

  /// Unreserved characters, sub-delimiters, `:`, `@`, `%` and `/` (RFC 3986 section 3.3).
  private static func isPathByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "-._~!$&'()*+,;=:@%/".utf8.contains(byte)
    }
  }
}
