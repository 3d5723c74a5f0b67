import GRDB

extension SQLiteCatalogue {
  /// The tables of which a full-text table holds the words: it reads them (`content=`), or their triggers write it.
  func mirrored(by full: Table) -> [Table] {
    let content = content(of: full)
    return allTables.filter { table in
      table.kind == "table" && (DatabaseName.folded(table.name) == content || writes(table, into: full))
    }
  }

  fileprivate func writes(_ table: Table, into full: Table) -> Bool {
    triggers(of: table).contains { SQLToken.tablesWritten(by: $0.sql).contains(DatabaseName.folded(full.name)) }
  }

  /// The table named by `content=`, in lower case.
  private func content(of table: Table) -> String? {
    let tokens = SQLToken.all(in: table.sql).filter { !$0.text.allSatisfy(\.isWhitespace) }
    guard let place = tokens.firstIndex(where: { DatabaseName.folded($0.text) == "content" }), place + 2 < tokens.count,
      tokens[place + 1].text == "="
    else { return nil }
    return DatabaseName.folded(tokens[place + 2].value)
  }
}

/// Full-text tables keep the words of deleted rows, also with `secure_delete`, until they are optimised.
struct SQLiteFullText {
  let catalogue: SQLiteCatalogue

  /// Rewrites the full-text tables that mirror these tables.
  func clean(after touched: Set<String>, _ db: Database) throws {
    for full in catalogue.fullTextTables {
      let tables = catalogue.mirrored(by: full).filter { touched.contains($0.name) }
      guard !tables.isEmpty else { continue }
      // Without a trigger the words of the deleted rows are still in the index: read the table again.
      if !tables.contains(where: { catalogue.writes($0, into: full) }) { try command("rebuild", full, db) }
      try command("optimize", full, db)
    }
  }

  private func command(_ command: String, _ table: SQLiteCatalogue.Table, _ db: Database) throws {
    let name = DatabaseName.quoted(table.name)
    try db.execute(sql: "INSERT INTO main.\(name)(\(name)) VALUES (?)", arguments: [command])
  }
}
