import ErasureDomain

/// What the schema alone shows to be wrong with the register.
struct DatabaseLayoutChecks {
  let datasets: [DatabaseDataset]
  let catalogue: DatabaseCatalogue
  let dialect: any DatabaseDialect
  private(set) var obstacles: [Obstacle] = []

  init(datasets: [DatabaseDataset], catalogue: DatabaseCatalogue, dialect: any DatabaseDialect) {
    self.datasets = datasets
    self.catalogue = catalogue
    self.dialect = dialect
  }

  mutating func run() {
    for dataset in datasets {
      for note in catalogue.obstacles where note.table == dataset.table.name {
        add(note.code, "dataset \"\(dataset.name)\": \(note.words)")
      }
      columns(dataset)
      comparisons(dataset)
      key(dataset)
      reduction(dataset)
    }
  }

  private mutating func add(_ code: String, _ message: String) {
    obstacles.append(Obstacle(code: FailureCode(code), message: message))
  }

  private mutating func columns(_ dataset: DatabaseDataset) {
    let record = dataset.record
    var named = record.find.map { ("find", $0.column) } + record.yields.map { ("yields", $0.column) }
    named += record.review.map { ("review", $0) }
    named += record.takeAlong?.named.map { ($0.key, $0.column) } ?? []
    named += (dataset.keepColumns ?? []).map { ("keep-columns", $0) }
    if let retention = dataset.retention {
      named.append(("retain start", retention.start))
    }
    if let restrict = dataset.restrict { named.append(("restrict", restrict.column)) }
    for (key, mark) in [("restrict", record.restrict), ("opt-out", record.optOut)] {
      if let mark { named.append((key, mark.column)) }
    }
    for belonging in record.belongsTo {
      named += belonging.columns.map { ("belongs-to \(belonging.dataset)", $0.child) }
      guard let parent = datasets.first(where: { $0.name == belonging.dataset }) else { continue }
      for pair in belonging.columns where parent.table.column(pair.parent) == nil {
        add(
          "missing-column",
          "dataset \"\(record.name)\": table \"\(parent.table.name)\" has no column \"\(pair.parent)\"; "
            + "correct belongs-to: {\(belonging.dataset): {..}}")
      }
    }
    for (key, column) in named where dataset.table.column(column) == nil {
      add(
        "missing-column",
        "dataset \"\(record.name)\": table \"\(dataset.table.name)\" has no column \"\(column)\"; correct its \(key)")
    }
  }

  /// Columns that would never equal what they are compared with: "nothing found" there would be a lie.
  private mutating func comparisons(_ dataset: DatabaseDataset) {
    for find in dataset.record.find {
      guard let column = dataset.table.column(find.column), column.family == .document || column.family == .bytes
      else { continue }
      add(
        "column-not-comparable",
        "dataset \"\(dataset.name)\": column \"\(column.name)\" of type \(column.type) is no single value that can be "
          + "compared; name another column in find")
    }
    for belonging in dataset.record.belongsTo {
      guard let parent = datasets.first(where: { $0.name == belonging.dataset }) else { continue }
      for pair in belonging.columns {
        guard let child = dataset.table.column(pair.child), let other = parent.table.column(pair.parent),
          !dialect.compare(child, with: other)
        else { continue }
        add(
          "types-differ",
          "dataset \"\(dataset.name)\": column \"\(child.name)\" is of type \(child.type) and \"\(other.name)\" of "
            + "\"\(parent.table.name)\" of type \(other.type), which the database does not compare; correct belongs-to: "
            + "{\(parent.name): {\(pair.child): \(pair.parent)}}, or the type of one of them")
      }
    }
  }

  private mutating func key(_ dataset: DatabaseDataset) {
    let isCalled = if case .call = dataset.record.treatment { true } else { false }
    guard dataset.record.isRoot || isCalled, dataset.table.key.isEmpty else { return }
    add(
      "no-key",
      "dataset \"\(dataset.name)\": table \"\(dataset.table.name)\" has no primary key and no unique key without "
        + "NULL, so an approval cannot name its rows; add one to the table")
  }

  private mutating func reduction(_ dataset: DatabaseDataset) {
    guard let keep = dataset.keepColumns else { return }
    anonymity(dataset)
    restriction(dataset)
    let kept = Set(keep.map(DatabaseName.folded))
    let links = dataset.anonymisation == nil ? linkColumns(of: dataset) : []
    let needed = links.filter { !kept.contains(DatabaseName.folded($0)) }
    if !needed.isEmpty {
      add(
        "key-not-kept",
        "dataset \"\(dataset.name)\": the rows that stay are found by \(DatabaseName.list(needed)), which would be "
          + "overwritten; write keep-columns: [\((needed + keep).joined(separator: ", "))]")
    }
    let rest = dataset.table.columns.filter {
      !$0.isGenerated && !kept.contains(DatabaseName.folded($0.name)) && !needed.contains($0.name)
    }
    for column in rest where !dataset.table.takesNull(column) {
      let reference = catalogue.foreignKeys.first { key in
        key.table == dataset.table.name && key.pairs.contains { $0.child == column.name }
      }
      if let reference {
        add(
          "column-cannot-be-overwritten",
          "dataset \"\(dataset.name)\": column \"\(column.name)\" is NOT NULL and references \"\(reference.parent)\", "
            + "so it cannot be overwritten; add it to keep-columns")
      } else if dialect.overwrite(column, isUnique: dataset.table.isPartOfUniqueKey(column.name)) == nil {
        add(
          "column-cannot-be-overwritten",
          "dataset \"\(dataset.name)\": column \"\(column.name)\" is NOT NULL and of type \(column.type), which has no "
            + "value that says nothing; add it to keep-columns")
      }
    }
  }

  /// A document among the columns that stay may hold anybody.
  private mutating func anonymity(_ dataset: DatabaseDataset) {
    guard let anonymisation = dataset.anonymisation else { return }
    let keys = dataset.table.key.filter { key in
      anonymisation.keepColumns.contains { DatabaseName.folded($0) == DatabaseName.folded(key) }
    }
    if !keys.isEmpty {
      add(
        "key-survives",
        "dataset \"\(dataset.name)\": anonymise would keep \(DatabaseName.list(keys)), the key of "
          + "\"\(dataset.table.name)\", by which the person's row is found again; take it out of keep-columns")
    }
    for name in anonymisation.keepColumns {
      guard let column = dataset.table.column(name), column.family == .document || column.family == .bytes else {
        continue
      }
      add(
        "anonymity-not-given",
        "dataset \"\(dataset.name)\": column \"\(name)\" of type \(column.type) may hold anything of a person; take it "
          + "out of keep-columns, or write erase: delete")
    }
  }

  private mutating func restriction(_ dataset: DatabaseDataset) {
    guard let restrict = dataset.restrict else { return }
    let mark = DatabaseName.folded(restrict.column)
    if linkColumns(of: dataset).contains(where: { DatabaseName.folded($0) == mark }) {
      add(
        "key-not-kept",
        "dataset \"\(dataset.name)\": restrict would overwrite \"\(restrict.column)\", by which rows are found; name "
          + "another column")
    }
    let policies = dataset.table.policyColumns.map(DatabaseName.folded)
    guard let role = restrict.role, !policies.contains(mark) else { return }
    add(
      "restriction-not-enforced",
      "dataset \"\(dataset.name)\": only role \"\(role)\" may read restricted rows, and \"\(dataset.table.name)\" has no "
        + "row-level security with a policy about \"\(restrict.column)\" that sees to it; let its owner make one, or take "
        + "role out of restrict")
  }

  /// The columns by which a reduced row, and the rows on both sides of it, are found again.
  private func linkColumns(of dataset: DatabaseDataset) -> [String] {
    var columns = dataset.table.key
    columns += dataset.record.belongsTo.flatMap { $0.columns.map(\.child) }
    for other in datasets {
      for belonging in other.record.belongsTo where belonging.dataset == dataset.name {
        columns += belonging.columns.map(\.parent)
      }
    }
    columns += catalogue.references(to: dataset.table).flatMap { $0.pairs.map(\.parent) }
    var seen: Set<String> = []
    // What the database makes itself is not overwritten.
    return columns.filter { dataset.table.column($0)?.isGenerated != true }
      .filter { seen.insert(DatabaseName.folded($0)).inserted }
  }
}

extension DatabaseCatalogue.Table {
  func isPartOfUniqueKey(_ name: String) -> Bool {
    sometimesUnique.contains(name) || uniqueKeys.contains { $0.contains(name) }
  }

  /// Whether NULL is a value that any row may have.
  func takesNull(_ column: DatabaseCatalogue.Column) -> Bool {
    !column.isNotNull && !nullsNotDistinct.contains(column.name)
  }
}
