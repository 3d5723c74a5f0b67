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

  func openMatters(at now: UTCTime) async throws -> [AlarmMatter] {
    let (log, requests, waiting, companies) = try await journal.read { reader in
      (
        try reader.log(), try reader.requests(in: Self.openStates, limit: Self.mostCounted),
        try reader.waitingForPerson(limit: Self.mostCounted),
        try reader.jobs(in: ["awaiting-recipient"], limit: Self.mostCounted)
      )
    }
    var matters: [AlarmMatter] = []
    for request in requests { matters += try await self.matters(of: request, at: now) }
    for job in waiting { matters.append(try await matter(of: job)) }
    for job in companies {
      guard let silent = job.worriesAt, silent <= now else { continue }
      matters.append(AlarmMatter(kind: .companySilent, about: job.job.text, since: silent))
    }
    for (request, incident) in log.incidents ?? [:] {
      matters.append(AlarmMatter(kind: .incident, about: request.text, since: incident.at))
    }
    for (system, scan) in log.scanned ?? [:] where scan.certain > 0 {
      matters.append(AlarmMatter(kind: .erasedIsBack, about: system.description, since: scan.at))
    }
    let returned = Dictionary(grouping: log.returned ?? []) { $0.request }
    for (request, findings) in returned {
      guard let since = findings.filter({ !$0.isLawful }).map(\.at).min() else { continue }
      matters.append(AlarmMatter(kind: .erasedIsBack, about: request.text, since: since))
    }
    for standing in try await dueExceptions() {
      guard let from = standing.asksFrom else { continue }
      matters.append(AlarmMatter(kind: .taskWaits, about: standing.request.text, since: clock.start(of: from)))
    }
    return try await numbered(matters).sorted { ($0.since, $0.about) < ($1.since, $1.about) }
  }

  private func matters(of request: RequestRecord, at now: UTCTime) async throws -> [AlarmMatter] {
    var matters: [AlarmMatter] = []
    let about = request.request.text
    if let since = nearSince(request) {
      matters.append(AlarmMatter(kind: .deadlineNear, about: about, since: since))
    }
    if let concluded = request.concludedAt, request.informed == nil {
      matters.append(AlarmMatter(kind: .informThePerson, about: about, since: concluded))
    }
    if request.undecided > 0 || !request.findings.isEmpty {
      let asked = try await journal.read { reader in
        try reader.entries(of: request.request).last {
          $0.entry.subject.stream == .request(request.request)
            && ($0.entry.kind == QuestionAsked.kind || $0.entry.kind == FindingOpened.kind)
        }?.entry.at
      }
      matters.append(AlarmMatter(kind: .taskWaits, about: about, since: asked ?? request.received.receivedAt))
    }
    if let late = lateObjection(request, at: now) { matters.append(late) }
    if let plan = try await planThatWaits(request), plan.since <= now { matters.append(plan) }
    return matters
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
      try reader.entries(of: job.job).last { $0.entry.kind == AttemptEnded.kind }?.entry.at
    }
    return AlarmMatter(kind: kind, about: job.job.text, since: ended ?? job.createdAt)
  }

  private func numbered(_ matters: [AlarmMatter]) async throws -> [AlarmMatter] {
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
