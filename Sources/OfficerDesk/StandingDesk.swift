import ConnectorKit
import ErasureDomain
import ErasureEngine
import ErasurePlanning
import EvidenceLog
import Journal
import OfficerAPI
import SubjectVault

// Standing approvals: two officers sign beforehand that who was erased and is back with a restore may go again at once.
extension OfficerDesk {
  /// The longest that one counts.
  static let longestStandingDays = 400

  func prepare(_ call: PrepareStanding) async throws -> StandingPrepared {
    guard let system = SystemName(call.system), let record = settings.register[system], record.isErasedByUs,
      let digest = gate.recordDigest(of: system)
    else { throw Refusal(.notFound, "there is no system \(Self.shown(call.system)) in which we erase") }
    guard StandingApproval.rowRange.contains(call.atMost) else {
      let range = StandingApproval.rowRange
      throw Refusal(.invalid, "it is for \(range.lowerBound) to \(range.upperBound) rows")
    }
    let today = clock.today
    guard call.until >= today, call.until <= today.adding(days: Self.longestStandingDays) else {
      throw Refusal(
        .invalid,
        "it counts until a day from today on, and for \(Self.longestStandingDays) days at most: nobody should "
          + "forget that it is there")
    }
    let until = clock.start(of: call.until.adding(days: 1))
    // The second person signs what the first has signed.
    let known = try await journal.read { reader in try reader.log().standing?[system] }
    let isSame = known.map { $0.record == digest && $0.atMost == call.atMost && $0.until == until && !$0.isComplete }
    let nonce = isSame == true ? known?.nonce : nil
    let text = try StandingApprovalText(
      log: settings.origin, system: system, record: digest, atMost: call.atMost, until: until,
      nonce: nonce ?? Hex.encode(random.bytes(16)))
    return StandingPrepared(text: String(decoding: text.encoded, as: UTF8.self))
  }

  func submit(_ call: SubmitStanding, _ caller: Caller) async throws -> StandingView {
    do {
      return try await sign(call)
    } catch let refusal as Refusal {
      if refusal.reason == .forbidden || refusal.reason == .refused {
        await denied(SubmitStanding.name, FailureCode("approval-refused"), by: caller)
      }
      throw refusal
    }
  }

  private func sign(_ call: SubmitStanding) async throws -> StandingView {
    try await requireUnchangedConfiguration()
    let bytes = Array(call.text.utf8)
    let text: StandingApprovalText
    do { text = try StandingApprovalText(parsing: bytes) } catch {
      throw Refusal(.invalid, "the text of the standing approval does not read: \(error)")
    }
    let now = clock.now()
    guard text.log == settings.origin, text.record == gate.recordDigest(of: text.system), text.until > now else {
      throw Refusal(
        .refused, "it is for another log, for a system as it was described before, or has ended: make it anew")
    }
    let signed = try await signature(
      call.signature, over: bytes, principal: call.principal, StandingApprovalText.namespace, at: now)
    guard signed.person.roles.contains(.officer) else {
      throw Refusal(.forbidden, "\(signed.person.name) is not an officer and cannot approve anything beforehand")
    }
    let artifacts = [Self.artifact(bytes), Self.artifact(Array(call.signature.utf8))]
    let approval = Approval(
      by: signed.person.id, keyFingerprint: signed.key.fingerprint, text: artifacts[0].digest,
      signature: artifacts[1].digest)
    let facts = StandingApproved(
      system: text.system, approval: approval, record: text.record, atMost: text.atMost, until: text.until,
      nonce: text.nonce)
    let draft = try EntryDraft(facts, about: .log, by: signed.person.id, artifacts: artifacts)
    try await journal.append([draft], to: .log, expecting: nil)
    guard let standing = try await journal.read({ reader in try reader.log().standing?[text.system] }) else {
      throw Refusal(.conflict, "somebody has withdrawn it meanwhile")
    }
    return StandingView(
      system: text.system, atMost: standing.atMost, until: standing.until,
      signedBy: standing.approvals.map { settings.people.name(of: $0.by) ?? "" },
      needed: StandingApproval.signaturesNeeded)
  }

  func withdraw(_ call: WithdrawStanding, _ caller: Caller) async throws -> Done {
    guard let system = SystemName(call.system),
      try await journal.read({ reader in try reader.log().standing?[system] }) != nil
    else { throw Refusal(.notFound, "there is no standing approval for \(Self.shown(call.system))") }
    try await append(StandingWithdrawn(system: system), about: .log, by: caller.id, expecting: nil)
    return Done()
  }

  /// Approves a plan by what two people have signed beforehand; says why where it does not cover the plan, and nil where
  /// nothing was signed for the system.
  ///
  /// `certain` are the records that came back for certain: the plan must be about exactly these.
  func approveByStanding(
    _ record: PlanRecord, in system: SystemName, certain: Set<RootRecord>
  ) async throws -> (isApproved: Bool, problem: String?)? {
    let now = clock.now()
    let (log, request) = try await journal.read { reader in
      (try reader.log(), try reader.request(record.request))
    }
    guard let standing = log.standing?[system], now < standing.until, standing.isComplete else { return nil }
    let (plan, _) = try await plans.plan(record.plan)
    var problem = standing.problem(with: plan, erasing: request?.received.again, in: system, at: now)
    if problem == nil, Set(try await vault.get([RootRecord].self, .roots(system), of: record.request) ?? []) != certain
    {
      problem = "the plan is about other records than those that are back for certain"
    }
    if problem == nil, standing.approvals.contains(where: { $0.by == record.drafter }) {
      problem = "who signed it has announced the restore, and so drafted the plan; somebody else must"
    }
    if problem == nil { problem = try await lapsed(standing, at: now) }
    if let problem { return (false, problem) }
    var revision = record.revision
    let subject = EntrySubject(request: record.request, plan: record.plan)
    for (number, approval) in standing.approvals.enumerated() {
      let facts = PlanApproved(
        approval: approval, digest: record.proposal.digest, enough: number == standing.approvals.count - 1,
        waitUntil: nil, standing: true)
      try await journal.append(
        [try EntryDraft(facts, about: subject, by: approval.by)], to: subject.stream, expecting: revision)
      revision += 1
    }
    return (true, nil)
  }

  /// Whether who signed may still do so.
  private func lapsed(_ standing: StandingApproval, at now: UTCTime) async throws -> String? {
    for approval in standing.approvals {
      let (text, armored) = try await journal.read { reader in
        (try reader.artifact(approval.text), try reader.artifact(approval.signature))
      }
      guard let text, let armored, let person = settings.people.persons.first(where: { $0.id == approval.by }) else {
        return "one who signed it is nobody here any more"
      }
      var isEntitled = false
      for principal in person.principals.sorted() where !isEntitled && person.roles.contains(.officer) {
        do {
          _ = try await signature(
            String(decoding: armored, as: UTF8.self), over: text, principal: principal,
            StandingApprovalText.namespace, at: now)
          isEntitled = true
        } catch let refusal as Refusal where refusal.reason != .unavailable {
          continue
        }
      }
      if !isEntitled { return "\(person.name) may not sign it any more" }
    }
    return nil
  }
}
