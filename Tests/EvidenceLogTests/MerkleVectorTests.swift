import EvidenceLog
import Foundation
import Testing

/// The proofs of transparency-dev/merkle, good and damaged.
struct MerkleVectorTests {
  private struct Inclusion: Decodable {
    let leafIdx: UInt64
    let treeSize: UInt64
    let root: String?
    let leafHash: String?
    let proof: [String]?
    let wantErr: Bool
    let name: String
  }

  private struct Consistency: Decodable {
    let size1: UInt64
    let size2: UInt64
    let root1: String?
    let root2: String?
    let proof: [String]?
    let wantErr: Bool
    let name: String
  }

  @Test func `inclusion vectors hold or fail as they should`() throws {
    guard let folder = Samples.folder("merkle-vectors") else { return }
    let vectors = try JSONDecoder().decode([Inclusion].self, from: Data(try Samples.bytes(folder, "inclusion.json")))
    #expect(vectors.contains { !$0.wantErr } && vectors.contains(where: \.wantErr))
    for vector in vectors {
      let holds = succeeds {
        try MerkleProofs.verifyInclusion(
          leaf: try exactHash(vector.leafHash), index: vector.leafIdx, size: vector.treeSize,
          proof: try (vector.proof ?? []).map(exactHash), root: try exactHash(vector.root))
      }
      #expect(holds == !vector.wantErr, "\(vector.name)")
    }
  }

  @Test func `consistency vectors hold or fail as they should`() throws {
    guard let folder = Samples.folder("merkle-vectors") else { return }
    let data = Data(try Samples.bytes(folder, "consistency.json"))
    let vectors = try JSONDecoder().decode([Consistency].self, from: data)
    #expect(vectors.contains { !$0.wantErr } && vectors.contains(where: \.wantErr))
    for vector in vectors {
      let holds = succeeds {
        try MerkleProofs.verifyConsistency(
          from: vector.size1, to: vector.size2, fromRoot: hash(vector.root1), toRoot: hash(vector.root2),
          proof: (vector.proof ?? []).map(hash))
      }
      #expect(holds == !vector.wantErr, "\(vector.name)")
    }
  }

  private struct NotAHash: Error {}

  /// Bytes of another length are no hash: they are refused before any proof is looked at.
  private func exactHash(_ text: String?) throws -> MerkleHash {
    guard let hash = MerkleHash(base64: text ?? "") else { throw NotAHash() }
    return hash
  }

  /// Some vectors have other bytes where a hash belongs.
  ///
  /// A hash of those bytes stands in: equal texts stay equal, and
  /// none is a hash of the tree.
  private func hash(_ text: String?) -> MerkleHash {
    MerkleHash(base64: text ?? "") ?? MerkleTree.leafHash(Array("stand-in \(text ?? "")".utf8))
  }

  private func succeeds(_ check: () throws -> Void) -> Bool {
    do {
      try check()
      return true
    } catch {
      return false
    }
  }
}
