// Facts of entries in the stream of a plan.

/// Names the plan's bytes, and by that everything in them. `by` is the drafter.
public struct PlanProposed: EntryFacts {
  public static let kind = EntryKind("plan.proposed")
  /// Digest of the canonical plan, an artifact.
  public var digest: ContentDigest
  /// Digest of the canonical findings, an artifact.
  public var findings: ContentDigest
  public var nonce: String
  /// Jobs in the plan, follow-ups too.
  public var jobs: Int
  /// Systems that were searched.
  public var searched: [SystemName]
  public var startBefore: UTCTime

  public init(
    digest: ContentDigest, findings: ContentDigest, nonce: String, jobs: Int, searched: [SystemName],
    startBefore: UTCTime
  ) {
    self.digest = digest
    self.findings = findings
    self.nonce = nonce
    self.jobs = jobs
    self.searched = searched
    self.startBefore = startBefore
  }
}

/// One valid signature over the approval text. `by` is who signed, not who delivered it.
public struct PlanApproved: EntryFacts {
  public static let kind = EntryKind("plan.approved")
  public var approval: Approval
  public var digest: ContentDigest
  /// The configured number of people has signed: the jobs come into being with this entry.
  public var enough: Bool
  /// A way back before the first irreversible step, where one is configured.
  public var waitUntil: UTCTime?
  /// The signature is that of a standing approval for what a restore brings back; nil where the plan itself was signed.
  public var standing: Bool?

  public init(
    approval: Approval, digest: ContentDigest, enough: Bool, waitUntil: UTCTime?, standing: Bool? = nil
  ) {
    self.approval = approval
    self.digest = digest
    self.enough = enough
    self.waitUntil = waitUntil
    self.standing = standing
  }
}

/// An officer left single records out: the proposal is void, a new one follows. The reason is in the vault.
public struct ExceptionGranted: EntryFacts {
  public static let kind = EntryKind("exception.granted")
  public var system: SystemName
  public var dataset: String
  public var records: Int
  /// On which ground, by which statute and until when they stay. Absent in a log with rules before 5.
  public var terms: ExceptionTerms?

  public init(system: SystemName, dataset: String, records: Int, terms: ExceptionTerms? = nil) {
    self.terms = terms
    self.system = system
    self.dataset = dataset
    self.records = records
  }
}

public struct PlanWithdrawn: EntryFacts {
  public static let kind = EntryKind("plan.withdrawn")
  /// A signed refusal, where an approver refused the plan; nothing when a newer plan took its place.
  public var refusal: Approval?

  public init(refusal: Approval? = nil) { self.refusal = refusal }
}

public struct PlanPaused: EntryFacts {
  public static let kind = EntryKind("plan.paused")
  public init() {}
}

public struct PlanResumed: EntryFacts {
  public static let kind = EntryKind("plan.resumed")
  public init() {}
}

public struct PlanHalted: EntryFacts {
  public static let kind = EntryKind("plan.halted")
  public var reason: FailureCode

  public init(reason: FailureCode) { self.reason = reason }
}

/// Every job due now is settled and the first last look saw nothing.
public struct PlanConcluded: EntryFacts {
  public static let kind = EntryKind("plan.concluded")
  public var look: LastLook

  public init(look: LastLook) { self.look = look }
}
