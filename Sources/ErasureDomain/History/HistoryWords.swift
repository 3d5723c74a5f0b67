/// A few words for an entry in a history, the same for officers and auditors.
public enum HistoryWords {
  /// What the entry's facts say beside its kind; nothing where they add nothing.
  public static func words(for entry: EvidenceEntry) -> String {
    do { return try read(entry) } catch { return "(does not read)" }
  }

  private static func read(_ entry: EvidenceEntry) throws -> String {
    switch entry.kind {
    case RequestReceived.kind:
      let facts = try entry.facts(as: RequestReceived.self)
      return "number \(facts.number), received \(facts.receivedOn), last day \(facts.dueDates.statutory)"
    case DeadlineExtended.kind, IdentityAsked.kind, IdentityProved.kind, ReceiptCorrected.kind, DeadlineNear.kind:
      return try ClockHistory.words(for: entry)
    case HoldSet.kind:
      let facts = try entry.facts(as: HoldSet.self)
      return "\(facts.system) on hold (\(facts.ground.rawValue)), reviewed before \(facts.reviewBefore)"
    case MeasureOrdered.kind, MeasureStarted.kind, MeasureApplied.kind, MeasureFailed.kind, MeasureLifted.kind,
      MeasureUndone.kind:
      return try MeasureHistory.words(for: entry)
    case DoNotContactCounted.kind:
      return "\(try entry.facts(as: DoNotContactCounted.self).addresses) addresses on the list"
    case DoNotContactChecked.kind:
      let facts = try entry.facts(as: DoNotContactChecked.self)
      return "\(facts.rows) addresses compared, \(facts.hits) on the list"
    case DoNotContactExported.kind: return "\(try entry.facts(as: DoNotContactExported.self).addresses) addresses"
    case DoNotContactRemoved.kind: return "one address, \(try entry.facts(as: DoNotContactRemoved.self).reason)"
    case DoNotContactEnded.kind: return "the list was switched off, and its key destroyed"
    case HoldReleased.kind: return "\(try entry.facts(as: HoldReleased.self).system): what was kept is due"
    case HoldOverdue.kind: return "\(try entry.facts(as: HoldOverdue.self).system): the day of its review has come"
    case IdentifiersAdded.kind:
      return try entry.facts(as: IdentifiersAdded.self).identifierKinds.map(\.rawValue).joined(separator: ", ")
    case RequestLinked.kind:
      let facts = try entry.facts(as: RequestLinked.self)
      return "\(facts.other) is of the same person (\(facts.seen.rawValue))"
    case RequestConfirmed.kind: return "identity by \(try entry.facts(as: RequestConfirmed.self).method)"
    case RequestRefused.kind: return "ground \(try entry.facts(as: RequestRefused.self).ground)"
    case LookupMade.kind:
      let facts = try entry.facts(as: LookupMade.self)
      return "\(facts.systems) systems searched" + (facts.columns.map { ", \($0) columns" } ?? "")
    case PlanProposed.kind: return "\(try entry.facts(as: PlanProposed.self).jobs) jobs"
    case CategoryDecided.kind:
      let facts = try entry.facts(as: CategoryDecided.self)
      return "\(facts.system), \(facts.category): \(facts.ground.article) "
        + (facts.rejected.map { "rejected (\($0.rawValue))" } ?? "accepted")
    case PlanApproved.kind:
      return try entry.facts(as: PlanApproved.self).enough ? "the plan may run" : "one more must sign"
    case AttemptStarted.kind: return "attempt \(try entry.facts(as: AttemptStarted.self).epoch)"
    case AttemptPrepared.kind:
      let rows = try entry.facts(as: AttemptPrepared.self).effects.reduce(0) {
        $0 + $1.erased + $1.reduced + ($1.anonymised ?? 0) + ($1.restricted ?? 0)
      }
      return "\(rows) rows about to go"
    case AttemptEnded.kind:
      let facts = try entry.facts(as: AttemptEnded.self)
      return [facts.end, facts.code?.rawValue, facts.question?.code.rawValue].compactMap { $0 }.joined(separator: ", ")
    case JobSettled.kind: return words(for: try entry.facts(as: JobSettled.self).outcome)
    case RowsCollected.kind, FilesAdded.kind, CollectionExpired.kind, PackageMade.kind, PackageDelivered.kind,
      PackageWaived.kind:
      return try PackageHistory.words(for: entry)
    case TagsWritten.kind: return "\(try entry.facts(as: TagsWritten.self).count) recognition tags"
    case TaskAttested.kind:
      return try entry.facts(as: TaskAttested.self).found ? "found and destroyed" : "nothing found"
    case SystemScanned.kind:
      let facts = try entry.facts(as: SystemScanned.self)
      return "\(facts.system): \(facts.records) records read, \(facts.certain) erased before for certain"
    case StandingApproved.kind:
      let facts = try entry.facts(as: StandingApproved.self)
      return "\(facts.system): at most \(facts.atMost) rows of who is back, until \(facts.until)"
    case ChangeSigned.kind:
      return "\(try entry.facts(as: ChangeSigned.self).part.rawValue) shall change; two must sign"
    case SignerCompromised.kind:
      return "keys of one person may be somebody else's since \(try entry.facts(as: SignerCompromised.self).since)"
    case PlanDoubted.kind: return "stands still until another officer has confirmed it"
    case PlanConfirmed.kind: return "signed in the place of an approval that was in doubt"
    case SignersChanged.kind:
      let facts = try entry.facts(as: SignersChanged.self)
      return "\(facts.file), " + (facts.people.map { "\($0.count) people concerned" } ?? "in practice mode")
    case RegisterChanged.kind:
      let facts = try entry.facts(as: RegisterChanged.self)
      return facts.systems.map { $0.map(\.description).joined(separator: ", ") } ?? "in practice mode"
    case IncidentOpened.kind:
      return "the authority must hear before \(try entry.facts(as: IncidentOpened.self).reportBefore)"
    case IncidentClosed.kind: return try entry.facts(as: IncidentClosed.self).reported ? "reported" : "no risk found"
    case ReprobeMade.kind:
      let facts = try entry.facts(as: ReprobeMade.self)
      return "\(facts.system), day \(facts.day): \(facts.certain) there again for certain, \(facts.possible) perhaps"
    case ExceptionReviewed.kind:
      let facts = try entry.facts(as: ExceptionReviewed.self)
      return "\(facts.system): " + (facts.terms?.day.map { "still stands, until \($0)" } ?? "does not stand any more")
    case ReprobeSettled.kind:
      let facts = try entry.facts(as: ReprobeSettled.self)
      return "\(facts.system): \(facts.answer.rawValue)"
    case CaseFileKept.kind:
      let facts = try entry.facts(as: CaseFileKept.self)
      return "until \(facts.until), any two of \(facts.people) people open it"
    case CaseFileOpened.kind:
      let facts = try entry.facts(as: CaseFileOpened.self)
      return "\(facts.about), \(facts.step == 1 ? "first half" : "read"), \(facts.reason)"
    case CaseFileDestroyed.kind: return "of \(try entry.facts(as: CaseFileDestroyed.self).about), at its end"
    case ArtifactsDestroyed.kind:
      let facts = try entry.facts(as: ArtifactsDestroyed.self)
      return "\(facts.digests.count) of \(facts.about), at their end"
    case DossierMade.kind:
      return try entry.facts(as: DossierMade.self).person ? "with the person in it" : "names nobody"
    case AlarmSent.kind:
      let facts = try entry.facts(as: AlarmSent.self)
      return "\(facts.code) about \(facts.about), step \(facts.step), \(facts.proof)"
    case WorkStopped.kind: return "everything stands still"
    case WorkResumed.kind: return "work goes on"
    case StandingWithdrawn.kind: return "\(try entry.facts(as: StandingWithdrawn.self).system): counts no more"
    case LogClosed.kind: return "for ever: \(try entry.facts(as: LogClosed.self).reason)"
    case KeyRotated.kind: return "a new key signs too, from \(try entry.facts(as: KeyRotated.self).fromSize) entries on"
    case KeyDestroyed.kind: return "the old key is gone"
    case AnchorRefused.kind:
      let facts = try entry.facts(as: AnchorRefused.self)
      return "\(facts.anchor) answered wrongly: \(facts.code)"
    case JournalRecovered.kind: return "\(try entry.facts(as: JournalRecovered.self).entries) entries were read back"
    case RestoreAnnounced.kind:
      let facts = try entry.facts(as: RestoreAnnounced.self)
      return "\(facts.system) was restored as of \(facts.asOf)"
    case RestoreScanned.kind:
      let facts = try entry.facts(as: RestoreScanned.self)
      return "\(facts.system): \(facts.records) records read, \(facts.certain) erased before for certain"
    case RecipientPassed.kind:
      let facts = try entry.facts(as: RecipientPassed.self)
      return "\(facts.system) has passed the test of \(facts.contract)"
    case SystemReleased.kind: return "\(try entry.facts(as: SystemReleased.self).system) may be changed"
    case SystemStopped.kind: return "nothing more is changed in \(try entry.facts(as: SystemStopped.self).system)"
    case RequestConcluded.kind: return "entries \(try entry.facts(as: RequestConcluded.self).entries)"
    case LetterSent.kind:
      let facts = try entry.facts(as: LetterSent.self)
      return "\(facts.letter.rawValue), \(facts.language), by \(facts.channel.rawValue), \(facts.proof)"
    case SubjectInformed.kind: return "by \(try entry.facts(as: SubjectInformed.self).channel)"
    case FindingOpened.kind: return "\(try entry.facts(as: FindingOpened.self).remaining) rows seen again"
    default: return try decision(entry)
    }
  }

  /// What officers decided, and what companies said.
  private static func decision(_ entry: EvidenceEntry) throws -> String {
    switch entry.kind {
    case ExceptionGranted.kind:
      let facts = try entry.facts(as: ExceptionGranted.self)
      return "\(facts.records) of \(facts.system) (\(facts.dataset))" + words(for: facts.terms)
    case QuestionAnswered.kind:
      let facts = try entry.facts(as: QuestionAnswered.self)
      return "\(facts.answer.rawValue) to \(facts.code.rawValue)" + (facts.until.map { ", until \($0)" } ?? "")
        + words(for: facts.terms)
    case QuestionAsked.kind: return "\(try entry.facts(as: QuestionAsked.self).open) open"
    case IdentifierAccepted.kind:
      let facts = try entry.facts(as: IdentifierAccepted.self)
      return "\(facts.identifierKind.rawValue), found in \(facts.system)"
    case IdentifierDeclined.kind:
      let facts = try entry.facts(as: IdentifierDeclined.self)
      return "\(facts.identifierKind.rawValue), found in \(facts.system)"
    case FindingSettled.kind:
      let facts = try entry.facts(as: FindingSettled.self)
      return "\(facts.system): \(facts.answer.rawValue)"
    case PlanHalted.kind: return "\(try entry.facts(as: PlanHalted.self).reason)"
    case CallbackReceived.kind: return try entry.facts(as: CallbackReceived.self).status.rawValue
    case CancelSent.kind: return try entry.facts(as: CancelSent.self).answer.rawValue
    case CopyExpired.kind:
      let facts = try entry.facts(as: CopyExpired.self)
      return "\(facts.sets) of \(facts.system)"
    case AccessDenied.kind:
      let facts = try entry.facts(as: AccessDenied.self)
      return "\(facts.what), \(facts.reason)"
    default: return ""
    }
  }

  private static func words(for terms: ExceptionTerms?) -> String {
    guard let terms else { return "" }
    let day = terms.until.map { ", until \($0)" } ?? terms.reviewBefore.map { ", reviewed before \($0)" } ?? ""
    return ", \(terms.ground.rawValue), \(terms.citation)\(day)"
  }

  /// What became of a job.
  public static func words(for outcome: JobOutcome) -> String {
    switch outcome {
    case .erased(let receipt):
      let kept = receipt.effects.flatMap(\.kept).reduce(0) { $0 + $1.count }
      return "erased \(receipt.erased) rows" + (kept > 0 ? ", \(kept) kept" : "")
    case .anonymised(let receipt):
      return "anonymised \(receipt.anonymised) rows, not deleted"
        + (receipt.erased > 0 ? "; erased \(receipt.erased)" : "")
    case .restricted(let receipt):
      return "took \(receipt.restricted) rows out of use, not deleted"
        + (receipt.erased > 0 ? "; erased \(receipt.erased)" : "")
    case .nothingFound: return "nothing found"
    case .expiryTagged(let until, _, let seen):
      return (seen == .setting ? "ends by itself" : "tagged") + ", last day \(until)"
    case .unconfirmed: return "never confirmed"
    case .notified: return "told"
    case .exported(let waived): return waived ? "nothing taken along, by a decision" : "the person has it"
    case .excepted, .cancelled: return outcome.word
    }
  }
}
