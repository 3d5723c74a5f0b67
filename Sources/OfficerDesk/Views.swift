import ConnectorKit
import ErasureDomain
import ErasureEngine
import ErasurePlanning
import Journal
import OfficerAPI

// Records as callers see them.
extension OfficerDesk {
  func view(of request: String, in language: PersonLanguage = .english) async throws -> RequestView {
    let record = try await find(request)
    let plan = try await journal.read { reader in try record.plan.flatMap { try reader.plan($0) } }
    return view(record, with: plan, in: language)
  }

  func view(
    _ record: RequestRecord, with plan: PlanRecord?, in language: PersonLanguage = .english
  ) -> RequestView {
    RequestView(
      request: record.request, number: record.number, state: record.state.word, channel: record.received.channel,
      receivedOn: record.received.receivedOn, capacities: record.received.capacities,
      rights: record.received.rights, language: record.received.language, requester: record.received.requester,
      dueDates: record.received.dueDates,
      clocks: RequestClocks(record, concludedOn: record.concludedAt.map { clock.day(of: $0) }, in: language),
      daysLeft: record.dueInForce.workTo.days(since: clock.today),
      plan: record.plan, practice: settings.practice, keepsPerson: keepsPerson(record),
      waitsFor: record.stage(with: plan), hasOpenClock: record.hasOpenClock)
  }

  func planView(of text: String, in language: PersonLanguage = .english) async throws -> PlanView {
    let record = try await findPlan(text)
    let (plan, _) = try await plans.plan(record.plan)
    let request = try await find(record.request.text)
    let names = Dictionary(uniqueKeysWithValues: plan.jobs.map { ($0.job, $0.system) })
    var lines: [PlanView.Line] = plan.jobs.map { job in
      PlanView.Line(
        job: job.job, system: job.system, title: job.title, role: job.role, verb: job.verb, counts: job.counts,
        leftOut: job.leftOut.reduce(0) { $0 + $1.count }, followUp: job.followUp,
        after: job.dependsOn.compactMap { names[$0.job] }, notApplicable: nil, sideEffects: job.sideEffects,
        anonymise: job.anonymise, export: job.export, dependsOn: job.dependsOn)
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
      notices: isOpen ? try await notices(about: plan, in: language) : [],
      differences: try await differences(of: record, plan, in: language),
      decisions: plan.decisions?.map { PlanView.Decision($0, by: settings.people.name(of: $0.by) ?? "") })
  }

  /// Compared with the proposal before this one, of the same plan or of an earlier plan of the request.
  private func differences(
    of record: PlanRecord, _ plan: ErasurePlan, in language: PersonLanguage
  ) async throws -> [String]? {
    let earlier = try await journal.read { reader -> [UInt8]? in
      let proposals = try reader.entries(of: record.request, kinds: [PlanProposed.kind]).map(\.entry)
      let digests = try proposals.map { try $0.facts(as: PlanProposed.self).digest }
      guard let place = digests.lastIndex(of: record.proposal.digest), place > 0 else { return nil }
      return try reader.artifact(digests[place - 1])
    }
    guard let earlier else { return nil }
    return PlanDifference.sentences(
      from: try CanonicalJSON.decode(ErasurePlan.self, from: earlier), to: plan, in: language)
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
      waitsFor: waitsFor, exception: record.exception, silent: record.isSilent(at: clock.now()) ? true : nil)
  }

  /// What keeps a job from being claimed although its time has come.
  private func waitsFor(_ record: JobRecord, in log: LogRecord) -> JobView.WaitsFor? {
    if record.onHold == true, !record.state.isSettled { return .hold }
    guard record.verb.changesSystem, let from = record.claimableFrom, from <= clock.now() else { return nil }
    guard !gate.mayChange(record.system, in: log, at: clock.now()) else { return nil }
    return gate.state(of: record.system, in: log).isReleased ? .hours : .owner
  }

  static let mostLines = 1_000

  func history(_ entries: [IndexedEntry], in language: PersonLanguage = .english) async throws -> [HistoryLine] {
    let jobs = Set(entries.compactMap(\.entry.subject.job))
    let names = try await journal.read { reader in
      var names: [JobReference: SystemName] = [:]
      for job in jobs { names[job] = try reader.job(job)?.system }
      return names
    }
    return entries.map { indexed in
      let dutch = language == .dutch ? DutchHistory.words(for: indexed.entry) : nil
      let words = dutch ?? HistoryWords.words(for: indexed.entry)
      return HistoryLine(
        index: Int64(clamping: indexed.index), at: indexed.entry.at, kind: indexed.entry.kind.rawValue,
        by: settings.people.name(of: indexed.entry.by), system: indexed.entry.subject.job.flatMap { names[$0] },
        words: words, onlyEnglish: language == .dutch && dutch == nil && !words.isEmpty ? true : nil)
    }
  }
}

extension JournalReader {
  /// A part of the history of a request.
  func entries(of request: RequestReference, _ part: HistoryPart) throws -> [IndexedEntry] {
    let limit = min(max(1, part.limit), OfficerDesk.mostLines)
    guard part.before == nil, let from = part.from else {
      return try entries(of: request, before: part.before.map { UInt64(clamping: $0) } ?? .max, limit: limit)
    }
    return try entries(of: request, from: UInt64(clamping: from), limit: limit)
  }

  /// The same of a job.
  func entries(of job: JobReference, _ part: HistoryPart) throws -> [IndexedEntry] {
    let limit = min(max(1, part.limit), OfficerDesk.mostLines)
    return try entries(of: job, before: part.before.map { UInt64(clamping: $0) } ?? .max, limit: limit)
  }
}
