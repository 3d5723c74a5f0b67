public import ErasureDomain
public import EvidenceLog
import GRDB

/// The journal in a SQLite file: write-ahead log, every commit on the disk before it is answered.
///
/// One process writes it; take the `StateLock` before. It holds no person, so it can be backed up freely.
public final class SQLiteJournal: Journal {
  let pool: DatabasePool
  private let writer: JournalWriter

  /// Opens the file, making it when it is missing, and checks the tree from the newest checkpoint on.
  ///
  /// Damage does not throw: it stands in `failure`, appends refuse and reading stays possible.
  ///
  /// With `rebuildingAnswers` the answering tables are made anew from the entries; a new version of the fold does so by
  /// itself.
  public convenience init(
    path: String, clock: any CivilClock, rebuildingAnswers: Bool = false
  ) throws(JournalFailure) {
    try self.init(path: path, clock: clock, rebuildingAnswers: rebuildingAnswers, commitFault: { .none })
  }

  /// For tests: `commitFault` is asked before each commit.
  init(
    path: String, clock: any CivilClock, rebuildingAnswers: Bool = false,
    commitFault: @escaping @Sendable () -> JournalWriter.CommitFault
  ) throws(JournalFailure) {
    do {
      pool = try JournalConnections.open(path: path)
      let opening = try JournalOpening(pool)
      if opening.failure == nil {
        try pool.write { db in
          let now = clock.now()
          if try AnswersRebuilding.isNeeded(db) || rebuildingAnswers { try AnswersRebuilding.run(db, at: now) }
          // All jobs that fell due while the daemon was away, however many.
          try SQLiteAnswers(db: db).promote(at: now, limit: Int.max)
        }
      }
      writer = JournalWriter(pool: pool, clock: clock, opening: opening, commitFault: commitFault)
    } catch {
      throw JournalFailure(error)
    }
    writer.start()
  }

  deinit { writer.inbox.close() }

  @discardableResult
  public func append(
    _ drafts: [EntryDraft], to stream: EntryStream, expecting revision: Int?
  ) async throws(JournalFailure) -> Appended {
    guard !drafts.isEmpty else { return Appended(entries: []) }
    return try await writer.inbox.perform(.append(drafts: drafts, stream: stream, revision: revision)).get()
  }

  public func store(checkpoint note: [UInt8], size: UInt64) async throws(JournalFailure) {
    _ = try await writer.inbox.perform(.checkpoint(note: note, size: size)).get()
  }

  public func store(anchor: CheckpointAnchor) async throws(JournalFailure) {
    _ = try await writer.inbox.perform(.anchor(anchor)).get()
  }

  public func halt(_ failure: JournalFailure) { writer.fail(failure) }

  public func read<Value: Sendable>(
    _ body: @escaping @Sendable (any JournalReader) throws -> Value
  ) async throws(JournalFailure) -> Value {
    // Not GRDB's own async read: that one gives up when the task is cancelled, and a job that is being stopped must
    // still be able to look where it stands.
    let known = writer.known
    let result: Result<Value, JournalFailure> = await withCheckedContinuation { continuation in
      pool.asyncRead { access in
        do {
          continuation.resume(returning: .success(try body(SQLiteReader(access.get(), known: known))))
        } catch {
          continuation.resume(returning: .failure(JournalFailure(error)))
        }
      }
    }
    if case .failure(let failure) = result {
      if case .corrupt = failure { writer.fail(failure) }
      if writer.inbox.isClosed { throw .closed }
    }
    return try result.get()
  }

  public func observe(_ observer: @escaping @Sendable ([IndexedEntry]) -> Void) { writer.observe(observer) }

  public var frontier: MerkleFrontier { writer.frontier }

  public var failure: JournalFailure? { writer.failure }

  public func verifyWholeTree() async throws(JournalFailure) {
    do {
      try await TreeCheck.run(over: self)
    } catch {
      if case .corrupt = error { writer.fail(error) }
      throw error
    }
  }

  /// Carries out what was handed in, empties the write-ahead log into the file and closes it. For the end of the daemon.
  public func close() async throws(JournalFailure) {
    guard !writer.inbox.isClosed else { return }
    writer.inbox.close()
    await writer.inbox.waitForEnd()
    do {
      try await pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
      try pool.close()
    } catch {
      throw JournalFailure(error)
    }
  }
}
