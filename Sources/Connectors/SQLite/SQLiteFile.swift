import ConnectorKit
import Dispatch
import ErasureDomain
import Foundation
import GRDB

/// The database file of one system. Every call opens its own connection and closes it again.
///
/// Opening, closing and statements block, so they run on dispatch queues, never on the cooperative pool.
struct SQLiteFile: Sendable {
  let path: String

  /// How long a statement waits for another connection's lock. The engine's back-off does the rest.
  private static let busyWait: TimeInterval = 0.25

  enum Purpose: Sendable {
    /// Read-only: nothing in the file can change.
    case look
    case change
  }

  /// Runs `body` with a connection of its own; a transaction it leaves open is rolled back.
  func withConnection<T: Sendable>(
    for purpose: Purpose, _ body: (DatabaseQueue) async throws -> T
  ) async throws -> T {
    try Task.checkCancellation()
    let queue = try await open(purpose)
    do {
      let value = try await body(queue)
      await Self.close(queue)
      return value
    } catch {
      await Self.close(queue)
      throw error
    }
  }

  /// Runs statements of one look in one transaction, so that all see the same state.
  func look<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
    try await withConnection(for: .look) { queue in
      try await queue.writeWithoutTransaction { db in
        try db.execute(sql: "BEGIN DEFERRED")
        return try body(db)
      }
    }
  }

  private func open(_ purpose: Purpose) async throws -> DatabaseQueue {
    try await Self.blocking {
      try checkFile()
      do {
        return try connect(purpose)
      } catch let error as DatabaseError where Self.needsRecovery(error) {
        // A writer died and left a journal: only a connection that may write can put the file right, as the
        // application itself would at its next start.
        let queue = try connect(.change)
        try queue.close()
        return try connect(purpose)
      }
    }
  }

  /// A missing file must not be made, and is not an empty database.
  private func checkFile() throws(ConnectorFailure) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw .permanent(FailureCode("file-missing"))
    }
    guard !isDirectory.boolValue else { throw .permanent(FailureCode("not-a-file")) }
    let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    guard size != 0 else { throw .permanent(FailureCode("file-empty")) }
  }

  private func connect(_ purpose: Purpose) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = "expunged.sqlite"
    configuration.readonly = purpose == .look
    configuration.busyMode = .timeout(Self.busyWait)
    // The effect is recorded elsewhere between the statements and COMMIT.
    configuration.allowsUnsafeTransactions = true
    configuration.prepareDatabase { db in
      // Keys of the person's rows stand in temporary tables: never in a file.
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
      if purpose == .change { try Self.prepareForErasure(db) }
      // The first read finds out whether it is a database and whether we may read it.
      _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM main.sqlite_master")
    }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  private static func prepareForErasure(_ db: Database) throws {
    try db.execute(sql: "PRAGMA foreign_keys = ON")
    try db.execute(sql: "PRAGMA synchronous = FULL")
    _ = try Int.fetchOne(db, sql: "PRAGMA secure_delete = ON")
    guard try Int.fetchOne(db, sql: "PRAGMA secure_delete") == 1 else {
      throw ConnectorFailure.permanent(FailureCode("secure-delete-refused"))
    }
    guard try Int.fetchOne(db, sql: "PRAGMA foreign_keys") == 1 else {
      throw ConnectorFailure.permanent(FailureCode("foreign-keys-refused"))
    }
  }

  private static func needsRecovery(_ error: DatabaseError) -> Bool {
    [.SQLITE_READONLY_ROLLBACK, .SQLITE_READONLY_RECOVERY, .SQLITE_READONLY_CANTINIT].contains(
      error.extendedResultCode)
  }

  private static func close(_ queue: DatabaseQueue) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      DispatchQueue.global().async {
        // A connection that cannot be closed now is closed when its last statement is gone; nothing is lost by it.
        try? queue.close()
        continuation.resume()
      }
    }
  }

  private static func blocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result(catching: body)) }
    }
  }

  /// Runs statements whose end must be known, also when the task has been cancelled meanwhile.
  static func finish(_ queue: DatabaseQueue, _ body: @escaping @Sendable (Database) throws -> Void) async throws {
    try await Task.detached { try await queue.writeWithoutTransaction(body) }.value
  }
}
