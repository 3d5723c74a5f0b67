import ErasureDomain
import GRDB

/// Tries in memory whether a table accepts its rows as a reduction would leave them.
struct SQLiteOverwriteTrial {
  private static let maximumRows = 100

  private let selection: SQLiteSelection
  private let dataset: SQLiteDataset

  init(_ selection: SQLiteSelection, _ dataset: SQLiteDataset) {
    self.selection = selection
    self.dataset = dataset
  }

  /// False when a rule of the table refuses a row. True when the table cannot be made in memory (it needs something the
  /// application brings along): then the transaction itself is the trial.
  func succeeds() throws -> Bool {
    let overwrites = Dictionary(
      SQLiteOverwrite.written(to: dataset).map { ($0.column, $0.value) }, uniquingKeysWith: { first, _ in first })
    let columns = dataset.table.columns.filter { !$0.isGenerated }.map(\.name)
    let images = columns.map { overwrites[$0] ?? dataset.column("t", $0) }
    let rows = try Row.fetchAll(
      selection.db,
      sql: """
        SELECT \(images.joined(separator: ", ")) FROM \(dataset.source) AS t \
        WHERE \(dataset.isSelected("t", where: SQLiteSelection.isOverwritten)) LIMIT \(Self.maximumRows)
        """)
    let names = columns.map(SQLiteName.quoted).joined(separator: ", ")
    let marks = columns.map { _ in "?" }.joined(separator: ", ")
    let values = rows.map { StatementArguments(Array($0.databaseValues)) }
    guard let memory = try emptyTable() else { return true }
    return try memory.writeWithoutTransaction { db in
      do {
        for row in values {
          try db.execute(
            sql: "INSERT INTO \(SQLiteName.quoted(dataset.table.name)) (\(names)) VALUES (\(marks))", arguments: row)
        }
        return true
      } catch let error as DatabaseError {
        return error.resultCode != .SQLITE_CONSTRAINT
      }
    }
  }

  private func emptyTable() throws -> DatabaseQueue? {
    let indexes = try String.fetchAll(
      selection.db,
      sql: "SELECT sql FROM main.sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
      arguments: [dataset.table.name])
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let memory = try DatabaseQueue(configuration: configuration)
    do {
      try memory.writeWithoutTransaction { db in
        for sql in [dataset.table.sql] + indexes { try db.execute(sql: sql) }
      }
      return memory
    } catch is DatabaseError {
      return nil
    }
  }
}
