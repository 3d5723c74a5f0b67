import ConnectorKit
import ErasureDomain

/// A look for the person's records that shares nothing with the selection by which they were erased: the columns of
/// `find` of each root dataset, and the keys that were sealed.
///
/// A selection that overlooks records erases too little, and finds nothing afterwards either.
struct DatabaseCounterLook {
  let session: any DatabaseSession
  let layout: DatabaseLayout
  let order: ErasureOrder

  private var identifiers: [SubjectIdentifier] { order.kept == nil ? order.identifiers : [] }

  /// How many records of a root dataset there are that hold what was searched with, or have a sealed key and hold
  /// nobody's identifiers. Those that the approval leaves out do not count.
  func records(of dataset: DatabaseDataset) throws -> Int {
    var found = try holding(dataset)
    for record in try sealed(dataset) where !found.contains(record) { found.append(record) }
    var leftOut: [[String?]] = []
    for root in order.leftOut where root.dataset == dataset.name { leftOut.append(root.key.map { $0.value }) }
    return found.count { !leftOut.contains($0) }
  }

  private func texts(_ dataset: DatabaseDataset, _ names: [String]) -> String {
    names.compactMap { name in
      dataset.table.column(name).map { layout.dialect.text(dataset.column("t", $0.name), $0) }
    }.joined(separator: ", ")
  }

  /// Keys of records in which the identifiers stand: one of a kind that suffices, or one of every other kind.
  private func holding(_ dataset: DatabaseDataset) throws -> [[String?]] {
    func condition(_ kind: IdentifierKind) -> SQL? {
      let tests = dataset.record.find.filter { $0.kind == kind }.flatMap { find -> [SQL] in
        guard let column = dataset.table.column(find.column) else { return [] }
        return identifiers.filter { $0.kind == kind }.map {
          layout.dialect.holds($0.value, find.comparison, dataset.column("t", column.name), column)
        }
      }
      return tests.isEmpty ? nil : "(\(SQL.joined(tests, by: " OR ")))"
    }
    let kinds = Set(dataset.record.find.map(\.kind)).sorted()
    var ways = kinds.filter { dataset.record.suffices.contains($0) }.compactMap(condition)
    let together = kinds.filter { !dataset.record.suffices.contains($0) }.compactMap(condition)
    if together.count > 1 { ways.append(SQL.joined(together, by: " AND ")) }
    guard !ways.isEmpty else { return [] }
    return try session.rows(
      """
      SELECT \(texts(dataset, dataset.table.key)) FROM \(dataset.table.source) AS t \
      WHERE \(SQL.joined(ways, by: " OR ")) LIMIT \(DatabaseSelection.maximumRoots)
      """)
  }

  /// Sealed keys of records that are there and hold no identifier at all: with one the key is somebody else's by now,
  /// or the record was found by it.
  private func sealed(_ dataset: DatabaseDataset) throws -> [[String?]] {
    let key = dataset.table.key
    var wanted: [[String?]] = []
    for root in order.kept?.roots ?? order.roots where root.dataset == dataset.name && root.key.map(\.column) == key {
      wanted.append(root.key.map { $0.value })
    }
    let kinds = Set(identifiers.map(\.kind))
    let columns = key + dataset.record.find.filter { kinds.contains($0.kind) }.map(\.column)
    var found: [[String?]] = []
    for start in stride(from: 0, to: wanted.count, by: layout.dialect.listLimit) {
      let part = Array(wanted[start..<min(start + layout.dialect.listLimit, wanted.count)])
      let list = layout.dialect.list(part, types: key.map { dataset.table.column($0)?.type ?? "text" }, as: "s")
      let rows = try session.rows(
        """
        SELECT \(texts(dataset, columns)) FROM \(list) \(layout.dialect.join) \(dataset.table.source) AS t \
        ON \(layout.dialect.isListed(key, of: dataset.table, "t", part))
        """)
      for cells in rows where cells.dropFirst(key.count).allSatisfy({ $0?.contains { !$0.isWhitespace } != true }) {
        found.append(Array(cells.prefix(key.count)))
      }
    }
    return found
  }
}
