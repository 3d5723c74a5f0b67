import ErasureDomain

extension DatabaseSelection {
  /// Why the rows cannot be treated as the register says; looked for before anything is touched.
  func obstacles() throws -> [Obstacle] {
    var found: [Obstacle] = []
    func add(_ code: String, _ message: String) {
      let obstacle = Obstacle(code: FailureCode(code), message: message)
      if !found.contains(obstacle) { found.append(obstacle) }
    }
    for dataset in layout.datasets {
      rootObstacles(dataset, add)
      startObstacle(dataset, add)
      orphanedRows(dataset, add)
      doubleRows(dataset, add)
      try references(to: dataset, add)
      try triggers(on: dataset, add)
      try checkRules(of: dataset, add)
      try checkGroups(of: dataset, add)
      try residue(of: dataset, add)
    }
    return found
  }

  typealias Add = (_ code: String, _ message: String) -> Void

  private func rootObstacles(_ dataset: DatabaseDataset, _ add: Add) {
    let roots = sets[dataset.number].indices.filter { sets[dataset.number].rows[$0].isRoot }
    if roots.count > Self.maximumRoots {
      add(
        "too-many-records",
        "dataset \"\(dataset.name)\": more than \(Self.maximumRoots) records are found for one person; correct find")
    }
    if roots.contains(where: { sets[dataset.number].values($0, dataset.table.key) == nil }) {
      add(
        "key-null",
        "dataset \"\(dataset.name)\": records have no value in the key of \"\(dataset.table.name)\", so an approval "
          + "cannot name them; correct the data first")
    }
  }

  private func startObstacle(_ dataset: DatabaseDataset, _ add: Add) {
    guard let start = dataset.retention?.start else { return }
    let unreadable = sets[dataset.number].count { $0.state == .undated }
    if unreadable > 0 {
      add(
        "start-unreadable",
        "dataset \"\(dataset.name)\": \(unreadable) row(s) have no readable date in \"\(start)\", so no one can say "
          + "until when they are kept; correct the data, or name another start")
    }
  }

  /// Rows that stay, and by which nobody would find them when their day comes.
  private func orphanedRows(_ child: DatabaseDataset, _ add: Add) {
    let set = sets[child.number]
    var counts: [Int: Int] = [:]
    for index in set.indices {
      let row = set.rows[index]
      guard !row.isRoot, [.keep, .reduce, .reduced, .anonymise].contains(row.state) else { continue }
      let parents = row.parents.flatMap { number, indices in indices.map { (number, sets[number].rows[$0].state) } }
      guard !parents.isEmpty, parents.allSatisfy({ $0.1 == .erase }) else { continue }
      for number in Set(parents.map { $0.0 }) { counts[number, default: 0] += 1 }
    }
    for parent in layout.datasets {
      if let count = counts[parent.number] { add("kept-row-needs-parent", Self.needsParent(child, parent, count)) }
    }
  }

  /// Rows that two datasets on one table both find.
  private func doubleRows(_ dataset: DatabaseDataset, _ add: Add) {
    for other in layout.datasets(on: dataset.table.name) where other.number > dataset.number {
      let count = sets[dataset.number].count { sets[other.number].contains($0.place) }
      guard count > 0 else { continue }
      add(
        "row-in-two-datasets",
        "\(count) row(s) of \"\(dataset.table.name)\" are found by both \"\(dataset.name)\" and \"\(other.name)\", so "
          + "nobody can say which treatment they get; make one dataset of them")
    }
  }

  private static func needsParent(_ child: DatabaseDataset, _ parent: DatabaseDataset, _ count: Int) -> String {
    let key = parent.table.key.joined(separator: ", ")
    return "dataset \"\(child.name)\" keeps \(count) row(s) of which the \"\(parent.name)\" record would go; give "
      + "\"\(parent.name)\" erase: {keep-columns: [\(key)], while-kept: \(child.name)}"
  }

  // MARK: References

  /// Rows elsewhere that reference rows which go; and where no dataset knows them, rows that were found at all: nobody
  /// has asked about what hangs on a row that stays.
  private func references(to parent: DatabaseDataset, _ add: Add) throws {
    let keys = layout.catalogue.references(to: parent.table)
    guard !keys.isEmpty else { return }
    let unregistered = keys.filter { layout.datasets(on: $0.table).isEmpty }
    let others = keys.filter { key in !layout.datasets(on: key.table).isEmpty && !isTakenAlong(key, parent) }
    guard !unregistered.isEmpty || !others.isEmpty else { return }
    let isLeaving = try isLeaving(parent)
    // A follow-up leaves rows for later days as they are, and was approved with what the register said.
    guard isLeaving || (minimises && isFound(parent)) else { return }
    var named: Set<String> = []
    for key in unregistered where named.insert(key.table).inserted {
      let own = unregistered.filter { $0.table == key.table }
      let silent = isLeaving ? try own.compactMap { try silentChange($0, parent) }.joined(separator: ", ") : ""
      add("unregistered-reference", Self.unregistered(own, parent, silent.isEmpty ? "" : " (\(silent))"))
    }
    for key in others where isLeaving { try staying(key, parent, add) }
  }

  /// Whether rows of a listed dataset are the person's, whatever happens to them.
  private func isFound(_ dataset: DatabaseDataset) -> Bool {
    !isDirect(dataset) && sets[dataset.number].count { $0.state != .shared } > 0
  }

  /// A table without a dataset that points to rows of one by these keys, and the lines that would settle it.
  private static func unregistered(
    _ keys: [DatabaseCatalogue.ForeignKey], _ parent: DatabaseDataset, _ silent: String
  ) -> String {
    let table = keys[0].table
    return "table \"\(table)\" references table \"\(parent.table.name)\" (dataset \"\(parent.name)\")\(silent) and "
      + "has no dataset; add to datasets: \(DatabaseName.dataset(for: table)): {table: \(table), "
      + "belongs-to: \(belonging(to: parent, keys.map(pairs))), erase: delete}"
  }

  /// How many rows of a table without a dataset the database itself would delete or change when rows go.
  private func silentChange(_ key: DatabaseCatalogue.ForeignKey, _ parent: DatabaseDataset) throws -> String? {
    guard key.onDelete != .refuse, let child = layout.catalogue.table(key.table), !key.pairs.isEmpty else { return nil }
    let pairs = key.pairs.map { "\(parent.column("p", $0.parent)) = c.\(DatabaseName.quoted($0.child))" }
    let counting: SQL = """
      SELECT count(*) FROM \(parent.table.source) AS p \(dialect.join) \(child.source) AS c \
      ON \(pairs.joined(separator: " AND ")) WHERE \(leaving(parent, "p"))
      """
    let count: String
    do {
      count = String(try session.attempt { try session.number(counting) })
    } catch let error where dialect.isUnreadable(error) {
      // Who looks has no right there: nothing asks for it but this count.
      count = "nobody here may see how many"
    }
    return
      "ON DELETE \(key.onDelete.rawValue) \(key.onDelete == .cascade ? "deletes" : "changes") \(count) row(s) of it"
  }

  private static func pairs(_ key: DatabaseCatalogue.ForeignKey) -> String {
    "{" + key.pairs.map { "\($0.child): \($0.parent)" }.joined(separator: ", ") + "}"
  }

  /// As the register writes it: a list where rows point to one dataset by several keys.
  private static func belonging(to parent: DatabaseDataset, _ links: [String]) -> String {
    var seen: Set<String> = []
    let links = links.filter { seen.insert($0).inserted }
    return "{\(parent.name): \(links.count == 1 ? links[0] : "[" + links.joined(separator: ", ") + "]")}"
  }

  /// Every row that holds this reference goes with the row it points to.
  private func isTakenAlong(_ key: DatabaseCatalogue.ForeignKey, _ parent: DatabaseDataset) -> Bool {
    let children = layout.datasets(on: key.table)
    guard children.count == 1, let child = children.first, isDirect(child),
      let (belonging, owner) = layout.directParent(child), owner.number == parent.number
    else { return false }
    let pairs = Set(belonging.columns.map { "\($0.child)\u{0}\($0.parent)" })
    return pairs == Set(key.pairs.map { "\($0.child)\u{0}\($0.parent)" })
  }

  /// Rows of registered tables that stay and reference rows that go.
  private func staying(_ key: DatabaseCatalogue.ForeignKey, _ parent: DatabaseDataset, _ add: Add) throws {
    let count = try stayingCount(key, parent)
    guard count > 0, let child = layout.datasets(on: key.table).first else { return }
    // The database itself takes the reference out of rows that stay: the plan says so.
    if key.onDelete == .setNull || key.onDelete == .setDefault { return }
    let links = child.record.belongsTo.filter { $0.dataset == parent.name }
    let wanted = Set(key.pairs.map { DatabaseName.folded("\($0.child)\u{0}\($0.parent)") })
    let isFollowed = links.contains { link in
      Set(link.columns.map { DatabaseName.folded("\($0.child)\u{0}\($0.parent)") }) == wanted
    }
    if isFollowed, child.isRetained {
      add("kept-row-needs-parent", Self.needsParent(child, parent, count))
    } else {
      let written = links.map { "{" + $0.columns.map { "\($0.child): \($0.parent)" }.joined(separator: ", ") + "}" }
      let silent = key.onDelete == .cascade ? ", and ON DELETE CASCADE would delete them" : ""
      let remedy =
        isFollowed
        ? "let the key set it to NULL (ON DELETE SET NULL), or leave those records out"
        : "\(links.isEmpty ? "add" : "write") belongs-to: \(Self.belonging(to: parent, written + [Self.pairs(key)])) "
          + "\(links.isEmpty ? "to" : "for") it, or leave those records out"
      add(
        "reference-stays",
        "dataset \"\(child.name)\": \(count) row(s) that stay reference rows of \"\(parent.name)\" that go\(silent); "
          + remedy)
    }
  }

  func stayingCount(_ key: DatabaseCatalogue.ForeignKey, _ parent: DatabaseDataset) throws -> Int {
    let children = layout.datasets(on: key.table)
    guard let child = children.first, !key.pairs.isEmpty else { return 0 }
    let going = layout.datasets(on: key.parent).map { leaving($0, "p") }
    // A reduced row whose reference is overwritten no longer references anything.
    let gone = children.map { dataset in
      let keep = Set((dataset.keepColumns ?? []).map(DatabaseName.folded))
      let keeps = key.pairs.allSatisfy { keep.contains(DatabaseName.folded($0.child)) }
      return leaving(dataset, "c", reduced: dataset.keepColumns != nil && !keeps)
    }
    let pairs = key.pairs.map { "\(parent.column("p", $0.parent)) = \(child.column("c", $0.child))" }
    // Not NOT: a row that belongs by an empty column gives NULL, and it stays.
    return try session.number(
      """
      SELECT count(*) FROM \(parent.table.source) AS p \(dialect.join) \(child.table.source) AS c \
      ON \(pairs.joined(separator: " AND ")) \
      WHERE (\(SQL.joined(going, by: " OR "))) AND (\(SQL.joined(gone, by: " OR "))) IS NOT TRUE
      """)
  }

  // MARK: Triggers and rules of tables

  /// Triggers that write what is erased somewhere else, now or when it came in.
  private func triggers(on dataset: DatabaseDataset, _ add: Add) throws {
    let triggers = layout.catalogue.triggers.filter { $0.table == dataset.table.name }
    guard !triggers.isEmpty, try isTouched(dataset) else { return }
    for trigger in triggers {
      for written in trigger.writes.sorted() {
        guard let table = layout.catalogue.table(written), layout.datasets(on: table.name).isEmpty else { continue }
        add(
          "trigger-copies",
          "trigger \"\(trigger.name)\" on \"\(dataset.table.name)\" (dataset \"\(dataset.name)\") writes table "
            + "\"\(table.name)\", which has no dataset; add one for it, or take the trigger away")
      }
    }
  }

  func isTouched(_ dataset: DatabaseDataset) throws -> Bool {
    if !isDirect(dataset), sets[dataset.number].count(where: \.isOverwritten) > 0 { return true }
    return try isLeaving(dataset)
  }

  /// Rules of the table that the values of reduced rows would break.
  private func checkRules(of dataset: DatabaseDataset, _ add: Add) throws {
    let reduced = places(dataset, where: \.isOverwritten)
    guard !reduced.isEmpty else { return }
    if try dialect.refusesOverwrites(of: dataset, in: self) {
      add(
        "overwrite-refused",
        "dataset \"\(dataset.name)\": a rule of table \"\(dataset.table.name)\" (CHECK, UNIQUE or a type) refuses the "
          + "values that overwritten rows get; add the columns of that rule to keep-columns")
    }
    try checkDomains(of: dataset, add)
    guard !dataset.table.checks.isEmpty else { return }
    let overwrites = Dictionary(
      DatabaseOverwrite.all(of: dataset, dialect).map { ($0.column.name, $0) }, uniquingKeysWith: { first, _ in first })
    let columns = dataset.table.columns.map { column in
      let value = overwrites[column.name].map { "CAST(\($0.value) AS \(column.type))" }
      return "\(value ?? dataset.column("t", column.name)) AS \(DatabaseName.quoted(column.name))"
    }
    for check in dataset.table.checks where check.columns.contains(where: { overwrites[$0] != nil }) {
      let refused = try session.number(
        """
        SELECT count(*) FROM (SELECT \(columns.joined(separator: ", ")) FROM \(dataset.table.source) AS t \
        WHERE \(listed(dataset, "t", reduced))) AS image WHERE NOT (\(check.expression))
        """)
      if refused > 0 {
        add(
          "overwrite-refused",
          "dataset \"\(dataset.name)\": a rule (CHECK) of table \"\(dataset.table.name)\" over "
            + "\(DatabaseName.list(check.columns)) refuses the values that reduced rows get; add these columns to "
            + "keep-columns")
      }
    }
  }

  private func checkDomains(of dataset: DatabaseDataset, _ add: Add) throws {
    for overwrite in DatabaseOverwrite.all(of: dataset, dialect) {
      guard let domain = overwrite.column.domain else { continue }
      do {
        _ = try session.attempt { try session.rows("SELECT CAST(\(overwrite.value) AS \(domain)) IS NULL") }
      } catch let error where dialect.isRefused(error) {
        add(
          "overwrite-refused",
          "dataset \"\(dataset.name)\": a rule (CHECK) of type \(domain) refuses the value that "
            + "\"\(overwrite.column.name)\" of reduced rows gets; add this column to keep-columns")
      }
    }
  }

  /// Values that stay in anonymised rows must be those of enough others; the person's rows count as one.
  private func checkGroups(of dataset: DatabaseDataset, _ add: Add) throws {
    guard let anonymisation = dataset.anonymisation else { return }
    let rows = places(dataset) { $0.state == .anonymise }
    let key = Set(dataset.table.key)
    let names = anonymisation.keepColumns.compactMap { dataset.table.column($0)?.name }.filter { !key.contains($0) }
    guard !rows.isEmpty, !names.isEmpty else { return }
    let same = names.map { "(\(dataset.column("u", $0)) IS NOT DISTINCT FROM \(dataset.column("t", $0)))" }
      .joined(separator: " AND ")
    let small = try session.number(
      """
      SELECT count(*) FROM \(dataset.table.source) AS t WHERE \(listed(dataset, "t", rows)) AND (SELECT count(*) \
      FROM \(dataset.table.source) AS u WHERE \(same) AND NOT (\(listed(dataset, "u", rows)))) + 1 \
      < \(anonymisation.groupSize)
      """)
    if small > 0 {
      add(
        "group-too-small",
        "dataset \"\(dataset.name)\": \(small) row(s) would keep values of \(DatabaseName.list(names)) that fewer than "
          + "\(anonymisation.groupSize) people share, so they would not be anonymous; keep fewer columns, or write erase: "
          + "delete")
    }
  }
}
