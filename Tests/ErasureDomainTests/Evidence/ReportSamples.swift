import ErasureDomain

/// A request whose rows are kept by a rule, reduced and erased later: what reports are made from.
struct ReportSamples {
  struct Missing: Error {}

  let request = RequestReference(bytes: [UInt8](repeating: 1, count: 16))
  let plan: ErasurePlan
  private(set) var entries: [(index: UInt64, entry: EvidenceEntry)] = []
  private var now: UTCTime
  private let person = PersonReference(bytes: [UInt8](repeating: 3, count: 16))
  private let digest = ContentDigest(bytes: [UInt8](repeating: 4, count: 32))

  /// `change` alters jobs and effects: what only the newer form of the report knows.
  init(
    job change: (PlannedJob) -> PlannedJob = { $0 }, effects: ([EffectCount]) -> [EffectCount] = { $0 },
    outcome: (ErasureReceipt) -> JobOutcome = { .erased($0) }
  ) throws {
    guard let day = CivilDate("2026-03-02"), let until = CivilDate("2031-01-01"), let system = SystemName("shop") else {
      throw Missing()
    }
    now = day.utcMidnight.adding(seconds: 36_000)
    let dates = try DueDates.compute(received: day, calendar: .netherlands(.atw))
    let erase = PlannedJob(
      job: JobReference(bytes: [UInt8](repeating: 5, count: 16)), system: system, title: "Shop", role: .own,
      connector: "sqlite", verb: .erase, counts: [], identifiers: [], dependsOn: [], deadline: now, leftOut: [],
      followUp: nil, concurrency: 1)
    let later = PlannedJob(
      job: JobReference(bytes: [UInt8](repeating: 6, count: 16)), system: system, title: "Shop", role: .own,
      connector: "sqlite", verb: .eraseKept, counts: [], identifiers: [], dependsOn: [], deadline: now, leftOut: [],
      followUp: FollowUp(
        of: erase.job, rule: "nl-fiscal-7y", citation: "art. 52(4) AWR", due: until, dueAt: until.utcMidnight),
      concurrency: 1)
    let jobs = [change(erase), change(later)]
    plan = ErasurePlan(
      plan: PlanReference(bytes: [UInt8](repeating: 2, count: 16)), request: request, log: "erasure.example/evidence",
      drafter: person, at: now, practice: false, register: digest, findings: digest, ground: .consentWithdrawn,
      dueDates: dates, margin: .standard,
      coverage: [
        Coverage(system: system, title: "Shop", role: .own, jobs: jobs.map(\.job), notApplicable: nil)
      ], jobs: jobs)
    try open(day, dates)
    let done = effects([
      EffectCount(dataset: "customer", approved: 1, found: 1, erased: 0, reduced: 1),
      EffectCount(
        dataset: "invoice", approved: 2, found: 2, erased: 2,
        kept: [
          KeptCount(rule: "nl-fiscal-7y", until: until, count: 3),
          KeptCount(rule: "nl-fiscal-7y", until: until.adding(days: 365), count: 1),
        ]),
    ])
    let look = Verification(voucher: .us, seen: .secondLook, path: FailureCode("second-connection"))
    try settle(jobs[0], outcome(try ErasureReceipt(verification: look, effects: done)))
    try add(
      RequestConcluded(
        looks: [LastLook(at: now, systems: 1, remaining: 0)], entries: "0-5", entriesRoot: "AA==", report: digest))
    now = until.utcMidnight.adding(seconds: 60)
    let gone = [EffectCount(dataset: "invoice", approved: 3, found: 3, erased: 3)]
    try settle(jobs[1], .erased(try ErasureReceipt(verification: look, effects: gone)))
  }

  private mutating func open(_ day: CivilDate, _ dates: DueDates) throws {
    try add(
      RequestReceived(
        number: 1, commitment: String(repeating: "ab", count: 32), channel: "email", receivedAt: now, receivedOn: day,
        capacities: [.customer], identifierKinds: [.email], dueDates: dates))
    try add(RequestConfirmed(method: FailureCode("known-channel"), ground: .consentWithdrawn))
    try add(
      PlanApproved(
        approval: Approval(by: person, keyFingerprint: "SHA256:x", text: digest, signature: digest), digest: digest,
        enough: true, waitUntil: nil))
  }

  private mutating func settle(_ job: PlannedJob, _ outcome: JobOutcome) throws {
    let attempt = AttemptReference(bytes: [UInt8](repeating: 7, count: 16))
    try add(AttemptStarted(attempt: attempt, epoch: 1, digest: digest), job.job)
    try add(JobSettled(outcome: outcome), job.job)
  }

  private mutating func add(_ facts: some EntryFacts, _ job: JobReference? = nil) throws {
    now = now.adding(seconds: 60)
    let draft = try EntryDraft(
      facts, about: EntrySubject(request: request, plan: job == nil ? nil : plan.plan, job: job), by: person)
    let entry = EvidenceEntry(at: now, kind: draft.kind, subject: draft.subject, by: draft.by, facts: draft.facts)
    entries.append((UInt64(entries.count), entry))
  }
}
