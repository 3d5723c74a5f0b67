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

  @Test func `an entry about another request, or of a plan, explains no gap`() throws {
    for isPlan in [false, true] {
      var (story, request) = try EvidenceStory.whole()
      let entries = story.entries.map(\.entry)
      let approved = try #require(entries.first { $0.kind == PlanApproved.kind }).facts(as: PlanApproved.self)
      let other = try #require(
        entries.last { $0.kind == RequestEnded.kind && $0.subject.request != request }?.subject.request)
      let digest = isPlan ? approved.digest : approved.approval.text
      story.destroy(digest)
      try story.addDestruction(of: digest, about: isPlan ? request : other)
      let said = try LogFolderVerifier(trust: try story.trust()).verify(try story.folder())
      #expect(said.findings.contains { $0.reason.contains("absent") || $0.reason.contains("has not ended") })
    }
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
