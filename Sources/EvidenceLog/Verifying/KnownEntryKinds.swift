import ErasureDomain

/// The kinds of entries that this version knows, and which of their digests name artifacts.
enum KnownEntryKinds {
  static let types: [any EntryFacts.Type] = [
    LogOpened.self, LogClosed.self, KeyRotated.self, KeyDestroyed.self, AnchorRefused.self, DaemonStarted.self,
    DaemonStopped.self, ClockStepped.self, JournalRecovered.self, WorkStopped.self,
    WorkResumed.self,
    ChangeSigned.self, SignerCompromised.self, SignersChanged.self,
    RegisterChanged.self, AccessDenied.self, TagsExpired.self, SystemReleased.self, SystemStopped.self,
    RecipientPassed.self, RestoreAnnounced.self, RestoreScanned.self,
    SystemScanned.self, IncidentOpened.self, IncidentClosed.self, StandingApproved.self, StandingWithdrawn.self,
    AlarmSent.self, DoNotContactCounted.self, DoNotContactChecked.self, DoNotContactExported.self,
    DoNotContactRemoved.self, DoNotContactEnded.self, ExceptionReviewed.self, ReprobeMade.self, ReprobeSettled.self,
    DossierMade.self, CaseFileKept.self, CaseFileOpened.self, CaseFileDestroyed.self,
    ArtifactsDestroyed.self,
    RequestReceived.self, RequestConfirmed.self, RequestRefused.self, RequestWithdrawn.self, LookupMade.self,
    DeadlineExtended.self, IdentityAsked.self, IdentityProved.self, ReceiptCorrected.self, DeadlineNear.self,
    IdentifiersAdded.self, RequestLinked.self, HoldSet.self, HoldReleased.self, HoldOverdue.self,
    MeasureOrdered.self, MeasureStarted.self, MeasureApplied.self, MeasureFailed.self, MeasureLifted.self,
    MeasureUndone.self,
    NoticeReceived.self, NoticeWithdrawn.self, NoticeAnswered.self,
    QuestionAsked.self, IdentifierAccepted.self, IdentifierDeclined.self, RequestConcluded.self, SubjectInformed.self,
    LetterSent.self, RequestClosed.self, VaultDestroyed.self, RequestEnded.self, FindingOpened.self,
    FindingSettled.self,
    PlanProposed.self, PlanApproved.self, PlanDoubted.self, PlanConfirmed.self, ExceptionGranted.self,
    CategoryDecided.self, PlanWithdrawn.self,
    PlanPaused.self,
    PlanResumed.self, PlanHalted.self, PlanConcluded.self,
    AttemptStarted.self, AttemptPrepared.self, AttemptEnded.self, AttemptReportedLate.self, ReceiptKept.self,
    CallbackReceived.self, CancelSent.self, JobSettled.self,
    RowsCollected.self, FilesAdded.self, CollectionExpired.self,
    PackageMade.self, PackageDelivered.self, PackageWaived.self,
    JobReopened.self, QuestionAnswered.self, TaskAttested.self, TagsWritten.self, CopyExpired.self,
  ]

  /// The types by the words of their kinds.
  static let byKind = EntryTypes(types)

  /// Whether the kind is known; throws when the facts of a known one do not read.
  static func check(_ entry: EvidenceEntry) throws(EntryProblem) -> Bool {
    if entry.isKnown { return true }
    guard let type = byKind[entry.kind] else { return false }
    try read(type, entry)
    return true
  }

  /// The facts that the kind's type knows; nothing where nobody knows the kind, or they do not read.
  static func facts(of entry: EvidenceEntry) -> [String: CanonicalJSON]? {
    guard let type = byKind[entry.kind] else { return nil }
    return known(type, entry)
  }

  private static func known<Facts: EntryFacts>(_ type: Facts.Type, _ entry: EvidenceEntry) -> [String: CanonicalJSON]? {
    do { return try EntryDraft(entry.facts(as: type), about: .log).facts } catch { return nil }
  }

  private static func read<Facts: EntryFacts>(_ type: Facts.Type, _ entry: EvidenceEntry) throws(EntryProblem) {
    _ = try entry.facts(as: type)
  }

  /// How an entry's digests are to be taken.
  enum DigestUse {
    /// Each is an artifact that must be there.
    case artifacts
    /// Digests of configuration: the files may be there.
    case configuration
    /// A digest of something that is no file of the evidence: a part of the configuration, an encrypted case file.
    case partOfConfiguration
    /// The artifacts were destroyed.
    case destruction
    /// Nobody knows; a file of that name is no surprise.
    case unknown
  }

  static func use(of kind: EntryKind) -> DigestUse {
    switch kind {
    case LogOpened.kind, SignersChanged.kind, RegisterChanged.kind: .configuration
    case SystemReleased.kind, RecipientPassed.kind, QuestionAnswered.kind, CaseFileKept.kind, CaseFileDestroyed.kind:
      .partOfConfiguration
    case ArtifactsDestroyed.kind: .destruction
    default: byKind[kind] == nil ? .unknown : .artifacts
    }
  }

  /// Every digest in the facts, in no particular order; of what is signed beforehand, or for a change, those of its
  /// signature: a system's record is no file of its own, and a configuration need not be here.
  static func digests(in entry: EvidenceEntry) -> [ContentDigest] {
    entry.kind == StandingApproved.kind || entry.kind == ChangeSigned.kind
      ? entry.digests(in: "approval") : entry.digests()
  }
}
