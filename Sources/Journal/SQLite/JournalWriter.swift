import ErasureDomain
import EvidenceLog
import Foundation
import GRDB
import Synchronization

/// The one thread that writes: it takes all orders that wait and gives them one transaction and one commit.
final class JournalWriter: Sendable {
  /// What a test makes of a commit, to see what the journal says then.
  enum CommitFault: Sendable {
    case none
    /// The commit fails and nothing is written.
    case lost
    /// Everything is written and the commit reports an error.
    case persistedButFailed
    /// As before, and the look at what is durable fails too.
    case persistedButBlind
  }

  private struct State {
    var frontier = MerkleFrontier()
    var failure: JournalFailure?
    var observers: [@Sendable ([IndexedEntry]) -> Void] = []
    /// A commit ended without an answer: what is durable must be read before anything is written.
    var isUncertain = false
    var cache = RecordCache()
  }

  /// The most orders that share one commit: above it a transaction gets no cheaper for each of them.
  private static let groupLimit = 256

  let inbox = WriterInbox()
  /// What readers and this writer know of stored records.
  let known = KnownRecords()
  private let pool: DatabasePool
  private let clock: any CivilClock
  private let commitFault: @Sendable () -> CommitFault
  private let state: Mutex<State>

  init(
    pool: DatabasePool, clock: any CivilClock, opening: JournalOpening,
    commitFault: @escaping @Sendable () -> CommitFault
  ) {
    self.pool = pool
    self.clock = clock
    self.commitFault = commitFault
    state = Mutex(State(frontier: opening.frontier, failure: opening.failure))
  }

  func start() {
    // Its own thread: a commit waits for the disk, and the threads of Swift's pool must not.
    let thread = Thread { [self] in
      while true {
        let tasks = inbox.take(most: Self.groupLimit)
        guard !tasks.isEmpty else { break }
        process(tasks)
      }
      inbox.end()
    }
    thread.name = "journal"
    thread.start()
  }

  var frontier: MerkleFrontier { state.withLock { $0.frontier } }
  var failure: JournalFailure? { state.withLock { $0.failure } }

  func observe(_ observer: @escaping @Sendable ([IndexedEntry]) -> Void) {
    state.withLock { $0.observers.append(observer) }
  }

  /// From now on nothing is appended; the first reason stays.
  func fail(_ failure: JournalFailure) {
    state.withLock { $0.failure = $0.failure ?? failure }
  }

  private func process(_ tasks: [WriterTask]) {
    let results: [Result<Appended, JournalFailure>]
    // Taken out while it is used: whatever throws leaves none.
    var cache = state.withLock { state in
      defer { state.cache = RecordCache() }
      return state.cache
    }
    do {
      if let failure { throw failure }
      try catchUp()
      results = try commit(tasks, &cache)
      state.withLock { $0.cache = cache }
    } catch {
      let failure = JournalFailure(error)
      if case .corrupt = failure { fail(failure) }
      results = tasks.map { _ in .failure(failure) }
    }
    for (task, result) in zip(tasks, results) { task.reply.resume(returning: result) }
  }

  private func commit(_ tasks: [WriterTask], _ cache: inout RecordCache) throws -> [Result<Appended, JournalFailure>] {
    var composed: WriteGroup?
    do {
      try pool.writeWithoutTransaction { db in
        let tables = SQLiteAnswers(db: db, known: known)
        let group = try WriteGroup(tasks, after: frontier, knowing: cache, clock: clock, in: tables)
        composed = group
        guard !group.isEmpty else { return }
        try write(group, in: db)
      }
    } catch {
      // Composing failed: nothing was begun.
      guard let group = composed else { throw error }
      guard try isPersisted(group) else { throw error }
    }
    guard let group = composed else { return [] }
    cache.absorb(group.changes)
    publish(group)
    return group.results
  }

  private func write(_ group: WriteGroup, in db: Database) throws {
    let fault = commitFault()
    try db.beginTransaction(.immediate)
    do {
      try group.write(by: SQLiteAnswers(db: db, known: known), at: clock.now())
      if fault == .lost { throw DatabaseError(resultCode: .SQLITE_IOERR) }
      try db.commit()
    } catch {
      if db.isInsideTransaction { try db.rollback() }
      throw error
    }
    switch fault {
    case .none, .lost: return
    case .persistedButFailed: throw DatabaseError(resultCode: .SQLITE_IOERR)
    case .persistedButBlind:
      state.withLock { $0.isUncertain = true }
      throw DatabaseError(resultCode: .SQLITE_IOERR)
    }
  }

  /// After a commit that reported an error: what is durable decides, not the report.
  private func isPersisted(_ group: WriteGroup) throws -> Bool {
    if state.withLock({ $0.isUncertain }) { return false }
    do {
      return try pool.writeWithoutTransaction { db in try group.isPersisted(in: db) }
    } catch {
      state.withLock { $0.isUncertain = true }
      throw error
    }
  }

  private func publish(_ group: WriteGroup) {
    let observers = state.withLock { state in
      state.frontier = group.frontier
      return state.observers
    }
    guard !group.entries.isEmpty else { return }
    for observer in observers { observer(group.entries) }
  }

  /// After an unanswered commit: takes over what turned out to be durable, and tells the observers.
  private func catchUp() throws {
    guard state.withLock({ $0.isUncertain }) else { return }
    let known = frontier
    let (frontier, entries) = try pool.read { db in
      let reader = SQLiteReader(db)
      let size = try reader.size
      guard size >= known.size else { throw JournalFailure.corrupt(at: size) }
      return (try SQLiteNodes(db: db).frontier(size: size), try reader.entries(from: known.size, to: size))
    }
    let observers = state.withLock { state in
      state.isUncertain = false
      state.frontier = frontier
      return state.observers
    }
    guard !entries.isEmpty else { return }
    for observer in observers { observer(entries) }
  }
}
