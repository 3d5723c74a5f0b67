import ErasureDomain

extension SystemFileReader {
  /// The connector that reads descriptions of the catalogue.
  static let httpConnector = "http"

  /// The settings and datasets of a system with connector `http`: those of its description, with the values given here.
  mutating func httpSystem(_ members: Members) -> (settings: CanonicalJSON, datasets: [DatasetRecord])? {
    for key in ["datasets", "blockers"] {
      if let member = members[key] {
        reader.fault(member.line, "\"\(key)\" are for databases; what is found here is in the description: take it out")
      }
    }
    guard let member = members["settings"] else {
      reader.fault(
        members.line, "the system lacks \"settings\"; write settings: {description: <name of a file in catalogue>}")
      return nil
    }
    guard let entries = reader.entries(of: member, what: "settings") else { return nil }
    let byKey = Dictionary(entries.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    guard let named = byKey["description"] else {
      reader.fault(member.line, "settings lack \"description\"; name a file in catalogue, without .yaml")
      return nil
    }
    guard let name = reader.name(named) else { return nil }
    guard catalogue.names.contains(name) else {
      let known = catalogue.names.sorted().joined(separator: ", ")
      reader.fault(
        named.line,
        "\"description\" is \"\(name)\", and there is no catalogue/\(name).yaml; "
          + (known.isEmpty ? "the catalogue is empty" : "there are \(known)"))
      return nil
    }
    // Its own faults are said already.
    guard let description = catalogue[name] else { return nil }
    return httpSystem(description, byKey, member)
  }

  private mutating func httpSystem(
    _ description: HTTPSystemDescription, _ byKey: [String: Member], _ member: Member
  ) -> (settings: CanonicalJSON, datasets: [DatasetRecord])? {
    let isInternal = byKey["internal"].map { reader.boolean($0) } ?? false
    var values: [String: String] = [:]
    let wanted = description.settingNames
    for entry in byKey.values.sorted(by: { $0.line < $1.line })
    where !HTTPSystemSettings.reserved.contains(entry.key) {
      guard wanted.contains(entry.key) else {
        let allowed = (HTTPSystemSettings.reserved + wanted.sorted()).joined(separator: ", ")
        reader.fault(entry.line, "unknown key \"\(entry.key)\" in settings; allowed: \(allowed)")
        continue
      }
      if let text = reader.text(entry) { values[entry.key] = text }
    }
    for name in wanted.sorted() where byKey[name] == nil {
      reader.fault(member.line, "settings lack \"\(name)\", which catalogue/\(description.name).yaml uses")
    }
    let secrets = httpSecrets(description, byKey["secrets"], member)
    let tls = byKey["tls"].map { self.tls($0) }
    let proxy = byKey["proxy"].map { self.proxy($0) }
    guard let isInternal, let secrets, values.count == wanted.count, tls.map({ $0 != nil }) != false,
      proxy.map({ $0 != nil }) != false
    else { return nil }
    let settings = HTTPSystemSettings(
      description: description, values: values, secrets: secrets, isInternal: isInternal, tls: tls ?? nil,
      proxy: proxy ?? nil)
    do {
      return (try CanonicalJSON(decoding: CanonicalJSON.encode(settings)), description.datasets)
    } catch {
      reader.fault(member.line, "settings have no canonical form: \(error)")
      return nil
    }
  }

  private mutating func httpSecrets(
    _ description: HTTPSystemDescription, _ given: Member?, _ settings: Member
  ) -> [String: String]? {
    let wanted = description.secretNames.sorted()
    guard let given else {
      guard !wanted.isEmpty else { return [:] }
      let example = wanted.map { "\($0): <credential>" }.joined(separator: ", ")
      reader.fault(settings.line, "settings lack \"secrets\"; write secrets: {\(example)}")
      return nil
    }
    let keys = wanted.map { KnownKey.required($0, "name the credential that holds it") }
    guard let members = reader.members(of: given, what: "\"secrets\"", keys: keys) else { return nil }
    var secrets: [String: String] = [:]
    for name in wanted { secrets[name] = members[name].flatMap { reader.name($0) } }
    return secrets.count == wanted.count ? secrets : nil
  }

  /// `{url: http://proxy.example:3128, user: <credential>}`.
  private mutating func proxy(_ member: Member) -> ProxySettings? {
    let keys: [KnownKey] = [.required("url", "write http://host:port"), .optional("user")]
    guard let members = reader.members(of: member, what: "\"proxy\"", keys: keys),
      let url = members["url"].flatMap({ reader.text($0) })
    else { return nil }
    guard let user = members["user"] else { return ProxySettings(url: url) }
    return reader.text(user).map { ProxySettings(url: url, user: $0) }
  }

  /// `{authorities: <credential>, certificate: <credential>, key: <credential>}`.
  private mutating func tls(_ member: Member) -> TLSSettings? {
    let keys = TLSSettings.keys.map { KnownKey.optional($0) }
    guard let members = reader.members(of: member, what: "\"tls\"", keys: keys) else { return nil }
    var names: [String: String] = [:]
    for key in TLSSettings.keys {
      guard let given = members[key] else { continue }
      guard let name = reader.text(given) else { return nil }
      names[key] = name
    }
    return TLSSettings(authorities: names["authorities"], certificate: names["certificate"], key: names["key"])
  }
}
