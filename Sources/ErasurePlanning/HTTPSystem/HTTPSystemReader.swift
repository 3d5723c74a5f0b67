import ErasureDomain
import Yams

/// Reads one file of `plans/catalogue/`, strictly (format `http-system/1`).
struct HTTPSystemReader {
  /// Names in placeholders that no located kind may have.
  static let reserved = ["setting", "secret", "subject", "taken"]
  static let usualTimeout = 30
  static let longestTimeout = 300

  var reader: StrictReader
  /// What has been located so far, with the paths that name a record.
  var located: [String: [String]] = [:]

  private static let keys: [KnownKey] = [
    .required("http-system", "write http-system: 1"), .required("name", "give it the file's name"),
    .required("run-against-vendor", "write true only if it has been run against the vendor's own service"),
    .required("sources", "list where its facts come from"),
    .required("base", "write the URL that paths are appended to"),
    .required("auth", "write how requests are authenticated: basic, bearer, header, oauth2 or session"),
    .optional("limits"),
    .required("control", "write a request that must succeed with the same credentials"),
    .required("locate", "write how a person's records are found"),
    .required("erase", "list the steps of an erasure"),
    .required("verify", "list how each record is looked for again"), .optional("effects"),
  ]

  static func read(_ file: RegisterFile) -> (value: HTTPSystemDescription?, faults: [RegisterFault]) {
    StrictReader.reading(file) { reader, root in
      var system = HTTPSystemReader(reader: reader)
      let description = system.description(root, stem: file.stem)
      reader = system.reader
      return description
    }
  }

  private mutating func description(_ root: Member, stem: String) -> HTTPSystemDescription? {
    guard let members = reader.members(of: root, what: "the description", keys: Self.keys) else { return nil }
    _ = members["http-system"].flatMap { reader.integer($0, in: 1...HTTPSystemDescription.format) }
    let name = members["name"].flatMap { self.name($0, stem: stem) }
    let hasRun = members["run-against-vendor"].flatMap { reader.boolean($0) }
    let sources = members["sources"].flatMap { texts($0) }
    let base = members["base"].flatMap { self.base($0) }
    let auth = members["auth"].flatMap { self.auth($0) }
    let (rate, timeout) = limits(members["limits"])
    let control = members["control"].flatMap { self.control($0) }
    let locators = members["locate"].flatMap { self.locators($0) }
    let steps = members["erase"].flatMap { self.steps($0) }
    let looks = members["verify"].flatMap { self.looks($0) }
    let effects: [String]? = members["effects"].map { texts($0) } ?? []
    guard let name, let hasRun, let sources, let base, let auth, let control, let locators, let steps, let looks,
      let effects
    else { return nil }
    let description = HTTPSystemDescription(
      name: name, hasRunAgainstVendor: hasRun, sources: sources, base: base, auth: auth, rate: rate,
      timeoutSeconds: timeout, control: control, locators: locators, steps: steps, looks: looks, effects: effects)
    checkWhole(description, members)
    return description
  }

  private mutating func name(_ member: Member, stem: String) -> String? {
    guard let name = reader.name(member) else { return nil }
    guard name == stem else {
      reader.fault(member.line, "\"name\" is \"\(name)\" and the file is \(stem).yaml; give both one name")
      return nil
    }
    return name
  }

  /// A list of at least one text.
  mutating func texts(_ member: Member) -> [String]? {
    guard let elements = reader.elements(of: member) else { return nil }
    guard !elements.isEmpty else {
      reader.fault(member.line, "\"\(member.key)\" is empty; write at least one text")
      return nil
    }
    let texts = elements.compactMap { reader.text($0) }
    return texts.count == elements.count ? texts : nil
  }

  private mutating func base(_ member: Member) -> String? {
    guard let text = template(member, Scope(), .base) else { return nil }
    let isWhole = (try? HTTPTemplate(text))?.only != nil
    guard isWhole || text.hasPrefix("https://") || text.hasPrefix("http://"), !text.hasSuffix("/") else {
      reader.fault(member.line, "\"base\" is no URL; write https://.. without a slash at its end, or \"{setting.url}\"")
      return nil
    }
    return text
  }

  // MARK: Limits

  private mutating func limits(_ member: Member?) -> (RequestRate?, Int) {
    let keys: [KnownKey] = [.optional("rate"), .optional("timeout")]
    guard let member, let members = reader.members(of: member, what: "\"limits\"", keys: keys) else {
      return (nil, Self.usualTimeout)
    }
    let rate = members["rate"].flatMap { self.rate($0) }
    let timeout = members["timeout"].flatMap { seconds($0, most: Int64(Self.longestTimeout)) }
    return (rate, timeout.map(Int.init) ?? Self.usualTimeout)
  }

  /// `100/minute` or `100/10s`.
  private mutating func rate(_ member: Member) -> RequestRate? {
    guard let text = reader.text(member) else { return nil }
    guard let rate = RequestRate(text) else {
      reader.fault(member.line, "\"rate\" is \"\(text)\"; write 100/minute, 10/second or 100/10s")
      return nil
    }
    return rate
  }

  /// A time such as `30s`, `15m`, `12h` or `30d`, in seconds.
  mutating func seconds(_ member: Member, most: Int64) -> Int64? {
    guard let text = reader.text(member) else { return nil }
    guard let seconds = Self.seconds(text), (1...most).contains(seconds) else {
      reader.fault(member.line, "\"\(member.key)\" is \"\(text)\"; write 30s, 15m, 12h or 30d, at most \(most) seconds")
      return nil
    }
    return seconds
  }

  static func seconds(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()), number > 0 else {
      return nil
    }
    let (seconds, overflow) = number.multipliedReportingOverflow(by: unit)
    return overflow ? nil : seconds
  }

  // MARK: Control

  private mutating func control(_ member: Member) -> HTTPSystemCall? {
    guard let members = call(member, what: "\"control\"", also: [.optional("expect")]) else { return nil }
    return request(members, Scope(), done: "expect", usual: [200])
  }
}
