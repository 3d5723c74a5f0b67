import ErasureDomain
import Yams

extension HTTPSystemReader {
  /// One way of authentication.
  mutating func auth(_ member: Member) -> HTTPSystemAuth? {
    let ways = ["basic", "bearer", "header", "oauth2", "session"]
    let keys: [KnownKey] = ways.map { .optional($0) }
    guard let members = reader.members(of: member, what: "\"auth\"", keys: keys) else { return nil }
    let named = ways.compactMap { members[$0] }
    guard named.count == 1, let way = named.first else {
      reader.fault(member.line, "\"auth\" must name exactly one way: \(ways.joined(separator: ", "))")
      return nil
    }
    let scope = Scope(secrets: true)
    switch way.key {
    case "basic":
      guard
        let texts = required(way, ["user": "write the user's name", "password": "write \"{secret.password}\""], scope)
      else { return nil }
      return .basic(user: texts["user"] ?? "", password: texts["password"] ?? "")
    case "bearer": return template(way, scope, .auth).map { .bearer(token: $0) }
    case "header":
      guard
        let texts = required(way, ["name": "write the field's name", "value": "write \"{secret.key}\""], scope)
      else { return nil }
      return .header(name: texts["name"] ?? "", value: texts["value"] ?? "")
    case "oauth2": return oauth2(way, scope)
    default: return session(way)
    }
  }

  private mutating func required(_ member: Member, _ keys: [String: String], _ scope: Scope) -> [String: String]? {
    let known = keys.sorted { $0.key < $1.key }.map { KnownKey.required($0.key, $0.value) }
    guard let members = reader.members(of: member, what: "\"\(member.key)\"", keys: known) else { return nil }
    var texts: [String: String] = [:]
    for key in keys.keys.sorted() {
      if let text = members[key].flatMap({ template($0, scope, .auth) }) { texts[key] = text }
    }
    return texts.count == keys.count ? texts : nil
  }

  private mutating func oauth2(_ member: Member, _ scope: Scope) -> HTTPSystemAuth? {
    let keys: [KnownKey] = [
      .required("token-url", "write the URL that gives tokens"),
      .required("client-id", "write \"{setting.client-id}\""),
      .required("client-secret", "write \"{secret.client-secret}\""), .optional("scope"),
    ]
    guard let members = reader.members(of: member, what: "\"oauth2\"", keys: keys) else { return nil }
    let url = members["token-url"].flatMap { template($0, Scope(), .base) }
    let client = members["client-id"].flatMap { template($0, scope, .auth) }
    let secret = members["client-secret"].flatMap { template($0, scope, .auth) }
    let wanted = members["scope"].map { template($0, Scope(), .auth) }
    guard let url, let client, let secret, wanted != .some(nil) else { return nil }
    return .oauth2(tokenURL: url, clientID: client, clientSecret: secret, scope: wanted ?? nil)
  }

  private mutating func session(_ member: Member) -> HTTPSystemAuth? {
    let also: [KnownKey] = [
      .optional("done"), .required("take", "name what is taken from the answer: {token: result.token}"),
      .required("scheme", "write the scheme of the Authorization that follows, such as Session"),
      .required("base64", "write the text whose Base64 follows the scheme"),
    ]
    guard let members = call(member, what: "\"session\"", also: also), let take = members["take"].flatMap({ paths($0) })
    else { return nil }
    let login = request(members, Scope(secrets: true), done: "done", usual: [200], take: take)
    let scheme = members["scheme"].flatMap { reader.text($0) }
    let text = members["base64"].flatMap { template($0, Scope(secrets: true, taken: Set(take.keys)), .auth) }
    guard let login, let scheme, let text else { return nil }
    return .session(login: login, scheme: scheme, base64: text)
  }
}
