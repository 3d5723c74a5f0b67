/// Approvals that may be somebody else's: nothing of their plan is claimed until another person has signed instead.
enum DoubtFold {
  static func fold(
    _ entry: EvidenceEntry, into record: inout PlanRecord, in answers: inout some JournalAnswers
  ) throws {
    switch entry.kind {
    case PlanDoubted.kind: try doubt(try entry.facts(as: PlanDoubted.self).person, entry, &record, in: &answers)
    case PlanConfirmed.kind: try confirm(try entry.facts(as: PlanConfirmed.self), entry, &record, in: &answers)
    default: break
    }
  }

  static func requireNone(_ record: PlanRecord, _ kind: EntryKind) throws(FoldProblem) {
    guard record.doubted == nil else {
      throw .malformed(kind, "an approval of the plan is in doubt: another person confirms it first")
    }
  }

  /// No approval of the plan is by a key that somebody else may have had at its time.
  static func requireGenuine(of job: JobRecord, _ kind: EntryKind, in answers: some JournalAnswers) throws {
    let log = try answers.log()
    guard let compromised = log.compromised, log.keeps(LogRules.doubtForbidsWork),
      let plan = try answers.plan(job.plan)
    else { return }
    switch plan.state {
    // Who stopped the plan has settled what was in doubt: what follows done work goes on.
    case .halted, .withdrawn: return
    case .draft, .proposed, .approved, .waiting, .executing, .paused, .concluded: break
    }
    for (approval, time) in zip(plan.approvals, plan.approvalTimes ?? []) {
      guard let since = compromised[approval.keyFingerprint], since <= time else { continue }
      throw FoldProblem.malformed(
        kind, "others may have had the key of an approval since \(since): another person confirms it first")
    }
  }

  /// The plan was changed: all sign anew.
  static func forget(_ record: inout PlanRecord) {
    record.approvals = []
    record.approvalTimes = nil
    record.doubted = nil
  }

  private static func doubt(
    _ person: PersonReference, _ entry: EvidenceEntry, _ record: inout PlanRecord, in answers: inout some JournalAnswers
  ) throws {
    guard record.doubted?.contains(person) != true,
      let place = record.approvals.firstIndex(where: { $0.by == person })
    else { throw FoldProblem.malformed(entry.kind, "the person has approved no such plan, or is doubted already") }
    let log = try answers.log()
    // The bundle of one request does not hold what was said about a key.
    if log.isPartial != true {
      guard let since = log.compromised?[record.approvals[place].keyFingerprint],
        let times = record.approvalTimes, place < times.count, since <= times[place]
      else { throw FoldProblem.malformed(entry.kind, "nobody said that the key was somebody else's at that time") }
    }
    record.doubted = (record.doubted ?? []) + [person]
    try PlanFold.hold(true, jobsOf: record.plan, in: &answers)
  }

  private static func confirm(
    _ facts: PlanConfirmed, _ entry: EvidenceEntry, _ record: inout PlanRecord, in answers: inout some JournalAnswers
  ) throws {
    let approval = facts.approval
    guard record.doubted?.contains(facts.instead) == true,
      let place = record.approvals.firstIndex(where: { $0.by == facts.instead })
    else { throw FoldProblem.malformed(entry.kind, "nothing that the person signed is in doubt") }
    guard entry.by == approval.by, approval.by != record.drafter,
      !record.approvals.contains(where: { $0.by == approval.by || $0.keyFingerprint == approval.keyFingerprint })
    else { throw FoldProblem.malformed(entry.kind, "is not by somebody else than all who drafted or signed the plan") }
    try answers.log().requireUncompromised(approval.keyFingerprint, entry.kind)
    try HoldFold.requireApprover(approval.by, of: try answers.request(record.request), entry.kind)
    record.approvals[place] = approval
    record.approvalTimes?[place] = entry.at
    record.doubted?.removeAll { $0 == facts.instead }
    guard record.doubted?.isEmpty == true else { return }
    record.doubted = nil
    let owner = try answers.request(record.request)
    switch record.state {
    case .paused, .halted, .withdrawn: return
    case .draft, .proposed, .approved, .waiting, .executing:
      guard owner?.state == .inErasure || owner?.state == .verified else {
        // The person took the request back meanwhile: only what follows done work goes on.
        return try PlanFold.stop(jobsOf: record.plan, inDoubt: false, in: &answers)
      }
      try PlanFold.hold(false, jobsOf: record.plan, in: &answers)
    case .concluded: try PlanFold.hold(false, jobsOf: record.plan, in: &answers)
    }
  }
}
