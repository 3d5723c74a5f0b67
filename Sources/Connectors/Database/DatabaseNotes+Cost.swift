import ErasureDomain

// Statements that read a large table from end to end for one person.
extension DatabaseNotes {
  /// Searches by an identifier, as they will be sent.
  func slowSearches(_ identifiers: [SubjectIdentifier]) throws -> [String] {
    try layout.datasets.filter { $0.record.isRoot && $0.table.estimatedRows >= Self.largeRows }.compactMap { dataset in
      guard let condition = DatabaseMatch(identifiers, in: dataset, alias: "t", layout.dialect).roots,
        let cost = try cost(of: condition, in: dataset.table)
      else { return nil }
      let create = dataset.record.find.compactMap { find in
        dataset.table.column(find.column).map { createIndex(dataset.table, indexed(find, $0)) }
      }
      return "Each search for \"\(dataset.name)\" reads all of about \(dataset.table.estimatedRows) rows (\(cost)); an "
        + "index helps: \(create.joined(separator: " "))"
    }
  }

  /// Looks for everybody whom an identifier found on the way points to.
  func slowYields() throws -> [String] {
    try layout.datasets.filter { $0.table.estimatedRows >= Self.largeRows }.flatMap { dataset in
      try dataset.record.yields.compactMap { yield -> String? in
        guard let column = dataset.table.column(yield.column), let value = layout.dialect.example(column) else {
          return nil
        }
        let holds = DatabaseMatch.holds(value, yield, dataset, "t", layout.dialect)
        guard let cost = try cost(of: holds, in: dataset.table) else { return nil }
        return "Each \(yield.kind) that \"\(dataset.name)\" yields makes the server read all of about "
          + "\(dataset.table.estimatedRows) rows of \"\(dataset.table.name)\" (no index on \(column.name), \(cost)); an "
          + "index helps: " + createIndex(dataset.table, indexed(yield, column))
      }
    }
  }

  /// Large tables in which the rows that point to a row are found only by reading all of them: for the server, which
  /// checks its keys, and for us, who follow `belongs-to`.
  func slowReferences(_ touched: [DatabaseDataset]) throws -> [String] {
    var found: [String] = []
    for parent in touched {
      for key in layout.catalogue.references(to: parent.table) {
        guard let child = layout.catalogue.table(key.table),
          let slow = try slow(child, key.pairs.map(\.child))
        else { continue }
        found.append("Each row of \"\(parent.name)\" that goes makes the server read " + slow)
      }
    }
    for child in layout.datasets {
      for belonging in child.record.belongsTo {
        guard let parent = layout.dataset(belonging.dataset) else { continue }
        let isKey = layout.catalogue.foreignKeys.contains {
          $0.table == child.table.name && $0.parent == parent.table.name
            && Set($0.pairs.map(\.child)) == Set(belonging.columns.map(\.child))
        }
        if !isKey || !touched.contains(where: { $0.number == parent.number }),
          let slow = try slow(child.table, belonging.columns.map(\.child))
        {
          found.append("Each look for what belongs to \"\(parent.name)\" reads " + slow)
        }
        if let slow = try slow(parent.table, belonging.columns.map(\.parent)) {
          found.append("Each look whether others use \"\(child.name)\" too reads " + slow)
        }
      }
    }
    return found
  }

  /// What is said of rows that are found by these columns: nothing where the table is small or an index finds them.
  private func slow(_ table: DatabaseCatalogue.Table, _ names: [String]) throws -> String? {
    let columns = names.compactMap { table.column($0) }
    guard table.estimatedRows >= Self.largeRows, !columns.isEmpty, columns.count == names.count else { return nil }
    let wanted = Set(columns.map(\.name))
    guard !table.indexes.contains(where: { Set($0.prefix(wanted.count)) == wanted }) else { return nil }
    let parts = columns.map { column -> SQL in
      "t.\(DatabaseName.quoted(column.name)) = \(value: layout.dialect.example(column))"
    }
    guard let cost = try cost(of: SQL.joined(parts, by: " AND "), in: table) else { return nil }
    return "all of about \(table.estimatedRows) rows of \"\(table.name)\" (no index on "
      + "\(columns.map(\.name).joined(separator: ", ")), \(cost)); an index helps: "
      + createIndex(table, columns.map { DatabaseName.quoted($0.name) }.joined(separator: ", "))
  }

  /// What the planner says of reading the rows of a table that meet a condition on `t`; nothing where an index is used.
  private func cost(of condition: SQL, in table: DatabaseCatalogue.Table) throws -> String? {
    try scanCost("SELECT 1 FROM \(table.source) AS t WHERE \(condition)")
  }

  private func indexed(_ column: IdentifiedColumn, _ known: DatabaseCatalogue.Column) -> String {
    indexExpression(column.comparison, DatabaseName.quoted(known.name))
  }
}
