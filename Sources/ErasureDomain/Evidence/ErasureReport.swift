/// The erasure report (verslag van verwijdering): text of at most two pages, a pure function of the request's entries
/// and the plan. An auditor makes it again and compares the bytes.
public enum ErasureReport {
  /// The form that `text` writes when none is asked for. A changed form gets a new number, and the old one stays for
  /// old evidence: 1 knows neither anonymised nor minimised rows nor conditions, 2 nothing of files beyond the rows.
  public static let format = 3
  /// Every form that can be made.
  public static let formats = 1...3

  /// The report over the given entries of one request; those from the conclusion on are left out when the last of
  /// them is not yet there. Throws when an entry does not read.
  public static func text(
    request: RequestReference, plan: ErasurePlan?, entries: [(index: UInt64, entry: EvidenceEntry)],
    format: Int = ErasureReport.format, register: RegisterSince? = nil
  ) throws(EntryProblem) -> String {
    var lines = ["ERASURE REPORT (verslag van verwijdering)", ""]
    lines += notShown
    lines.append("")
    let places = Places(entries)
    try lines += head(request, plan, entries, places)
    if let register, let plan { lines.append(words(of: register, plan)) }
    if let plan { try lines += systems(plan, entries, places, format) }
    try lines += approvals(plan, entries, places)
    lines += [
      "", "Entries of the log read for this report: \(IndexRanges(entries.indices.map { entries[$0].index })).",
    ]
    lines.append("How the log is anchored in time is not said here: the evidence bundle shows it.")
    return lines.joined(separator: "\n") + "\n"
  }

  private static let notShown = [
    "What this does not show: that no copy exists in a system nobody registered; that the daemon did not",
    "lie at the moment of writing; that blocks on a disk are gone.",
  ]

  /// Where the entries stand that a report speaks of, each kind in its order: looked for once.
  private struct Places {
    var received: Int?
    var confirmed: Int?
    var refused: Int?
    var withdrawn: Int?
    var started: [Int] = []
    var settled: [Int] = []
    var approved: [Int] = []
    /// That approvals are in doubt, and confirmations in the place of such.
    var doubts: [Int] = []
    var attested: [Int] = []
    var concluded: [Int] = []

    init(_ entries: [(index: UInt64, entry: EvidenceEntry)]) {
      for place in entries.indices {
        switch entries[place].entry.kind {
        case AttemptStarted.kind: started.append(place)
        case JobSettled.kind: settled.append(place)
        case RequestReceived.kind: received = received ?? place
        case RequestConfirmed.kind: confirmed = confirmed ?? place
        case RequestRefused.kind: refused = refused ?? place
        case RequestWithdrawn.kind: withdrawn = withdrawn ?? place
        case PlanApproved.kind: approved.append(place)
        case PlanDoubted.kind, PlanConfirmed.kind: doubts.append(place)
        case TaskAttested.kind: attested.append(place)
        case RequestConcluded.kind: concluded.append(place)
        default: break
        }
      }
    }
  }

  private static func head(
    _ request: RequestReference, _ plan: ErasurePlan?, _ entries: [(index: UInt64, entry: EvidenceEntry)],
    _ places: Places
  ) throws(EntryProblem) -> [String] {
    var lines: [String] = []
    if plan?.practice == true { lines += ["PRACTICE MODE: nothing in this report concerns real people.", ""] }
    if let place = places.received {
      let received = try entries[place].entry.facts(as: RequestReceived.self)
      let dates = received.dueDates
      lines.append("Request \(received.number), \(request), commitment \(received.commitment)")
      lines.append(
        "Received \(received.receivedOn) by \(received.channel); last day \(dates.statutory), work-to date "
          + "\(dates.workTo) (\(dates.ruleSet))")
    }
    if let place = places.confirmed {
      let confirmed = try entries[place].entry.facts(as: RequestConfirmed.self)
      lines.append("Identity: \(confirmed.method); legal basis \(confirmed.ground.article)")
    }
    if let place = places.refused {
      lines.append("Refused: \(try entries[place].entry.facts(as: RequestRefused.self).ground)")
    }
    if let place = places.withdrawn {
      _ = try entries[place].entry.facts(as: RequestWithdrawn.self)
      lines.append("Withdrawn by the person")
    }
    if let plan {
      lines.append("Plan \(plan.plan), register \(plan.register), drafted by \(plan.drafter)")
    }
    return lines
  }

  /// Absent from all older evidence, so that every form may say it.
  private static func words(of register: RegisterSince, _ plan: ErasurePlan) -> String {
    let version = plan.register == register.inForce ? "that of the plan" : "\(register.inForce)"
    let text = "Register in force at this report: \(version)"
    guard register.times > 0 else { return text + ", unchanged since the plan was approved" }
    let systems = register.systems.map(\.description).joined(separator: ", ")
    let times = register.times == 1 ? "once" : "\(register.times) times"
    return text + ", changed \(times) since the plan was approved" + (systems.isEmpty ? "" : ": \(systems)")
  }

  private static func systems(
    _ plan: ErasurePlan, _ entries: [(index: UInt64, entry: EvidenceEntry)], _ places: Places, _ format: Int
  ) throws(EntryProblem) -> [String] {
    var settled: [JobReference: (at: UTCTime, outcome: JobOutcome)] = [:]
    var attempts: [JobReference: Int] = [:]
    for place in places.settled {
      let entry = entries[place].entry
      guard let job = entry.subject.job else { continue }
      settled[job] = (entry.at, try entry.facts(as: JobSettled.self).outcome)
    }
    for place in places.started {
      if let job = entries[place].entry.subject.job { attempts[job, default: 0] += 1 }
    }
    var lines = ["", "Per system (who vouches / what was seen)"]
    for line in plan.coverage {
      if let reason = line.notApplicable {
        let ceased = line.ceased.map { ": \($0)" } ?? ""
        lines.append("- \(line.system) (\(line.role.rawValue)): no job, \(reason.rawValue)\(ceased)")
      }
      for reference in line.jobs {
        guard let job = plan.job(reference) else { continue }
        lines += self.lines(of: job, settled: settled[reference], attempts: attempts[reference] ?? 0, format)
      }
    }
    if format >= 2, plan.jobs.contains(where: { $0.anonymise != nil }) {
      lines += anonymised(in: plan, settled.mapValues(\.outcome))
    }
    lines += decisions(in: plan)
    return lines
  }

  /// On which ground of Art. 17(1) GDPR. Absent from all older evidence, so that every form may say it.
  private static func decisions(in plan: ErasurePlan) -> [String] {
    guard let decisions = plan.decisions, !decisions.isEmpty else { return [] }
    return ["", "Grounds of Art. 17(1) GDPR, by category"]
      + decisions.map { line in
        let how = line.rejected.map { "rejected, \($0.rawValue): not erased" } ?? "accepted"
        return "- \(line.system), \(line.category): \(line.ground.article) \(how), by \(line.by)"
      }
  }

  /// What the person is told, and on whose word: anonymised is not deleted.
  private static func anonymised(in plan: ErasurePlan, _ settled: [JobReference: JobOutcome]) -> [String] {
    var lines: [String] = []
    for job in plan.jobs {
      guard let conditions = job.anonymise, let receipt = settled[job.job]?.receipt, receipt.anonymised > 0 else {
        continue
      }
      lines.append("- \(job.system): \(receipt.anonymised) rows; the person is told: anonymised, not deleted")
      for (dataset, how) in conditions.sorted(by: { $0.key < $1.key }) {
        lines += [
          "    \(dataset): stays \(how.keepColumns.joined(separator: ", ")), alike in groups of at least \(how.groupSize)",
          "    no key survives: \(how.noKeySurvives.words); logs included: \(how.logsIncluded.words)",
          "    method approved: \(how.methodApproved.words)",
        ]
        // Absent from all older evidence, so that every form may say it.
        if let linkability = how.linkability { lines.append("    tested for links: \(linkability.words)") }
      }
    }
    return lines.isEmpty ? [] : ["", "Anonymised, not deleted"] + lines
  }

  private static func lines(
    of job: PlannedJob, settled: (at: UTCTime, outcome: JobOutcome)?, attempts: Int, _ format: Int
  ) -> [String] {
    let due = format == 1 ? day(of: job.followUp) : fullDay(of: job.followUp)
    let name = "- \(job.system) (\(job.role.rawValue)) \(job.verb.rawValue)\(due)"
    guard let settled else { return ["\(name): OPEN"] }
    var lines = [
      "\(name): \(settled.outcome.word) at \(settled.at) "
        + "(\(settled.outcome.voucher.rawValue) / \(settled.outcome.seen.rawValue)), attempts \(attempts)"
    ]
    switch settled.outcome {
    case .erased(let receipt), .nothingFound(let receipt), .anonymised(let receipt), .restricted(let receipt):
      lines += receipt.effects.compactMap { line(of: $0, isFollowUp: job.followUp != nil, format) }
      lines.append("    seen by \(receipt.verification.path)")
      if format >= 3, let storage = receipt.verification.storage { lines.append("    \(storage.words)") }
    case .expiryTagged(let until, _, _): lines.append("    last day of the last set \(until)")
    case .unconfirmed(let asked): lines.append("    last asked \(asked); never confirmed")
    case .excepted(let ground): lines.append("    ground \(ground)")
    case .cancelled(let reason): lines.append("    reason \(reason)")
    // Absent from all older evidence, so that every form may say it.
    case .exported(let waived):
      lines.append(waived ? "    nothing was taken along, by a decision" : "    the person has what was collected")
    case .notified: break
    }
    if !job.leftOut.isEmpty {
      lines.append("    left out by an officer: \(job.leftOut.reduce(0) { $0 + $1.count }) records")
    }
    return lines
  }

  private static func day(of followUp: FollowUp?) -> String {
    followUp.map { $0.due.map { ", due \($0)" } ?? ", due by the tag" } ?? ""
  }

  /// The day, its ground, and whether it is a review of rows whose start event had not happened.
  private static func fullDay(of followUp: FollowUp?) -> String {
    guard let followUp, let due = followUp.due else { return day(of: followUp) }
    var text = followUp.isConditional ? ", start event open, reviewed \(due)" : ", due \(due)"
    if let citation = followUp.citation {
      text += " (\(citation)" + (followUp.ground.map { "; \($0.text)" } ?? "") + ")"
    }
    if let other = followUp.movesTo { text += ", rows move to \(other)" }
    return text
  }

  /// One line a dataset; those in which nothing was found or kept have none. A follow-up does not say again what
  /// still stays: its own follow-ups do.
  private static func line(of effect: EffectCount, isFollowUp: Bool, _ format: Int) -> String? {
    guard effect.approved > 0 || effect.found > 0 || !effect.kept.isEmpty, !isFollowUp || effect.found > 0 else {
      return nil
    }
    var text = "    \(effect.dataset): approved \(effect.approved), found \(effect.found), erased \(effect.erased)"
    if effect.reduced > 0 { text += ", reduced \(effect.reduced)" }
    if effect.isUncertain == true { text += ", counts not certain" }
    if format >= 2, let anonymised = effect.anonymised { text += ", anonymised \(anonymised) (not deleted)" }
    // Absent from all older evidence, so that every form may say it.
    if let restricted = effect.restricted { text += ", taken out of use \(restricted) (not deleted)" }
    guard !isFollowUp else { return text }
    if format >= 2 { return text + kept(effect) }
    var rules: [String] = []
    for kept in effect.kept where !rules.contains(kept.rule) { rules.append(kept.rule) }
    for rule in rules {
      let kept = effect.kept.filter { $0.rule == rule }
      let days = kept.map(\.until).sorted()
      guard let first = days.first, let last = days.last else { continue }
      let span = first == last ? "\(first)" : "\(first) to \(last)"
      text += ", kept \(kept.reduce(0) { $0 + $1.count }) until \(span) (\(rule))"
    }
    return text
  }

  /// What stays, by rule, dated and conditional rows apart, and how many of them were minimised.
  private static func kept(_ effect: EffectCount) -> String {
    var text = ""
    var groups: [KeptCount] = []
    for kept in effect.kept {
      let group = KeptCount(rule: kept.rule, until: .first, count: 0, conditional: kept.conditional)
      if !groups.contains(group) { groups.append(group) }
    }
    for group in groups {
      let kept = effect.kept.filter { $0.rule == group.rule && $0.conditional == group.conditional }
      let days = kept.map(\.until).sorted()
      guard let first = days.first, let last = days.last else { continue }
      let span = first == last ? "\(first)" : "\(first) to \(last)"
      let rows = kept.reduce(0) { $0 + $1.count }
      text += ", kept \(rows) " + (group.isConditional ? "with an open start event, reviewed " : "until ")
      text += "\(span) (\(group.rule))"
    }
    if let minimised = effect.minimised { text += ", of these minimised \(minimised)" }
    return text
  }

  private static func approvals(
    _ plan: ErasurePlan?, _ entries: [(index: UInt64, entry: EvidenceEntry)], _ places: Places
  ) throws(EntryProblem) -> [String] {
    var lines = [""]
    for place in places.approved {
      let (index, entry) = entries[place]
      let facts = try entry.facts(as: PlanApproved.self)
      lines.append(
        "Approved by \(entry.by?.text ?? "nobody") with key \(facts.approval.keyFingerprint) at \(entry.at) "
          + "(entry \(index)), plan \(facts.digest)")
    }
    for place in places.doubts {
      let (index, entry) = entries[place]
      // Absent from all older evidence, so that every form may say it.
      if entry.kind == PlanDoubted.kind {
        let person = try entry.facts(as: PlanDoubted.self).person
        lines.append(
          "In doubt from \(entry.at) on (entry \(index)): the approval of \(person), whose key others may have had")
      } else {
        let facts = try entry.facts(as: PlanConfirmed.self)
        lines.append(
          "Confirmed in the place of \(facts.instead) by \(facts.approval.by) with key "
            + "\(facts.approval.keyFingerprint) at \(entry.at) (entry \(index))")
      }
    }
    for place in places.attested {
      let (index, entry) = entries[place]
      let facts = try entry.facts(as: TaskAttested.self)
      lines.append(
        "Attested by \(entry.by?.text ?? "nobody") with key \(facts.keyFingerprint) at \(entry.at) (entry \(index)), "
          + (facts.found ? "found and destroyed" : "nothing found"))
    }
    for place in places.concluded {
      let facts = try entries[place].entry.facts(as: RequestConcluded.self)
      for look in facts.looks {
        lines.append("Last look at \(look.at): \(look.systems) systems, \(look.remaining) rows that should have gone")
      }
    }
    if let plan {
      let settled = Set(places.settled.compactMap { entries[$0].entry.subject.job })
      let open = plan.jobs.filter { $0.followUp != nil && !settled.contains($0.job) }
      if !open.isEmpty {
        lines.append("Open follow-ups: \(open.count); a second report closes them.")
      }
    }
    return lines
  }
}
