import EvidenceLog
import GRDB

/// The stored subtrees.
struct SQLiteNodes: MerkleNodeSource {
  let db: Database

  func node(level: Int, index: UInt64) throws -> MerkleHash {
    guard let index = Int64(exactly: index),
      let bytes = try db.bytes("SELECT hash FROM node WHERE level = ? AND idx = ?", [level, index])
    else { throw ProofError.nodeMissing(level: level, index: index) }
    guard let hash = MerkleHash(bytes: bytes) else { throw JournalFailure.corrupt(at: nil) }
    return hash
  }

  /// One more than the last leaf.
  func leafCount() throws -> UInt64 {
    UInt64(try Int64.fetchOne(db, sql: "SELECT coalesce(max(idx) + 1, 0) FROM node WHERE level = 0") ?? 0)
  }

  /// The right edge of the tree of so many entries; a subtree that is missing is damage.
  func frontier(size: UInt64) throws -> MerkleFrontier {
    do {
      let hashes = try MerkleFrontier.nodePositions(size: size).map { try node(level: $0.level, index: $0.index) }
      guard let frontier = MerkleFrontier(size: size, hashes: hashes) else { throw JournalFailure.corrupt(at: nil) }
      return frontier
    } catch is ProofError {
      throw JournalFailure.corrupt(at: nil)
    }
  }
}
