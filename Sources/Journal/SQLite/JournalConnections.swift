import GRDB

/// Opens the database so that what it promises holds on every connection.
enum JournalConnections {
  /// The number that `PRAGMA synchronous` answers for FULL.
  private static let full = 2

  static func open(path: String) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.label = "journal"
    // Somebody may look at the file with another program; it holds the lock for a moment only.
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { db in
      // Without this INSERT OR REPLACE deletes a row past the triggers.
      try db.execute(sql: "PRAGMA recursive_triggers = ON")
      try db.execute(sql: "PRAGMA secure_delete = ON")
      try require(db, "recursive_triggers", 1)
      try require(db, "secure_delete", 1)
    }
    let pool = try DatabasePool(path: path, configuration: configuration)
    try pool.writeWithoutTransaction { db in
      // GRDB sets NORMAL while it opens a pool, so commits would not reach the disk: set it again, and look.
      try db.execute(sql: "PRAGMA synchronous = FULL")
      try require(db, "synchronous", full)
      guard try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal" else {
        throw JournalFailure.unavailable("journal-mode")
      }
    }
    let migrator = JournalSchema.migrator
    guard try !pool.read(migrator.hasBeenSuperseded) else { throw JournalFailure.unavailable("newer-schema") }
    try migrator.migrate(pool)
    // A migration may reopen nothing and change nothing of this; it costs one look to be sure.
    try pool.writeWithoutTransaction { db in try require(db, "synchronous", full) }
    return pool
  }

  private static func require(_ db: Database, _ pragma: String, _ value: Int) throws {
    guard try Int.fetchOne(db, sql: "PRAGMA \(pragma)") == value else {
      throw JournalFailure.unavailable("pragma-\(pragma)")
    }
  }
}
