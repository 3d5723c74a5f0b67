import ErasureDomain
import EvidenceLog
import TestKit

/// The course of an ordinary erasure: two own systems, two companies (one signs its receipt), backups, and what must stay.
enum BenchErasure {
  static let systems = ["crm", "shop"]
  static let companies = ["mailing", "sister"]
  private static let rule = "nl-fiscal-7y"
  private static let patience = 20 * 86_400

  /// The digest of a system's record in the register.
  static func record(of name: String) -> ContentDigest { ContentDigest(hashing: Array("record of \(name)".utf8)) }

  static func system(_ name: String) throws -> SystemName {
    guard let system = SystemName(name) else { throw BenchProblem("\(name) is no system") }
    return system
  }

  static func steps(
    of request: BenchRequest, random: SeededRandom, then: (ClosedRange<Int>, @escaping BenchRequest.Step) -> Void
  ) {
    let retries = random.chance(10)
    then(3_600...200_000) { log, request, at in
      try request.add(
        RequestConfirmed(method: FailureCode("known-address"), ground: .consentWithdrawn), &log, at, by: log.drafter)
    }
    then(60...7_200) { try $1.add(LookupMade(systems: 2, purpose: "plan"), &$0, $2, by: $0.drafter) }
    then(10...60) { try propose($1, &$0, $2) }
    then(600...90_000) { try approve($1, &$0, $2, with: 0, enough: false) }
    then(600...90_000) { try approve($1, &$0, $2, with: 1, enough: true) }
    for name in companies {
      then(1...20) { try tell(name, $1, &$0, $2) }
    }
    for name in systems {
      if retries { then(1...20) { try fail(name, $1, &$0, $2) } }
      then(retries ? 60...600 : 1...20) { try start(name, .erase, $1, &$0, $2) }
      then(1...3) { try erase(name, $1, &$0, $2) }
    }
    for name in companies {
      then(86_400...400_000) { try hear(name, $1, &$0, $2) }
    }
    then(1...20) { try tag($1, &$0, $2) }
    var look: LastLook?
    then(5...60) { log, request, at in
      look = LastLook(at: at, systems: 2, remaining: 0)
      if let look { try request.add(PlanConcluded(look: look), &log, at, ofPlan: true) }
    }
    then(7_200...7_300) { log, request, at in if let look { try request.conclude(&log, look, at) } }
    request.closing(then)
    then(35 * 86_400...40 * 86_400) { try expire($1, &$0, $2) }
    // What a tax law keeps for seven years; the request does not end before.
    then(60...120) { log, request, at in
      guard let kept = request.plan?.jobs.first(where: { $0.verb == .eraseKept }) else {
        return try request.end(&log, at)
      }
      request.append(at: kept.followUp?.dueAt?.adding(seconds: 3_600) ?? at) { try erase(kept: kept, $1, &$0, $2) }
      request.append(at: at) { try $1.end(&$0, $2) }
    }
  }

  // MARK: The plan

  private static func propose(_ request: BenchRequest, _ log: inout BenchLog, _ at: UTCTime) throws {
    let findings = try log.artifact(Array("{\"request\":\"\(request.request)\",\"seen\":\(request.number)}".utf8))
    let plan = try draft(request, findings, &log, at)
    request.plan = plan
    let digest = try log.artifact(try CanonicalJSON.encode(plan))
    request.digest = digest
    try request.add(
      PlanProposed(
        digest: digest, findings: findings, nonce: Hex.encode(log.random.bytes(16)), jobs: plan.jobs.count,
        searched: try systems.map(system), startBefore: at.adding(seconds: 30 * 86_400)), &log, at, ofPlan: true,
      by: log.drafter)
  }

  private static func draft(
    _ request: BenchRequest, _ findings: ContentDigest, _ log: inout BenchLog, _ at: UTCTime
  ) throws -> ErasurePlan {
    let isKept = log.random.chance(3)
    let until = at.utcDay.adding(months: 84)
    let kept = isKept ? [KeptCount(rule: rule, until: until, count: 3)] : []
    let told = try companies.map { try job($0, .notify, .recipient, &log, at) }
    let before = told.map { Dependency(job: $0.job, kind: .handedOver) }
    let crm = try job(
      "crm", .erase, .own, &log, at,
      counts: [
        DatasetCount(dataset: "contact", isRoot: true, erase: 1),
        DatasetCount(dataset: "activity", isRoot: false, erase: log.random.number(in: 1...40)),
        DatasetCount(dataset: "note", isRoot: false, erase: 2),
      ], after: before)
    let shop = try job(
      "shop", .erase, .own, &log, at,
      counts: [
        DatasetCount(dataset: "customer", isRoot: true, erase: 1),
        DatasetCount(dataset: "order", isRoot: false, erase: log.random.number(in: 1...9)),
        DatasetCount(dataset: "invoice", isRoot: false, erase: 0, kept: kept),
      ], after: before)
    let backups = try job(
      "backups", .tagExpiry, .backup, &log, at,
      after: [crm, shop].map { Dependency(job: $0.job, kind: .settled) })
    var jobs = told + [crm, shop, backups]
    if isKept {
      jobs.append(
        try job(
          "shop", .eraseKept, .own, &log, at, counts: [DatasetCount(dataset: "invoice", isRoot: false, erase: 3)],
          after: [Dependency(job: shop.job, kind: .settled)],
          followUp: FollowUp(of: shop.job, rule: rule, citation: nil, due: until, dueAt: until.utcMidnight)))
    }
    jobs.append(
      try job(
        "backups", .confirmExpiry, .backup, &log, at, after: [Dependency(job: backups.job, kind: .settled)],
        followUp: FollowUp(of: backups.job, rule: nil, citation: nil, due: nil, dueAt: nil)))
    return ErasurePlan(
      plan: log.reference(), request: request.request, log: BenchLog.origin, drafter: log.drafter.person, at: at,
      practice: false, register: try log.artifact(Array("register".utf8)), findings: findings,
      ground: .consentWithdrawn, dueDates: try DueDates.compute(received: at.utcDay, calendar: .netherlands(.atw)),
      margin: .standard,
      coverage: try (companies + systems + ["backups"]).map { name in
        let own = jobs.filter { $0.system.description == name }
        return Coverage(
          system: try system(name), title: name, role: own[0].role, jobs: own.map(\.job), notApplicable: nil)
      }, jobs: jobs, decisions: try decisions(by: log.drafter))
  }

  private static func decisions(by drafter: Officer) throws -> [CategoryDecision] {
    let kinds: [(String, String, [String]?)] = [
      ("crm", "contact", ["activity", "contact", "note"]), ("shop", "purchases", ["customer", "invoice", "order"]),
      ("mailing", "contact", nil), ("sister", "contact", nil),
    ]
    return try kinds.map { name, category, datasets in
      CategoryDecision(
        system: try system(name), category: category, datasets: datasets, ground: .consentWithdrawn, by: drafter.person)
    }
  }

  private static func job(
    _ name: String, _ verb: JobVerb, _ role: SystemRole, _ log: inout BenchLog, _ at: UTCTime,
    counts: [DatasetCount] = [], after: [Dependency] = [], followUp: FollowUp? = nil
  ) throws -> PlannedJob {
    PlannedJob(
      job: log.reference(), system: try system(name), title: name, role: role, connector: "postgresql", verb: verb,
      counts: counts, identifiers: [.email], dependsOn: after, deadline: at.adding(seconds: Int64(patience)),
      leftOut: [], followUp: followUp, concurrency: 1, record: record(of: name), export: nil)
  }

  private static func approve(
    _ request: BenchRequest, _ log: inout BenchLog, _ at: UTCTime, with place: Int, enough: Bool
  ) throws {
    guard
      let proposal = try request.entries.last(where: { $0.entry.kind == PlanProposed.kind })?.entry.facts(
        as: PlanProposed.self)
    else { throw BenchProblem("no proposal") }
    let officer = log.approvers[(request.number + place) % log.approvers.count]
    let text = try ApprovalText(
      log: BenchLog.origin, decision: .approve, plan: proposal.digest, request: request.request, jobs: proposal.jobs,
      findings: proposal.findings, nonce: proposal.nonce, startBefore: proposal.startBefore
    ).encoded
    let signed = try log.sign(text, namespace: ApprovalText.namespace, by: officer)
    try request.add(
      PlanApproved(
        approval: Approval(
          by: officer.person, keyFingerprint: try officer.publicKey().fingerprint, text: signed.text,
          signature: signed.signature), digest: proposal.digest, enough: enough, waitUntil: nil), &log, at,
      ofPlan: true, by: officer)
  }
}
