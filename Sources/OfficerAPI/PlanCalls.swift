public import ErasureDomain

/// Searches the systems and proposes a plan, or says which found identifiers need a decision first.
public struct MakePlan: OfficerCall {
  public typealias Answer = PlanMade
  public static let name = "plan.make"
  public var request: String
  public init(request: String) { self.request = request }
}

public struct PlanMade: Codable, Hashable, Sendable {
  /// Absent while identifiers wait for a decision.
  public var plan: PlanView?
  /// Identifiers found on the way: accept or decline each (`task answer`), then plan again.
  public var undecided: [UndecidedIdentifier]
  public init(plan: PlanView?, undecided: [UndecidedIdentifier]) {
    self.plan = plan
    self.undecided = undecided
  }
}

/// An identifier found on the way. Shown to an officer, kept in the vault only.
public struct UndecidedIdentifier: Codable, Hashable, Sendable {
  public var ordinal: Int
  public var system: SystemName
  public var identifier: SubjectIdentifier
  /// Why it is not searched further by itself.
  public var reason: String
  public init(ordinal: Int, system: SystemName, identifier: SubjectIdentifier, reason: String) {
    self.ordinal = ordinal
    self.system = system
    self.identifier = identifier
    self.reason = reason
  }
}

public struct ShowPlan: OfficerCall {
  public typealias Answer = PlanView
  public static let name = "plan.show"
  /// The plan's reference, or the request's (its newest plan).
  public var plan: String
  /// In which language its notices and differences are put into words; English when absent.
  public var language: PersonLanguage?
  public init(plan: String, language: PersonLanguage? = nil) {
    self.plan = plan
    self.language = language
  }
}

public struct PausePlan: OfficerCall {
  public typealias Answer = PlanView
  public static let name = "plan.pause"
  public var plan: String
  public init(plan: String) { self.plan = plan }
}

public struct ResumePlan: OfficerCall {
  public typealias Answer = PlanView
  public static let name = "plan.resume"
  public var plan: String
  public init(plan: String) { self.plan = plan }
}

/// The text to sign, with what it stands for: each root record's `review` columns, live.
public struct PrepareApproval: OfficerCall {
  public typealias Answer = ApprovalPrepared
  public static let name = "approval.prepare"
  public var plan: String
  /// `approve` or `refuse`.
  public var decision: String
  /// As of `ShowPlan`.
  public var language: PersonLanguage?
  public init(plan: String, decision: String = "approve", language: PersonLanguage? = nil) {
    self.language = language
    self.plan = plan
    self.decision = decision
  }
}

public struct ApprovalPrepared: Codable, Hashable, Sendable {
  public var plan: PlanView
  /// The canonical plan itself: the signer's program hashes these bytes and compares with the text.
  public var planBytes: String
  /// `expunged-approval/v1`, exactly these bytes are signed.
  public var text: String
  public var records: [ReviewLine]
  public init(plan: PlanView, planBytes: String, text: String, records: [ReviewLine]) {
    self.plan = plan
    self.planBytes = planBytes
    self.text = text
    self.records = records
  }
}

/// One root record for the approver's eyes.
public struct ReviewLine: Codable, Hashable, Sendable {
  public struct Column: Codable, Hashable, Sendable {
    public var name: String
    public var value: String
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }
  /// Counts from 1 in the plan; names the record when it is left out.
  public var ordinal: Int
  public var system: SystemName
  public var dataset: String
  public var columns: [Column]
  public init(ordinal: Int, system: SystemName, dataset: String, columns: [Column]) {
    self.ordinal = ordinal
    self.system = system
    self.dataset = dataset
    self.columns = columns
  }
}

/// Leaves single root records out, with a reason: the plan is proposed anew without them.
public struct LeaveOut: OfficerCall {
  public typealias Answer = PlanView
  public static let name = "approval.leave-out"
  public var plan: String
  public var ordinals: [Int]
  public var reason: String
  /// On which ground, by which statute and until when they stay.
  public var terms: ExceptionTerms
  public init(plan: String, ordinals: [Int], reason: String, terms: ExceptionTerms) {
    self.plan = plan
    self.ordinals = ordinals
    self.reason = reason
    self.terms = terms
  }
}

/// A signed approval (or refusal) text. Who decides is who signed.
public struct SubmitApproval: OfficerCall {
  public typealias Answer = PlanView
  public static let name = "approval.submit"
  public var plan: String
  public var text: String
  /// Armoured SSHSIG.
  public var signature: String
  /// The signer's principal in `allowed_signers`.
  public var principal: String
  public init(plan: String, text: String, signature: String, principal: String) {
    self.plan = plan
    self.text = text
    self.signature = signature
    self.principal = principal
  }
}

/// A plan as table, report and page show it.
public struct PlanView: Codable, Hashable, Sendable {
  public struct Line: Codable, Hashable, Sendable {
    public var job: JobReference?
    public var system: SystemName
    public var title: String
    public var role: SystemRole
    /// `erase`, `instruct` …, or nothing where no job is needed.
    public var verb: JobVerb?
    public var counts: [DatasetCount]
    public var leftOut: Int
    public var followUp: FollowUp?
    /// Systems this job waits for.
    public var after: [SystemName]
    /// Why there is no job.
    public var notApplicable: Coverage.Reason?
    /// What else will happen in the system; nothing when nothing is known.
    public var sideEffects: [String]?
    /// The conditions under which rows are anonymised, by dataset; nil where none are.
    public var anonymise: [String: Anonymisation]?
    /// For a company that does not exist any more and has no job of its own.
    public var ceased: Cessation?
    /// What an export reads; nil for every other job.
    public var export: PlannedExport?
    /// The jobs that this one waits for; nil where it waits for none.
    public var dependsOn: [Dependency]?
    public init(
      job: JobReference?, system: SystemName, title: String, role: SystemRole, verb: JobVerb?,
      counts: [DatasetCount], leftOut: Int, followUp: FollowUp?, after: [SystemName], notApplicable: Coverage.Reason?,
      sideEffects: [String]? = nil, anonymise: [String: Anonymisation]? = nil, ceased: Cessation? = nil,
      export: PlannedExport? = nil, dependsOn: [Dependency] = []
    ) {
      self.dependsOn = dependsOn.isEmpty ? nil : dependsOn
      self.job = job
      self.system = system
      self.title = title
      self.role = role
      self.verb = verb
      self.counts = counts
      self.leftOut = leftOut
      self.followUp = followUp
      self.after = after
      self.notApplicable = notApplicable
      self.sideEffects = sideEffects
      self.anonymise = anonymise
      self.ceased = ceased
      self.export = export
    }
  }
  /// On which ground a category goes, or why it stays, and who decided.
  public struct Decision: Codable, Hashable, Sendable {
    public var decision: CategoryDecision
    /// The name of who decided.
    public var by: String
    public init(_ decision: CategoryDecision, by: String) {
      self.decision = decision
      self.by = by
    }
  }
  public var plan: PlanReference
  public var request: RequestReference
  public var number: Int
  public var state: String
  public var digest: ContentDigest
  public var findings: ContentDigest
  public var drafter: String
  public var at: UTCTime
  public var startBefore: UTCTime
  public var practice: Bool
  public var approvals: [String]
  public var approvalsNeeded: Int
  public var margin: Margin
  public var lines: [Line]
  /// Sentences about what stands in its way as things are now; they are no part of what is signed.
  public var notices: [String]
  /// What it does otherwise than the proposal before it; nil where there was none.
  public var differences: [String]?
  /// Absent for plans of before grounds were decided.
  public var decisions: [Decision]?
  public init(
    plan: PlanReference, request: RequestReference, number: Int, state: String, digest: ContentDigest,
    findings: ContentDigest, drafter: String, at: UTCTime, startBefore: UTCTime, practice: Bool, approvals: [String],
    approvalsNeeded: Int, margin: Margin, lines: [Line], notices: [String] = [],
    differences: [String]? = nil, decisions: [Decision]? = nil
  ) {
    self.plan = plan
    self.request = request
    self.number = number
    self.state = state
    self.digest = digest
    self.findings = findings
    self.drafter = drafter
    self.at = at
    self.startBefore = startBefore
    self.practice = practice
    self.approvals = approvals
    self.approvalsNeeded = approvalsNeeded
    self.margin = margin
    self.lines = lines
    self.notices = notices
    self.differences = differences
    self.decisions = decisions
  }
}
