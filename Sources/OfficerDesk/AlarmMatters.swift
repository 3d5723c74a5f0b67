import ErasureDomain
import Journal
import Logging

/// Something that waits for a person.
struct AlarmMatter: Hashable, Sendable {
  var kind: AlarmKind
  /// A request's, plan's or job's reference, or a system's code.
  var about: String
  var since: UTCTime
  /// The request's number, for who reads it; nil for a system.
  var number: Int?
}

// What waits now: read from the journal, so that a standstill of the daemon loses none of it.
extension OfficerDesk {
  /// A plan may wait for its signatures so many working days.
  static let signingWorkingDays = 2

  /// Hands over everything that waits, kind by kind; nothing of it is kept here.
  func forEachMatter(at now: UTCTime, _ body: (AlarmMatter) throws -> Void) async throws {
    if let last = lastNearDay(on: clock.day(of: now)) {
      try await forEach(.open([]), in: CivilDate.first...last) { request in
        guard let since = nearSince(request) else { return }
        try body(AlarmMatter(kind: .deadlineNear, about: request.request.text, since: since))
      }
    }
    try await forEach(.open([.letter, .closing])) { request in
      guard let concluded = request.concludedAt, request.informed == nil else { return }
      try body(AlarmMatter(kind: .informThePerson, about: request.request.text, since: concluded))
    }
    try await forEach(.open([.questions, .signatures])) { request in
      if let asks = try await question(of: request) { try body(asks) }
      if let plan = try await planThatWaits(request), plan.since <= now { try body(plan) }
    }
    try await forEach(.measured) { request in
      if let late = lateObjection(request, at: now) { try body(late) }
    }
    try await forEach(.waitingForPerson) { job in try body(try await matter(of: job)) }
    try await forEach(.silent(at: now)) { job in
      guard let silent = job.worriesAt else { return }
      try body(AlarmMatter(kind: .companySilent, about: job.job.text, since: silent))
    }
    let log = try await journal.read { reader in try reader.log() }
    for (request, incident) in log.incidents ?? [:] {
      try body(AlarmMatter(kind: .incident, about: request.text, since: incident.at))
    }
    for (system, scan) in log.scanned ?? [:] where scan.certain > 0 {
      try body(AlarmMatter(kind: .erasedIsBack, about: system.description, since: scan.at))
    }
    for (request, findings) in Dictionary(grouping: log.returned ?? [], by: \.request) {
      guard let since = findings.filter({ !$0.isLawful }).map(\.at).min() else { continue }
      try body(AlarmMatter(kind: .erasedIsBack, about: request.text, since: since))
    }
    for standing in try await dueExceptions() {
      guard let from = standing.asksFrom else { continue }
      try body(AlarmMatter(kind: .taskWaits, about: standing.request.text, since: clock.start(of: from)))
    }
  }

  /// Found identifiers that wait for a decision, and findings of the last look.
  private func question(of request: RequestRecord) async throws -> AlarmMatter? {
    guard request.undecided > 0 || !request.findings.isEmpty else { return nil }
    let asked = try await journal.read { reader in
      try reader.entries(of: request.request, kinds: [QuestionAsked.kind, FindingOpened.kind]).last {
        $0.entry.subject.stream == .request(request.request)
      }?.entry.at
    }
    return AlarmMatter(kind: .taskWaits, about: request.request.text, since: asked ?? request.received.receivedAt)
  }

  /// The first instant of the day of the newest alarm before the work-to date in force.
  private func nearSince(_ request: RequestRecord) -> UTCTime? {
    let workTo = request.dueInForce.workTo
    guard request.hasOpenClock, let lead = request.alarms?.filter({ $0.workTo == workTo }).map(\.lead).min() else {
      return nil
    }
    do { return clock.start(of: try settings.holidays.day(workingDays: lead, before: workTo)) } catch {
      logger.error("the day of an alarm cannot be computed", metadata: ["problem": "\(error)"])
      return nil
    }
  }

  /// The request's plan as a matter from the moment on from which it has waited too long; nil when nobody must sign.
  func planThatWaits(_ request: RequestRecord) async throws -> AlarmMatter? {
    guard request.state == .verified, let reference = request.plan,
      let plan = try await journal.read({ reader in try reader.plan(reference) }),
      let since = waitsTooLongSince(plan)
    else { return nil }
    return AlarmMatter(kind: .planWaits, about: reference.text, since: since, number: request.number)
  }

  /// From when on a plan has waited for its signatures for too long; nil when nobody must sign.
  func waitsTooLongSince(_ plan: PlanRecord) -> UTCTime? {
    guard plan.waitsForSignatures else { return nil }
    do {
      var day = clock.day(of: plan.proposedAt)
      for _ in 0..<Self.signingWorkingDays {
        day = try settings.holidays.firstWorkingDay(onOrAfter: day.adding(days: 1))
      }
      return clock.start(of: day.adding(days: 1))
    } catch {
      logger.error("working days cannot be counted", metadata: ["problem": "\(error)"])
      return nil
    }
  }

  private func matter(of job: JobRecord) async throws -> AlarmMatter {
    let kind: AlarmKind =
      switch job.asks.flatMap({ Question.Code(rawValue: $0) }) {
      case .copyLingers: .copyLingers
      case .packageWaits: .packageWaits
      default: .taskWaits
      }
    let ended = try await journal.read { reader in
      try reader.entries(of: job.job, kinds: [AttemptEnded.kind]).last?.entry.at
    }
    return AlarmMatter(kind: kind, about: job.job.text, since: ended ?? job.createdAt)
  }

  /// With the numbers of their requests.
  func numbered(_ matters: [AlarmMatter]) async throws -> [AlarmMatter] {
    try await journal.read { reader in
      try matters.map { matter in
        var matter = matter
        var request = RequestReference(matter.about)
        if let job = JobReference(matter.about) { request = try reader.job(job)?.request }
        if let request { matter.number = try reader.request(request)?.number }
        return matter
      }
    }
  }
}
