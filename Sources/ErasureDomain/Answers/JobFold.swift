/// The fold of a job's stream, with what the calendar and other jobs imply.
enum JobFold {
  /// How long a follow-up that only an outcome dates may take before an officer is asked.
  static let followUpPatienceSeconds: Int64 = 30 * 86_400

  static func record(
    for planned: PlannedJob, of plan: ErasurePlan, at time: UTCTime, notBefore: UTCTime?
  ) -> JobRecord {
    return JobRecord(
      job: planned.job, plan: plan.plan, request: plan.request, system: planned.system, verb: planned.verb,
      revision: 0, state: .blocked, epoch: 0, spent: 0, deadline: planned.deadline, createdAt: time,
      dependsOn: planned.dependsOn, notBefore: notBefore, held: false, isDone: false,
      verifyFirst: false, record: planned.record, taken: [], followUp: planned.followUp, attestations: [])
  }

  static func apply(_ entry: EvidenceEntry, to reference: JobReference, in answers: inout some JournalAnswers) throws {
    guard var record = try answers.job(reference) else { throw FoldProblem.unknown(reference.text) }
    record.revision += 1
    let effects = try fold(entry, into: &record, in: &answers)
    try answers.put(record, ordinal: nil)
    // Waking and notices are the engine's: it looks at the calendar and at who waits.
    if effects.contains(.unblockDependents) { try releaseDependents(in: record.plan, at: entry.at, &answers) }
  }

  private static func fold(
    _ entry: EvidenceEntry, into record: inout JobRecord, in answers: inout some JournalAnswers
  ) throws -> [ErasureJob.Effect] {
    switch entry.kind {
    case AttemptStarted.kind: try start(entry, &record, in: &answers)
    case AttemptPrepared.kind:
      let facts = try entry.facts(as: AttemptPrepared.self)
      try requireEpoch(facts.epoch, record)
      let log = try answers.log()
      try SystemFold.requireEffectReleased(of: record, in: log)
      try requireGoingOn(record, in: log)
      try DoubtFold.requireGenuine(of: record, entry.kind, in: answers)
      record.prepared = facts
    case ReceiptKept.kind:
      let facts = try entry.facts(as: ReceiptKept.self)
      try requireEpoch(facts.epoch, record)
      guard record.verb.tellsCompany, !record.isDone else {
        throw FoldProblem.malformed(entry.kind, "belongs to an attempt that asks a company, before its end")
      }
      record.receipt = facts
    case CancelSent.kind:
      let answer = try entry.facts(as: CancelSent.self).answer
      guard record.wantsCancel else {
        throw FoldProblem.malformed(entry.kind, "takes back what no company was told, or what was not stopped")
      }
      record.cancel = answer
    case CallbackReceived.kind: return try callBack(entry, &record, in: answers)
    case let kind where PackageFold.jobKinds.contains(kind): try PackageFold.fold(entry, into: &record, in: &answers)
    case AttemptEnded.kind: return try end(entry, &record)
    case JobSettled.kind:
      let outcome = try entry.facts(as: JobSettled.self).outcome
      if case .running = record.state, !record.isDone {
        throw FoldProblem.malformed(entry.kind, "settles a job whose attempt has not ended")
      }
      try PackageFold.requireOutcome(outcome, of: record, entry, in: answers)
      if outcome.voucher == .recipientSigned, record.receipt == nil {
        throw FoldProblem.malformed(entry.kind, "names the company's signature, and no receipt was kept")
      }
      if let path = outcome.receipt?.verification.path, CallbackReceived.paths.contains(path), record.callbacks == nil {
        throw FoldProblem.malformed(entry.kind, "names a call of the company, and none was received")
      }
      if case .excepted(let ground) = outcome {
        try ExceptionFold.settle(on: ground, entry, &record, in: answers)
      }
      if case .cancelled = outcome { try ExceptionFold.cancel(entry, &record, in: answers) }
      record.isDone = false
      let (state, effects) = try record.state.applying(.settled(outcome))
      record.state = state
      record.settledAt = entry.at
      record.verifyFirst = false
      return effects
    case JobReopened.kind:
      record.state = try record.state.applying(.reopened).state
      renewBudget(&record, at: entry.at)
    case QuestionAnswered.kind:
      let facts = try entry.facts(as: QuestionAnswered.self)
      if facts.answer == .retry {
        if record.verb == .export {
          try PackageFold.requireOpen(record, entry, in: &answers)
          record.collected = nil
        }
        // The status resource is gone or makes no sense: the company is told anew, under the same id.
        if facts.code == .refusedByRecipient { record.handedOverAt = nil }
        record.state = try record.state.applying(.answered).state
        renewBudget(&record, at: entry.at)
      } else if facts.answer == .accept {
        try accept(facts, entry, &record, in: answers)
      } else if facts.answer == .except {
        try ExceptionFold.require(facts.terms, of: entry, in: try answers.log())
        record.exception = facts.terms
        try StandingExceptionFold.remember(facts.terms, of: record.request, in: record.system, &answers)
      }
    case TaskAttested.kind:
      guard let by = entry.by else { throw FoldProblem.malformed(entry.kind, "names nobody") }
      try requireNoHold(record, entry.kind)
      let facts = try entry.facts(as: TaskAttested.self)
      try answers.log().requireUncompromised(facts.keyFingerprint, entry.kind)
      record.attestations.append(.init(by: by, keyFingerprint: facts.keyFingerprint, found: facts.found))
    default: break
    }
    return []
  }

  /// A call of the company makes a waiting job due; to every other it is a note.
  private static func callBack(
    _ entry: EvidenceEntry, _ record: inout JobRecord, in answers: some JournalAnswers
  ) throws -> [ErasureJob.Effect] {
    let facts = try entry.facts(as: CallbackReceived.self)
    guard try answers.request(record.request)?.state != .ended else {
      throw FoldProblem.malformed(entry.kind, "its request has ended")
    }
    guard facts.late == record.state.isSettled else {
      throw FoldProblem.malformed(entry.kind, "is late exactly when the job is settled")
    }
    guard (facts.receipt == nil) == (facts.key == nil), facts.late || facts.receipt == nil else {
      throw FoldProblem.malformed(entry.kind, "names a receipt and its key only when it is late")
    }
    record.callbacks = (record.callbacks ?? 0) + 1
    if facts.status.isFinal { record.companySaid = facts.status }
    guard case .awaitingRecipient = record.state else { return [] }
    let (state, effects) = try record.state.applying(.calledBack(at: entry.at))
    record.state = state
    return effects
  }

  /// Rows stay until the day that was proposed, and not a day longer; the job comes back then.
  private static func accept(
    _ facts: QuestionAnswered, _ entry: EvidenceEntry, _ record: inout JobRecord, in answers: some JournalAnswers
  ) throws {
    if let described = facts.record { return try accept(described, entry, &record, in: answers) }
    guard case .awaitingOfficer(let question) = record.state, record.verb == .eraseKept,
      let proposed = question.proposed, facts.until == proposed, let from = facts.from, from > entry.at
    else { throw FoldProblem.malformed(entry.kind, "accepts a day that was not proposed for rows that stay") }
    record.state = try record.state.applying(.dated(due: proposed, from: from)).state
    renewBudget(&record, at: entry.at)
    record.deadline = from.adding(seconds: followUpPatienceSeconds)
  }

  /// The follow-up goes on by the record of now: somebody else than who drafted the plan says that it may.
  private static func accept(
    _ described: ContentDigest, _ entry: EvidenceEntry, _ record: inout JobRecord, in answers: some JournalAnswers
  ) throws {
    guard case .awaitingOfficer(let question) = record.state, question.detail == .registerChanged,
      record.verb.isFollowUp, let by = entry.by, try answers.plan(record.plan)?.drafter != by
    else {
      throw FoldProblem.malformed(
        entry.kind, "accepts a record for no follow-up that asks, or on the word of who drafted the plan")
    }
    record.state = try record.state.applying(.answered).state
    record.record = described
    renewBudget(&record, at: entry.at)
    record.deadline = max(record.deadline, entry.at.adding(seconds: followUpPatienceSeconds))
  }

  /// A decision of an officer starts the budget anew.
  private static func renewBudget(_ record: inout JobRecord, at time: UTCTime) {
    record.spent = 0
    record.createdAt = time
  }

  private static func start(
    _ entry: EvidenceEntry, _ record: inout JobRecord, in answers: inout some JournalAnswers
  ) throws {
    let facts = try entry.facts(as: AttemptStarted.self)
    guard !record.held else { throw FoldProblem.malformed(entry.kind, "the plan is paused or stopped") }
    try requireNoHold(record, entry.kind)
    guard try answers.log().stopped == nil else { throw FoldProblem.stopped }
    try DoubtFold.requireGenuine(of: record, entry.kind, in: answers)
    guard facts.epoch == record.epoch + 1 else {
      throw FoldProblem.staleEpoch(job: record.job, expected: record.epoch + 1, found: facts.epoch)
    }
    try SystemFold.requireReleased(for: record, in: try answers.log())
    // What the calendar alone implies is applied here, so that it needs no entry of its own.
    if let from = record.claimableFrom, from <= entry.at {
      switch record.state {
      case .waitingToRetry, .awaitingRecipient, .followUp: record.state = try record.state.applying(.due).state
      case .blocked: record.state = try record.state.applying(.unblocked).state
      case .ready, .running, .awaitingOfficer, .failed, .settled: break
      }
    }
    record.state = try record.state.applying(.claimed(Lease(epoch: facts.epoch, attempt: facts.attempt))).state
    record.epoch = facts.epoch
    if var plan = try answers.plan(record.plan), !record.verb.isFollowUp {
      let before = plan.state
      plan.state = try before.applying(.executionStarted).state
      // Only the first attempt of a plan changes it.
      if plan.state != before { try answers.put(plan) }
    }
  }

  /// An effect that is not there yet does not come after a stop of its plan, or of everything.
  private static func requireGoingOn(_ record: JobRecord, in log: LogRecord) throws {
    guard log.stopped == nil else { throw FoldProblem.stopped }
    try requireNoHold(record, AttemptPrepared.kind)
    guard record.held, log.keeps(LogRules.pausesForbidEffects) else { return }
    throw FoldProblem.malformed(AttemptPrepared.kind, "the plan is paused or stopped")
  }

  private static func requireNoHold(_ record: JobRecord, _ kind: EntryKind) throws {
    guard record.onHold != true else { throw FoldProblem.malformed(kind, "a hold keeps what \(record.system) has") }
  }

  private static func requireEpoch(_ epoch: Int, _ record: JobRecord) throws {
    guard case .running(let lease) = record.state, lease.epoch == epoch else {
      var running: Int?
      if case .running(let lease) = record.state { running = lease.epoch }
      throw FoldProblem.staleEpoch(job: record.job, expected: running, found: epoch)
    }
  }

  private static func end(_ entry: EvidenceEntry, _ record: inout JobRecord) throws -> [ErasureJob.Effect] {
    let facts = try entry.facts(as: AttemptEnded.self)
    try requireEpoch(facts.epoch, record)
    guard !record.isDone else { throw FoldProblem.malformed(entry.kind, "the attempt has ended already") }
    guard let end = facts.attemptEnd else { throw FoldProblem.malformed(entry.kind, "no end \(facts.end)") }
    record.lastCode = facts.code ?? record.lastCode
    switch end {
    case .done:
      // The outcome follows in the same transaction and moves the state.
      record.isDone = true
      return []
    case .interrupted: record.verifyFirst = true
    case .lost:
      record.spent += 1
      record.verifyFirst = true
    case .transientFailure(let code, _):
      record.spent += 1
      record.verifyFirst = false
      // Seen again after a commit: what went is gone for certain.
      if code == FailureCode.stillThere, let prepared = record.prepared { record.taken += prepared.effects }
      forgetRolledBack(&record, epoch: facts.epoch, code: code)
    case .accepted:
      record.verifyFirst = false
      record.handedOverAt = record.handedOverAt ?? entry.at
    case .permanentFailure:
      record.verifyFirst = false
      forgetRolledBack(&record, epoch: facts.epoch, code: nil)
    case .needsOfficer(let question):
      guard question.code != .packageWaits || record.verb == .export else {
        throw FoldProblem.malformed(entry.kind, "only an export waits for a package")
      }
      // The last attempt of a budget is no different: lost, its effect may be there; seen again, its rows are gone.
      record.verifyFirst = question.detail == .lost
      if question.keepsEffect, let prepared = record.prepared { record.taken += prepared.effects }
      if question.keepsEffect {
        record.prepared = nil
      } else if question.detail != .lost {
        forgetRolledBack(&record, epoch: facts.epoch, code: question.detail)
      }
    }
    let (state, effects) = try record.state.applying(.ended(end, epoch: facts.epoch, retryAt: facts.retryAt))
    record.state = state
    return effects
  }

  /// These ends mean that this attempt's own effect was rolled back, or is counted as taken. One that an earlier,
  /// lost attempt prepared may be there all the same.
  private static func forgetRolledBack(_ record: inout JobRecord, epoch: Int, code: FailureCode?) {
    if record.prepared?.epoch == epoch || code == .stillThere { record.prepared = nil }
  }

  /// Looks at every blocked job of the plan again: ready, dated, or until when it waits.
  static func releaseDependents(
    in plan: PlanReference, at time: UTCTime, _ answers: inout some JournalAnswers
  ) throws {
    for var job in try answers.jobs(of: plan, where: { $0.isBlocked }) {
      let unmet = try job.dependsOn.filter { edge in
        guard let other = try standing(of: edge, in: plan, answers) else { return true }
        switch edge.kind {
        case .settled: return !other.state.isSettled
        // Once told stays told, also while the company is being asked.
        case .handedOver: return other.handedOverAt == nil && !other.state.isHandedOver
        }
      }
      if job.verb.isFollowUp {
        guard try date(&job, in: answers) else { continue }
      } else if unmet.isEmpty {
        job.state = try job.state.applying(.unblocked).state
        job.unblocksAt = nil
      } else if unmet.allSatisfy({ $0.kind == .handedOver }) {
        let until = job.createdAt.adding(seconds: Dependency.handedOverPatienceSeconds)
        guard job.unblocksAt != until else { continue }
        job.unblocksAt = until
      } else {
        continue
      }
      try answers.put(job, ordinal: nil)
    }
  }

  /// The job that an edge leads to, where it is one of the same plan.
  private static func standing(
    of edge: Dependency, in plan: PlanReference, _ answers: some JournalAnswers
  ) throws -> JobStanding? {
    guard let other = try answers.standing(of: edge.job), other.plan == plan else { return nil }
    return other
  }

  /// A follow-up whose date only the followed job's outcome tells: the tag's date, or nothing left to wait for. Whether
  /// anything changed.
  private static func date(_ job: inout JobRecord, in answers: some JournalAnswers) throws -> Bool {
    guard let edge = job.dependsOn.first, let followed = try standing(of: edge, in: job.plan, answers),
      case .settled(let outcome) = followed.state
    else { return false }
    // Stopped after all: then there is nothing to follow either.
    if followed.held, !outcome.leavesFollowUps { job.held = true }
    if let due = job.followUp?.due, let from = job.followUp?.dueAt {
      job.state = try job.state.applying(.dated(due: due, from: from)).state
    } else if case .expiryTagged(let until, let untilAt, _) = outcome {
      job.state = try job.state.applying(.dated(due: until, from: untilAt)).state
      job.deadline = untilAt.adding(seconds: followUpPatienceSeconds)
    } else {
      job.state = try job.state.applying(.unblocked).state
    }
    return true
  }
}
