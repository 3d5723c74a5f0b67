import ErasureDomain
public import EvidenceLog
public import Journal

/// Signs what is durable and writes the log folder: tiles and artifacts first, `checkpoint` last.
///
/// It never signs two roots for one size, nor a tree that does not extend what was signed or published before. It can be
/// stopped anywhere: the next run begins at the checkpoint in the folder and writes the same bytes again.
///
/// Witnesses and the time-stamping authority are asked once the checkpoint is published, so that they delay nothing;
/// what they say is written over it when it has come.
public actor CheckpointPublisher {
  /// How much is read and written at a time.
  private static let filesAtATime = 64
  private static let entriesAtATime: UInt64 = 1_024
  static let checkpointFile = "checkpoint"
  static let stampFile = "checkpoint.tsr"
  static let authoritiesFile = "tsa/ca.pem"
  private static let artifactFolder = "artifacts/sha256"

  let journal: any Journal
  /// Two while one key follows another.
  private let signers: [any CheckpointSigner]
  let logKeys: [NoteVerifierKey]
  let folder: DurableFolder
  let secondPlace: DurableFolder?
  let anchors: CheckpointAnchors
  let origin: String
  private var isPublishing = false
  /// This process has seen that every artifact up to the published size is there.
  private var isComplete = false
  private var waiting: [CheckedContinuation<Void, Never>] = []
  var anchoring: Task<Void, Never>?
  var mustAnchorAgain = false

  /// Publishes the journal under the origin, which is the name of the signers' keys.
  ///
  /// `logKeys` are all keys that the log ever had: what they signed was signed by us. `secondPlace` is a folder on another
  /// disk that gets the checkpoint too, as a high-water mark.
  public init(
    journal: any Journal, signers: [any CheckpointSigner], logKeys: [NoteVerifierKey] = [], folder: String,
    secondPlace: String? = nil, origin: String, anchors: CheckpointAnchors = CheckpointAnchors()
  ) {
    self.journal = journal
    self.signers = signers
    let own = signers.map(\.verifierKey)
    self.logKeys = own + logKeys.filter { !own.contains($0) }
    self.folder = DurableFolder(path: folder)
    self.secondPlace = secondPlace.map { DurableFolder(path: $0) }
    self.anchors = anchors
    self.origin = origin
  }

  /// Signs, stores and publishes; returns the size that the folder now covers, 0 for an empty journal.
  ///
  /// With nothing new it only makes sure that the folder is complete. Calls at the same time run one after the other.
  @discardableResult
  public func publish() async throws(PublishingFailure) -> UInt64 {
    let size = try await publishGated()
    if size > 0, anchors.isConfigured { startAnchoring() }
    return size
  }

  private func publishGated() async throws(PublishingFailure) -> UInt64 {
    await enter()
    defer { leave() }
    if let failure = journal.failure { throw .journal(failure) }
    let published = try await mark(in: folder)
    let second = try await secondMark()
    guard let note = try await checkpoint(extending: [published, second].compactMap { $0 }) else { return 0 }
    try await writeTiles(from: published?.size ?? 0, to: note.size)
    let destroyed = try await writeArtifacts(from: published?.size ?? 0, to: note.size)
    try await writeCheckpoint(size: note.size, replacing: published?.note)
    // Behind the checkpoint that says so: until then they are missed.
    for name in destroyed { try await folder.remove(name) }
    return note.size
  }

  /// A gate, because an actor takes the next call while this one waits for the disk.
  func enter() async {
    if isPublishing {
      await withCheckedContinuation { waiting.append($0) }
    }
    isPublishing = true
  }

  func leave() {
    isPublishing = false
    // The one that is resumed enters before any later caller: nothing else runs between here and there.
    guard !waiting.isEmpty else { return }
    isPublishing = true
    waiting.removeFirst().resume()
  }
}

extension CheckpointPublisher {
  /// The stored checkpoint of what is durable now, signed if it is new.
  private func checkpoint(extending marks: [HighWaterMark]) async throws(PublishingFailure) -> HighWaterMark? {
    for signer in signers where signer.verifierKey.name != origin {
      throw .otherOrigin(expected: origin, found: signer.verifierKey.name)
    }
    let frontier = journal.frontier
    try await requireExtension(of: marks, size: frontier.size)
    guard frontier.size > 0 else { return nil }
    let newest = try await read { reader in try reader.newestCheckpoint().map { (size: $0.size, note: $0.note) } }
    if let newest, newest.size == frontier.size {
      return HighWaterMark(place: "our own table", size: newest.size, root: frontier.root, note: newest.note)
    }
    let note = try await sign(Checkpoint(origin: origin, size: frontier.size, root: frontier.root))
    do {
      // Stored before it leaves the process: what anyone has seen, we know of.
      try await journal.store(checkpoint: note.encoded, size: frontier.size)
    } catch {
      throw .journal(error)
    }
    return HighWaterMark(place: "our own table", size: frontier.size, root: frontier.root, note: note.encoded)
  }

  /// On a thread of its own: a key may be in an agent, and asking it waits.
  private func sign(_ checkpoint: Checkpoint) async throws(PublishingFailure) -> SignedNote {
    let signers = signers
    return try await folder.onQueue { () throws(PublishingFailure) in
      do { return try SignedNote.signing(checkpoint.text, by: signers) } catch {
        throw .signer(String(describing: error))
      }
    }
  }

  func read<Value: Sendable>(
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
  /// The first time in a process all entries are read, so that a folder with gaps becomes whole. Returns the files that are
  /// there of artifacts that an entry says were destroyed.
  private func writeArtifacts(from older: UInt64, to newer: UInt64) async throws(PublishingFailure) -> [String] {
    let present = try await folder.names(in: Self.artifactFolder)
    var start = isComplete ? older : 0
    var destroyed: Set<ContentDigest> = []
    while start < newer {
      let end = min(start + Self.entriesAtATime, newer)
      let (files, gone) = try await read { [start] reader in
        var (named, gone): (Set<ContentDigest>, Set<ContentDigest>) = ([], [])
        for indexed in try reader.entries(from: start, to: end) {
          let digests = indexed.entry.namedDigests
          if indexed.entry.kind == ArtifactsDestroyed.kind { gone.formUnion(digests) } else { named.formUnion(digests) }
        }
        let files = try named.filter { !present.contains($0.hex) }.sorted().compactMap { digest in
          try reader.artifact(digest).map { (name: "\(Self.artifactFolder)/\(digest.hex)", bytes: $0) }
        }
        return (files, gone)
      }
      try await folder.write(files)
      destroyed.formUnion(gone)
      start = end
    }
    isComplete = true
    return destroyed.filter { present.contains($0.hex) }.sorted().map { "\(Self.artifactFolder)/\($0.hex)" }
  }
}
