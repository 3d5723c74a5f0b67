import ErasureDomain
import EvidenceLog

/// Recomputes the whole tree of a journal from its entries, piece by piece.
struct TreeCheck {
  /// Entries read at a time, so that no long read holds back the database's log.
  private static let piece: UInt64 = 1_024

  private var frontier = MerkleFrontier()

  static func run(over journal: some Journal) async throws(JournalFailure) {
    let size = journal.frontier.size
    var check = TreeCheck()
    while check.frontier.size < size {
      let (from, to) = (check.frontier.size, min(size, check.frontier.size + piece))
      let before = check
      check = try await journal.read { reader in
        var check = before
        try check.add(from: from, to: to, reader)
        return check
      }
    }
    let roots = check
    try await journal.read { reader in
      guard try reader.size >= size else { throw JournalFailure.corrupt(at: try reader.size) }
      try roots.compareCheckpoints(reader)
    }
  }

  private mutating func add(from: UInt64, to: UInt64, _ reader: any JournalReader) throws {
    let entries = try reader.entryBytes(from: from, to: to)
    for bytes in entries {
      let index = frontier.size
      for node in frontier.append(MerkleTree.leafHash(bytes)) {
        guard let stored = try? reader.node(level: node.level, index: node.index), stored == node.hash else {
          throw JournalFailure.corrupt(at: index)
        }
      }
    }
    guard frontier.size == to else { throw JournalFailure.corrupt(at: frontier.size) }
  }

  /// Every stored subtree has been compared, so roots may be taken from them.
  private func compareCheckpoints(_ reader: any JournalReader) throws {
    for (size, note) in try reader.checkpoints() {
      guard let checkpoint = try? Checkpoint(parsing: SignedNote(parsing: note).text), checkpoint.size == size,
        let root = try? MerkleProofs.root(size: size, source: reader), root == checkpoint.root
      else { throw JournalFailure.corrupt(at: size - min(size, 1)) }
    }
  }
}
