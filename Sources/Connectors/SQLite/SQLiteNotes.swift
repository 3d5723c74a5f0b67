import ErasureDomain

/// What else will happen in an SQLite database when the selected rows go.
struct SQLiteNotes {
  let selection: DatabaseSelection
  let identifiers: [SubjectIdentifier]

  private var layout: DatabaseLayout { selection.layout }

  private var notes: DatabaseNotes {
    DatabaseNotes(selection: selection) { table, expressions in
      "CREATE INDEX \(DatabaseName.quoted("\(DatabaseName.dataset(for: table.name))-\(DatabaseName.dataset(for: expressions))")) "
        + "ON \(DatabaseName.quoted(table.name)) (\(expressions));"
    }
  }

  /// In the order of the register, each once.
  func sentences() throws -> [String] {
    let notes = notes
    let touched = try notes.touched()
    var found = try touched.flatMap { try notes.sentences(about: $0) } + notes.documents()
    if !touched.isEmpty { found += looseColumns(touched.map(\.table)) + notes.unregistered() }
    return DatabaseNotes.unique(try found + slowSearches() + notes.slowReferences(touched))
  }

  private func looseColumns(_ tables: [DatabaseCatalogue.Table]) -> [String] {
    notes.looseNames(tables).flatMap { name, type, parent in
      layout.catalogue.tables.filter { $0.kind == .table && layout.datasets(on: $0.name).isEmpty }.compactMap { table in
        guard let column = table.column(name), column.type.uppercased() == type.uppercased(),
          !layout.catalogue.foreignKeys.contains(where: { key in
            key.table == table.name && key.pairs.contains { $0.child == column.name }
          })
        else { return nil }
        return DatabaseNotes.loose(table.name, column.name, parent)
      }
    }
  }

  /// Searches that read a large table from end to end.
  private func slowSearches() throws -> [String] {
    try layout.datasets.filter { $0.record.isRoot && $0.table.estimatedRows >= DatabaseNotes.largeRows }.compactMap {
      dataset in
      guard let condition = DatabaseMatch(identifiers, in: dataset, alias: "t", layout.dialect).roots else {
        return nil
      }
      let plan = try selection.session.rows(
        "EXPLAIN QUERY PLAN SELECT 1 FROM \(dataset.table.source) AS t WHERE \(condition)")
      guard plan.contains(where: { $0.last??.hasPrefix("SCAN t") == true }) else { return nil }
      return notes.slowSearch(dataset, cost: "a full scan") { find, column in
        find.comparison == .folded ? SQLiteName.foldedText(column) : SQLiteName.findText(column)
      }
    }
  }
}
