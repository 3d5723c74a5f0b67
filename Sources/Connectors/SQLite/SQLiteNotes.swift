import ErasureDomain

/// What else will happen in an SQLite database when the selected rows go.
struct SQLiteNotes {
  let selection: DatabaseSelection
  let identifiers: [SubjectIdentifier]

  private var layout: DatabaseLayout { selection.layout }

  private var notes: DatabaseNotes {
    let session = selection.session
    return DatabaseNotes(
      selection: selection,
      createIndex: { table, expressions in
        let name = "\(DatabaseName.dataset(for: table.name))-\(DatabaseName.dataset(for: expressions))"
        return "CREATE INDEX \(DatabaseName.quoted(name)) ON \(DatabaseName.quoted(table.name)) (\(expressions));"
      },
      indexExpression: { comparison, column in
        comparison == .folded ? SQLiteName.foldedText(column) : SQLiteName.findText(column)
      },
      scanCost: { statement in
        let plan = try session.rows("EXPLAIN QUERY PLAN \(statement)")
        return plan.contains { $0.last??.hasPrefix("SCAN t") == true } ? "a full scan" : nil
      })
  }

  /// In the order of the register, each once.
  func sentences() throws -> [String] {
    let notes = notes
    let touched = try notes.touched()
    var found = try touched.flatMap { try notes.sentences(about: $0) } + notes.documents()
    if !touched.isEmpty { found += looseColumns(touched.map(\.table)) + notes.unregistered() }
    return DatabaseNotes.unique(
      try found + notes.slowSearches(identifiers) + notes.slowReferences(touched) + notes.slowYields())
  }

  private func looseColumns(_ tables: [DatabaseCatalogue.Table]) -> [String] {
    notes.looseNames(tables).flatMap { name, type, parent in
      layout.catalogue.tables.filter { $0.kind == .table }.compactMap { table -> String? in
        guard let column = table.column(name), column.type.uppercased() == type.uppercased(),
          !layout.catalogue.foreignKeys.contains(where: { key in
            key.table == table.name && key.pairs.contains { $0.child == column.name }
          })
        else { return nil }
        return notes.loose(table.name, layout.datasets(on: table.name), column.name, parent)
      }
    }
  }
}
