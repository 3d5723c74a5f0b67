import ConnectorKit
import ErasureDomain
import GRDB

extension SQLiteSelection {
  /// Decides on each selected row what happens to it.
  func decide() throws {
    for dataset in layout.treatmentOrder {
      switch dataset.record.treatment {
      case .delete: try db.execute(sql: "UPDATE \(dataset.selected) SET state = 'e'")
      case .retain(let retention): try retain(dataset, retention)
      case .retainWith(let parent): try retain(dataset, with: parent)
      case .reduce(_, let keeper): try reduce(dataset, whileKept: keeper)
      case .anonymise: try anonymise(dataset)
      case .call: throw ConnectorFailure.permanent(FailureCode("call-not-supported"))
      }
    }
  }

  private func retain(_ dataset: SQLiteDataset, _ retention: Retention) throws {
    let (rule, today) = (retention.rule, context.clock.today)
    let review = order?.reviewDay(rule: rule, today: today) ?? RetentionRule.reviewDay(seenOn: today)
    let start = dataset.column("t", retention.start)
    try db.execute(
      sql: """
        UPDATE \(dataset.selected) AS s SET rule = ?, (conditional, until) = (\
        SELECT \(start) IS NULL, iif(\(start) IS NULL, ?, expunge_first_day_due(?, \(start))) \
        FROM \(dataset.source) AS t WHERE \(dataset.isSame("t", as: "s")))
        """, arguments: [rule, review.description, rule])
    try db.execute(
      sql: """
        UPDATE \(dataset.selected) SET state = CASE WHEN until IS NULL THEN 'u' WHEN conditional THEN 'k' \
        WHEN until <= ? THEN 'e' ELSE 'k' END
        """, arguments: [today.description])
    // A follow-up finds its rows minimised: it erases, and changes no row that stays.
    guard order?.kept == nil, !SQLiteOverwrite.written(to: dataset).isEmpty else { return }
    try db.execute(
      sql: """
        UPDATE \(dataset.selected) AS s SET minimise = 1 WHERE state = 'k' AND EXISTS (SELECT 1 \
        FROM \(dataset.source) AS t WHERE \(dataset.isSame("t", as: "s")) \
        AND NOT (\(SQLiteOverwrite.isWritten(dataset, "t"))))
        """)
  }

  private func anonymise(_ dataset: SQLiteDataset) throws {
    try db.execute(
      sql: """
        UPDATE \(dataset.selected) AS s SET state = iif(EXISTS (SELECT 1 FROM \(dataset.source) AS t \
        WHERE \(dataset.isSame("t", as: "s")) AND \(SQLiteOverwrite.isReduced(dataset, "t"))), 'b', 'a')
        """)
  }

  /// As long as the row it belongs to; of several the one that stays longest.
  private func retain(_ dataset: SQLiteDataset, with name: String) throws {
    if let parent = layout.dataset(name), layout.belongs(dataset, to: parent) {
      try db.execute(
        sql: """
          UPDATE \(dataset.selected) AS s SET (state, rule, until, conditional) = \
          (SELECT q.state, q.rule, q.until, q.conditional \
          FROM \(dataset.edges(to: parent)) AS e JOIN \(parent.selected) AS q ON \(Self.equal(parent, "q.k", "e.p")) \
          WHERE \(Self.equal(dataset, "e.c", "s.k")) \
          ORDER BY q.state = 'u' DESC, q.state = 'k' DESC, q.conditional DESC, q.until DESC, q.rule LIMIT 1)
          WHERE EXISTS (SELECT 1 FROM \(dataset.edges(to: parent)) AS e WHERE \(Self.equal(dataset, "e.c", "s.k")))
          """)
    }
    try db.execute(sql: "UPDATE \(dataset.selected) SET state = 'e' WHERE state IS NULL")
  }

  private func reduce(_ dataset: SQLiteDataset, whileKept name: String) throws {
    try db.execute(sql: "UPDATE \(dataset.selected) SET state = 'e'")
    guard let keeper = layout.dataset(name), layout.belongs(keeper, to: dataset) else { return }
    try db.execute(
      sql: """
        UPDATE \(dataset.selected) AS s SET state = 'r' WHERE EXISTS (SELECT 1 \
        FROM \(keeper.edges(to: dataset)) AS e JOIN \(keeper.selected) AS q ON \(Self.equal(keeper, "q.k", "e.c")) \
        WHERE \(Self.equal(dataset, "e.p", "s.k")) AND q.state <> 'e')
        """)
    try db.execute(
      sql: """
        UPDATE \(dataset.selected) AS s SET state = 'd' WHERE state = 'r' AND EXISTS (SELECT 1 \
        FROM \(dataset.source) AS t WHERE \(dataset.isSame("t", as: "s")) \
        AND \(SQLiteOverwrite.isReduced(dataset, "t")))
        """)
  }

  /// Places of the same row under two prefixes.
  static func equal(_ dataset: SQLiteDataset, _ left: String, _ right: String) -> String {
    dataset.identityColumns.indices.map { "\(left)\($0) = \(right)\($0)" }.joined(separator: " AND ")
  }

  // MARK: What is hanging on the root records

  /// For each rule and day of kept rows the root records by which a follow-up finds them again.
  func keptRoots() throws -> [KeptRows] {
    for dataset in layout.datasets {
      let places = dataset.places().joined(separator: ", ")
      try db.execute(
        sql: """
          INSERT OR IGNORE INTO \(dataset.hanging) \
          SELECT \(places), rule, until, conditional FROM \(dataset.selected) WHERE state = 'k'
          """)
    }
    var added = true
    while added {
      added = false
      for (child, parent) in layout.belongings.reversed() {
        try db.execute(
          sql: """
            INSERT OR IGNORE INTO \(parent.hanging) \
            SELECT \(parent.places("e.p").joined(separator: ", ")), h.rule, h.until, h.conditional FROM \(child.hanging) AS h \
            JOIN \(child.edges(to: parent)) AS e ON \(Self.equal(child, "e.c", "h.k"))
            """)
        added = db.changesCount > 0 || added
      }
    }
    return try collectKeptRoots()
  }

  private func collectKeptRoots() throws -> [KeptRows] {
    var roots: [KeptCount: [RootRecord]] = [:]
    for dataset in layout.datasets {
      let sql = """
        SELECT h.rule AS "expunge rule", h.until AS "expunge until", h.conditional AS "expunge open", \
        \(dataset.keyTexts("t").joined(separator: ", ")) \
        FROM \(dataset.hanging) AS h JOIN \(dataset.selected) AS s ON \(Self.equal(dataset, "s.k", "h.k")) \
        JOIN \(dataset.source) AS t ON \(dataset.isSame("t", as: "s")) WHERE s.root = 1
        """
      for row in try Row.fetchAll(db, sql: sql) {
        guard let until = CivilDate(row[1] as String) else { continue }
        let root = RootRecord(dataset: dataset.name, key: Self.key(dataset, row, from: 3))
        let group = KeptCount(rule: row[0], until: until, count: 0, conditional: row[2] as Int == 1)
        roots[group, default: []].append(root)
      }
    }
    return roots.map { KeptRows(rule: $0.rule, until: $0.until, roots: $1.sorted(), conditional: $0.conditional) }
      .sorted { ($0.until, $0.rule, $0.isConditional ? 1 : 0) < ($1.until, $1.rule, $1.isConditional ? 1 : 0) }
  }

  static func key(_ dataset: SQLiteDataset, _ row: Row, from start: Int) -> [RootRecord.KeyPart] {
    dataset.table.key.enumerated().map { place, column in
      RootRecord.KeyPart(column: column, value: row[start + place] as String? ?? "")
    }
  }
}
