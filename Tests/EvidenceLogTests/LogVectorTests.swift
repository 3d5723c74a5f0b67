import EvidenceLog
import Foundation
import Testing

/// A log of 300 entries that another program made.
struct LogVectorTests {
  private func policy(_ folder: URL, quorum: String) throws -> TrustPolicy {
    try TrustPolicy(
      logs: [.init(key: try NoteVerifierKey(parsing: try Samples.line(folder, "log.vkey")))],
      witnesses: [.init(name: "w1", key: try NoteVerifierKey(parsing: try Samples.line(folder, "w1.vkey")))],
      quorum: quorum == "none" ? nil : quorum)
  }

  @Test func `checkpoints verify with the log's key and print back`() throws {
    guard let folder = Samples.folder("log-vectors") else { return }
    let policy = try policy(folder, quorum: "none")
    for size in [1, 3, 256, 300] as [UInt64] {
      let bytes = try Samples.bytes(folder, "checkpoint.\(size)")
      let note = try SignedNote(parsing: bytes)
      #expect(note.encoded == bytes)
      let trusted = try policy.verify(note)
      #expect(trusted.checkpoint.size == size)
      #expect(trusted.checkpoint.origin == "erasure.example/evidence")
      #expect(trusted.checkpoint.text == note.text)
      #expect(trusted.cosignatures.map(\.witness) == (size == 300 ? ["w1"] : []))
    }
  }

  @Test func `the witness's cosignature makes the quorum`() throws {
    guard let folder = Samples.folder("log-vectors") else { return }
    let policy = try policy(folder, quorum: "w1")
    let cosigned = try policy.verify(SignedNote(parsing: Samples.bytes(folder, "checkpoint.300")))
    #expect(cosigned.cosignatures.map(\.witness) == ["w1"])
    #expect(cosigned.cosignatures.map(\.timestamp) == [0x6952_47C1])
    let alone = try SignedNote(parsing: Samples.bytes(folder, "checkpoint.256"))
    #expect(throws: TrustError.quorumNotMet(quorum: "w1", by: [])) { try policy.verify(alone) }
  }

  @Test func `consistency files lead from the older to the newer checkpoint`() throws {
    guard let folder = Samples.folder("log-vectors") else { return }
    let policy = try policy(folder, quorum: "none")
    let newer = try policy.verify(SignedNote(parsing: Samples.bytes(folder, "checkpoint.300"))).checkpoint
    for size in [3, 256] as [UInt64] {
      let older = try policy.verify(SignedNote(parsing: Samples.bytes(folder, "checkpoint.\(size)"))).checkpoint
      let lines = try Samples.line(folder, "consistency.\(size)-300").split(separator: "\n")
      let proof = try lines.map { try #require(MerkleHash(base64: String($0))) }
      try MerkleProofs.verifyConsistency(
        from: size, to: 300, fromRoot: older.root, toRoot: newer.root, proof: proof)
      #expect(throws: ProofError.self) {
        try MerkleProofs.verifyConsistency(
          from: size, to: 300, fromRoot: newer.root, toRoot: older.root, proof: proof)
      }
    }
  }

  @Test func `proof files verify their leaves and nothing else`() throws {
    guard let folder = Samples.folder("log-vectors") else { return }
    let policy = try policy(folder, quorum: "w1")
    for index in [0, 255] as [UInt64] {
      let bytes = try Samples.bytes(folder, "\(index).tlog-proof")
      let leaf = try Samples.bytes(folder, "\(index).leaf")
      let proof = try TlogProof(parsing: bytes)
      #expect(proof.encoded == bytes)
      #expect(proof.index == index)
      #expect(try proof.verify(entry: leaf, policy: policy).checkpoint.size == 300)
      #expect(throws: TrustError.inclusion(.rootDiffers)) { try proof.verify(entry: leaf + [0x20], policy: policy) }
    }
  }

  @Test func `every damaged byte of a proof file is noticed`() throws {
    guard let folder = Samples.folder("log-vectors") else { return }
    let policy = try policy(folder, quorum: "w1")
    let leaf = try Samples.bytes(folder, "0.leaf")
    let bytes = try Samples.bytes(folder, "0.tlog-proof")
    // The lines of w2 are by a key the policy does not name: what stands there is ignored, as the format demands.
    let ignored = String(decoding: bytes, as: UTF8.self).utf8.count - "— witness.example/w2 ".utf8.count - 105
    for place in 0..<ignored {
      var damaged = bytes
      damaged[place] ^= 1
      #expect(throws: (any Error).self, "byte \(place)") {
        try TlogProof(parsing: damaged).verify(entry: leaf, policy: policy)
      }
    }
  }
}
