import ErasureDomain

// Conditions for rows that are not listed, and for listed ones in a statement.
extension DatabaseSelection {
  /// True for the rows of a direct dataset, under an alias, that belong to the selection.
  func directCondition(_ dataset: DatabaseDataset, _ alias: String) -> SQL {
    guard let (belonging, parent) = layout.directParent(dataset) else { return "1 = 0" }
    let columns = belonging.columns.map { dataset.column(alias, $0.child) }
    if isDirect(parent) {
      let row = columns.count == 1 ? columns[0] : "(\(columns.joined(separator: ", ")))"
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

  /// True for these listed rows of a dataset under an alias.
  func listed(_ dataset: DatabaseDataset, _ alias: String, _ places: [[String]]) -> SQL {
    guard !places.isEmpty else { return "1 = 0" }
    let types = dialect.identityTypes(dataset.table)
    let columns = dialect.identity(dataset.table, alias)
    let row = columns.count == 1 ? columns[0] : "(\(columns.joined(separator: ", ")))"
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
