/// What owners say about their systems, which companies have passed the test of their contract, and the guard that follows from it.
///
/// An attempt may start in a released system whatever its record: when the approved record is another one it only asks.
/// The effect itself is allowed with the approved record alone, and a stop that comes in between forbids it.
enum SystemFold {
  static func apply(_ entry: EvidenceEntry, to log: inout LogRecord) throws {
    if entry.kind == RecipientPassed.kind {
      let facts = try entry.facts(as: RecipientPassed.self)
      var standing = log.passed?[facts.system] ?? RecipientStanding(records: [], by: entry.by, at: entry.at)
      if !standing.records.contains(facts.record) { standing.records.append(facts.record) }
      standing.by = entry.by
      standing.at = entry.at
      log.passed = (log.passed ?? [:]).merging([facts.system: standing]) { $1 }
      return
    }
    guard let by = entry.by else { throw FoldProblem.malformed(entry.kind, "names nobody") }
    if entry.kind == SystemReleased.kind {
      let facts = try entry.facts(as: SystemReleased.self)
      log.systems[facts.system] = SystemStanding(released: facts.record, by: by, at: entry.at)
    } else {
      let facts = try entry.facts(as: SystemStopped.self)
      log.systems[facts.system] = SystemStanding(released: nil, by: by, at: entry.at)
    }
  }

  /// A plan with a contract comes into being only when the company has passed it.
  static func requirePassed(by jobs: [PlannedJob], in log: LogRecord) throws {
    for job in jobs where job.contract != nil && !log.hasPassed(job.system, with: job.record) {
      throw FoldProblem.notPassed(job.system)
    }
  }

  static func requireReleased(for job: JobRecord, in log: LogRecord) throws {
    guard job.verb.changesSystem, !log.isReleased(job.system) else { return }
    throw FoldProblem.notReleased(job.system)
  }

  static func requireEffectReleased(of job: JobRecord, in log: LogRecord) throws {
    try requireReleased(for: job, in: log)
    guard job.verb.changesSystem, !log.isReleased(job.system, with: job.record) else { return }
    throw FoldProblem.releasedOtherwise(job.system)
  }
}
