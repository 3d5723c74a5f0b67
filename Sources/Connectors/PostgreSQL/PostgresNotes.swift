import ErasureDomain

/// What else will happen, or is worth knowing, when the selected rows go: for the plan, before anybody approves.
struct PostgresNotes {
  let selection: DatabaseSelection
  let identifiers: [SubjectIdentifier]

  private var session: any DatabaseSession { selection.session }
  private var layout: DatabaseLayout { selection.layout }

  private var notes: DatabaseNotes {
    DatabaseNotes(
      selection: selection,
      createIndex: { table, expressions in
        // A table of partitions takes no index beside its work.
        "CREATE INDEX \(table.isPartitioned ? "" : "CONCURRENTLY ")ON \(table.source) (\(expressions));"
      }, indexExpression: { comparison, column in comparison == .folded ? PostgresDialect.folded(column) : column },
      scanCost: scanCost)
  }

  private func scanCost(_ statement: SQL) throws -> String? {
    let plan = try session.rows("EXPLAIN \(statement)").compactMap { $0.first ?? nil }
    guard plan.contains(where: { $0.contains("Seq Scan on") }) else { return nil }
    return "estimated cost \(plan.first?.split(separator: "..").dropFirst().first?.prefix { $0 != " " } ?? "?")"
  }

  /// In the order of the register, each once.
  func sentences() throws -> [String] {
    let touched = try notes.touched()
    var found = try touched.flatMap { try notes.sentences(about: $0) } + notes.documents()
    let tables = touched.map(\.table)
    if !tables.isEmpty {
      found += try materialisedViews(tables) + publications(tables) + slots() + looseColumns(tables)
    }
    return DatabaseNotes.unique(
      try found + notes.slowSearches(identifiers) + notes.slowReferences(touched) + notes.slowYields())
  }

  // MARK: Copies

  private func oids(_ tables: [DatabaseCatalogue.Table]) -> SQL {
    "ARRAY(SELECT CAST(u AS regclass)::oid FROM unnest(CAST(\(value: PostgresDialect.array(tables.map(\.source))) AS text[])) AS u)"
  }

  private func materialisedViews(_ tables: [DatabaseCatalogue.Table]) throws -> [String] {
    let views = try session.rows(
      """
      WITH RECURSIVE reading(view) AS (\
      SELECT r.ev_class FROM pg_depend AS d JOIN pg_rewrite AS r ON r.oid = d.objid \
      WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass \
      AND d.refobjid = ANY(\(oids(tables))) AND r.ev_class <> d.refobjid UNION \
      SELECT r.ev_class FROM reading JOIN pg_depend AS d ON d.refobjid = reading.view \
      AND d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass \
      JOIN pg_rewrite AS r ON r.oid = d.objid WHERE r.ev_class <> d.refobjid) \
      SELECT DISTINCT n.nspname, c.relname, pg_get_userbyid(c.relowner) FROM reading \
      JOIN pg_class AS c ON c.oid = reading.view JOIN pg_namespace AS n ON n.oid = c.relnamespace \
      WHERE c.relkind = 'm' ORDER BY 1, 2
      """)
    guard !views.isEmpty else { return [] }
    let refreshes = try PostgresRefreshes(session)
    return views.map { cells in
      let (schema, view) = (cells[0] ?? "", cells[1] ?? "")
      return "Materialised view \"\(schema).\(view)\" of \(cells[2] ?? "") keeps its copy until it is refreshed: "
        + "\(refreshes.words(schema: schema, view: view))."
    }
  }

  private func publications(_ tables: [DatabaseCatalogue.Table]) throws -> [String] {
    try session.rows(
      """
      SELECT DISTINCT p.pubname, p.schemaname || '.' || p.tablename, CASE c.relreplident WHEN 'f' THEN 't' END \
      FROM pg_publication_tables AS p JOIN pg_namespace AS n ON n.nspname = p.schemaname \
      JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = p.tablename \
      WHERE c.oid = ANY(\(oids(tables))) OR pg_partition_root(c.oid) = ANY(\(oids(tables))) ORDER BY 1, 2
      """
    ).map { cells in
      let whole = cells[2] == "t" ? ", with the whole deleted row (REPLICA IDENTITY FULL)" : ""
      return
        "Publication \"\(cells[0] ?? "")\" sends changes of \"\(cells[1] ?? "")\" to its subscribers\(whole): each of "
        + "them holds a copy."
    }
  }

  private func slots() throws -> [String] {
    try session.rows(
      """
      SELECT slot_name, slot_type, CASE WHEN active THEN 't' END FROM pg_replication_slots \
      WHERE database = current_database() OR slot_type = 'physical' ORDER BY 1
      """
    ).map { cells in
      let state = cells[2] == "t" ? "is read" : "is not read and holds the write-ahead log back"
      return "Replication slot \"\(cells[0] ?? "")\" (\(cells[1] ?? "")) \(state)."
    }
  }

  /// Columns named and typed like a reference to these tables, without a foreign key.
  private func looseColumns(_ tables: [DatabaseCatalogue.Table]) throws -> [String] {
    let wanted: [[String?]] = notes.looseNames(tables).map { [$0.column, $0.type, $0.table] }
    guard !wanted.isEmpty else { return [] }
    return try session.rows(
      """
      SELECT DISTINCT n.nspname, c.relname, a.attname, s.v2 \
      FROM \(layout.dialect.list(wanted, types: ["text", "text", "text"], as: "s")) \
      JOIN pg_attribute AS a ON a.attname = s.v0 AND format_type(a.atttypid, -1) = s.v1 AND a.attnum > 0 \
      JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace \
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition \
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
      AND NOT EXISTS (SELECT 1 FROM pg_constraint AS k WHERE k.contype = 'f' AND a.attnum = ANY(k.conkey) \
      AND (k.conrelid = c.oid OR pg_partition_root(k.conrelid) = c.oid)) ORDER BY 1, 2, 3
      """
    ).compactMap { cells in
      let (schema, table) = (cells[0] ?? "", cells[1] ?? "")
      let source = "\(DatabaseName.quoted(schema)).\(DatabaseName.quoted(table))"
      return notes.loose(
        "\(schema).\(table)", layout.datasets.filter { $0.table.source == source }, cells[2] ?? "", cells[3] ?? "")
    }
  }
}
