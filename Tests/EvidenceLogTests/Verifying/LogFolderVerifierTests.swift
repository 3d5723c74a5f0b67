import ErasureDomain
import EvidenceLog
import Foundation
import TestKit
import Testing

struct LogFolderVerifierTests {
  private func verify(_ files: MemoryFiles, _ story: EvidenceStory) throws -> AuditResult {
    try LogFolderVerifier(trust: try story.trust()).verify(files)
  }

  @Test func `an honest log is verified, and what was not checked is said`() throws {
    let (story, _) = try EvidenceStory.whole()
    let result = try verify(try story.folder(publishedAt: [5, 20]), story)
    #expect(result.findings == [])
    #expect(result.isVerified)
    #expect(result.first == nil)
    #expect(result.checked.contains { $0.contains("2 approvals") && $0.contains("2 attestations") })
    #expect(result.checked.contains { $0.contains("3 lists") && $0.contains("3 erasure reports") })
    #expect(result.checked.contains { $0.contains("w1") })
    #expect(result.notChecked.contains { $0.contains("--old") })
    let blind = try LogFolderVerifier(trust: try story.trust(signers: false)).verify(try story.folder())
    #expect(blind.isVerified)
    #expect(blind.notChecked.contains { $0.contains("4 signatures") && $0.contains("--signers") })
  }

  @Test func `a flipped byte in any file is found and located`() throws {
    let (story, _) = try EvidenceStory.whole()
    let folder = try story.folder(publishedAt: [5, 20])
    var random = SeededGenerator(test: #function)
    for (path, bytes) in folder.files.sorted(by: { $0.key < $1.key }) {
      let many = path.hasPrefix("tile/entries") || path == "checkpoint" ? 60 : 8
      for place in bytes.indices.shuffled(using: &random).prefix(many) {
        let result = try verify(folder.flipping(path, place), story)
        #expect(result.findings.contains { $0.path == path }, "\(path), byte \(place): \(result.findings)")
      }
    }
  }

  @Test func `a damaged entry is named by its index and its first byte`() throws {
    let (story, _) = try EvidenceStory.whole()
    let folder = try story.folder()
    let path = try #require(Tile.tile(.entries, index: 0, size: UInt64(story.entries.count))?.path)
    let before = story.entries[..<17].reduce(0) { $0 + $1.bytes.count + 2 }
    let result = try verify(folder.flipping(path, before + 2 + 30), story)
    #expect(result.first?.entry == 17)
    #expect(result.first?.path == path)
    #expect(result.first?.byte == before + 2)
    let length = try verify(folder.flipping(path, before + 1), story)
    #expect(length.first?.entry == 17)
  }

  @Test func `a file that is deleted is missed`() throws {
    let (story, _) = try EvidenceStory.whole()
    let folder = try story.folder(publishedAt: [5, 20])
    // Tiles of earlier sizes may go; configuration may never have been there.
    let configuration = ["people", "signers", "register"].map {
      "artifacts/sha256/" + ContentDigest(hashing: Array($0.utf8)).hex
    }
    for path in folder.files.keys.sorted() {
      let result = try verify(folder.without(path), story)
      if path.hasSuffix(".p/5") || path.hasSuffix(".p/20") {
        #expect(result.isVerified, "\(path)")
      } else if configuration.contains(path) {
        #expect(result.isVerified && result.notChecked.contains { $0.contains("1 configuration file") }, "\(path)")
      } else {
        #expect(result.findings.contains { $0.path == path }, "\(path): \(result.findings)")
      }
    }
  }

  @Test func `files that belong to nobody are named`() throws {
    let (story, _) = try EvidenceStory.whole()
    let zeros = String(repeating: "0", count: 64)
    for path in ["notes.txt", "notes.tmp", "tile/entries/1", "artifacts/sha256/ab", "artifacts/sha256/" + zeros] {
      var folder = try story.folder()
      folder.files[path] = [0x61]
      #expect(try verify(folder, story).findings.contains { $0.path == path })
    }
    var folder = try story.folder()
    let stray = Array("nobody names me".utf8)
    let path = "artifacts/sha256/" + ContentDigest(hashing: stray).hex
    folder.files[path] = stray
    #expect(try verify(folder, story).findings == [AuditFinding(path: path, reason: "no entry names this artifact")])
    var interrupted = try story.folder()
    interrupted.files["tile/0/000.tmp"] = [1]
    interrupted.files["checkpoint.tmp"] = []
    let result = try verify(interrupted, story)
    #expect(result.isVerified && result.warnings.contains { $0.contains("unfinished") })
  }

  @Test func `entries that were dropped, swapped or changed after signing break the signed root`() throws {
    let (story, _) = try EvidenceStory.whole()
    let honest = try story.folder()
    func rebuilt(_ change: (inout [[UInt8]]) -> Void) throws -> MemoryFiles {
      var entries = story.entries.map(\.bytes)
      change(&entries)
      var folder = honest
      folder.files = folder.files.filter { !$0.key.hasPrefix("tile/") }
      let nodes = MemoryMerkleNodes(leaves: entries.map { MerkleTree.leafHash($0) })
      for tile in Tile.covering(size: UInt64(entries.count)) {
        switch tile.kind {
        case .hashes: folder.files[tile.path] = Tile.encode(try tile.hashes(from: nodes))
        case .entries: folder.files[tile.path] = try EntryBundle.encode(entries)
        }
      }
      return folder
    }
    let dropped = try verify(try rebuilt { $0.removeLast(2) }, story)
    #expect(dropped.first?.path?.hasPrefix("tile/entries") == true)
    let swapped = try verify(try rebuilt { $0.swapAt(10, 11) }, story)
    #expect(swapped.findings.contains { $0.path == "checkpoint" && $0.reason.contains("root") })
    let changed = try verify(try rebuilt { $0[3] = $0[2] }, story)
    #expect(changed.findings.contains { $0.path == "checkpoint" && $0.reason.contains("root") })
  }

  @Test func `a log that does not continue what the auditor kept is a fork`() throws {
    let (story, _) = try EvidenceStory.whole()
    let kept = try story.checkpoint(size: 12)
    let honest = try LogFolderVerifier(trust: try story.trust(earlier: [kept])).verify(try story.folder())
    #expect(honest.isVerified)
    #expect(honest.checked.contains { $0.contains("12 entries that you kept") })

    let other = try EvidenceStory.whole(lies: [
      .init(DaemonStarted.kind) { $0["version"] = .string("0.9.0") }
    ]).story
    let fork = try LogFolderVerifier(trust: try story.trust(earlier: [kept])).verify(try other.folder())
    #expect(fork.findings.map(\.reason).contains { $0.contains("forked") })

    var shorter = try EvidenceStory()
    try shorter.open()
    let rollback = try LogFolderVerifier(trust: try story.trust(earlier: [kept])).verify(try shorter.folder())
    #expect(rollback.findings.contains { $0.reason.contains("taken back") })
  }

  @Test func `a checkpoint of another key or without the quorum is not trusted`() throws {
    let (story, _) = try EvidenceStory.whole()
    let stranger = try Ed25519CheckpointSigner(name: EvidenceStory.origin, seed: [UInt8](repeating: 9, count: 32))
    let policy = try TrustPolicy(logs: [.init(key: stranger.verifierKey)])
    let result = try LogFolderVerifier(trust: AuditTrust(policy: policy)).verify(try story.folder())
    #expect(result.findings.map(\.path) == ["checkpoint"])
    var folder = try story.folder()
    var note = try SignedNote(parsing: try story.checkpoint())
    note = try SignedNote(text: note.text, signatures: Array(note.signatures.prefix(1)))
    folder.files["checkpoint"] = note.encoded
    #expect(try verify(folder, story).first?.reason.contains("quorum") == true)
    let loose = AuditTrust(policy: try story.policy(quorum: false))
    let unanchored = try LogFolderVerifier(trust: loose).verify(folder)
    #expect(unanchored.isVerified && unanchored.notChecked.contains { $0.contains("not anchored outside") })
  }

  @Test func `what was published beyond the checkpoint is no error`() throws {
    let (story, _) = try EvidenceStory.whole()
    var folder = try story.folder(publishedAt: [40])
    folder.files["checkpoint"] = try story.checkpoint(size: 40)
    let result = try verify(folder, story)
    #expect(result.findings == [])
    #expect(result.warnings.contains { $0.contains("beyond") })
  }

  @Test func `a large log with tiles of several levels is verified in one pass`() throws {
    var story = try EvidenceStory()
    try story.open()
    for number in 1...500 {
      if number % 20 == 0 { _ = try story.erase(number: number) } else { try story.refuse(number: number) }
    }
    let folder = try story.folder(publishedAt: [300, 700])
    #expect(folder.files.keys.contains("tile/1/000.p/\(story.entries.count / 256)"))
    let start = ContinuousClock.now
    let result = try verify(folder, story)
    print("\(story.entries.count) entries in \(ContinuousClock.now - start)")
    #expect(result.findings == [])
    let upper = try verify(folder.flipping("tile/1/000.p/\(story.entries.count / 256)", 40), story)
    #expect(upper.first?.path == "tile/1/000.p/\(story.entries.count / 256)")
    #expect(upper.first?.byte == 32)
  }

  @Test func `a change of configuration replaces what was in force`() throws {
    var (story, _) = try EvidenceStory.whole()
    let opened = try #require(story.entries.first).entry.facts(as: LogOpened.self)
    let (second, third) = (ContentDigest(hashing: [2]), ContentDigest(hashing: [3]))
    let nonces = ["0a", "0b", "0c", "0d"].map { String(repeating: $0, count: 16) }
    try story.change(.signers, opened.signers, second, nonce: nonces[0])
    try story.change(.people, opened.people, third, nonce: nonces[1])
    try story.change(.register, opened.register, third, nonce: nonces[2])
    try story.change(.signers, second, third, nonce: nonces[3])
    #expect(try LogFolderVerifier(trust: try story.trust()).verify(try story.folder()).findings == [])
    var other = story
    try other.add(SignersChanged(file: "signers", old: second, new: opened.signers, practice: false))
    let signers = try LogFolderVerifier(trust: try story.trust()).verify(try other.folder())
    #expect(signers.first?.entry == UInt64(story.entries.count))
    #expect(signers.first?.reason.contains("the signers in force was") == true, "\(signers.findings)")
    try story.add(RegisterChanged(old: opened.register, new: second, practice: false))
    let register = try LogFolderVerifier(trust: try story.trust()).verify(try story.folder())
    #expect(register.first?.reason.contains("the register in force was") == true, "\(register.findings)")
  }

  @Test func `a request does not end before its last follow-up`() throws {
    let (story, _) = try EvidenceStory.whole {
      $0.omitted = [(AttemptStarted.kind, 7), (AttemptPrepared.kind, 2), (AttemptEnded.kind, 7), (JobSettled.kind, 6)]
    }
    let first = try LogFolderVerifier(trust: try story.trust()).verify(try story.folder()).first
    #expect(first?.reason.contains("not settled") == true, "\(String(describing: first))")
    #expect(first?.entry.map { story.entries[Int($0)].entry.kind } == RequestEnded.kind)
  }

  @Test func `a log does not end between an attempt that was done and its outcome`() throws {
    let (story, _) = try EvidenceStory.whole()
    let done = try #require(
      story.entries.lastIndex { entry in
        entry.entry.kind == AttemptEnded.kind
          && (try? entry.entry.facts(as: AttemptEnded.self).attemptEnd) == .done
      })
    var cut = story
    cut.entries.removeLast(story.entries.count - done - 1)
    let result = try LogFolderVerifier(trust: try story.trust()).verify(try cut.folder())
    #expect(result.findings.contains { $0.reason.contains("must stand next") }, "\(result.findings)")
  }
}
