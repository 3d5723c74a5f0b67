import ErasureDomain
import Yams

/// Reads one file with the retention rules of a country.
struct RetentionFileReader {
  private static let ruleKeys: [KnownKey] = [
    .required("what", "say which records it is about"),
    .required("period", "write P7Y, P6M or P28D"),
    .required("start", "write event-day, end-of-calendar-year or end-of-financial-year-MM"),
    .required("citation", "name the statute or guideline"),
    .required("valid-from", "write the first day on which the rule holds"),
    .required("reviewer", "name who confirmed the rule"),
    .required("source", "say where the period was read"),
    .optional("review-due"), .optional("ground"),
  ]

  /// Files of this version and later name a ground for each rule.
  private static let versionWithGrounds = 2

  static func read(_ file: RegisterFile) -> (value: [RetentionRule]?, faults: [RegisterFault]) {
    StrictReader.reading(file) { reader, root in
      let keys: [KnownKey] = [
        .required("retention", "write retention: 2"),
        .required("country", "write the country's two letters, which are also the file's name"),
        .required("rules", "describe at least one rule"),
      ]
      guard let members = reader.members(of: root, what: "the file", keys: keys) else { return nil }
      let version = members["retention"].flatMap { reader.integer($0, in: 1...versionWithGrounds) }
      guard let country = members["country"].flatMap({ country($0, stem: file.stem, &reader) }),
        let rules = members["rules"], let entries = reader.entries(of: rules, what: "\"rules\"")
      else { return nil }
      return entries.compactMap { rule($0, country: country, version: version ?? 1, &reader) }
    }
  }

  private static func country(_ member: Member, stem: String, _ reader: inout StrictReader) -> String? {
    guard let text = reader.name(member) else { return nil }
    guard text.utf8.count == 2, text == stem else {
      reader.fault(
        member.line, "\"country\" is \"\(text)\" and the file is \(stem).yaml; give both the country's two letters")
      return nil
    }
    return text
  }

  private static func rule(
    _ entry: Member, country: String, version: Int, _ reader: inout StrictReader
  ) -> RetentionRule? {
    guard reader.isName(entry.key, of: "a rule", line: entry.line),
      let members = reader.members(of: entry, what: "rule \"\(entry.key)\"", keys: ruleKeys)
    else { return nil }
    if !entry.key.utf8.starts(with: (country + "-").utf8) {
      reader.fault(entry.line, "rule \"\(entry.key)\" must start with \"\(country)-\", its country")
    }
    _ = members["what"].flatMap { reader.text($0) }
    _ = members["source"].flatMap { reader.text($0) }
    let period = members["period"].flatMap { Self.period($0, &reader) }
    let start = members["start"].flatMap { Self.start($0, &reader) }
    let citation = members["citation"].flatMap { reader.text($0) }
    let validFrom = members["valid-from"].flatMap { reader.date($0) }
    let reviewer = members["reviewer"].flatMap { reader.text($0) }
    let reviewDue = members["review-due"].flatMap { reader.date($0) }
    let ground = members["ground"].flatMap { reader.choice($0, of: RetentionGround.self) }
    if version >= versionWithGrounds, members["ground"] == nil {
      let allowed = RetentionGround.allCases.map(\.rawValue).joined(separator: ", ")
      reader.fault(members.line, "rule \"\(entry.key)\" lacks \"ground\"; allowed: \(allowed)")
    }
    guard let period, let start, let citation, let validFrom, let reviewer else { return nil }
    return RetentionRule(
      id: entry.key, country: country.uppercased(), period: period, start: start, citation: citation,
      validFrom: validFrom, reviewer: reviewer, reviewDue: reviewDue, ground: ground)
  }

  private static func period(_ member: Member, _ reader: inout StrictReader) -> RetentionPeriod? {
    guard let text = reader.text(member) else { return nil }
    guard let period = RetentionPeriod(text) else {
      reader.fault(member.line, "\"period\" is \"\(text)\"; write P7Y, P6M or P28D")
      return nil
    }
    return period
  }

  private static func start(_ member: Member, _ reader: inout StrictReader) -> RetentionStart? {
    guard let text = reader.text(member) else { return nil }
    guard let start = RetentionStart(text) else {
      reader.fault(
        member.line,
        "\"start\" is \"\(text)\"; allowed: event-day, end-of-calendar-year, end-of-financial-year-MM")
      return nil
    }
    return start
  }
}
