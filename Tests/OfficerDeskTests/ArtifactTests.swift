import ErasureDomain
import Journal
import OfficerAPI
import OfficerDesk
import TestKit
import Testing

/// What was signed about a request, and its reports, have an end of their own (J7).
@Suite struct ArtifactTests {
  private func artifacts(_ scene: DeskScene) async throws -> Set<ContentDigest> {
    try await scene.journal.read { reader in Set(try reader.artifactDigests) }
  }

  private func signed(_ scene: DeskScene) async throws -> Set<ContentDigest> {
    Set(try await scene.entries().filter { $0.subject.request != nil }.flatMap(\.signedAndReported))
  }

  @Test func `signatures and reports go months after the end, and plans stay`() async throws {
    let scene = try await DeskScene(DeskScene.Options(artifactMonths: 60))
    try await scene.approved()
    try await scene.running {
      try await scene.until("the office is erased") { try await scene.job(DeskSystems.office).state.isSettled }
      try await scene.say(WithdrawRequest(request: "1"), by: .anna)
      try await scene.until("the rest is cancelled") {
        try await scene.jobs().allSatisfy { $0.verb.isFollowUp || $0.state.isSettled }
      }
      try await scene.say(CloseRequest(request: "1", informedOn: scene.clock.today, channel: "letter"), by: .bram)
      try await scene.until("the vault entry is gone", moving: false) { try await scene.request().vaultDestroyed }
      // Closed long ago, and not ended: a follow-up still stands on what was signed.
      scene.clock.set(to: try #require(CivilDate("2032-12-01")).utcMidnight)
      #expect(try await scene.desk.destroyOverdueArtifacts() == 0)
      scene.clock.set(to: try #require(CivilDate("2033-01-01")).utcMidnight)
      try await scene.until("ended") { try await scene.request().state == .ended }
    }
    let ended = scene.clock.day(of: try #require(try await scene.request().endedAt))
    let (before, signed) = (try await artifacts(scene), try await signed(scene))
    // Both signed one text; the fourth is the report of the end.
    let found = try await scene.entries().map { "\($0.kind) \($0.signedAndReported.count)" }
    try #require(signed.count == 4, "\(found)")
    try #require(before.isSuperset(of: signed))
    scene.clock.set(to: ended.adding(months: 60).utcMidnight)
    #expect(try await scene.desk.destroyOverdueArtifacts() == 0)
    scene.clock.set(to: ended.adding(months: 60).adding(days: 2).utcMidnight)
    #expect(try await scene.desk.destroyOverdueArtifacts() == 1)
    #expect(try await artifacts(scene) == before.subtracting(signed))
    // What the entries of the plan are folded from is there.
    let proposed = try #require(try await scene.entries(PlanProposed.kind).first).facts(as: PlanProposed.self)
    #expect(try await artifacts(scene).contains(proposed.digest))
    #expect(try await scene.desk.destroyOverdueArtifacts() == 0)
    #expect(try await scene.entries(ArtifactsDestroyed.kind).count == 1)
    try await scene.checkJournal()
  }

  @Test func `nothing goes that a request still needs, and without a rule nothing goes at all`() async throws {
    let scene = try await DeskScene()
    try await scene.approved()
    let request = try await scene.request()
    let digest = try #require(try await signed(scene).first)
    await #expect(throws: JournalFailure.self) {
      try await scene.journal.append(
        [try EntryDraft(ArtifactsDestroyed(about: request.request, digests: [digest]), about: .log)], to: .log,
        expecting: nil)
    }
    #expect(try await artifacts(scene).contains(digest))
    scene.clock.set(to: try #require(CivilDate("2060-01-01")).utcMidnight)
    #expect(try await scene.desk.destroyOverdueArtifacts() == 0)
  }
}
