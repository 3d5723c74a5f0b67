/// Current state as a fold of entries. Pure: everything it needs is in the entry, the answers so far and artifacts.
///
/// It is also the guard: an entry the state machines refuse throws, and the journal does not append it.
public enum JournalFold {
  /// Applies one entry. Entries of unknown kinds change nothing but their stream's revision.
  public static func apply(_ entry: EvidenceEntry, to answers: inout some JournalAnswers) throws {
    guard try answers.log().closedAt == nil else {
      throw FoldProblem.malformed(entry.kind, "stands behind the end of the log")
    }
    let stream = entry.subject.stream
    if stream == .log || entry.kind == RequestReceived.kind {
      var log = try answers.log()
      log.lastAt = entry.at
      if stream == .log {
        log.revision += 1
        try fold(entry, into: &log)
        if entry.kind == AlarmSent.kind { try AlarmFold.apply(entry, to: &log, in: answers) }
      }
      if entry.kind == RequestReceived.kind { log.lastNumber += 1 }
      try answers.put(log)
    } else {
      try answers.note(entry.at)
    }
    switch stream {
    case .log:
      try CaseFileFold.apply(entry, in: &answers)
      try ArtifactFold.apply(entry, in: &answers)
    case .request(let reference): try RequestFold.apply(entry, to: reference, in: &answers)
    case .plan(let reference): try PlanFold.apply(entry, to: reference, in: &answers)
    case .job(let reference): try JobFold.apply(entry, to: reference, in: &answers)
    }
    try count(entry, in: &answers)
  }

  /// The conclusion names all entries of its request; counting them here, in the same transaction, lets none slip in
  /// between.
  private static func count(_ entry: EvidenceEntry, in answers: inout some JournalAnswers) throws {
    guard let reference = entry.subject.request else { return }
    guard entry.kind == RequestConcluded.kind || entry.kind == RequestEnded.kind,
      var record = try answers.request(reference)
    else { return try answers.countEntry(of: reference) }
    switch entry.kind {
    case RequestConcluded.kind:
      try requireCovered(try entry.facts(as: RequestConcluded.self).entries, record.entries, entry.kind)
      record.entriesBeforeConclusion = record.entries
    case RequestEnded.kind:
      let since = record.entries - record.entriesBeforeConclusion
      try requireCovered(try entry.facts(as: RequestEnded.self).entries, since, entry.kind)
    default: break
    }
    try answers.put(record)
    try answers.countEntry(of: reference)
  }

  private static func requireCovered(_ ranges: String, _ count: Int, _ kind: EntryKind) throws {
    guard IndexRanges.count(ranges) == count else {
      throw FoldProblem.malformed(kind, "does not name all \(count) entries of its request")
    }
  }

  private static func fold(_ entry: EvidenceEntry, into log: inout LogRecord) throws {
    switch entry.kind {
    case LogOpened.kind:
      guard log.opened == nil else { throw FoldProblem.exists("the log") }
      let facts = try entry.facts(as: LogOpened.self)
      log.opened = facts
      log.digests = ["people": facts.people, "signers": facts.signers, "register": facts.register]
    case ClockStepped.kind:
      let facts = try entry.facts(as: ClockStepped.self)
      if facts.practice {
        let (sum, overflow) = log.clockOffset.addingReportingOverflow(facts.seconds)
        guard !overflow else { throw FoldProblem.malformed(entry.kind, "moves the calendar out of range") }
        log.clockOffset = sum
      }
    case JournalRecovered.kind: log.recoveredAt = entry.at
    case KeyRotated.kind, KeyDestroyed.kind, LogClosed.kind: try LogKeyFold.apply(entry, to: &log)
    case DoNotContactCounted.kind:
      log.doNotContact = CountedList(addresses: try entry.facts(as: DoNotContactCounted.self).addresses, at: entry.at)
    case DoNotContactEnded.kind: log.doNotContact = nil
    case WorkStopped.kind: log.stopped = log.stopped ?? WorkStop(by: entry.by, at: entry.at)
    case WorkResumed.kind:
      guard log.stopped != nil else { throw FoldProblem.malformed(entry.kind, "nothing is stopped") }
      log.stopped = nil
    case IncidentOpened.kind:
      let facts = try entry.facts(as: IncidentOpened.self)
      guard log.incidents?[facts.about] == nil else { throw FoldProblem.exists("an incident of \(facts.about)") }
      let incident = Incident(kind: facts.incident, at: entry.at, reportBefore: facts.reportBefore)
      log.incidents = (log.incidents ?? [:]).merging([facts.about: incident]) { $1 }
    case IncidentClosed.kind:
      let facts = try entry.facts(as: IncidentClosed.self)
      guard log.incidents?[facts.about] != nil else { throw FoldProblem.unknown("an incident of \(facts.about)") }
      log.incidents?[facts.about] = nil
    case StandingApproved.kind: try sign(try entry.facts(as: StandingApproved.self), entry, &log)
    case StandingWithdrawn.kind: log.standing?[try entry.facts(as: StandingWithdrawn.self).system] = nil
    case ChangeSigned.kind, SignersChanged.kind, RegisterChanged.kind, SignerCompromised.kind:
      try ConfigurationFold.apply(entry, to: &log)
    case SystemReleased.kind, SystemStopped.kind, RecipientPassed.kind: try SystemFold.apply(entry, to: &log)
    case RestoreAnnounced.kind:
      let facts = try entry.facts(as: RestoreAnnounced.self)
      let earlier = log.restored?[facts.system]
      log.restored = (log.restored ?? [:]).merging([facts.system: min(earlier ?? facts.asOf, facts.asOf)]) { $1 }
    case SystemScanned.kind:
      let facts = try entry.facts(as: SystemScanned.self)
      let standing = ScanStanding(at: entry.at, certain: facts.certain)
      log.scanned = (log.scanned ?? [:]).merging([facts.system: standing]) { $1 }
    case ExceptionReviewed.kind: try StandingExceptionFold.review(entry, in: &log)
    case ReprobeMade.kind, ReprobeSettled.kind: try ReprobeFold.apply(entry, to: &log)
    case RestoreScanned.kind:
      let facts = try entry.facts(as: RestoreScanned.self)
      guard facts.drill != true, facts.copy == nil else { break }
      // Whoever looks into it by himself has seen the incident.
      log.scanned?[facts.system]?.certain = 0
      guard let asOf = log.restored?[facts.system], facts.asOf <= asOf else {
        break
      }
      log.restored?[facts.system] = nil
      if log.restored?.isEmpty == true { log.restored = nil }
    default: break
    }
  }

  /// A text that differs in anything begins a standing approval anew.
  private static func sign(_ facts: StandingApproved, _ entry: EvidenceEntry, _ log: inout LogRecord) throws {
    guard entry.by == facts.approval.by, StandingApproval.rowRange.contains(facts.atMost), facts.until > entry.at else {
      throw FoldProblem.malformed(entry.kind, "is not by who signed, has ended already, or allows impossible numbers")
    }
    try log.requireUncompromised(facts.approval.keyFingerprint, entry.kind)
    let fresh = StandingApproval(
      record: facts.record, atMost: facts.atMost, until: facts.until, nonce: facts.nonce, approvals: [])
    var standing = log.standing?[facts.system] ?? fresh
    if standing.nonce != facts.nonce { standing = fresh }
    guard standing.record == facts.record, standing.atMost == facts.atMost, standing.until == facts.until else {
      throw FoldProblem.malformed(entry.kind, "signs something else under the same nonce")
    }
    guard
      !standing.approvals.contains(where: {
        $0.by == facts.approval.by || $0.keyFingerprint == facts.approval.keyFingerprint
      })
    else { throw FoldProblem.malformed(entry.kind, "the same person or key has signed it before") }
    standing.approvals.append(facts.approval)
    log.standing = (log.standing ?? [:]).merging([facts.system: standing]) { $1 }
  }
}
