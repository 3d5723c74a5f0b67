import ErasureDomain
import GRDB
import Synchronization

/// Gives writes that come in at the same time one transaction and one commit: the disk is waited for once.
///
/// Each write is all or nothing for itself, and is answered when the commit is durable.
final class GroupedWrites: Sendable {
  /// The most writes that share a commit.
  static let groupLimit = 256

  private typealias Answer = @Sendable ((any Error)?) -> Void

  private struct Write: Sendable {
    /// Does its work inside the transaction, and gives what to answer once the commit has succeeded or failed.
    let perform: @Sendable (Database) -> Answer
    /// Answers a write that was not reached.
    let refuse: @Sendable (any Error) -> Void
  }

  private struct State {
    var waiting: [Write] = []
    /// Somebody has asked the queue to look, and it has not yet.
    var isScheduled = false
  }

  private let state = Mutex(State())

  /// Writes, and returns when it is on the disk. A cancelled caller is answered all the same.
  func perform<Value: Sendable>(
    on queue: DatabaseQueue, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
      let write = Write(
        perform: { db in
          let result = Result { try Self.alone(db, body) }
          return { failure in continuation.resume(returning: failure.map { .failure($0) } ?? result) }
        }, refuse: { continuation.resume(returning: .failure($0)) })
      add(write, to: queue)
    }
    return try result.get()
  }

  /// Inside a savepoint, so that what one write throws undoes nothing of the others.
  private static func alone<Value>(_ db: Database, _ body: (Database) throws -> Value) throws -> Value {
    var value: Value?
    try db.inSavepoint {
      value = try body(db)
      return .commit
    }
    guard let value else { throw VaultFailure.unavailable(FailureCode("not-committed")) }
    return value
  }

  private func add(_ write: Write, to queue: DatabaseQueue) {
    let isFirst = state.withLock { state in
      state.waiting.append(write)
      defer { state.isScheduled = true }
      return !state.isScheduled
    }
    if isFirst { schedule(on: queue) }
  }

  private func schedule(on queue: DatabaseQueue) {
    queue.asyncWriteWithoutTransaction { [self] db in
      let (writes, isMore) = state.withLock { state in
        let writes = Array(state.waiting.prefix(Self.groupLimit))
        state.waiting.removeFirst(writes.count)
        state.isScheduled = !state.waiting.isEmpty
        return (writes, state.isScheduled)
      }
      if isMore { schedule(on: queue) }
      commit(writes, in: db)
    }
  }

  private func commit(_ writes: [Write], in db: Database) {
    var answers: [Answer] = []
    var rest = writes[...]
    var failure: (any Error)?
    do {
      try db.inTransaction(.immediate) {
        while let write = rest.popFirst() {
          answers.append(write.perform(db))
          // A full disk makes SQLite roll back the whole transaction by itself: then nothing of it is there.
          guard db.isInsideTransaction else { throw DatabaseError(resultCode: .SQLITE_FULL) }
        }
        return .commit
      }
    } catch {
      failure = error
    }
    for answer in answers { answer(failure) }
    for write in rest { write.refuse(failure ?? VaultFailure.unavailable(FailureCode("not-committed"))) }
  }
}
