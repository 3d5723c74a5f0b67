import ErasureDomain
import EvidenceLog
import TestKit
import Testing

/// A later program may write facts that this one does not know.
@Suite struct UnknownFactTests {
  @Test func `a fact that nobody knows is named, with the first entry that has it`() throws {
    let lies: [EvidenceStory.Lie] = [
      .init(RequestConfirmed.kind) { $0["comment"] = .string("Ada") },
      .init(LogOpened.kind) { $0["of"] = .object(["a": .integer(1)]) },
    ]
    let (story, _) = try EvidenceStory.whole(lies: lies)
    let result = try LogFolderVerifier(trust: try story.trust()).verify(try story.folder())
    #expect(result.findings == [])
    let said = result.notChecked.filter { $0.hasPrefix("the fact ") }
    #expect(said.count == 2 && said[0] == "the fact log.opened of, which this program does not know, first in entry 0")
    #expect(said[1].hasPrefix("the fact request.confirmed comment, ") && !said[1].contains("Ada"))
    let (good, _) = try EvidenceStory.whole()
    let checked = try LogFolderVerifier(trust: try good.trust()).verify(try good.folder())
    #expect(!checked.notChecked.contains { $0.hasPrefix("the fact ") })
  }
}
