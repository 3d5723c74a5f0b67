import ConnectorKit
import HTTPTransport
import ErasureDomain

/// Sees to it that some rule of the bucket removes tagged sets in time, as far as the settings say.
struct S3LifecycleKeeper {
  /// The most rules that S3 takes for a bucket.
  static let mostRules = 1_000
  /// Days after its date for which a rule of ours is kept.
  static let keptDays = 400

  let client: S3Client
  let deadline: UTCTime

  private var settings: S3Settings { client.settings }

  /// Asks when a rule is missing and may not be added. Rules of others are written back as they are, and seen there.
  ///
  /// `days` are those that tags of sets say; `hasVersions` says that the bucket keeps versions. A rule with a date removes
  /// the newest version only by hiding it, and one for older versions counts from their replacement, so that one cannot
  /// be ours: it could remove a set before its day.
  func keep(days: Set<CivilDate>, hasVersions: Bool) async throws(ConnectorFailure) {
    guard settings.lifecycle != .none, !days.isEmpty else { return }
    let rules = try await rules()
    let prefix = settings.prefix
    if hasVersions {
      guard days.allSatisfy({ day in rules.contains { $0.removesVersions(below: prefix, taggedWith: day) } }) else {
        throw Self.question("lifecycle-versions-stay")
      }
    }
    let missing = days.sorted().filter { day in
      !rules.contains { $0.removes(below: prefix, taggedWith: day, retentionDays: settings.retentionDays) }
    }
    guard !missing.isEmpty else { return }
    guard settings.lifecycle == .install else { throw Self.question("lifecycle-rule-missing") }
    try await add(missing.compactMap { S3LifecycleRule.ours($0) }, to: rules)
  }

  private static func question(_ detail: String) -> ConnectorFailure {
    .needsOfficer(Question(code: .other, detail: FailureCode(detail)))
  }

  private func rules() async throws(ConnectorFailure) -> [S3LifecycleRule] {
    let response = try await client.send("GET", query: [("lifecycle", "")], deadline: deadline)
    if response.status == 404 {
      guard XMLTree.read(response.body)?.element("Error")?.text("Code") == "NoSuchLifecycleConfiguration" else {
        throw client.failure(of: response)
      }
      return []
    }
    guard response.status == 200 else { throw client.failure(of: response) }
    guard let rules = S3LifecycleRule.read(response.body) else { throw Self.question("lifecycle-unreadable") }
    return rules
  }

  private func add(_ added: [S3LifecycleRule], to rules: [S3LifecycleRule]) async throws(ConnectorFailure) {
    let today = client.clock.today
    let days = added.compactMap(\.ourDay)
    let kept = rules.filter { rule in
      // One of ours for the same day was changed by somebody so that it no longer acts; a long past one has done its work.
      guard let day = rule.ourDay else { return true }
      return day.adding(days: Self.keptDays) >= today && !days.contains(day)
    }
    guard kept.count + added.count <= Self.mostRules else { throw Self.question("lifecycle-full") }
    let text =
      "<LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
      + (kept + added).map(\.raw).joined() + "</LifecycleConfiguration>"
    let response = try await client.send(
      "PUT", query: [("lifecycle", "")], body: Array(text.utf8), deadline: deadline, changes: true)
    guard (200...204).contains(response.status) else { throw client.failure(of: response) }
    let now = try await self.rules()
    let others = rules.filter { $0.ourDay == nil }.map(\.value)
    guard others.allSatisfy({ rule in now.contains { $0.value == rule } }) else {
      throw Self.question("lifecycle-changed")
    }
    let acts = days.allSatisfy { day in
      now.contains { $0.removes(below: settings.prefix, taggedWith: day, retentionDays: settings.retentionDays) }
    }
    guard acts else { throw Self.question("lifecycle-rule-missing") }
  }
}
