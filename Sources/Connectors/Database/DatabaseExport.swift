import ConnectorKit
import ErasureDomain

/// The rows a person takes along: exactly those that an erasure of the same records would find, read in one transaction.
struct DatabaseExport {
  /// Bytes of values of one system, at most: a person with more gets them by hand.
  static let mostBytes = 64 << 20

  let session: any DatabaseSession
  let layout: DatabaseLayout
  let context: ConnectorContext
  let order: ErasureOrder

  func rows() throws -> [CollectedRows] {
    guard let export = order.export else { throw ConnectorFailure.permanent(FailureCode("verb-unknown")) }
    if let obstacle = layout.obstacles.first { throw ConnectorFailure.settle(obstacle.code.rawValue) }
    let selection = try DatabaseSelection(
      session, layout, context, for: .look, identifiers: order.identifiers, keys: order.roots, leftOut: order.leftOut,
      reviewDay: order.reviewDay(context))
    try DatabaseErasure(order: order, context: context).checkRoots(selection)
    var room = Self.mostBytes
    return try export.datasets.map { wanted in
      guard let dataset = layout.dataset(wanted.dataset) else { throw ConnectorFailure.settle("missing-table") }
      let withheld = Set((wanted.withheld ?? []).compactMap { dataset.table.column($0)?.name })
      let names =
        export.packages.contains(.access)
        ? dataset.table.columns.map(\.name).filter { !withheld.contains($0) } : wanted.portability
      let columns = names.compactMap { dataset.table.column($0) }
      guard columns.count == names.count, !columns.isEmpty else { throw ConnectorFailure.settle("missing-column") }
      let shared = selection.sets[dataset.number].count { $0.state == .shared }
      return CollectedRows(
        dataset: dataset.name, columns: columns.map(\.name),
        rows: try cells(dataset, columns, selection, &room), shared: shared)
    }
  }

  private func cells(
    _ dataset: DatabaseDataset, _ columns: [DatabaseCatalogue.Column], _ selection: DatabaseSelection,
    _ room: inout Int
  ) throws -> [[TakenValue]] {
    let dialect = layout.dialect
    let texts = columns.map { dialect.exactText(dataset.column("t", $0.name), $0) }.joined(separator: ", ")
    var found: [[TakenValue]] = []
    func take(_ sql: SQL) throws {
      for cells in try session.rows(sql) {
        let values = zip(cells, columns).map { dialect.taken($0, $1) }
        room -= values.reduce(0) { $0 + $1.size }
        guard room >= 0 else { throw ConnectorFailure.settle("too-much-to-export") }
        found.append(values)
      }
    }
    guard !selection.isDirect(dataset) else {
      let key = dataset.table.key.map { dataset.column("t", $0) }
      let order = key.isEmpty ? "" : " ORDER BY \(key.joined(separator: ", "))"
      try take(
        """
        SELECT \(texts) FROM \(dataset.table.source) AS t WHERE \(selection.directCondition(dataset, "t"))\(order) \
        LIMIT \(DatabaseSelection.maximumRows + 1)
        """)
      guard found.count <= DatabaseSelection.maximumRows else { throw ConnectorFailure.settle("too-many-rows") }
      return found
    }
    let places = selection.places(dataset) { $0.state != .shared }
    for start in stride(from: 0, to: places.count, by: dialect.listLimit) {
      let part = Array(places[start..<min(start + dialect.listLimit, places.count)])
      let before = found.count
      try take("SELECT \(texts) FROM \(selection.at(part, of: dataset, as: "t")) ORDER BY s.n")
      // A row that was selected in this transaction is there.
      guard found.count - before == part.count else { throw ConnectorFailure.settle("change-ignored") }
    }
    return found
  }
}
