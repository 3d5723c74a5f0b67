import ErasureDomain
import EvidenceLog
import GRDB

/// What is found when the journal is opened: the right edge of the tree, or the damage.
struct JournalOpening: Sendable {
  private static let piece: UInt64 = 1_024

  private(set) var frontier = MerkleFrontier()
  private(set) var failure: JournalFailure?

  /// Compares the stored tree with the newest checkpoint and hashes the entries after it.
  ///
  /// Damage is kept as `failure`, so that the journal can still be read; other errors are thrown.
  init(_ pool: DatabasePool) throws {
    do {
      frontier = try pool.read { db in try SQLiteNodes(db: db).frontier(size: SQLiteReader(db).size) }
      let checked = try pool.read { db in try Self.frontierAfterCheckpoint(SQLiteReader(db), db) }
      guard checked == frontier else { throw JournalFailure.corrupt(at: nil) }
    } catch {
      let failure = JournalFailure(error)
      guard case .corrupt = failure else { throw failure }
      self.failure = failure
    }
  }

  private static func frontierAfterCheckpoint(_ reader: SQLiteReader, _ db: Database) throws -> MerkleFrontier {
    let size = try reader.size
    let nodes = SQLiteNodes(db: db)
    let leaves = try nodes.leafCount()
    guard leaves == size else { throw JournalFailure.corrupt(at: min(leaves, size)) }
    var frontier = MerkleFrontier()
    if let newest = try reader.newestCheckpoint() {
      guard newest.size <= size,
        let checkpoint = try? Checkpoint(parsing: SignedNote(parsing: newest.note).text),
        checkpoint.size == newest.size
      else { throw JournalFailure.corrupt(at: min(newest.size, size)) }
      frontier = try nodes.frontier(size: newest.size)
      guard frontier.root == checkpoint.root else { throw JournalFailure.corrupt(at: nil) }
    }
    while frontier.size < size {
      let from = frontier.size
      let entries = try reader.entryBytes(from: from, to: min(size, from + piece))
      guard !entries.isEmpty else { throw JournalFailure.corrupt(at: from) }
      for bytes in entries {
        let index = frontier.size
        let leaf = MerkleTree.leafHash(bytes)
        guard let stored = try? nodes.node(level: 0, index: index), stored == leaf else {
          throw JournalFailure.corrupt(at: index)
        }
        frontier.append(leaf)
      }
    }
    return frontier
  }
}
