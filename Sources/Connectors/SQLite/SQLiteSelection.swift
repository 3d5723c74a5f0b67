import ConnectorKit
import ErasureDomain
import GRDB

/// The rows that a call is about, with what happens to each, in temporary tables of one connection.
///
/// States of a row: `e` goes, `r` is to be reduced, `d` has been reduced before, `a` is to be anonymised, `b` has been
/// before, `k` is kept, `u` is kept because its start event cannot be read. Of kept rows `conditional` says that the
/// start event has not happened, `minimise` that something must be written into them now.
struct SQLiteSelection {
  /// More root records than this do not belong to one person: the register finds too much.
  static let maximumRoots = 10_000

  /// Rows into which something is written, and that stay.
  static let isOverwritten = "(s.state IN ('r', 'a') OR s.minimise = 1)"
  /// Rows that are changed in any way.
  static let isTouched = "(s.state IN ('e', 'r', 'a') OR s.minimise = 1)"

  let db: Database
  let layout: SQLiteLayout
  let context: ConnectorContext
  /// The order, where there is one: it says on which day open start events are looked at again.
  let order: ErasureOrder?
  /// Rows with the key of an approved record that hold other identifiers now: the key was given away, or the person's
  /// data have changed. They are not selected.
  private(set) var changedRoots = 0

  /// Selects: by identifiers where there are any, by keys, and what belongs to these; then decides on each row.
  init(
    _ db: Database, _ layout: SQLiteLayout, _ context: ConnectorContext, identifiers: [SubjectIdentifier],
    keys: [RootRecord], leftOut: [RootRecord], order: ErasureOrder? = nil
  ) throws {
    self.order = order
    self.db = db
    self.layout = layout
    self.context = context
    try makeTables()
    try addFunctions()
    if !leftOut.isEmpty {
      try addRoots(leftOut, to: \.leftOut, missing: nil)
      try reach(\.leftOut, except: nil)
    }
    try addRoots(keys, to: \.selected, missing: \.gone)
    try addRoots(matching: identifiers)
    try dropChangedRoots(identifiers)
    for dataset in layout.datasets {
      let places = dataset.places().joined(separator: ", ")
      try db.execute(
        sql: """
          DELETE FROM \(dataset.selected) WHERE (\(places)) IN (SELECT \(places) FROM \(dataset.leftOut))
          """)
    }
    try reach(\.selected, except: \.leftOut)
    try linkEdges()
    try decide()
  }

  private func makeTables() throws {
    for dataset in layout.datasets {
      let places = dataset.places().joined(separator: ", ")
      for table in [dataset.selected, dataset.leftOut] {
        try db.execute(
          sql: """
            CREATE TABLE \(table) (\(places), root INTEGER NOT NULL DEFAULT 0, matched INTEGER NOT NULL DEFAULT 0, \
            state TEXT, rule TEXT, until TEXT, conditional INTEGER NOT NULL DEFAULT 0, \
            minimise INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (\(places))) WITHOUT ROWID
            """)
      }
      let keys = dataset.table.key.indices.map { "k\($0)" }.joined(separator: ", ")
      try db.execute(sql: "CREATE TABLE \(dataset.gone) (\(keys))")
      try db.execute(
        sql: """
          CREATE TABLE \(dataset.hanging) (\(places), rule TEXT, until TEXT, conditional INTEGER, \
          PRIMARY KEY (\(places), rule, until, conditional)) WITHOUT ROWID
          """)
    }
    for (child, parent) in layout.belongings {
      let columns = child.places("c").joined(separator: ", ")
      let parents = parent.places("p").joined(separator: ", ")
      let edges = child.edges(to: parent)
      try db.execute(
        sql: "CREATE TABLE \(edges) (\(columns), \(parents), PRIMARY KEY (\(columns), \(parents))) WITHOUT ROWID")
      let index = edges.replacing("temp.", with: "temp.by_parent_")
      try db.execute(sql: "CREATE INDEX \(index) ON \(edges.replacing("temp.", with: ""))(\(parents))")
    }
  }

  private func addFunctions() throws {
    let clock = context.clock
    let rules = context.retention
    let random = context.random
    db.add(
      function: DatabaseFunction("expunge_first_day_due", argumentCount: 2, pure: true) { values in
        guard let rule = String.fromDatabaseValue(values[0]).flatMap({ rules[$0] }),
          let start = Self.day(of: values[1], clock: clock)
        else { return nil }
        return rule.firstDayDue(startEvent: start).description
      })
    db.add(
      function: DatabaseFunction("expunge_random", argumentCount: 1) { values in
        let isNumber = Int.fromDatabaseValue(values[0]) == 1
        guard isNumber else { return Hex.encode(random.bytes(16)) }
        // 52 bits: exact in every column type, and never zero.
        return -1 - random.bytes(8).reduce(Int64(0)) { ($0 << 8 | Int64($1)) & 0xF_FFFF_FFFF_FFFF }
      })
  }

  private static func day(of value: DatabaseValue, clock: any CivilClock) -> CivilDate? {
    switch value.storage {
    case .string(let text): RetentionStartDay.day(of: text, clock: clock)
    case .int64(let seconds): RetentionStartDay.day(ofSeconds: seconds, clock: clock)
    default: nil
    }
  }

  // MARK: Root records

  /// Root records by key, which must name the table's key columns.
  private func addRoots(
    _ roots: [RootRecord], to target: KeyPath<SQLiteDataset, String>, missing: KeyPath<SQLiteDataset, String>?
  ) throws {
    for root in roots {
      guard let dataset = layout.dataset(root.dataset),
        root.key.map({ SQLiteName.folded($0.column) }) == dataset.table.key.map(SQLiteName.folded)
      else { throw ConnectorFailure.permanent(FailureCode("root-key-unreadable")) }
      let places = dataset.places().joined(separator: ", ")
      let sql = """
        INSERT INTO \(dataset[keyPath: target]) (\(places), root) \
        SELECT \(dataset.identity("t").joined(separator: ", ")), 1 FROM \(dataset.source) AS t \
        WHERE \(Self.hasKey(dataset, "t", root)) ON CONFLICT DO UPDATE SET root = 1
        """
      try db.execute(sql: sql, arguments: Self.arguments(root))
      if db.changesCount == 0, let missing {
        let marks = root.key.map { _ in "?" }.joined(separator: ", ")
        try db.execute(
          sql: "INSERT INTO \(dataset[keyPath: missing]) VALUES (\(marks))",
          arguments: StatementArguments(root.key.map(\.value)))
      }
    }
  }

  /// A condition that is true for the row with the key; takes each value twice.
  static func hasKey(_ dataset: SQLiteDataset, _ alias: String, _ root: RootRecord) -> String {
    zip(dataset.table.key, root.key).map { name, part in
      let column = dataset.column(alias, name)
      // The plain comparison lets an index find the row; the text decides, since `'04'` equals 4 for a number.
      let affinity = dataset.table.column(name)?.affinity ?? .integer
      let isPlain = affinity != .none && !part.value.hasPrefix("x'")
      let quick = isPlain ? "\(column) = ?" : "? IS NOT NULL"
      return "(\(quick) AND \(SQLiteName.keyText(column)) = ? COLLATE BINARY)"
    }.joined(separator: " AND ")
  }

  static func arguments(_ root: RootRecord) -> StatementArguments {
    StatementArguments(root.key.flatMap { [$0.value, $0.value] })
  }

  private func addRoots(matching identifiers: [SubjectIdentifier]) throws {
    for dataset in layout.datasets {
      guard let condition = SQLiteMatch(identifiers, in: dataset.record, alias: "t").roots else { continue }
      let places = dataset.places().joined(separator: ", ")
      try db.execute(
        sql: """
          INSERT INTO \(dataset.selected) (\(places), root, matched) \
          SELECT \(dataset.identity("t").joined(separator: ", ")), 1, 1 FROM \(dataset.source) AS t \
          WHERE \(condition.sql) LIMIT \(Self.maximumRoots + 1) ON CONFLICT DO UPDATE SET root = 1, matched = 1
          """, arguments: StatementArguments(condition.values))
    }
  }

  private mutating func dropChangedRoots(_ identifiers: [SubjectIdentifier]) throws {
    for dataset in layout.datasets {
      guard let holdsOthers = SQLiteMatch(identifiers, in: dataset.record, alias: "t").holdsOthers else { continue }
      let isReduced = dataset.keepColumns == nil ? "0" : SQLiteOverwrite.isReduced(dataset, "t")
      try db.execute(
        sql: """
          DELETE FROM \(dataset.selected) AS s WHERE root = 1 AND matched = 0 AND EXISTS (SELECT 1 \
          FROM \(dataset.source) AS t WHERE \(dataset.isSame("t", as: "s")) AND (\(holdsOthers)) AND NOT (\(isReduced)))
          """)
      changedRoots += db.changesCount
    }
  }

  /// Approved records that no identifier finds any more and that are not reduced: their key may be somebody else's now.
  func unmatchedRoots() throws -> Int {
    var count = 0
    for dataset in layout.datasets {
      let isReduced = dataset.keepColumns == nil ? "0" : SQLiteOverwrite.isReduced(dataset, "t")
      count +=
        try Int.fetchOne(
          db,
          sql: """
            SELECT count(*) FROM \(dataset.selected) AS s WHERE root = 1 AND matched = 0 AND EXISTS (SELECT 1 \
            FROM \(dataset.source) AS t WHERE \(dataset.isSame("t", as: "s")) AND NOT (\(isReduced)))
            """) ?? 0
    }
    return count
  }

  // MARK: Rows that belong to others

  private func reach(
    _ target: KeyPath<SQLiteDataset, String>, except excluded: KeyPath<SQLiteDataset, String>?
  ) throws {
    // A second round finds nothing unless datasets belong to each other in a circle.
    var added = true
    while added {
      added = false
      for child in layout.parentsFirst {
        for belonging in child.record.belongsTo {
          guard let parent = layout.dataset(belonging.dataset) else { continue }
          var sources = [Self.join(child, belonging, parent, from: parent[keyPath: target])]
          if excluded != nil, let orphans = try orphans(child, belonging, parent) { sources.append(orphans) }
          for source in sources {
            added = try add(source, child, target, excluded) || added
          }
        }
      }
    }
  }

  private func add(
    _ source: String, _ child: SQLiteDataset, _ target: KeyPath<SQLiteDataset, String>,
    _ excluded: KeyPath<SQLiteDataset, String>?
  ) throws -> Bool {
    let places = child.places().joined(separator: ", ")
    var sql = """
      INSERT OR IGNORE INTO \(child[keyPath: target]) (\(places)) \
      SELECT \(child.identity("c").joined(separator: ", ")) \(source)
      """
    if let excluded {
      sql += " AND NOT EXISTS (SELECT 1 FROM \(child[keyPath: excluded]) AS x WHERE \(child.isSame("c", as: "x")))"
    }
    try db.execute(sql: sql)
    return db.changesCount > 0
  }

  /// `FROM …` with the parent rows of a table of places as `p` and the rows that belong to them as `c`.
  static func join(
    _ child: SQLiteDataset, _ belonging: Belonging, _ parent: SQLiteDataset, from places: String
  ) -> String {
    """
    FROM \(places) AS s CROSS JOIN \(parent.source) AS p ON \(parent.isSame("p", as: "s")) \
    CROSS JOIN \(child.source) AS c ON \(matches(child, belonging, parent)) WHERE true
    """
  }

  static func matches(_ child: SQLiteDataset, _ belonging: Belonging, _ parent: SQLiteDataset) -> String {
    belonging.columns.map { "\(parent.column("p", $0.parent)) = \(child.column("c", $0.child))" }
      .joined(separator: " AND ")
  }

  /// Rows that belong to an approved root record which is no longer there; nothing where the key does not tell.
  private func orphans(_ child: SQLiteDataset, _ belonging: Belonging, _ parent: SQLiteDataset) throws -> String? {
    let key = parent.table.key.map(SQLiteName.folded)
    let pairs = belonging.columns.compactMap { pair in
      key.firstIndex(of: SQLiteName.folded(pair.parent)).map {
        "\(SQLiteName.keyText(child.column("c", pair.child))) = g.k\($0) COLLATE BINARY"
      }
    }
    guard pairs.count == belonging.columns.count,
      try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM \(parent.gone))") == true
    else { return nil }
    return "FROM \(parent.gone) AS g CROSS JOIN \(child.source) AS c ON \(pairs.joined(separator: " AND ")) WHERE true"
  }

  private func linkEdges() throws {
    for child in layout.parentsFirst {
      for belonging in child.record.belongsTo {
        guard let parent = layout.dataset(belonging.dataset) else { continue }
        let columns = child.identity("c") + parent.identity("p")
        try db.execute(
          sql: """
            INSERT OR IGNORE INTO \(child.edges(to: parent)) SELECT \(columns.joined(separator: ", ")) \
            \(Self.join(child, belonging, parent, from: parent.selected)) \
            AND EXISTS (SELECT 1 FROM \(child.selected) AS x WHERE \(child.isSame("c", as: "x")))
            """)
      }
    }
  }
}
