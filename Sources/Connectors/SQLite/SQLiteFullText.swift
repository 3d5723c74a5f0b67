import GRDB

/// Full-text tables keep the words of deleted rows, also with `secure_delete`, until they are optimised.
struct SQLiteFullText {
  private let catalogue: SQLiteCatalogue

  init(_ catalogue: SQLiteCatalogue) { self.catalogue = catalogue }

  /// Rewrites the full-text tables that mirror tables of these datasets.
  func clean(after datasets: [SQLiteDataset], _ db: Database) throws {
    let tables = Set(datasets.map { SQLiteName.folded($0.table.name) })
    let written = catalogue.triggers.filter { tables.contains(SQLiteName.folded($0.table)) }
      .reduce(into: Set<String>()) { $0.formUnion(SQLToken.tablesWritten(by: $1.sql)) }
    for table in catalogue.fullTextTables {
      let hasTrigger = written.contains(SQLiteName.folded(table.name))
      let isMirror = content(of: table).map(tables.contains) == true
      guard hasTrigger || isMirror else { continue }
      // Without a trigger the words of the deleted rows are still in the index: read the table again.
      if !hasTrigger { try command("rebuild", table, db) }
      try command("optimize", table, db)
    }
  }

  private func command(_ command: String, _ table: SQLiteCatalogue.Table, _ db: Database) throws {
    let name = SQLiteName.quoted(table.name)
    try db.execute(sql: "INSERT INTO main.\(name)(\(name)) VALUES (?)", arguments: [command])
  }

  /// The table named by `content=`, in lower case.
  private func content(of table: SQLiteCatalogue.Table) -> String? {
    let tokens = SQLToken.all(in: table.sql).filter { !$0.text.allSatisfy(\.isWhitespace) }
    guard let place = tokens.firstIndex(where: { SQLiteName.folded($0.text) == "content" }), place + 2 < tokens.count,
      tokens[place + 1].text == "="
    else { return nil }
    return SQLiteName.folded(tokens[place + 2].value)
  }
}
