import ErasureDomain

/// Reads what the schema of a PostgreSQL database says about the tables of a system, and what points to them.
///
/// Partitions are folded to their parent: their references and rules are the parent's.
struct PostgresCatalogue {
  let session: any DatabaseSession
  /// Tables as the register names them.
  let named: [String]

  /// SQL for what the catalogue calls a table. A name with a point in it always has its schema before it.
  static func name(_ table: String, _ schema: String) -> String {
    "CASE WHEN pg_table_is_visible(\(table).oid) AND strpos(\(table).relname, '.') = 0 THEN \(table).relname "
      + "ELSE \(schema).nspname || '.' || \(table).relname END"
  }

  /// A table found, with its number in the server's catalogue.
  struct Found {
    let oid: String
    let schema: String
    let name: String
    let kind: String
    let isPartition: Bool
    /// As the catalogue calls it: by the name alone where that means this table.
    let registerName: String
    let estimatedRows: Int
    let hidesRows: Bool
    let policyColumns: Set<String>
    /// Other tables inherit from it, and their rows are its rows too.
    let hasHeirs: Bool
    /// The statements that let this user read it, where they are missing.
    let missing: [String]

    var source: String { "\(DatabaseName.quoted(schema)).\(DatabaseName.quoted(name))" }
  }

  func read() throws -> DatabaseCatalogue {
    let found = try tables()
    let oids = found.map(\.oid)
    let references = try foreignKeys(of: oids)
    let triggers = try PostgresTriggers(session: session, names: names(found)).read(oids)
    let columns = try columns(of: oids)
    let indexes = try indexes(of: oids)
    let checks = try checks(of: oids)
    let tables = found.map { table in
      let own = indexes.filter { $0.table == table.oid }
      return DatabaseCatalogue.Table(
        name: table.registerName, source: table.source, kind: Self.kind(table.kind), columns: columns[table.oid] ?? [],
        primaryKey: own.first(where: \.isPrimary)?.columns ?? [],
        uniqueKeys: own.filter(\.isUnique).map(\.columns), indexes: own.map(\.columns),
        estimatedRows: table.estimatedRows, checks: checks[table.oid] ?? [],
        hasTriggers: triggers.tablesWithTriggers.contains(table.oid), policyColumns: table.policyColumns,
        schema: table.schema, isPartitioned: table.kind == "p",
        sometimesUnique: Set(own.flatMap { $0.sometimesUnique(columns[table.oid] ?? []) }),
        nullsNotDistinct: Set(own.filter(\.nullsNotDistinct).flatMap(\.columns)))
    }
    var obstacles = obstacles(found)
    obstacles += references.broken
    return DatabaseCatalogue(
      tables: tables + references.others + triggers.others, foreignKeys: references.keys, triggers: triggers.triggers,
      obstacles: obstacles, notes: references.notes + triggers.notes, aliases: aliases(found))
  }

  /// What the register calls tables whose name alone would do, and names with a point in them.
  private func aliases(_ found: [Found]) -> [String: String] {
    var aliases: [String: String] = [:]
    for name in named {
      let exact = found.filter { "\($0.schema).\($0.name)" == name }
      let pointed = found.filter { $0.name == name && $0.name.contains(".") }
      let folded = found.filter { DatabaseName.folded("\($0.schema).\($0.name)") == DatabaseName.folded(name) }
      let one = [exact, pointed, folded].first { !$0.isEmpty } ?? []
      if one.count == 1 { aliases[name] = one[0].registerName }
    }
    return aliases
  }

  private func names(_ found: [Found]) -> [String: String] {
    Dictionary(found.map { ($0.oid, $0.registerName) }, uniquingKeysWith: { first, _ in first })
  }

  private static func kind(_ letter: String) -> DatabaseCatalogue.Table.Kind {
    switch letter {
    case "v": .view
    case "m": .materialisedView
    case "f": .foreign
    default: .table
    }
  }

  // MARK: Tables

  private func tables() throws -> [Found] {
    let qualified = named.map { name -> [String?] in
      let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
      return parts.count == 2 ? [parts[0], parts[1], name] : [nil, name, name]
    }
    let list = PostgresDialect().list(qualified, types: ["text", "text", "text"], as: "s")
    return try session.rows(
      """
      SELECT DISTINCT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, \(Self.name("c", "n")), \
      greatest(c.reltuples, (SELECT sum(greatest(i.reltuples, 0)) FROM pg_partition_tree(c.oid) AS h \
      JOIN pg_class AS i ON i.oid = h.relid WHERE h.isleaf), 0)::bigint, row_security_active(c.oid), \(Self.policyColumns), \
      CASE WHEN NOT has_schema_privilege(n.oid, 'USAGE') \
      THEN format('GRANT USAGE ON SCHEMA %I TO %I;', n.nspname, current_user) END, \
      CASE WHEN NOT has_table_privilege(c.oid, 'SELECT') \
      THEN format('GRANT SELECT ON %I.%I TO %I;', n.nspname, c.relname, current_user) END, \
      c.relkind = 'r' AND EXISTS (SELECT 1 FROM pg_inherits AS h WHERE h.inhparent = c.oid) \
      FROM \(list) JOIN pg_class AS c ON lower(c.relname) = lower(s.v1) OR c.relname = s.v2 \
      JOIN pg_namespace AS n ON n.oid = c.relnamespace \
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
      AND (lower(n.nspname) = lower(s.v0) OR (n.nspname = ANY(current_schemas(false)) AND (s.v0 IS NULL \
      OR c.relname = s.v2))) ORDER BY 2, 3
      """
    ).compactMap { cells in
      guard let oid = cells[0], let schema = cells[1], let name = cells[2], let kind = cells[3], let known = cells[5]
      else { return nil }
      return Found(
        oid: oid, schema: schema, name: name, kind: kind, isPartition: cells[4] == "t", registerName: known,
        estimatedRows: cells[6].flatMap { Int($0) } ?? 0, hidesRows: cells[7] == "t",
        policyColumns: Set((cells[8] ?? "").split(separator: "\n").map(String.init)), hasHeirs: cells[11] == "t",
        missing: [cells[9], cells[10]].compactMap { $0 })
    }
  }

  /// The columns that policies about reading look at, each on a line of its own.
  private static let policyColumns = """
    CASE WHEN c.relrowsecurity THEN (SELECT string_agg(DISTINCT a.attname, E'\\n') FROM pg_policy AS p \
    JOIN pg_depend AS d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refobjid = c.oid \
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid AND a.attnum > 0 \
    WHERE p.polrelid = c.oid AND p.polcmd IN ('r', '*')) END
    """

  private func obstacles(_ found: [Found]) -> [DatabaseCatalogue.CatalogueNote] {
    found.flatMap { table -> [DatabaseCatalogue.CatalogueNote] in
      var notes: [DatabaseCatalogue.CatalogueNote] = []
      func add(_ code: String, _ words: String) {
        notes.append(.init(table: table.registerName, code: code, words: words))
      }
      if table.isPartition {
        add(
          "names-a-partition",
          "\"\(table.registerName)\" is a partition; name the table it is a part of, so that no part is forgotten")
      }
      if table.hasHeirs {
        add(
          "tables-inherit",
          "other tables inherit from \"\(table.registerName)\", so neither its key nor a reference to it holds for all "
            + "of its rows; make them partitions, or name the inheriting tables and empty this one")
      }
      if table.hidesRows {
        add(
          "rows-hidden",
          "row-level security hides rows of \"\(table.registerName)\" from this user, so nobody can say that nothing "
            + "was found; give the user BYPASSRLS or a policy that shows all rows and is named in the register")
      }
      if !table.missing.isEmpty {
        add(
          "missing-privilege",
          "this user may not read \"\(table.registerName)\"; the owner of the table must run: "
            + table.missing.joined(separator: " "))
      }
      return notes
    }
  }

  // MARK: Columns, keys, rules

  private func list(_ oids: [String]) -> SQL { "CAST(\(value: PostgresDialect.array(oids)) AS oid[])" }

  private func columns(of oids: [String]) throws -> [String: [DatabaseCatalogue.Column]] {
    let rows = try session.rows(
      """
      SELECT a.attrelid, a.attname, format_type(b.oid, -1), a.attnotnull OR r.required, \
      a.attgenerated <> '' OR a.attidentity = 'a', b.typname, b.typcategory, \
      CASE WHEN r.mod > 4 THEN r.mod - 4 END, CASE WHEN a.atttypid <> b.oid THEN format_type(a.atttypid, -1) END \
      FROM pg_attribute AS a CROSS JOIN LATERAL (WITH RECURSIVE up(oid, kind, mod, required) AS (\
      SELECT t.oid, t.typtype, a.atttypmod, false FROM pg_type AS t WHERE t.oid = a.atttypid UNION ALL \
      SELECT t.oid, t.typtype, d.typtypmod, up.required OR d.typnotnull FROM up JOIN pg_type AS d ON d.oid = up.oid \
      JOIN pg_type AS t ON t.oid = d.typbasetype WHERE up.kind = 'd') SELECT * FROM up WHERE kind <> 'd') AS r \
      JOIN pg_type AS b ON b.oid = r.oid \
      WHERE a.attrelid = ANY(\(list(oids))) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum
      """)
    var columns: [String: [DatabaseCatalogue.Column]] = [:]
    for cells in rows {
      guard let table = cells[0], let name = cells[1], let type = cells[2], let base = cells[5] else { continue }
      columns[table, default: []].append(
        DatabaseCatalogue.Column(
          name: name, type: type, domain: cells[8],
          family: Self.family(base, category: cells[6] ?? "", limit: cells[7].flatMap { Int($0) }),
          isNotNull: cells[3] == "t", isGenerated: cells[4] == "t"))
    }
    return columns
  }

  private static func family(_ base: String, category: String, limit: Int?) -> DatabaseCatalogue.Family {
    switch base {
    case "int2": .integer(bytes: 2)
    case "int4": .integer(bytes: 4)
    case "int8": .integer(bytes: 8)
    case "numeric": limit.map { .number(digits: $0 >> 16, decimals: $0 & 0x7FF) } ?? .number(digits: 15, decimals: 0)
    case "float4": .number(digits: 6, decimals: 0)
    case "float8": .number(digits: 15, decimals: 0)
    case "text", "citext", "name": .text(limit: nil)
    case "varchar", "bpchar": .text(limit: limit)
    case "date": .day
    case "timestamp", "timestamptz": .moment
    case "bool": .boolean
    case "bytea": .bytes
    case "uuid": .uuid
    case "json", "jsonb", "xml", "hstore": .document
    default: category == "A" ? .document : .other
    }
  }

  private struct Index {
    let table: String
    let isPrimary: Bool
    /// Holds for every row, whatever the columns.
    let isUnique: Bool
    let columns: [String]
    let nullsNotDistinct: Bool
    /// What rows must differ in where the index holds: an expression, or nothing but the columns.
    let demand: String?

    /// Columns in which two rows may not always be alike, though no unique key says so.
    func sometimesUnique(_ columns: [DatabaseCatalogue.Column]) -> [String] {
      guard let demand, !isUnique else { return [] }
      let words = Set(SQLToken.all(in: demand).filter { $0.kind != .other }.map(\.value))
      return self.columns + columns.map(\.name).filter(words.contains)
    }
  }

  private func indexes(of oids: [String]) throws -> [Index] {
    try session.rows(
      """
      SELECT i.indrelid, i.indisprimary, i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL, \
      array_to_string(ARRAY(SELECT a.attname FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k(num, place) \
      JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.num ORDER BY k.place), chr(31)), \
      to_jsonb(i) ->> 'indnullsnotdistinct' = 'true', CASE WHEN i.indisunique OR i.indisexclusion \
      THEN coalesce(pg_get_expr(i.indexprs, i.indrelid), '') END FROM pg_index AS i WHERE i.indrelid = ANY(\(list(oids))) AND i.indisvalid ORDER BY i.indexrelid
      """
    ).compactMap { cells in
      guard let table = cells[0] else { return nil }
      let columns = (cells[3] ?? "").split(separator: "\u{1F}").map(String.init)
      return Index(
        table: table, isPrimary: cells[1] == "t", isUnique: cells[2] == "t", columns: columns,
        nullsNotDistinct: cells[4] == "t", demand: cells[5])
    }
  }

  private func checks(of oids: [String]) throws -> [String: [(expression: String, columns: [String])]] {
    let rows = try session.rows(
      """
      SELECT c.conrelid, pg_get_expr(c.conbin, c.conrelid), array_to_string(ARRAY(SELECT a.attname \
      FROM pg_attribute AS a WHERE a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)), chr(31)) \
      FROM pg_constraint AS c WHERE c.contype = 'c' AND c.conrelid = ANY(\(list(oids)))
      """)
    var checks: [String: [(expression: String, columns: [String])]] = [:]
    for cells in rows {
      guard let table = cells[0], let expression = cells[1] else { continue }
      checks[table, default: []].append(
        (expression, (cells[2] ?? "").split(separator: "\u{1F}").map(String.init)))
    }
    return checks
  }

  // MARK: References

  private struct References {
    var keys: [DatabaseCatalogue.ForeignKey] = []
    /// Tables that reference and that the register does not name.
    var others: [DatabaseCatalogue.Table] = []
    var notes: [DatabaseCatalogue.CatalogueNote] = []
    var broken: [DatabaseCatalogue.CatalogueNote] = []
  }

  /// References to and from the tables, those of partitions as their parent's.
  private func foreignKeys(of oids: [String]) throws -> References {
    let rows = try session.rows(
      """
      WITH k AS (SELECT c.*, coalesce(pg_partition_root(c.conrelid), c.conrelid) AS child, \
      coalesce(pg_partition_root(c.confrelid), c.confrelid) AS parent \
      FROM pg_constraint AS c WHERE c.contype = 'f' AND c.conparentid = 0) \
      SELECT k.conname, cn.nspname, cc.relname, \(Self.name("cc", "cn")), \
      pn.nspname, pc.relname, \(Self.name("pc", "pn")), k.confdeltype, \
      k.condeferrable AND k.confdeltype <> 'r', \
      array_to_string(ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY AS u(num, place) \
      JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.num ORDER BY u.place), chr(31)), \
      array_to_string(ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY AS u(num, place) \
      JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.num ORDER BY u.place), chr(31)), \
      k.child <> k.conrelid, k.conrelid::regclass, k.child = ANY(\(list(oids))), greatest(cc.reltuples, 0)::bigint, \
      CASE WHEN k.child <> k.conrelid THEN array_to_string(ARRAY(SELECT h.relid::oid \
      FROM pg_partition_tree(k.conrelid) AS h WHERE h.isleaf), chr(31)) END, \
      CASE WHEN k.child <> k.conrelid THEN (SELECT count(*) FROM pg_partition_tree(k.child) AS h WHERE h.isleaf) END \
      FROM k JOIN pg_class AS cc ON cc.oid = k.child JOIN pg_namespace AS cn ON cn.oid = cc.relnamespace \
      JOIN pg_class AS pc ON pc.oid = k.parent JOIN pg_namespace AS pn ON pn.oid = pc.relnamespace \
      WHERE k.child = ANY(\(list(oids))) OR k.parent = ANY(\(list(oids))) ORDER BY 2, 3, 1
      """)
    var result = References()
    // Keys that only some partitions have, with the partitions at the bottom that they hold for.
    var partly: [String: (key: DatabaseCatalogue.ForeignKey, holders: Set<Substring>, parts: Int)] = [:]
    var wholly: Set<String> = []
    for cells in rows {
      let key = Self.key(cells)
      let signature = "\(key.table)>\(key.parent):\(key.pairs.map { "\($0.child)=\($0.parent)" })"
      if cells[11] == "t" {
        let isKnown = partly[signature] != nil
        let leaves = Set((cells[15] ?? "").split(separator: "\u{1F}"))
        partly[signature] = (
          key, (partly[signature]?.holders ?? []).union(leaves), cells[16].flatMap { Int($0) } ?? 0
        )
        guard !isKnown else { continue }
      } else {
        wholly.insert(signature)
      }
      result.keys.append(key)
      if cells[13] != "t", !result.others.contains(where: { $0.name == key.table }), let schema = cells[1],
        let name = cells[2]
      {
        result.others.append(Self.unregistered(key.table, schema, name, cells[14].flatMap { Int($0) } ?? 0))
      }
    }
    for (signature, (key, holders, parts)) in partly.sorted(by: { $0.value.key.name < $1.value.key.name })
    where holders.count < parts && !wholly.contains(signature) {
      result.notes.append(
        .init(
          table: key.parent, code: "partition-without-key",
          words: "\(parts - holders.count) of \(parts) partitions of \"\(key.table)\" lack the foreign key "
            + "(\(key.pairs.map(\.child).joined(separator: ", "))) to \"\(key.parent)\" that their siblings have; their "
            + "rows are searched all the same"))
    }
    return result
  }

  private static func key(_ cells: [String?]) -> DatabaseCatalogue.ForeignKey {
    let columns = { (text: String?) in (text ?? "").split(separator: "\u{1F}").map(String.init) }
    let rule: DatabaseCatalogue.DeleteRule =
      switch cells[7] {
      case "c": .cascade
      case "n": .setNull
      case "d": .setDefault
      default: .refuse
      }
    return DatabaseCatalogue.ForeignKey(
      name: cells[0] ?? "", table: cells[3] ?? "", parent: cells[6] ?? "",
      pairs: Array(zip(columns(cells[9]), columns(cells[10]))), onDelete: rule, isDeferrable: cells[8] == "t")
  }

  private static func unregistered(
    _ name: String, _ schema: String, _ table: String, _ rows: Int
  ) -> DatabaseCatalogue.Table {
    DatabaseCatalogue.Table(
      name: name, source: "\(DatabaseName.quoted(schema)).\(DatabaseName.quoted(table))", kind: .table, columns: [],
      primaryKey: [], uniqueKeys: [], indexes: [], estimatedRows: rows, checks: [], hasTriggers: false)
  }
}
