/// Where a request stands: a fold of its entries.
public struct RequestRecord: Hashable, Sendable, Codable {
  public var request: RequestReference
  public var number: Int
  /// Entries in the request's own stream; what a writer expects.
  public var revision: Int
  public var state: ErasureRequest.State
  public var received: RequestReceived
  public var ground: ErasureGround?
  /// Who accepted the request on that ground.
  public var confirmedBy: PersonReference?
  /// What officers decided about single categories; nil before the first.
  public var decisions: [CategoryDecision]?
  /// Restriction and objection to marketing; nil where neither was ever ordered.
  public var measures: [MeasureRecord]?
  /// The newest plan.
  public var plan: PlanReference?
  /// Every plan proposed for it; follow-ups of an older one go on beside a newer one.
  public var plans: [PlanReference]
  /// Systems in which the last look saw something again, waiting for an officer.
  public var findings: [FindingOpened]
  /// Rows an officer has called lawful after a last look, by system: a new customer, another person.
  public var lawful: [SystemName: Int]
  /// Identifiers found on the way that wait for a decision.
  public var undecided: Int
  public var firstLook: LastLook?
  /// When it was concluded, refused or withdrawn: since then only the person is to be informed.
  public var concludedAt: UTCTime?
  public var informed: SubjectInformed?
  /// Letters to the person that were handed over; nil before the first.
  public var letters: [LetterSent]?
  public var vaultDestroyed: Bool
  /// Set where another company's notice made it; then what that company was answered, and whether it took it back.
  public var notice: NoticeReceived?
  public var noticeAnswered: NoticeAnswered?
  public var noticeWithdrawn: Bool?
  /// What moved the dates of `received`; nil while nothing did.
  public var extended: DeadlineExtended?
  /// Each step of the ladder that was asked for, in order, and the proof.
  public var identityAsked: [IdentityAsked]?
  public var identityProved: IdentityProved?
  /// When the person was first told anything: the reply clock is closed, the erasure clock is not.
  public var repliedOn: CivilDate?
  /// Kinds of identifiers that came later than the request, and other requests of the same person.
  public var addedKinds: [IdentifierKind]?
  public var linked: [RequestReference]?
  /// Alarms that were raised.
  public var alarms: [DeadlineNear]?
  /// Holds on systems, and who decided about them; nil where there never was one.
  public var holds: RequestHolds?
  /// What is kept beyond closing; nil where nothing is.
  public var caseFile: CaseFileKept?
  /// Who took off its outer layer; nil before the first.
  public var caseFileBegun: [PersonReference]?
  public var caseFileDestroyed: Bool?
  /// When the last thing about it was done.
  public var endedAt: UTCTime?
  /// What was signed about it, and its reports, are gone on purpose.
  public var artifactsDestroyed: Bool?
  /// Entries of the log that are about this request, and how many of them came before its conclusion.
  public var entries: Int
  public var entriesBeforeConclusion: Int

  /// Whether erasure is among the rights that were invoked.
  public var asksForErasure: Bool { received.asksForErasure }
  /// Every kind of identifier that was given, with the request or later.
  public var givenKinds: Set<IdentifierKind> { Set(received.identifierKinds + (addedKinds ?? [])) }
}

/// Where a plan stands: a fold of its entries.
public struct PlanRecord: Hashable, Sendable, Codable {
  public var plan: PlanReference
  public var request: RequestReference
  public var revision: Int
  public var state: ErasurePlan.State
  public var drafter: PersonReference
  public var proposal: PlanProposed
  public var proposedAt: UTCTime
  public var approvals: [Approval]
  /// When each of them was given; nil before the first.
  public var approvalTimes: [UTCTime]?
  /// Whose approvals are in doubt: nothing is claimed. Nil where none is.
  public var doubted: [PersonReference]?
  /// When enough people had signed.
  public var approvedAt: UTCTime?
  /// What became of what the person takes along; nil before anything was made or decided.
  public var package: PackageStanding?
}

/// Where a job stands: a fold of its entries.
public struct JobRecord: Hashable, Sendable, Codable {
  public var job: JobReference
  public var plan: PlanReference
  public var request: RequestReference
  public var system: SystemName
  public var verb: JobVerb
  public var revision: Int
  public var state: ErasureJob.State
  /// Attempts started so far.
  public var epoch: Int
  /// Attempts that cost one of the budget.
  public var spent: Int
  public var deadline: UTCTime
  public var createdAt: UTCTime
  public var dependsOn: [Dependency]
  /// Set while only `handedOver` edges hold it back: then they end by themselves.
  public var unblocksAt: UTCTime?
  /// Ready, but not before this time (a plan's waiting period).
  public var notBefore: UTCTime?
  /// The plan is paused, halted or withdrawn: nothing is claimed.
  public var held: Bool
  /// A hold keeps what its system has: nothing is claimed until that is released. Nil where there is none.
  public var onHold: Bool?
  /// The running attempt has ended as done: its outcome, and nothing else, comes next.
  public var isDone: Bool
  /// The last attempt ended without an answer: look before anything is repeated.
  public var verifyFirst: Bool
  /// SHA-256 of the system's canonical record that the plan was approved with.
  public var record: ContentDigest?
  /// Rows earlier attempts have taken for certain, although a look afterwards still saw some.
  public var taken: [EffectCount]
  /// For follow-ups the plan dates: from when, once what they follow is settled.
  public var followUp: FollowUp?
  /// The effect an earlier attempt prepared; its counts stand when the look finds nothing.
  public var prepared: AttemptPrepared?
  /// The company has accepted the notice: later attempts ask, they do not send again.
  public var handedOverAt: UTCTime?
  public var attestations: [Attested]
  /// Calls of the company that were taken, and its final word in them. Nil before the first.
  public var callbacks: Int?
  public var companySaid: RecipientWord?
  /// What the company said when the notice was taken back.
  public var cancel: CancelSent.Answer?
  /// The company's signed receipt, where it gave one.
  public var receipt: ReceiptKept?
  public var lastCode: FailureCode?
  public var settledAt: UTCTime?
  /// On which terms an officer lets stay what it should erase, and who did.
  public var exception: ExceptionTerms?
  public var exceptedBy: PersonReference?
  /// Of an export: what was read, and what a person added, as long as the vault holds it.
  public var collected: RowsCollected?
  public var added: FilesAdded?

  /// One person's attestation of a manual task.
  public struct Attested: Hashable, Sendable, Codable {
    public var by: PersonReference
    public var keyFingerprint: String
    public var found: Bool
  }

  /// From when the job may be claimed; nothing while it waits for something else than time.
  public var claimableFrom: UTCTime? {
    guard !held, onHold != true else { return nil }
    switch state {
    case .ready: return notBefore ?? UTCTime(secondsSince1970: 0)
    case .waitingToRetry(let until): return until
    case .awaitingRecipient(let checkAt): return checkAt
    case .followUp(_, let from): return from
    case .blocked: return unblocksAt
    case .running, .awaitingOfficer, .failed, .settled: return nil
    }
  }

  /// When a company that stays silent is somebody's worry: four fifths of the time it has are over.
  public var silentAt: UTCTime? { handedOverAt.map { Self.silentAt(toldAt: $0, deadline: deadline) } }

  /// Whether a company was told that has been silent for so long.
  public func isSilent(at now: UTCTime) -> Bool {
    guard case .awaitingRecipient = state, verb.tellsCompany, let silentAt else { return false }
    return silentAt <= now
  }

  /// The same for a company that was told at a time and has until a deadline.
  public static func silentAt(toldAt time: UTCTime, deadline: UTCTime) -> UTCTime {
    time.adding(seconds: max(0, deadline.seconds(since: time)) / 5 * 4)
  }

  /// Whether a company was told, or may have been, and the job was stopped since: it is to hear that.
  public var wantsCancel: Bool {
    guard verb.tellsCompany, cancel == nil, handedOverAt != nil || prepared != nil else { return false }
    guard case .settled(let outcome) = state else { return false }
    switch outcome {
    case .cancelled: return true
    case .unconfirmed: return held
    case .erased, .nothingFound, .anonymised, .restricted, .notified, .expiryTagged, .exported, .excepted: return false
    }
  }

  /// Whether a person must act before it goes on.
  public var waitsForPerson: Bool {
    switch state {
    case .awaitingOfficer, .failed: !held
    case .blocked, .ready, .running, .waitingToRetry, .awaitingRecipient, .followUp, .settled: false
    }
  }
}

/// What the log says about itself and the daemon: a fold of the entries without request.
/// A breach of personal data by an erasure, until it is dealt with.
public struct Incident: Hashable, Sendable, Codable {
  public var kind: FailureCode
  public var at: UTCTime
  /// When the authority must have heard of it at the latest.
  public var reportBefore: UTCTime
}

/// The size of the list of who must not be contacted.
public struct CountedList: Hashable, Sendable, Codable {
  public var addresses: Int
  public var at: UTCTime
}

/// Everything stands still.
public struct WorkStop: Hashable, Sendable, Codable {
  /// Nil for an operator, who is nobody of the organisation's people.
  public var by: PersonReference?
  public var at: UTCTime
}

public struct LogRecord: Hashable, Sendable, Codable {
  public var opened: LogOpened?
  public var revision = 0
  /// How far practice mode has moved the calendar.
  public var clockOffset: Int64 = 0
  /// The digests in force, by what they are of: `people`, `signers`, `register`.
  public var digests: [String: ContentDigest] = [:]
  /// Changes of what is in force that somebody has signed, not yet enough people; nil where there is none.
  public var pending: [ConfigurationPart: PendingChange]?
  /// How often what is in force has changed; nil where it never did.
  public var changes: Int?
  /// Fingerprints of keys that somebody else may have had, and since when; nil where there is none.
  public var compromised: [String: UTCTime]?
  /// When the register changed, and which systems; nil where it never did.
  public var registerChanges: [RegisterVersion]?
  /// What owners said about their systems; one that nobody spoke about is absent.
  public var systems: [SystemName: SystemStanding] = [:]
  /// Companies that have passed the test of their contract; nil before the first.
  public var passed: [SystemName: RecipientStanding]?
  /// Announced restores whose system was not looked through to the end yet, and the restored state; nil when none.
  public var restored: [SystemName: UTCTime]?
  /// The last weekly look through each system; nil before the first.
  public var scanned: [SystemName: ScanStanding]?
  /// What may be erased again at once after a restore, by system; nil where nothing was ever signed.
  public var standing: [SystemName: StandingApproval]?
  /// Incidents that are not dealt with yet, by the request by which they happened; nil where there never was one.
  public var incidents: [RequestReference: Incident]?
  /// Requests with a hold, in the order in which they were set; nil where there is none.
  public var held: [RequestReference]?
  /// What looks after the conclusion saw of erased persons; nil where nothing waits or is remembered.
  public var returned: [ReprobeFinding]?
  /// What stays by an officer's decision and is looked at again; nil where nothing does.
  public var exceptions: [StandingException]?
  /// Who was told about what waits; nil before the first alarm of a ladder.
  public var alarms: [AlarmStanding]?
  /// How many addresses the list of who must not be contacted had, and when that was counted; nil where there was none.
  public var doNotContact: CountedList?
  /// Who stopped everything, and when; nil while work goes on.
  public var stopped: WorkStop?
  /// When the journal was last rebuilt from the published log; nil where it never was.
  public var recoveredAt: UTCTime?
  /// The log's keys since the first change of them; nil before it.
  public var keys: LogKeyStanding?
  /// When the log was closed for ever; nil while it is open.
  public var closedAt: UTCTime?
  public var lastNumber = 0
  public var lastAt: UTCTime?
  /// Only one request's entries are known, as in a bundle: what owners, companies and standing approvals said is not
  /// among them, and nothing can be demanded of it. Nil in a journal.
  public var isPartial: Bool?

  public init() {}
}
