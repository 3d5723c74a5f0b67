import ConnectorKit
import ErasureDomain

extension DatasetRecord {
  /// How its rows are marked for a measure; nil where the register says nothing.
  func mark(for measure: RestrictionMeasure) -> Restriction? {
    switch measure {
    case .restriction: restrict ?? treatment.restrict
    case .marketing: optOut
    }
  }
}

/// Marks rows of a person within an open transaction, looks whether one is without, and puts back what they had.
struct DatabaseMark: Sendable {
  let context: ConnectorContext

  func canMark(_ measure: RestrictionMeasure) -> Bool {
    // One kind of record without a mark would go on being used.
    let roots = context.record.datasets.filter { !$0.find.isEmpty }
    return !roots.isEmpty && roots.allSatisfy { $0.mark(for: measure) != nil }
  }

  /// Rows of one dataset that are without their mark, and their places.
  private struct Bare {
    let dataset: DatabaseDataset
    let column: DatabaseCatalogue.Column
    let mark: Restriction
    var places: [[String]] = []
    var rows: [MarkedRow] = []
    var all = 0
  }

  /// Marks what has no mark yet. The caller makes the answer durable, and commits then, or rolls back.
  func mark(_ order: MarkOrder, _ session: any DatabaseSession, _ layout: DatabaseLayout) throws -> [MarkedRow] {
    var marked: [MarkedRow] = []
    for bare in try rows(order, session, layout, for: .erase) where !bare.places.isEmpty {
      let selection = try Self.empty(session, layout, context)
      for chunk in selection.chunks(bare.places.map { $0.map { $0 } }) {
        let places = chunk.map { $0.compactMap { $0 } }
        let changed = try session.execute(
          """
          UPDATE \(bare.dataset.table.source) AS t SET \(DatabaseName.quoted(bare.column.name)) = \
          \(layout.dialect.literal(bare.mark.value, bare.column)) WHERE \(selection.listed(bare.dataset, "t", places))
          """)
        guard changed == places.count else { throw ConnectorFailure.settle("change-ignored") }
      }
      marked += bare.rows
    }
    return marked
  }

  /// How many rows of the person carry their mark, and how many do not.
  func look(
    _ order: MarkOrder, _ session: any DatabaseSession, _ layout: DatabaseLayout
  ) throws -> (marked: Int, bare: Int) {
    let found = try rows(order, session, layout, for: .look)
    let bare = found.reduce(0) { $0 + $1.places.count }
    return (found.reduce(0) { $0 + $1.all } - bare, bare)
  }

  /// Gives rows that still have their mark what they had; the number of them.
  func unmark(_ rows: [MarkedRow], _ session: any DatabaseSession, _ layout: DatabaseLayout) throws -> Int {
    var count = 0
    for row in rows {
      guard let dataset = layout.dataset(row.dataset), let column = dataset.table.column(row.column),
        row.key.map(\.column) == dataset.table.key
      else { throw ConnectorFailure.permanent(FailureCode("root-key-unreadable")) }
      let key = dataset.table.key
      let types = key.map { dataset.table.column($0)?.type ?? "text" }
      let named = layout.dialect.isOneOf(key.map { dataset.column("t", $0) }, [row.key.map { $0.value }], types: types)
      let name = DatabaseName.quoted(column.name)
      count += try session.execute(
        """
        UPDATE \(dataset.table.source) AS t SET \(name) = \(layout.dialect.exactValue(row.before, column)) \
        WHERE \(named) AND t.\(name) = \(layout.dialect.literal(row.wrote, column))
        """)
    }
    return count
  }

  private static func empty(
    _ session: any DatabaseSession, _ layout: DatabaseLayout, _ context: ConnectorContext
  ) throws -> DatabaseSelection {
    try DatabaseSelection(session, layout, context, for: .look, identifiers: [], keys: [], leftOut: [])
  }

  private func rows(
    _ order: MarkOrder, _ session: any DatabaseSession, _ layout: DatabaseLayout, for purpose: DatabaseSelection.Purpose
  ) throws -> [Bare] {
    if let obstacle = layout.obstacles.first { throw ConnectorFailure.settle(obstacle.code.rawValue) }
    let selection = try DatabaseSelection(
      session, layout, context, for: purpose, identifiers: order.identifiers, keys: [], leftOut: order.leftOut)
    for dataset in layout.datasets {
      guard let most = dataset.record.atMost else { continue }
      // More than one person has are somebody else's too.
      guard selection.sets[dataset.number].count(where: \.isRoot) <= most else {
        throw ConnectorFailure.settle("too-many-records")
      }
    }
    return try layout.datasets.compactMap { dataset in
      guard let mark = dataset.record.mark(for: order.measure), let column = dataset.table.column(mark.column) else {
        return nil
      }
      return try bare(dataset, column, mark, selection)
    }
  }

  private func bare(
    _ dataset: DatabaseDataset, _ column: DatabaseCatalogue.Column, _ mark: Restriction,
    _ selection: DatabaseSelection
  ) throws -> Bare {
    let (dialect, key) = (selection.dialect, dataset.table.key)
    guard !key.isEmpty else { throw ConnectorFailure.settle("mark-needs-key") }
    var result = Bare(dataset: dataset, column: column, mark: mark)
    let set = selection.sets[dataset.number]
    // What other people's records use too is not this person's to restrict.
    let indices = set.indices.filter { set.rows[$0].state != .shared }
    result.all = indices.count
    for start in stride(from: 0, to: indices.count, by: dialect.listLimit) {
      let part = Array(indices[start..<min(start + dialect.listLimit, indices.count)])
      let name = dataset.column("t", column.name)
      let found = try selection.session.rows(
        """
        SELECT s.n, \(dialect.exactText(name, column)) \
        FROM \(selection.at(part.map { set.rows[$0].place }, of: dataset, as: "t")) \
        WHERE \(name) IS NULL OR \(name) <> \(dialect.literal(mark.value, column))
        """)
      for cells in found {
        guard let number = cells[0].flatMap({ Int($0) }), let values = set.values(part[number - 1], key) else {
          throw ConnectorFailure.settle("mark-needs-key")
        }
        result.places.append(set.rows[part[number - 1]].place)
        result.rows.append(
          MarkedRow(
            dataset: dataset.name, key: zip(key, values).map { RootRecord.KeyPart(column: $0, value: $1) },
            column: column.name, before: cells[1], wrote: mark.value))
      }
    }
    return result
  }
}
