import ErasureDomain
import EvidenceLog
import TestKit
import Testing

// The life of requests.
extension EvidenceStory {
  /// A whole story: two requests, one erased everywhere and ended, one refused.
  static func whole(
    lies: [Lie] = [], _ prepare: (inout EvidenceStory) -> Void = { _ in }
  ) throws -> (story: EvidenceStory, request: RequestReference) {
    var story = try EvidenceStory(lies: lies)
    prepare(&story)
    try story.open()
    let request = try story.erase()
    try story.refuse()
    return (story, request)
  }

  mutating func open() throws {
    let digests = ["people", "signers", "register"].map { artifact($0) }
    try add(
      LogOpened(
        origin: Self.origin, vkey: log.verifierKey.text, people: digests[0], signers: digests[1],
        register: digests[2], practice: false))
    try add(DaemonStarted(version: "1.0.0", lost: 0, practice: false))
  }

  mutating func receive(_ number: Int) throws -> RequestReference {
    let request: RequestReference = reference()
    let dates = try DueDates.compute(received: now.utcDay, calendar: .netherlands(.atw))
    try add(
      RequestReceived(
        number: number, commitment: String(repeating: "ab", count: 32), channel: "email", receivedAt: now,
        receivedOn: now.utcDay, capacities: [.customer], identifierKinds: [.email], dueDates: dates,
        rights: taking == nil ? nil : [.erasure, .access]),
      EntrySubject(request: request), by: drafter)
    return request
  }

  /// A request that is refused, closed and ended.
  mutating func refuse(number: Int = 2) throws {
    let request = try receive(number)
    let subject = EntrySubject(request: request)
    try add(RequestRefused(ground: "not-identified"), subject, by: drafter)
    try close(request)
    let list = covered(request)
    try add(
      RequestEnded(
        entries: list.ranges, entriesRoot: list.root, report: try report(request, nil),
        register: register), subject)
  }

  private mutating func close(_ request: RequestReference) throws {
    let subject = EntrySubject(request: request)
    try add(SubjectInformed(on: now.utcDay, channel: "email"), subject, by: drafter)
    try add(RequestClosed(), subject, by: drafter)
    try add(VaultDestroyed(items: 3), subject)
  }

  /// A request that is erased in an own system, told to a company, done by hand and tagged in backups.
  mutating func erase(number: Int = 1) throws -> RequestReference {
    let request = try receive(number)
    let subject = EntrySubject(request: request)
    try add(RequestConfirmed(method: FailureCode("known-address"), ground: .consentWithdrawn), subject, by: drafter)
    try add(LookupMade(systems: 1, purpose: "plan"), subject, by: drafter)
    let plan = try propose(request)
    try settleDueNow(plan)
    let look = LastLook(at: now, systems: 1, remaining: 0)
    try add(PlanConcluded(look: look), EntrySubject(request: request, plan: plan.plan))
    let list = covered(request)
    let concluded = UInt64(entries.count)
    try add(
      RequestConcluded(
        looks: [look, LastLook(at: now, systems: 1, remaining: 0)], entries: list.ranges, entriesRoot: list.root,
        report: try report(request, plan),
        register: register), subject)
    try close(request)
    try settleFollowUps(plan)
    let rest = covered(request, from: concluded)
    try add(
      RequestEnded(
        entries: rest.ranges, entriesRoot: rest.root, report: try report(request, plan),
        register: register), subject)
    return request
  }

  // MARK: The plan

  private mutating func propose(_ request: RequestReference) throws -> ErasurePlan {
    let findings = artifact("{\"request\":\"\(request)\"}")
    let plan = try draft(request, findings)
    let digest = artifact(try CanonicalJSON.encode(plan))
    let subject = EntrySubject(request: request, plan: plan.plan)
    let proposal = PlanProposed(
      digest: digest, findings: findings, nonce: String((reference() as AttemptReference).text.dropFirst(2)),
      jobs: plan.jobs.count, searched: [try system("crm")], startBefore: now.adding(seconds: 30 * 86_400))
    try add(proposal, subject, by: drafter)
    try approve(plan, proposal, by: firstApprover ?? ada, enough: false)
    try approve(plan, proposal, by: ben, enough: true)
    return plan
  }

  private mutating func approve(
    _ plan: ErasurePlan, _ proposal: PlanProposed, by officer: Officer, enough: Bool
  ) throws {
    let text = try ApprovalText(
      log: Self.origin, decision: .approve, plan: proposal.digest, request: plan.request, jobs: proposal.jobs,
      findings: proposal.findings, nonce: proposal.nonce, startBefore: proposal.startBefore
    ).encoded
    let approval = Approval(
      by: officer.person, keyFingerprint: try officer.publicKey().fingerprint, text: artifact(text),
      signature: artifact(try officer.sign(text, namespace: ApprovalText.namespace)))
    try add(
      PlanApproved(approval: approval, digest: proposal.digest, enough: enough, waitUntil: nil),
      EntrySubject(request: plan.request, plan: plan.plan), by: officer)
  }

  func system(_ name: String) throws -> SystemName { try #require(SystemName(name)) }

  static let until = CivilDate(year: 2030, month: 1, day: 1)
  static let rule = "nl-fiscal-7y"

  private mutating func draft(_ request: RequestReference, _ findings: ContentDigest) throws -> ErasurePlan {
    let until = try #require(Self.until)
    let export = try taking.map { _ in try exportJob() }
    let before =
      taking == .withoutEdges ? [] : [export].compactMap { $0 }.map { Dependency(job: $0.job, kind: .settled) }
    let partner = try job("partner", .notify, .recipient)
    let crm = try job(
      "crm", .erase, .own,
      counts: [
        DatasetCount(dataset: "contact", isRoot: true, erase: 1),
        DatasetCount(dataset: "activity", isRoot: false, erase: 10),
        DatasetCount(
          dataset: "invoice", isRoot: false, erase: 0, kept: [KeptCount(rule: Self.rule, until: until, count: 3)]),
      ], after: before + [Dependency(job: partner.job, kind: .handedOver)])
    let sticks = try job("sticks", .manual, .carrier, after: before)
    let backups = try job("backups", .tagExpiry, .backup, after: [Dependency(job: crm.job, kind: .settled)])
    let kept = try job(
      "crm", .eraseKept, .own, counts: [DatasetCount(dataset: "invoice", isRoot: false, erase: 3)],
      after: [Dependency(job: crm.job, kind: .settled)],
      followUp: FollowUp(of: crm.job, rule: Self.rule, citation: nil, due: until, dueAt: until.utcMidnight))
    let gone = try job(
      "backups", .confirmExpiry, .backup, after: [Dependency(job: backups.job, kind: .settled)],
      followUp: FollowUp(of: backups.job, rule: nil, citation: nil, due: nil, dueAt: nil))
    let jobs = [partner, crm, sticks, backups, kept, gone] + [export].compactMap { $0 }
    return ErasurePlan(
      plan: reference(), request: request, log: Self.origin, drafter: drafter.person, at: now, practice: false,
      register: artifact("register"), findings: findings, ground: .consentWithdrawn,
      dueDates: try DueDates.compute(received: now.utcDay, calendar: .netherlands(.atw)), margin: .standard,
      coverage: ["partner", "crm", "sticks", "backups"].map { name in
        let own = jobs.filter { $0.system.description == name }
        return Coverage(
          system: own[0].system, title: name, role: own[0].role, jobs: own.map(\.job), notApplicable: nil)
      }, jobs: jobs,
      decisions: lines(
        Set(jobs.map(\.system)).sorted().map {
          CategoryDecision(
            system: $0, category: "all", datasets: ["activity", "contact", "invoice"], ground: .consentWithdrawn,
            by: drafter.person)
        }))
  }

  mutating func job(
    _ name: String, _ verb: JobVerb, _ role: SystemRole, counts: [DatasetCount] = [], after: [Dependency] = [],
    followUp: FollowUp? = nil, export: PlannedExport? = nil
  ) throws -> PlannedJob {
    PlannedJob(
      job: reference(), system: try system(name), title: name, role: role, connector: "test", verb: verb,
      counts: counts, identifiers: [.email], dependsOn: after, deadline: now.adding(seconds: 20 * 86_400),
      leftOut: [], followUp: followUp, concurrency: 1, record: Self.record(of: name), export: export)
  }

  /// The digest of a system's record in the register.
  static func record(of name: String) -> ContentDigest { ContentDigest(hashing: Array("record of \(name)".utf8)) }

  // MARK: Jobs

  func subject(_ job: PlannedJob, _ plan: ErasurePlan) -> EntrySubject {
    EntrySubject(request: plan.request, plan: plan.plan, job: job.job)
  }

  mutating func start(_ job: PlannedJob, _ plan: ErasurePlan, epoch: Int = 1) throws {
    let digest = ContentDigest(hashing: try CanonicalJSON.encode(plan))
    try add(AttemptStarted(attempt: reference(), epoch: epoch, digest: digest), subject(job, plan))
  }

  mutating func end(_ job: PlannedJob, _ plan: ErasurePlan, _ end: AttemptEnd, epoch: Int = 1) throws {
    try add(AttemptEnded(end, epoch: epoch), subject(job, plan))
  }

  mutating func settle(_ job: PlannedJob, _ plan: ErasurePlan, _ outcome: JobOutcome) throws {
    try add(JobSettled(outcome: outcome), subject(job, plan))
  }

  private func receipt(_ voucher: Voucher, _ seen: WhatWasSeen, _ effects: [EffectCount]) throws -> ErasureReceipt {
    try ErasureReceipt(
      verification: Verification(voucher: voucher, seen: seen, path: FailureCode("path")), effects: effects)
  }

  private mutating func settleDueNow(_ plan: ErasurePlan) throws {
    let (partner, crm, sticks, backups) = (plan.jobs[0], plan.jobs[1], plan.jobs[2], plan.jobs[3])
    if let export = plan.jobs.last, export.verb == .export { try takeAlong(export, plan) }
    try start(partner, plan)
    try end(partner, plan, .accepted(checkAt: now.adding(seconds: 30)))
    try add(SystemReleased(system: crm.system, record: Self.record(of: "crm")), by: ben)
    try start(crm, plan)
    try add(
      TagsWritten(system: crm.system, count: 4, epoch: "2026-Q1", expires: now.utcDay.adding(days: 180)),
      subject(crm, plan))
    let until = try #require(Self.until)
    let effects = [
      EffectCount(dataset: "contact", approved: 1, found: 1, erased: 1),
      EffectCount(dataset: "activity", approved: 10, found: 12, erased: 12),
      EffectCount(
        dataset: "invoice", approved: 0, found: 3, erased: 0,
        kept: [KeptCount(rule: Self.rule, until: until, count: 3)]),
    ]
    try add(AttemptPrepared(epoch: 1, effects: effects, transaction: "77", tags: 4), subject(crm, plan))
    try end(crm, plan, .done)
    try settle(crm, plan, .erased(try receipt(.us, .secondLook, effects)))
    try start(partner, plan, epoch: 2)
    let isSigned = receiptClaims != nil
    if let receiptClaims { try keepReceipt(partner, plan, receiptClaims) }
    try end(partner, plan, .done, epoch: 2)
    let told = EffectCount(dataset: "recipient", approved: 0, found: 1, erased: 1)
    try settle(
      partner, plan, .erased(try receipt(isSigned ? .recipientSigned : .recipientUnsigned, .confirmation, [told])))
    try start(sticks, plan)
    try end(sticks, plan, .needsOfficer(Question(code: .manualTask)))
    try attest(sticks, plan, by: ada)
    try attest(sticks, plan, by: ben)
    let carrier = EffectCount(dataset: "carrier", approved: 0, found: 1, erased: 1)
    try settle(sticks, plan, .erased(try receipt(.person, .attestation, [carrier])))
    try start(backups, plan)
    try end(backups, plan, .done)
    let last = now.utcDay.adding(days: 30)
    try settle(backups, plan, .expiryTagged(until: last, untilAt: last.adding(days: 1).utcMidnight, seen: .listing))
  }

  private mutating func attest(_ job: PlannedJob, _ plan: ErasurePlan, by officer: Officer) throws {
    let text = try AttestationText(
      log: Self.origin, job: job.job, request: plan.request, done: "destroyed", medium: "USB stick 4",
      method: "shredder", nonce: String(repeating: "0c", count: 16)
    ).encoded
    try add(
      TaskAttested(
        text: artifact(text), signature: artifact(try officer.sign(text, namespace: AttestationText.namespace)),
        keyFingerprint: try officer.publicKey().fingerprint, found: true), subject(job, plan), by: officer)
  }

  private mutating func settleFollowUps(_ plan: ErasurePlan) throws {
    let (kept, gone) = (plan.jobs[4], plan.jobs[5])
    now = now.adding(seconds: 40 * 86_400)
    try start(gone, plan)
    try end(gone, plan, .done)
    try add(CopyExpired(system: gone.system, sets: 1), subject(gone, plan))
    let sets = EffectCount(dataset: "backup-sets", approved: 1, found: 1, erased: 1)
    try settle(gone, plan, .erased(try receipt(.us, .listing, [sets])))
    now = max(now, try #require(Self.until).utcMidnight.adding(seconds: 3_600))
    try start(kept, plan)
    let effects = [EffectCount(dataset: "invoice", approved: 3, found: 3, erased: 3)]
    try add(AttemptPrepared(epoch: 1, effects: effects, transaction: nil, tags: 0), subject(kept, plan))
    try end(kept, plan, .done)
    try settle(kept, plan, .erased(try receipt(.us, .secondLook, effects)))
  }
}
