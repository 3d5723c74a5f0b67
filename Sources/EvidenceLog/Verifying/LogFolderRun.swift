import ErasureDomain

/// One audit of a log folder.
struct LogFolderRun<Files: EvidenceFiles> {
  private let files: Files
  private let layout: LogFolderLayout
  private let artifacts: ArtifactFiles<Files>
  /// What was seen of the artifacts' files so far.
  private var seen: [ContentDigest: ArtifactRules.Seen] = [:]
  private let checkpoint: CheckpointCheck
  private let signatures: SignaturePolicy
  private var result: AuditResult
  private var replay: EvidenceReplay
  private var frontier = MerkleFrontier()
  /// The hashes of each level of tiles, from the entries.
  private var levels: [[MerkleHash]] = Array(repeating: [], count: Tile.highestLevel + 1)
  private var earlierRoots: [UInt64: MerkleHash] = [0: MerkleTree.emptyRoot]
  /// Entries whose hash is another one in the lowest tile.
  private var mismatches: [(place: EvidenceReplay.Place, tile: Tile)] = []
  /// The first place where the entries stop.
  private var isComplete = true
  private var newerFiles = 0

  private var size: UInt64 { checkpoint.trusted.checkpoint.size }

  init(
    _ files: Files, _ layout: LogFolderLayout, _ checkpoint: CheckpointCheck, _ trust: AuditTrust,
    _ result: AuditResult
  ) {
    self.files = files
    self.layout = layout
    self.checkpoint = checkpoint
    self.result = result
    let artifacts = ArtifactFiles(files, below: LogFolderLayout.artifacts)
    self.artifacts = artifacts
    signatures = trust.signatures
    replay = EvidenceReplay(scope: .wholeLog, checkpoint: checkpoint.trusted, trust: trust) { try artifacts.bytes($0) }
  }

  // MARK: Entries

  /// The entries of one tile, as far as they can be judged by themselves.
  private struct Piece: Sendable {
    let first: UInt64
    /// Of the wanted tile, the file that was read; nothing when there is none.
    let tile: Tile?
    let wanted: Int
    var entries: [(offset: Int, entry: ReadEntry)] = []
    /// Of the lowest tile of hashes, where it reads.
    var hashes: (tile: Tile, hashes: [MerkleHash])?
    var problem: TileError?
    /// The first byte that belongs to no entry.
    var end = 0
  }

  mutating func walkEntries(_ ahead: any WorkAhead) throws {
    let width = UInt64(Tile.fullWidth)
    let (files, layout, artifacts, policy, size) = (files, layout, artifacts, signatures, size)
    let count = Int(clamping: size / width + (size % width == 0 ? 0 : 1))
    let shapes = KnownShapes()
    try ahead.run(count) { number in
      let first = UInt64(number) * width
      let reader = EntryReader(policy, shapes) { try artifacts.file($0) }
      return try Self.read(first, Int(min(width, size - first)), files, layout, reader)
    } take: { piece in
      try take(piece)
      ahead.drop(replay.takeEnded())
      return isComplete
    }
  }

  private static func read(
    _ first: UInt64, _ count: Int, _ files: Files, _ layout: LogFolderLayout, _ reader: EntryReader
  ) throws -> Piece {
    let number = first / UInt64(Tile.fullWidth)
    guard let tile = layout.tile(.entries, number, atLeast: count), let bytes = try files.read(tile.path) else {
      return Piece(first: first, tile: nil, wanted: count)
    }
    var piece = Piece(first: first, tile: tile, wanted: count)
    piece.hashes = try lowestHashes(number, count, files, layout)
    let split = EntryBundle.split(bytes, count: tile.width)
    var reader = reader
    piece.entries = try split.entries.prefix(count).map { ($0.offset, try reader.read($0.bytes)) }
    piece.problem = split.problem
    piece.end = split.end
    return piece
  }

  private static func lowestHashes(
    _ number: UInt64, _ count: Int, _ files: Files, _ layout: LogFolderLayout
  ) throws -> (tile: Tile, hashes: [MerkleHash])? {
    guard let tile = layout.tile(.hashes(level: 0), number, atLeast: count), let bytes = try files.read(tile.path),
      let hashes = tile.decodeHashes(bytes)
    else { return nil }
    return (tile, hashes)
  }

  private mutating func take(_ piece: Piece) throws {
    guard let tile = piece.tile else {
      isComplete = false
      let number = piece.first / UInt64(Tile.fullWidth)
      let path = Tile(kind: .entries, index: number, width: piece.wanted)?.path ?? ""
      return result.wrong(path, "the file with entries from \(piece.first) on is absent")
    }
    let path = tile.path
    for place in piece.entries.indices {
      let leaf = piece.entries[place].entry.leaf
      let at = EvidenceReplay.Place(index: frontier.size, path: path, byte: piece.entries[place].offset)
      append(leaf)
      if let hashes = piece.hashes, hashes.hashes[place] != leaf { mismatches.append((at, hashes.tile)) }
      // Damage makes an entry mean something else; what follows is not judged by it.
      guard mismatches.isEmpty else { continue }
      let named = try named(by: piece.entries[place].entry)
      if let named { for (digest, file) in named.seen { seen[digest] = file } }
      try replay.apply(piece.entries[place].entry, named, at: at)
    }
    guard let problem = piece.problem else { return }
    if piece.entries.count < piece.wanted {
      isComplete = false
      let index = piece.first + UInt64(piece.entries.count)
      result.add(AuditFinding(entry: index, path: tile.path, byte: piece.end, reason: "\(problem)"))
    } else {
      result.wrong(tile.path, byte: piece.end, "\(problem)")
    }
  }

  private func named(by read: ReadEntry) throws -> NamedArtifacts? {
    guard case .unread = read.named, case .success(let entry) = read.entry else { return read.artifacts }
    var reader = EntryReader(signatures) { [artifacts] in try artifacts.file($0) }
    return try reader.named(by: entry)
  }

  private mutating func append(_ leaf: MerkleHash) {
    frontier.append(leaf) { level, _, hash in if level % 8 == 0 { levels[level / 8].append(hash) } }
    if checkpoint.earlier.contains(where: { $0.checkpoint.size == frontier.size }) {
      earlierRoots[frontier.size] = frontier.root
    }
  }

  // MARK: Roots

  mutating func compareRoots() {
    let newest = checkpoint.trusted.checkpoint
    let rootHolds = isComplete && frontier.root == newest.root
    reportMismatches(entriesAreRight: rootHolds)
    guard isComplete else {
      result.notChecked.append("the root of the tree and what follows entry \(frontier.size): entries are missing")
      return
    }
    if rootHolds {
      result.checked.append("the tree was rebuilt from \(size) entries and has the signed root")
    } else {
      result.wrong(
        CheckpointCheck.path,
        "the signed root is \(newest.root), the \(size) entries give \(frontier.root): entries were changed, left out"
          + " or put in after signing")
    }
    for earlier in checkpoint.earlier {
      if earlierRoots[earlier.checkpoint.size] == earlier.checkpoint.root {
        result.checked.append("the log continues the checkpoint of \(earlier.checkpoint.size) entries that you kept")
      } else {
        CheckpointCheck.fork(earlier, newest: newest, &result)
      }
    }
  }

  private mutating func reportMismatches(entriesAreRight: Bool) {
    for (place, tile) in mismatches {
      if entriesAreRight {
        let byte = Int(place.index % UInt64(Tile.fullWidth)) * MerkleHash.byteCount
        result.wrong(tile.path, byte: byte, "the hash of entry \(place.index) is not that of the signed entry")
      } else {
        result.add(
          AuditFinding(
            entry: place.index, path: place.path, byte: place.byte,
            reason: "the entry is not the one whose hash \(tile) holds"))
      }
    }
    if let first = mismatches.first {
      result.notChecked.append("the meaning of entries from \(first.place.index) on: damage comes before meaning")
    }
  }

  // MARK: Tiles

  /// Every hash tile of every level, those of earlier sizes too.
  mutating func compareTiles() throws {
    var compared = 0
    for (slot, tiles) in layout.tiles.sorted(by: { Self.comesFirst($0.key, $1.key) }) {
      for tile in tiles {
        compared += 1
        // Entries in use were read while they were walked.
        if slot.kind == .entries, isInUse(tile), last(of: tile) <= size { continue }
        guard let bytes = try files.read(tile.path) else { continue }
        switch slot.kind {
        case .hashes(let level): compare(tile, level, bytes)
        case .entries: compare(entries: tile, bytes)
        }
      }
    }
    guard isComplete else { return }
    requireTiles()
    result.checked.append("\(compared) tiles compared with the rebuilt tree, every level")
    if newerFiles > 0 {
      result.warnings.append(
        "\(newerFiles) tiles hold more than the checkpoint covers: what is beyond it was not signed and not checked")
    }
  }

  private static func comesFirst(_ left: LogFolderLayout.Slot, _ right: LogFolderLayout.Slot) -> Bool {
    func order(_ kind: Tile.Kind) -> Int { if case .hashes(let level) = kind { level + 1 } else { 0 } }
    return (order(left.kind), left.index) < (order(right.kind), right.index)
  }

  private mutating func compare(_ tile: Tile, _ level: Int, _ bytes: [UInt8]) {
    guard let hashes = tile.decodeHashes(bytes) else {
      return result.wrong(tile.path, "\(TileError.wrongLength(tile: tile, count: bytes.count))")
    }
    let known = levels[level].dropFirst(Int(clamping: tile.index * UInt64(Tile.fullWidth)))
    for (place, pair) in zip(hashes, known).enumerated() where pair.0 != pair.1 {
      // Differences in the lowest tiles in use have been told apart from damaged entries before.
      if level == 0, mismatches.contains(where: { $0.tile == tile }) { return }
      return result.wrong(
        tile.path, byte: place * MerkleHash.byteCount, "hash \(place) is not the one that the entries give")
    }
    if known.count < hashes.count, isComplete { newerFiles += 1 }
  }

  private func first(of tile: Tile) -> UInt64 { tile.index * UInt64(Tile.fullWidth) }
  private func last(of tile: Tile) -> UInt64 { first(of: tile) + UInt64(tile.width) }

  /// How many of a tile's entries the checkpoint covers.
  private func covered(_ tile: Tile) -> Int {
    Int(min(UInt64(Tile.fullWidth), size - min(size, first(of: tile))))
  }

  /// Whether it is the file whose entries were walked.
  private func isInUse(_ tile: Tile) -> Bool {
    let width = covered(tile)
    return width > 0 && layout.tile(.entries, tile.index, atLeast: width) == tile
  }

  private mutating func compare(entries tile: Tile, _ bytes: [UInt8]) {
    let first = first(of: tile)
    let split = EntryBundle.split(bytes, count: tile.width)
    if !isInUse(tile) {
      let known = levels[0].dropFirst(Int(clamping: first))
      for (entry, leaf) in zip(split.entries, known) where MerkleTree.leafHash(entry.bytes) != leaf {
        return result.wrong(tile.path, byte: entry.offset, "an entry here is not that of the wider file")
      }
      if let problem = split.problem, first < size {
        return result.wrong(tile.path, byte: split.end, "\(problem)")
      }
    }
    guard isComplete, last(of: tile) > size else { return }
    newerFiles += 1
    for entry in split.entries.dropFirst(covered(tile)) {
      if let entry = try? EvidenceEntry(decoding: entry.bytes) { replay.ledger.allow(entry) }
    }
  }

  private mutating func requireTiles() {
    for level in 0...Tile.highestLevel {
      let width = UInt64(Tile.fullWidth)
      let hashes = UInt64(levels[level].count)
      var index: UInt64 = 0
      while index * width < hashes {
        let count = Int(min(width, hashes - index * width))
        if layout.tile(.hashes(level: level), index, atLeast: count) == nil {
          let path = Tile(kind: .hashes(level: level), index: index, width: count)?.path ?? ""
          result.wrong(path, "the file is absent: a reader cannot make proofs without it")
        }
        index += 1
      }
    }
  }

  // MARK: Artifacts

  mutating func compareArtifacts() throws {
    replay.addFindings(to: &result)
    let ledger = replay.ledger
    let namesAreKnown = isComplete && mismatches.isEmpty
    for digest in layout.artifacts {
      var file = seen[digest]
      if file == nil {
        file = try artifacts.file(digest)?.seen
        seen[digest] = file
      }
      guard let file else { continue }
      ArtifactRules.check(
        file, digest, below: LogFolderLayout.artifacts, ledger, namesAreKnown: namesAreKnown, &result)
    }
    result.checked.append("\(seen.count) artifacts have the digest that is their name")
    let (findings, notChecked) = ledger.compare(folder: LogFolderLayout.artifacts) { seen[$0] != nil }
    for finding in findings { result.add(finding) }
    result.notChecked += notChecked
  }

  func finished() -> AuditResult {
    var finished = result
    replay.summarise(into: &finished)
    return finished
  }
}
