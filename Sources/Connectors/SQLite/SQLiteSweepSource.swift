import ConnectorKit
import ErasureDomain
import GRDB

/// An SQLite database as a sweep reads it: in the order of rowid or key, each batch in a transaction of its own.
///
/// One transaction over the whole sweep would keep the application from writing (rollback journal) or its log from
/// being emptied (WAL), and an erasure of ours with it. A row that changes its key meanwhile may be missed.
struct SQLiteSweepSource: SweepSource {
  /// The key of the last row that was read.
  typealias Place = [DatabaseValue]

  let dialect: any SweepDialect = SQLiteSweepDialect()
  let outline: DatabaseOutline
  let tables: [SweepTable]
  let unread: [SweepFindings.Unread]
  private let queue: DatabaseQueue
  private let catalogue: SQLiteCatalogue

  init(_ queue: DatabaseQueue) async throws {
    self.queue = queue
    let catalogue = try await Self.reading(queue) { db in try SQLiteCatalogue(reading: db) }
    self.catalogue = catalogue
    outline = SQLiteOutline.outline(of: catalogue)
    var tables: [SweepTable] = []
    var unread: [SweepFindings.Unread] = []
    for table in catalogue.allTables {
      switch table.kind {
      case "table": tables.append(Self.sweepTable(table))
      case "virtual" where table.holdsItsOwnText: tables.append(Self.sweepTable(table))
      case "virtual": unread.append(.init(table: table.name, code: SweepFindings.Unread.noRows))
      // A view shows rows of tables, and the owner of a shadow table is read itself.
      default: break
      }
    }
    self.tables = tables
    self.unread = unread
  }

  /// Any column may hold any type, whatever the schema says.
  private static func sweepTable(_ table: SQLiteCatalogue.Table) -> SweepTable {
    SweepTable(
      name: table.name, columns: table.columns.map { SweepTable.Column(name: $0.name, type: $0.type, reading: .text) })
  }

  // MARK: Batches

  func count(
    _ tests: [SweepTests], in table: SweepTable, from place: Place?, rows: Int
  ) async throws -> SweepBatch<Place> {
    guard let known = catalogue.table(table.name) else {
      throw SweepUnreadable(code: FailureCode("table-missing"), mayBeOneColumn: false)
    }
    do {
      return try await Self.reading(queue) { db in
        try Batch(db: db, table: known, columns: table.columns.map(\.name)).count(tests, from: place, rows: rows)
      }
    } catch let error as DatabaseError {
      throw Self.unreadable(error) ?? error
    }
  }

  private static func unreadable(_ error: DatabaseError) -> (any Error)? {
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: SweepUnreadable(code: FailureCode("database-locked"), mayBeOneColumn: false)
    case .SQLITE_CORRUPT: SweepUnreadable(code: FailureCode("database-corrupt"), mayBeOneColumn: false)
    case .SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_TOOBIG, .SQLITE_RANGE:
      SweepUnreadable(code: FailureCode("not-readable"), mayBeOneColumn: true)
    default: nil
    }
  }

  private static func reading<T: Sendable>(
    _ queue: DatabaseQueue, _ body: @escaping @Sendable (Database) throws -> T
  ) async throws -> T {
    try await queue.writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN DEFERRED")
      do {
        let value = try body(db)
        try db.execute(sql: "COMMIT")
        return value
      } catch {
        if db.isInsideTransaction { try db.execute(sql: "ROLLBACK") }
        throw error
      }
    }
  }

  /// One batch of rows of one table.
  private struct Batch {
    let db: Database
    let table: SQLiteCatalogue.Table
    let columns: [String]

    private var source: String { SQLiteName.main(table.name) + " AS t" }
    private var key: [String] { table.identity.map { "t." + DatabaseName.quoted($0) } }
    /// Keys that may be empty give no order in which each row comes once: such a table is one batch.
    private var isPaged: Bool {
      table.isWithoutRowid || table.identity.count == 1 && table.column(table.identity[0]) == nil
    }

    func count(_ tests: [SweepTests], from place: Place?, rows: Int) throws -> SweepBatch<Place> {
      let end = isPaged ? try last(after: place, rows: rows) : nil
      var batch = SweepBatch<Place>(rows: 0, sums: [], next: end)
      try countBytes(&batch, from: place, to: end)
      for test in tests {
        var values = test.values.map(\.databaseValue)
        let bounds = bounds(from: place, to: end, &values)
        let row = try Row.fetchOne(
          db,
          sql: "SELECT \(test.sums.joined(separator: ", ")) FROM \(source) WHERE \(bounds) AND (\(test.condition))",
          arguments: StatementArguments(values))
        batch.sums.append(row.map { row in row.databaseValues.map { Int.fromDatabaseValue($0) ?? 0 } } ?? [])
      }
      return batch
    }

    /// The key at which the batch ends; nothing when the table ends before.
    private func last(after place: Place?, rows: Int) throws -> Place? {
      var values: [DatabaseValue] = []
      let bounds = bounds(from: place, to: nil, &values)
      let list = key.joined(separator: ", ")
      let row = try Row.fetchOne(
        db, sql: "SELECT \(list) FROM \(source) WHERE \(bounds) ORDER BY \(list) LIMIT 1 OFFSET \(max(1, rows) - 1)",
        arguments: StatementArguments(values))
      return row.map { Array($0.databaseValues) }
    }

    private func bounds(from place: Place?, to end: Place?, _ values: inout [DatabaseValue]) -> String {
      func marks(_ place: Place) -> String {
        let first = values.count
        values += place
        return "(" + place.indices.map { "?\(first + $0 + 1)" }.joined(separator: ", ") + ")"
      }
      let tuple = "(" + key.joined(separator: ", ") + ")"
      var parts: [String] = []
      if let place { parts.append("\(tuple) > \(marks(place))") }
      if let end { parts.append("\(tuple) <= \(marks(end))") }
      return parts.isEmpty ? "1 = 1" : parts.joined(separator: " AND ")
    }

    private static let mostResults = 1_000

    private func countBytes(_ batch: inout SweepBatch<Place>, from place: Place?, to end: Place?) throws {
      for start in stride(from: 0, to: columns.count, by: Self.mostResults) {
        let part = columns[start..<min(start + Self.mostResults, columns.count)]
        let sums = part.map { "coalesce(max(typeof(t.\(DatabaseName.quoted($0))) = 'blob'), 0)" }
        var values: [DatabaseValue] = []
        let bounds = bounds(from: place, to: end, &values)
        let row = try Row.fetchOne(
          db, sql: "SELECT count(*), \(sums.joined(separator: ", ")) FROM \(source) WHERE \(bounds)",
          arguments: StatementArguments(values))
        let numbers = row.map { row in row.databaseValues.map { Int.fromDatabaseValue($0) ?? 0 } } ?? []
        batch.rows = numbers.first ?? 0
        for (column, has) in zip(part, numbers.dropFirst()) where has > 0 { batch.bytes.insert(column) }
      }
    }
  }
}
