public import ErasureDomain

/// Drafts for tests of whatever stands on a journal: a request, its plan and the life of its jobs.
///
/// Everything is drawn from one seeded source, so a test repeats to the byte.
public struct JournalFixture: Sendable {
  public static let origin = "erasure.example/evidence"

  public let random: SeededRandom
  public let drafter: PersonReference
  public let approver: PersonReference
  /// Owns the systems.
  public let owner: PersonReference
  private let digest: @Sendable ([UInt8]) -> ContentDigest

  /// `digest` is SHA-256: pass `{ ContentDigest(hashing: $0) }` of EvidenceLog.
  public init(
    random: SeededRandom = SeededRandom(seed: 7), digest: @escaping @Sendable ([UInt8]) -> ContentDigest
  ) {
    self.random = random
    self.digest = digest
    drafter = PersonReference(using: random)
    approver = PersonReference(using: random)
    owner = PersonReference(using: random)
  }

  /// An artifact with its digest.
  public func artifact(_ bytes: [UInt8]) -> Artifact { Artifact(digest: digest(bytes), bytes: bytes) }

  /// An artifact of a text.
  public func artifact(_ text: String) -> Artifact { artifact(Array(text.utf8)) }

  /// The first entry of a log. `vkey` is the verifier key's text.
  public func logOpened(vkey: String = "test+00000000+AQ==", practice: Bool = true) throws -> EntryDraft {
    let people = artifact("people")
    let signers = artifact("signers")
    let register = artifact("register")
    return try EntryDraft(
      LogOpened(
        origin: Self.origin, vkey: vkey, people: people.digest, signers: signers.digest, register: register.digest,
        practice: practice),
      about: .log, artifacts: [people, signers, register])
  }

  /// The calendar's dates for a request received on the day.
  public func dueDates(_ received: CivilDate) throws -> DueDates {
    try DueDates.compute(received: received, calendar: .netherlands(.atw))
  }

  public func received(
    _ request: RequestReference, at time: UTCTime = UTCTime(secondsSince1970: 1_772_442_000)
  ) throws -> EntryDraft {
    try EntryDraft(
      RequestReceived(
        commitment: String(repeating: "ab", count: 32), channel: "email", receivedAt: time, receivedOn: time.utcDay,
        capacities: [.customer], identifierKinds: [.email], dueDates: dueDates(time.utcDay)),
      about: EntrySubject(request: request), by: drafter)
  }

  public func confirmed(_ request: RequestReference) throws -> EntryDraft {
    try EntryDraft(
      RequestConfirmed(method: FailureCode("known-address"), ground: .consentWithdrawn),
      about: EntrySubject(request: request), by: drafter)
  }

  /// A job of a plan; by default it deletes one root row.
  public func job(
    _ system: String, verb: JobVerb = .erase, role: SystemRole = .own, deadline: UTCTime, dependsOn: [Dependency] = [],
    followUp: FollowUp? = nil, record: ContentDigest? = nil, contract: String? = nil
  ) throws -> PlannedJob {
    guard let name = SystemName(system) else { throw FixtureProblem.noSystemName(system) }
    return PlannedJob(
      job: JobReference(using: random), system: name, title: system, role: role, connector: "test", verb: verb,
      counts: [DatasetCount(dataset: "contact", isRoot: true, erase: 1)], identifiers: [.email], dependsOn: dependsOn,
      deadline: deadline, leftOut: [], followUp: followUp, concurrency: 1, record: record ?? self.record(of: system),
      contract: contract)
  }

  /// The digest of a system's record in plans and releases, where a test has no register of its own.
  public func record(of system: String) -> ContentDigest { digest(Array("record of \(system)".utf8)) }

  /// The owner releases the system, with that record unless another is given.
  public func released(_ system: String, record: ContentDigest? = nil) throws -> EntryDraft {
    guard let name = SystemName(system) else { throw FixtureProblem.noSystemName(system) }
    return try EntryDraft(
      SystemReleased(system: name, record: record ?? self.record(of: system)), about: .log, by: owner)
  }

  /// The owner stops the system.
  public func stopped(_ system: String) throws -> EntryDraft {
    guard let name = SystemName(system) else { throw FixtureProblem.noSystemName(system) }
    return try EntryDraft(SystemStopped(system: name), about: .log, by: owner)
  }

  /// A plan of these jobs with its proposal, ready to append to the plan's stream.
  public func plan(
    of request: RequestReference, jobs: [PlannedJob], at time: UTCTime = UTCTime(secondsSince1970: 1_772_442_000)
  ) throws -> ProposedPlan {
    let findings = artifact("findings of \(request)")
    let plan = ErasurePlan(
      plan: PlanReference(using: random), request: request, log: Self.origin, drafter: drafter, at: time,
      practice: true, register: digest(Array("register".utf8)), findings: findings.digest, ground: .consentWithdrawn,
      dueDates: try dueDates(time.utcDay), margin: .standard,
      coverage: jobs.map {
        Coverage(system: $0.system, title: $0.title, role: $0.role, jobs: [$0.job], notApplicable: nil)
      }, jobs: jobs,
      decisions: Set(jobs.map(\.system)).sorted().map {
        CategoryDecision(system: $0, category: "all", datasets: ["contact"], ground: .consentWithdrawn, by: drafter)
      })
    let bytes = try CanonicalJSON.encode(plan)
    // The text of any reference is 128 random bits in hexadecimal after its prefix.
    let nonce = String(AttemptReference(using: random).text.dropFirst(2))
    let proposal = try EntryDraft(
      PlanProposed(
        digest: digest(bytes), findings: findings.digest, nonce: nonce, jobs: jobs.count,
        searched: jobs.map(\.system), startBefore: time.adding(seconds: 90 * 86_400)),
      about: EntrySubject(request: request, plan: plan.plan), by: drafter,
      artifacts: [artifact(bytes), findings])
    return ProposedPlan(plan: plan, digest: digest(bytes), proposal: proposal)
  }

  /// An approval with its two artifacts; the signature is no real one.
  public func approved(
    _ proposed: ProposedPlan, enough: Bool = true, waitUntil: UTCTime? = nil
  ) throws -> EntryDraft {
    let text = artifact("approval of \(proposed.plan.plan)")
    let signature = artifact("signature over \(proposed.plan.plan)")
    let approval = Approval(
      by: approver, keyFingerprint: "SHA256:test", text: text.digest, signature: signature.digest)
    return try EntryDraft(
      PlanApproved(approval: approval, digest: proposed.digest, enough: enough, waitUntil: waitUntil),
      about: EntrySubject(request: proposed.plan.request, plan: proposed.plan.plan), by: approver,
      artifacts: [text, signature])
  }

  /// What an entry about a job of the plan is about.
  public func subject(_ job: JobReference, of plan: ErasurePlan) -> EntrySubject {
    EntrySubject(request: plan.request, plan: plan.plan, job: job)
  }

  public func started(_ job: JobReference, of proposed: ProposedPlan, epoch: Int) throws -> EntryDraft {
    try EntryDraft(
      AttemptStarted(attempt: AttemptReference(using: random), epoch: epoch, digest: proposed.digest),
      about: subject(job, of: proposed.plan))
  }

  public func ended(
    _ job: JobReference, of proposed: ProposedPlan, epoch: Int, _ end: AttemptEnd, retryAt: UTCTime? = nil
  ) throws -> EntryDraft {
    try EntryDraft(AttemptEnded(end, epoch: epoch, retryAt: retryAt), about: subject(job, of: proposed.plan))
  }

  /// The job erased one row, and a second look saw nothing.
  public func settledErased(_ job: JobReference, of proposed: ProposedPlan) throws -> EntryDraft {
    let receipt = try ErasureReceipt(
      verification: Verification(voucher: .us, seen: .secondLook, path: FailureCode("second-connection")),
      effects: [EffectCount(dataset: "contact", approved: 1, found: 1, erased: 1)])
    return try settled(job, of: proposed, .erased(receipt))
  }

  public func settled(_ job: JobReference, of proposed: ProposedPlan, _ outcome: JobOutcome) throws -> EntryDraft {
    try EntryDraft(JobSettled(outcome: outcome), about: subject(job, of: proposed.plan))
  }
}

/// A plan, its digest, and the entry that proposes it.
public struct ProposedPlan: Sendable {
  public let plan: ErasurePlan
  public let digest: ContentDigest
  public let proposal: EntryDraft
}

/// A fixture was asked for something that cannot be.
public enum FixtureProblem: Error {
  case noSystemName(String)
}
