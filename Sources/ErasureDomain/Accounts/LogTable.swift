/// The tables of an auditor's folder that have one row for each entry of some kinds.
public enum LogTable: String, CaseIterable, Sendable {
  /// What stays by a decision, and who decided; what was cancelled.
  case exceptions
  /// Who looked for or at a person, and who tried what he may not.
  case lookups
  /// Keys, people, signers, register, systems, clock.
  case history

  /// The file in an auditor's folder.
  public var file: String { "\(rawValue).csv" }

  /// The columns of every table: its own stand between the entry and what is about everything.
  public var columns: [String] {
    switch self {
    case .exceptions:
      [
        "entry", "at", "kind", "by", "request", "job", "system", "dataset", "records", "ground", "citation", "until",
        "review_before",
      ]
    case .lookups: ["entry", "at", "kind", "by", "request", "what", "details"]
    case .history: ["entry", "at", "kind", "by", "what", "old", "new"]
    }
  }

  /// The entry's row, and in which table; nothing for most entries.
  public static func row(_ entry: EvidenceEntry, at index: UInt64) throws(EntryProblem) -> (
    table: LogTable, cells: [String]
  )? {
    let start = ["\(index)", "\(entry.at)", entry.kind.rawValue, entry.by?.text ?? ""]
    if let cells = try exception(entry) { return (.exceptions, start + cells) }
    if let cells = try lookup(entry) { return (.lookups, start + cells) }
    if let cells = try change(entry) { return (.history, start + cells) }
    return nil
  }

  private static func exception(_ entry: EvidenceEntry) throws(EntryProblem) -> [String]? {
    func cells(
      _ request: RequestReference?, _ system: SystemName?, _ terms: ExceptionTerms?, dataset: String = "",
      records: String = ""
    ) -> [String] {
      [
        request?.text ?? "", entry.subject.job?.text ?? "", system?.description ?? "", dataset, records,
        terms?.ground.rawValue ?? "", terms?.citation ?? "", terms?.until.map { "\($0)" } ?? "",
        terms?.reviewBefore.map { "\($0)" } ?? "",
      ]
    }
    switch entry.kind {
    case ExceptionGranted.kind:
      let facts = try entry.facts(as: ExceptionGranted.self)
      return cells(
        entry.subject.request, facts.system, facts.terms, dataset: facts.dataset, records: "\(facts.records)")
    case QuestionAnswered.kind:
      let facts = try entry.facts(as: QuestionAnswered.self)
      return facts.answer == .except ? cells(entry.subject.request, nil, facts.terms) : nil
    case ExceptionReviewed.kind:
      let facts = try entry.facts(as: ExceptionReviewed.self)
      return cells(facts.about, facts.system, facts.terms)
    case HoldSet.kind:
      let facts = try entry.facts(as: HoldSet.self)
      return cells(
        entry.subject.request, facts.system,
        ExceptionTerms(ground: facts.ground, citation: "", reviewBefore: facts.reviewBefore))
    case JobSettled.kind where entry.by != nil:
      guard case .cancelled = try entry.facts(as: JobSettled.self).outcome else { return nil }
      return cells(entry.subject.request, nil, nil)
    case HoldReleased.kind:
      return cells(entry.subject.request, try entry.facts(as: HoldReleased.self).system, nil)
    default: return nil
    }
  }

  private static func lookup(_ entry: EvidenceEntry) throws(EntryProblem) -> [String]? {
    let request = entry.subject.request?.text ?? ""
    switch entry.kind {
    case LookupMade.kind:
      let facts = try entry.facts(as: LookupMade.self)
      return [request, facts.purpose, HistoryWords.words(for: entry)]
    case AccessDenied.kind:
      let facts = try entry.facts(as: AccessDenied.self)
      return [request, facts.what, facts.reason.rawValue]
    case DossierMade.kind:
      let facts = try entry.facts(as: DossierMade.self)
      return [facts.about.text, "dossier", HistoryWords.words(for: entry)]
    case CaseFileOpened.kind:
      let facts = try entry.facts(as: CaseFileOpened.self)
      return [facts.about.text, "case file, step \(facts.step)", facts.reason.rawValue]
    case DoNotContactChecked.kind, DoNotContactExported.kind:
      return [request, "do-not-contact", HistoryWords.words(for: entry)]
    default: return nil
    }
  }

  private static func change(_ entry: EvidenceEntry) throws(EntryProblem) -> [String]? {
    switch entry.kind {
    case LogOpened.kind:
      let facts = try entry.facts(as: LogOpened.self)
      return ["key", facts.continues?.vkey ?? "", facts.vkey]
    case ChangeSigned.kind:
      let facts = try entry.facts(as: ChangeSigned.self)
      return ["\(facts.part.rawValue), signature", "\(facts.old)", "\(facts.new)"]
    case SignerCompromised.kind:
      let facts = try entry.facts(as: SignerCompromised.self)
      return ["signer", facts.keys.joined(separator: " "), "in other hands since \(facts.since)"]
    case SignersChanged.kind:
      let facts = try entry.facts(as: SignersChanged.self)
      return [facts.file, "\(facts.old)", "\(facts.new)"]
    case RegisterChanged.kind:
      let facts = try entry.facts(as: RegisterChanged.self)
      return ["register", "\(facts.old)", "\(facts.new)"]
    case ClockStepped.kind:
      let facts = try entry.facts(as: ClockStepped.self)
      return ["clock" + (facts.practice ? ", practice" : ""), "", "\(facts.seconds) seconds"]
    case SystemReleased.kind:
      let facts = try entry.facts(as: SystemReleased.self)
      return [facts.system.description, "", "\(facts.record)"]
    case RecipientPassed.kind:
      let facts = try entry.facts(as: RecipientPassed.self)
      return [facts.system.description, "", "\(facts.record)"]
    case DaemonStarted.kind: return ["version", "", try entry.facts(as: DaemonStarted.self).version]
    case SystemStopped.kind, StandingApproved.kind, StandingWithdrawn.kind, WorkStopped.kind, WorkResumed.kind,
      JournalRecovered.kind, RestoreAnnounced.kind, RestoreScanned.kind, IncidentOpened.kind, IncidentClosed.kind:
      return [HistoryWords.words(for: entry), "", ""]
    // Kinds of keys that later versions may write are shown with their name alone.
    case let kind where kind.rawValue.hasPrefix("key.") || kind.rawValue == "log.closed": return ["key", "", ""]
    default: return nil
    }
  }
}
