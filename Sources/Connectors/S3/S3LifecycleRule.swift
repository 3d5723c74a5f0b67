import ErasureDomain

/// One rule of a bucket's lifecycle, as far as it decides whether a tagged backup goes in time.
struct S3LifecycleRule {
  /// The rule as the store has it, to be written back as it is.
  let raw: String
  /// The same as values, to be compared.
  let value: AnswerValue

  /// The rules of an answer; nil when it is not one that we could write back whole.
  ///
  /// The text of each is cut out of the answer, since a rule may say things that we do not know.
  static func read(_ bytes: [UInt8]) -> [S3LifecycleRule]? {
    guard let values = XMLTree.read(bytes)?.element("LifecycleConfiguration")?.elements("Rule") else { return nil }
    var rest = String(decoding: bytes, as: UTF8.self)[...]
    // A comment or a CDATA section could hold the text of a tag.
    guard !rest.contains("<!") else { return nil }
    var texts: [String] = []
    while let start = rest.firstRange(of: "<Rule>") {
      guard let end = rest[start.upperBound...].firstRange(of: "</Rule>") else { return nil }
      texts.append(String(rest[start.lowerBound..<end.upperBound]))
      rest = rest[end.upperBound...]
    }
    guard texts.count == values.count else { return nil }
    var rules: [S3LifecycleRule] = []
    for (text, value) in zip(texts, values) {
      guard XMLTree.read(Array(text.utf8))?.element("Rule") == value else { return nil }
      rules.append(S3LifecycleRule(raw: text, value: value))
    }
    return rules
  }

  /// Our rule for sets with that day: they go on it, at 00:00 UTC.
  static func ours(_ day: CivilDate) -> S3LifecycleRule? {
    let text =
      "<Rule><ID>\(identifier(of: day))</ID><Filter><Tag><Key>\(BackupSet.Tag.expire)</Key><Value>\(day)</Value></Tag>"
      + "</Filter><Status>Enabled</Status><Expiration><Date>\(day)T00:00:00.000Z</Date></Expiration></Rule>"
    return XMLTree.read(Array(text.utf8))?.element("Rule").map { S3LifecycleRule(raw: text, value: $0) }
  }

  private static func identifier(of day: CivilDate) -> String { "\(BackupSet.Tag.expire)-\(day)" }

  /// The day of a rule that we wrote; nil for others'.
  var ourDay: CivilDate? {
    guard let id = value.text("ID"), id.hasPrefix(BackupSet.Tag.expire + "-") else { return nil }
    return CivilDate(String(id.dropFirst(BackupSet.Tag.expire.utf8.count + 1)))
  }

  // MARK: What it does

  private var isEnabled: Bool { value.text("Status") == "Enabled" }

  /// Where it acts: `Filter` may name one thing, or several under `And`; the old form has its prefix beside it.
  private var filter: AnswerValue? { value.element("Filter") }

  private var conditions: AnswerValue? { filter?.element("And") ?? filter }

  private var prefix: String { conditions?.text("Prefix") ?? value.text("Prefix") ?? "" }

  private var tags: [S3Tags.Pair]? {
    var tags: [S3Tags.Pair] = []
    for tag in conditions?.elements("Tag") ?? [] {
      guard let key = tag.text("Key"), let value = tag.text("Value") else { return nil }
      tags.append(S3Tags.Pair(key: key, value: value))
    }
    return tags
  }

  /// Whether it acts on every backup below the prefix that has at most our tag with that day.
  private func covers(_ prefix: String, _ day: CivilDate) -> Bool {
    guard isEnabled, prefix.hasPrefix(self.prefix), let tags else { return false }
    let sizes = ["ObjectSizeGreaterThan", "ObjectSizeLessThan"]
    guard sizes.allSatisfy({ conditions?.elements($0).isEmpty ?? true }) else { return false }
    return tags.allSatisfy { $0 == S3Tags.Pair(key: BackupSet.Tag.expire, value: day.description) }
  }

  /// Whether a set tagged with that day is gone by it: by a date of its own, or by its age.
  func removes(below prefix: String, taggedWith day: CivilDate, retentionDays: Int) -> Bool {
    guard covers(prefix, day), let expiration = value.element("Expiration") else { return false }
    if let date = expiration.text("Date").flatMap(S3Time.read) {
      return !(tags ?? []).isEmpty && date <= day.utcMidnight
    }
    // The store adds up to a day to the age, since it removes at midnight only.
    return expiration.text("Days").flatMap { Int($0) }.map { $0 < retentionDays } ?? false
  }

  /// Whether it removes versions that are not the newest, some time after they were replaced.
  func removesVersions(below prefix: String, taggedWith day: CivilDate) -> Bool {
    covers(prefix, day) && value.element("NoncurrentVersionExpiration")?.text("NoncurrentDays") != nil
  }
}
