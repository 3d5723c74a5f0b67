/// What owners say about their systems, and the guard that follows from it.
///
/// An attempt may start in a released system whatever its record: when the approved record is another one it only asks.
/// The effect itself is allowed with the approved record alone, and a stop that comes in between forbids it.
enum SystemFold {
  static func apply(_ entry: EvidenceEntry, to log: inout LogRecord) throws {
    guard let by = entry.by else { throw FoldProblem.malformed(entry.kind, "names nobody") }
    if entry.kind == SystemReleased.kind {
      let facts = try entry.facts(as: SystemReleased.self)
      log.systems[facts.system] = SystemStanding(released: facts.record, by: by, at: entry.at)
    } else {
      let facts = try entry.facts(as: SystemStopped.self)
      log.systems[facts.system] = SystemStanding(released: nil, by: by, at: entry.at)
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
