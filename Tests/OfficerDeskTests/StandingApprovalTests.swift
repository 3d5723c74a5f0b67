import ErasureDomain
import EvidenceLog
import OfficerAPI
import TestKit
import Testing

@Suite(.serialized) struct `A standing approval` {
  private func sign(
    _ scene: DeskScene, by member: Member, atMost: Int = 20, days: Int = 30
  ) async throws -> StandingView {
    let until = scene.clock.today.adding(days: days)
    let text = try await scene.say(PrepareStanding(system: "crm", atMost: atMost, until: until), by: .bram).text
    return try await scene.say(try submission(scene, text, by: member), by: member)
  }

  private func submission(_ scene: DeskScene, _ text: String, by member: Member) throws -> SubmitStanding {
    let key = try #require(DeskKeys.Key(rawValue: member.rawValue))
    return SubmitStanding(
      text: text, signature: try scene.keys.sign(text, with: key), principal: member.principal)
  }

  /// Signed by Bram and Chris; Ada is erased, and a restore brings her back.
  private func back(atMost: Int = 20) async throws -> (DeskScene, UTCTime) {
    let scene = try await DeskScene()
    #expect(try await sign(scene, by: .bram, atMost: atMost).signedBy == ["bram"])
    #expect(try await sign(scene, by: .chris, atMost: atMost).signedBy == ["bram", "chris"])
    let asOf = try await scene.erasedAfterCopy()
    try scene.restore()
    return (scene, asOf)
  }

  @Test func `of two officers lets go at once who is back for certain, and the evidence says by what`() async throws {
    let (scene, asOf) = try await back()
    let view = try await scene.announce(asOf)
    #expect(view.proposals == [RestoreView.Proposal(number: 2, earlier: 1, isPlanned: true, isApproved: true)])
    try await scene.running {
      try await scene.until("the CRM is done") { try await scene.job(DeskSystems.crm, number: 2).state.isSettled }
    }
    #expect(try scene.systems.contacts == [9])
    #expect(try scene.systems.activities == [4])
    let approvals = try await scene.entries(PlanApproved.kind).map { try $0.facts(as: PlanApproved.self) }
    #expect(approvals.map(\.standing) == [nil, nil, true, true])
    #expect(approvals.suffix(2).map(\.approval.by) == [Member.bram.id, Member.chris.id])
    try await scene.checkJournal()
  }

  @Test func `of one officer counts for nothing`() async throws {
    let scene = try await DeskScene()
    _ = try await sign(scene, by: .bram)
    let text = try await scene.say(
      PrepareStanding(system: "crm", atMost: 20, until: scene.clock.today.adding(days: 30)), by: .bram
    ).text
    #expect(
      try await scene.refusal(of: try submission(scene, text, by: .bram), by: .bram).message.contains(
        "the same person or key has signed it before"))
    #expect(try await scene.refusal(of: try submission(scene, text, by: .anna), by: .anna).reason == .forbidden)
    let asOf = try await scene.erasedAfterCopy()
    try scene.restore()
    #expect(try await scene.announce(asOf).proposals.map(\.isApproved) == [false])
    #expect(try scene.systems.contacts == [7, 8, 9])
  }

  @Test func `covers no more rows than were signed for`() async throws {
    let (scene, asOf) = try await back(atMost: 4)
    let proposal = try #require(try await scene.announce(asOf).proposals.first)
    #expect(!proposal.isApproved && proposal.isPlanned)
    #expect(
      proposal.problem
        == "the standing approval does not count: the plan takes 5 rows, and at most 4 were signed for")
  }

  @Test func `covers nobody who is not back for certain`() async throws {
    let (scene, asOf) = try await back()
    // A customer with the same address, of another key: the plan would find him too.
    try scene.systems.run(
      "crm", "INSERT INTO contact VALUES (20, '\(DeskSystems.email)', NULL, NULL, 'Anna', 'de Vries')")
    let proposal = try #require(try await scene.announce(asOf).proposals.first)
    #expect(!proposal.isApproved)
    #expect(proposal.problem?.hasSuffix("the plan is about other records than those that are back for certain") == true)
    #expect(try scene.systems.contacts == [7, 8, 9, 20])
  }

  @Test func `does not count for a restore that one of its signers announces`() async throws {
    let (scene, asOf) = try await back()
    let proposal = try #require(try await scene.announce(asOf, by: .chris).proposals.first)
    #expect(!proposal.isApproved && proposal.problem?.contains("somebody else must") == true)
  }

  @Test func `ends on its day, when it is withdrawn, and when a signer may not sign any more`() async throws {
    for end in ["day", "withdrawn", "signer"] {
      let (scene, asOf) = try await back()
      switch end {
      case "day": scene.clock.advance(days: 31)
      case "withdrawn": try await scene.say(WithdrawStanding(system: "crm"), by: .chris)
      default:
        try await scene.adopt(
          signers: try Member.signers(scene.keys).split(separator: "\n").filter { !$0.contains(Member.chris.principal) }
            .map { $0 + "\n" }.joined())
      }
      let proposal = try #require(try await scene.announce(asOf).proposals.first)
      #expect(!proposal.isApproved, "\(end)")
      #expect(try scene.systems.contacts == [7, 8, 9], "\(end)")
    }
  }

  @Test func `is refused for too many rows, too long, and for what we do not erase`() async throws {
    let scene = try await DeskScene()
    let today = scene.clock.today
    for (call, why) in [
      (PrepareStanding(system: "crm", atMost: 0, until: today), "it is for 1 to 10000 rows"),
      (PrepareStanding(system: "crm", atMost: 1, until: today.adding(days: 401)), "for 400 days at most"),
      (PrepareStanding(system: "sister", atMost: 1, until: today), "no system"),
    ] {
      #expect(try await scene.refusal(of: call, by: .bram).message.contains(why), "\(why)")
    }
  }
}
