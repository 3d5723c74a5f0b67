import ErasureDomain

/// The jobs of a request, as its plans and entries say.
struct ExplainedWork {
  private struct Standing {
    let planned: PlannedJob
    var attempts = 0
    var outcome: JobOutcome?
    var lastEnd: String?
    var question: String?
  }

  /// Plans whose text is not there.
  private(set) var lost: Set<ContentDigest> = []
  /// The day of the last entry in UTC.
  private(set) var lastDay = CivilDate.first
  private var order: [JobReference] = []
  private var standing: [JobReference: Standing] = [:]
  private var plans: [ContentDigest: ErasurePlan] = [:]

  /// Takes an entry of the request; the digest of the plan whose jobs begin with it.
  mutating func take(_ entry: EvidenceEntry) throws(EntryProblem) -> ContentDigest? {
    lastDay = max(lastDay, entry.at.utcDay)
    let job = entry.subject.job
    switch entry.kind {
    case PlanProposed.kind: return try entry.facts(as: PlanProposed.self).digest
    case AttemptStarted.kind: if let job { standing[job]?.attempts += 1 }
    case AttemptEnded.kind:
      let facts = try entry.facts(as: AttemptEnded.self)
      guard let job else { return nil }
      standing[job]?.lastEnd = [facts.end, facts.code?.rawValue].compactMap { $0 }.joined(separator: ", ")
      standing[job]?.question = facts.question?.code.rawValue
    case QuestionAnswered.kind: if let job { standing[job]?.question = nil }
    case JobSettled.kind:
      let outcome = try entry.facts(as: JobSettled.self).outcome
      if let job { standing[job]?.outcome = outcome }
    case PlanApproved.kind:
      let facts = try entry.facts(as: PlanApproved.self)
      guard facts.enough, let plan = plans[facts.digest] else { return nil }
      for planned in plan.jobs where standing[planned.job] == nil {
        order.append(planned.job)
        standing[planned.job] = Standing(planned: planned)
      }
    default: break
    }
    return nil
  }

  /// Remembers the plan of a digest.
  mutating func add(_ plan: ErasurePlan?, _ digest: ContentDigest) {
    if let plan { plans[digest] = plan } else { lost.insert(digest) }
  }

  /// `crm, erase`
  func title(_ job: JobReference) -> String {
    standing[job].map { "\($0.planned.system), \($0.planned.verb.rawValue)" } ?? job.text
  }

  /// What a plan adds to the words of an entry.
  func addition(to entry: EvidenceEntry) -> String {
    guard entry.kind == PlanProposed.kind || entry.kind == PlanApproved.kind,
      let digest = entry.facts["digest"]?.string.flatMap({ ContentDigest($0) })
    else { return "" }
    guard let plan = plans[digest] else { return "plan \(digest), whose text is not here" }
    let rows = plan.jobs.filter(\.isDueNow).reduce(0) { $0 + $1.approvedRows }
    let skipped = plan.coverage.count { $0.notApplicable != nil }
    return
      "plan \(digest): \(plan.coverage.count) systems, \(skipped) of them with a reason for no job; \(rows) rows may go now, "
      + "\(plan.jobs.count { !$0.isDueNow }) jobs on later days"
  }

  /// Every job as it stands, in the plans' order.
  var explained: [Explanation.Job] {
    order.compactMap { standing[$0] }.map { job in
      let proof = job.outcome.flatMap { RequestAccount.Proof(of: $0) }
      return Explanation.Job(
        system: job.planned.system.description, verb: job.planned.verb.rawValue, outcome: job.outcome?.word ?? "open",
        voucher: proof?.voucher.rawValue, seen: proof?.seen.rawValue, details: Self.details(job),
        attempts: job.attempts)
    }
  }

  private static func details(_ job: Standing) -> [String] {
    guard let outcome = job.outcome else { return [] }
    var lines = [HistoryWords.words(for: outcome)]
    for effect in outcome.receipt?.effects ?? [] where effect.found > 0 || effect.approved > 0 {
      lines.append("\(effect.dataset): approved \(effect.approved), found \(effect.found), erased \(effect.erased)")
      for kept in effect.kept {
        let how = kept.isConditional ? "with an open start event, reviewed" : "until"
        lines.append("\(effect.dataset): \(kept.count) kept by \(kept.rule), \(how) \(kept.until)")
      }
    }
    if let receipt = outcome.receipt { lines.append("seen by \(receipt.verification.path)") }
    if let followUp = job.planned.followUp, let rule = followUp.rule {
      lines.append("what rule \(rule) had kept" + (followUp.citation.map { " (\($0))" } ?? ""))
    }
    return lines
  }

  /// What waits.
  var open: [String] {
    order.compactMap { standing[$0] }.filter { $0.outcome == nil }.map { job in
      let title = "\(job.planned.system), \(job.planned.verb.rawValue)"
      if let followUp = job.planned.followUp {
        let day = followUp.due.map { "due on \($0)" } ?? "due on the day of the tag"
        let ground = [followUp.citation, followUp.ground?.text].compactMap { $0 }.joined(separator: ", ")
        return "\(title): \(day)" + (ground.isEmpty ? "" : ", kept on \(ground)")
      }
      if let question = job.question { return "\(title): a person must act (\(question))" }
      return "\(title): not settled" + (job.lastEnd.map { ", last attempt: \($0)" } ?? ", no attempt ended")
    }
  }
}
