public import ErasureDomain

/// What a template of a letter to the person can ask for: `{name}`.
public enum LetterPlaceholder: String, Hashable, Sendable, CaseIterable {
  /// The organisation's name.
  case organisation
  /// The request's reference.
  case request
  /// The day on the letter.
  case today
  /// The day of receipt.
  case received
  /// The last day of the answer by law.
  case lastDay = "last-day"
  /// Why it is that day.
  case lastDayReason = "last-day-reason"
  /// The last day after an extension.
  case newLastDay = "new-last-day"
  /// Why: an officer's words.
  case reason
  /// What the person is asked to do: an officer's words.
  case step
  /// Where to complain.
  case complaint
  /// The judicial remedy.
  case remedy
  /// When the last of our systems was done.
  case doneOn = "done-on"
  /// When the last backup was seen gone.
  case goneOn = "gone-on"
  /// What was done, system by system.
  case systems
  /// Where nothing was found.
  case notFound = "not-found"
  /// What stays, until when, under which statute.
  case kept
  /// Backups with their last days.
  case backups
  /// Companies that were asked or instructed, with what came of it.
  case recipients
  /// What was not done, by a decision.
  case exceptions
  /// Copies that the person asked for.
  case packages
  /// The person's code.
  case code

  /// Whether it stands for a list, on a line of its own; a section may have its name.
  public var isBlock: Bool {
    switch self {
    case .systems, .notFound, .kept, .backups, .recipients, .exceptions, .packages, .code: true
    case .organisation, .request, .today, .received, .lastDay, .lastDayReason, .newLastDay, .reason, .step, .complaint,
      .remedy, .doneOn, .goneOn:
      false
    }
  }

  /// Those without which a letter of the kind would not say what it must.
  public static func mandatory(in kind: SubjectLetterKind) -> [LetterPlaceholder] {
    switch kind {
    case .acknowledgement: [.request, .received, .lastDay, .lastDayReason]
    case .identity: [.request, .reason, .step]
    case .extension: [.request, .reason, .newLastDay]
    case .refusal: [.request, .reason, .complaint, .remedy]
    case .completion: [.request, .systems, .notFound, .kept, .backups, .recipients, .exceptions, .code]
    case .lastCopyGone: [.request, .doneOn, .goneOn]
    case .withdrawn: [.request, .systems, .kept, .backups, .recipients, .exceptions]
    }
  }

  /// All that a letter of the kind may have: what is not known, or is none of its business, is not.
  public static func allowed(in kind: SubjectLetterKind) -> Set<LetterPlaceholder> {
    Set(mandatory(in: kind)).union([.organisation, .request, .today, .received]).union(
      kind == .withdrawn ? [.notFound, .packages, .code] : kind == .completion ? [.packages] : [])
  }
}
