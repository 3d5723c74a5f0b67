import ErasureDomain

/// What the schema alone shows to be wrong with the register.
struct SQLiteLayoutChecks {
  let datasets: [SQLiteDataset]
  let catalogue: SQLiteCatalogue
  private(set) var obstacles: [Obstacle] = []

  init(datasets: [SQLiteDataset], catalogue: SQLiteCatalogue) {
    self.datasets = datasets
    self.catalogue = catalogue
  }

  mutating func run() {
    for dataset in datasets {
      columns(dataset)
      reduction(dataset)
    }
  }

  private mutating func add(_ code: String, _ message: String) {
    obstacles.append(Obstacle(code: FailureCode(code), message: message))
  }

  private mutating func columns(_ dataset: SQLiteDataset) {
    let record = dataset.record
    var named = record.find.map { ("find", $0.column) } + record.yields.map { ("yields", $0.column) }
    named += record.review.map { ("review", $0) }
    named += (dataset.keepColumns ?? []).map { ("keep-columns", $0) }
    if case .retain(let retention) = record.treatment { named.append(("retain start", retention.start)) }
    if let restriction = dataset.restriction { named.append(("restrict", restriction.column)) }
    for belonging in record.belongsTo {
      named += belonging.columns.map { ("belongs-to \(belonging.dataset)", $0.child) }
      guard let parent = datasets.first(where: { $0.name == belonging.dataset }) else { continue }
      for pair in belonging.columns where parent.table.column(pair.parent) == nil {
        let message =
          "dataset \"\(record.name)\": table \"\(parent.table.name)\" has no column \"\(pair.parent)\"; "
          + "correct belongs-to: {\(belonging.dataset): {..}}"
        add("missing-column", message)
      }
    }
    for (key, column) in named where dataset.table.column(column) == nil {
      let message =
        "dataset \"\(record.name)\": table \"\(dataset.table.name)\" has no column \"\(column)\"; correct its \(key)"
      add("missing-column", message)
    }
  }

  private mutating func reduction(_ dataset: SQLiteDataset) {
    if let restriction = dataset.restriction { restrictable(dataset, restriction) }
    guard let keep = dataset.keepColumns else { return }
    let kept = Set(keep.map(SQLiteName.folded))
    var needed: [String] = []
    switch dataset.record.treatment {
    case .anonymise: anonymous(dataset, kept)
    case .reduce(_, let keeper):
      needed = linkColumns(of: dataset).filter { !kept.contains(SQLiteName.folded($0)) }
      keyNotKept(dataset, needed) { "erase: {keep-columns: [\($0)], while-kept: \(keeper)}" }
    case .retain, .retainWith, .delete, .call:
      needed = linkColumns(of: dataset).filter { !kept.contains(SQLiteName.folded($0)) }
      keyNotKept(dataset, needed) { "retain: {.., keep-columns: [\($0)]}" }
    }
    let missing = Set(needed.map(SQLiteName.folded))
    for key in catalogue.foreignKeys where SQLiteName.folded(key.table) == SQLiteName.folded(dataset.table.name) {
      for pair in key.pairs {
        let name = SQLiteName.folded(pair.child)
        guard let column = dataset.table.column(pair.child), column.isNotNull, !kept.contains(name),
          !missing.contains(name)
        else { continue }
        let message =
          "dataset \"\(dataset.name)\": column \"\(pair.child)\" is NOT NULL and references \"\(key.parent)\", so it "
          + "cannot be overwritten; add it to keep-columns"
        add("column-cannot-be-overwritten", message)
      }
    }
  }

  private mutating func keyNotKept(_ dataset: SQLiteDataset, _ needed: [String], _ write: (String) -> String) {
    guard !needed.isEmpty else { return }
    let list = (needed + (dataset.keepColumns ?? [])).joined(separator: ", ")
    add(
      "key-not-kept",
      "dataset \"\(dataset.name)\": the rows that stay are found by \(quoted(needed)), which would be overwritten; "
        + "write \(write(list))")
  }

  /// By a key that stays, whoever knows it finds the row again.
  private mutating func anonymous(_ dataset: SQLiteDataset, _ kept: Set<String>) {
    let keys = dataset.table.primaryKey.filter { kept.contains(SQLiteName.folded($0)) }
    guard !keys.isEmpty else { return }
    add(
      "key-survives",
      "dataset \"\(dataset.name)\": anonymise would keep \(quoted(keys)), the key of \"\(dataset.table.name)\", by which "
        + "the person's row is found again; take it out of keep-columns")
  }

  /// The mark of a restriction must not be what the row is found by.
  private mutating func restrictable(_ dataset: SQLiteDataset, _ restriction: Restriction) {
    let column = SQLiteName.folded(restriction.column)
    guard linkColumns(of: dataset).contains(where: { SQLiteName.folded($0) == column }) else { return }
    add(
      "key-not-kept",
      "dataset \"\(dataset.name)\": restrict would overwrite \"\(restriction.column)\", by which rows are found; name "
        + "another column")
  }

  /// The columns by which a row that stays, and the rows on both sides of it, are found again.
  private func linkColumns(of dataset: SQLiteDataset) -> [String] {
    var columns = dataset.table.primaryKey
    columns += dataset.record.belongsTo.flatMap { $0.columns.map(\.child) }
    for other in datasets {
      for belonging in other.record.belongsTo where belonging.dataset == dataset.name {
        columns += belonging.columns.map(\.parent)
      }
    }
    for key in catalogue.foreignKeys where SQLiteName.folded(key.parent) == SQLiteName.folded(dataset.table.name) {
      columns += key.pairs.map(\.parent)
    }
    var seen: Set<String> = []
    return columns.filter { seen.insert(SQLiteName.folded($0)).inserted }
  }

  private func quoted(_ names: [String]) -> String { names.map { "\"\($0)\"" }.joined(separator: ", ") }
}
