public import ErasureDomain

/// Why a letter to the person cannot be made: a fact is missing, or its time has not come.
public enum LetterProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// The request is in a state in which this letter would say something untrue.
  case notNow(SubjectLetterKind, state: String)
  /// Work that the letter would report on is not settled, in these systems.
  case unsettled([SystemName])
  /// Somebody must say why, in words for the person.
  case noReason(SubjectLetterKind)
  /// The term is as it was: no new last day can be named.
  case notExtended
  /// Somebody must say what the person is asked to do.
  case noStep
  /// The first deadline is over: what had to be said by then can no longer be said in time.
  case tooLate(SubjectLetterKind, since: CivilDate)
  /// Rows stay under a rule for which the plan names no statute.
  case noStatute(SystemName, rule: String)
  /// The person's code was lost with the vault.
  case noCode
  /// No backup held the person, so there is no last copy to speak of.
  case noBackup
  /// These backups were not seen gone yet.
  case backupsLeft([SystemName])
  /// These copies are over, and nobody of us has seen it.
  case endedUnseen([SystemName])

  public var description: String {
    switch self {
    case .notNow(let kind, let state):
      "a letter of kind \(kind.rawValue) does not fit a request that is \(state); \(Self.when(kind))"
    case .unsettled(let systems):
      "the letter would report on work that is not settled (\(Self.list(systems))); wait, or answer its questions"
    case .noReason(let kind):
      "a letter of kind \(kind.rawValue) needs its reason in words for the person; give it with --reason-from FILE"
    case .notExtended: "the term was not extended; do that first: expunge request extend"
    case .noStep: "the letter needs what the person is asked to do; give it with --step-from FILE"
    case .tooLate(let kind, let day):
      "a letter of kind \(kind.rawValue) had to be sent by \(day), the first last day; that is over"
    case .noStatute(let system, let rule):
      "rows of \(system) stay under the rule \(rule), for which the plan names no statute; the letter must name one"
    case .noCode: "the person's code was lost with the vault; tell the person by another letter and close by --channel"
    case .noBackup: "no backup held the person: the letter of completion has said everything"
    case .endedUnseen(let systems):
      "copies ended as laid down and we have not looked (\(Self.list(systems))): the letter of completion has named their "
        + "last day, and no second text may say that we saw it"
    case .backupsLeft(let systems):
      "backups were not seen gone yet (\(Self.list(systems))); the letter can be made when they were"
    }
  }

  private static func list(_ systems: [SystemName]) -> String { systems.map(\.description).joined(separator: ", ") }

  private static func when(_ kind: SubjectLetterKind) -> String {
    switch kind {
    case .acknowledgement, .extension: "it is sent while the request runs"
    case .identity: "it is sent before the identity is confirmed"
    case .refusal: "refuse the request first: expunge request refuse"
    case .completion: "wait until it is concluded"
    case .lastCopyGone: "it is made after closing"
    case .withdrawn: "it is sent when the person has withdrawn"
    }
  }
}
