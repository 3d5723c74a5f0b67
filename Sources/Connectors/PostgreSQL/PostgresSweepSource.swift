import ErasureDomain
import Postgres

/// A PostgreSQL database as a sweep reads it: each table and partition in the order of its blocks, one scan for all
/// columns, in one transaction that can only read.
struct PostgresSweepSource: SweepSource {
  struct Place: Sendable {
    /// Which partition.
    var leaf: Int
    var block: Int
    /// How many blocks the partition has.
    var blocks: Int
    /// Rows of a block, as far as is known.
    var rowsPerBlock: Int
  }

  private struct Leaf: Sendable {
    let oid: String
    let source: String
    let rowsPerBlock: Int
    /// We may read all of it, so that its blocks can be named; otherwise it is read in one go.
    let isPaged: Bool
  }

  /// Where nobody has counted.
  private static let usualRowsPerBlock = 100
  /// Blocks of one statement, at most.
  static let mostBlocks = 1_000

  let dialect: any SweepDialect
  let outline: DatabaseOutline
  let tables: [SweepTable]
  let unread: [SweepFindings.Unread]
  private let connection: PostgresConnection
  private let leaves: [String: [Leaf]]

  /// The connection is in a transaction of REPEATABLE READ: what blocks there are now is all that it can see.
  init(_ connection: PostgresConnection) async throws {
    self.connection = connection
    let (catalogue, leaves) = try await connection.perform { session in
      let catalogue = try PostgresOutlineCatalogue(reading: session)
      return (catalogue, try Self.leaves(of: catalogue, session))
    }
    self.leaves = leaves
    dialect = PostgresSweepDialect(catalogue)
    outline = PostgresOutline.outline(of: catalogue)
    var tables: [SweepTable] = []
    var unread: [SweepFindings.Unread] = []
    for table in catalogue.tables where table.kind != "v" {
      let name = table.registerName
      if table.kind == "f" {
        unread.append(.init(table: name, code: SweepFindings.Unread.noRows))
      } else if table.hidesRows || !table.mayRead {
        unread.append(.init(table: name, code: FailureCode(table.mayRead ? "rows-hidden" : "missing-privilege")))
      } else {
        let (columns, others) = Self.columns(of: table)
        unread += others
        tables.append(SweepTable(name: name, columns: columns))
      }
    }
    self.tables = tables.sorted { $0.name < $1.name }
    self.unread = unread
  }

  /// Truth values, times of day, ranges, shapes and enumerations hold no identifier and are left out.
  private static func columns(
    of table: PostgresOutlineCatalogue.Table
  ) -> (columns: [SweepTable.Column], unread: [SweepFindings.Unread]) {
    var columns: [SweepTable.Column] = []
    var unread: [SweepFindings.Unread] = []
    for column in table.columns {
      let shape = PostgresOutline.shape(of: column)
      if !column.mayRead {
        unread.append(.init(table: table.registerName, column: column.name, code: FailureCode("missing-privilege")))
        continue
      }
      switch shape {
      case .bytes:
        unread.append(.init(table: table.registerName, column: column.name, code: SweepFindings.Unread.bytes))
      case .text, .structured: columns.append(.init(name: column.name, type: column.type, reading: .text))
      case .number: columns.append(.init(name: column.name, type: column.type, reading: .number))
      case .date: columns.append(.init(name: column.name, type: column.type, reading: .date))
      case .other where column.category == "I" || column.category == "U":
        columns.append(.init(name: column.name, type: column.type, reading: .text))
      case .other: break
      }
    }
    return (columns, unread)
  }

  private static func leaves(
    of catalogue: PostgresOutlineCatalogue, _ session: PostgresSession
  ) throws -> [String: [Leaf]] {
    var leaves: [String: [Leaf]] = [:]
    let names = Dictionary(catalogue.tables.map { ($0.oid, $0.registerName) }, uniquingKeysWith: { first, _ in first })
    let rows = try session.rows(
      """
      SELECT coalesce(pg_partition_root(c.oid), c.oid)::oid, format('%I.%I', n.nspname, c.relname), \
      c.oid, \
      CASE WHEN c.reltuples > 0 AND c.relpages > 0 THEN ceil(c.reltuples / c.relpages)::bigint END, \
      has_table_privilege(c.oid, 'SELECT') \
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace \
      WHERE c.relkind IN ('r', 'm') AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_' ORDER BY 1, 2
      """)
    for cells in rows {
      guard let name = cells[0].flatMap({ names[$0] }), let source = cells[1] else { continue }
      leaves[name, default: []].append(
        Leaf(
          oid: cells[2] ?? "", source: source,
          rowsPerBlock: cells[3].flatMap { Int($0) } ?? usualRowsPerBlock, isPaged: cells[4] == "t"))
    }
    // Who may read a table need not be able to read its partitions by their names.
    for table in catalogue.tables where leaves[table.registerName]?.allSatisfy(\.isPaged) == false {
      leaves[table.registerName] = [
        Leaf(oid: table.oid, source: table.source, rowsPerBlock: usualRowsPerBlock, isPaged: false)
      ]
    }
    return leaves
  }

  // MARK: Batches

  func count(
    _ tests: [SweepTests], in table: SweepTable, from place: Place?, rows: Int
  ) async throws -> SweepBatch<Place> {
    let leaves = leaves[table.name] ?? []
    guard !leaves.isEmpty else { return SweepBatch(rows: 0, sums: []) }
    do {
      return try await connection.perform { session in
        // A statement that fails spoils nothing of the transaction.
        try session.execute("SAVEPOINT expunge_sweep")
        do {
          let place = try place ?? Self.start(of: 0, in: leaves, session)
          var batch = try Self.count(tests, leaves[place.leaf], from: place, rows: rows, session)
          if batch.next == nil, place.leaf + 1 < leaves.count {
            batch.next = try Self.start(of: place.leaf + 1, in: leaves, session)
          }
          try session.execute("RELEASE SAVEPOINT expunge_sweep")
          return batch
        } catch {
          try session.execute("ROLLBACK TO SAVEPOINT expunge_sweep")
          throw error
        }
      }
    } catch let error as PostgresError {
      throw Self.unreadable(error) ?? error
    }
  }

  /// Asked when its turn comes: it waits for whoever holds the table.
  private static func start(of number: Int, in leaves: [Leaf], _ session: PostgresSession) throws -> Place {
    guard leaves[number].isPaged else { return Place(leaf: number, block: 0, blocks: 0, rowsPerBlock: 1) }
    let rows = try session.rows(
      "SELECT pg_relation_size($1::oid::regclass) / current_setting('block_size')::bigint", [leaves[number].oid])
    let blocks = rows.first?.first.flatMap { $0 }.flatMap { Int($0) } ?? 0
    return Place(leaf: number, block: 0, blocks: blocks, rowsPerBlock: leaves[number].rowsPerBlock)
  }

  private static func count(
    _ tests: [SweepTests], _ leaf: Leaf, from place: Place, rows: Int, _ session: PostgresSession
  ) throws -> SweepBatch<Place> {
    func numbers(_ sql: String, _ values: [String]) throws -> [Int] {
      try session.rows(sql, values).first?.map { $0.flatMap { Int($0) } ?? 0 } ?? []
    }
    let end = place.block + min(mostBlocks, max(1, rows / max(1, place.rowsPerBlock)))
    // The last batch has no end: nothing may lie behind what was counted.
    let isLast = end >= place.blocks
    let until = isLast ? "" : " AND t.ctid < '(\(end),0)'::tid"
    let from =
      leaf.isPaged
      ? "ONLY \(leaf.source) AS t WHERE t.ctid >= '(\(place.block),0)'::tid\(until)" : "\(leaf.source) AS t WHERE true"
    var batch = SweepBatch<Place>(rows: try numbers("SELECT count(*) FROM \(from)", []).first ?? 0, sums: [])
    for test in tests {
      let sql = "SELECT \(test.sums.joined(separator: ", ")) FROM \(from) AND (\(test.condition))"
      batch.sums.append(try numbers(sql, test.values))
    }
    if !isLast {
      let seen = batch.rows / max(1, end - place.block)
      batch.next = Place(
        leaf: place.leaf, block: end, blocks: place.blocks, rowsPerBlock: max(leaf.rowsPerBlock, seen))
    }
    return batch
  }

  private static func unreadable(_ error: PostgresError) -> SweepUnreadable? {
    guard error.kind == .server, let state = error.sqlState else { return nil }
    switch state {
    case "57014": return SweepUnreadable(code: FailureCode("statement-timeout"), mayBeOneColumn: false)
    case "55P03": return SweepUnreadable(code: FailureCode("lock-timeout"), mayBeOneColumn: false)
    case "42501": return SweepUnreadable(code: FailureCode("missing-privilege"), mayBeOneColumn: true)
    default: break
    }
    // Syntax, types and access; data; what the server cannot do; a block that does not read.
    let isOfTable = ["42", "22", "0A", "XX", "58"].contains { state.hasPrefix($0) }
    return isOfTable
      ? SweepUnreadable(code: FailureCode("not-readable-\(state.lowercased())"), mayBeOneColumn: true) : nil
  }
}
