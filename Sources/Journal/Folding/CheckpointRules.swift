import ErasureDomain
import EvidenceLog

/// What a checkpoint must be before the journal keeps it.
enum CheckpointRules {
  /// Refuses a note that is no checkpoint of exactly this tree. `size` is the number of durable entries.
  static func check(
    _ note: [UInt8], claimed: UInt64, size: UInt64, nodes: some MerkleNodeSource
  ) throws {
    let checkpoint = try Checkpoint(parsing: SignedNote(parsing: note).text)
    guard checkpoint.size == claimed else {
      throw JournalFailure.refused("the checkpoint is for \(checkpoint.size) entries, not \(claimed)")
    }
    guard claimed > 0, claimed <= size else {
      throw JournalFailure.refused("the checkpoint is for \(claimed) entries, the journal has \(size)")
    }
    guard try MerkleProofs.root(size: claimed, source: nodes) == checkpoint.root else {
      throw JournalFailure.refused("the checkpoint for \(claimed) entries has another root than the journal")
    }
  }

  /// Somebody said something about a checkpoint that is not here.
  static func unknown(_ size: UInt64) -> JournalFailure {
    .refused("there is no checkpoint for \(size) entries that anybody could have cosigned or stamped")
  }

  /// Refuses a second note for one size; true when it is there already.
  static func isStored(_ note: [UInt8], stored: [UInt8]?, size: UInt64) throws -> Bool {
    guard let stored else { return false }
    guard stored == note else {
      throw JournalFailure.refused("there is another checkpoint for \(size) entries: one size is signed once")
    }
    return true
  }
}
