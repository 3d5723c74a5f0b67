import ErasureDomain
import EvidenceLog
import Testing

/// Data that went before the person had them, in a log that otherwise fits it.
struct TakingLieTests {
  private func finding(_ taking: EvidenceStory.Taking) throws -> AuditFinding? {
    let (story, _) = try EvidenceStory.whole { $0.taking = taking }
    return try LogFolderVerifier(trust: try story.trust()).verify(try story.folder()).first
  }

  @Test func `a copy that was delivered before anything went is no lie`() throws {
    let first = try finding(.honestly)
    #expect(first == nil, "\(String(describing: first))")
  }

  @Test(arguments: [
    (EvidenceStory.Taking.withoutEdges, "begin before the person has what he takes along"),
    (.undelivered, "was not delivered or waived so"), (.cancelled, "the erasures behind it would begin"),
    (.late, "it expired on"),
  ])
  func `what went without a delivery is found`(taking: EvidenceStory.Taking, words: String) throws {
    let first = try finding(taking)
    #expect(first?.reason.contains(words) == true, "\(String(describing: first))")
  }
}
