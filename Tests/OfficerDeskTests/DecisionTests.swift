import ErasureDomain
import ErasureEngine
import EvidenceLog
import Journal
import OfficerAPI
import TestKit
import Testing

@Suite(.serialized) struct `The ground of each category` {
  private func line(_ view: PlanView, _ system: SystemName) throws -> PlanView.Decision {
    try #require(view.decisions?.first { $0.decision.system == system })
  }

  private func reject(
    _ system: SystemName, _ category: String, _ rejected: GroundRejection = .otherLegalBasis,
    ground: ErasureGround? = nil
  ) -> DecideCategory {
    DecideCategory(plan: "1", system: system.description, category: category, ground: ground, rejected: rejected)
  }

  @Test func `stands in the plan after looking, with who accepted it, and in the bytes that are signed`() async throws {
    let scene = try await DeskScene()
    let view = try await scene.proposed()
    let lines = try #require(view.decisions).map { "\($0.decision.system) \($0.decision.category) \($0.by)" }
    #expect(
      lines == ["crm contact anna", "office customer anna", "sister sister anna", "stick stick anna"], "\(lines)")
    #expect(
      view.decisions?.allSatisfy { $0.decision.ground == .consentWithdrawn && $0.decision.rejected == nil } == true)
    let prepared = try await scene.say(PrepareApproval(plan: "1"), by: .bram)
    let plan = try CanonicalJSON.decode(ErasurePlan.self, from: Array(prepared.planBytes.utf8))
    #expect(plan.decisions?.map(\.datasets) == [["activity", "contact"], ["customer", "invoice"], nil, nil])
    #expect(plan.decisions?.allSatisfy { $0.by == Member.anna.id } == true)
  }

  @Test func `may be another one, which makes the plan anew and says so`() async throws {
    let scene = try await DeskScene()
    let before = try await scene.proposed()
    try await scene.approve(by: .bram)
    let call = DecideCategory(plan: "1", system: "crm", category: "contact", ground: .noLongerNecessary)
    let after = try await scene.say(call, by: .chris)
    #expect(after.digest != before.digest && after.approvals.isEmpty)
    #expect(try line(after, DeskSystems.crm).decision.ground == .noLongerNecessary)
    #expect(try line(after, DeskSystems.crm).by == "chris")
    #expect(after.differences == ["crm, contact: the ground is accepted on another ground"])
    // A plan made again keeps what was decided.
    let again = try await scene.draft()
    #expect(try line(again, DeskSystems.crm).decision == line(after, DeskSystems.crm).decision)
    #expect(try await scene.refusal(of: call, by: .bram).message.contains("says so already"))
    try await scene.checkJournal()
  }

  @Test func `is rejected with a reason, and nothing of the category goes, until it is accepted again`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let after = try await scene.say(reject(DeskSystems.crm, "contact"), by: .chris)
    let crm = try #require(after.lines.first { $0.system == DeskSystems.crm })
    #expect(crm.leftOut == 2 && crm.counts.allSatisfy { $0.going == 0 })
    let accepted = DecideCategory(plan: "1", system: "crm", category: "contact", ground: .consentWithdrawn)
    let back = try await scene.say(accepted, by: .chris)
    let whole = try #require(back.lines.first { $0.system == DeskSystems.crm })
    #expect(whole.leftOut == 0 && whole.counts.map(\.erase) == [2, 3])

    try await scene.say(reject(DeskSystems.crm, "contact"), by: .chris)
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    try await scene.conclude()
    #expect(try scene.systems.contacts == [7, 8, 9])
    #expect(try scene.systems.activities == [1, 2, 3, 4])
    let decided = try await scene.entries(CategoryDecided.kind)
    #expect(decided.map(\.by) == [Member.chris.id, Member.chris.id, Member.chris.id])
    let letter = try await scene.say(ShowLetter(request: "1", letter: .completion, language: "en"), by: .bram)
    #expect(letter.text.contains("we do not erase data of the kind contact: we use them on another ground"))
    #expect(letter.text.contains("complain to the Autoriteit Persoonsgegevens or go to court"))
    #expect(!letter.text.contains("we left 2 records"))
    let history = try await scene.say(ShowRequest(request: "1"), by: .bram).history
    #expect(history.contains { $0.words == "crm, contact: art17(1)(b) rejected (other-legal-basis)" })
    try await scene.checkJournal()
  }

  @Test func `of a company that is rejected makes no job of it`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let after = try await scene.say(reject(DeskSystems.sister, "sister"), by: .chris)
    let sister = try #require(after.lines.first { $0.system == DeskSystems.sister })
    #expect(sister.verb == nil && sister.notApplicable == .groundRejected)
    #expect(try line(after, DeskSystems.sister).decision.rejected == .otherLegalBasis)
  }

  @Test func `is decided by officers, before the approval, about what the plan has, with the code of its ground`()
    async throws
  {
    let scene = try await DeskScene()
    try await scene.proposed()
    #expect(try await scene.refusal(of: reject(DeskSystems.crm, "contact"), by: .anna).reason == .forbidden)
    let other = try await scene.refusal(of: reject(DeskSystems.crm, "purchases"), by: .bram)
    #expect(other.reason == .notFound && other.message.contains("crm contact"))
    let wrong = try await scene.refusal(of: reject(DeskSystems.crm, "contact", .stillNecessary), by: .bram)
    #expect(wrong.message.contains("answers the ground art17(1)(a)"))
    let crossed = reject(DeskSystems.crm, "contact", .stillNecessary, ground: .objection)
    #expect(try await scene.refusal(of: crossed, by: .bram).message.contains("this line has art17(1)(c)"))
    #expect(try await scene.entries(CategoryDecided.kind).isEmpty)
    #expect(try scene.systems.contacts == [7, 8, 9])
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    #expect(try await scene.refusal(of: reject(DeskSystems.crm, "contact"), by: .bram).reason == .refused)
  }

  @Test func `is that of a child where the person is younger than 16, and no interest of ours overrides it`()
    async throws
  {
    let scene = try await DeskScene()
    try await scene.say(
      AddRequest(
        channel: "mail", capacities: [.customer], identifiers: DeskScene.identifiers,
        requester: Requester(
          kind: .representative, proof: FailureCode("written-authority"), isAddressee: true, under16: true)),
      by: .anna)
    try await scene.say(ConfirmRequest(request: "1", method: "known-channel", ground: nil), by: .anna)
    let view = try await scene.draft()
    #expect(view.decisions?.allSatisfy { $0.decision.ground == .childConsent } == true)
    let call = reject(DeskSystems.crm, "contact", .overridingGrounds, ground: .objection)
    #expect(try await scene.refusal(of: call, by: .bram).message.contains("younger than 16"))
    // The journal says so by itself.
    let plan = try await scene.plan()
    let facts = CategoryDecided(
      system: DeskSystems.crm, category: "contact", ground: .objection, rejected: .overridingGrounds)
    let draft = try EntryDraft(
      facts, about: EntrySubject(request: plan.request, plan: plan.plan), by: Member.bram.id)
    await #expect(throws: (any Error).self) {
      try await scene.journal.append([draft], to: .plan(plan.plan), expecting: plan.revision)
    }
    try await scene.add()
    let silent = ConfirmRequest(request: "2", method: "known-channel", ground: nil)
    #expect(try await scene.refusal(of: silent, by: .anna).message.contains("say on which ground"))
  }
}

/// When all of the person stays by decisions, one person alone does not decide it (C2).
@Suite(.serialized) struct `A plan that leaves everything` {
  /// One officer is enough for ordinary plans.
  private func scene() async throws -> DeskScene {
    var options = DeskScene.Options()
    options.approvals = 1
    return try await DeskScene(options)
  }

  private func leaveCRM(_ scene: DeskScene) async throws {
    let ordinals = try await scene.say(PrepareApproval(plan: "1"), by: .bram).records
      .filter { $0.system == DeskSystems.crm }.map(\.ordinal)
    try await scene.say(LeaveOut(plan: "1", ordinals: ordinals, reason: "a dispute"), by: .chris)
  }

  @Test func `by exceptions and rejections together needs two signatures; one row that goes needs one`() async throws {
    let scene = try await scene()
    try await scene.proposed()
    try await leaveCRM(scene)
    #expect(try await scene.say(ShowPlan(plan: "1"), by: .bram).approvalsNeeded == 1)
    let call = DecideCategory(plan: "1", system: "office", category: "customer", rejected: .otherLegalBasis)
    #expect(try await scene.say(call, by: .chris).approvalsNeeded == 2)
    #expect(try await scene.approve(by: .chris).state == "approved")
    #expect(try await scene.jobs().isEmpty)
    let again = try await scene.refusal(of: scene.signed(try await scene.text(), by: .chris), by: .chris)
    #expect(again.message.contains("a second person is needed"))
    try await scene.approve(by: .bram)
    #expect(try await !scene.jobs().isEmpty)
  }

  @Test func `is not let through by the journal on one signature, whatever the desk says`() async throws {
    let scene = try await scene()
    try await scene.proposed()
    try await leaveCRM(scene)
    try await scene.say(
      DecideCategory(plan: "1", system: "office", category: "customer", rejected: .otherLegalBasis), by: .chris)
    let plan = try await scene.plan()
    let parts = [
      Artifact(digest: ContentDigest(hashing: [1]), bytes: [1]),
      Artifact(digest: ContentDigest(hashing: [2]), bytes: [2]),
    ]
    let approval = Approval(
      by: Member.bram.id, keyFingerprint: "SHA256:x", text: parts[0].digest, signature: parts[1].digest)
    let facts = PlanApproved(approval: approval, digest: plan.proposal.digest, enough: true, waitUntil: nil)
    let draft = try EntryDraft(
      facts, about: EntrySubject(request: plan.request, plan: plan.plan), by: Member.bram.id, artifacts: parts)
    await #expect(throws: (any Error).self) {
      try await scene.journal.append([draft], to: .plan(plan.plan), expecting: plan.revision)
    }
  }
}
