import ConnectorKit
import ErasureDomain
import GRDB

extension SQLiteSelection {
  /// What happens to the rows of each dataset, in the order of the register.
  func counts() throws -> [DatasetCount] {
    try layout.datasets.map { dataset in
      var count = DatasetCount(dataset: dataset.name, isRoot: dataset.record.isRoot, erase: 0)
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT state, CASE state WHEN 'k' THEN rule END, CASE state WHEN 'k' THEN until END, \
          state = 'k' AND conditional, count(*) FROM \(dataset.selected) GROUP BY 1, 2, 3, 4 ORDER BY 3, 2, 4
          """)
      for row in rows {
        let number: Int = row[4]
        switch row[0] as String? {
        case "e": count.erase += number
        case "r": count.reduce += number
        case "k":
          guard let until = CivilDate(row[2] as String? ?? "") else { continue }
          let open = row[3] as Int == 1
          count.kept.append(KeptCount(rule: row[1], until: until, count: number, conditional: open))
        case "a": count.anonymised = number
        default: break
        }
      }
      let minimised = try self.number(dataset, "minimise = 1")
      if minimised > 0 { count.minimised = minimised }
      return count
    }
  }

  /// The number of selected rows that meet a condition on `s`.
  func number(_ dataset: SQLiteDataset, _ condition: String) throws -> Int {
    try Int.fetchOne(db, sql: "SELECT count(*) FROM \(dataset.selected) AS s WHERE \(condition)") ?? 0
  }

  /// The keys of all root records that were found.
  func roots() throws -> [RootRecord] {
    try layout.datasets.flatMap { try roots($0) }.sorted()
  }

  /// The keys of the root records of a dataset that meet a condition on `s` and on their row `t`.
  func roots(_ dataset: SQLiteDataset, where condition: String = "1") throws -> [RootRecord] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT \(dataset.keyTexts("t").joined(separator: ", ")) FROM \(dataset.selected) AS s \
        JOIN \(dataset.source) AS t ON \(dataset.isSame("t", as: "s")) WHERE s.root = 1 AND (\(condition))
        """
    ).map { RootRecord(dataset: dataset.name, key: Self.key(dataset, $0, from: 0)) }
  }

  // MARK: Identifiers found on the way

  /// The most identifiers that one dataset yields; more do not belong to one person.
  private static let maximumYields = 1_000

  /// Identifiers in the selected rows that were not searched with, and how many root records each points to.
  func yields(besides known: [SubjectIdentifier]) throws -> [FoundIdentifier] {
    let searched = Set(known.map(Self.comparable))
    var found: [FoundIdentifier] = []
    for dataset in layout.datasets {
      for (place, yield) in dataset.record.yields.enumerated() where !dataset.record.yields[..<place].contains(yield) {
        for value in try values(yield, dataset) {
          let identifier = SubjectIdentifier(kind: yield.kind, value: value)
          guard !searched.contains(Self.comparable(identifier)) else { continue }
          let pointsTo = try persons(with: identifier, in: dataset)
          let one = FoundIdentifier(identifier: identifier, dataset: dataset.name, pointsTo: pointsTo)
          if !found.contains(one) { found.append(one) }
        }
      }
    }
    return found
  }

  private static func comparable(_ identifier: SubjectIdentifier) -> SubjectIdentifier {
    guard identifier.kind == .email else { return identifier }
    return SubjectIdentifier(kind: .email, value: SQLiteMatch.normalised(identifier.value))
  }

  private func values(_ yield: IdentifiedColumn, _ dataset: SQLiteDataset) throws -> [String] {
    let text = SQLiteName.findText(dataset.column("t", yield.column))
    let sql = """
      SELECT DISTINCT \(text) FROM \(dataset.selected) AS s JOIN \(dataset.source) AS t \
      ON \(dataset.isSame("t", as: "s")) WHERE trim(\(text), \(SQLiteName.blanks)) <> '' AND s.state NOT IN ('d', 'b') \
      ORDER BY 1 LIMIT \(Self.maximumYields)
      """
    return try String.fetchAll(db, sql: sql)
  }

  /// Distinct root records of the whole table that an identifier points to, over the rows between where there are any.
  private func persons(with identifier: SubjectIdentifier, in dataset: SQLiteDataset) throws -> Int {
    let kinds = dataset.record.find + dataset.record.yields
    let columns = Set(kinds.filter { $0.kind == identifier.kind }.map(\.column)).sorted()
    let holds = columns.map {
      SQLiteMatch.holds(identifier.kind, identifier.value, column: dataset.column("t0", $0))
    }
    var from = "\(dataset.source) AS t0"
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
      from += " JOIN \(parent.source) AS t\(level) ON \(pairs.joined(separator: " AND "))"
      top = parent
    }
    let sql = """
      SELECT count(*) FROM (SELECT DISTINCT \(top.identity("t\(level)").joined(separator: ", ")) FROM \(from) \
      WHERE \(holds.map(\.sql).joined(separator: " OR ")))
      """
    return try Int.fetchOne(db, sql: sql, arguments: StatementArguments(holds.flatMap(\.values))) ?? 0
  }

  // MARK: Recognition

  /// The fields of the root records that are about to go or to be overwritten, as they stand in the table now.
  func recognition() throws -> [RecognisedRow] {
    var found: [RecognisedRow] = []
    for dataset in layout.datasets where dataset.record.isRoot {
      let columns = dataset.record.find.map { SQLiteName.keyText(dataset.column("t", $0.column)) }
      let sql = """
        SELECT \((dataset.keyTexts("t") + columns).joined(separator: ", ")) FROM \(dataset.selected) AS s \
        JOIN \(dataset.source) AS t ON \(dataset.isSame("t", as: "s")) WHERE s.root = 1 AND \(Self.isTouched)
        """
      for row in try Row.fetchAll(db, sql: sql) { found.append(recognised(dataset, row)) }
    }
    return found
  }

  private func recognised(_ dataset: SQLiteDataset, _ row: Row) -> RecognisedRow {
    let key = Self.key(dataset, row, from: 0).map(\.value).joined(separator: "\u{1F}")
    var fields = [RecognisedRow.Field(name: "pk:\(dataset.record.table)", value: key)]
    for (place, find) in dataset.record.find.enumerated() {
      guard let value = row[dataset.table.key.count + place] as String?, !value.isEmpty else { continue }
      fields.append(RecognisedRow.Field(name: "\(find.kind):raw", value: value))
      fields.append(RecognisedRow.Field(name: "\(find.kind):n1", value: SQLiteMatch.normalised(value)))
    }
    var seen: Set<RecognisedRow.Field> = []
    return RecognisedRow(fields: fields.filter { seen.insert($0).inserted })
  }
}
