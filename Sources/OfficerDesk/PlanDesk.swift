import ConnectorKit
import ErasureDomain
import ErasureEngine
import ErasurePlanning
import EvidenceLog
import Journal
import OfficerAPI
import SubjectVault

// Making, showing, pausing and resuming plans.
extension OfficerDesk {
  func makePlan(_ call: MakePlan, _ caller: Caller) async throws -> PlanMade {
    let record = try await find(call.request)
    try await requireUnchangedConfiguration()
    guard let drafter = caller.id else { throw Refusal(.forbidden, "an operator drafts no plan") }
    try await requirePlannable(record)
    let result = try await search(record)
    let subject = EntrySubject(request: record.request)
    let lookup = LookupMade(systems: result.findings.count, purpose: "plan")
    var drafts = [try EntryDraft(lookup, about: subject, by: drafter)]
    if !result.undecided.isEmpty {
      drafts.append(
        try EntryDraft(QuestionAsked(code: .foundIdentifiers, open: result.undecided.count), about: subject))
    } else if record.undecided > 0 {
      drafts.append(try EntryDraft(QuestionAsked(code: .foundIdentifiers, open: 0), about: subject))
    }
    // Found identifiers and root keys are sealed before the log says that anything was looked for.
    try await vault.put(result.undecided, as: .undecided, of: record.request)
    try await vault.put(result.identifiers, as: .identifiers, of: record.request)
    try await journal.append(drafts, to: subject.stream, expecting: record.revision)
    guard result.undecided.isEmpty else {
      return PlanMade(plan: nil, undecided: result.undecided.map(Self.view))
    }
    try await withdrawProposal(of: record, by: caller)
    let reference = PlanReference(using: random)
    try await propose(reference, for: record, drafter: drafter, result: result, leaving: [], by: caller, revision: 0)
    return PlanMade(plan: try await planView(of: reference.text), undecided: [])
  }

  private func requirePlannable(_ record: RequestRecord) async throws {
    guard record.asksForErasure || !record.packages.isEmpty else {
      throw Refusal(
        .refused,
        "request \(record.number) asks neither for erasure nor for access or portability, so there is nothing to plan")
    }
    guard record.state == .verified else {
      let hint =
        record.state == .received ? "; record how identity was established with `expunge request confirm`" : ""
      throw Refusal(.refused, "request \(record.number) is \(record.state.word) and cannot be planned\(hint)")
    }
  }

  /// Drafts the plan from what was found, seals the root keys and appends `plan.proposed`.
  func propose(
    _ reference: PlanReference, for record: RequestRecord, drafter: PersonReference, result: SearchResult,
    leaving drafts: [EntryDraft], by caller: Caller, revision: Int
  ) async throws {
    let request = record.request
    for (system, findings) in result.findings {
      try await vault.put(findings.roots.sorted(), as: .roots(system), of: request)
    }
    let summary = try await findingsSummary(of: request, result)
    let summaryBytes = try CanonicalJSON.encode(summary)
    let findingsArtifact = Artifact(digest: ContentDigest(hashing: summaryBytes), bytes: summaryBytes)
    let now = clock.now()
    let plan = try await draftPlan(
      reference, for: record, drafter: drafter, result: result, findings: findingsArtifact.digest, at: now)
    let bytes = try CanonicalJSON.encode(plan)
    let artifact = Artifact(digest: ContentDigest(hashing: bytes), bytes: bytes)
    let facts = PlanProposed(
      digest: artifact.digest, findings: findingsArtifact.digest, nonce: Hex.encode(random.bytes(16)),
      jobs: plan.jobs.count, searched: result.findings.keys.sorted(),
      startBefore: now.adding(seconds: Int64(settings.planDays) * 86_400))
    let subject = EntrySubject(request: request, plan: reference)
    let proposal = try EntryDraft(facts, about: subject, by: drafter, artifacts: [artifact, findingsArtifact])
    try await journal.append(drafts + [proposal], to: subject.stream, expecting: revision)
  }

  private func draftPlan(
    _ reference: PlanReference, for record: RequestRecord, drafter: PersonReference, result: SearchResult,
    findings: ContentDigest, at now: UTCTime
  ) async throws -> ErasurePlan {
    var leftOut: [SystemName: [PlannedJob.LeftOut]] = [:]
    for system in result.findings.keys {
      let records = try await vault.get([LeftOutRecord].self, .leftOut(system), of: record.request) ?? []
      guard !records.isEmpty else { continue }
      leftOut[system] = Dictionary(grouping: records, by: \.root.dataset).sorted { $0.key < $1.key }
        .map { PlannedJob.LeftOut(dataset: $0.key, count: $0.value.count) }
    }
    let clock = clock
    let digests = try recordDigests()
    let log = try await journal.read { reader in try reader.log() }
    let contracts = recipients.reduce(into: [:]) { $0[$1.system] = systems.contract(of: $1.system) }
    let input = PlanInput(
      plan: reference, request: record.request, received: record.received, dueDates: record.dueInForce,
      givenKinds: record.givenKinds,
      ground: record.ground ?? .noLongerNecessary, acceptedBy: record.confirmedBy, decisions: record.decisions ?? [],
      register: settings.register, registerDigest: settings.registerDigest,
      recordDigests: digests, contracts: contracts,
      passed: Set(contracts.keys.filter { log.knowsPass(of: $0, with: digests[$0]) }),
      exporting: exporting(),
      searched: Dictionary(
        uniqueKeysWithValues: result.findings.map { system, findings in
          (system, SearchedSystem(findings, leftOut: leftOut[system] ?? []))
        }),
      findingsDigest: findings, knownKinds: Set(result.identifiers.map(\.kind)), log: settings.origin,
      drafter: drafter, at: now, practice: settings.practice, margin: settings.margin, random: random,
      startOfDay: { clock.start(of: $0) })
    do {
      return try PlanDrafting.draft(input)
    } catch {
      throw Refusal(.refused, "no plan can be made: \(error)")
    }
  }

  /// Systems from which what the person takes along is read without a person.
  private func exporting() -> Set<SystemName> {
    Set(
      systems.records.map(\.system).filter { system in
        do { return try systems.connector(system) is any Exporting } catch { return false }
      })
  }

  private func recordDigests() throws -> [SystemName: ContentDigest] {
    var digests: [SystemName: ContentDigest] = [:]
    for record in settings.register.systems {
      digests[record.system] = ContentDigest(hashing: try CanonicalJSON.encode(record))
    }
    return digests
  }

  private func findingsSummary(
    of request: RequestReference, _ result: SearchResult
  ) async throws -> FindingsSummary {
    var lines: [FindingsSummary.System] = []
    for (system, findings) in result.findings.sorted(by: { $0.key < $1.key }) {
      let roots = try CanonicalJSON.encode(findings.roots.sorted())
      let mac = try await vault.hmac(roots, of: request, purpose: "findings")
      lines.append(
        FindingsSummary.System(
          system: system, at: result.times[system] ?? clock.now(), counts: findings.counts,
          roots: findings.roots.count, rootsMAC: Hex.encode(mac)))
    }
    return FindingsSummary(request: request, systems: lines)
  }

  func pause(_ text: String, _ caller: Caller) async throws -> PlanView {
    let plan = try await findPlan(text)
    try await append(
      PlanPaused(), about: EntrySubject(request: plan.request, plan: plan.plan), by: caller.id,
      expecting: plan.revision)
    return try await planView(of: plan.plan.text)
  }

  func resume(_ text: String, _ caller: Caller) async throws -> PlanView {
    let plan = try await findPlan(text)
    try await append(
      PlanResumed(), about: EntrySubject(request: plan.request, plan: plan.plan), by: caller.id,
      expecting: plan.revision)
    return try await planView(of: plan.plan.text)
  }

  static func view(_ undecided: Undecided) -> UndecidedIdentifier {
    UndecidedIdentifier(
      ordinal: undecided.ordinal, system: undecided.system, identifier: undecided.identifier,
      reason: undecided.reason)
  }
}
