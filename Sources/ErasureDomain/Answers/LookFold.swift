/// The guards of a conclusion: after last looks that were just made, and with no question open.
enum LookFold {
  /// How long a look may be over when the log hears of it, in seconds.
  private static let longest: Int64 = 3_600

  /// Of the looks of a conclusion the first was recorded with the plan's, up to weeks before.
  static func require(
    _ looks: [LastLook], _ record: RequestRecord, _ entry: EvidenceEntry, in answers: some JournalAnswers
  ) throws {
    guard try applies(answers) else { return }
    try requireNothingOpen(record, entry)
    for (before, look) in zip(looks, looks.dropFirst()) {
      guard before.at <= look.at else { throw FoldProblem.malformed(entry.kind, "its looks are not in their order") }
      try requireJustMade(look, entry)
    }
  }

  /// The first look, with which a plan is concluded.
  static func require(
    _ look: LastLook, _ record: RequestRecord, _ entry: EvidenceEntry, in answers: some JournalAnswers
  ) throws {
    guard try applies(answers) else { return }
    try requireNothingOpen(record, entry)
    try requireJustMade(look, entry)
  }

  /// A plan is approved when everything that was found on the way was decided.
  static func requireDecided(_ record: RequestRecord?, _ kind: EntryKind, in answers: some JournalAnswers) throws {
    guard try applies(answers), let open = record?.undecided, open > 0 else { return }
    throw FoldProblem.malformed(kind, "stands while identifiers that were found on the way wait for a decision")
  }

  private static func applies(_ answers: some JournalAnswers) throws -> Bool {
    try answers.log().keeps(LogRules.conclusionsAreSeen)
  }

  private static func requireNothingOpen(_ record: RequestRecord, _ entry: EvidenceEntry) throws {
    guard record.findings.isEmpty else {
      throw FoldProblem.malformed(entry.kind, "stands while something that was seen again waits for a decision")
    }
  }

  private static func requireJustMade(_ look: LastLook, _ entry: EvidenceEntry) throws {
    guard look.at <= entry.at, entry.at.seconds(since: look.at) <= longest else {
      throw FoldProblem.malformed(entry.kind, "its look was not made in the hour before it")
    }
  }
}

extension ErasurePlan {
  /// The systems that a last look must go into: all that were searched, those with nothing in them too, but none that an
  /// officer took out. Of a plan that only gives a copy nothing should be gone.
  public func lookedInto(outcome: (JobReference) -> JobOutcome?) -> [SystemName] {
    guard !onlyExports else { return [] }
    return coverage.filter { line in
      guard line.role.isSearched, line.notApplicable != .otherCapacity, line.notApplicable != .notRestored else {
        return false
      }
      guard let job = jobs.first(where: { $0.system == line.system && $0.verb == .erase }) else { return true }
      guard let outcome = outcome(job.job) else { return true }
      return outcome.receipt != nil
    }.map(\.system)
  }
}
