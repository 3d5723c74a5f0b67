public import ConnectorKit
public import ErasureDomain

// Facts of a letter, from the records of the journal.
extension LetterFacts {
  /// One plan of the request, with where its jobs stand.
  public struct Worked: Sendable {
    public let plan: ErasurePlan
    public let jobs: [JobRecord]
    public let package: PackageStanding?

    public init(plan: ErasurePlan, jobs: [JobRecord], package: PackageStanding? = nil) {
      self.plan = plan
      self.jobs = jobs
      self.package = package
    }
  }

  /// Reads what the records say: where the request stands, and all its plans that were approved, oldest first.
  ///
  /// The clock knows the controller's days; `exceptions` are those by which records of the request were left out.
  public init(
    _ request: RequestRecord, work: [Worked], exceptions: [ExceptionGranted] = [], from organisation: LetterParty,
    clock: any CivilClock,
    texts: Texts = Texts(), code: SubjectCode? = nil
  ) {
    self.organisation = organisation
    self.request = request.request
    state = request.state
    dueDates = request.received.dueDates
    newLastDay = request.extended.map { _ in request.dueInForce.statutory }
    today = clock.today
    self.texts = texts
    self.code = code
    measured = (request.measures ?? []).compactMap { measure in
      measure.inForceSince.map { Measured(measure: measure.measure, since: clock.day(of: $0)) }
    }
    asksForErasure = request.asksForErasure
    packages = request.packages.map { kind in
      let delivered = work.compactMap { $0.package?.delivered[kind.rawValue]?.at }.min()
      return Package(kind: kind, deliveredOn: delivered.map { clock.day(of: $0) })
    }
    let jobs = Self.current(work)
    for job in jobs { read(job, jobs, clock) }
    systems = Self.merged(systems)
    if let last = work.last {
      for line in last.plan.coverage { read(line) }
      leftOut = Self.leftOut(last.plan, exceptions)
      rejected = Self.rejected(last.plan)
    }
  }

  /// A job with its line of the plan.
  struct Job {
    let planned: PlannedJob
    let record: JobRecord
    /// Whether the newest plan has it.
    let isNewest: Bool
  }

  /// What counts: all that left a receipt or still waits for its day, and whatever the newest plan has.
  private static func current(_ work: [Worked]) -> [Job] {
    work.enumerated().flatMap { index, worked in
      worked.jobs.compactMap { record -> Job? in
        guard let planned = worked.plan.job(record.job) else { return nil }
        let isNewest = index == work.count - 1
        let counts: Bool =
          if case .settled(let outcome) = record.state {
            switch outcome {
            case .cancelled, .excepted: isNewest
            case .erased, .nothingFound, .anonymised, .restricted, .notified, .unconfirmed, .expiryTagged, .exported:
              true
            }
          } else { true }
        return counts ? Job(planned: planned, record: record, isNewest: isNewest) : nil
      }
    }
  }

  private mutating func read(_ job: Job, _ all: [Job], _ clock: any CivilClock) {
    guard case .settled(let outcome) = job.record.state else {
      // What waits for its day is told as kept, or as a backup.
      if !job.record.verb.isFollowUp { unsettled.append(job.record.system) }
      return
    }
    let day = clock.day(of: job.record.settledAt ?? job.record.createdAt)
    switch job.record.verb {
    case .manual where LetterDuty(role: job.planned.role) != nil: readByHand(job, outcome, day)
    case .erase, .manual, .eraseKept: readOwn(job, outcome, day, all)
    case .instruct, .notify, .stopSending: readCompany(job, outcome, day, clock)
    case .tagExpiry: readBackup(job, outcome, all, clock)
    case .confirmExpiry, .export: break
    }
  }

  // MARK: Systems

  private mutating func readOwn(_ job: Job, _ outcome: JobOutcome, _ day: CivilDate, _ all: [Job]) {
    let kept = Self.staying(outcome, of: job, all)
    let done: Done
    switch outcome {
    case .erased(let receipt):
      done = .erased(on: day, keeps: !kept.isEmpty, reduced: receipt.effects.contains { $0.reduced > 0 })
    case .nothingFound: done = kept.isEmpty ? .nothingFound : .keptOnly
    case .anonymised(let receipt): done = .anonymised(on: day, some: receipt.erased > 0)
    case .restricted(let receipt): done = .restricted(on: day, some: receipt.erased > 0)
    case .excepted(let ground): done = .excepted(ground: ground)
    case .cancelled: done = .stopped
    // Words of other verbs: nothing that was done in a system of ours.
    case .notified, .unconfirmed, .expiryTagged, .exported: return
    }
    switch done {
    case .erased, .anonymised, .restricted: if job.planned.followUp == nil { doneOn = max(doneOn ?? day, day) }
    case .nothingFound, .keptOnly, .excepted, .stopped: break
    }
    // A follow-up that found nothing has nothing to say beside the job that it follows.
    if job.planned.followUp == nil || done != .nothingFound {
      systems.append(
        System(
          system: job.record.system, title: job.planned.title, done: done,
          terms: outcome.word == "excepted" ? job.record.exception : nil))
    }
    for (dataset, count, followUp) in kept { readKept(job, dataset, count, followUp, all) }
  }

  private typealias Staying = (dataset: String, count: KeptCount, followUp: Job?)

  /// Rows of the receipt that are still kept: those whose follow-up has settled are gone, or told by its own outcome.
  private static func staying(_ outcome: JobOutcome, of job: Job, _ all: [Job]) -> [Staying] {
    guard job.planned.followUp == nil, let receipt = outcome.receipt else { return [] }
    return receipt.effects.flatMap { effect in
      effect.kept.compactMap { count -> Staying? in
        let followUp = all.first { other in
          guard other.record.verb == .eraseKept, let follow = other.planned.followUp else { return false }
          return follow.of == job.record.job && follow.rule == count.rule && follow.due == count.until
            && follow.isConditional == count.isConditional
        }
        if let followUp, followUp.record.state.isSettled { return nil }
        return (effect.dataset, count, followUp)
      }
    }
  }

  private mutating func readKept(_ job: Job, _ dataset: String, _ count: KeptCount, _ followUp: Job?, _ all: [Job]) {
    // The same rule has one citation, whatever the day.
    let cited = followUp ?? all.first { $0.planned.followUp?.rule == count.rule }
    guard let citation = cited?.planned.followUp?.citation, !citation.isEmpty else {
      withoutStatute[job.record.system] = count.rule
      return
    }
    var until = count.until
    var isConditional = count.isConditional
    // An officer has accepted another day since.
    if case .followUp(let due, _)? = followUp?.record.state, due != until {
      until = due
      isConditional = false
    }
    let fact = Kept(
      title: job.planned.title, dataset: dataset, until: until, isConditional: isConditional, citation: citation,
      ground: cited?.planned.followUp?.ground)
    if !kept.contains(fact) { kept.append(fact) }
  }

  /// One line for a system and what was done there: the last day counts, and "nothing found" only where nothing was done.
  private static func merged(_ facts: [System]) -> [System] {
    var result: [System] = []
    for fact in facts {
      guard let index = result.firstIndex(where: { $0.system == fact.system && same($0.done, fact.done) }) else {
        result.append(fact)
        continue
      }
      result[index] = System(system: fact.system, title: fact.title, done: later(result[index].done, fact.done))
    }
    return result.filter { fact in
      fact.done != .nothingFound || !result.contains { $0.system == fact.system && $0.done != .nothingFound }
    }
  }

  private static func same(_ one: Done, _ other: Done) -> Bool {
    switch (one, other) {
    case (.erased, .erased), (.anonymised, .anonymised), (.restricted, .restricted): true
    default: one == other
    }
  }

  private static func later(_ one: Done, _ other: Done) -> Done {
    switch (one, other) {
    case (.erased(let day, let keeps, let reduced), .erased(let second, let more, let other)):
      .erased(on: max(day, second), keeps: keeps || more, reduced: reduced || other)
    case (.anonymised(let day, let some), .anonymised(let second, let more)):
      .anonymised(on: max(day, second), some: some || more)
    case (.restricted(let day, let some), .restricted(let second, let more)):
      .restricted(on: max(day, second), some: some || more)
    default: other
    }
  }

  private static func leftOut(_ plan: ErasurePlan, _ exceptions: [ExceptionGranted]) -> [LeftOut] {
    plan.jobs.compactMap { job in
      // What stays because its ground was rejected is told with the reason.
      let rejected = plan.rejections.filter { $0.system == job.system }.flatMap { $0.datasets ?? [] }
      let records = job.leftOut.filter { !rejected.contains($0.dataset) }.reduce(0) { $0 + $1.count }
      guard records > 0 else { return nil }
      var terms: [ExceptionTerms] = []
      for one in exceptions where one.system == job.system {
        if let given = one.terms, !terms.contains(given) { terms.append(given) }
      }
      return LeftOut(title: job.title, records: records, terms: terms)
    }
  }

  private static func rejected(_ plan: ErasurePlan) -> [Rejected] {
    plan.rejections.compactMap { line in
      guard let reason = line.rejected else { return nil }
      let title = plan.coverage.first { $0.system == line.system }?.title ?? line.system.description
      return Rejected(title: title, category: line.category, reason: reason)
    }
  }

  // MARK: Companies

  private mutating func readCompany(_ job: Job, _ outcome: JobOutcome, _ day: CivilDate, _ clock: any CivilClock) {
    let wasTold = job.record.handedOverAt != nil || job.record.prepared != nil
    let answer: Recipient.Answer
    switch outcome {
    case .erased(let receipt), .anonymised(let receipt), .restricted(let receipt):
      let days = (receipt.verification.kept + receipt.effects.flatMap(\.kept)).map(\.until)
      answer = .confirmed(on: day, keepsUntil: days.max())
    case .nothingFound: answer = .nothingFound(on: day)
    case .notified: answer = .told(on: clock.day(of: job.record.handedOverAt ?? job.record.settledAt ?? clock.now()))
    case .unconfirmed(let asked): answer = .silent(lastAsked: clock.day(of: asked))
    case .excepted, .cancelled: answer = wasTold ? .takenBack : .notTold
    case .expiryTagged, .exported: return
    }
    recipients.append(
      Recipient(
        system: job.record.system, title: job.planned.title, duty: LetterDuty(job.record.verb), answer: answer))
  }

  /// A company that only a person can reach, such as a trustee: what our people attest is that they told it, not what it did.
  private mutating func readByHand(_ job: Job, _ outcome: JobOutcome, _ day: CivilDate) {
    recipients.append(
      Recipient(
        system: job.record.system, title: job.planned.title, duty: LetterDuty(role: job.planned.role),
        answer: outcome.receipt == nil ? .notTold : .told(on: day)))
  }

  private mutating func read(_ line: Coverage) {
    switch line.notApplicable {
    case .nothingFound?:
      guard !systems.contains(where: { $0.system == line.system }) else { return }
      systems.append(System(system: line.system, title: line.title, done: .nothingFound))
    case .toldThroughSuccessor?, .nobodyToTell?:
      guard let ceased = line.ceased else { return }
      let hasSuccessor = line.notApplicable == .toldThroughSuccessor
      recipients.append(
        Recipient(
          system: line.system, title: line.title, duty: nil,
          answer: .ceased(on: ceased.on, hasSuccessor: hasSuccessor)))
    case .otherCapacity?, .notRestored?, .noDataYet?, .groundRejected?, .erasureNotAsked?, nil: break
    }
  }

  // MARK: Backups

  private mutating func readBackup(_ job: Job, _ outcome: JobOutcome, _ all: [Job], _ clock: any CivilClock) {
    let (lastDay, isByItself): (CivilDate, Bool)
    switch outcome {
    case .expiryTagged(let until, _, let seen): (lastDay, isByItself) = (until, seen == .setting)
    case .excepted(let ground):
      systems.append(
        System(
          system: job.record.system, title: job.planned.title, done: .excepted(ground: ground),
          terms: job.record.exception))
      return
    case .cancelled:
      systems.append(System(system: job.record.system, title: job.planned.title, done: .stopped))
      return
    // No set can hold the person.
    case .erased, .nothingFound, .anonymised, .restricted, .notified, .unconfirmed, .exported: return
    }
    let look = all.first { $0.record.verb == .confirmExpiry && $0.planned.followUp?.of == job.record.job }
    var goneOn: CivilDate?
    var endedUnseen = false
    // Only a look of ours with a receipt has seen it; a cancelled or excepted one has not, nor has a setting.
    if case .settled(let seen)? = look?.record.state, let time = look?.record.settledAt {
      endedUnseen = seen.word == "unconfirmed" || seen.seen == .attestation
      if !endedUnseen, seen.receipt != nil { goneOn = clock.day(of: time) }
    }
    backups.append(
      Backup(
        system: job.record.system, title: job.planned.title, lastDay: lastDay, goneOn: goneOn,
        isByItself: isByItself, endedUnseen: endedUnseen))
  }
}

extension LetterDuty {
  /// What a company of this role is owed; nil for what is ours.
  fileprivate init?(role: SystemRole) {
    switch role {
    case .processor: self = .instruct
    case .recipient, .joint, .public: self = .notify
    case .source: self = .stopSending
    case .own, .copy, .backup, .carrier: return nil
    }
  }
}
