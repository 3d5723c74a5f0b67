/// The fold of case files: kept once, opened by two people together, destroyed once at the end.
enum CaseFileFold {
  static func keep(_ entry: EvidenceEntry, into record: inout RequestRecord) throws {
    guard record.caseFile == nil, record.informed != nil, record.state.keepsVault else {
      throw FoldProblem.malformed(entry.kind, "stands once, before request.closed of a person who was informed")
    }
    let facts = try entry.facts(as: CaseFileKept.self)
    guard facts.people >= 2 else {
      throw FoldProblem.malformed(entry.kind, "two people open it, and it is for \(facts.people)")
    }
    record.caseFile = facts
  }

  /// Entries of the log's own stream: the request may have ended.
  static func apply(_ entry: EvidenceEntry, in answers: inout some JournalAnswers) throws {
    switch entry.kind {
    case CaseFileOpened.kind:
      let facts = try entry.facts(as: CaseFileOpened.self)
      var record = try kept(facts.about, entry, answers).record
      guard let person = entry.by else { throw FoldProblem.malformed(entry.kind, "names nobody") }
      let begun = record.caseFileBegun ?? []
      switch facts.step {
      case 1:
        guard !begun.contains(person) else { return }
        record.caseFileBegun = begun + [person]
        try answers.put(record)
      case 2:
        guard begun.contains(where: { $0 != person }) else {
          throw FoldProblem.malformed(entry.kind, "nobody else has opened the first half")
        }
      default: throw FoldProblem.malformed(entry.kind, "there are two steps")
      }
    case CaseFileDestroyed.kind:
      let facts = try entry.facts(as: CaseFileDestroyed.self)
      let (found, file) = try kept(facts.about, entry, answers)
      guard facts.digest == file.digest else {
        throw FoldProblem.malformed(entry.kind, "it is not the case file that was kept")
      }
      guard entry.at.utcDay >= file.until else {
        throw FoldProblem.malformed(entry.kind, "it is kept until \(file.until)")
      }
      var record = found
      record.caseFileDestroyed = true
      try answers.put(record)
    default: break
    }
  }

  private static func kept(
    _ request: RequestReference, _ entry: EvidenceEntry, _ answers: some JournalAnswers
  ) throws -> (record: RequestRecord, file: CaseFileKept) {
    guard let record = try answers.request(request), let file = record.caseFile, record.caseFileDestroyed != true else {
      throw FoldProblem.malformed(entry.kind, "no case file of \(request) is kept")
    }
    return (record, file)
  }
}
