import ErasureDomain
import EvidenceLog
import GRDB

/// The orders that share one transaction: composed in memory first, then written in one go.
///
/// An order at fault gets its answer here and writes nothing, so it cannot hurt the others.
struct WriteGroup {
  private(set) var frontier: MerkleFrontier
  private(set) var entries: [IndexedEntry] = []
  /// One answer for each order.
  private(set) var results: [Result<Appended, JournalFailure>] = []
  private var nodes: [(level: Int, index: UInt64, hash: MerkleHash)] = []
  private var checkpoints: [(size: UInt64, note: [UInt8])] = []
  private var anchors: [CheckpointAnchor] = []
  private(set) var changes = AnswerChanges()
  /// The size that is durable: a checkpoint covers no more.
  private let durableSize: UInt64

  /// Throws only what concerns the store; nothing is written yet.
  init(
    _ tasks: [WriterTask], after frontier: MerkleFrontier, knowing cache: RecordCache, clock: any CivilClock,
    in tables: SQLiteAnswers
  ) throws {
    self.frontier = frontier
    durableSize = frontier.size
    var pending = PendingAnswers(over: CachedAnswers(tables: tables, cache: cache))
    for task in tasks {
      do {
        switch task.order {
        case .append(let drafts, let stream, let revision):
          let append = try ComposedAppend(drafts, to: stream, expecting: revision, at: clock.now(), over: pending)
          pending.changes.absorb(append.changes)
          results.append(.success(add(append)))
        case .checkpoint(let note, let size):
          try add(note, size: size, in: tables.db)
          results.append(.success(Appended(entries: [])))
        case .anchor(let anchor):
          try add(anchor, in: tables.db)
          results.append(.success(Appended(entries: [])))
        }
      } catch {
        let failure = JournalFailure(error)
        guard failure.isOfOneAppend else { throw failure }
        results.append(.failure(failure))
      }
    }
    changes = pending.changes
  }

  var isEmpty: Bool { entries.isEmpty && checkpoints.isEmpty && anchors.isEmpty }

  private mutating func add(_ append: ComposedAppend) -> Appended {
    let first = entries.count
    for (bytes, entry) in append.entries {
      entries.append(IndexedEntry(index: frontier.size, bytes: bytes, entry: entry))
      nodes += frontier.append(MerkleTree.leafHash(bytes))
    }
    return Appended(entries: Array(entries[(first + append.ownEntries)...]))
  }

  private mutating func add(_ note: [UInt8], size: UInt64, in db: Database) throws {
    try CheckpointRules.check(note, claimed: size, size: durableSize, nodes: SQLiteNodes(db: db))
    let stored = try checkpoints.first { $0.size == size }?.note ?? Self.checkpoint(size, in: db)
    guard try !CheckpointRules.isStored(note, stored: stored, size: size) else { return }
    checkpoints.append((size: size, note: note))
  }

  private mutating func add(_ anchor: CheckpointAnchor, in db: Database) throws {
    let isKnown = try checkpoints.contains { $0.size == anchor.size } || Self.checkpoint(anchor.size, in: db) != nil
    guard isKnown else { throw CheckpointRules.unknown(anchor.size) }
    anchors.append(anchor)
  }

  private static func checkpoint(_ size: UInt64, in db: Database) throws -> [UInt8]? {
    try db.bytes("SELECT note FROM checkpoint WHERE size = ?", [Int64(clamping: size)])
  }

  /// Writes everything inside the transaction of the caller.
  func write(by answers: SQLiteAnswers, at now: UTCTime) throws {
    let db = answers.db
    for entry in entries {
      let index = Int64(clamping: entry.index)
      try db.run("INSERT INTO entry (idx, bytes) VALUES (?, ?)", [index, entry.bytes.data])
    }
    for node in nodes {
      try db.run(
        "INSERT INTO node (level, idx, hash) VALUES (?, ?, ?)",
        [node.level, Int64(clamping: node.index), node.hash.bytes.data])
    }
    for (size, note) in checkpoints {
      try db.run("INSERT INTO checkpoint (size, note) VALUES (?, ?)", [Int64(clamping: size), note.data])
    }
    for anchor in anchors { try AnchorTables.write(anchor, in: db) }
    try answers.write(entries)
    try answers.write(changes, at: now)
    try answers.promote(at: now)
  }

  /// Whether the database holds what this group wrote. The group is all or nothing, so its ends tell.
  func isPersisted(in db: Database) throws -> Bool {
    for entry in [entries.first, entries.last].compactMap({ $0 }) {
      let stored = try db.bytes("SELECT bytes FROM entry WHERE idx = ?", [Int64(clamping: entry.index)])
      guard stored == entry.bytes else { return false }
    }
    for (size, note) in checkpoints {
      guard try Self.checkpoint(size, in: db) == note else { return false }
    }
    for anchor in anchors { guard try AnchorTables.holds(anchor, in: db) else { return false } }
    return true
  }
}
