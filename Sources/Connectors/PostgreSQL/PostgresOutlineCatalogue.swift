import ErasureDomain
import Postgres

/// The catalogue of a PostgreSQL database as sweep and draft need it: everything that is there, partitions folded.
struct PostgresOutlineCatalogue: Sendable {
  struct Column: Sendable {
    let name: String
    /// As the schema writes it.
    let type: String
    /// The type itself, below domains.
    let base: String
    /// `pg_type.typcategory`.
    let category: String
    let mayRead: Bool
  }

  struct Table: Sendable {
    let oid: String
    let schema: String
    let name: String
    /// `pg_class.relkind`.
    let kind: String
    let isInSearchPath: Bool
    let mayRead: Bool
    /// Row-level security would hide rows from us.
    let hidesRows: Bool
    var columns: [Column] = []
    var key: [String] = []

    /// As the register may write it.
    var registerName: String { isInSearchPath ? name : "\(schema).\(name)" }
    var source: String { "\(Self.quoted(schema)).\(Self.quoted(name))" }

    static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
  }

  let tables: [Table]
  let references: [DatabaseOutline.Reference]

  init(reading session: PostgresSession) throws {
    var tables = try Self.tables(session)
    let places = Dictionary(tables.enumerated().map { ($1.oid, $0) }, uniquingKeysWith: { first, _ in first })
    for cells in try session.rows(Self.columnsSQL) {
      guard let place = cells[0].flatMap({ places[$0] }), let name = cells[1], let type = cells[2],
        let base = cells[3], let category = cells[4]
      else { continue }
      tables[place].columns.append(
        Column(name: name, type: type, base: base, category: category, mayRead: cells[5] == "t"))
      if cells[6] == "t" { tables[place].key.append(name) }
    }
    self.tables = tables
    references = try Self.references(session, tables, places)
  }

  private static func tables(_ session: PostgresSession) throws -> [Table] {
    try session.rows(
      """
      SELECT c.oid, n.nspname, c.relname, c.relkind, n.nspname = ANY(current_schemas(false)) \
      AND pg_table_is_visible(c.oid), has_any_column_privilege(c.oid, 'SELECT') \
      AND has_schema_privilege(n.oid, 'USAGE'), row_security_active(c.oid) \
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace \
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition \
      AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_' ORDER BY 5 DESC, 2, 3
      """
    ).compactMap { cells in
      guard let oid = cells[0], let schema = cells[1], let name = cells[2], let kind = cells[3] else { return nil }
      return Table(
        oid: oid, schema: schema, name: name, kind: kind, isInSearchPath: cells[4] == "t", mayRead: cells[5] == "t",
        hidesRows: cells[6] == "t")
    }
  }

  private static let columnsSQL = """
    SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), b.typname, \
    CASE WHEN e.typname = 'bytea' THEN 'bytes' ELSE b.typcategory::text END, \
    has_column_privilege(a.attrelid, a.attnum, 'SELECT'), coalesce(a.attnum = ANY(i.indkey::int2[]), false) \
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid \
    JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_type AS d ON d.oid = a.atttypid \
    JOIN pg_type AS b ON b.oid = CASE d.typtype WHEN 'd' THEN d.typbasetype ELSE d.oid END \
    LEFT JOIN pg_type AS e ON e.oid = b.typelem AND b.typcategory = 'A' \
    LEFT JOIN pg_index AS i ON i.indrelid = a.attrelid AND i.indisprimary \
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped \
    AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_' ORDER BY a.attrelid, a.attnum
    """

  /// A partition may have a key its siblings lack: it counts for the whole table.
  private static func references(
    _ session: PostgresSession, _ tables: [Table], _ places: [String: Int]
  ) throws -> [DatabaseOutline.Reference] {
    let rows = try session.rows(
      """
      SELECT k.oid, coalesce(pg_partition_root(k.conrelid), k.conrelid)::oid, \
      coalesce(pg_partition_root(k.confrelid), k.confrelid)::oid, x.attname, y.attname \
      FROM pg_constraint AS k CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS p(child, parent, n) \
      JOIN pg_attribute AS x ON x.attrelid = k.conrelid AND x.attnum = p.child \
      JOIN pg_attribute AS y ON y.attrelid = k.confrelid AND y.attnum = p.parent \
      WHERE k.contype = 'f' ORDER BY 2, 3, 1, p.n
      """)
    var references: [DatabaseOutline.Reference] = []
    var last: String?
    for cells in rows {
      guard let child = cells[1].flatMap({ places[$0] }), let parent = cells[2].flatMap({ places[$0] }),
        let column = cells[3], let other = cells[4]
      else { continue }
      if cells[0] != last || references.isEmpty {
        references.append(
          .init(table: tables[child].registerName, parent: tables[parent].registerName, pairs: []))
      }
      last = cells[0]
      references[references.count - 1].pairs.append(.init(child: column, parent: other))
    }
    var seen: Set<DatabaseOutline.Reference> = []
    return references.filter { seen.insert($0).inserted }
  }
}
