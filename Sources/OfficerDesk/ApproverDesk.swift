import ErasureDomain
import EvidenceLog
import Journal
import OfficerAPI

// Whether plans can be approved: who may sign today, whose key ends, and which plan waits for it.
extension OfficerDesk {
  /// People are warned so many days before a key ends.
  static let keyEndsWithinDays = 60
  /// Fewer people than these cannot decide together, and one who falls ill stops everything.
  static let fewestApprovers = 2

  /// Plans that wait for signatures, of which so many are looked at one by one, the oldest first.
  static let mostPlans = 100

  /// What keeps plans from being approved, now or soon.
  struct ApproverStanding {
    /// `allowed_signers` does not read.
    var isUnreadable = false
    /// Officers who can approve today, and whether they are enough.
    var able = 0
    var isEnough = true
    var keys: [TodayView.EndingKey] = []
    /// Plans that have waited for too long, by their requests' numbers.
    var latePlans: [Int] = []
  }

  func approverStanding(at now: UTCTime) async throws -> ApproverStanding {
    var standing = ApproverStanding()
    let listed: [AllowedSigner]
    do { listed = try AllowedSigners(parsing: try await signersInForce()).signers } catch {
      standing.isUnreadable = true
      return standing
    }
    (standing.able, standing.isEnough) = workingApprovers(listed, at: now)
    for signer in listed {
      guard let end = signer.validBefore, end >= now else { continue }
      let day = clock.day(of: end)
      guard day.days(since: clock.day(of: now)) <= Self.keyEndsWithinDays else { continue }
      // A principal can be a mail address: the line and our own name for the person say as much.
      let name = signer.principals.compactMap { settings.people.signer($0)?.name }.first
      standing.keys.append(TodayView.EndingKey(person: name, line: signer.line, on: day))
    }
    standing.latePlans = try await journal.read { reader in
      try reader.plansToSign(limit: Self.mostPlans).compactMap { plan in
        guard let since = waitsTooLongSince(plan), since <= now else { return nil }
        return try reader.request(plan.request)?.number
      }
    }
    return standing
  }

  /// One sentence for each thing that keeps plans from being approved, now or soon; none when all is well.
  struct ApproverWarnings {
    var approvers: [String] = []
    var keys: [String] = []
    var plans: [String] = []
    var all: [String] { approvers + keys + plans }

    init(_ standing: ApproverStanding) {
      if standing.isUnreadable { approvers = ["nobody can approve plans: allowed_signers does not read"] }
      if !standing.isEnough {
        approvers = [
          "fewer than two people may approve plans: \(standing.able) of the officers have a key of their own that is "
            + "valid now and are not absent today"
        ]
      }
      keys = standing.keys.map { key in
        "the key of \(key.person ?? "nobody of people:") (allowed_signers line \(key.line)) ends on \(key.on): list the "
          + "next one before"
      }
      plans = standing.latePlans.map { number in
        "the plan of request \(number) waits for signatures for over two working days: expunge approve \(number)"
      }
    }
  }

  /// Officers who are there today and have a key that counts for approvals now, and whether two of them have two keys:
  /// one key signs once.
  private func workingApprovers(_ listed: [AllowedSigner], at now: UTCTime) -> (persons: Int, isEnough: Bool) {
    let today = clock.day(of: now)
    let valid = listed.filter { signer in
      (signer.namespaces?.contains(ApprovalText.namespace) ?? true) && signer.validAfter.map { $0 <= now } ?? true
        && signer.validBefore.map { now <= $0 } ?? true
    }
    let pairs = settings.people.persons.filter { $0.roles.contains(.officer) && $0.isPresent(on: today) }
      .flatMap { person in
        valid.filter { !person.principals.isDisjoint(with: $0.principals) }.map { (person.id, $0.key.fingerprint) }
      }
    let isEnough = pairs.contains { one in pairs.contains { $0.0 != one.0 && $0.1 != one.1 } }
    return (Set(pairs.map(\.0)).count, isEnough)
  }

  /// The lines of `expunge check` about it.
  func approverLines() async throws -> [CheckView.Line] {
    let warnings = ApproverWarnings(try await approverStanding(at: clock.now()))
    return [
      ("approvers", warnings.approvers, "two people or more may approve plans today"),
      ("keys", warnings.keys, "no key ends within \(Self.keyEndsWithinDays) days"),
      ("plans", warnings.plans, "none waits for signatures for over two working days"),
    ].map { name, problems, well in
      CheckView.Line(
        name: name, healthy: problems.isEmpty, words: problems.isEmpty ? well : problems.joined(separator: "; "))
    }
  }
}
