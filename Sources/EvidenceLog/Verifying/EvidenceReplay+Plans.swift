import ErasureDomain

// The rules of a plan: the bytes that are approved, and who approved them.
extension EvidenceReplay {
  mutating func checkProposal(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: PlanProposed.self)
    guard let reference = entry.subject.plan, let request = entry.subject.request, let drafter = entry.by else {
      return wrong(place, "a proposal names its plan, its request and who drafted it")
    }
    guard nonces.insert(facts.nonce).inserted else { return wrong(place, "its nonce was used for another proposal") }
    let (plan, problem): (ErasurePlan, String?)
    switch named?.plan {
    case .success(let read): (plan, problem) = (read.plan, read.problem)
    case .failure(let problem): return wrong(place, "the plan that it names does not read: \(problem)")
    case nil:
      plans[reference] = nil
      return
    }
    answers.keep(plan, at: facts.digest)
    ledger.add(plan)
    let rules: [(Bool, String)] = [
      (plan.v == 1, "has version \(plan.v)"),
      (plan.plan == reference && plan.request == request, "is for another plan or request"),
      (Lines.same(plan.log, origin), "is for another log"),
      (plan.drafter == drafter, "names another drafter"),
      (plan.findings == facts.findings, "names other findings"),
      (plan.jobs.count == facts.jobs, "has \(plan.jobs.count) jobs, the entry says \(facts.jobs)"),
    ]
    if let broken = rules.first(where: { !$0.0 }) {
      return wrong(place, "the plan with the proposed digest \(broken.1)")
    }
    if let problem { return wrong(place, "the plan \(problem)") }
    plans[reference] = facts.digest
    counts.plans += 1
  }

  mutating func checkApproval(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: PlanApproved.self)
    guard let reference = entry.subject.plan, let record = answers.plan(reference) else { return }
    let approval = facts.approval
    let rules: [(Bool, String)] = [
      (entry.by == approval.by, "by is not who signed"),
      (approval.by != record.drafter, "who drafted the plan has approved it"),
      (!record.approvals.contains { $0.by == approval.by }, "the same person has approved before"),
      (
        !record.approvals.contains { Lines.same($0.keyFingerprint, approval.keyFingerprint) },
        "the same key has approved before"
      ),
      (entry.at < record.proposal.startBefore, "it had to be approved before \(record.proposal.startBefore)"),
    ]
    if let broken = rules.first(where: { !$0.0 }) { return wrong(place, broken.1) }
    if facts.standing == true {
      if try checkStanding(approval, record, entry, place) { counts.approvals += 1 }
    } else if try checkSigned(approval, .approve, record, entry, place) {
      counts.approvals += 1
    }
  }

  /// Who signs in the place of another signs the very text of the plan's approval.
  mutating func checkConfirmation(_ entry: EvidenceEntry, _ place: Place) throws {
    let approval = try entry.facts(as: PlanConfirmed.self).approval
    guard let reference = entry.subject.plan, let record = answers.plan(reference) else { return }
    if try checkSigned(approval, .approve, record, entry, place) { counts.approvals += 1 }
  }

  /// A signature given beforehand, when it is entered into the log.
  mutating func checkStanding(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: StandingApproved.self)
    guard entry.by == facts.approval.by else { return wrong(place, "by is not who signed") }
    guard let signed = try standingText(facts.approval, deciding: facts.nonce, entry, place) else { return }
    let rules: [(Bool, String)] = [
      (signed.system == facts.system, "system"), (signed.record == facts.record, "record"),
      (signed.atMost == facts.atMost, "at-most"), (signed.until == facts.until, "until"),
      (Lines.same(signed.nonce, facts.nonce), "nonce"),
    ]
    guard let broken = rules.first(where: { !$0.0 }) else { return }
    wrong(place, "the signed text has another \(broken.1) than the entry")
  }

  /// A plan that nobody signed: the text that was signed beforehand must cover it by itself.
  private mutating func checkStanding(
    _ approval: Approval, _ record: PlanRecord, _ entry: EvidenceEntry, _ place: Place
  ) throws -> Bool {
    guard let signed = try standingText(approval, deciding: record.proposal.nonce, entry, place) else { return false }
    guard let plan = try answers.plan(at: record.proposal.digest) else { return false }
    let standing = StandingApproval(
      record: signed.record, atMost: signed.atMost, until: signed.until, nonce: signed.nonce,
      approvals: Array(repeating: approval, count: StandingApproval.signaturesNeeded))
    let again = answers.request(record.request)?.received.again
    if let problem = standing.problem(with: plan, erasing: again, in: signed.system, at: entry.at) {
      wrong(place, "the standing approval does not cover this plan: \(problem)")
      return false
    }
    return true
  }

  private mutating func standingText(
    _ approval: Approval, deciding: String, _ entry: EvidenceEntry, _ place: Place
  ) throws -> StandingApprovalText? {
    guard
      let text = checkSignature(
        by: approval.keyFingerprint, namespace: StandingApprovalText.namespace, deciding: deciding, entry, place)
    else { return nil }
    do {
      let signed = try StandingApprovalText(parsing: text)
      guard Lines.same(signed.log, origin) else {
        wrong(place, "the signed text has another log than this one")
        return nil
      }
      return signed
    } catch {
      wrong(place, "the signed text is no standing approval: \(error)")
      return nil
    }
  }

  mutating func checkRefusal(_ entry: EvidenceEntry, _ place: Place) throws {
    guard let refusal = try entry.facts(as: PlanWithdrawn.self).refusal, let reference = entry.subject.plan,
      let record = answers.plan(reference)
    else { return }
    guard entry.by == refusal.by else { return wrong(place, "by is not who signed") }
    if try checkSigned(refusal, .refuse, record, entry, place) { counts.refusals += 1 }
  }

  /// The signed text must be exactly the one that the proposal asks for.
  private mutating func checkSigned(
    _ approval: Approval, _ decision: ApprovalText.Decision, _ record: PlanRecord, _ entry: EvidenceEntry,
    _ place: Place
  ) throws -> Bool {
    let text = checkSignature(
      by: approval.keyFingerprint, namespace: ApprovalText.namespace, deciding: record.proposal.nonce, entry, place)
    guard text != nil, let read = named?.signed?.approval else { return false }
    let signed: ApprovalText
    switch read {
    case .success(let text): signed = text
    case .failure(let problem):
      wrong(place, "the signed text is no approval: \(problem)")
      return false
    }
    let proposal = record.proposal
    let rules: [(Bool, String)] = [
      (Lines.same(signed.log, origin), "log"), (signed.decision == decision, "decision"),
      (signed.plan == proposal.digest, "plan"), (signed.request == record.request, "request"),
      (signed.jobs == proposal.jobs, "jobs"), (signed.findings == proposal.findings, "findings"),
      (Lines.same(signed.nonce, proposal.nonce), "nonce"), (signed.startBefore == proposal.startBefore, "start-before"),
    ]
    guard let broken = rules.first(where: { !$0.0 }) else { return true }
    wrong(place, "the signed text has another \(broken.1) than the proposal")
    return false
  }

  /// A signature over a text, both artifacts: valid, by the named key, and by a key that the auditor lists.
  ///
  /// `deciding` names what is decided, so that one person does not count twice under two keys. The text, or nothing
  /// when something is wrong (said) or absent (found in the end).
  mutating func checkSignature(
    by fingerprint: String, namespace: String, deciding: String, _ entry: EvidenceEntry, _ place: Place
  ) -> [UInt8]? {
    guard let signed = named?.signed else {
      counts.signaturesNotChecked += 1
      return nil
    }
    switch signed.key {
    case .failure(let problem):
      wrong(place, "its signature does not hold: \(problem)")
      return nil
    case .success(let signer):
      guard Lines.same(signer.fingerprint, fingerprint) else {
        wrong(place, "the signature is by key \(signer.fingerprint), the entry names \(fingerprint)")
        return nil
      }
      return checkSigner(signer.key, namespace, deciding, entry, place) ? signed.bytes : nil
    }
  }

  private mutating func checkSigner(
    _ key: SSHPublicKey, _ namespace: String, _ deciding: String, _ entry: EvidenceEntry, _ place: Place
  ) -> Bool {
    guard let signers else {
      counts.signersNotChecked += 1
      return true
    }
    let listed = listed[key] ?? Set(signers.principals(of: key))
    if !listed.isEmpty { self.listed[key] = listed }
    guard !listed.isEmpty else {
      wrong(place, "key \(key.fingerprint) is not in your allowed signers")
      return false
    }
    var refusal: SignerRefusal?
    let entitled = listed.sorted().filter { principal in
      do throws(SignerRefusal) {
        try signers.key(for: principal, matching: key, namespace: namespace, at: entry.at)
        return true
      } catch {
        refusal = refusal ?? error
        return false
      }
    }
    guard !entitled.isEmpty else {
      wrong(place, refusal.map { "\($0)" } ?? "key \(key.fingerprint) is not in your allowed signers")
      return false
    }
    guard principals[deciding, default: []].isDisjoint(with: listed) else {
      wrong(place, "by your allowed signers the same person has signed this before with another key")
      return false
    }
    principals[deciding, default: []].formUnion(listed)
    return true
  }
}
