import ErasureDomain

// The rules of a job: its attempts, its attestations and its one end.
extension EvidenceReplay {
  private func job(_ entry: EvidenceEntry) throws -> (record: JobRecord, plan: ErasurePlan, planned: PlannedJob)? {
    guard let reference = entry.subject.job, let record = answers.job(reference),
      let plan = try orderlyPlan(record.plan),
      let planned = plan.job(reference)
    else { return nil }
    return (record, plan, planned)
  }

  mutating func checkStart(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: AttemptStarted.self)
    guard attempts.insert(facts.attempt).inserted else {
      return wrong(place, "attempt \(facts.attempt) started before")
    }
    // As with `job`: a plan that is absent or not in order is a finding of its own.
    guard let reference = entry.subject.job, let (plan, _) = answers.owners(of: reference),
      try orderlyPlan(plan)?.job(reference) != nil
    else { return }
    guard facts.digest == answers.digest(of: plan) else {
      return wrong(place, "it works from another plan than the approved one")
    }
    counts.attempts += 1
  }

  mutating func checkPrepared(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: AttemptPrepared.self)
    guard let (record, plan, planned) = try job(entry) else { return }
    guard ends[record.job]?.epoch != facts.epoch else {
      return wrong(place, "an effect is prepared after the attempt with epoch \(facts.epoch) has ended")
    }
    if let problem = OutcomeRules.problem(in: facts.effects, of: planned, in: plan) { wrong(place, problem) }
  }

  /// The fold lets an attempt that is done stand until its outcome; a second end would pass it.
  mutating func checkEnd(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: AttemptEnded.self)
    guard let reference = entry.subject.job else { return }
    guard ends[reference]?.epoch != facts.epoch else {
      return wrong(place, "the attempt with epoch \(facts.epoch) has ended before")
    }
    ends[reference] = (facts.epoch, facts.attemptEnd == .done)
    if facts.attemptEnd == .done { awaitsOutcome = reference }
  }

  mutating func checkAttestation(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: TaskAttested.self)
    guard let (record, plan, _) = try job(entry) else { return }
    guard case .awaitingOfficer(let question) = record.state, question.code == .manualTask else {
      return wrong(place, "\(record.job) is no manual task that waits for an attestation")
    }
    let rules: [(Bool, String)] = [
      (entry.by != nil, "an attestation names who signed"),
      (entry.by != plan.drafter, "who drafted the plan has attested the task"),
      (!record.attestations.contains { $0.by == entry.by }, "the same person has attested before"),
      (
        !record.attestations.contains { Lines.same($0.keyFingerprint, facts.keyFingerprint) },
        "the same key has attested before"
      ),
      (record.attestations.allSatisfy { $0.found == facts.found }, "the first attestation says otherwise"),
    ]
    if let broken = rules.first(where: { !$0.0 }) { return wrong(place, broken.1) }
    guard
      let bytes = checkSignature(
        by: facts.keyFingerprint, namespace: AttestationText.namespace, deciding: record.job.text, entry, place)
    else { return }
    let signed: AttestationText
    do { signed = try AttestationText(parsing: bytes) } catch {
      return wrong(place, "the signed text is no attestation: \(error)")
    }
    guard Lines.same(signed.log, origin), signed.job == record.job, signed.request == record.request else {
      return wrong(place, "the signed text is for another log, job or request")
    }
    guard facts.found == !Lines.same(signed.done, Self.nothingFound) else {
      return wrong(place, "the signed text says otherwise about what was found")
    }
    counts.attestations += 1
  }

  /// What `done` says in the text of somebody who found nothing.
  private static let nothingFound = "nothing-found"

  mutating func checkSettlement(_ entry: EvidenceEntry, _ place: Place) throws {
    let outcome = try entry.facts(as: JobSettled.self).outcome
    guard let (record, plan, planned) = try job(entry) else { return }
    if case .running(let lease) = record.state {
      guard let end = ends[record.job], end.epoch == lease.epoch, end.isDone else {
        return wrong(place, "\(record.job) is settled while its attempt has not ended as done")
      }
    }
    if outcome.voucher == .recipientSigned, let problem = receiptProblem(with: outcome, record) {
      return wrong(place, problem)
    }
    if let problem = OutcomeRules.problem(with: outcome, of: planned, in: plan, record) {
      return wrong(place, problem)
    }
    // Without its intent nobody could say under which release an effect happened.
    let rows = outcome.receipt?.effects.reduce(0) { $0 + $1.erased + $1.reduced } ?? 0
    if planned.verb.changesSystem, rows > 0, record.prepared == nil, record.taken.isEmpty,
      counts.rules >= LogRules.ownersRelease
    {
      return wrong(place, "\(rows) rows went and no attempt.prepared said so before")
    }
    counts.settled += 1
  }
}
