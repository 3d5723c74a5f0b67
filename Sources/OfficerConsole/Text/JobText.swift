import ErasureDomain
import OfficerAPI

/// Jobs in words and tables.
enum JobText {
  static func table(_ jobs: [JobView]) -> String {
    guard !jobs.isEmpty else { return "No job.\n" }
    var table = TextTable(["SYSTEM", "VERB", "STATE", "ATTEMPTS", "NEXT", "NOTE", "JOB"], numbers: [3])
    for job in jobs {
      table.add([
        job.system.description, job.verb.rawValue, job.state, job.attempts > 0 ? "\(job.attempts)" : "",
        job.outcome == nil ? job.next?.description ?? "" : "", note(job), job.job.text,
      ])
    }
    return table.text
  }

  /// Rows that stay, with the day on which they go or are looked at again.
  static func table(of kept: [KeptView]) -> String {
    guard !kept.isEmpty else { return "No row is kept.\n" }
    var table = TextTable(["DAY", "THEN", "REQUEST", "SYSTEM", "ROWS", "BY", "JOB"], numbers: [2, 4])
    for one in kept {
      table.add([
        one.until.description, one.isConditional ? "looked at again, start event open" : "erased",
        "\(one.number)", one.system.description, "\(one.rows)",
        [one.rule, one.citation].compactMap { $0 }.joined(separator: ", "), one.job.text,
      ])
    }
    return table.text
  }

  /// What a job waits for, or how it ended.
  static func note(_ job: JobView) -> String {
    if let outcome = job.outcome { return words(for: outcome) }
    if job.held { return "held: the plan is paused or halted" }
    if job.waitsFor == .hold { return words(for: .hold) }
    if let question = job.question { return TaskText.words(for: question) }
    if let waitsFor = job.waitsFor { return words(for: waitsFor) }
    return job.lastCode?.rawValue ?? ""
  }

  private static func words(for waitsFor: JobView.WaitsFor) -> String {
    switch waitsFor {
    case .owner: "waits for the system's owner: expunge system list"
    case .hours: "waits for the system's hours"
    case .hold: "on hold: expunge hold list"
    }
  }

  /// An outcome with its second axis; nothing is rounded up.
  static func words(for outcome: JobOutcome) -> String {
    switch outcome {
    case .erased(let receipt), .anonymised(let receipt), .restricted(let receipt):
      let kept = receipt.effects.flatMap(\.kept).reduce(0) { $0 + $1.count }
      var rows = receipt.effects.isEmpty ? "no number given" : PlanWords.count(receipt.erased, "row", "rows")
      if receipt.anonymised > 0 {
        let erased = receipt.erased > 0 ? "; \(receipt.erased) erased" : ""
        rows = PlanWords.count(receipt.anonymised, "row", "rows") + " anonymised, not deleted" + erased
      }
      if receipt.restricted > 0 {
        let erased = receipt.erased > 0 ? "; \(receipt.erased) erased" : ""
        rows = PlanWords.count(receipt.restricted, "row", "rows") + " taken out of use, not deleted" + erased
      }
      if receipt.minimised > 0 { rows += ", \(receipt.minimised) minimised" }
      return rows + (kept > 0 ? ", \(kept) kept" : "") + certainty(of: receipt) + seen(outcome)
    case .nothingFound(let receipt): return "nothing there" + certainty(of: receipt) + seen(outcome)
    case .notified: return "told; no answer awaited"
    case .unconfirmed(let lastAsked): return "never confirmed, last asked \(lastAsked)"
    case .expiryTagged(let until, _, _): return "last day \(until)" + seen(outcome)
    case .exported(let waived): return waived ? "waived" : "delivered"
    case .excepted(let ground): return "excepted: \(ground)"
    case .cancelled(let reason): return "cancelled: \(reason)"
    }
  }

  /// After a failover nobody can say any more that exactly so many went.
  private static func certainty(of receipt: ErasureReceipt) -> String {
    receipt.effects.contains { $0.isUncertain == true } ? ", counts not certain" : ""
  }

  private static func words(_ terms: ExceptionTerms) -> String {
    let day = terms.until.map { "until \($0)" } ?? terms.reviewBefore.map { "looked at again before \($0)" } ?? ""
    return "\(terms.ground.rawValue), \(Printable.line(terms.citation)), \(day)"
  }

  private static func seen(_ outcome: JobOutcome) -> String {
    let what =
      switch outcome.seen {
      case .secondLook: "seen by a second look"
      case .confirmation: "confirmed"
      case .listing: "seen in a listing"
      case .setting: "by its setting; nobody looked"
      case .attestation: "attested"
      case .dispatch: "only sent"
      }
    let who =
      switch outcome.voucher {
      case .us: ""
      case .recipientSigned: " by the company, signed"
      case .recipientUnsigned: " by the company, unsigned"
      case .person: " by people, signed"
      }
    return "; " + what + who + (outcome.storage.map { "; " + $0.words } ?? "")
  }

  static func facts(_ job: JobView) -> String {
    var facts = FactList()
    facts.add("Job", job.job.text)
    facts.add("System", "\(job.title) (\(job.system)), \(job.role.rawValue)")
    facts.add("Does", PlanWords.action(job.verb))
    facts.add("State", job.state + (job.held ? ", held" : ""))
    facts.add("Note", note(job))
    facts.add("Stays by", job.exception.map(words))
    facts.add("Next", job.outcome == nil ? job.next?.description : nil)
    facts.add("Attempts", job.attempts > 0 ? "\(job.attempts)" : nil)
    facts.add("Last code", job.lastCode?.rawValue)
    let code = job.question == nil ? job.lastCode : job.question?.detail
    facts.add("Means", job.outcome == nil ? code.flatMap(CodeWords.sentence) : nil)
    facts.add("Approved", job.approvedRows > 0 ? PlanWords.count(job.approvedRows, "row", "rows") : nil)
    facts.add("Deadline", job.deadline.description)
    facts.add("Request", job.request.text)
    facts.add("Plan", job.plan.text)
    return facts.text
  }

  static func detail(_ detail: JobDetail) -> String {
    facts(detail.job)
      + (detail.theirWords.map { "\nThe company's own words\n" + $0.map { "  \($0)\n" }.joined() } ?? "")
      + "\nHistory\n" + HistoryText.table(detail.history)
  }
}
