import ErasureDomain
import ErasureEngine
import EvidenceLog
import OfficerAPI
import TestKit
import Testing

@Suite struct `Who may approve a plan, and what` {
  private func deniedApprovals(_ scene: DeskScene) async throws -> Int {
    try await scene.entries(AccessDenied.kind).count { entry in
      try entry.facts(as: AccessDenied.self).what == SubmitApproval.name
    }
  }

  @Test func `two officers with keys of their own approve a plan`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let first = try await scene.approve(by: .bram)
    #expect(first.state == "approved")
    #expect(first.approvals == ["bram"])
    #expect(try await scene.jobs().isEmpty, "one signature of two makes no jobs")
    #expect(try await scene.request().state == .verified)
    let second = try await scene.approve(by: .chris)
    #expect(second.approvals == ["bram", "chris"])
    #expect(try await scene.request().state == .inErasure)
    #expect(try await scene.jobs().count == second.lines.filter { $0.job != nil }.count)
    let entries = try await scene.entries(PlanApproved.kind)
    #expect(entries.map(\.by) == [Member.bram.id, Member.chris.id])
    #expect(try entries.map { try $0.facts(as: PlanApproved.self).enough } == [false, true])
    try await scene.checkJournal()
  }

  @Test func `who decides is who signed, not who delivered it`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let call = try scene.signed(try await scene.text(), by: .bram)
    try await scene.say(call, by: .anna)
    #expect(try await scene.entries(PlanApproved.kind).map(\.by) == [Member.bram.id])
  }

  @Test func `a signature of the plan before it was proposed anew is void`() async throws {
    let scene = try await DeskScene()
    let plan = try await scene.proposed()
    let old = try scene.signed(try await scene.text(), by: .bram, of: plan.plan.text)
    let again = try await scene.say(LeaveOut(plan: plan.plan.text, ordinals: [2], reason: "a bakery"), by: .chris)
    #expect(again.plan == plan.plan)
    #expect(again.digest != plan.digest)
    let refusal = try await scene.refusal(of: old, by: .bram)
    #expect(refusal.reason == .refused)
    #expect(refusal.message.contains("the plan has changed since it was signed"))
    #expect(try await deniedApprovals(scene) == 1)
    #expect(try await scene.plan().approvals.isEmpty)
  }

  @Test func `a plan that a newer one replaced cannot be approved`() async throws {
    let scene = try await DeskScene()
    let plan = try await scene.proposed()
    let old = try scene.signed(try await scene.text(), by: .bram, of: plan.plan.text)
    let newer = try await scene.draft()
    #expect(newer.plan != plan.plan)
    let refusal = try await scene.refusal(of: old, by: .bram)
    #expect(refusal.message == "plan \(plan.plan) is withdrawn; there is nothing to approve")
    var foreign = old
    foreign.plan = newer.plan.text
    #expect(try await scene.refusal(of: foreign, by: .bram).message.contains("the plan has changed"))
  }

  @Test func `a text with another number of jobs or another date is refused, however well signed`() async throws {
    let scene = try await DeskScene()
    let plan = try await scene.proposed()
    let text = try await scene.text()
    let jobs = plan.lines.filter { $0.job != nil }.count
    let lie = text.replacing("jobs \(jobs)\n", with: "jobs \(jobs + 1)\n")
    #expect(lie != text)
    #expect(try await scene.refusal(of: try scene.signed(lie, by: .bram), by: .bram).message.contains("its jobs"))
    let later = text.replacing("start-before 2026", with: "start-before 2027")
    #expect(later != text)
    let refusal = try await scene.refusal(of: try scene.signed(later, by: .bram), by: .bram)
    #expect(refusal.message.contains("start-before differ"))
    let foreign = text.replacing("log erasure.example", with: "log other.example")
    #expect(
      try await scene.refusal(of: try scene.signed(foreign, by: .bram), by: .bram).message.contains("another log"))
  }

  @Test func `a signature for another purpose is refused`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let text = try await scene.text()
    for namespace in [SignatureNamespace.attestation, "git", "file"] {
      let call = SubmitApproval(
        plan: "1", text: text, signature: try scene.keys.sign(text, with: .bram, namespace: namespace),
        principal: Member.bram.principal)
      let refusal = try await scene.refusal(of: call, by: .bram)
      #expect(refusal.reason == .refused)
      #expect(refusal.message.contains("made for \(namespace), not for erasure-approval@expunged"))
    }
  }

  @Test func `a key that is listed for another purpose only is refused`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    var call = try scene.signed(try await scene.text(), by: .bram)
    call.principal = "tasks@example.nl"
    let refusal = try await scene.refusal(of: call, by: .bram)
    #expect(refusal.reason == .forbidden)
    #expect(refusal.message.contains("is not listed for erasure-approval@expunged"))
  }

  @Test func `an approval that comes too late is refused`() async throws {
    let scene = try await DeskScene()
    let plan = try await scene.proposed()
    let call = try scene.signed(try await scene.text(), by: .bram)
    scene.clock.set(to: plan.startBefore)
    let refusal = try await scene.refusal(of: call, by: .bram)
    #expect(refusal.reason == .refused)
    #expect(refusal.message.hasPrefix("too late: this plan had to be approved before \(plan.startBefore)"))
    scene.clock.advance(seconds: -1)
    try await scene.say(call, by: .bram)
  }

  @Test func `nobody approves a plan twice`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let call = try scene.signed(try await scene.text(), by: .bram)
    try await scene.say(call, by: .bram)
    let refusal = try await scene.refusal(of: call, by: .bram)
    #expect(refusal.reason == .refused)
    #expect(refusal.message == "bram has already approved this plan; a second person is needed")
  }

  @Test func `one key does not approve for two people`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    try await scene.approve(by: .chris)
    let text = try await scene.text()
    let call = SubmitApproval(
      plan: "1", text: text, signature: try scene.keys.sign(text, with: .chris), principal: Member.hugo.principal)
    let refusal = try await scene.refusal(of: call, by: .hugo)
    #expect(refusal.message == "this key has already approved the plan; a second person needs a key of his own")
    #expect(try await scene.plan().approvals.count == 1)
  }

  @Test func `keys and principals that are not listed are refused`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let text = try await scene.text()
    let unknownKey = SubmitApproval(
      plan: "1", text: text, signature: try scene.keys.sign(text, with: .stranger), principal: Member.bram.principal)
    let first = try await scene.refusal(of: unknownKey, by: .bram)
    #expect(first.reason == .forbidden)
    #expect(first.message.contains("is not listed for bram@example.nl"))
    let otherKey = SubmitApproval(
      plan: "1", text: text, signature: try scene.keys.sign(text, with: .chris), principal: Member.bram.principal)
    #expect(try await scene.refusal(of: otherKey, by: .bram).message.contains("is not listed for bram@example.nl"))
    let unknownPrincipal = SubmitApproval(
      plan: "1", text: text, signature: try scene.keys.sign(text, with: .bram), principal: "zoe@example.nl")
    let third = try await scene.refusal(of: unknownPrincipal, by: .bram)
    #expect(third.reason == .forbidden)
    #expect(third.message.contains("allowed_signers names no zoe@example.nl"))
    #expect(try await deniedApprovals(scene) == 3)
  }

  @Test func `a listed principal who is nobody among the people is refused`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let text = try await scene.text()
    let call = SubmitApproval(
      plan: "1", text: text, signature: try scene.keys.sign(text, with: .gina), principal: "gina@example.nl")
    let refusal = try await scene.refusal(of: call, by: .bram)
    #expect(refusal.reason == .forbidden)
    #expect(refusal.message.contains("nobody in the configuration's people: signs as this principal"))
  }

  @Test(arguments: [Member.dora, .erik])
  func `a person without the right to decide is refused, though his signature is good`(member: Member) async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let call = try scene.signed(try await scene.text(), by: member)
    let refusal = try await scene.refusal(of: call, by: .bram)
    #expect(refusal.reason == .forbidden)
    #expect(refusal.message == "\(member) is not an officer and cannot approve plans")
  }

  @Test func `a key whose time is over is refused`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let text = try await scene.text()
    let call = SubmitApproval(
      plan: "1", text: text, signature: try scene.keys.sign(text, with: .stranger), principal: Member.ivo.principal)
    let refusal = try await scene.refusal(of: call, by: .ivo)
    #expect(refusal.reason == .forbidden)
    #expect(refusal.message.contains("the key of ivo@example.nl is not valid at \(scene.clock.now())"))
  }

  @Test func `nobody appoints himself while the daemon runs`() async throws {
    for practice in [false, true] {
      var options = DeskScene.Options()
      options.practice = practice
      let scene = try await DeskScene(options)
      try await scene.proposed()
      let more = try Member.signers(scene.keys) + "anna@example.nl \(try scene.keys.line(.stranger))\n"
      scene.replaceSigners(more)
      let call = try scene.signed(try await scene.text(), by: .bram)
      if practice {
        try await scene.say(call, by: .bram)
        #expect(try await scene.entries(SignersChanged.kind).count == 1)
      } else {
        let refusal = try await scene.refusal(of: call, by: .bram)
        #expect(refusal.reason == .refused)
        #expect(refusal.message.contains("changed without the signatures of two entitled people"))
        #expect(try await scene.plan().approvals.isEmpty)
      }
    }
  }

  @Test func `an RSA key that is long enough approves`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let text = try await scene.text()
    let call = SubmitApproval(
      plan: "1", text: text, signature: try scene.keys.sign(text, with: .rita), principal: "rita@example.nl")
    try await scene.say(call, by: .bram)
    #expect(try await scene.plan().approvals.map(\.by) == [Member.bram.id])
  }

  @Test func `who drafts a plan does not approve it`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    try await scene.confirm()
    try await scene.draft(by: .bram)
    let refusal = try await scene.refusal(of: try scene.signed(try await scene.text(), by: .bram), by: .bram)
    #expect(refusal.reason == .forbidden)
    #expect(refusal.message.hasPrefix("bram drafted this plan"))
    // Leaving a record out makes a new proposal of the same drafter, not of who left it out.
    try await scene.say(LeaveOut(plan: "1", ordinals: [2], reason: "a bakery"), by: .chris)
    #expect(try await scene.plan().drafter == Member.bram.id)
    let second = try await scene.refusal(of: try scene.signed(try await scene.text(), by: .bram), by: .bram)
    #expect(second.message.hasPrefix("bram drafted this plan"))
    try await scene.approve(by: .chris)
  }

  @Test func `a clerk's signature does not count, and her own plan least of all`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let call = try scene.signed(try await scene.text(), by: .anna)
    let refusal = try await scene.refusal(of: call, by: .anna)
    #expect(refusal.reason == .forbidden)
    #expect(refusal.message == "anna is not an officer and cannot approve plans")
  }

  @Test func `a signed refusal withdraws the plan`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    try await scene.approve(by: .bram)
    let answer = try await scene.say(try scene.signed(try await scene.text("1", "refuse"), by: .chris), by: .chris)
    #expect(answer.state == "withdrawn")
    let entry = try #require(try await scene.entries(PlanWithdrawn.kind).first)
    #expect(entry.by == Member.chris.id)
    #expect(try entry.facts(as: PlanWithdrawn.self).refusal?.by == Member.chris.id)
    #expect(try await scene.request().state == .verified)
    let refusal = try await scene.refusal(of: PrepareApproval(plan: "1"), by: .bram)
    #expect(refusal.message.contains("is withdrawn; there is nothing to approve"))
    #expect(try await scene.draft().state == "proposed")
  }

  @Test func `a text with a byte too many or a forged signature is refused`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let text = try await scene.text()
    var call = try scene.signed(text, by: .bram)
    call.text = text + "\n"
    #expect(try await scene.refusal(of: call, by: .bram).reason == .invalid)
    call.text = text.replacing("decision approve", with: "decision refuse")
    let refusal = try await scene.refusal(of: call, by: .bram)
    #expect(refusal.message.contains("the signature does not fit this text and key"))
    call.text = text
    call.signature = "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"
    #expect(try await scene.refusal(of: call, by: .bram).reason == .refused)
    #expect(try await scene.plan().state.word == "proposed")
  }

  @Test func `an approved plan cannot be approved again or changed`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let text = try await scene.text()
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    let third = try await scene.refusal(of: try scene.signed(text, by: .bram), by: .bram)
    #expect(third.message.contains("is approved; there is nothing to approve"))
    let change = try await scene.refusal(of: LeaveOut(plan: "1", ordinals: [1], reason: "late"), by: .bram)
    #expect(change.reason == .refused)
    let plan = try await scene.refusal(of: MakePlan(request: "1"), by: .anna)
    #expect(plan.message.contains("is in-erasure and cannot be planned"))
  }
}
