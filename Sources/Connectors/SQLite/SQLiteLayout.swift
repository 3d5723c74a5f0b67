import ErasureDomain

/// The datasets of a system on the tables of its database.
struct SQLiteLayout: Sendable {
  let system: SystemRecord
  let catalogue: SQLiteCatalogue
  /// In the order of the register.
  let datasets: [SQLiteDataset]
  /// Parents before the rows that belong to them.
  let parentsFirst: [SQLiteDataset]
  /// In an order in which each treatment finds what it depends on decided.
  let treatmentOrder: [SQLiteDataset]
  /// What the schema alone shows; when there is any, nothing is searched.
  let obstacles: [Obstacle]

  init(of system: SystemRecord, on catalogue: SQLiteCatalogue) {
    self.system = system
    self.catalogue = catalogue
    var found: [SQLiteDataset] = []
    var obstacles: [Obstacle] = []
    if system.datasets.isEmpty { obstacles.append(.noDatasets(of: system.system)) }
    for (number, record) in system.datasets.enumerated() {
      guard let table = catalogue.table(record.table) else {
        let message = "dataset \"\(record.name)\": the database has no table \"\(record.table)\"; correct its table"
        obstacles.append(Obstacle(code: FailureCode("missing-table"), message: message))
        continue
      }
      guard table.kind == "table", !table.identity.isEmpty else {
        let message =
          "dataset \"\(record.name)\": \"\(record.table)\" is a \(table.kind) and no table of rows; "
          + "name the table its rows are stored in"
        obstacles.append(Obstacle(code: FailureCode("not-a-table"), message: message))
        continue
      }
      found.append(SQLiteDataset(number: number, record: record, table: table))
    }
    datasets = found
    parentsFirst = Self.sorted(found) { $0.record.belongsTo.map(\.dataset) }
    treatmentOrder = Self.sorted(found) { Self.decidedBefore($0) }
    var checks = SQLiteLayoutChecks(datasets: found, catalogue: catalogue)
    checks.run()
    self.obstacles = obstacles + checks.obstacles
  }

  func dataset(_ name: String) -> SQLiteDataset? { datasets.first { $0.name == name } }

  func datasets(on table: String) -> [SQLiteDataset] {
    let wanted = SQLiteName.folded(table)
    return datasets.filter { SQLiteName.folded($0.table.name) == wanted }
  }

  /// Pairs of datasets of which the first belongs to the second.
  var belongings: [(child: SQLiteDataset, parent: SQLiteDataset)] {
    parentsFirst.flatMap { child in
      var parents: [String] = []
      for belonging in child.record.belongsTo where !parents.contains(belonging.dataset) {
        parents.append(belonging.dataset)
      }
      return parents.compactMap { dataset($0) }.map { (child, $0) }
    }
  }

  func belongs(_ child: SQLiteDataset, to parent: SQLiteDataset) -> Bool {
    child.record.belongsTo.contains { $0.dataset == parent.name }
  }

  private static func decidedBefore(_ dataset: SQLiteDataset) -> [String] {
    switch dataset.record.treatment {
    case .delete, .retain, .anonymise, .call: []
    case .retainWith(let parent): [parent]
    case .reduce(_, let keeper): [keeper]
    }
  }

  /// Each after those it names, as far as there is no circle.
  static func sorted(_ datasets: [SQLiteDataset], after: (SQLiteDataset) -> [String]) -> [SQLiteDataset] {
    var sorted: [SQLiteDataset] = []
    var open: Set<String> = []
    func visit(_ dataset: SQLiteDataset) {
      guard !open.contains(dataset.name) else { return }
      open.insert(dataset.name)
      for name in after(dataset) {
        if let other = datasets.first(where: { $0.name == name }) { visit(other) }
      }
      sorted.append(dataset)
    }
    for dataset in datasets { visit(dataset) }
    return sorted
  }
}
