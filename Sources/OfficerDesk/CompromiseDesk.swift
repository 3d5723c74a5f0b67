public import ErasureDomain
import EvidenceLog
import Journal
import OfficerAPI

// Keys that others may have had: what they signed is in doubt until somebody else has signed it too.
extension OfficerDesk {
  /// One officer is enough to stop what may be wrong; it goes on only by somebody else's signature.
  func declare(_ call: DeclareCompromised, _ caller: Caller) async throws -> CompromisedView {
    guard let person = settings.people.persons.first(where: { $0.name == call.person }) else {
      let known = settings.people.persons.map(\.name).sorted().joined(separator: ", ")
      throw Refusal(.notFound, "nobody of people: has that name; there are \(known)")
    }
    guard call.since <= clock.now() else {
      throw Refusal(.invalid, "the keys were somebody else's since a time that has been")
    }
    let keys = try await keys(of: person)
    guard !keys.isEmpty else {
      throw Refusal(
        .refused, "\(person.name) has no key in allowed_signers and has signed nothing: there is nothing to doubt")
    }
    let doubted = try await plansSigned(with: Set(keys), since: call.since)
    try await append(
      SignerCompromised(person: person.id, keys: keys, since: call.since), about: .log, by: caller.id, expecting: nil)
    try await doubtPlans(by: caller.id)
    var numbers: [Int] = []
    for record in doubted { numbers.append(try await find(record.request.text).number) }
    return CompromisedView(person: person.name, keys: keys, since: call.since, requests: Set(numbers).sorted())
  }

  /// Stops every plan that runs or waits on an approval by a key in other hands. What a crash or a conflict left is done
  /// by the next call: it goes by the log alone.
  public func doubtPlans(by person: PersonReference? = nil) async throws {
    let compromised = try await journal.read { reader in try reader.log().compromised ?? [:] }
    for since in Set(compromised.values) {
      let keys = Set(compromised.filter { $0.value == since }.keys)
      for record in try await plansSigned(with: keys, since: since) {
        try await doubt(record.plan, for: keys, by: person)
      }
    }
  }

  private func doubt(_ plan: PlanReference, for keys: Set<String>, by person: PersonReference?) async throws {
    for _ in 0..<Self.mostTries {
      let record = try await findPlan(plan.text)
      let subject = EntrySubject(request: record.request, plan: record.plan)
      let drafts = try record.approvals.filter { approval in
        keys.contains(approval.keyFingerprint) && record.doubted?.contains(approval.by) != true
      }.map { try EntryDraft(PlanDoubted(person: $0.by), about: subject, by: person) }
      guard !drafts.isEmpty else { return }
      do {
        try await journal.append(drafts, to: subject.stream, expecting: record.revision)
        return
      } catch {
        guard case JournalFailure.conflict = error else { throw error }
      }
    }
    throw Refusal(.conflict, "a plan changed again and again while it was to be stopped; repeat the command")
  }

  private static let mostTries = 20

  /// Fingerprints of the keys that are listed for him, and of those with which he signed.
  private func keys(of person: Person) async throws -> [String] {
    let listed = try AllowedSigners(parsing: try await signersInForce()).signers
    var keys = Set(
      listed.filter { signer in signer.principals.contains { settings.people.signer($0)?.id == person.id } }
        .map(\.key.fingerprint))
    let signed = try await journal.read { reader in
      try reader.entries(from: 0, holding: [person.id.text]).map(\.entry)
    }
    for entry in signed where entry.by == person.id {
      switch entry.kind {
      case PlanApproved.kind: keys.insert(try entry.facts(as: PlanApproved.self).approval.keyFingerprint)
      case PlanConfirmed.kind: keys.insert(try entry.facts(as: PlanConfirmed.self).approval.keyFingerprint)
      default: continue
      }
    }
    return keys.sorted()
  }

  /// Plans of which something may still happen and that one of the keys has signed since then.
  private func plansSigned(with keys: Set<String>, since: UTCTime) async throws -> [PlanRecord] {
    try await journal.read { reader in
      var found: [PlanReference] = []
      for key in keys.sorted() {
        for entry in try reader.entries(from: 0, holding: [key]).map(\.entry) where entry.at >= since {
          if let plan = entry.subject.plan, !found.contains(plan) { found.append(plan) }
        }
      }
      return try found.compactMap { try reader.plan($0) }.filter { record in
        guard ![.halted, .withdrawn, .draft].contains(record.state) else { return false }
        let times = record.approvalTimes ?? []
        let isDoubtful = zip(record.approvals, times).contains { approval, time in
          keys.contains(approval.keyFingerprint) && time >= since && record.doubted?.contains(approval.by) != true
        }
        guard isDoubtful else { return false }
        return try record.approvedAt == nil || reader.jobs(of: record.plan).contains { !$0.state.isSettled }
      }
    }
  }

  /// Another officer has signed the plan in the place of whose approval is in doubt, or stops it.
  func settleDoubt(
    _ decision: ApprovalText.Decision, _ approval: Approval, _ record: PlanRecord, _ artifacts: [Artifact]
  ) throws -> EntryDraft {
    let subject = EntrySubject(request: record.request, plan: record.plan)
    guard decision == .approve else {
      guard record.approvedAt != nil else {
        return try EntryDraft(PlanWithdrawn(refusal: approval), about: subject, by: approval.by, artifacts: artifacts)
      }
      guard record.state != .concluded else {
        throw Refusal(
          .refused, "the plan is concluded but for its follow-ups; cancel those with `expunge job cancel` instead")
      }
      return try EntryDraft(
        PlanHalted(reason: FailureCode("signature-in-doubt")), about: subject, by: approval.by)
    }
    guard let instead = record.doubted?.first else {
      throw Refusal(.conflict, "somebody has confirmed the plan meanwhile")
    }
    return try EntryDraft(
      PlanConfirmed(approval: approval, instead: instead), about: subject, by: approval.by, artifacts: artifacts)
  }

  /// Plans that wait for somebody else's signature.
  func doubtWarnings() async throws -> [String] {
    let doubted = try await journal.read { reader in
      guard try reader.log().compromised != nil else { return [PlanRecord]() }
      return try reader.plans(
        in: ["proposed", "approved", "waiting", "paused", "executing", "concluded"], limit: Self.mostCounted
      ).filter { $0.doubted != nil }
    }
    var warnings: [String] = []
    for record in doubted {
      let names = (record.doubted ?? []).map { settings.people.name(of: $0) ?? "" }.joined(separator: ", ")
      let number = try await find(record.request.text).number
      warnings.append(
        "the plan of request \(number) stands still: the approval of \(names) may be somebody else's; another officer "
          + "confirms or refuses it: expunge approve \(number)")
    }
    return warnings
  }
}
