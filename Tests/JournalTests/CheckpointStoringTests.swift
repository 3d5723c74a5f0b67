import ErasureDomain
import EvidenceLog
import TestKit
import Testing

@testable import Journal

/// Which signed checkpoints the journal keeps.
@Suite struct CheckpointStoringTests {
  @Test(arguments: Store.allCases)
  func `checkpoints of this tree are kept and found by size`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    var notes: [[UInt8]] = []
    for _ in 0..<3 {
      try await scene.confirmedRequest()
      let note = try TestKey.checkpoint(of: scene.journal.frontier)
      try await scene.journal.store(checkpoint: note, size: scene.journal.frontier.size)
      try await scene.journal.store(checkpoint: note, size: scene.journal.frontier.size)
      notes.append(note)
    }
    let (all, newest, covering, none) = try await scene.journal.read { reader in
      (
        try reader.checkpoints().map(\.note), try reader.newestCheckpoint()?.size,
        try reader.checkpoint(atLeast: 3)?.size, try reader.checkpoint(atLeast: 7)?.size
      )
    }
    #expect(all == notes)
    #expect(newest == 6)
    #expect(covering == 4)
    #expect(none == nil)
    try await scene.journal.verifyWholeTree()
  }

  @Test(arguments: Store.allCases)
  func `no second note for a size, no other root and no size beyond what is durable`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    try await scene.confirmedRequest()
    let frontier = scene.journal.frontier
    let note = try TestKey.checkpoint(of: frontier)
    func refused(_ note: [UInt8], size: UInt64) async {
      await #expect(throws: JournalFailure.self) { try await scene.journal.store(checkpoint: note, size: size) }
    }
    await refused(note, size: 1)
    var other = MerkleFrontier()
    other.append(MerkleTree.leafHash([1]))
    other.append(MerkleTree.leafHash([2]))
    await refused(try TestKey.checkpoint(of: other), size: 2)
    other.append(MerkleTree.leafHash([3]))
    await refused(try TestKey.checkpoint(of: other), size: 3)
    try await scene.journal.store(checkpoint: note, size: 2)
    var extended = try SignedNote(parsing: note)
    let cosigner = try Ed25519Cosigner(name: "w", seed: [UInt8](repeating: 9, count: 32))
    try extended.add([cosigner.cosign(noteText: extended.text, timestamp: 1)])
    await refused(extended.encoded, size: 2)
    await refused(Array("no note\n".utf8), size: 2)
  }
}
