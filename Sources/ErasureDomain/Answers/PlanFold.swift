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
      guard owner.state == .verified else {
        throw FoldProblem.malformed(entry.kind, "the request is \(owner.state.word), not verified")
      }
      guard owner.asksForErasure || !owner.packages.isEmpty else {
        throw FoldProblem.malformed(entry.kind, "the request asks neither for erasure nor for a copy")
      }
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
      try move(&record, .proposed(facts.digest), entry, in: &answers)
      record.proposal = facts
      record.proposedAt = entry.at
    case ExceptionGranted.kind:
      let facts = try entry.facts(as: ExceptionGranted.self)
      try ExceptionFold.require(facts.terms, of: entry, in: try answers.log())
      try StandingExceptionFold.remember(facts.terms, of: record.request, in: facts.system, &answers)
      // Records of several systems are left out at once: the first of them makes the proposal void.
      if record.state != .draft { try move(&record, .changed, entry, in: &answers) }
      DoubtFold.forget(&record)
    case CategoryDecided.kind:
      try DecisionFold.decide(entry, of: record.request, in: &answers)
      if record.state != .draft { try move(&record, .changed, entry, in: &answers) }
      DoubtFold.forget(&record)
    case PlanApproved.kind: try approve(entry, &record, in: &answers)
    case PlanDoubted.kind, PlanConfirmed.kind: try DoubtFold.fold(entry, into: &record, in: &answers)
    case let kind where PackageFold.planKinds.contains(kind): try PackageFold.fold(entry, into: &record, in: answers)
    case PlanWithdrawn.kind: try move(&record, .withdrawn, entry, in: &answers)
    case PlanPaused.kind: try move(&record, .paused, entry, in: &answers)
    case PlanResumed.kind:
      try DoubtFold.requireNone(record, entry.kind)
      try move(&record, .resumed, entry, in: &answers)
    case PlanHalted.kind:
      // Who stops the plan has settled what was in doubt.
      record.doubted = nil
      try move(&record, .halted, entry, in: &answers)
      guard var owner = try answers.request(record.request) else { throw FoldProblem.unknown(record.request.text) }
      owner.state = try owner.state.applying(.planHalted).state
      owner.findings = []
      owner.firstLook = nil
      try answers.put(owner)
    case PlanConcluded.kind:
      try move(&record, .concluded, entry, in: &answers)
      guard var owner = try answers.request(record.request) else { throw FoldProblem.unknown(record.request.text) }
      let look = try entry.facts(as: PlanConcluded.self).look
      try LookFold.require(look, owner, entry, in: answers)
      owner.firstLook = look
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
    try HoldFold.requireApprover(facts.approval.by, of: try answers.request(record.request), entry.kind)
    if facts.standing == true { try requireStanding(facts.approval, record, entry, in: answers) }
    try DoubtFold.requireNone(record, entry.kind)
    try answers.log().requireUncompromised(facts.approval.keyFingerprint, entry.kind)
    try LookFold.requireDecided(try answers.request(record.request), entry.kind, in: answers)
    record.approvals.append(facts.approval)
    record.approvalTimes = (record.approvalTimes ?? []) + [entry.at]
    try move(&record, .approved(facts.approval, enough: facts.enough), entry, in: &answers)
    guard facts.enough else { return }
    record.approvedAt = entry.at
    if let until = facts.waitUntil { try move(&record, .waitingStarted(until: until), entry, in: &answers) }
    guard var owner = try answers.request(record.request) else { throw FoldProblem.unknown(record.request.text) }
    owner.state = try owner.state.applying(.erasureStarted).state
    try answers.put(owner)
  }

  /// Nobody has signed this plan: somebody signed beforehand what it may be.
  private static func requireStanding(
    _ approval: Approval, _ record: PlanRecord, _ entry: EvidenceEntry, in answers: some JournalAnswers
  ) throws {
    guard let system = try answers.request(record.request)?.received.again?.system,
      let standing = try answers.log().standing?[system], standing.approvals.contains(approval)
    else {
      // A bundle holds one request, and not what was signed for the whole log; the signed text is checked there too.
      let log = try answers.log()
      if log.isPartial == true || log.opened?.rules == nil { return }
      throw FoldProblem.malformed(entry.kind, "names a standing approval that does not count")
    }
    guard let plan = try answers.plan(at: record.proposal.digest) else {
      throw FoldProblem.missingArtifact(record.proposal.digest)
    }
    let again = try answers.request(record.request)?.received.again
    if let problem = standing.problem(with: plan, erasing: again, in: system, at: entry.at) {
      throw FoldProblem.malformed(entry.kind, "is not covered by the standing approval: \(problem)")
    }
  }

  /// Applies an event and what it demands of the plan's jobs.
  private static func move(
    _ record: inout PlanRecord, _ event: ErasurePlan.Event, _ entry: EvidenceEntry,
    in answers: inout some JournalAnswers
  ) throws {
    let (state, effects) = try record.state.applying(event)
    record.state = state
    for effect in effects {
      switch effect {
      case .createJobs: try createJobs(of: record, entry, in: &answers)
      case .holdJobs: try hold(true, jobsOf: record.plan, in: &answers)
      case .releaseJobs: try hold(false, jobsOf: record.plan, in: &answers)
      case .cancelJobs: try stop(jobsOf: record.plan, inDoubt: record.doubted != nil, in: &answers)
      }
    }
  }

  private static func createJobs(
    of record: PlanRecord, _ entry: EvidenceEntry, in answers: inout some JournalAnswers
  ) throws {
    let digest = record.proposal.digest
    guard let plan = try answers.plan(at: digest) else { throw FoldProblem.missingArtifact(digest) }
    guard record.approvals.count >= plan.leastApprovals else {
      throw FoldProblem.malformed(
        entry.kind, "one signature is not enough where rows are anonymised instead of erased, or everything stays")
    }
    try SystemFold.requirePassed(by: plan.jobs, in: try answers.log())
    let waitUntil = try entry.facts(as: PlanApproved.self).waitUntil
    let owner = try answers.request(record.request)
    if let owner { try DecisionFold.require(plan, of: owner, entry.kind, in: try answers.log()) }
    try PackageFold.requireOrder(of: plan, for: owner, entry.kind)
    for (ordinal, planned) in plan.jobs.enumerated() {
      var job = JobFold.record(for: planned, of: plan, at: entry.at, notBefore: waitUntil)
      job.onHold = HoldFold.isHeld(job, in: owner)
      try answers.put(job, ordinal: ordinal)
    }
    try JobFold.releaseDependents(in: record.plan, at: entry.at, &answers)
  }

  /// Nothing more of the plan is claimed, but for follow-ups of what is already done: kept rows must go on their day.
  static func stop(jobsOf plan: PlanReference, inDoubt: Bool, in answers: inout some JournalAnswers) throws {
    let jobs = try answers.jobs(of: plan)
    let states = Dictionary(jobs.map { ($0.job, $0.state) }, uniquingKeysWith: { first, _ in first })
    for var job in jobs where !job.state.isSettled {
      // A pause before may have held what goes on now.
      job.held = inDoubt || !followsWork(job, states)
      try answers.put(job, ordinal: nil)
    }
  }

  /// Whether the job follows something that is done, or that an attempt may be doing at this moment.
  private static func followsWork(_ job: JobRecord, _ states: [JobReference: ErasureJob.State]) -> Bool {
    guard job.verb.isFollowUp, let followed = job.dependsOn.first, let state = states[followed.job] else {
      return false
    }
    switch state {
    case .running: return true
    case .settled(let outcome): return outcome.leavesFollowUps
    case .blocked, .ready, .waitingToRetry, .awaitingRecipient, .awaitingOfficer, .followUp, .failed: return false
    }
  }

  static func hold(_ held: Bool, jobsOf plan: PlanReference, in answers: inout some JournalAnswers) throws {
    for var job in try answers.jobs(of: plan) where !job.state.isSettled {
      job.held = held
      try answers.put(job, ordinal: nil)
    }
  }
}
