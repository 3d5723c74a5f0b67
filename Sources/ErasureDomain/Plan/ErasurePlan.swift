/// What will be done, system by system: the bytes a person approves.
///
/// Its canonical JSON is an artifact of the log, its SHA-256 the `PlanDigest`. It holds no person.
public struct ErasurePlan: Hashable, Sendable, Codable {
  public var v = 1
  public let plan: PlanReference
  public let request: RequestReference
  /// The log the approval will stand in.
  public let log: String
  public let drafter: PersonReference
  public let at: UTCTime
  /// Made in practice mode: nothing in it was meant for real people.
  public let practice: Bool
  public let register: ContentDigest
  public let findings: ContentDigest
  public let ground: ErasureGround
  public let dueDates: DueDates
  public let margin: Margin
  public let coverage: [Coverage]
  public let jobs: [PlannedJob]
  /// On which ground, for each category of data in each system. Nil in plans of before it was asked for.
  public let decisions: [CategoryDecision]?

  public init(
    plan: PlanReference, request: RequestReference, log: String, drafter: PersonReference, at: UTCTime,
    practice: Bool, register: ContentDigest, findings: ContentDigest, ground: ErasureGround, dueDates: DueDates,
    margin: Margin, coverage: [Coverage], jobs: [PlannedJob], decisions: [CategoryDecision]? = nil
  ) {
    self.plan = plan
    self.request = request
    self.log = log
    self.drafter = drafter
    self.at = at
    self.practice = practice
    self.register = register
    self.findings = findings
    self.ground = ground
    self.dueDates = dueDates
    self.margin = margin
    self.coverage = coverage
    self.jobs = jobs
    self.decisions = decisions
  }

  public func job(_ reference: JobReference) -> PlannedJob? {
    // Jobs are large: the others are looked at where they stand.
    jobs.indices.first { jobs[$0].job == reference }.map { jobs[$0] }
  }

  /// How many people must at least sign, whatever is configured: two where anything is anonymised instead of erased, and
  /// where all of the person stays by a decision (requirements C2).
  public var leastApprovals: Int { jobs.contains { $0.anonymise != nil } || leavesEverything ? 2 : 1 }

  /// Categories for which no ground applies.
  public var rejections: [CategoryDecision] { (decisions ?? []).filter { $0.rejected != nil } }

  /// Whether records were left out or a ground was rejected, and no row of the person goes, now or later. Plans of before
  /// grounds were decided keep the rules of their time.
  public var leavesEverything: Bool {
    guard let decisions else { return false }
    let leaves = decisions.contains { $0.rejected != nil } || jobs.contains { !$0.leftOut.isEmpty }
    return leaves && jobs.allSatisfy { $0.approvedRows == 0 }
  }
}

/// By how much dependent rows may have grown when the job runs: the larger of both.
public struct Margin: Hashable, Sendable, Codable {
  public let percent: Int
  public let least: Int

  public init(percent: Int, least: Int) {
    self.percent = percent
    self.least = least
  }

  public static let standard = Margin(percent: 10, least: 5)

  /// The most dependent rows that may go when `approved` were approved. Root rows have no margin.
  public func limit(approved: Int) -> Int {
    let (product, overflow) = approved.multipliedReportingOverflow(by: percent)
    let share = overflow ? approved : product / 100 + (product % 100 > 0 ? 1 : 0)
    let (limit, tooLarge) = approved.addingReportingOverflow(max(least, share))
    return tooLarge ? .max : limit
  }
}

/// Every system of the register has a line here: jobs, or a reason why none.
public struct Coverage: Hashable, Sendable, Codable {
  public enum Reason: String, Sendable, Codable {
    /// The request does not name the capacity in which this system knows people.
    case otherCapacity = "other-capacity"
    /// The request erases again in one restored system, and this is another.
    case notRestored = "not-restored"
    /// Searched, and nothing found; the search is the evidence.
    case nothingFound = "nothing-found"
    /// The company gets data from a later day on only: to tell it would give it an identifier that it does not have.
    case noDataYet = "no-data-yet"
    /// The company has ceased; its successor's own job stands for both.
    case toldThroughSuccessor = "told-through-successor"
    /// The company has ceased, and nobody is there in its place (Art. 19 GDPR, impossible).
    case nobodyToTell = "ceased-nobody-to-tell"
    /// An officer decided that no ground of Art. 17(1) GDPR applies to what it has.
    case groundRejected = "ground-rejected"
    /// The request asks for a copy only, and of this system none is given: nothing of it goes.
    case erasureNotAsked = "erasure-not-asked"
  }

  public let system: SystemName
  public let title: String
  public let role: SystemRole
  public let jobs: [JobReference]
  public let notApplicable: Reason?
  /// How a company that does not exist any more is dealt with, as the register says; nil for all others.
  public let ceased: Cessation?

  public init(
    system: SystemName, title: String, role: SystemRole, jobs: [JobReference], notApplicable: Reason?,
    ceased: Cessation? = nil
  ) {
    self.system = system
    self.title = title
    self.role = role
    self.jobs = jobs
    self.notApplicable = notApplicable
    self.ceased = ceased
  }
}

/// One job of a plan: one per system and verb; follow-ups one per system, rule and date.
public struct PlannedJob: Hashable, Sendable, Codable {
  public let job: JobReference
  public let system: SystemName
  public let title: String
  public let role: SystemRole
  public let connector: String
  public let verb: JobVerb
  /// What was found and is approved to go or stay, per dataset; empty where we do not look.
  public let counts: [DatasetCount]
  /// Kinds of identifiers that are used or sent.
  public let identifiers: [IdentifierKind]
  public let dependsOn: [Dependency]
  /// The end of the work-to date: back-off and ladders never go beyond it.
  public let deadline: UTCTime
  /// Root records left out by an officer, per dataset; their reasons are in the vault.
  public let leftOut: [LeftOut]
  public let followUp: FollowUp?
  public let concurrency: Int
  /// SHA-256 of the system's canonical record when the plan was made: with another one the job asks before it acts.
  public let record: ContentDigest?
  /// What else will happen in the system, as the search saw it; absent when nothing is known.
  public let sideEffects: [String]?
  /// The wire contract by which the company is told, which it must have passed; nil where there is none.
  public let contract: String?
  /// How rows are anonymised, by dataset, with who says and who approved what; nil where all that goes is erased.
  public let anonymise: [String: Anonymisation]?
  /// What an export reads; nil for every other job.
  public let export: PlannedExport?

  public init(
    job: JobReference, system: SystemName, title: String, role: SystemRole, connector: String, verb: JobVerb,
    counts: [DatasetCount], identifiers: [IdentifierKind], dependsOn: [Dependency], deadline: UTCTime,
    leftOut: [LeftOut], followUp: FollowUp?, concurrency: Int, record: ContentDigest? = nil,
    contract: String? = nil, anonymise: [String: Anonymisation]? = nil, sideEffects: [String] = [],
    export: PlannedExport? = nil
  ) {
    self.job = job
    self.system = system
    self.title = title
    self.role = role
    self.connector = connector
    self.verb = verb
    self.counts = counts
    self.identifiers = identifiers
    self.dependsOn = dependsOn
    self.deadline = deadline
    self.leftOut = leftOut
    self.followUp = followUp
    self.concurrency = concurrency
    self.record = record
    self.contract = contract
    self.sideEffects = sideEffects.isEmpty ? nil : sideEffects
    self.anonymise = anonymise?.isEmpty == true ? nil : anonymise
    self.export = export
  }

  public struct LeftOut: Hashable, Sendable, Codable {
    public let dataset: String
    public let count: Int

    public init(dataset: String, count: Int) {
      self.dataset = dataset
      self.count = count
    }
  }

  /// Whether the job is due now: everything that is not a follow-up.
  public var isDueNow: Bool { followUp == nil }

  /// Rows approved to go, follow-ups, reduced and anonymised rows counted too.
  public var approvedRows: Int { counts.reduce(0) { $0 + $1.going } }
}

/// An edge of the plan: which other job must have come how far.
public struct Dependency: Hashable, Sendable, Codable {
  public enum Kind: String, Sendable, Codable {
    /// The other job is in a final state.
    case settled
    /// The other company has been told; after three days no edge at all.
    case handedOver = "handed-over"
  }

  /// How long a `handedOver` edge holds.
  public static let handedOverPatienceSeconds: Int64 = 3 * 86_400

  public let job: JobReference
  public let kind: Kind

  public init(job: JobReference, kind: Kind) {
    self.job = job
    self.kind = kind
  }
}

/// When and why a follow-up runs.
public struct FollowUp: Hashable, Sendable, Codable {
  /// The job whose outcome it follows.
  public let of: JobReference
  /// The retention rule, or nothing for copies that expire.
  public let rule: String?
  /// Statute and article, as the retention file cites it.
  public let citation: String?
  /// The first day it may run; nothing when only the followed job's outcome tells (a tag's date).
  public let due: CivilDate?
  /// The start of that day where the controller is.
  public let dueAt: UTCTime?
  /// The exception of Art. 17(3) GDPR that the rule names; nothing for copies that expire.
  public let ground: RetentionGround?
  /// True when the rows' start event has not happened: on the day it looks again, and erases only what is past its
  /// date by then. Nil otherwise.
  public let conditional: Bool?
  /// Where the rows are by then, when the system is switched off before the day; its owner's decision in the register.
  public let movesTo: SystemName?

  public init(
    of: JobReference, rule: String?, citation: String?, due: CivilDate?, dueAt: UTCTime?,
    ground: RetentionGround? = nil, conditional: Bool? = nil, movesTo: SystemName? = nil
  ) {
    self.of = of
    self.rule = rule
    self.citation = citation
    self.due = due
    self.dueAt = dueAt
    self.ground = ground
    self.conditional = conditional == true ? true : nil
    self.movesTo = movesTo
  }

  /// Whether it looks again at rows whose start event had not happened.
  public var isConditional: Bool { conditional == true }
}
