import ConnectorKit
import ErasureDomain

extension DatabaseErasure {
  /// Sends every statement that changes something to a session that only writes them down.
  static func rehearse(_ selection: inout DatabaseSelection) throws {
    try loosenCircles(&selection)
    for dataset in selection.layout.deletionOrder {
      if selection.isDirect(dataset) {
        _ = try deleteDirect(dataset, selection)
        continue
      }
      for index in selection.sets[dataset.number].indices where dataset.keepColumns != nil {
        selection.sets[dataset.number].change(index) { $0.state = .reduce }
        try reduce(dataset, selection)
      }
      for index in selection.sets[dataset.number].indices {
        selection.sets[dataset.number].change(index) { $0.state = .erase }
      }
      try delete(dataset, selection)
    }
  }

  // MARK: Circles

  /// Where rows reference each other in a circle, the links to what goes first are taken out before anything goes.
  static func loosenCircles(_ selection: inout DatabaseSelection) throws {
    for (dataset, columns) in looseColumns(selection.layout) where !selection.isDirect(dataset) {
      let kept = Set((dataset.keepColumns ?? []).compactMap { dataset.table.column($0)?.name })
      try loosen(dataset, columns, where: { $0.state == .erase }, &selection)
      try loosen(dataset, columns.filter { !kept.contains($0) }, where: \.isOverwritten, &selection)
    }
  }

  /// The columns that are set to NULL first, in rows that go or are overwritten.
  static func looseColumns(_ layout: DatabaseLayout) -> [(dataset: DatabaseDataset, columns: [String])] {
    let order = layout.deletionOrder
    return order.enumerated().compactMap { place, dataset in
      let keys = layout.catalogue.foreignKeys.filter { key in
        key.table == dataset.table.name && key.parent != dataset.table.name
          && (!key.isDeferrable || key.onDelete != .refuse)
          // The parent goes before the row that references it.
          && order[..<place].contains { $0.table.name == key.parent }
      }
      let columns = keys.flatMap { $0.pairs.map(\.child) }.compactMap { dataset.table.column($0) }
        .filter { !$0.isNotNull }.map(\.name)
      return columns.isEmpty ? nil : (dataset, columns)
    }
  }

  private static func loosen(
    _ dataset: DatabaseDataset, _ columns: [String], where condition: (SelectedRows.Row) -> Bool,
    _ selection: inout DatabaseSelection
  ) throws {
    let indices = selection.sets[dataset.number].indices.filter {
      condition(selection.sets[dataset.number].rows[$0])
    }
    guard !indices.isEmpty, !columns.isEmpty else { return }
    let places = indices.map { selection.sets[dataset.number].rows[$0].place }
    let names = Set(columns).sorted()
    guard let clear = selection.dialect.clear(names, of: dataset.table, at: places) else {
      let nulls = names.map { "\(DatabaseName.quoted($0)) = NULL" }.joined(separator: ", ")
      let changed = try selection.session.execute(
        "UPDATE \(dataset.table.source) AS t SET \(nulls) WHERE \(selection.listed(dataset, "t", places))")
      if changed != indices.count { throw ConnectorFailure.settle("change-ignored") }
      return
    }
    let moved = try selection.session.rows(clear)
    // An overwritten row has another place within the transaction.
    for cells in moved {
      guard let number = cells[0].flatMap({ Int($0) }), indices.indices.contains(number - 1) else { continue }
      selection.sets[dataset.number].change(indices[number - 1]) { $0.place = cells.dropFirst().compactMap { $0 } }
    }
    if moved.count != indices.count, !(selection.session is RehearsalSession) {
      throw ConnectorFailure.settle("change-ignored")
    }
  }
}
