/// Something that stays by an officer's decision, until somebody looks at it again.
public struct StandingException: Hashable, Sendable, Codable {
  /// Days before its review on which an officer is asked.
  public static let leadDays = 14

  public var request: RequestReference
  public var system: SystemName
  public var terms: ExceptionTerms

  /// From this day on an officer is asked: before a review, after an end.
  public var asksFrom: CivilDate? {
    terms.until.map { $0.adding(days: 1) } ?? terms.reviewBefore.map { $0.adding(days: -Self.leadDays) }
  }
}

/// The fold of exceptions that stand: each is asked about once its day comes, also years after the request was closed.
enum StandingExceptionFold {
  /// Remembers terms that were said; the same once.
  static func remember(
    _ terms: ExceptionTerms?, of request: RequestReference, in system: SystemName,
    _ answers: inout some JournalAnswers
  ) throws {
    guard let terms else { return }
    var log = try answers.log()
    let standing = StandingException(request: request, system: system, terms: terms)
    guard log.exceptions?.contains(standing) != true else { return }
    log.exceptions = (log.exceptions ?? []) + [standing]
    try answers.put(log)
  }

  static func review(_ entry: EvidenceEntry, in log: inout LogRecord) throws {
    let facts = try entry.facts(as: ExceptionReviewed.self)
    guard entry.by != nil else { throw FoldProblem.malformed(entry.kind, "names nobody") }
    var standing = log.exceptions ?? []
    let reviewed = standing.filter {
      $0.request == facts.about && $0.system == facts.system && $0.terms.day == facts.day
    }
    guard !reviewed.isEmpty else {
      throw FoldProblem.unknown("an exception of \(facts.about) in \(facts.system) until \(facts.day)")
    }
    standing.removeAll { reviewed.contains($0) }
    if let terms = facts.terms {
      try ExceptionFold.require(terms, of: entry, in: log)
      let renewed = StandingException(request: facts.about, system: facts.system, terms: terms)
      if !standing.contains(renewed) { standing.append(renewed) }
    }
    log.exceptions = standing.isEmpty ? nil : standing
  }
}
