import ErasureDomain
import Journal
import OfficerAPI

/// Figures of a period, gathered one request after the other; it holds numbers, no records.
struct PeriodTally {
  /// The last days of the classes by age.
  static let ages = [7, 30, 90, 365]

  /// How a request was decided without an erasure. The record of a closed one has forgotten it, its entries have not.
  struct Ending: Sendable {
    var refused: String?
    var withdrawn = false

    init(of request: RequestRecord, _ reader: any JournalReader) throws {
      switch request.state {
      case .refused(let ground): refused = ground
      case .withdrawn, .withdrawnPartly: withdrawn = true
      case .closed, .ended:
        // Concluded ones were neither.
        guard request.entriesBeforeConclusion == 0 else { return }
        let entries = try reader.entries(of: request.request, kinds: [RequestWithdrawn.kind, RequestRefused.kind]).map(
          \.entry)
        withdrawn = entries.contains { $0.kind == RequestWithdrawn.kind }
        refused = try entries.last { $0.kind == RequestRefused.kind }?.facts(as: RequestRefused.self).ground
      case .received, .verified, .inErasure, .concluded: return
      }
    }
  }

  /// A number of the log, and its request where the period has it.
  typealias Read = (number: Int, counted: (request: RequestRecord, jobs: [JobRecord], ending: Ending)?)

  private(set) var report: PeriodReport
  private let clock: any CivilClock
  private let asOf: UTCTime
  private var numbers: [UInt64] = []
  private var openAges: [Int] = []
  private var overdueAges: [Int] = []
  private var replies: [(days: Int, number: Int)] = []
  private var erasures: [(days: Int, number: Int)] = []
  private var rows: [SystemName: PeriodReport.Rows] = [:]

  init(
    _ report: PeriodReport, clock: any CivilClock, asOf: UTCTime
  ) {
    self.report = report
    self.clock = clock
    self.asOf = asOf
  }

  private var today: CivilDate { clock.day(of: asOf) }

  mutating func add(_ request: RequestRecord, _ jobs: [JobRecord], _ ending: Ending) {
    let received = request.received
    numbers.append(UInt64(clamping: request.number))
    report.received += 1
    report.byState[request.state.word, default: 0] += 1
    report.byChannel[received.channel, default: 0] += 1
    for right in received.rights ?? [.erasure] { report.byRight[right.rawValue, default: 0] += 1 }
    if request.extended != nil { report.extended += 1 }
    if (request.identityProved?.suspendedDays ?? 0) > 0 { report.suspended += 1 }
    if ending.withdrawn { report.withdrawn += 1 }
    if let ground = ending.refused { report.refusedByGround[ground, default: 0] += 1 }
    switch request.state {
    case .closed, .ended: report.closed += 1
    case .received, .verified, .refused, .withdrawn, .inErasure, .withdrawnPartly, .concluded:
      openAges.append(today.days(since: received.receivedOn))
    }
    addClocks(request, ending)
    for job in jobs { add(job) }
  }

  private mutating func addClocks(_ request: RequestRecord, _ ending: Ending) {
    let received = request.received.receivedOn
    let isRefused = ending.refused != nil
    // A full refusal keeps the first deadline, also when its request is closed.
    let due = isRefused ? request.received.dueDates.statutory : request.dueInForce.statutory
    var overdue: Int?
    func late(_ day: CivilDate?, _ clockName: String) -> PeriodReport.Late? {
      let days = (day ?? today).days(since: due)
      guard days > 0 else { return nil }
      return PeriodReport.Late(number: request.number, days: days, clock: clockName, isOpen: day == nil)
    }
    if let on = request.repliedOn {
      replies.append((on.days(since: received), request.number))
    } else {
      report.reply.notYet += 1
    }
    if let case_ = late(request.repliedOn, "reply") {
      report.late.append(case_)
      if case_.isOpen { overdue = case_.days }
    }
    if !isRefused, !ending.withdrawn, request.asksForErasure {
      let on = request.concludedAt.map { clock.day(of: $0) }
      if let on { erasures.append((on.days(since: received), request.number)) } else { report.erasure.notYet += 1 }
      if let case_ = late(on, "erasure") {
        report.late.append(case_)
        if case_.isOpen { overdue = case_.days }
      }
    }
    if let overdue { overdueAges.append(overdue) }
  }

  private mutating func add(_ job: JobRecord) {
    switch job.state {
    case .settled(let outcome): add(job, outcome)
    case .failed: report.failedJobs += 1
    case .awaitingOfficer: report.openQuestions += 1
    case .awaitingRecipient:
      if job.verb.tellsCompany, (job.silentAt ?? .distantFuture) <= asOf {
        report.silentNow[job.system.description, default: 0] += 1
      }
    case .blocked, .ready, .running, .waitingToRetry, .followUp: break
    }
    guard !job.state.isSettled, job.verb.isFollowUp else { return }
    var day = job.followUp?.due
    if case .followUp(let due, _) = job.state { day = due }
    // A tag's day is in no plan: once its follow-up is at work, the day is past.
    let isPast = day.map { $0 < today } ?? (job.epoch > 0)
    guard isPast else { return }
    if job.verb == .confirmExpiry { report.lingeringCopies += 1 } else { report.keptPastTheirDay += 1 }
  }

  /// Rows are counted by the receipt of the job by which they went: another request of the same person finds nothing, and
  /// its receipt has none.
  private mutating func add(_ job: JobRecord, _ outcome: JobOutcome) {
    switch outcome {
    case .unconfirmed where job.verb.tellsCompany: report.unconfirmed[job.system.description, default: 0] += 1
    case .excepted(let ground):
      report.exceptionsByGround[job.exception?.ground.rawValue ?? ground, default: 0] += 1
    case .erased, .nothingFound, .anonymised, .restricted, .notified, .unconfirmed, .expiryTagged, .exported,
      .cancelled:
      break
    }
    guard job.verb.changesSystem, let receipt = outcome.receipt else { return }
    var row = rows[job.system] ?? PeriodReport.Rows(system: job.system)
    row.deleted += receipt.effects.reduce(0) { $0 + $1.erased }
    row.reduced += receipt.effects.reduce(0) { $0 + $1.reduced }
    row.anonymised += receipt.anonymised
    row.restricted += receipt.restricted
    rows[job.system] = row
  }

  mutating func add(exceptionOn ground: String) { report.exceptionsByGround[ground, default: 0] += 1 }

  /// An incident that was opened in the period, and when it was dealt with.
  mutating func add(_ incident: IncidentOpened, closedAt: UTCTime?) {
    report.incidents += 1
    if (closedAt ?? asOf) > incident.reportBefore { report.lateIncidents += 1 }
  }

  /// The figures, with everything sorted.
  func finished(newest: Int, missing: [Int], logSize: UInt64) -> PeriodReport {
    var report = report
    report.numbers = "\(IndexRanges(numbers))"
    report.newestNumber = newest
    report.missingNumbers = missing
    report.logSize = Int64(clamping: logSize)
    report.open = Self.ages(openAges)
    report.overdue = Self.ages(overdueAges)
    report.late.sort { ($0.number, $0.clock) < ($1.number, $1.clock) }
    report.reply = Self.times(replies, report.reply.notYet)
    report.erasure = Self.times(erasures, report.erasure.notYet)
    report.rows = rows.values.sorted { $0.system < $1.system }
    return report
  }

  private static func ages(_ days: [Int]) -> [PeriodReport.Age] {
    var counts = Array(repeating: 0, count: ages.count + 1)
    for day in days { counts[ages.firstIndex { day <= $0 } ?? ages.count] += 1 }
    return counts.enumerated().map { place, count in
      PeriodReport.Age(atMostDays: place < ages.count ? ages[place] : nil, count: count)
    }
  }

  private static func times(_ values: [(days: Int, number: Int)], _ notYet: Int) -> PeriodReport.Times {
    let sorted = values.sorted { ($0.days, $0.number) < ($1.days, $1.number) }
    return PeriodReport.Times(
      done: sorted.count, notYet: notYet, medianDays: sorted.isEmpty ? nil : sorted[sorted.count / 2].days,
      worstDays: sorted.last?.days, worstNumber: sorted.last?.number)
  }
}
