import ConnectorKit
import ErasureDomain
import Postgres

/// Has the files of tables replaced from which rows went, and checks that nothing of the old ones is in use.
///
/// `VACUUM FULL` copies every row that somebody may still see, a deleted one too: it is sent only when nobody can. A
/// table that the user may not rewrite is skipped by the server with a warning, so that only the file's number tells.
struct PostgresRewrite {
  static let statistics = ["pg_catalog.pg_statistic", "pg_catalog.pg_statistic_ext_data"]

  let connection: PostgresConnection
  let record: SystemRecord
  /// The datasets from which something went.
  let datasets: Set<String>
  /// Megabytes of the largest table that is rewritten, its indexes included.
  let largest: Int

  /// Returns when everything was rewritten; throws the reason otherwise.
  func run() async throws {
    let tables = try await tables()
    let before = try await files(tables + Self.statistics)
    let horizon = PostgresHorizon(connection: connection)
    try await horizon.pass(catalogues: false)
    for table in tables { try await vacuum("FULL, ANALYZE", table) }
    // What ANALYZE has replaced is a dead row too, of the statistics.
    try await horizon.pass(catalogues: true)
    for table in Self.statistics { try await vacuum("FULL", table) }
    let after = try await files(tables + Self.statistics)
    guard before.allSatisfy({ after[$0.key] != $0.value }) else { throw ConnectorFailure.settle("not-rewritten") }
    try await checkStatistics(tables)
  }

  /// The tables as statements name them; none too large, and each with files of its own.
  private func tables() async throws -> [String] {
    let tables = try await connection.perform { [record, datasets] session in
      let layout = try PostgresConnector.layout(record, PostgresWork(session: session))
      if let obstacle = layout.obstacles.first { throw ConnectorFailure.settle(obstacle.code.rawValue) }
      return Set(layout.datasets.filter { datasets.contains($0.name) }.map(\.table.source)).sorted()
    }
    let sizes = try await rows(
      Self.relations
        + """
        SELECT coalesce(max(pg_total_relation_size(oid)), 0), \
        bool_or(relkind NOT IN ('r', 'p')) FROM part JOIN pg_class USING (oid)
        """, tables)
    guard sizes.first?[1] == "f" else { throw ConnectorFailure.settle("no-table") }
    guard let bytes = sizes.first?[0].flatMap({ Int($0) }), bytes <= largest * 1_048_576 else {
      throw ConnectorFailure.settle("too-large")
    }
    return tables
  }

  /// The number of the file of each table, partition, TOAST table and index.
  private func files(_ tables: [String]) async throws -> [String: String] {
    let found = try await rows(
      Self.relations
        + "SELECT oid, pg_relation_filenode(oid) FROM (SELECT oid FROM stored UNION SELECT oid FROM index) AS f",
      tables)
    return Dictionary(
      found.compactMap { row in row[0].flatMap { oid in row[1].map { (oid, $0) } } },
      uniquingKeysWith: { first, _ in first })
  }

  /// ANALYZE leaves the statistics of a table without rows, and of columns of which none are wanted, as they were.
  private func checkStatistics(_ tables: [String]) async throws {
    let kept = try await rows(
      Self.relations
        + """
        SELECT count(*) FROM pg_stats s JOIN pg_class c ON c.relname = s.tablename \
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = s.schemaname \
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname \
        LEFT JOIN pg_index i ON i.indexrelid = c.oid \
        WHERE coalesce(i.indrelid, c.oid) IN (SELECT oid FROM part) AND (coalesce(a.attstattarget, -1) = 0 \
        OR pg_relation_size(coalesce(i.indrelid, c.oid)) = 0 AND NOT EXISTS \
        (SELECT FROM pg_partition_tree(coalesce(i.indrelid, c.oid)) AS t WHERE pg_relation_size(t.relid) > 0))
        """, tables)
    guard kept.first?.first == "0" else { throw ConnectorFailure.settle("statistics-kept") }
  }

  /// `part`: the tables with their partitions; `stored`: those with files, and their TOAST tables; `index`: of both.
  private static let relations = """
    WITH RECURSIVE part AS (SELECT CAST(CAST(name AS regclass) AS oid) AS oid FROM unnest(CAST($1 AS text[])) AS name \
    UNION SELECT inhrelid FROM pg_inherits JOIN part ON inhparent = part.oid), \
    heap AS (SELECT oid, reltoastrelid FROM part JOIN pg_class USING (oid) WHERE relkind = 'r'), \
    stored AS (SELECT oid FROM heap UNION SELECT reltoastrelid FROM heap WHERE reltoastrelid <> 0), \
    index AS (SELECT indexrelid AS oid FROM pg_index JOIN stored ON indrelid = stored.oid) \n
    """

  private func rows(_ sql: String, _ tables: [String]) async throws -> [[String?]] {
    let list = PostgresDialect.array(tables)
    return try await connection.perform { session in try session.rows(sql, [list]) }
  }

  private func vacuum(_ options: String, _ table: String) async throws {
    _ = try await connection.perform { session in try session.execute("VACUUM (\(options)) \(table)") }
  }
}
