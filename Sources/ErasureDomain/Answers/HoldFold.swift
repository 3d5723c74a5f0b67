/// The fold of holds, and the guards an auditor relies on (requirements C7): somebody else than who approves, and a review
/// within six months.
enum HoldFold {
  static let kinds: Set<EntryKind> = [HoldSet.kind, HoldReleased.kind, HoldOverdue.kind]
  /// Seconds that a job has after a release which came when its deadline was over.
  private static let patienceSeconds: Int64 = 30 * 86_400

  static func fold(
    _ entry: EvidenceEntry, into record: inout RequestRecord, in answers: inout some JournalAnswers
  ) throws {
    switch entry.kind {
    case HoldSet.kind: try set(entry, &record, &answers)
    case HoldReleased.kind: try release(entry, &record, &answers)
    case HoldOverdue.kind:
      let facts = try entry.facts(as: HoldOverdue.self)
      guard var hold = record.holds?.active[facts.system] else {
        throw FoldProblem.unknown("a hold on \(facts.system)")
      }
      guard hold.reviewBefore == facts.reviewBefore, facts.reviewBefore <= entry.at.utcDay.adding(days: 1) else {
        throw FoldProblem.malformed(entry.kind, "\(facts.reviewBefore) is not its day, or has not come")
      }
      guard !hold.wasCalled else { throw FoldProblem.exists("the call about the hold on \(facts.system)") }
      hold.wasCalled = true
      record.holds?.active[facts.system] = hold
    default: break
    }
  }

  /// Who approved a plan of the request neither sets nor releases a hold on it, and the other way round.
  static func requireApprover(_ person: PersonReference, of record: RequestRecord?, _ kind: EntryKind) throws {
    guard record?.holds?.deciders.contains(person) != true else {
      throw FoldProblem.malformed(kind, "who has set or released a hold on the request does not approve its plan")
    }
  }

  /// Jobs that come into being are held like those that were there.
  static func isHeld(_ job: JobRecord, in record: RequestRecord?) -> Bool? {
    job.verb.canBeHeld && record?.holds?.active[job.system] != nil ? true : nil
  }

  private static func set(
    _ entry: EvidenceEntry, _ record: inout RequestRecord, _ answers: inout some JournalAnswers
  ) throws {
    let facts = try entry.facts(as: HoldSet.self)
    let by = try decider(entry, record, answers)
    switch record.state {
    case .received, .verified, .inErasure, .withdrawnPartly, .concluded, .closed: break
    case .refused, .withdrawn, .ended:
      throw FoldProblem.malformed(entry.kind, "the request is \(record.state.word): nothing of it goes any more")
    }
    // A local day is the entry's own, seen from some time zone.
    let today = entry.at.utcDay
    guard facts.reviewBefore >= today,
      facts.reviewBefore <= today.adding(days: 1).adding(months: RequestHolds.reviewMonths)
    else {
      throw FoldProblem.malformed(entry.kind, "\(facts.reviewBefore) is past, or further ahead than six months")
    }
    let hold = RequestHolds.Hold(
      ground: facts.ground, reviewBefore: facts.reviewBefore, by: by, at: entry.at, wasCalled: false)
    note(by, &record)
    record.holds?.active[facts.system] = hold
    try change(facts.system, of: record, &answers) { $0.onHold = true }
  }

  private static func release(
    _ entry: EvidenceEntry, _ record: inout RequestRecord, _ answers: inout some JournalAnswers
  ) throws {
    let system = try entry.facts(as: HoldReleased.self).system
    guard record.holds?.active[system] != nil else { throw FoldProblem.unknown("a hold on \(system)") }
    note(try decider(entry, record, answers), &record)
    record.holds?.active[system] = nil
    try change(system, of: record, &answers) { job in
      job.onHold = nil
      // Its time went by while it was held.
      if job.deadline <= entry.at { job.deadline = entry.at.adding(seconds: patienceSeconds) }
    }
  }

  private static func decider(
    _ entry: EvidenceEntry, _ record: RequestRecord, _ answers: some JournalAnswers
  ) throws -> PersonReference {
    guard let by = entry.by else { throw FoldProblem.malformed(entry.kind, "names nobody") }
    for plan in record.plans {
      guard try answers.plan(plan)?.approvals.contains(where: { $0.by == by }) != true else {
        throw FoldProblem.malformed(
          entry.kind, "who approved a plan of the request neither sets nor releases a hold on it")
      }
    }
    return by
  }

  private static func note(_ person: PersonReference, _ record: inout RequestRecord) {
    var holds = record.holds ?? RequestHolds(active: [:], deciders: [])
    if !holds.deciders.contains(person) { holds.deciders.append(person) }
    record.holds = holds
  }

  /// Changes the jobs that a hold is about, and what the log knows of requests with holds.
  private static func change(
    _ system: SystemName, of record: RequestRecord, _ answers: inout some JournalAnswers,
    _ body: (inout JobRecord) -> Void
  ) throws {
    for plan in record.plans {
      for var job in try answers.jobs(of: plan)
      where job.system == system && job.verb.canBeHeld && !job.state.isSettled {
        body(&job)
        try answers.put(job, ordinal: nil)
      }
    }
    var log = try answers.log()
    var held = (log.held ?? []).filter { $0 != record.request }
    if record.holds?.active.isEmpty == false { held.append(record.request) }
    log.held = held.isEmpty ? nil : held
    try answers.put(log)
  }
}
