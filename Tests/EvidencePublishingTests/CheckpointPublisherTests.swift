import ErasureDomain
import EvidenceLog
import EvidencePublishing
import Foundation
import Journal
import TestKit
import Testing

/// What leaves the process, and in which order.
@Suite struct CheckpointPublisherTests {
  @Test func `the folder holds the tiles that the entries alone give, at every size on the way`() async throws {
    let scene = try PublishingScene()
    let publisher = scene.publisher
    #expect(try await publisher.publish() == 0)
    #expect(try scene.published().isEmpty)
    try await scene.open()
    for size in [1, 2, 255, 256, 257, 600] {
      try await scene.addRequests(size - Int(scene.journal.frontier.size))
      #expect(try await publisher.publish() == UInt64(size))
      let (entries, digests) = try await scene.journal.read { reader in
        (try reader.entryBytes(from: 0, to: UInt64(size)), try reader.artifactDigests)
      }
      let files = try scene.published()
      for (path, bytes) in ExpectedFolder.tiles(entries) {
        #expect(files[path] == bytes, "\(path) at size \(size)")
      }
      #expect(!files.keys.contains { $0.hasSuffix(".tmp") })
      #expect(Set(digests.map { "artifacts/sha256/\($0.hex)" }).isSubset(of: files.keys))
      let checkpoint = try Checkpoint(parsing: SignedNote(parsing: #require(files["checkpoint"])).text)
      #expect(checkpoint.size == UInt64(size))
      #expect(checkpoint.root == MerkleTree.root(of: entries.map { MerkleTree.leafHash($0) }))
    }
  }

  @Test func `an auditor with the folder and the key can prove every entry`() async throws {
    let scene = try PublishingScene()
    try await scene.open()
    try await scene.addRequests(300)
    try await scene.publisher.publish()
    let files = try scene.published()
    let note = try SignedNote(parsing: #require(files["checkpoint"]))
    let trusted = try scene.policy.verify(note)
    let nodes = TileMerkleNodes(size: trusted.checkpoint.size) { tile in try #require(files[tile.path]) }
    let entries = try await scene.journal.read { reader in try reader.entryBytes(from: 0, to: 301) }
    for index in [0, 1, 255, 256, 300] {
      let hashes = try MerkleProofs.inclusion(index: UInt64(index), size: 301, source: nodes)
      try TlogProof(index: UInt64(index), hashes: hashes, checkpoint: note).verify(
        entry: entries[index], policy: scene.policy)
    }
  }

  @Test func `publishing again with nothing new signs nothing and changes no file`() async throws {
    let scene = try PublishingScene()
    try await scene.open()
    try await scene.publisher.publish()
    let before = try scene.published()
    try await scene.publisher.publish()
    #expect(try scene.published() == before)
    #expect(try scene.signer.checkpoints.count == 1)
  }

  @Test func `a lost folder is written again from the journal`() async throws {
    let scene = try PublishingScene()
    try await scene.open()
    try await scene.addRequests(270)
    try await scene.publisher.publish()
    let before = try scene.published()
    try FileManager.default.removeItem(atPath: scene.folder.path("log"))
    try await scene.publisher.publish()
    #expect(try scene.published() == before)
    #expect(try scene.signer.checkpoints.count == 1)
  }

  @Test func `a run cut off between tiles and checkpoint leaves the old state, and the next one finishes`() async throws
  {
    let scene = try PublishingScene()
    try await scene.open()
    try await scene.addRequests(99)
    try await scene.publisher.publish()
    let old = try scene.published()["checkpoint"]
    try await scene.addRequests(200)
    // Where the temporary file should be made stands a folder: the write of the checkpoint fails, nothing before it.
    let obstacle = scene.folder.path("log/checkpoint.tmp")
    try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
    await #expect(throws: PublishingFailure.self) { try await scene.publisher.publish() }
    let between = try scene.published()
    #expect(between["checkpoint"] == old)
    #expect(between["tile/0/000"] != nil)
    try FileManager.default.removeItem(atPath: obstacle)
    try await scene.addRequests(10)
    #expect(try await scene.publisher.publish() == 310)
    let entries = try await scene.journal.read { reader in try reader.entryBytes(from: 0, to: 310) }
    let files = try scene.published()
    for (path, bytes) in ExpectedFolder.tiles(entries) { #expect(files[path] == bytes) }
    #expect(try scene.signer.checkpoints.map(\.size) == [100, 300, 310])
  }

  @Test func `a database restored from a backup is noticed and signs nothing`() async throws {
    let scene = try PublishingScene()
    try await scene.open()
    try await scene.addRequests(9)
    try await scene.publisher.publish()
    let restored = try PublishingScene(folder: scene.folder)
    try await restored.open()
    try await restored.addRequests(4)
    let error = await #expect(throws: PublishingFailure.self) { try await restored.publisher.publish() }
    let place = scene.folder.path("log/checkpoint")
    #expect(error == .journal(.rolledBack(ours: 5, seen: 10, place: place)))
    #expect(error?.description.contains("set back to an earlier state") == true)
    #expect(try restored.signer.checkpoints.isEmpty)
    // Nothing is appended any more, so nothing is executed.
    await #expect(throws: JournalFailure.rolledBack(ours: 5, seen: 10, place: place)) {
      try await restored.addRequests(1)
    }
    // Grown past what was published, it is a fork.
    let grown = try PublishingScene(seed: 8, folder: scene.folder)
    try await grown.open()
    try await grown.addRequests(20)
    await #expect(throws: PublishingFailure.journal(.forked(size: 10, place: place))) {
      try await grown.publisher.publish()
    }
    #expect(try grown.signer.checkpoints.isEmpty)
  }

  @Test func `a checkpoint of another log, broken bytes and a key with another name are refused`() async throws {
    let scene = try PublishingScene()
    try await scene.open()
    try FileManager.default.createDirectory(atPath: scene.folder.path("log"), withIntermediateDirectories: false)
    let path = URL(fileURLWithPath: scene.folder.path("log/checkpoint"))
    let foreign = try CountingSigner(seed: 6)
    let other = try SignedNote.signing(
      Checkpoint(origin: JournalFixture.origin, size: 1, root: scene.journal.frontier.root).text, by: [foreign])
    for bytes in [other.encoded, Array("x".utf8)] {
      try Data(bytes).write(to: path)
      let error = await #expect(throws: PublishingFailure.self) { try await scene.publisher.publish() }
      guard case .foreignCheckpoint = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
    try FileManager.default.removeItem(at: path)
    let renamed = CheckpointPublisher(
      journal: scene.journal, signers: [try CountingSigner(name: "other.example/log")],
      folder: scene.folder.path("log"),
      origin: JournalFixture.origin)
    await #expect(throws: PublishingFailure.otherOrigin(expected: JournalFixture.origin, found: "other.example/log")) {
      try await renamed.publish()
    }
    #expect(try scene.signer.checkpoints.isEmpty)
  }

  @Test func `while many write and publish, no size is signed twice and every checkpoint extends those before`()
    async throws
  {
    let folder = try TemporaryFolder()
    let journal = try SQLiteJournal(path: folder.path("journal.db"), clock: ManualClock())
    let scene = try PublishingScene(journal)
    try await scene.open()
    let publisher = scene.publisher
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<10 {
            try await scene.addRequests(1)
            try await publisher.publish()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await publisher.publish() == 81)
    let signed = try scene.signer.checkpoints
    #expect(signed.map(\.size) == Set(signed.map(\.size)).sorted())
    try await journal.read { reader in
      for (older, newer) in zip(signed, signed.dropFirst()) {
        let proof = try MerkleProofs.consistency(from: older.size, to: newer.size, source: reader)
        try MerkleProofs.verifyConsistency(
          from: older.size, to: newer.size, fromRoot: older.root, toRoot: newer.root, proof: proof)
      }
    }
    #expect(try await journal.read { reader in try reader.checkpoints().map(\.size) } == signed.map(\.size))
  }
}
