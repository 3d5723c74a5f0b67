import ErasureDomain

// Conditions for rows that are not listed, and for listed ones in a statement.
extension DatabaseSelection {
  /// True for the rows of a direct dataset, under an alias, that belong to the selection.
  func directCondition(_ dataset: DatabaseDataset, _ alias: String) -> SQL {
    guard let (belonging, parent) = layout.directParent(dataset) else { return "1 = 0" }
    if dialect.placesLast {
      let inner = "\(alias)_"
      let row = Self.tuple(dialect.identity(dataset.table, alias))
      let found = dialect.identity(dataset.table, inner).joined(separator: ", ")
      return "\(row) IN (SELECT \(found) FROM \(directRows(dataset, inner)))"
    }
    let columns = belonging.columns.map { dataset.column(alias, $0.child) }
    if isDirect(parent) {
      let row = Self.tuple(columns)
      let inner = "\(alias)_"
      let named = belonging.columns.map { parent.column(inner, $0.parent) }.joined(separator: ", ")
      return """
        \(row) IN (SELECT \(named) FROM \(parent.table.source) AS \(inner) WHERE \(directCondition(parent, inner)))
        """
    }
    let set = sets[parent.number]
    let names = belonging.columns.compactMap { parent.table.column($0.parent)?.name }
    let values = set.indices.filter { set.rows[$0].state != .shared }.compactMap { set.values($0, names) }
    return values.isEmpty ? "1 = 0" : dialect.isOneOf(columns, values, types: types(parent, names))
  }

  /// FROM: the rows of a direct dataset under an alias, reached from the listed ones.
  private func directRows(_ dataset: DatabaseDataset, _ alias: String) -> SQL {
    guard let (belonging, parent) = layout.directParent(dataset) else { return "\(dataset.table.source) AS \(alias)" }
    let above = "\(alias)_"
    let from =
      isDirect(parent)
      ? directRows(parent, above) : at(places(parent) { $0.state != .shared }, of: parent, as: above)
    return """
      \(from) \(dialect.join) \(dataset.table.source) AS \(alias) \
      ON \(Self.belongs(belonging, dataset, alias, parent, above))
      """
  }

  static func tuple(_ columns: [String]) -> String {
    columns.count == 1 ? columns[0] : "(\(columns.joined(separator: ", ")))"
  }

  /// The row of `child` points to that of `parent`: the parent's column decides how they are compared.
  static func belongs(
    _ belonging: Belonging, _ child: DatabaseDataset, _ alias: String, _ parent: DatabaseDataset, _ parentAlias: String
  ) -> String {
    belonging.columns.map { "\(parent.column(parentAlias, $0.parent)) = \(child.column(alias, $0.child))" }
      .joined(separator: " AND ")
  }

  /// FROM: rows of a dataset under an alias by their place; `s.n` is the place in the list from 1.
  func at(_ places: [[String]], of dataset: DatabaseDataset, as alias: String) -> SQL {
    let list = dialect.list(places, types: dialect.identityTypes(dataset.table), as: "s")
    let same = dialect.identity(dataset.table, alias).enumerated().map { "\($1) = s.v\($0)" }
      .joined(separator: " AND ")
    return "\(list) \(dialect.join) \(dataset.table.source) AS \(alias) ON \(same)"
  }

  /// FROM: rows of a dataset under an alias whose columns hold texts; `s.n` is the place in the list from 1.
  func holding(
    _ texts: [[String?]], in columns: [String], of dataset: DatabaseDataset, types: [String], as alias: String
  ) -> SQL {
    let names = columns.map { dataset.table.column($0)?.name ?? $0 }
    return """
      \(dialect.list(texts, types: types, as: "s")) \(dialect.join) \(dataset.table.source) AS \(alias) \
      ON \(dialect.isListed(names, of: dataset.table, alias, texts))
      """
  }

  /// FROM: listed rows of a child or of its parent, and under an alias those of the other that belong to them; `s.n` is
  /// the place in the list from 1.
  func linked(
    _ belonging: Belonging, _ child: DatabaseDataset, _ parent: DatabaseDataset, from rows: [Int], of set: SelectedRows,
    isChild: Bool, as alias: String
  ) -> SQL {
    let (own, other) = isChild ? (child, parent) : (parent, child)
    guard !dialect.placesLast else {
      let (below, above) = isChild ? ("o", alias) : (alias, "o")
      return """
        \(at(rows.map { set.rows[$0].place }, of: own, as: "o")) \(dialect.join) \(other.table.source) AS \(alias) \
        ON \(Self.belongs(belonging, child, below, parent, above))
        """
    }
    let pairs = belonging.columns.map { isChild ? ($0.child, $0.parent) : ($0.parent, $0.child) }
    let names = pairs.map { own.table.column($0.0)?.name ?? $0.0 }
    return holding(
      rows.map { row in names.map { set.value(row, $0) } }, in: pairs.map(\.1), of: other, types: types(own, names),
      as: alias)
  }

  /// True for these listed rows of a dataset under an alias.
  func listed(_ dataset: DatabaseDataset, _ alias: String, _ places: [[String]]) -> SQL {
    guard !places.isEmpty else { return "1 = 0" }
    let types = dialect.identityTypes(dataset.table)
    let row = Self.tuple(dialect.identity(dataset.table, alias))
    let list = dialect.list(places, types: types, as: "s")
    return "\(row) IN (SELECT \(types.indices.map { "s.v\($0)" }.joined(separator: ", ")) FROM \(list))"
  }

  func places(_ dataset: DatabaseDataset, where condition: (SelectedRows.Row) -> Bool) -> [[String]] {
    sets[dataset.number].rows.filter { !$0.isDropped && !$0.hasGone && condition($0) }.map(\.place)
  }

  /// True for the rows of a dataset under an alias that are deleted; with `reduced` also for those that are overwritten.
  func leaving(_ dataset: DatabaseDataset, _ alias: String, reduced: Bool = false) -> SQL {
    if isDirect(dataset) { return directCondition(dataset, alias) }
    return listed(
      dataset, alias,
      places(dataset) {
        // An anonymised row loses its key: what points to it would point to nothing.
        $0.state == .erase || $0.state == .anonymise || (reduced && $0.isOverwritten)
      })
  }

  /// Whether any row of a dataset is deleted.
  func isLeaving(_ dataset: DatabaseDataset) throws -> Bool {
    if isDirect(dataset) {
      return try session.number(
        """
        SELECT count(*) FROM (SELECT 1 FROM \(dataset.table.source) AS t WHERE \(directCondition(dataset, "t")) \
        LIMIT 1) AS found
        """) > 0
    }
    return sets[dataset.number].count { $0.state == .erase || $0.state == .anonymise } > 0
  }
}
