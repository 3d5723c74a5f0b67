import ErasureDomain
public import EvidenceLog
public import Journal

/// Signs what is durable and writes the log folder: tiles and artifacts first, `checkpoint` last.
///
/// It never signs two roots for one size, nor a tree that does not extend what was signed or published before. It can be
/// stopped anywhere: the next run begins at the checkpoint in the folder and writes the same bytes again.
public actor CheckpointPublisher {
  /// How much is read and written at a time.
  private static let filesAtATime = 64
  private static let entriesAtATime: UInt64 = 1_024
  private static let checkpointFile = "checkpoint"
  private static let artifactFolder = "artifacts/sha256"

  private let journal: any Journal
  private let signer: any CheckpointSigner
  private let folder: DurableFolder
  private let origin: String
  private var isPublishing = false
  /// This process has seen that every artifact up to the published size is there.
  private var isComplete = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// Publishes the journal under the origin, which is the name of the signer's key.
  public init(journal: any Journal, signer: any CheckpointSigner, folder: String, origin: String) {
    self.journal = journal
    self.signer = signer
    self.folder = DurableFolder(path: folder)
    self.origin = origin
  }

  /// Signs, stores and publishes; returns the size that the folder now covers, 0 for an empty journal.
  ///
  /// With nothing new it only makes sure that the folder is complete. Calls at the same time run one after the other.
  @discardableResult
  public func publish() async throws(PublishingFailure) -> UInt64 {
    await enter()
    defer { leave() }
    if let failure = journal.failure { throw .journal(failure) }
    let published = try await publishedCheckpoint()
    let note = try await checkpoint(extending: published)
    guard let note else { return 0 }
    try await writeTiles(from: published?.size ?? 0, to: note.size)
    try await writeArtifacts(from: published?.size ?? 0, to: note.size)
    if published?.note != note.note {
      try await folder.write([(name: Self.checkpointFile, bytes: note.note)])
    }
    return note.size
  }

  /// A gate, because an actor takes the next call while this one waits for the disk.
  private func enter() async {
    if isPublishing {
      await withCheckedContinuation { waiting.append($0) }
    }
    isPublishing = true
  }

  private func leave() {
    isPublishing = false
    // The one that is resumed enters before any later caller: nothing else runs between here and there.
    guard !waiting.isEmpty else { return }
    isPublishing = true
    waiting.removeFirst().resume()
  }
}

extension CheckpointPublisher {
  private struct Published {
    var size: UInt64
    var note: [UInt8]
    var root: MerkleHash
  }

  /// The checkpoint in the folder, checked against our key; nothing when there is none.
  private func publishedCheckpoint() async throws(PublishingFailure) -> Published? {
    guard let bytes = try await folder.read(Self.checkpointFile) else { return nil }
    do {
      let note = try SignedNote(parsing: bytes)
      _ = try note.verified(by: [signer.verifierKey])
      let checkpoint = try Checkpoint(parsing: note.text)
      guard checkpoint.origin == origin else {
        throw PublishingFailure.otherOrigin(expected: origin, found: checkpoint.origin)
      }
      return Published(size: checkpoint.size, note: bytes, root: checkpoint.root)
    } catch {
      throw .foreignCheckpoint(path: "\(folder.path)/\(Self.checkpointFile)", String(describing: error))
    }
  }

  /// The stored checkpoint of what is durable now, signed if it is new.
  private func checkpoint(extending published: Published?) async throws(PublishingFailure) -> Published? {
    guard signer.verifierKey.name == origin else {
      throw .otherOrigin(expected: origin, found: signer.verifierKey.name)
    }
    let frontier = journal.frontier
    if let published, published.size > frontier.size {
      throw .databaseBehind(ours: frontier.size, published: published.size)
    }
    guard frontier.size > 0 else { return nil }
    let known = published.map { Signed(size: $0.size, root: $0.root) }
    let (newest, fork) = try await read { reader in
      let newest = try reader.newestCheckpoint().map { (size: $0.size, note: $0.note) }
      return (newest, try Self.fork(from: known, newest?.note, size: frontier.size, reader))
    }
    if let fork { throw .forked(size: fork) }
    if let newest, newest.size == frontier.size {
      return Published(size: newest.size, note: newest.note, root: frontier.root)
    }
    let note: SignedNote
    do {
      note = try SignedNote.signing(
        Checkpoint(origin: origin, size: frontier.size, root: frontier.root).text, by: [signer])
    } catch {
      throw .signer(String(describing: error))
    }
    do {
      // Stored before it leaves the process: what anyone has seen, we know of.
      try await journal.store(checkpoint: note.encoded, size: frontier.size)
    } catch {
      throw .journal(error)
    }
    return Published(size: frontier.size, note: note.encoded, root: frontier.root)
  }

  private struct Signed {
    var size: UInt64
    var root: MerkleHash
  }

  /// The size at which the journal is not what was published or signed before; nothing when it extends both.
  private static func fork(
    from published: Signed?, _ stored: [UInt8]?, size: UInt64, _ reader: any JournalReader
  ) throws -> UInt64? {
    var signed = [published].compactMap { $0 }
    if let stored {
      let checkpoint = try Checkpoint(parsing: SignedNote(parsing: stored).text)
      signed.append(Signed(size: checkpoint.size, root: checkpoint.root))
    }
    for one in signed {
      guard one.size <= size, try MerkleProofs.root(size: one.size, source: reader) == one.root else {
        return one.size
      }
    }
    return nil
  }

  private func read<Value: Sendable>(
    _ body: @escaping @Sendable (any JournalReader) throws -> Value
  ) async throws(PublishingFailure) -> Value {
    do { return try await journal.read(body) } catch { throw .journal(error) }
  }
}

extension CheckpointPublisher {
  /// The tiles that the log gained since; a run that was cut off writes some of them again, with the same bytes.
  private func writeTiles(from older: UInt64, to newer: UInt64) async throws(PublishingFailure) {
    let tiles = Tile.added(from: older, to: newer)
    for start in stride(from: 0, to: tiles.count, by: Self.filesAtATime) {
      let some = Array(tiles[start..<min(start + Self.filesAtATime, tiles.count)])
      let files = try await read { reader in
        try some.map { (name: $0.path, bytes: try Self.bytes(of: $0, reader)) }
      }
      try await folder.write(files)
    }
  }

  private static func bytes(of tile: Tile, _ reader: any JournalReader) throws -> [UInt8] {
    switch tile.kind {
    case .hashes: return Tile.encode(try tile.hashes(from: reader))
    case .entries:
      let first = tile.index * UInt64(Tile.fullWidth)
      return try EntryBundle.encode(reader.entryBytes(from: first, to: first + UInt64(tile.width)))
    }
  }

  /// The artifacts that the covered entries name, and no others: a copy of the folder holds nothing unexplained.
  ///
  /// The first time in a process all entries are read, so that a folder with gaps becomes whole.
  private func writeArtifacts(from older: UInt64, to newer: UInt64) async throws(PublishingFailure) {
    let present = try await folder.names(in: Self.artifactFolder)
    var start = isComplete ? older : 0
    while start < newer {
      let end = min(start + Self.entriesAtATime, newer)
      let files = try await read { [start] reader in
        var named: Set<ContentDigest> = []
        for indexed in try reader.entries(from: start, to: end) { named.formUnion(indexed.entry.namedDigests) }
        return try named.filter { !present.contains($0.hex) }.sorted().compactMap { digest in
          try reader.artifact(digest).map { (name: "\(Self.artifactFolder)/\(digest.hex)", bytes: $0) }
        }
      }
      try await folder.write(files)
      start = end
    }
    isComplete = true
  }
}
