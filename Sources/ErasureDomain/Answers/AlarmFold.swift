/// Who was told about one thing that waits, until it is over.
public struct AlarmStanding: Hashable, Sendable, Codable {
  public var code: FailureCode
  /// As in `AlarmSent`.
  public var about: String
  public var since: UTCTime
  public var told: [Told]

  /// One person was told.
  public struct Told: Hashable, Sendable, Codable {
    public var step: Int
    public var person: PersonReference
    public var at: UTCTime
  }

  /// When the first person of a step was told; nil while nobody was.
  public func told(at step: Int) -> UTCTime? { told.filter { $0.step == step }.map(\.at).min() }
}

/// The fold of alarms: nobody is told the same thing twice by one step, also after a restart.
enum AlarmFold {
  static func apply(_ entry: EvidenceEntry, to log: inout LogRecord, in answers: some JournalAnswers) throws {
    let facts = try entry.facts(as: AlarmSent.self)
    guard isReference(facts.about), facts.step >= 1, facts.queue.map(LetterSent.isQueueID) ?? true else {
      throw FoldProblem.malformed(entry.kind, "names no reference, no step of a ladder, or more than a queue's id")
    }
    let incidents = log.incidents ?? [:]
    let scanned = log.scanned ?? [:]
    let returned = Set((log.returned ?? []).filter { !$0.isLawful }.map(\.request))
      .union((log.exceptions ?? []).map(\.request))
    var alarms = try (log.alarms ?? []).filter { alarm in
      // Whoever has waited and is over needs no memory: the record stays as small as what waits now.
      try !isOver(alarm, Set(incidents.keys).union(returned), scanned, in: answers)
    }
    let fresh = AlarmStanding(code: facts.code, about: facts.about, since: facts.since, told: [])
    let index = alarms.firstIndex { $0.code == facts.code && $0.about == facts.about }
    var standing = index.map { alarms[$0] } ?? fresh
    if standing.since != facts.since { standing = fresh }
    guard !standing.told.contains(where: { $0.step == facts.step && $0.person == facts.person }) else {
      throw FoldProblem.exists("the alarm \(facts.code) about \(facts.about), step \(facts.step)")
    }
    standing.told.append(AlarmStanding.Told(step: facts.step, person: facts.person, at: entry.at))
    if let index { alarms[index] = standing } else { alarms.append(standing) }
    log.alarms = alarms
  }

  private static func isReference(_ text: String) -> Bool {
    RequestReference(text) != nil || PlanReference(text) != nil || JobReference(text) != nil
      || SystemName(text) != nil
  }

  private static func isOver(
    _ alarm: AlarmStanding, _ open: Set<RequestReference>, _ scanned: [SystemName: ScanStanding],
    in answers: some JournalAnswers
  ) throws -> Bool {
    if let job = JobReference(alarm.about) { return try answers.job(job)?.state.isSettled ?? true }
    if let plan = PlanReference(alarm.about) { return try !(answers.plan(plan)?.waitsForSignatures ?? false) }
    if let request = RequestReference(alarm.about) {
      if open.contains(request) { return false }
      switch try answers.request(request)?.state {
      case .received, .verified, .inErasure, .refused, .withdrawn, .withdrawnPartly, .concluded: return false
      case .closed, .ended, nil: return true
      }
    }
    return (SystemName(alarm.about).flatMap { scanned[$0]?.certain } ?? 0) == 0
  }
}

extension PlanRecord {
  /// Whether somebody must sign before anything happens.
  public var waitsForSignatures: Bool {
    switch state {
    case .proposed: true
    case .approved: approvedAt == nil
    case .draft, .waiting, .executing, .paused, .concluded, .halted, .withdrawn: false
    }
  }
}
