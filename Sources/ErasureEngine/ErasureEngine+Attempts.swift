import ConnectorKit
import ErasureDomain
import EvidenceLog
import Journal
import Logging
import SubjectVault

// One attempt, from the claim to its end in the journal.
extension ErasureEngine {
  /// A job that may be claimed, with what an attempt must know of its plan and request.
  struct Claimable: Sendable {
    let job: JobRecord
    /// The plan that was approved, and when the request was received.
    let origin: (proposal: ContentDigest, receivedOn: CivilDate)?
  }

  func attempt(_ claimable: Claimable) async {
    let job = claimable.job
    do {
      try await execute(claimable)
    } catch let JournalFailure.conflict(stream, _, _) {
      around.logger.debug("not claimed: the job has changed", metadata: ["stream": "\(stream)"])
    } catch let JournalFailure.refused(why) {
      // What forbids it may last: until somebody has confirmed the plan's approvals, for instance.
      around.logger.debug("not claimed: \(why)", metadata: ["job": "\(job.job)"])
      startLater(job)
    } catch {
      around.logger.error(
        "an attempt could not be recorded", metadata: ["job": "\(job.job)", "error": "\(Self.words(for: error))"])
      doubtful.insert(job.job)
      if error is EngineProblem { await around.notice("plan-unreadable", job.job.text) }
      startLater(job)
    }
    running[job.job] = nil
    claiming.remove(job.job)
    places.end(job.system)
    wake.yield()
  }

  private func startLater(_ job: JobRecord) {
    let time = around.clock.now().adding(seconds: Self.startAgainSeconds)
    startAgain[job.job] = time
    arm(at: time)
  }

  private func execute(_ claimable: Claimable) async throws {
    let job = claimable.job
    guard let (digest, receivedOn) = claimable.origin else { throw EngineProblem.planBytes(job.plan) }
    let plan = try await plans.plan(job.plan, digest)
    guard let planned = plan.job(job.job) else { throw EngineProblem.unknownJob(job.job) }
    let lease = Lease(epoch: job.epoch + 1, attempt: AttemptReference(using: around.random))
    let subject = Self.subject(job)
    // Intent before effect: this entry is the claim.
    let facts = AttemptStarted(attempt: lease.attempt, epoch: lease.epoch, digest: digest)
    var claim: EntryDraft? = try EntryDraft(facts, about: subject)
    var revision = job.revision
    // Nothing reaches a company before its notice is prepared, so the claim goes with that, in one append. A later attempt
    // may find things outside that an earlier one left: it is claimed first.
    if let first = claim, !job.verb.tellsCompany || job.epoch > 0 {
      revision += try await around.journal.append([first], to: .job(job.job), expecting: revision).entries.count
      claiming.remove(job.job)
      claim = nil
    }
    let recorder = JobEffectRecorder(
      journal: around.journal, vault: around.vault, keyring: around.keyring, clock: around.clock, settings: settings,
      plan: plan, planned: planned, claim: claim, epoch: lease.epoch, revision: revision)
    // Years after the approval: who answers for it hears that it goes on. Once for each job, since only its first attempt
    // has no other before it.
    if job.verb.isFollowUp, job.epoch == 0 { await around.notice("follow-up-due", job.system.description) }
    let verdict = await verdict(of: job, planned, plan, receivedOn, recorder)
    if let failure = await recorder.claimFailure { throw failure }
    if await recorder.isSilent { await around.notice("company-silent", job.job.text) }
    try await conclude(job, planned, verdict, epoch: lease.epoch, recorder)
  }

  private func verdict(
    of job: JobRecord, _ planned: PlannedJob, _ plan: ErasurePlan, _ receivedOn: CivilDate,
    _ recorder: JobEffectRecorder
  ) async -> Classification.Verdict {
    do {
      let run = AttemptRun(
        record: job, planned: planned, plan: plan, receivedOn: receivedOn,
        connector: try around.systems.connector(job.system), systemRecord: around.systems.record(job.system),
        recordDigest: gate.recordDigest(of: job.system),
        recorder: recorder, vault: around.vault,
        keyring: around.keyring, journal: around.journal, clock: around.clock, random: around.random,
        settings: settings,
        closes: job.verb.changesSystem ? gate.closing(of: job.system, at: around.clock.now()) : nil)
      let verdict = try await run.run()
      circuits.answered(job.system)
      return budgeted(verdict, job)
    } catch {
      switch error {
      case .transient, .outcomeUnknown: circuits.failed(job.system, job.job, at: around.clock.now())
      case .permanent, .needsOfficer: circuits.answered(job.system)
      case .interrupted: break
      }
      return .ended(end(after: error, job: job))
    }
  }

  /// A look that still sees something costs an attempt, as any other failure does.
  private func budgeted(_ verdict: Classification.Verdict, _ job: JobRecord) -> Classification.Verdict {
    guard case .ended(.transientFailure(let code, let retryAt)) = verdict else { return verdict }
    guard spent(job) || retryAt > max(job.deadline, around.clock.now()) else { return verdict }
    return .ended(.needsOfficer(Question(code: .budgetSpent, detail: code)))
  }

  /// Turns a connector's failure into the attempt's end; a spent budget becomes a question.
  private func end(after failure: ConnectorFailure, job: JobRecord) -> AttemptEnd {
    switch failure {
    case .permanent(let code): return .permanentFailure(code)
    case .needsOfficer(let question): return .needsOfficer(question)
    case .interrupted: return .interrupted
    case .outcomeUnknown: return lostEnd(of: job)
    case .transient(let code, let seconds):
      let now = around.clock.now()
      let retryAt = BackOff.retryAt(
        now, spent: job.spent + 1, retryAfterSeconds: seconds, random: around.random)
      if spent(job) || retryAt > max(job.deadline, now) {
        return .needsOfficer(Question(code: .budgetSpent, detail: code))
      }
      return .transientFailure(code, retryAt: retryAt)
    }
  }

  func spent(_ job: JobRecord) -> Bool { job.spent + 1 >= settings.attempts }

  private func conclude(
    _ job: JobRecord, _ planned: PlannedJob, _ verdict: Classification.Verdict, epoch: Int,
    _ recorder: JobEffectRecorder
  ) async throws {
    let subject = Self.subject(job)
    let (receipt, revision) = (await recorder.receipt, await recorder.revision)
    let claim = await recorder.claim
    var drafts = [claim].compactMap { $0 }
    switch verdict {
    case .settled(let outcome):
      if outcome.voucher == .recipientSigned, let receipt {
        let artifact = Artifact(digest: ContentDigest(hashing: receipt.bytes), bytes: receipt.bytes)
        let facts = ReceiptKept(epoch: epoch, receipt: artifact.digest, key: receipt.key)
        drafts.append(try EntryDraft(facts, about: subject, artifacts: [artifact]))
      }
      drafts.append(try EntryDraft(AttemptEnded(.done, epoch: epoch), about: subject))
      if planned.verb == .confirmExpiry, outcome.word == "erased", outcome.seen == .listing {
        let sets = outcome.receipt?.erased ?? 0
        drafts.append(try EntryDraft(CopyExpired(system: job.system, sets: sets), about: subject))
      }
      drafts.append(try EntryDraft(JobSettled(outcome: outcome), about: subject))
    case .ended(let end):
      var retryAt: UTCTime?
      if end == .lost {
        retryAt = BackOff.retryAt(
          around.clock.now(), spent: job.spent + 1, retryAfterSeconds: nil, random: around.random)
      }
      if let collected = await recorder.collected { drafts.append(try EntryDraft(collected, about: subject)) }
      drafts.append(try EntryDraft(AttemptEnded(end, epoch: epoch, retryAt: retryAt), about: subject))
    }
    if claim == nil {
      guard try await record(drafts, of: job, epoch: epoch, revision: revision) else { return }
    } else {
      // Nothing of the attempt is there yet: where it may not begin, it has not been.
      try await around.journal.append(drafts, to: .job(job.job), expecting: revision)
    }
    if case .settled = verdict, planned.verb == .eraseKept { try await around.keyring.removeRows(of: job.job) }
    if case .settled(.expiryTagged(let until, _, _)) = verdict { try await extendTags(of: job, until: until) }
    if case .ended(let end) = verdict { await tell(end, job) }
  }

  /// Recognition tags live as long as a backup can bring the person back, and a margin longer.
  private func extendTags(of job: JobRecord, until: CivilDate) async throws {
    let edges = Set(job.dependsOn.map(\.job))
    let followed = try await around.journal.read { reader in
      try reader.jobs(of: job.plan).filter { edges.contains($0.job) }.map(\.system)
    }
    for system in Set(followed) {
      let expires = until.adding(days: EngineSettings.tagMarginDays)
      _ = try await around.keyring.extend(tagsOf: system, request: job.request, expires: expires)
    }
  }

  private func tell(_ end: AttemptEnd, _ job: JobRecord) async {
    switch end {
    case .needsOfficer(let question): await around.notice(question.code.rawValue, job.job.text)
    case .permanentFailure(let code): await around.notice(code.rawValue, job.job.text)
    case .done, .accepted, .transientFailure, .interrupted, .lost: break
    }
  }

  /// Appends the attempt's end. A stale one is kept as reported late, and changes nothing: false.
  private func record(_ drafts: [EntryDraft], of job: JobRecord, epoch: Int, revision: Int) async throws -> Bool {
    do {
      try await around.journal.append(drafts, to: .job(job.job), expecting: revision)
      return true
    } catch {
      guard case .conflict = error else { throw error }
    }
    let current = try await around.journal.read { reader in try reader.job(job.job) }
    guard let current else { return false }
    if case .running(let lease) = current.state, lease.epoch == epoch {
      // A write of this attempt was reported as failed and is there after all; the lease is still ours.
      try await around.journal.append(drafts, to: .job(job.job), expecting: current.revision)
      return true
    }
    let facts = AttemptReportedLate(epoch: epoch, end: drafts.last?.kind.rawValue ?? "")
    try await around.journal.append(
      [try EntryDraft(facts, about: Self.subject(job))], to: .job(job.job), expecting: current.revision)
    return false
  }
}
