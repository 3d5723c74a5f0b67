import ErasureDomain
import EvidenceLog
import TestKit
import Testing

/// What is gone on purpose is said, and is no gap.
@Suite struct DestroyedArtifactTests {
  @Test func `an artifact may go when a later entry says so`() throws {
    var (story, request) = try EvidenceStory.whole()
    let approved = try #require(story.entries.map(\.entry).first { $0.kind == PlanApproved.kind })
    let digest = try approved.facts(as: PlanApproved.self).approval.text
    story.destroy(digest)
    let gone = try LogFolderVerifier(trust: try story.trust()).verify(try story.folder())
    #expect(gone.first?.reason.contains("absent") == true)
    try story.addDestruction(of: digest, about: request)
    let said = try LogFolderVerifier(trust: try story.trust()).verify(try story.folder())
    #expect(said.findings == [])
    #expect(said.notChecked.contains { $0.contains("destroyed") })
    #expect(said.notChecked.contains { $0.contains("signatures whose text or signature is not here") })
  }

  @Test func `nothing is destroyed of a request that has not ended`() throws {
    var (story, _) = try EvidenceStory.whole()
    let open = try story.receive(3)
    let approved = try #require(story.entries.map(\.entry).first { $0.kind == PlanApproved.kind })
    try story.addDestruction(of: try approved.facts(as: PlanApproved.self).approval.text, about: open)
    let said = try LogFolderVerifier(trust: try story.trust()).verify(try story.folder())
    #expect(said.first?.reason.contains("has not ended") == true)
  }
}
