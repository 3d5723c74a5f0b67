import ErasureDomain

/// The datasets of a system on the tables of its database.
struct DatabaseLayout: Sendable {
  let system: SystemRecord
  let catalogue: DatabaseCatalogue
  let dialect: any DatabaseDialect
  /// In the order of the register.
  let datasets: [DatabaseDataset]
  /// Parents before the rows that belong to them.
  let parentsFirst: [DatabaseDataset]
  /// In an order in which each treatment finds what it depends on decided.
  let treatmentOrder: [DatabaseDataset]
  /// Datasets whose rows are never listed: all rows that point to a selected row of one parent go, so that one
  /// statement takes them.
  let direct: Set<Int>
  /// What the schema alone shows; when there is any, nothing is searched.
  let obstacles: [Obstacle]

  init(of system: SystemRecord, on catalogue: DatabaseCatalogue, dialect: any DatabaseDialect) {
    self.system = system
    self.catalogue = catalogue
    self.dialect = dialect
    var found: [DatabaseDataset] = []
    var obstacles: [Obstacle] = system.datasets.isEmpty ? [.noDatasets(of: system.system)] : []
    for (number, record) in system.datasets.enumerated() {
      guard let table = catalogue.table(record.table) else {
        let message =
          "dataset \"\(record.name)\": the database has no table \"\(record.table)\" that this user may see; correct "
          + "its table, or grant the right to see it"
        obstacles.append(Obstacle(code: FailureCode("missing-table"), message: message))
        continue
      }
      guard table.kind == .table else {
        let message =
          "dataset \"\(record.name)\": \"\(record.table)\" is a \(table.kind.rawValue) and no table of rows; "
          + "name the table its rows are stored in"
        obstacles.append(Obstacle(code: FailureCode("not-a-table"), message: message))
        continue
      }
      found.append(DatabaseDataset(number: number, record: record, table: table))
    }
    datasets = found
    parentsFirst = Self.sorted(found) { $0.record.belongsTo.map(\.dataset) }
    treatmentOrder = Self.sorted(found, after: Self.decidedBefore)
    var checks = DatabaseLayoutChecks(datasets: found, catalogue: catalogue, dialect: dialect)
    checks.run()
    self.obstacles = obstacles + checks.obstacles
    direct = self.obstacles.isEmpty ? Self.direct(found, parentsFirst) : []
  }

  func dataset(_ name: String) -> DatabaseDataset? { datasets.first { $0.name == name } }

  func datasets(on table: String) -> [DatabaseDataset] { datasets.filter { $0.table.name == table } }

  func isDirect(_ dataset: DatabaseDataset) -> Bool { direct.contains(dataset.number) }

  /// The one parent of a direct dataset.
  func directParent(_ dataset: DatabaseDataset) -> (belonging: Belonging, parent: DatabaseDataset)? {
    guard let belonging = dataset.record.belongsTo.first, let parent = self.dataset(belonging.dataset) else {
      return nil
    }
    return (belonging, parent)
  }

  /// The order in which rows may go: what references before what is referenced, direct rows before their parents.
  ///
  /// A circle is cut where the reference can be taken out or checked later, never where it must hold at once.
  var deletionOrder: [DatabaseDataset] {
    var left = Array(datasets.reversed())
    var order: [DatabaseDataset] = []
    let before = datasets.map { parent in
      [true, false].map { firmly in
        Set(datasets.filter { $0.number != parent.number && goes($0, before: parent, firmly: firmly) }.map(\.number))
      }
    }
    let numbers = Dictionary(datasets.enumerated().map { ($1.number, $0) }, uniquingKeysWith: { first, _ in first })
    while !left.isEmpty {
      let open = Set(left.map(\.number))
      let waits = left.map { dataset -> (Int, Int) in
        let names = before[numbers[dataset.number] ?? 0]
        return (names[0].intersection(open).count, names[1].intersection(open).count)
      }
      let next = waits.indices.min { waits[$0] < waits[$1] } ?? 0
      order.append(left.remove(at: next))
    }
    return order
  }

  /// Whether rows of one dataset reference those of another, and so go first; `firmly` where there is no other way.
  private func goes(_ child: DatabaseDataset, before parent: DatabaseDataset, firmly: Bool) -> Bool {
    if isDirect(child), directParent(child)?.parent.number == parent.number, !firmly || isDirect(parent) { return true }
    return catalogue.foreignKeys.contains { key in
      guard key.table == child.table.name, key.parent == parent.table.name else { return false }
      return !firmly || (!key.isDeferrable && key.pairs.allSatisfy { child.table.column($0.child)?.isNotNull == true })
    }
  }

  private static func decidedBefore(_ dataset: DatabaseDataset) -> [String] {
    switch dataset.record.treatment {
    case .delete, .retain, .anonymise, .call: []
    case .retainWith(let parent, _, _): [parent]
    case .reduce(_, let keeper): [keeper]
    }
  }

  private static func direct(_ datasets: [DatabaseDataset], _ parentsFirst: [DatabaseDataset]) -> Set<Int> {
    var direct: Set<Int> = []
    for dataset in parentsFirst.reversed() {
      guard case .delete = dataset.record.treatment, !dataset.record.isRoot, dataset.record.yields.isEmpty,
        dataset.record.belongsTo.count == 1, let belonging = dataset.record.belongsTo.first,
        let parent = datasets.first(where: { $0.name == belonging.dataset }), parent.number != dataset.number,
        parent.table.isUnique(belonging.columns.map(\.parent)),
        datasets.count(where: { $0.table.name == dataset.table.name }) == 1
      else { continue }
      let children = datasets.filter { $0.record.belongsTo.contains { $0.dataset == dataset.name } }
      if children.allSatisfy({ direct.contains($0.number) }) { direct.insert(dataset.number) }
    }
    return direct
  }

  /// Each after those it names, as far as there is no circle.
  static func sorted(
    _ datasets: [DatabaseDataset], after: (DatabaseDataset) -> [String]
  ) -> [DatabaseDataset] {
    var sorted: [DatabaseDataset] = []
    var open: Set<String> = []
    func visit(_ dataset: DatabaseDataset) {
      guard open.insert(dataset.name).inserted else { return }
      for name in after(dataset) {
        if let other = datasets.first(where: { $0.name == name }) { visit(other) }
      }
      sorted.append(dataset)
    }
    for dataset in datasets { visit(dataset) }
    return sorted
  }
}
