/// Current state as a fold of entries. Pure: everything it needs is in the entry, the answers so far and artifacts.
///
/// It is also the guard: an entry the state machines refuse throws, and the journal does not append it.
public enum JournalFold {
  /// Applies one entry. Entries of unknown kinds change nothing but their stream's revision.
  public static func apply(_ entry: EvidenceEntry, to answers: inout some JournalAnswers) throws {
    var log = try answers.log()
    log.lastAt = entry.at
    if entry.subject.stream == .log {
      log.revision += 1
      try fold(entry, into: &log)
    }
    if entry.kind == RequestReceived.kind { log.lastNumber += 1 }
    try answers.put(log)
    switch entry.subject.stream {
    case .log: break
    case .request(let reference): try RequestFold.apply(entry, to: reference, in: &answers)
    case .plan(let reference): try PlanFold.apply(entry, to: reference, in: &answers)
    case .job(let reference): try JobFold.apply(entry, to: reference, in: &answers)
    }
    try count(entry, in: &answers)
  }

  /// The conclusion names all entries of its request; counting them here, in the same transaction, lets none slip in
  /// between.
  private static func count(_ entry: EvidenceEntry, in answers: inout some JournalAnswers) throws {
    guard let reference = entry.subject.request, var record = try answers.request(reference) else { return }
    switch entry.kind {
    case RequestConcluded.kind:
      try requireCovered(try entry.facts(as: RequestConcluded.self).entries, record.entries, entry.kind)
      record.entriesBeforeConclusion = record.entries
    case RequestEnded.kind:
      let since = record.entries - record.entriesBeforeConclusion
      try requireCovered(try entry.facts(as: RequestEnded.self).entries, since, entry.kind)
    default: break
    }
    record.entries += 1
    try answers.put(record)
  }

  private static func requireCovered(_ ranges: String, _ count: Int, _ kind: EntryKind) throws {
    guard let covered = IndexRanges(ranges), covered.indexes.count == count else {
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
    case SignersChanged.kind:
      let facts = try entry.facts(as: SignersChanged.self)
      log.digests[facts.file] = facts.new
    case RegisterChanged.kind:
      log.digests["register"] = try entry.facts(as: RegisterChanged.self).new
    default: break
    }
  }
}

/// The fold of a request's stream.
enum RequestFold {
  static func apply(
    _ entry: EvidenceEntry, to reference: RequestReference, in answers: inout some JournalAnswers
  ) throws {
    if entry.kind == RequestReceived.kind {
      guard try answers.request(reference) == nil else { throw FoldProblem.exists(reference.text) }
      let facts = try entry.facts(as: RequestReceived.self)
      try answers.put(
        RequestRecord(
          request: reference, number: facts.number, revision: 1, state: .received, received: facts, plans: [],
          findings: [],
          lawful: [:], undecided: 0, vaultDestroyed: false, entries: 0, entriesBeforeConclusion: 0))
      return
    }
    guard var record = try answers.request(reference) else { throw FoldProblem.unknown(reference.text) }
    record.revision += 1
    try fold(entry, into: &record, in: &answers)
    try answers.put(record)
  }

  private static func fold(
    _ entry: EvidenceEntry, into record: inout RequestRecord, in answers: inout some JournalAnswers
  ) throws {
    switch entry.kind {
    case RequestConfirmed.kind:
      record.state = try record.state.applying(.confirmed).state
      record.ground = try entry.facts(as: RequestConfirmed.self).ground
    case RequestRefused.kind:
      let ground = try entry.facts(as: RequestRefused.self).ground
      record.state = try record.state.applying(.refused(ground: ground)).state
    case RequestWithdrawn.kind:
      record.state = try record.state.applying(.withdrawn).state
      for plan in record.plans { try PlanFold.stop(jobsOf: plan, in: &answers) }
    case RequestConcluded.kind:
      record.state = try record.state.applying(.concluded).state
      record.concludedAt = entry.at
      try requireSettled(record.plans, followUps: false, in: answers)
    case SubjectInformed.kind: record.informed = try entry.facts(as: SubjectInformed.self)
    case RequestClosed.kind: record.state = try record.state.applying(.closed).state
    case VaultDestroyed.kind: record.vaultDestroyed = true
    case RequestEnded.kind:
      record.state = try record.state.applying(.ended).state
      try requireSettled(record.plans, followUps: true, in: answers)
    case FindingOpened.kind: record.findings.append(try entry.facts(as: FindingOpened.self))
    case FindingSettled.kind:
      let facts = try entry.facts(as: FindingSettled.self)
      if facts.answer == .lawful {
        record.lawful[facts.system] = record.findings.last { $0.system == facts.system }?.remaining ?? 0
      }
      record.findings.removeAll { $0.system == facts.system }
      // What was seen again needs a plan of its own; follow-ups of the old one go on.
      if facts.answer == .replan {
        record.state = try record.state.applying(.planHalted).state
        record.findings = []
        record.firstLook = nil
      }
    case QuestionAsked.kind: record.undecided = try entry.facts(as: QuestionAsked.self).open
    case IdentifierAccepted.kind, IdentifierDeclined.kind: record.undecided = max(0, record.undecided - 1)
    default: break
    }
  }

  /// Every job of the plans that is due now (with follow-ups: every job) has its one end.
  private static func requireSettled(
    _ plans: [PlanReference], followUps: Bool, in answers: some JournalAnswers
  ) throws {
    for plan in plans {
      for job in try answers.jobs(of: plan) where followUps || !job.verb.isFollowUp {
        guard job.state.isSettled else { throw FoldProblem.notSettled(job: job.job) }
      }
    }
  }
}

/// The fold of a plan's stream; with enough approvals its jobs come into being.
enum PlanFold {
  static func apply(_ entry: EvidenceEntry, to reference: PlanReference, in answers: inout some JournalAnswers) throws {
    guard let request = entry.subject.request else {
      throw FoldProblem.malformed(entry.kind, "a plan's entry names its request")
    }
    guard var record = try answers.plan(reference) else {
      guard entry.kind == PlanProposed.kind, let drafter = entry.by else { throw FoldProblem.unknown(reference.text) }
      let facts = try entry.facts(as: PlanProposed.self)
      guard var owner = try answers.request(request) else { throw FoldProblem.unknown(request.text) }
      owner.plan = reference
      owner.plans.append(reference)
      owner.findings = []
      owner.lawful = [:]
      owner.firstLook = nil
      try answers.put(owner)
      try answers.put(
        PlanRecord(
          plan: reference, request: request, revision: 1,
          state: try ErasurePlan.State.draft.applying(.proposed(facts.digest)).state, drafter: drafter,
          proposal: facts, proposedAt: entry.at, approvals: []))
      return
    }
    record.revision += 1
    try fold(entry, into: &record, in: &answers)
    try answers.put(record)
  }

  private static func fold(
    _ entry: EvidenceEntry, into record: inout PlanRecord, in answers: inout some JournalAnswers
  ) throws {
    switch entry.kind {
    case PlanProposed.kind:
      let facts = try entry.facts(as: PlanProposed.self)
      record.state = try record.state.applying(.proposed(facts.digest)).state
      record.proposal = facts
      record.proposedAt = entry.at
    case ExceptionGranted.kind:
      record.state = try record.state.applying(.changed).state
      record.approvals = []
    case PlanApproved.kind: try approve(entry, &record, in: &answers)
    case PlanWithdrawn.kind:
      record.state = try record.state.applying(.withdrawn).state
      try stop(jobsOf: record.plan, in: &answers)
    case PlanPaused.kind:
      record.state = try record.state.applying(.paused).state
      try hold(true, jobsOf: record.plan, in: &answers)
    case PlanResumed.kind:
      record.state = try record.state.applying(.resumed).state
      try hold(false, jobsOf: record.plan, in: &answers)
    case PlanHalted.kind:
      record.state = try record.state.applying(.halted).state
      try stop(jobsOf: record.plan, in: &answers)
      guard var owner = try answers.request(record.request) else { throw FoldProblem.unknown(record.request.text) }
      owner.state = try owner.state.applying(.planHalted).state
      owner.findings = []
      owner.firstLook = nil
      try answers.put(owner)
    case PlanConcluded.kind:
      record.state = try record.state.applying(.concluded).state
      guard var owner = try answers.request(record.request) else { throw FoldProblem.unknown(record.request.text) }
      owner.firstLook = try entry.facts(as: PlanConcluded.self).look
      try answers.put(owner)
    default: break
    }
  }

  private static func approve(
    _ entry: EvidenceEntry, _ record: inout PlanRecord, in answers: inout some JournalAnswers
  ) throws {
    let facts = try entry.facts(as: PlanApproved.self)
    guard facts.digest == record.proposal.digest else {
      throw FoldProblem.malformed(entry.kind, "approves another plan than the proposed one")
    }
    record.state = try record.state.applying(.approved(facts.approval, enough: facts.enough)).state
    record.approvals.append(facts.approval)
    guard facts.enough else { return }
    record.approvedAt = entry.at
    if let until = facts.waitUntil { record.state = try record.state.applying(.waitingStarted(until: until)).state }
    guard var owner = try answers.request(record.request) else { throw FoldProblem.unknown(record.request.text) }
    owner.state = try owner.state.applying(.erasureStarted).state
    try answers.put(owner)
    guard let bytes = try answers.artifact(facts.digest) else { throw FoldProblem.missingArtifact(facts.digest) }
    let plan = try CanonicalJSON.decode(ErasurePlan.self, from: bytes)
    for (ordinal, planned) in plan.jobs.enumerated() {
      try answers.put(
        JobFold.record(for: planned, of: plan, at: entry.at, notBefore: facts.waitUntil), ordinal: ordinal)
    }
    try JobFold.releaseDependents(in: record.plan, at: entry.at, &answers)
  }

  /// Nothing more of the plan is claimed, but for follow-ups of what is already done: kept rows must go on their day.
  static func stop(jobsOf plan: PlanReference, in answers: inout some JournalAnswers) throws {
    let jobs = try answers.jobs(of: plan)
    let outcomes = Dictionary(jobs.map { ($0.job, $0.state) }, uniquingKeysWith: { first, _ in first })
    for var job in jobs where !job.state.isSettled {
      if job.verb.isFollowUp, let followed = job.dependsOn.first, case .settled(let outcome) = outcomes[followed.job] {
        if outcome.receipt != nil { continue }
        if case .expiryTagged = outcome { continue }
      }
      job.held = true
      try answers.put(job, ordinal: nil)
    }
  }

  private static func hold(_ held: Bool, jobsOf plan: PlanReference, in answers: inout some JournalAnswers) throws {
    for var job in try answers.jobs(of: plan) where !job.state.isSettled {
      job.held = held
      try answers.put(job, ordinal: nil)
    }
  }
}
