import ErasureDomain
import GRDB

/// Tries in memory whether a table accepts its rows as a reduction would leave them.
struct SQLiteOverwriteTrial {
  private static let maximumRows = 100

  let session: SQLiteSession
  let selection: DatabaseSelection
  let dataset: DatabaseDataset

  /// False when a rule of the table refuses a row. True when the table cannot be made in memory (it needs something the
  /// application brings along): then the transaction itself is the trial.
  func succeeds() throws -> Bool {
    let overwrites = Dictionary(
      DatabaseOverwrite.all(of: dataset, selection.dialect).map { ($0.column.name, $0.value) },
      uniquingKeysWith: { first, _ in first })
    let columns = dataset.table.columns.filter { !$0.isGenerated }.map(\.name)
    let images = columns.map { overwrites[$0] ?? dataset.column("t", $0) }
    let places = selection.places(dataset, where: \.isOverwritten).prefix(Self.maximumRows)
    let (sql, arguments) =
      ("SELECT \(images.joined(separator: ", ")) FROM \(selection.at(Array(places), of: dataset, as: "t"))" as SQL)
      .rendered { "?\($0)" }
    let rows = try Row.fetchAll(session.db, sql: sql, arguments: StatementArguments(arguments))
    let names = columns.map(DatabaseName.quoted).joined(separator: ", ")
    let marks = columns.map { _ in "?" }.joined(separator: ", ")
    let values = rows.map { StatementArguments(Array($0.databaseValues)) }
    guard let memory = try emptyTable() else { return true }
    return try memory.writeWithoutTransaction { db in
      do {
        for row in values {
          try db.execute(
            sql: "INSERT INTO \(DatabaseName.quoted(dataset.table.name)) (\(names)) VALUES (\(marks))", arguments: row)
        }
        return true
      } catch let error as DatabaseError {
        return error.resultCode != .SQLITE_CONSTRAINT
      }
    }
  }

  private func emptyTable() throws -> DatabaseQueue? {
    let indexes = try String.fetchAll(
      session.db,
      sql: "SELECT sql FROM main.sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
      arguments: [dataset.table.name])
    let tables = try String.fetchAll(
      session.db, sql: "SELECT sql FROM main.sqlite_master WHERE type = 'table' AND name = ?",
      arguments: [dataset.table.name])
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let memory = try DatabaseQueue(configuration: configuration)
    do {
      try memory.writeWithoutTransaction { db in
        for sql in tables + indexes { try db.execute(sql: sql) }
      }
      return memory
    } catch is DatabaseError {
      return nil
    }
  }
}
