@testable import ErasureDomain
import EvidenceLog
import OfficerAPI
import Testing

@testable import OfficerConsole

/// A made-up request with its plan, as a small company would have it.
enum Scene {
  static func reference<Kind>(_ number: UInt8, _ kind: Kind.Type = Kind.self) -> Reference<Kind> {
    Reference(bytes: Array(repeating: 0, count: 15) + [number])
  }

  static let request: RequestReference = reference(1)
  static let planReference: PlanReference = reference(2)
  static let log = "log.demo.example/expunged"

  static func time(_ text: String) throws -> UTCTime { try #require(UTCTime(text)) }
  static func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }
  static func system(_ name: String) throws -> SystemName { try #require(SystemName(name)) }

  static func dueDates() throws -> DueDates {
    try CanonicalJSON.decode(
      DueDates.self,
      from: .object([
        "received": .string("2026-11-23"), "nominal": .string("2026-12-23"), "statutory": .string("2026-12-23"),
        "workTo": .string("2026-12-22"), "extended": .string("2027-02-23"), "ruleSet": .string("NL/atw/2026-1"),
      ]))
  }

  static func job(
    _ number: UInt8, _ system: String, _ title: String, _ role: SystemRole, _ verb: JobVerb,
    counts: [DatasetCount] = [], identifiers: [String] = [], after: [UInt8] = [], leftOut: Int = 0,
    followUp: FollowUp? = nil
  ) throws -> PlannedJob {
    PlannedJob(
      job: reference(number), system: try Self.system(system), title: title, role: role, connector: "sqlite",
      verb: verb, counts: counts, identifiers: identifiers.map { IdentifierKind(rawValue: $0) },
      dependsOn: after.map { Dependency(job: reference($0), kind: .settled) },
      deadline: try time("2026-12-22T23:00:00Z"),
      leftOut: leftOut > 0 ? [PlannedJob.LeftOut(dataset: "contact", count: leftOut)] : [], followUp: followUp,
      concurrency: 1)
  }

  static func plan() throws -> ErasurePlan {
    let kept = [
      KeptCount(rule: "nl-fiscal-7y", until: try day("2031-01-01"), count: 1),
      KeptCount(rule: "nl-fiscal-7y", until: try day("2033-01-01"), count: 2),
    ]
    let contact = DatasetCount(dataset: "contact", isRoot: true, erase: 1)
    let activity = DatasetCount(dataset: "activity", isRoot: false, erase: 12)
    let customer = DatasetCount(dataset: "customer", isRoot: true, erase: 0, reduce: 1)
    let invoice = DatasetCount(dataset: "invoice", isRoot: false, erase: 0, kept: kept)
    let fiscal = FollowUp(
      of: reference(12), rule: "nl-fiscal-7y", citation: "art. 52(4) AWR", due: try day("2031-01-01"),
      dueAt: try time("2030-12-31T23:00:00Z"))
    let tagged = FollowUp(of: reference(14), rule: nil, citation: nil, due: nil, dueAt: nil)
    let jobs = [
      try job(10, "cleansing", "Address cleansing", .processor, .instruct, identifiers: ["email"]),
      try job(11, "sister", "Zusterfirma Zoë", .recipient, .notify, identifiers: ["customer-no", "email"]),
      try job(12, "backoffice", "Back office", .own, .erase, counts: [customer, invoice], after: [10, 11]),
      try job(
        13, "crm", "Customer relations", .own, .erase, counts: [contact, activity], identifiers: ["email"],
        after: [10, 11, 12], leftOut: 1),
      try job(14, "backups", "Nightly backups", .backup, .tagExpiry, after: [12, 13]),
      try job(15, "usb-stick", "USB stick", .carrier, .manual, identifiers: ["email"]),
      try job(
        16, "backoffice", "Back office", .own, .eraseKept,
        counts: [DatasetCount(dataset: "invoice", isRoot: false, erase: 1)], after: [12], followUp: fiscal),
      try job(17, "backups", "Nightly backups", .backup, .confirmExpiry, after: [14], followUp: tagged),
    ]
    return ErasurePlan(
      plan: planReference, request: request, log: log, drafter: reference(3), at: try time("2026-11-24T09:00:00Z"),
      practice: true, register: ContentDigest(hashing: [1]), findings: ContentDigest(hashing: [2]),
      ground: .consentWithdrawn, dueDates: try dueDates(), margin: .standard,
      coverage: [
        Coverage(
          system: try system("payroll"), title: "Payroll", role: .own, jobs: [], notApplicable: .otherCapacity),
        Coverage(system: try system("shop"), title: "Web shop", role: .own, jobs: [], notApplicable: .nothingFound),
        Coverage(
          system: try system("printer"), title: "Printer", role: .recipient, jobs: [], notApplicable: .nobodyToTell,
          ceased: Cessation(on: try day("2025-01-01"), remains: .nobody(why: "struck off without a trustee"))),
      ], jobs: jobs)
  }

  static func planView(state: String = "proposed", approvals: [String] = []) throws -> PlanView {
    let plan = try plan()
    var lines = plan.jobs.map { job in
      PlanView.Line(
        job: job.job, system: job.system, title: job.title, role: job.role, verb: job.verb, counts: job.counts,
        leftOut: job.leftOut.reduce(0) { $0 + $1.count }, followUp: job.followUp,
        after: job.dependsOn.compactMap { plan.job($0.job)?.system }, notApplicable: nil)
    }
    lines += plan.coverage.map { line in
      PlanView.Line(
        job: nil, system: line.system, title: line.title, role: line.role, verb: nil, counts: [], leftOut: 0,
        followUp: nil, after: [], notApplicable: line.notApplicable, ceased: line.ceased)
    }
    return PlanView(
      plan: plan.plan, request: plan.request, number: 1, state: state,
      digest: ContentDigest(hashing: try CanonicalJSON.encode(plan)), findings: plan.findings, drafter: "anna",
      at: plan.at, startBefore: try time("2026-12-01T09:00:00Z"), practice: true, approvals: approvals,
      approvalsNeeded: 2, margin: plan.margin, lines: lines,
      notices: ["crm: look only: the owner (sales-operations) must release it with `expunge system release crm`"])
  }

  static func prepared(
    plan: ErasurePlan? = nil, decision: ApprovalText.Decision = .approve, jobs: Int? = nil
  ) throws -> ApprovalPrepared {
    let plan = try plan ?? Self.plan()
    let bytes = try CanonicalJSON.encode(plan)
    let text = try ApprovalText(
      log: plan.log, decision: decision, plan: ContentDigest(hashing: bytes), request: plan.request,
      jobs: jobs ?? plan.jobs.count, findings: plan.findings, nonce: String(repeating: "0a", count: 16),
      startBefore: try time("2026-12-01T09:00:00Z"))
    return ApprovalPrepared(
      plan: try planView(), planBytes: String(decoding: bytes, as: UTF8.self),
      text: String(decoding: text.encoded, as: UTF8.self),
      records: [
        ReviewLine(
          ordinal: 1, system: try system("crm"), dataset: "contact",
          columns: [.init(name: "first_name", value: "Zoë"), .init(name: "city", value: "Delft")])
      ])
  }

  /// The record of a request without a plan, in a state that has not concluded.
  static func record(_ state: ErasureRequest.State = .inErasure) throws -> RequestRecord {
    let dates = try dueDates()
    return RequestRecord(
      request: request, number: 1, revision: 1, state: state,
      received: RequestReceived(
        number: 1, commitment: "", channel: "mail", receivedAt: dates.received.utcMidnight,
        receivedOn: dates.received, capacities: [.customer], identifierKinds: [.email], dueDates: dates),
      plans: [], findings: [], lawful: [:], undecided: 0, vaultDestroyed: false, entries: 1, entriesBeforeConclusion: 0)
  }

  static func requestView(state: String = "in-erasure", daysLeft: Int = 28) throws -> RequestView {
    RequestView(
      request: request, number: 1, state: state, channel: "mail", receivedOn: try day("2026-11-23"),
      capacities: [.customer], dueDates: try dueDates(),
      clocks: RequestClocks(try record(), concludedOn: nil), daysLeft: daysLeft, plan: planReference, practice: false,
      keepsPerson: state == "concluded")
  }

  static func jobView(
    _ number: UInt8, _ system: String, _ verb: JobVerb, state: String, next: String? = nil,
    question: Question? = nil, outcome: JobOutcome? = nil, held: Bool = false
  ) throws -> JobView {
    JobView(
      job: reference(number), request: request, plan: planReference, system: try Self.system(system),
      title: "Title of \(system)", role: .own, verb: verb, state: state, next: try next.map(time), attempts: 1,
      lastCode: nil, question: question, outcome: outcome, held: held, deadline: try time("2026-12-22T23:00:00Z"),
      approvedRows: 13)
  }

  static func erased() throws -> JobOutcome {
    let effect = EffectCount(
      dataset: "contact", approved: 13, found: 13, erased: 13,
      kept: [KeptCount(rule: "nl-fiscal-7y", until: try day("2031-01-01"), count: 3)])
    return .erased(
      try ErasureReceipt(
        verification: Verification(voucher: .us, seen: .secondLook, path: FailureCode("second-connection")),
        effects: [effect]))
  }

  static func status(warnings: [String]) throws -> StatusView {
    StatusView(
      version: "0.1.0", practice: false, now: try time("2026-11-24T09:00:00Z"), today: try day("2026-11-24"),
      origin: log, logSize: 57, checkpointSize: 55, requests: ["in-erasure": 2, "closed": 3, "received": 0],
      jobs: ["ready": 1, "erased": 4], tasks: warnings.isEmpty ? 0 : 2, overdue: 0, keepsPerson: 0, manual: 1,
      connected: 6, warnings: warnings)
  }
}
