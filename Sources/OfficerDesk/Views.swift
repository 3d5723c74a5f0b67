import ConnectorKit
import ErasureDomain
import ErasureEngine
import ErasurePlanning
import Journal
import OfficerAPI

// Records as callers see them.
extension OfficerDesk {
  func view(_ record: RequestRecord) -> RequestView {
    RequestView(
      request: record.request, number: record.number, state: record.state.word, channel: record.received.channel,
      receivedOn: record.received.receivedOn, capacities: record.received.capacities,
      rights: record.received.rights, language: record.received.language, requester: record.received.requester,
      dueDates: record.received.dueDates,
      clocks: RequestClocks(record, concludedOn: record.concludedAt.map { clock.day(of: $0) }),
      daysLeft: record.dueInForce.workTo.days(since: clock.today),
      plan: record.plan, practice: settings.practice, keepsPerson: keepsPerson(record))
  }

  func planView(of text: String) async throws -> PlanView {
    let record = try await findPlan(text)
    let (plan, _) = try await plans.plan(record.plan)
    let request = try await find(record.request.text)
    let names = Dictionary(uniqueKeysWithValues: plan.jobs.map { ($0.job, $0.system) })
    var lines: [PlanView.Line] = plan.jobs.map { job in
      PlanView.Line(
        job: job.job, system: job.system, title: job.title, role: job.role, verb: job.verb, counts: job.counts,
        leftOut: job.leftOut.reduce(0) { $0 + $1.count }, followUp: job.followUp,
        after: job.dependsOn.compactMap { names[$0.job] }, notApplicable: nil, sideEffects: job.sideEffects,
        anonymise: job.anonymise, export: job.export)
    }
    for line in plan.coverage {
      guard let reason = line.notApplicable else { continue }
      lines.append(
        PlanView.Line(
          job: nil, system: line.system, title: line.title, role: line.role, verb: nil, counts: [], leftOut: 0,
          followUp: nil, after: [], notApplicable: reason, ceased: line.ceased))
    }
    let isOpen = ![.concluded, .halted, .withdrawn].contains(record.state)
    return PlanView(
      plan: plan.plan, request: plan.request, number: request.number, state: record.state.word,
      digest: record.proposal.digest, findings: record.proposal.findings,
      drafter: settings.people.name(of: record.drafter) ?? "", at: plan.at,
      startBefore: record.proposal.startBefore, practice: plan.practice,
      approvals: record.approvals.map { settings.people.name(of: $0.by) ?? "" },
      approvalsNeeded: max(settings.approvals, plan.leastApprovals), margin: plan.margin, lines: lines,
      notices: isOpen ? try await notices(about: plan) : [],
      differences: try await differences(of: record, plan),
      decisions: plan.decisions?.map { PlanView.Decision($0, by: settings.people.name(of: $0.by) ?? "") })
  }

  /// Compared with the proposal before this one, of the same plan or of an earlier plan of the request.
  private func differences(of record: PlanRecord, _ plan: ErasurePlan) async throws -> [String]? {
    let earlier = try await journal.read { reader -> [UInt8]? in
      let proposals = try reader.entries(of: record.request).map(\.entry).filter { $0.kind == PlanProposed.kind }
      let digests = try proposals.map { try $0.facts(as: PlanProposed.self).digest }
      guard let place = digests.lastIndex(of: record.proposal.digest), place > 0 else { return nil }
      return try reader.artifact(digests[place - 1])
    }
    guard let earlier else { return nil }
    return PlanDifference.sentences(from: try CanonicalJSON.decode(ErasurePlan.self, from: earlier), to: plan)
  }

  func jobViews(of plan: PlanReference) async throws -> [JobView] {
    let (records, log) = try await journal.read { reader in (try reader.jobs(of: plan), try reader.log()) }
    guard !records.isEmpty else { return [] }
    let (plan, _) = try await plans.plan(plan)
    return records.map { view($0, planned: plan.job($0.job), in: log) }
  }

  func view(_ record: JobRecord, planned: PlannedJob?, in log: LogRecord) -> JobView {
    let system = systems.record(record.system)
    var question: Question?
    var outcome: JobOutcome?
    var next = record.claimableFrom
    switch record.state {
    case .awaitingOfficer(let asked): question = asked
    case .settled(let settled): outcome = settled
    case .ready: next = nil
    case .blocked, .running, .waitingToRetry, .awaitingRecipient, .followUp, .failed: break
    }
    let waitsFor = waitsFor(record, in: log)
    if waitsFor == .hours { next = gate.opening(of: record.system, after: clock.now()) }
    return JobView(
      job: record.job, request: record.request, plan: record.plan, system: record.system,
      title: planned?.title ?? system?.title ?? "", role: planned?.role ?? system?.role ?? .own, verb: record.verb,
      state: record.state.word, next: next, attempts: record.epoch, lastCode: record.lastCode, question: question,
      outcome: outcome, held: record.held, deadline: record.deadline, approvedRows: planned?.approvedRows ?? 0,
      waitsFor: waitsFor, exception: record.exception)
  }

  /// What keeps a job from being claimed although its time has come.
  private func waitsFor(_ record: JobRecord, in log: LogRecord) -> JobView.WaitsFor? {
    if record.onHold == true, !record.state.isSettled { return .hold }
    guard record.verb.changesSystem, let from = record.claimableFrom, from <= clock.now() else { return nil }
    guard !gate.mayChange(record.system, in: log, at: clock.now()) else { return nil }
    return gate.state(of: record.system, in: log).isReleased ? .hours : .owner
  }

  func history(_ entries: [IndexedEntry]) async throws -> [HistoryLine] {
    let jobs = Set(entries.compactMap(\.entry.subject.job))
    let names = try await journal.read { reader in
      var names: [JobReference: SystemName] = [:]
      for job in jobs { names[job] = try reader.job(job)?.system }
      return names
    }
    return entries.map { indexed in
      HistoryLine(
        index: Int64(clamping: indexed.index), at: indexed.entry.at, kind: indexed.entry.kind.rawValue,
        by: settings.people.name(of: indexed.entry.by), system: indexed.entry.subject.job.flatMap { names[$0] },
        words: HistoryWords.words(for: indexed.entry))
    }
  }
}

/// A few words for an entry in a history.
enum HistoryWords {
  static func words(for entry: EvidenceEntry) -> String {
    do { return try read(entry) } catch { return "(does not read)" }
  }

  private static func read(_ entry: EvidenceEntry) throws -> String {
    switch entry.kind {
    case RequestReceived.kind:
      let facts = try entry.facts(as: RequestReceived.self)
      return "number \(facts.number), received \(facts.receivedOn), last day \(facts.dueDates.statutory)"
    case DeadlineExtended.kind, IdentityAsked.kind, IdentityProved.kind, ReceiptCorrected.kind, DeadlineNear.kind:
      return try ClockHistory.words(for: entry)
    case HoldSet.kind:
      let facts = try entry.facts(as: HoldSet.self)
      return "\(facts.system) on hold (\(facts.ground.rawValue)), reviewed before \(facts.reviewBefore)"
    case MeasureOrdered.kind, MeasureStarted.kind, MeasureApplied.kind, MeasureFailed.kind, MeasureLifted.kind,
      MeasureUndone.kind:
      return try MeasureHistory.words(for: entry)
    case DoNotContactCounted.kind:
      return "\(try entry.facts(as: DoNotContactCounted.self).addresses) addresses on the list"
    case DoNotContactChecked.kind:
      let facts = try entry.facts(as: DoNotContactChecked.self)
      return "\(facts.rows) addresses compared, \(facts.hits) on the list"
    case DoNotContactExported.kind: return "\(try entry.facts(as: DoNotContactExported.self).addresses) addresses"
    case DoNotContactRemoved.kind: return "one address, \(try entry.facts(as: DoNotContactRemoved.self).reason)"
    case DoNotContactEnded.kind: return "the list was switched off, and its key destroyed"
    case HoldReleased.kind: return "\(try entry.facts(as: HoldReleased.self).system): what was kept is due"
    case HoldOverdue.kind: return "\(try entry.facts(as: HoldOverdue.self).system): the day of its review has come"
    case IdentifiersAdded.kind:
      return try entry.facts(as: IdentifiersAdded.self).identifierKinds.map(\.rawValue).joined(separator: ", ")
    case RequestLinked.kind:
      let facts = try entry.facts(as: RequestLinked.self)
      return "\(facts.other) is of the same person (\(facts.seen.rawValue))"
    case RequestConfirmed.kind: return "identity by \(try entry.facts(as: RequestConfirmed.self).method)"
    case RequestRefused.kind: return "ground \(try entry.facts(as: RequestRefused.self).ground)"
    case LookupMade.kind:
      let facts = try entry.facts(as: LookupMade.self)
      return "\(facts.systems) systems searched" + (facts.columns.map { ", \($0) columns" } ?? "")
    case PlanProposed.kind: return "\(try entry.facts(as: PlanProposed.self).jobs) jobs"
    case CategoryDecided.kind:
      let facts = try entry.facts(as: CategoryDecided.self)
      return "\(facts.system), \(facts.category): \(facts.ground.article) "
        + (facts.rejected.map { "rejected (\($0.rawValue))" } ?? "accepted")
    case PlanApproved.kind:
      return try entry.facts(as: PlanApproved.self).enough ? "the plan may run" : "one more must sign"
    case AttemptStarted.kind: return "attempt \(try entry.facts(as: AttemptStarted.self).epoch)"
    case AttemptPrepared.kind:
      let rows = try entry.facts(as: AttemptPrepared.self).effects.reduce(0) {
        $0 + $1.erased + $1.reduced + ($1.anonymised ?? 0) + ($1.restricted ?? 0)
      }
      return "\(rows) rows about to go"
    case AttemptEnded.kind:
      let facts = try entry.facts(as: AttemptEnded.self)
      return [facts.end, facts.code?.rawValue, facts.question?.code.rawValue].compactMap { $0 }.joined(separator: ", ")
    case JobSettled.kind: return words(for: try entry.facts(as: JobSettled.self).outcome)
    case RowsCollected.kind, FilesAdded.kind, CollectionExpired.kind, PackageMade.kind, PackageDelivered.kind,
      PackageWaived.kind:
      return try PackageHistory.words(for: entry)
    case TagsWritten.kind: return "\(try entry.facts(as: TagsWritten.self).count) recognition tags"
    case TaskAttested.kind:
      return try entry.facts(as: TaskAttested.self).found ? "found and destroyed" : "nothing found"
    case SystemScanned.kind:
      let facts = try entry.facts(as: SystemScanned.self)
      return "\(facts.system): \(facts.records) records read, \(facts.certain) erased before for certain"
    case StandingApproved.kind:
      let facts = try entry.facts(as: StandingApproved.self)
      return "\(facts.system): at most \(facts.atMost) rows of who is back, until \(facts.until)"
    case ChangeSigned.kind:
      return "\(try entry.facts(as: ChangeSigned.self).part.rawValue) shall change; two must sign"
    case SignerCompromised.kind:
      return "keys of one person may be somebody else's since \(try entry.facts(as: SignerCompromised.self).since)"
    case PlanDoubted.kind: return "stands still until another officer has confirmed it"
    case PlanConfirmed.kind: return "signed in the place of an approval that was in doubt"
    case SignersChanged.kind:
      let facts = try entry.facts(as: SignersChanged.self)
      return "\(facts.file), " + (facts.people.map { "\($0.count) people concerned" } ?? "in practice mode")
    case RegisterChanged.kind:
      let facts = try entry.facts(as: RegisterChanged.self)
      return facts.systems.map { $0.map(\.description).joined(separator: ", ") } ?? "in practice mode"
    case IncidentOpened.kind:
      return "the authority must hear before \(try entry.facts(as: IncidentOpened.self).reportBefore)"
    case IncidentClosed.kind: return try entry.facts(as: IncidentClosed.self).reported ? "reported" : "no risk found"
    case ReprobeMade.kind:
      let facts = try entry.facts(as: ReprobeMade.self)
      return "\(facts.system), day \(facts.day): \(facts.certain) there again for certain, \(facts.possible) perhaps"
    case ExceptionReviewed.kind:
      let facts = try entry.facts(as: ExceptionReviewed.self)
      return "\(facts.system): " + (facts.terms?.day.map { "still stands, until \($0)" } ?? "does not stand any more")
    case ReprobeSettled.kind:
      let facts = try entry.facts(as: ReprobeSettled.self)
      return "\(facts.system): \(facts.answer.rawValue)"
    case CaseFileKept.kind:
      let facts = try entry.facts(as: CaseFileKept.self)
      return "until \(facts.until), any two of \(facts.people) people open it"
    case CaseFileOpened.kind:
      let facts = try entry.facts(as: CaseFileOpened.self)
      return "\(facts.about), \(facts.step == 1 ? "first half" : "read"), \(facts.reason)"
    case CaseFileDestroyed.kind: return "of \(try entry.facts(as: CaseFileDestroyed.self).about), at its end"
    case DossierMade.kind:
      return try entry.facts(as: DossierMade.self).person ? "with the person in it" : "names nobody"
    case AlarmSent.kind:
      let facts = try entry.facts(as: AlarmSent.self)
      return "\(facts.code) about \(facts.about), step \(facts.step), \(facts.proof)"
    case WorkStopped.kind: return "everything stands still"
    case WorkResumed.kind: return "work goes on"
    case StandingWithdrawn.kind: return "\(try entry.facts(as: StandingWithdrawn.self).system): counts no more"
    case JournalRecovered.kind: return "\(try entry.facts(as: JournalRecovered.self).entries) entries were read back"
    case RestoreAnnounced.kind:
      let facts = try entry.facts(as: RestoreAnnounced.self)
      return "\(facts.system) was restored as of \(facts.asOf)"
    case RestoreScanned.kind:
      let facts = try entry.facts(as: RestoreScanned.self)
      return "\(facts.system): \(facts.records) records read, \(facts.certain) erased before for certain"
    case RecipientPassed.kind:
      let facts = try entry.facts(as: RecipientPassed.self)
      return "\(facts.system) has passed the test of \(facts.contract)"
    case SystemReleased.kind: return "\(try entry.facts(as: SystemReleased.self).system) may be changed"
    case SystemStopped.kind: return "nothing more is changed in \(try entry.facts(as: SystemStopped.self).system)"
    case RequestConcluded.kind: return "entries \(try entry.facts(as: RequestConcluded.self).entries)"
    case LetterSent.kind:
      let facts = try entry.facts(as: LetterSent.self)
      return "\(facts.letter.rawValue), \(facts.language), by \(facts.channel.rawValue), \(facts.proof)"
    case SubjectInformed.kind: return "by \(try entry.facts(as: SubjectInformed.self).channel)"
    case FindingOpened.kind: return "\(try entry.facts(as: FindingOpened.self).remaining) rows seen again"
    default: return ""
    }
  }

  private static func words(for outcome: JobOutcome) -> String {
    switch outcome {
    case .erased(let receipt):
      let kept = receipt.effects.flatMap(\.kept).reduce(0) { $0 + $1.count }
      return "erased \(receipt.erased) rows" + (kept > 0 ? ", \(kept) kept" : "")
    case .anonymised(let receipt):
      return "anonymised \(receipt.anonymised) rows, not deleted"
        + (receipt.erased > 0 ? "; erased \(receipt.erased)" : "")
    case .restricted(let receipt):
      return "took \(receipt.restricted) rows out of use, not deleted"
        + (receipt.erased > 0 ? "; erased \(receipt.erased)" : "")
    case .nothingFound: return "nothing found"
    case .expiryTagged(let until, _, let seen):
      return (seen == .setting ? "ends by itself" : "tagged") + ", last day \(until)"
    case .unconfirmed: return "never confirmed"
    case .notified: return "told"
    case .exported(let waived): return waived ? "nothing taken along, by a decision" : "the person has it"
    case .excepted, .cancelled: return outcome.word
    }
  }
}
