/// The guards of exceptions that an auditor relies on (requirements C2): a typed ground with statute and date, and a second
/// person where everything stays.
enum ExceptionFold {
  /// The terms of an entry that lets something stay.
  static func require(_ terms: ExceptionTerms?, of entry: EvidenceEntry, in log: LogRecord) throws {
    guard let terms else {
      guard !isTyped(log) else { throw FoldProblem.malformed(entry.kind, "names no ground, statute and date") }
      return
    }
    // A local day is the entry's own, seen from some time zone.
    guard let problem = terms.problem(on: entry.at.utcDay.adding(days: -1)) else { return }
    throw FoldProblem.malformed(entry.kind, problem)
  }

  /// A job ends as excepted: on the terms that were said, and not as the last of all by one person alone.
  static func settle(
    on ground: String, _ entry: EvidenceEntry, _ record: inout JobRecord, in answers: some JournalAnswers
  ) throws {
    let isTyped = isTyped(try answers.log())
    if let terms = record.exception {
      guard terms.ground.rawValue == ground else {
        throw FoldProblem.malformed(entry.kind, "excepts on another ground than the one that was said")
      }
    } else if isTyped {
      throw FoldProblem.malformed(entry.kind, "excepts on no ground that was said before")
    }
    if isTyped { try requireSecondPerson(entry, record, answers) }
    record.exceptedBy = entry.by
  }

  /// A job is cancelled: by somebody, where its plan goes on, and not as the last of all by one person alone.
  static func cancel(_ entry: EvidenceEntry, _ record: inout JobRecord, in answers: some JournalAnswers) throws {
    guard countsCancelled(try answers.log()) else { return }
    record.exceptedBy = entry.by
    guard try goesOn(record, answers) else { return }
    guard entry.by != nil else {
      throw FoldProblem.malformed(entry.kind, "is cancelled by nobody, and its plan goes on")
    }
    try requireSecondPerson(entry, record, answers)
  }

  private static func goesOn(_ record: JobRecord, _ answers: some JournalAnswers) throws -> Bool {
    switch try answers.plan(record.plan)?.state {
    case .halted, .withdrawn: return false
    default: break
    }
    switch try answers.request(record.request)?.state {
    case .withdrawn, .withdrawnPartly: return false
    default: return true
    }
  }

  private static func countsCancelled(_ log: LogRecord) -> Bool {
    log.keeps(LogRules.conclusionsAreSeen)
  }

  private static func isTyped(_ log: LogRecord) -> Bool {
    log.keeps(LogRules.exceptionsAreTyped)
  }

  private static func requireSecondPerson(
    _ entry: EvidenceEntry, _ record: JobRecord, _ answers: some JournalAnswers
  ) throws {
    guard !record.verb.isFollowUp else { return }
    let countsCancelled = countsCancelled(try answers.log())
    let others = try answers.jobs(of: record.plan).filter { other in
      // A copy that was given and a backup that ages say nothing about what goes.
      if countsCancelled, other.verb == .export || other.verb == .tagExpiry { return false }
      return !other.verb.isFollowUp && other.job != record.job
    }
    let excepted = others.filter {
      switch $0.state {
      case .settled(.excepted): true
      case .settled(.cancelled): countsCancelled
      default: false
      }
    }
    guard excepted.count == others.count else { return }
    // Of a plan with one job the drafter is the first person.
    let first = others.isEmpty ? [try answers.plan(record.plan)?.drafter] : others.map(\.exceptedBy)
    guard entry.by != nil, first.contains(where: { $0 != entry.by }) else {
      throw FoldProblem.malformed(
        entry.kind,
        "one person alone would except or cancel everything of the request; somebody else must decide on this job")
    }
  }
}
