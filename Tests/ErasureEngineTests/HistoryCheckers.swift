import ErasureDomain
import Journal

/// Rules that hold in every history, whatever broke on the way.
enum HistoryCheckers {
  static func problems(in entries: [IndexedEntry], jobs: [JobRecord]) -> [String] {
    var problems: [String] = []
    for job in jobs {
      let own = entries.map(\.entry).filter { $0.subject.job == job.job }
      let settled = own.filter { $0.kind == JobSettled.kind }
      if settled.count != 1 { problems.append("\(job.system) is settled \(settled.count) times") }
      do {
        problems += try attempts(of: job, own)
        for entry in settled {
          let outcome = try entry.facts(as: JobSettled.self).outcome
          if outcome.word == "erased", outcome.receipt == nil { problems.append("\(job.system): erased, no receipt") }
        }
      } catch { problems.append("\(job.system): \(error)") }
    }
    return problems
  }

  /// Every attempt starts once and ends once, and nothing is prepared outside of one.
  private static func attempts(of job: JobRecord, _ entries: [EvidenceEntry]) throws -> [String] {
    var open: Int?
    var problems: [String] = []
    for entry in entries {
      switch entry.kind {
      case AttemptStarted.kind:
        if let open { problems.append("\(job.system): attempt \(open) has no end") }
        open = try entry.facts(as: AttemptStarted.self).epoch
      case AttemptPrepared.kind:
        if try entry.facts(as: AttemptPrepared.self).epoch != open { problems.append("\(job.system): stray effect") }
      case AttemptEnded.kind:
        let epoch = try entry.facts(as: AttemptEnded.self).epoch
        if epoch != open { problems.append("\(job.system): attempt \(epoch) ends twice or never began") }
        open = nil
      default: break
      }
    }
    if let open { problems.append("\(job.system): attempt \(open) has no end") }
    return problems
  }
}
