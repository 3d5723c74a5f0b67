import ConnectorKit
import ErasureDomain

/// The rows that a call is about, with what happens to each.
///
/// Rows are listed in memory by key; those of direct datasets are named by a condition and never listed.
struct DatabaseSelection {
  /// More root records than this do not belong to one person: the register finds too much.
  static let maximumRoots = 10_000
  /// The most rows that are listed; a person with more needs datasets that go as a whole.
  static let maximumRows = 500_000

  enum Purpose: Sendable {
    case look
    /// The rows found are locked until the transaction ends.
    case erase
  }

  let session: any DatabaseSession
  let layout: DatabaseLayout
  let context: ConnectorContext
  let purpose: Purpose
  /// What was searched with.
  let identifiers: [SubjectIdentifier]
  /// By the number of the dataset; empty for direct ones.
  var sets: [SelectedRows]
  var leftOut: [SelectedRows]
  /// Keys of approved records that are not there, by the number of their dataset.
  private(set) var gone: [[[String]]]
  /// Direct datasets of this call: fewer than the layout's when approved records are gone.
  private(set) var direct: Set<Int>
  /// Rows with the key of an approved record that hold other identifiers now: the key was given away, or the person's
  /// data have changed. They are not selected.
  private(set) var changedRoots = 0
  /// The day on which rows without a start event are looked at again, by rule.
  let reviewDay: @Sendable (String) -> CivilDate
  /// Whether rows that stay lose what their ground does not need: a follow-up changes no row that stays.
  let minimises: Bool

  var dialect: any DatabaseDialect { layout.dialect }

  /// Selects: by identifiers where there are any, by keys, and what belongs to these; then decides on each row.
  init(
    _ session: any DatabaseSession, _ layout: DatabaseLayout, _ context: ConnectorContext, for purpose: Purpose,
    identifiers: [SubjectIdentifier], keys: [RootRecord], leftOut excluded: [RootRecord],
    reviewDay: (@Sendable (String) -> CivilDate)? = nil, minimises: Bool = true
  ) throws {
    self.session = session
    self.layout = layout
    self.context = context
    self.purpose = purpose
    self.identifiers = identifiers
    let today = context.clock.today
    self.minimises = minimises
    self.reviewDay = reviewDay ?? { _ in RetentionRule.reviewDay(seenOn: today) }
    let empty = layout.datasets.map { SelectedRows(columns: Self.neededColumns(of: $0, in: layout)) }
    sets = empty
    leftOut = empty
    gone = empty.map { _ in [] }
    direct = layout.direct
    for dataset in layout.datasets {
      let roots = excluded.filter { $0.dataset == dataset.name }
      _ = try addRoots(roots, of: dataset, to: \.leftOut)
    }
    try reach(\.leftOut)
    for dataset in layout.datasets {
      gone[dataset.number] = try addRoots(keys.filter { $0.dataset == dataset.name }, of: dataset, to: \.sets)
      try addRoots(matching: identifiers, of: dataset)
      dropChangedRoots(identifiers, of: dataset)
    }
    try requireKnownDatasets(keys + excluded)
    if gone.contains(where: { !$0.isEmpty }) { direct = [] }
    try reach(\.sets)
    try keepShared()
    try decide()
  }

  /// A selection of one made-up row in every dataset, in a session that runs nothing: it shows the statements.
  init(
    rehearsing layout: DatabaseLayout, _ context: ConnectorContext, _ session: RehearsalSession, for purpose: Purpose,
    _ identifiers: [SubjectIdentifier]
  ) throws {
    try self.init(session, layout, context, for: purpose, identifiers: identifiers, keys: [], leftOut: [])
    for dataset in layout.datasets where !isDirect(dataset) {
      let columns = sets[dataset.number].columns.compactMap { dataset.table.column($0) }
      _ = sets[dataset.number].add(
        SelectedRows.Row(
          place: dialect.exampleIdentity(dataset.table), values: columns.map(dialect.example), isReduced: false,
          isRoot: dataset.record.isRoot, isMatched: true))
    }
    try reach(\.sets)
    try keepShared()
    try decide()
  }

  func isDirect(_ dataset: DatabaseDataset) -> Bool { direct.contains(dataset.number) }

  private func requireKnownDatasets(_ roots: [RootRecord]) throws {
    for root in roots {
      guard let dataset = layout.dataset(root.dataset), root.key.count == dataset.table.key.count else {
        throw ConnectorFailure.permanent(FailureCode("root-key-unreadable"))
      }
    }
  }

  /// Key, links on both sides and the columns a person is known by: what must be known of each row.
  private static func neededColumns(of dataset: DatabaseDataset, in layout: DatabaseLayout) -> [String] {
    var names = dataset.table.key + dataset.record.find.map(\.column) + dataset.record.yields.map(\.column)
    names += dataset.record.belongsTo.flatMap { $0.columns.map(\.child) }
    for other in layout.datasets {
      for belonging in other.record.belongsTo where belonging.dataset == dataset.name {
        names += belonging.columns.map(\.parent)
      }
    }
    var seen: Set<String> = []
    return names.compactMap { dataset.table.column($0)?.name }.filter { seen.insert($0).inserted }
  }

  // MARK: Reading rows

  private func fields(_ dataset: DatabaseDataset, _ alias: String) -> [String] {
    let columns = sets[dataset.number].columns.compactMap { name in
      dataset.table.column(name).map { dialect.text(dataset.column(alias, name), $0) }
    }
    let isReduced =
      dataset.keepColumns == nil
      ? "'f'" : "CASE WHEN \(DatabaseOverwrite.isReduced(dataset, alias, dialect)) THEN 't' ELSE 'f' END"
    return dialect.identityTexts(dataset.table, alias) + columns + [isReduced]
  }

  private func row(_ dataset: DatabaseDataset, _ cells: ArraySlice<String?>) -> SelectedRows.Row? {
    let cells = Array(cells)
    let width = dialect.identityTypes(dataset.table).count
    let place = cells.prefix(width).compactMap { $0 }
    guard place.count == width else { return nil }
    return SelectedRows.Row(
      place: place, values: Array(cells[width..<(cells.count - 1)]), isReduced: cells.last == "t")
  }

  private func requireRoom(_ dataset: DatabaseDataset) throws {
    guard sets[dataset.number].rows.count <= Self.maximumRows else { throw ConnectorFailure.settle("too-many-rows") }
  }

  /// Types of columns, for lists of their values.
  func types(_ dataset: DatabaseDataset, _ columns: [String]) -> [String] {
    columns.map { dataset.table.column($0)?.type ?? "text" }
  }

  func chunks(_ rows: [[String?]]) -> [[[String?]]] {
    stride(from: 0, to: rows.count, by: dialect.listLimit).map {
      Array(rows[$0..<min($0 + dialect.listLimit, rows.count)])
    }
  }

  // MARK: Root records

  /// Root records by key; the keys that no row has.
  private mutating func addRoots(
    _ roots: [RootRecord], of dataset: DatabaseDataset, to target: WritableKeyPath<Self, [SelectedRows]>
  ) throws -> [[String]] {
    guard !roots.isEmpty else { return [] }
    let key = dataset.table.key
    guard roots.allSatisfy({ $0.key.map(\.column) == key }) else {
      throw ConnectorFailure.permanent(FailureCode("root-key-unreadable"))
    }
    var missing: [[String]] = []
    for chunk in chunks(roots.map { $0.key.map { $0.value } }) {
      let found = try session.rows(
        """
        SELECT s.n, \(fields(dataset, "t").joined(separator: ", ")) \
        FROM \(holding(chunk, in: key, of: dataset, types: types(dataset, key), as: "t"))\(lock("t"))
        """)
      var seen: Set<Int> = []
      for cells in found {
        guard let number = cells[0].flatMap({ Int($0) }), let row = row(dataset, cells.dropFirst()) else { continue }
        seen.insert(number)
        let index = self[keyPath: target][dataset.number].add(row).index
        self[keyPath: target][dataset.number].change(index) { $0.isRoot = true }
      }
      for (place, values) in chunk.enumerated() where !seen.contains(place + 1) {
        missing.append(values.compactMap { $0 })
      }
    }
    return missing
  }

  private func lock(_ alias: String) -> String { purpose == .erase ? " \(dialect.forUpdate)" : "" }

  private mutating func addRoots(matching identifiers: [SubjectIdentifier], of dataset: DatabaseDataset) throws {
    guard let condition = DatabaseMatch(identifiers, in: dataset, alias: "t", dialect).roots else { return }
    let found = try session.rows(
      """
      SELECT \(fields(dataset, "t").joined(separator: ", ")) FROM \(dataset.table.source) AS t \
      WHERE \(condition) LIMIT \(Self.maximumRoots + 1)\(lock("t"))
      """)
    for cells in found {
      guard let row = row(dataset, cells[...]), !leftOut[dataset.number].contains(row.place) else { continue }
      let index = sets[dataset.number].add(row).index
      sets[dataset.number].change(index) {
        $0.isRoot = true
        $0.isMatched = true
      }
    }
  }

  private mutating func dropChangedRoots(_ identifiers: [SubjectIdentifier], of dataset: DatabaseDataset) {
    let kinds = DatabaseMatch(identifiers, in: dataset, alias: "t", dialect).kinds
    let columns = dataset.record.find.filter { kinds.contains($0.kind) }.compactMap {
      dataset.table.column($0.column)?.name
    }
    for index in sets[dataset.number].rows.indices {
      let row = sets[dataset.number].rows[index]
      if leftOut[dataset.number].contains(row.place) {
        sets[dataset.number].change(index) { $0.isDropped = true }
      } else if row.isRoot, !row.isMatched, !(row.isReduced && dataset.overwritesFinding),
        columns.contains(where: { sets[dataset.number].value(index, $0)?.contains { !$0.isWhitespace } == true })
      {
        sets[dataset.number].change(index) { $0.isDropped = true }
        changedRoots += 1
      }
    }
  }

  /// Approved records that no identifier finds any more and that are not reduced: their key may be somebody else's now.
  var unmatchedRoots: Int {
    layout.datasets.reduce(0) { sum, dataset in
      sum
        + sets[dataset.number].count { row in
          row.isRoot && !row.isMatched && !(row.isReduced && dataset.overwritesFinding)
        }
    }
  }

  // MARK: Rows that belong to others

  private mutating func reach(_ target: WritableKeyPath<Self, [SelectedRows]>) throws {
    let isSelection = target == \Self.sets
    var done: [String: Int] = [:]
    // A second round finds nothing unless datasets belong to each other in a circle.
    var added = true
    while added {
      added = false
      for child in layout.parentsFirst where !isDirect(child) {
        for (place, belonging) in child.record.belongsTo.enumerated() {
          guard let parent = layout.dataset(belonging.dataset) else { continue }
          let from = done["\(child.number)/\(place)"] ?? 0
          let upTo = self[keyPath: target][parent.number].rows.count
          done["\(child.number)/\(place)"] = upTo
          guard from < upTo else { continue }
          added = try follow(belonging, from: parent, from..<upTo, to: child, in: target) || added
        }
      }
    }
    guard isSelection else { return }
    for child in layout.parentsFirst where !isDirect(child) { try addOrphans(child) }
  }

  private mutating func follow(
    _ belonging: Belonging, from parent: DatabaseDataset, _ rows: Range<Int>, to child: DatabaseDataset,
    in target: WritableKeyPath<Self, [SelectedRows]>
  ) throws -> Bool {
    let parents = self[keyPath: target][parent.number]
    let sources = rows.filter { !parents.rows[$0].isDropped }
    var added = false
    for start in stride(from: 0, to: sources.count, by: dialect.listLimit) {
      let part = Array(sources[start..<min(start + dialect.listLimit, sources.count)])
      let from = linked(belonging, child, parent, from: part, of: parents, isChild: false, as: "c")
      for (number, row) in try linkedRows(of: child, under: "c", from: from) {
        if target == \Self.sets, leftOut[child.number].contains(row.place) { continue }
        let (index, isNew) = self[keyPath: target][child.number].add(row)
        let parentIndex = part[number - 1]
        self[keyPath: target][child.number].change(index) { $0.parents[parent.number, default: []].append(parentIndex) }
        added = added || isNew
      }
      try requireRoom(child)
    }
    return added
  }

  /// Rows of a dataset under an alias, each with the place from 1 of what led to it.
  private func linkedRows(
    of dataset: DatabaseDataset, under alias: String, from: SQL
  ) throws -> [(Int, SelectedRows.Row)] {
    try session.rows("SELECT s.n, \(fields(dataset, alias).joined(separator: ", ")) FROM \(from)").compactMap { cells in
      guard let number = cells[0].flatMap({ Int($0) }), let row = row(dataset, cells.dropFirst()) else { return nil }
      return (number, row)
    }
  }

  /// Rows that belong to an approved root record which is no longer there, where the key tells.
  private mutating func addOrphans(_ child: DatabaseDataset) throws {
    for belonging in child.record.belongsTo {
      guard let parent = layout.dataset(belonging.dataset), !gone[parent.number].isEmpty else { continue }
      let key = parent.table.key
      let places = belonging.columns.compactMap { pair in
        parent.table.column(pair.parent).flatMap { key.firstIndex(of: $0.name) }
      }
      guard places.count == belonging.columns.count else { continue }
      for chunk in chunks(gone[parent.number].map { keys in places.map { keys[$0] } }) {
        let from = holding(
          chunk, in: belonging.columns.map(\.child), of: child, types: types(parent, belonging.columns.map(\.parent)),
          as: "c")
        for (_, row) in try linkedRows(of: child, under: "c", from: from)
        where !leftOut[child.number].contains(row.place) {
          _ = sets[child.number].add(row)
        }
      }
    }
  }
}
