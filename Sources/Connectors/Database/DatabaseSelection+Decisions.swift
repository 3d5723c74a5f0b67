import ConnectorKit
import ErasureDomain

extension DatabaseSelection {
  /// Decides on each listed row what happens to it.
  mutating func decide() throws {
    for dataset in layout.treatmentOrder where !isDirect(dataset) {
      switch dataset.record.treatment {
      case .delete, .call: break
      case .retain(let retention): try retain(dataset, retention)
      case .retainWith(let parent, _, _): retain(dataset, with: parent)
      case .reduce(_, let keeper): reduce(dataset, whileKept: keeper)
      case .anonymise:
        for index in sets[dataset.number].indices {
          sets[dataset.number].change(index) { row in
            guard row.state != .shared else { return }
            row.state = row.isReduced ? .reduced : .anonymise
          }
        }
      }
    }
  }

  private mutating func retain(_ dataset: DatabaseDataset, _ retention: Retention) throws {
    let (rule, start) = (retention.rule, retention.start)
    guard let column = dataset.table.column(start), let period = context.retention[rule] else { return }
    let overwrites = minimises && dataset.keepColumns != nil
    let review = reviewDay(rule)
    let today = context.clock.today
    let text = dialect.startText(dataset.column("t", start), column)
    let indices = sets[dataset.number].indices
    for part in stride(from: 0, to: indices.count, by: dialect.listLimit) {
      let chunk = Array(indices[part..<min(part + dialect.listLimit, indices.count)])
      let places = chunk.map { sets[dataset.number].rows[$0].place }
      let found = try session.rows("SELECT s.n, \(text) FROM \(at(places, of: dataset, as: "t"))")
      var days: [String: CivilDate?] = [:]
      for cells in found {
        guard let number = cells[0].flatMap({ Int($0) }) else { continue }
        let start = cells[1].flatMap { text -> CivilDate? in
          if let known = days[text] { return known }
          let day = dialect.day(of: text, clock: context.clock)
          days[text] = day
          return day
        }
        // No start event yet: kept, and looked at again on the day of review.
        let isConditional = cells[1] == nil
        let until = isConditional ? review : start.map { period.firstDayDue(startEvent: $0) }
        sets[dataset.number].change(chunk[number - 1]) { row in
          guard row.state != .shared else { return }
          row.rule = rule
          row.until = until
          row.isConditional = isConditional
          row.state = isConditional ? .keep : until.map { $0 <= today ? .erase : .keep } ?? .undated
          row.isMinimised = overwrites && !row.isReduced
        }
      }
    }
  }

  /// As long as the row it belongs to; of several the one that stays longest.
  private mutating func retain(_ dataset: DatabaseDataset, with name: String) {
    guard let parent = layout.dataset(name) else { return }
    let overwrites = minimises && dataset.keepColumns != nil
    for index in sets[dataset.number].indices {
      let parents = (sets[dataset.number].rows[index].parents[parent.number] ?? []).map { sets[parent.number].rows[$0] }
      let longest = parents.max { Self.stays($0) < Self.stays($1) }
      guard let longest, sets[dataset.number].rows[index].state != .shared else { continue }
      sets[dataset.number].change(index) { row in
        row.state = longest.state
        row.rule = longest.rule
        row.until = longest.until
        row.isConditional = longest.isConditional
        row.isMinimised = overwrites && !row.isReduced
      }
    }
  }

  /// How long a row stays, for comparing.
  private static func stays(_ row: SelectedRows.Row) -> (Int, CivilDate, String) {
    let rank = row.state == .undated ? 3 : row.state == .keep ? (row.isConditional ? 2 : 1) : 0
    return (rank, row.until ?? CivilDate(daysSince1970: 0), row.rule ?? "")
  }

  private mutating func reduce(_ dataset: DatabaseDataset, whileKept name: String) {
    guard let keeper = layout.dataset(name) else { return }
    var needed: Set<Int> = []
    for index in sets[keeper.number].indices where sets[keeper.number].rows[index].state != .erase {
      needed.formUnion(sets[keeper.number].rows[index].parents[dataset.number] ?? [])
    }
    for index in needed where !sets[dataset.number].rows[index].isDropped {
      sets[dataset.number].change(index) { row in
        guard row.state != .shared else { return }
        row.state = row.isReduced ? .reduced : .reduce
      }
    }
  }

  // MARK: Rows that other people's records use too

  /// A row that also belongs to a record which is not selected stays, and what hangs on it alone stays with it.
  mutating func keepShared() throws {
    for child in layout.parentsFirst where !isDirect(child) {
      for belonging in child.record.belongsTo {
        guard let parent = layout.dataset(belonging.dataset), parent.number != child.number else { continue }
        try keepShared(child, belonging, parent)
      }
      keepBelow(child)
    }
  }

  private mutating func keepShared(
    _ child: DatabaseDataset, _ belonging: Belonging, _ parent: DatabaseDataset
  ) throws {
    guard !isDirect(parent) else { return }
    // The only row it points to is the one that led to it.
    let isOnly = child.record.belongsTo.count(where: { $0.dataset == parent.name }) == 1
    guard !isOnly || !parent.table.isUnique(belonging.columns.map(\.parent)) else { return }
    let set = sets[child.number]
    let rows = set.indices.filter { !set.rows[$0].isRoot && set.rows[$0].parents[parent.number] != nil }
    let identity = dialect.identityTexts(parent.table, "p").joined(separator: ", ")
    for start in stride(from: 0, to: rows.count, by: dialect.listLimit) {
      let part = Array(rows[start..<min(start + dialect.listLimit, rows.count)])
      let from = linked(belonging, child, parent, from: part, of: set, isChild: true, as: "p")
      for cells in try session.rows("SELECT s.n, \(identity) FROM \(from)")
      where !sets[parent.number].contains(cells.dropFirst().compactMap { $0 }) {
        guard let number = cells[0].flatMap({ Int($0) }) else { continue }
        sets[child.number].change(part[number - 1]) { $0.state = .shared }
      }
    }
  }

  /// Rows that were reached only over a shared row are not the person's alone either.
  private mutating func keepBelow(_ child: DatabaseDataset) {
    for index in sets[child.number].indices {
      let row = sets[child.number].rows[index]
      guard !row.isRoot, !row.parents.isEmpty, row.state != .shared else { continue }
      let isOnlyShared = row.parents.allSatisfy { number, parents in
        parents.allSatisfy { sets[number].rows[$0].state == .shared }
      }
      if isOnlyShared { sets[child.number].change(index) { $0.state = .shared } }
    }
  }

  // MARK: What is hanging on the root records

  /// For each rule and day of kept rows the root records by which a follow-up finds them again.
  func keptRoots() -> [KeptRows] {
    var found: [KeptCount: Set<RootRecord>] = [:]
    for dataset in layout.datasets where !isDirect(dataset) {
      for index in sets[dataset.number].indices {
        let row = sets[dataset.number].rows[index]
        guard let date = row.keptGroup else { continue }
        for root in roots(above: dataset, index) { found[date, default: []].insert(root) }
      }
    }
    return found.map {
      KeptRows(rule: $0.rule, until: $0.until, roots: $1.sorted(), conditional: $0.conditional)
    }
    .sorted { ($0.until, $0.rule) < ($1.until, $1.rule) }
  }

  private func roots(above dataset: DatabaseDataset, _ index: Int) -> Set<RootRecord> {
    var seen: Set<[Int]> = []
    var open = [[dataset.number, index]]
    var roots: Set<RootRecord> = []
    while let next = open.popLast() {
      guard seen.insert(next).inserted, let owner = layout.datasets.first(where: { $0.number == next[0] }) else {
        continue
      }
      let row = sets[next[0]].rows[next[1]]
      if row.isRoot { roots.insert(root(owner, next[1])) }
      for (number, parents) in row.parents { open += parents.map { [number, $0] } }
    }
    return roots
  }
}
