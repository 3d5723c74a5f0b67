public import ErasureDomain
import EvidenceLog
import GRDB

extension SQLiteJournal {
  /// Writes a new journal from what was published: entries, artifacts and the checkpoint over exactly these entries.
  ///
  /// The caller has verified the checkpoint's signature; the root is checked here, before anything is written. The
  /// answering tables are folded at the first opening. Throws `.corrupt` when entries and checkpoint disagree.
  public static func rebuild(
    path: String, entries: [[UInt8]], artifacts: [Artifact], checkpoint note: [UInt8], clock: any CivilClock
  ) async throws(JournalFailure) {
    var frontier = MerkleFrontier()
    var nodes: [(level: Int, index: UInt64, hash: MerkleHash)] = []
    for entry in entries { nodes += frontier.append(MerkleTree.leafHash(entry)) }
    do {
      let signed = try SignedNote(parsing: note)
      let checkpoint = try Checkpoint(parsing: signed.text)
      // What witnesses said is beside the note, not in it; it comes again with the next checkpoint.
      let own = try SignedNote(
        text: signed.text, signatures: signed.signatures.filter { $0.keyName == checkpoint.origin })
      guard checkpoint.size == frontier.size, checkpoint.root == frontier.root else {
        throw JournalFailure.corrupt(at: nil)
      }
      let pool = try JournalConnections.open(path: path)
      try await pool.write { [nodes] db in
        for (index, bytes) in entries.enumerated() {
          try db.run("INSERT INTO entry (idx, bytes) VALUES (?, ?)", [index, bytes.data])
        }
        for node in nodes {
          try db.run(
            "INSERT INTO node (level, idx, hash) VALUES (?, ?, ?)",
            [node.level, Int64(clamping: node.index), node.hash.bytes.data])
        }
        for artifact in artifacts {
          try db.run(
            "INSERT INTO artifact (digest, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [artifact.digest.bytes.data, artifact.bytes.data])
        }
        try db.run(
          "INSERT INTO checkpoint (size, note) VALUES (?, ?)", [Int64(clamping: checkpoint.size), own.encoded.data])
      }
      try pool.close()
    } catch {
      throw JournalFailure(error)
    }
    let journal = try SQLiteJournal(path: path, clock: clock, rebuildingAnswers: true)
    if let failure = journal.failure { throw failure }
    try await journal.close()
  }
}
