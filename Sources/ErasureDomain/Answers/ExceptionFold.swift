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

  private static func isTyped(_ log: LogRecord) -> Bool {
    (log.opened?.rules ?? LogRules.first) >= LogRules.exceptionsAreTyped
  }

  private static func requireSecondPerson(
    _ entry: EvidenceEntry, _ record: JobRecord, _ answers: some JournalAnswers
  ) throws {
    guard !record.verb.isFollowUp else { return }
    let others = try answers.jobs(of: record.plan).filter { !$0.verb.isFollowUp && $0.job != record.job }
    let excepted = others.filter { if case .settled(.excepted) = $0.state { true } else { false } }
    guard excepted.count == others.count else { return }
    // Of a plan with one job the drafter is the first person.
    let first = others.isEmpty ? [try answers.plan(record.plan)?.drafter] : others.map(\.exceptedBy)
    guard entry.by != nil, first.contains(where: { $0 != entry.by }) else {
      throw FoldProblem.malformed(
        entry.kind, "one person alone would except everything of the request; somebody else must except this job")
    }
  }
}
