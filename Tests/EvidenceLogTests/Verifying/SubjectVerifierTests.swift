import ErasureDomain
import EvidenceLog
import TestKit
import Testing

/// A person with the code of her letter finds her request, and nobody else does.
struct SubjectVerifierTests {
  private let nonce = [UInt8](0x00...0x1F)
  private let identifiers = [
    (kind: "customer-no", value: "4711"), (kind: "email", value: "ada@example.org"),
    (kind: "email", value: "ada@work.example"),
  ]

  private func story() throws -> (story: EvidenceStory, request: RequestReference) {
    let commitment = Hex.encode(SubjectCommitment.compute(nonce: nonce, identifiers: identifiers))
    return try EvidenceStory.whole(
      lies: [.init(RequestReceived.kind) { $0["commitment"] = .string(commitment) }])
  }

  private func letter(_ request: RequestReference, entry: UInt64, log: String = EvidenceStory.origin) -> [UInt8] {
    Array(
      """
      Dear Ada,\r
        expunged-subject/v1\r
        log \(log)\r
        request \(request)\r
        entry \(entry)\r
        kinds email customer-no\r
        nonce \(Hex.encode(nonce))\r
      \r
      Kind regards
      """.utf8)
  }

  private func found(
    _ letter: [UInt8], _ identifiers: [(kind: String, value: String)], in files: MemoryFiles, _ story: EvidenceStory
  ) throws -> SubjectVerifier.Found {
    try SubjectVerifier(trust: try story.trust()).find(
      try SubjectCodeText(in: letter), of: identifiers, in: files)
  }

  @Test func `the code and the identifiers lead to the request, in the log and in its bundle`() throws {
    let (story, request) = try story()
    let entry = try #require(story.entries(of: request).first?.index)
    for files in [try story.folder(), try story.bundle(request)] {
      let one = try found(letter(request, entry: entry), identifiers.reversed(), in: files, story)
      #expect(one.entry == entry && one.number == 1 && one.request == request)
    }
  }

  @Test func `another value, kind, nonce, request, entry or log does not`() throws {
    let (story, request) = try story()
    let entry = try #require(story.entries(of: request).first?.index)
    let folder = try story.folder()
    func problem(_ letter: [UInt8], _ identifiers: [(kind: String, value: String)]) -> SubjectProblem? {
      #expect(throws: SubjectProblem.self) { try found(letter, identifiers, in: folder, story) }
    }
    var other = identifiers
    other[1].value = "ada@example.com"
    #expect(problem(letter(request, entry: entry), other) == .otherPerson(entry: entry))
    #expect(problem(letter(request, entry: entry), [identifiers[0]]) == .otherKinds(code: ["email", "customer-no"]))
    var changed = letter(request, entry: entry)
    let place = try #require(changed.lastIndex(of: UInt8(ascii: "f")))
    changed[place] = UInt8(ascii: "e")
    #expect(problem(changed, identifiers) == .otherPerson(entry: entry))
    #expect(problem(letter(request, entry: entry + 1), identifiers) == .otherEntry(entry: entry + 1))
    let stranger = RequestReference(bytes: [UInt8](repeating: 9, count: 16))
    #expect(problem(letter(stranger, entry: entry), identifiers) == .otherRequest(entry: entry))
    #expect(
      problem(letter(request, entry: 1_000), identifiers) == .beyond(entry: 1_000, size: UInt64(story.entries.count)))
    #expect(
      problem(letter(request, entry: entry, log: "other.example/log"), identifiers) == .otherLog("other.example/log"))
  }

  @Test func `an entry that was put in place of the signed one is found out`() throws {
    let (story, request) = try story()
    let entry = try #require(story.entries(of: request).first?.index)
    var folder = try story.folder()
    let path = try #require(folder.files.keys.first { $0.hasPrefix("tile/entries/") })
    var tile = try #require(folder.files[path])
    let place = try #require(tile.firstIndex(of: UInt8(ascii: "e")))
    tile[place + Int(entry)] ^= 1
    folder.files[path] = tile
    #expect(throws: (any Error).self) {
      try found(letter(request, entry: 0), identifiers, in: folder, story)
    }
  }

  @Test func `a letter without the code, and identifiers without kinds, are said to be so`() {
    #expect(throws: SubjectProblem.noCode) { try SubjectCodeText(in: Array("Dear Ada".utf8)) }
    #expect(throws: SubjectProblem.badLine("request")) {
      try SubjectCodeText(in: Array("expunged-subject/v1\nlog x\nentry 7\n".utf8))
    }
    #expect(throws: SubjectProblem.badIdentifier(line: 2)) {
      try SubjectCodeText.identifiers(in: Array("email a b\nada@example.org\n".utf8))
    }
  }
}
