import ConnectorKit
import ErasureDomain
import ErasureEngine
import EvidenceLog
import Journal
import Logging
import OfficerAPI
import SubjectVault

// Looking at a plan's records, leaving some out, and the signature that approves the rest.
extension OfficerDesk {
  func prepare(_ call: PrepareApproval, _ caller: Caller) async throws -> ApprovalPrepared {
    guard let decision = ApprovalText.Decision(rawValue: call.decision) else {
      throw Refusal(.invalid, "the decision is approve or refuse")
    }
    let record = try await findPlan(call.plan)
    try requireOpen(record)
    let (plan, _) = try await plans.plan(record.plan)
    let text = try approvalText(record, plan, decision)
    let bytes = try CanonicalJSON.encode(plan)
    return ApprovalPrepared(
      plan: try await planView(of: record.plan.text, in: call.language ?? .english),
      planBytes: String(decoding: bytes, as: UTF8.self),
      text: String(decoding: text.encoded, as: UTF8.self), records: try await review(plan))
  }

  /// Whether somebody can sign: also a plan that runs, where an approval of it is in doubt.
  private func requireOpen(_ record: PlanRecord) throws {
    if record.doubted == nil { try requireChangeable(record) }
  }

  /// Whether the plan still waits for signatures.
  func requireChangeable(_ record: PlanRecord) throws {
    switch record.state {
    case .proposed: return
    case .approved where record.approvedAt == nil: return
    case .draft, .approved, .waiting, .executing, .paused, .concluded, .halted, .withdrawn:
      throw Refusal(.refused, "plan \(record.plan) is \(record.state.word); there is nothing to approve")
    }
  }

  private func approvalText(
    _ record: PlanRecord, _ plan: ErasurePlan, _ decision: ApprovalText.Decision
  ) throws -> ApprovalText {
    try ApprovalText(
      log: settings.origin, decision: decision, plan: record.proposal.digest, request: record.request,
      jobs: plan.jobs.count, findings: record.proposal.findings, nonce: record.proposal.nonce,
      startBefore: record.proposal.startBefore)
  }

  /// Root records of the plan's own systems in a fixed order; what `ordinal` counts.
  private func roots(of plan: ErasurePlan) async throws -> [(system: SystemName, root: RootRecord)] {
    var roots: [(SystemName, RootRecord)] = []
    for job in plan.jobs where job.verb == .erase || (plan.onlyExports && job.export?.isByHand == false) {
      let sealed = try await vault.get([RootRecord].self, .roots(job.system), of: plan.request) ?? []
      roots += sealed.map { (job.system, $0) }
    }
    return roots
  }

  private func review(_ plan: ErasurePlan) async throws -> [ReviewLine] {
    let roots = try await roots(of: plan)
    var columns: [RootRecord: [ReviewLine.Column]] = [:]
    var lines: [ReviewLine] = []
    for (system, group) in Dictionary(grouping: roots, by: \.system) {
      guard let connector = try systems.connector(system) as? any Reviewing else { continue }
      let deadline = clock.now().adding(seconds: Self.searchSeconds)
      columns = [:]
      for reviewed in try await connector.review(group.map(\.root), deadline: deadline) {
        columns[reviewed.root] = reviewed.columns.map { ReviewLine.Column(name: $0.name, value: $0.value) }
      }
      for (ordinal, entry) in roots.enumerated() where entry.system == system {
        lines.append(
          ReviewLine(
            ordinal: ordinal + 1, system: system, dataset: entry.root.dataset, columns: columns[entry.root] ?? []))
      }
    }
    return lines.sorted { $0.ordinal < $1.ordinal }
  }

  func leaveOut(_ call: LeaveOut, _ caller: Caller) async throws -> PlanView {
    let record = try await findPlan(call.plan)
    try requireChangeable(record)
    try await requireUnchangedConfiguration()
    guard !call.reason.isEmpty else { throw Refusal(.invalid, "say why the records are left out") }
    let terms = try await checked(call.terms, record.request)
    let (plan, _) = try await plans.plan(record.plan)
    let roots = try await roots(of: plan)
    var chosen: [SystemName: [RootRecord]] = [:]
    for ordinal in Set(call.ordinals) {
      guard ordinal >= 1, ordinal <= roots.count else {
        throw Refusal(.invalid, "record \(ordinal) is not in the plan; it has 1 to \(roots.count)")
      }
      chosen[roots[ordinal - 1].system, default: []].append(roots[ordinal - 1].root)
    }
    guard !chosen.isEmpty else { throw Refusal(.invalid, "name at least one record to leave out") }
    var drafts: [EntryDraft] = []
    var before: [SystemName: [LeftOutRecord]] = [:]
    let subject = EntrySubject(request: record.request, plan: record.plan)
    for (system, records) in chosen.sorted(by: { $0.key < $1.key }) {
      var leftOut = try await vault.get([LeftOutRecord].self, .leftOut(system), of: record.request) ?? []
      before[system] = leftOut
      leftOut += records.map { LeftOutRecord(root: $0, reason: call.reason) }
      try await vault.put(leftOut, as: .leftOut(system), of: record.request)
      for (dataset, group) in Dictionary(grouping: records, by: \.dataset).sorted(by: { $0.key < $1.key }) {
        let facts = ExceptionGranted(system: system, dataset: dataset, records: group.count, terms: terms)
        drafts.append(try EntryDraft(facts, about: subject, by: caller.id))
      }
    }
    do {
      let request = try await find(record.request.text)
      try await proposeAnew(record, for: request, leaving: drafts, by: caller)
    } catch {
      // Nothing was logged, so nothing is left out.
      for (system, records) in before { try await vault.put(records, as: .leftOut(system), of: record.request) }
      throw error
    }
    return try await planView(of: record.plan.text)
  }

  func proposeAnew(
    _ record: PlanRecord, for request: RequestRecord, leaving drafts: [EntryDraft], by caller: Caller
  ) async throws {
    let result = try await search(request)
    guard result.undecided.isEmpty else {
      throw Refusal(
        .refused, "identifiers were found since that need a decision first; make the plan anew with `expunge plan`")
    }
    try await vault.put(result.identifiers, as: .identifiers, of: record.request)
    try await propose(
      record.plan, for: request, drafter: record.drafter, result: result, leaving: drafts, by: caller,
      revision: record.revision)
  }

  // MARK: The signature

  func submit(_ call: SubmitApproval, _ caller: Caller) async throws -> PlanView {
    let record = try await findPlan(call.plan)
    do {
      try await decide(call, record)
    } catch let refusal as Refusal {
      if refusal.reason == .forbidden || refusal.reason == .refused {
        await denied(SubmitApproval.name, FailureCode("approval-refused"), by: caller)
      }
      throw refusal
    }
    return try await planView(of: record.plan.text)
  }

  private func decide(_ call: SubmitApproval, _ record: PlanRecord) async throws {
    try await requireUnchangedConfiguration()
    try requireOpen(record)
    let now = clock.now()
    let (plan, _) = try await plans.plan(record.plan)
    let text = Array(call.text.utf8)
    let decision = try decision(in: text, record, plan)
    guard now < record.proposal.startBefore || record.doubted != nil else {
      throw Refusal(
        .refused, "too late: this plan had to be approved before \(record.proposal.startBefore); make a new one")
    }
    let signed = try await signature(
      call.signature, over: text, principal: call.principal, ApprovalText.namespace, at: now)
    let person = signed.person
    guard person.roles.contains(.officer) || person.roles.contains(.coSigner) else {
      throw Refusal(.forbidden, "\(person.name) is not an officer and cannot approve plans")
    }
    guard person.id != record.drafter else {
      throw Refusal(
        .forbidden, "\(person.name) drafted this plan, and who drafts a plan cannot approve it; ask another officer")
    }
    if decision == .approve { try await requireNoHold(by: person, on: record.request) }
    guard !record.approvals.contains(where: { $0.by == person.id }) else {
      throw Refusal(.refused, "\(person.name) has already approved this plan; a second person is needed")
    }
    guard !record.approvals.contains(where: { $0.keyFingerprint == signed.key.fingerprint }) else {
      throw Refusal(.refused, "this key has already approved the plan; a second person needs a key of his own")
    }
    let artifacts = [Self.artifact(text), Self.artifact(Array(call.signature.utf8))]
    let approval = Approval(
      by: person.id, keyFingerprint: signed.key.fingerprint, text: artifacts[0].digest, signature: artifacts[1].digest)
    let subject = EntrySubject(request: record.request, plan: record.plan)
    let draft: EntryDraft
    switch decision {
    case _ where record.doubted != nil: draft = try settleDoubt(decision, approval, record, artifacts)
    case .refuse:
      draft = try EntryDraft(PlanWithdrawn(refusal: approval), about: subject, by: person.id, artifacts: artifacts)
    case .approve:
      let enough = record.approvals.count + 1 >= max(settings.approvals, plan.leastApprovals)
      let signers = settings.people.persons.filter { one in
        one.id == person.id || record.approvals.contains { $0.by == one.id }
      }
      guard !enough || signers.contains(where: { $0.roles.contains(.officer) }) else {
        throw Refusal(.refused, "one of those who approve a plan must be an officer; co-signers cannot do it alone")
      }
      let facts = PlanApproved(
        approval: approval, digest: record.proposal.digest, enough: enough,
        waitUntil: enough ? try await waitUntil(record.request, at: now) : nil)
      draft = try EntryDraft(facts, about: subject, by: person.id, artifacts: artifacts)
    }
    try await journal.append([draft], to: subject.stream, expecting: record.revision)
    do { try await publish() } catch {
      // The decision stands in the journal; the next checkpoint covers it.
      logger.error("the log could not be published", metadata: ["after": "approval"])
    }
  }

  /// The end of the waiting period; it never takes away the work-to date (requirements E11).
  private func waitUntil(_ reference: RequestReference, at now: UTCTime) async throws -> UTCTime? {
    guard settings.waitingHours > 0 else { return nil }
    let workTo = clock.start(of: try await find(reference.text).dueInForce.workTo)
    let until = min(now.adding(seconds: Int64(settings.waitingHours) * 3_600), workTo)
    return until > now ? until : nil
  }

  /// The text must be, byte for byte, the one this plan asks for; otherwise the first line that differs is named.
  private func decision(
    in text: [UInt8], _ record: PlanRecord, _ plan: ErasurePlan
  ) throws -> ApprovalText.Decision {
    let given: ApprovalText
    do { given = try ApprovalText(parsing: text) } catch {
      throw Refusal(.invalid, "the approval text does not read: \(error)")
    }
    let wanted = try approvalText(record, plan, given.decision)
    let reasons: [(Bool, String)] = [
      (given.log == wanted.log, "it is for another log"),
      (given.request == wanted.request, "it is for another request"),
      (given.plan == wanted.plan, "the plan has changed since it was signed: look at it again and sign anew"),
      (given.findings == wanted.findings, "the findings have changed since it was signed"),
      (given.nonce == wanted.nonce, "its nonce was used for another proposal"),
      (given.encoded == wanted.encoded, "its jobs or start-before differ from the plan"),
    ]
    if let reason = reasons.first(where: { !$0.0 }) {
      throw Refusal(.refused, "this signature does not approve plan \(record.plan): \(reason.1)")
    }
    return given.decision
  }

  /// A valid signature of one of our people, judged now; the refusal says which rule it breaks.
  func signature(
    _ armored: String, over text: [UInt8], principal: String, _ namespace: String, at now: UTCTime
  ) async throws -> (person: Person, key: SSHPublicKey) {
    let file = try await signersInForce(recording: true)
    let signature: SSHSignature
    do {
      signature = try SSHSignature(armored: Array(armored.utf8))
      try signature.verify(message: text, namespace: namespace, policy: settings.signatures)
    } catch {
      throw Refusal(.refused, "the signature is not accepted: \(error)")
    }
    let person = try await holder(
      of: signature.publicKey, as: principal, for: namespace, listedIn: file, at: now)
    return (person, signature.publicKey)
  }

  /// Whose key it is: listed for this use, in nobody else's hands, and of somebody of ours.
  func holder(
    of key: SSHPublicKey, as principal: String, for namespace: String, listedIn file: [UInt8], at now: UTCTime
  ) async throws -> Person {
    do {
      try AllowedSigners(parsing: file).key(for: principal, matching: key, namespace: namespace, at: now)
    } catch let refusal as SignerRefusal {
      throw Refusal(.forbidden, "the signer is not accepted: \(refusal)")
    } catch {
      throw Refusal(.unavailable, "allowed_signers cannot be read; see the daemon's configuration")
    }
    let fingerprint = key.fingerprint
    if let since = try await journal.read({ reader in try reader.log().compromised?[fingerprint] }) {
      throw Refusal(
        .forbidden, "this key signs nothing more: somebody else may have had it since \(since); list a new one")
    }
    guard let person = settings.people.signer(principal) else {
      throw Refusal(.forbidden, "nobody in the configuration's people: signs as this principal; add it there")
    }
    return person
  }

  static func artifact(_ bytes: [UInt8]) -> Artifact { Artifact(digest: ContentDigest(hashing: bytes), bytes: bytes) }
}
