import ErasureDomain
import EvidenceLog
import TestKit
import Testing

struct BundleVerifierTests {
  private func verify(_ files: MemoryFiles, _ story: EvidenceStory, earlier: [[UInt8]] = []) throws -> AuditResult {
    try BundleVerifier(trust: try story.trust(earlier: earlier)).verify(files)
  }

  @Test func `an honest bundle is verified, and what one request cannot show is said`() throws {
    let (story, request) = try EvidenceStory.whole()
    let result = try verify(try story.bundle(request), story)
    #expect(result.findings == [])
    #expect(result.checked.contains { $0.contains("2 approvals") })
    #expect(result.checked.contains { $0.contains("2 lists") && $0.contains("2 erasure reports") })
    #expect(result.notChecked.contains { $0.contains("whole log only") })
    #expect(result.notChecked.contains { $0.contains("README.txt") })
  }

  @Test func `a flipped byte in any file but the readme is found and located`() throws {
    let (story, request) = try EvidenceStory.whole()
    let bundle = try story.bundle(request)
    var random = SeededGenerator(test: #function)
    for (path, bytes) in bundle.files.sorted(by: { $0.key < $1.key }) where path != "README.txt" {
      let many = path.hasPrefix("entries/") ? 3 : path.hasPrefix("proofs/") ? 4 : 8
      for place in bytes.indices.shuffled(using: &random).prefix(path == "checkpoint" ? .max : many) {
        let result = try verify(bundle.flipping(path, place), story)
        let isNamed = result.findings.contains { $0.path == path || Self.pair(of: path) == $0.path }
        let isWarned = path == "policy" && result.warnings.contains { $0.hasPrefix("policy") }
        #expect(isNamed || isWarned, "\(path), byte \(place): \(result.findings)")
      }
    }
  }

  /// An entry and its proof contradict each other; hashes do not say which was changed.
  private static func pair(of path: String) -> String? {
    guard path.hasPrefix("proofs/") else { return nil }
    return path.replacing("proofs/", with: "entries/").replacing(".tlog-proof", with: ".json")
  }

  @Test func `a file that is deleted is missed`() throws {
    let (story, request) = try EvidenceStory.whole()
    let bundle = try story.bundle(request)
    let elsewhere = Set(bundle.files.filter { !$0.key.hasPrefix("artifacts/") }.values)
    for path in bundle.files.keys.sorted() {
      let result = try verify(bundle.without(path), story)
      // Approvals and the newest report stand in two places.
      // The register, which a conclusion names, need not be here.
      let isRegister = bundle.files[path] == Array("register".utf8)
      if path.hasPrefix("artifacts/"), let bytes = bundle.files[path], elsewhere.contains(bytes) || isRegister {
        #expect(result.isVerified, "\(path)")
      } else {
        #expect(result.findings.contains { $0.path == path }, "\(path): \(result.findings)")
      }
    }
  }

  @Test func `an entry with its proof that is left out is missed`() throws {
    let (story, request) = try EvidenceStory.whole()
    let bundle = try story.bundle(request)
    for (index, _, entry) in story.entries(of: request) where entry.kind != RequestEnded.kind {
      let less = bundle.without("entries/\(index).json").without("proofs/\(index).tlog-proof")
      let result = try verify(less, story)
      #expect(result.findings.contains { $0.entry == index && $0.path == "entries/\(index).json" }, "\(entry.kind)")
    }
  }

  @Test func `files and entries that do not belong are named`() throws {
    let (story, request) = try EvidenceStory.whole()
    for path in ["notes.txt", "entries/01.json", "approvals/9.txt", "proofs/1.proof", "consistency/1", "artifacts/x"] {
      var bundle = try story.bundle(request)
      bundle.files[path] = [0x61]
      #expect(try verify(bundle, story).findings.contains { $0.path == path }, "\(path)")
    }
    var bundle = try story.bundle(request)
    let stray = Array("nobody names me".utf8)
    let path = "artifacts/sha256/" + ContentDigest(hashing: stray).hex
    bundle.files[path] = stray
    #expect(try verify(bundle, story).findings.map(\.path) == [path])
    // Entries of the daemon and of another request, with good proofs.
    let other = try #require(story.entries.last?.entry.subject.request)
    var mixed = try story.bundle(request)
    mixed.files.merge(try story.bundle(other).files.filter { $0.key.contains("/") }) { $1 }
    #expect(try verify(mixed, story).findings.contains { $0.reason.contains("another request") })
    var stranger = try story.bundle(request)
    let nodes = MemoryMerkleNodes(leaves: story.entries.map { MerkleTree.leafHash($0.bytes) })
    let hashes = try MerkleProofs.inclusion(index: 1, size: UInt64(story.entries.count), source: nodes)
    stranger.files["entries/1.json"] = story.entries[1].bytes
    stranger.files["proofs/1.tlog-proof"] =
      try TlogProof(index: 1, hashes: hashes, checkpoint: try SignedNote(parsing: try story.checkpoint())).encoded
    #expect(try verify(stranger, story).findings.map(\.entry) == [1])
  }

  @Test func `the log must continue the checkpoint that the auditor kept`() throws {
    let (story, request) = try EvidenceStory.whole()
    let kept = try story.checkpoint(size: 12)
    let bundle = try story.bundle(request, since: 12)
    let result = try verify(bundle, story, earlier: [kept])
    #expect(result.findings == [])
    #expect(result.checked.contains { $0.contains("12 entries that you kept") })
    let path = "consistency/12-\(story.entries.count)"
    #expect(try verify(bundle.flipping(path, 3), story, earlier: [kept]).findings.map(\.path) == [path])
    let without = try verify(try story.bundle(request), story, earlier: [kept])
    #expect(without.isVerified && without.notChecked.contains { $0.contains(path) })
  }

  @Test func `a request that is still open is verified as far as it goes`() throws {
    var story = try EvidenceStory()
    try story.open()
    let request = try story.receive(1)
    let result = try verify(try story.bundle(request), story)
    #expect(result.findings == [])
    #expect(result.notChecked.contains { $0.contains("not concluded") })
  }

  @Test func `another policy in the bundle is worth a look`() throws {
    let (story, request) = try EvidenceStory.whole()
    var bundle = try story.bundle(request)
    bundle.files["policy"] = Array("log \(story.log.verifierKey.text)\nquorum none\n".utf8)
    let result = try verify(bundle, story)
    #expect(result.isVerified && result.warnings.contains { $0.hasPrefix("policy") })
    let renamed = """
      log \(story.log.verifierKey.text) https://elsewhere.example
      witness other \(story.witness.verifierKey.text)
      group all-of-them all other
      quorum all-of-them

      """
    bundle.files["policy"] = Array(renamed.utf8)
    #expect(try verify(bundle, story).warnings.isEmpty)
  }

  @Test func `what the log's rules say of pauses shows in the bundle alone`() throws {
    let (story, request) = try EvidenceStory.whole { story in
      story.interruption = { story, next in
        guard next == AttemptPrepared.kind, let started = story.entries.last?.entry.subject,
          !story.entries.contains(where: { $0.entry.kind == PlanPaused.kind })
        else { return }
        try story.add(
          PlanPaused(), EntrySubject(request: started.request, plan: started.plan, job: nil), by: story.ada)
      }
    }
    let first = try BundleVerifier(trust: try story.trust()).verify(try story.bundle(request)).first
    #expect(first?.reason.contains("the plan is paused") == true, "\(String(describing: first))")
    #expect(first?.entry.map { story.entries[Int($0)].entry.kind } == AttemptPrepared.kind)
  }
}
