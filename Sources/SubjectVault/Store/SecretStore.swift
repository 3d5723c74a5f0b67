import ErasureDomain
import Foundation
import GRDB

/// A small SQLite file of sealed bytes whose deleted rows can be proved gone.
///
/// One connection in WAL mode: none of our own readers can hold back a checkpoint. `synchronous` is FULL,
/// `secure_delete` is ON, and both are read back after everything that may change them.
final class SecretStore: Sendable {
  private let queue: DatabaseQueue
  private let writes = GroupedWrites()
  /// Wraps keys; it never seals data.
  let wrapping: SealingKey
  let random: any RandomSource

  /// Opens the file or makes it, compares the wrapping key with the one it was made with, and finishes destructions
  /// that were cut off, unless another process has the file open.
  init(
    path: String, name: String, migrator: DatabaseMigrator, wrappingKey: [UInt8], random: any RandomSource
  ) throws(VaultFailure) {
    guard let wrapping = SealingKey(wrappingKey) else { throw .wrongKey }
    self.wrapping = wrapping
    self.random = random
    try PrivateFile.prepare(path)
    do {
      queue = try Self.open(path: path, name: name)
      var migrator = migrator
      migrator.registerMigration("\(name)-1-store", migrate: Self.ownTables)
      guard try !queue.read(migrator.hasBeenSuperseded) else {
        throw VaultFailure.unavailable(FailureCode("newer-schema"))
      }
      try migrator.migrate(queue)
      try queue.write { [wrapping] db in try Self.check(wrapping, name, db, random) }
      try queue.writeWithoutTransaction { db in
        // A migration must not have changed this either.
        try Self.require(db, "synchronous", 2)
        try Self.require(db, "secure_delete", 1)
        do {
          try Self.finishDestructions(db)
        } catch VaultFailure.busy {
          // The mark stays in the file: the next destruction, or `finishDestructions()`, insists.
        }
      }
    } catch {
      throw VaultFailure(error)
    }
  }

  /// Reads in one transaction, off the cooperative pool.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(VaultFailure) -> Value {
    do { return try await queue.read(body) } catch { throw VaultFailure(error) }
  }

  /// Writes all or nothing; it is on the disk when this returns. What comes at the same time shares the commit.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(VaultFailure) -> Value {
    do { return try await writes.perform(on: queue, body) } catch { throw VaultFailure(error) }
  }

  /// Deletes in one transaction and returns when no file of the store holds the bytes any longer.
  ///
  /// `deletion` answers whether it deleted anything. When this throws `.busy` the rows are gone and their copies in
  /// the files are not: calling again finishes.
  func destroy<Value: Sendable>(
    _ deletion: @escaping @Sendable (Database) throws -> (result: Value, deleted: Bool)
  ) async throws(VaultFailure) -> Value {
    do {
      return try await queue.writeWithoutTransaction { db in
        var value: Value?
        try db.inTransaction(.immediate) {
          let (result, deleted) = try deletion(db)
          // In the same transaction: after a crash the next start knows that the files are not clean yet.
          if deleted { try db.execute(sql: "INSERT OR IGNORE INTO destruction (id) VALUES (1)") }
          value = result
          return .commit
        }
        try Self.finishDestructions(db)
        guard let value else { throw VaultFailure.unavailable(FailureCode("not-committed")) }
        return value
      }
    } catch {
      throw VaultFailure(error)
    }
  }

  /// Rewrites the files when a destruction was left unfinished; else does nothing.
  func finishDestructions() async throws(VaultFailure) {
    do {
      try await queue.writeWithoutTransaction { db in try Self.finishDestructions(db) }
    } catch {
      throw VaultFailure(error)
    }
  }

  /// Closes the file.
  func close() {
    // Every commit is on the disk already; a connection that will not close ends with the process.
    try? queue.close()
  }

  // MARK: Opening

  private static func open(path: String, name: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = name
    configuration.journalMode = .wal
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA secure_delete = ON")
      // VACUUM and sorting must not make temporary files.
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
      try require(db, "secure_delete", 1)
      try require(db, "temp_store", 2)
    }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.writeWithoutTransaction { db in
      // GRDB lowers it to NORMAL when it turns WAL on: commits would not wait for the disk.
      try db.execute(sql: "PRAGMA synchronous = FULL")
      try require(db, "synchronous", 2)
      guard try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal" else {
        throw VaultFailure.unavailable(FailureCode("journal-mode-is-not-wal"))
      }
    }
    return queue
  }

  private static func require(_ db: Database, _ pragma: String, _ value: Int) throws {
    guard try Int.fetchOne(db, sql: "PRAGMA \(pragma)") == value else {
      throw VaultFailure.unavailable(FailureCode("pragma-\(pragma)"))
    }
  }

  @Sendable private static func ownTables(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE key_check (id INTEGER PRIMARY KEY CHECK (id = 1), box BLOB NOT NULL) STRICT;
        CREATE TABLE destruction (id INTEGER PRIMARY KEY CHECK (id = 1)) STRICT;
        """)
  }

  private static func check(
    _ wrapping: SealingKey, _ name: String, _ db: Database, _ random: any RandomSource
  ) throws {
    let context = SealingContext("key-check", name)
    if let box = try db.bytes("SELECT box FROM key_check") {
      guard wrapping.open(box, for: context) != nil else { throw VaultFailure.wrongKey }
    } else {
      let box = try wrapping.seal(Array(name.utf8), for: context, random: random)
      try db.execute(sql: "INSERT INTO key_check (id, box) VALUES (1, ?)", arguments: [Data(box)])
    }
  }

  // MARK: Destroying

  /// `secure_delete` zeroes what a deletion frees, but when SQLite spreads rows over other pages the old places keep
  /// their bytes: about one destruction in fifty leaves a wrapped key or a piece of ciphertext behind (measured on
  /// 3.40). VACUUM writes every page anew; the checkpoint then empties the WAL, which has the old pages.
  private static func finishDestructions(_ db: Database) throws {
    guard try Int.fetchOne(db, sql: "SELECT id FROM destruction") != nil else { return }
    // First alone, so that a reader elsewhere does not let each attempt grow the WAL by the whole file.
    try truncate(db)
    try db.execute(sql: "VACUUM")
    try truncate(db)
    try db.execute(sql: "DELETE FROM destruction")
  }

  /// Moves the WAL into the database and empties it. Only (0, 0, 0) is success.
  private static func truncate(_ db: Database) throws {
    guard let answer = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)"),
      answer[0] == 0, answer[1] == 0, answer[2] == 0
    else { throw VaultFailure.busy }
  }
}

extension Database {
  /// The blob that a query finds first.
  func bytes(_ sql: String, _ arguments: StatementArguments = []) throws -> [UInt8]? {
    try Data.fetchOne(cachedStatement(sql: sql), arguments: arguments).map { Array($0) }
  }

  /// Executes a statement that is used again and answers how many rows it changed.
  @discardableResult
  func change(_ sql: String, _ arguments: StatementArguments) throws -> Int {
    try cachedStatement(sql: sql).execute(arguments: arguments)
    return changesCount
  }
}
