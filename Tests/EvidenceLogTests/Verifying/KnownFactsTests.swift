import ErasureDomain
import EvidenceLog
import Testing

/// An entry that was read with the types of its facts is the same as one that was not.
struct KnownFactsTests {
  @Test func `every entry of a story gives the same facts, digests and bytes, however it was read`() throws {
    let (story, _) = try EvidenceStory.whole()
    for (bytes, written) in story.entries {
      let plain = try EvidenceEntry(decoding: bytes)
      #expect(plain == written && plain.encoded() == bytes && written.encoded() == bytes)
      #expect(plain.digests().sorted() == written.digests().sorted())
      let known = try EvidenceEntry(decoding: bytes, types: EntryTypes([JobSettled.self]))
      #expect(known == plain && known.isKnown == (plain.kind == JobSettled.kind))
      guard known.isKnown else {
        #expect(known.condensed == plain)
        continue
      }
      let facts = try plain.facts(as: JobSettled.self)
      #expect(try known.facts(as: JobSettled.self) == facts)
      #expect(try known.condensed.facts(as: JobSettled.self) == facts)
      #expect(known.condensed.encoded() == bytes)
    }
  }

  @Test func `facts that do not read are said to be so when they are asked for`() throws {
    let bytes = Array(#"{"at":"2026-03-02T09:00:00Z","kind":"request.refused","v":1}"#.utf8)
    let entry = try EvidenceEntry(decoding: bytes, types: EntryTypes([RequestRefused.self]))
    #expect(!entry.isKnown)
    #expect(throws: EntryProblem.malformedFacts(RequestRefused.kind, "cannot read ground from JSON: it is missing")) {
      try entry.facts(as: RequestRefused.self)
    }
  }
}
