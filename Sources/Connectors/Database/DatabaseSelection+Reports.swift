import ConnectorKit
import ErasureDomain

extension DatabaseSelection {
  /// What happens to the rows of each dataset, in the order of the register.
  func counts() throws -> [DatasetCount] {
    try layout.datasets.map { dataset in
      guard isDirect(dataset) else { return listedCount(dataset) }
      let number = try session.number(
        "SELECT count(*) FROM \(dataset.table.source) AS t WHERE \(directCondition(dataset, "t"))")
      return DatasetCount(dataset: dataset.name, isRoot: false, erase: number)
    }
  }

  func listedCount(_ dataset: DatabaseDataset) -> DatasetCount {
    let set = sets[dataset.number]
    var kept: [KeptCount: Int] = [:]
    for index in set.indices {
      if let group = set.rows[index].keptGroup { kept[group, default: 0] += 1 }
    }
    return DatasetCount(
      dataset: dataset.name, isRoot: dataset.record.isRoot, erase: set.count { $0.state == .erase },
      reduce: set.count { $0.state == .reduce },
      kept: kept.map { KeptCount(rule: $0.rule, until: $0.until, count: $1, conditional: $0.conditional) }
        .sorted { ($0.until, $0.rule, $0.isConditional ? 1 : 0) < ($1.until, $1.rule, $1.isConditional ? 1 : 0) },
      anonymised: set.count { $0.state == .anonymise }, minimised: set.count { $0.state == .keep && $0.isMinimised })
  }

  // MARK: Root records

  func root(_ dataset: DatabaseDataset, _ index: Int) -> RootRecord {
    RootRecord(
      dataset: dataset.name,
      key: dataset.table.key.map {
        RootRecord.KeyPart(column: $0, value: sets[dataset.number].value(index, $0) ?? "")
      })
  }

  /// The keys of all root records that were found and that meet a condition.
  func roots(where condition: (SelectedRows.Row) -> Bool = { _ in true }) -> [RootRecord] {
    layout.datasets.flatMap { dataset in
      sets[dataset.number].indices.filter {
        let row = sets[dataset.number].rows[$0]
        return row.isRoot && condition(row)
      }.map { root(dataset, $0) }
    }.sorted()
  }

  // MARK: Identifiers found on the way

  /// The most identifiers that one dataset yields; more do not belong to one person.
  private static let maximumYields = 1_000

  /// Identifiers in the selected rows that were not searched with, and how many root records each points to.
  func yields(besides known: [SubjectIdentifier]) throws -> [FoundIdentifier] {
    let folded = Set(layout.datasets.flatMap(\.record.find).filter { $0.comparison == .folded }.map(\.kind) + [.email])
    func comparable(_ identifier: SubjectIdentifier) -> SubjectIdentifier {
      guard folded.contains(identifier.kind) else { return identifier }
      return SubjectIdentifier(kind: identifier.kind, value: DatabaseMatch.normalised(identifier.value.lowercased()))
    }
    let searched = Set(known.map(comparable))
    var found: [FoundIdentifier] = []
    for dataset in layout.datasets where !isDirect(dataset) {
      for (place, yield) in dataset.record.yields.enumerated() where !dataset.record.yields[..<place].contains(yield) {
        for value in values(yield, dataset) {
          let identifier = SubjectIdentifier(kind: yield.kind, value: value)
          guard !searched.contains(comparable(identifier)) else { continue }
          let pointsTo = try persons(with: identifier, in: dataset)
          let one = FoundIdentifier(identifier: identifier, dataset: dataset.name, pointsTo: pointsTo)
          if !found.contains(one) { found.append(one) }
        }
      }
    }
    return found
  }

  private func values(_ yield: IdentifiedColumn, _ dataset: DatabaseDataset) -> [String] {
    guard let column = dataset.table.column(yield.column)?.name else { return [] }
    let set = sets[dataset.number]
    let values = set.indices.filter { set.rows[$0].state != .reduced && set.rows[$0].state != .shared }
      .compactMap { set.value($0, column) }.filter { $0.contains { !$0.isWhitespace } }
    return Array(Set(values).sorted().prefix(Self.maximumYields))
  }

  /// Distinct root records of the whole table that an identifier points to, over the rows between where there are any.
  private func persons(with identifier: SubjectIdentifier, in dataset: DatabaseDataset) throws -> Int {
    let columns = (dataset.record.find + dataset.record.yields).filter { $0.kind == identifier.kind }
    let holds = columns.map { DatabaseMatch.holds(identifier.value, $0, dataset, "t0", dialect) }
    var from = "\(dataset.table.source) AS t0"
    var top = dataset
    var level = 0
    // A dataset that is reached by identifiers is where persons are counted.
    while !top.record.isRoot, level < layout.datasets.count, let belonging = top.record.belongsTo.first,
      let parent = layout.dataset(belonging.dataset)
    {
      let pairs = belonging.columns.map {
        "\(parent.column("t\(level + 1)", $0.parent)) = \(top.column("t\(level)", $0.child))"
      }
      level += 1
      from += " JOIN \(parent.table.source) AS t\(level) ON \(pairs.joined(separator: " AND "))"
      top = parent
    }
    let identity = dialect.identity(top.table, "t\(level)").joined(separator: ", ")
    return try session.number(
      """
      SELECT count(*) FROM (SELECT DISTINCT \(identity) FROM \(from) WHERE \(SQL.joined(holds, by: " OR "))) AS found
      """)
  }

  // MARK: Recognition

  /// The fields of the root records that are about to go or to be reduced, as they stand in the table now.
  func recognition() -> [RecognisedRow] {
    layout.datasets.filter(\.record.isRoot).flatMap { dataset in
      sets[dataset.number].indices.filter { index in
        let row = sets[dataset.number].rows[index]
        return row.isRoot && row.isGoing
      }.map { recognised(dataset, $0) }
    }
  }

  private func recognised(_ dataset: DatabaseDataset, _ index: Int) -> RecognisedRow {
    RecognisedRow(
      table: dataset.record.table, key: root(dataset, index).key.map(\.value),
      identifiers: dataset.record.find.compactMap { find in
        dataset.table.column(find.column).flatMap { sets[dataset.number].value(index, $0.name) }.map { (find.kind, $0) }
      })
  }
}
