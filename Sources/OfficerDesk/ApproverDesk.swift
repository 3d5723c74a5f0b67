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

  /// One sentence for each thing that keeps plans from being approved, now or soon; none when all is well.
  struct ApproverWarnings {
    var approvers: [String] = []
    var keys: [String] = []
    var plans: [String] = []
    var all: [String] { approvers + keys + plans }
  }

  func approverWarnings(at now: UTCTime, plansOf requests: [RequestRecord]) async throws -> ApproverWarnings {
    var warnings = ApproverWarnings()
    let listed: [AllowedSigner]
    do { listed = try AllowedSigners(parsing: try await signersInForce()).signers } catch {
      warnings.approvers = ["nobody can approve plans: allowed_signers does not read"]
      return warnings
    }
    let able = workingApprovers(listed, at: now)
    if !able.isEnough {
      warnings.approvers = [
        "fewer than two people may approve plans: \(able.persons) of the officers have a key of their own that is valid "
          + "now and are not absent today"
      ]
    }
    for signer in listed {
      guard let end = signer.validBefore, end >= now else { continue }
      let day = clock.day(of: end)
      guard day.days(since: clock.day(of: now)) <= Self.keyEndsWithinDays else { continue }
      // A principal can be a mail address: the line and our own name for the person say as much.
      let name = signer.principals.compactMap { settings.people.signer($0)?.name }.first ?? "nobody of people:"
      warnings.keys.append(
        "the key of \(name) (allowed_signers line \(signer.line)) ends on \(day): list the next one before")
    }
    for request in requests {
      guard let plan = try await planThatWaits(request), plan.since <= now else { continue }
      warnings.plans.append(
        "the plan of request \(request.number) waits for signatures for over two working days: expunge approve "
          + "\(request.number)")
    }
    return warnings
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
    let requests = try await journal.read { reader in
      try reader.requests(in: ["verified"], limit: Self.mostCounted)
    }
    let warnings = try await approverWarnings(at: clock.now(), plansOf: requests)
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
