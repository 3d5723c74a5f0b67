import ErasureDomain
import GRDB

extension SQLiteSelection {
  /// Why the rows cannot be treated as the register says; looked for before anything is touched.
  func obstacles() throws -> [Obstacle] {
    var found: [Obstacle] = []
    func add(_ code: String, _ message: String) {
      let obstacle = Obstacle(code: FailureCode(code), message: message)
      if !found.contains(obstacle) { found.append(obstacle) }
    }
    for dataset in layout.datasets {
      try rootObstacles(dataset, add)
      try startObstacle(dataset, add)
      try sharedRows(dataset, add)
      try orphanedRows(dataset, add)
      try references(to: dataset, add)
      try triggers(on: dataset, add)
      try smallGroups(dataset, add)
      if try number(dataset, Self.isOverwritten) > 0, try !SQLiteOverwriteTrial(self, dataset).succeeds() {
        add(
          "overwrite-refused",
          "dataset \"\(dataset.name)\": a rule of table \"\(dataset.table.name)\" (CHECK, UNIQUE or a type) refuses "
            + "the values that overwritten rows get; add the columns of that rule to keep-columns")
      }
    }
    return found
  }

  private typealias Add = (_ code: String, _ message: String) -> Void

  private func rootObstacles(_ dataset: SQLiteDataset, _ add: Add) throws {
    if try number(dataset, "root = 1") > Self.maximumRoots {
      add(
        "too-many-records",
        "dataset \"\(dataset.name)\": more than \(Self.maximumRoots) records are found for one person; correct find")
    }
    let isNull = dataset.table.key.map { "\(dataset.column("t", $0)) IS NULL" }.joined(separator: " OR ")
    if try !roots(dataset, where: isNull).isEmpty {
      add(
        "key-null",
        "dataset \"\(dataset.name)\": records have no value in the primary key of \"\(dataset.table.name)\", so an "
          + "approval cannot name them; correct the data first")
    }
  }

  private func startObstacle(_ dataset: SQLiteDataset, _ add: Add) throws {
    guard case .retain(let retention) = dataset.record.treatment else { return }
    let start = retention.start
    let unreadable = try number(dataset, "state = 'u'")
    if unreadable > 0 {
      add(
        "start-unreadable",
        "dataset \"\(dataset.name)\": \(unreadable) row(s) have no readable date in \"\(start)\", so no one can say "
          + "until when they are kept; correct the data, or name another start")
    }
  }

  /// Rows that belong to another person's row of the same dataset as well.
  private func sharedRows(_ child: SQLiteDataset, _ add: Add) throws {
    for belonging in child.record.belongsTo {
      guard let parent = layout.dataset(belonging.dataset) else { continue }
      let sql = """
        SELECT count(*) FROM \(child.selected) AS s JOIN \(child.source) AS c ON \(child.isSame("c", as: "s")) \
        WHERE s.root = 0 AND EXISTS (SELECT 1 FROM \(child.edges(to: parent)) AS e \
        WHERE \(Self.equal(child, "e.c", "s.k"))) AND EXISTS (SELECT 1 FROM \(parent.source) AS p \
        WHERE \(Self.matches(child, belonging, parent)) AND NOT EXISTS (SELECT 1 FROM \(parent.selected) AS q \
        WHERE \(parent.isSame("p", as: "q"))))
        """
      let shared = try Int.fetchOne(db, sql: sql) ?? 0
      if shared > 0 {
        add(
          "shared-row",
          "dataset \"\(child.name)\": \(shared) row(s) belong to other records of \"\(parent.name)\" too; narrow "
            + "belongs-to: {\(parent.name): {..}} to the columns that name the owner of a row")
      }
    }
  }

  /// Rows that stay, and by which nobody would find them when their day comes.
  private func orphanedRows(_ child: SQLiteDataset, _ add: Add) throws {
    let parents = layout.belongings.filter { $0.child.name == child.name }.map(\.parent)
    guard !parents.isEmpty else { return }
    let edges = { (parent: SQLiteDataset, states: String) in
      """
      EXISTS (SELECT 1 FROM \(child.edges(to: parent)) AS e JOIN \(parent.selected) AS q \
      ON \(Self.equal(parent, "q.k", "e.p")) WHERE \(Self.equal(child, "e.c", "s.k")) AND q.state IN (\(states)))
      """
    }
    let stays = parents.map { edges($0, "'k', 'r', 'd', 'u'") }.joined(separator: " OR ")
    for parent in parents {
      let count = try number(
        child, "s.root = 0 AND s.state IN ('k', 'r', 'd') AND \(edges(parent, "'e', 'a', 'b'")) AND NOT (\(stays))")
      if count > 0 { add("kept-row-needs-parent", Self.needsParent(child, parent, count)) }
    }
  }

  private static func needsParent(_ child: SQLiteDataset, _ parent: SQLiteDataset, _ count: Int) -> String {
    let key = parent.table.key.joined(separator: ", ")
    return "dataset \"\(child.name)\" keeps \(count) row(s) of which the \"\(parent.name)\" record would go; give "
      + "\"\(parent.name)\" erase: {keep-columns: [\(key)], while-kept: \(child.name)}"
  }

  // MARK: References

  /// Rows elsewhere that reference rows which go.
  private func references(to parent: SQLiteDataset, _ add: Add) throws {
    guard try number(parent, "state IN ('e', 'a')") > 0 else { return }
    let keys = layout.catalogue.foreignKeys.filter {
      SQLiteName.folded($0.parent) == SQLiteName.folded(parent.table.name)
    }
    for key in keys {
      let children = layout.datasets(on: key.table)
      if children.isEmpty {
        let effect = key.onDelete.uppercased()
        let silent = ["CASCADE", "SET NULL", "SET DEFAULT"].contains(effect) ? " (ON DELETE \(effect) changes it)" : ""
        let pairs = key.pairs.map { "\($0.child): \($0.parent)" }.joined(separator: ", ")
        add(
          "unregistered-reference",
          "table \"\(key.table)\" references table \"\(parent.table.name)\" (dataset \"\(parent.name)\")\(silent) and "
            + "has no dataset; add to datasets: \(Self.datasetName(key.table)): {table: \(key.table), belongs-to: "
            + "{\(parent.name): {\(pairs)}}, erase: delete}")
      } else {
        try staying(key, children, parent, add)
      }
    }
  }

  /// Rows of registered tables that stay and reference rows that go.
  private func staying(
    _ key: SQLiteCatalogue.ForeignKey, _ children: [SQLiteDataset], _ parent: SQLiteDataset, _ add: Add
  ) throws {
    guard let child = children.first, !key.pairs.isEmpty else { return }
    let going = layout.datasets(on: key.parent).map { dataset in
      let keeps = Self.keeps(key.pairs.map(\.parent), dataset)
      return "(\(dataset.isSelected("p", states: keeps ? "'e'" : "'e', 'a'")))"
    }
    // An overwritten row whose reference is overwritten no longer references anything.
    let leaving = children.map { dataset in
      let keeps = Self.keeps(key.pairs.map(\.child), dataset)
      return "(\(dataset.isSelected("c", where: keeps ? "state = 'e'" : Self.isTouched)))"
    }
    let pairs = key.pairs.map { "\(parent.column("p", $0.parent)) = \(child.column("c", $0.child))" }
    let sql = """
      SELECT count(*) FROM \(parent.source) AS p CROSS JOIN \(child.source) AS c \
      ON \(pairs.joined(separator: " AND ")) \
      WHERE (\(going.joined(separator: " OR "))) AND (\(leaving.joined(separator: " OR "))) IS NOT TRUE
      """
    let count = try Int.fetchOne(db, sql: sql) ?? 0
    guard count > 0 else { return }
    if layout.belongs(child, to: parent), child.isRetained {
      add("kept-row-needs-parent", Self.needsParent(child, parent, count))
    } else {
      let columns = key.pairs.map { "\($0.child): \($0.parent)" }.joined(separator: ", ")
      add(
        "reference-stays",
        "dataset \"\(child.name)\": \(count) row(s) that stay reference rows of \"\(parent.name)\" that go; add "
          + "belongs-to: {\(parent.name): {\(columns)}} to it, or leave those records out")
    }
  }

  private static func keeps(_ columns: [String], _ dataset: SQLiteDataset) -> Bool {
    let keep = Set((dataset.keepColumns ?? dataset.table.columns.map(\.name)).map(SQLiteName.folded))
    return columns.allSatisfy { keep.contains(SQLiteName.folded($0)) }
  }

  private static func datasetName(_ table: String) -> String {
    let name = SQLiteName.folded(table).utf8.map { byte -> UInt8 in
      (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) ? byte : 45
    }
    return String(decoding: name.prefix(64), as: UTF8.self)
  }

  // MARK: Triggers

  /// Triggers that write what is erased somewhere else.
  private func triggers(on dataset: SQLiteDataset, _ add: Add) throws {
    let isTouched = try number(dataset, Self.isTouched) > 0
    guard isTouched else { return }
    for trigger in layout.catalogue.triggers
    where SQLiteName.folded(trigger.table) == SQLiteName.folded(dataset.table.name) {
      for written in SQLToken.tablesWritten(by: trigger.sql).sorted() {
        guard let table = layout.catalogue.table(written), layout.datasets(on: written).isEmpty,
          table.kind == "table"
        else { continue }
        add(
          "trigger-copies",
          "trigger \"\(trigger.name)\" on \"\(dataset.table.name)\" (dataset \"\(dataset.name)\") writes table "
            + "\"\(table.name)\", which has no dataset; add one for it, or take the trigger away")
      }
    }
  }
}
