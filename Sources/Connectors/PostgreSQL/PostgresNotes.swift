import ErasureDomain

/// What else will happen, or is worth knowing, when the selected rows go: for the plan, before anybody approves.
struct PostgresNotes {
  /// Tables smaller than this are read whole without anybody noticing.
  static let largeRows = 10_000

  let selection: DatabaseSelection
  let identifiers: [SubjectIdentifier]

  private var session: any DatabaseSession { selection.session }
  private var layout: DatabaseLayout { selection.layout }

  /// In the order of the register, each once.
  func sentences() throws -> [String] {
    var found: [String] = []
    let touched = try layout.datasets.filter { try selection.isTouched($0) }
    for dataset in touched {
      found += layout.catalogue.notes.filter { $0.table == dataset.table.name }.map { $0.words + "." }
      found += try silentChanges(dataset)
      found += shared(dataset)
      found += documents(dataset)
    }
    let tables = touched.map(\.table)
    if !tables.isEmpty {
      found += try materialisedViews(tables) + publications(tables) + slots() + looseColumns(tables)
    }
    found += try slowSearches() + slowReferences(touched)
    var seen: Set<String> = []
    return found.filter { seen.insert($0).inserted }
  }

  // MARK: In the rows

  /// References in rows that stay which the database itself changes.
  private func silentChanges(_ dataset: DatabaseDataset) throws -> [String] {
    try layout.catalogue.references(to: dataset.table).compactMap { key in
      guard key.onDelete == .setNull || key.onDelete == .setDefault, !layout.datasets(on: key.table).isEmpty else {
        return nil
      }
      let count = try selection.stayingCount(key, dataset)
      guard count > 0 else { return nil }
      let columns = key.pairs.map(\.child).joined(separator: ", ")
      return "The database sets \(columns) of \(count) row(s) of \"\(key.table)\" that stay to "
        + "\(key.onDelete == .setNull ? "NULL" : "its default") (ON DELETE \(key.onDelete.rawValue))."
    }
  }

  private func shared(_ dataset: DatabaseDataset) -> [String] {
    let count = selection.sets[dataset.number].count { $0.state == .shared }
    return count > 0
      ? ["\(count) row(s) of \"\(dataset.name)\" stay, because records of other people use them too."] : []
  }

  private func documents(_ dataset: DatabaseDataset) -> [String] {
    let columns = dataset.table.columns.filter { $0.family == .document || $0.family == .bytes }.map(\.name)
    guard !columns.isEmpty, dataset.keepColumns != nil || dataset.isRetained else { return [] }
    return [
      "Rows of \"\(dataset.table.name)\" may stay, and \(DatabaseName.list(columns)) may hold anything: look inside."
    ]
  }

  // MARK: Copies

  private func oids(_ tables: [DatabaseCatalogue.Table]) -> SQL {
    "ARRAY(SELECT CAST(u AS regclass)::oid FROM unnest(CAST(\(value: PostgresDialect.array(tables.map(\.source))) AS text[])) AS u)"
  }

  private func materialisedViews(_ tables: [DatabaseCatalogue.Table]) throws -> [String] {
    try session.rows(
      """
      WITH RECURSIVE reading(view) AS (\
      SELECT r.ev_class FROM pg_depend AS d JOIN pg_rewrite AS r ON r.oid = d.objid \
      WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass \
      AND d.refobjid = ANY(\(oids(tables))) AND r.ev_class <> d.refobjid UNION \
      SELECT r.ev_class FROM reading JOIN pg_depend AS d ON d.refobjid = reading.view \
      AND d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass \
      JOIN pg_rewrite AS r ON r.oid = d.objid WHERE r.ev_class <> d.refobjid) \
      SELECT DISTINCT n.nspname || '.' || c.relname, pg_get_userbyid(c.relowner) FROM reading \
      JOIN pg_class AS c ON c.oid = reading.view JOIN pg_namespace AS n ON n.oid = c.relnamespace \
      WHERE c.relkind = 'm' ORDER BY 1
      """
    ).map {
      "Materialised view \"\($0[0] ?? "")\" keeps its copy until its owner (\($0[1] ?? "")) or a job of his refreshes it."
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
    let names = layout.catalogue.foreignKeys.filter { key in tables.contains { $0.name == key.parent } }
      .filter { $0.pairs.count == 1 }
      .compactMap { key -> [String?]? in
        guard let parent = layout.catalogue.table(key.parent), let column = parent.column(key.pairs[0].parent) else {
          return nil
        }
        return [key.pairs[0].child, column.type, key.parent]
      }
    var wanted = names
    for table in tables {
      guard table.key.count == 1, let column = table.column(table.key[0]), column.name != "id" else { continue }
      wanted.append([column.name, column.type, table.name])
    }
    guard !wanted.isEmpty else { return [] }
    let known = layout.datasets.map(\.table)
    return try session.rows(
      """
      SELECT DISTINCT n.nspname || '.' || c.relname, a.attname, s.v2 \
      FROM \(layout.dialect.list(wanted, types: ["text", "text", "text"], as: "s")) \
      JOIN pg_attribute AS a ON a.attname = s.v0 AND format_type(a.atttypid, -1) = s.v1 AND a.attnum > 0 \
      JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace \
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition \
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
      AND NOT c.oid = ANY(\(oids(known))) AND NOT EXISTS (SELECT 1 FROM pg_constraint AS k \
      WHERE k.conrelid = c.oid AND k.contype = 'f' AND a.attnum = ANY(k.conkey)) ORDER BY 1, 2
      """
    ).map { cells in
      "\"\(cells[0] ?? "")\" has a column \"\(cells[1] ?? "")\" named and typed like a reference to \"\(cells[2] ?? "")\", "
        + "without a foreign key and in no dataset: look whether the person is there."
    }
  }

  // MARK: Cost

  /// Searches that read a large table from end to end.
  private func slowSearches() throws -> [String] {
    try layout.datasets.filter { $0.record.isRoot && $0.table.estimatedRows >= Self.largeRows }.compactMap { dataset in
      guard let condition = DatabaseMatch(identifiers, in: dataset, alias: "t", layout.dialect).roots else {
        return nil
      }
      let plan = try session.rows("EXPLAIN SELECT 1 FROM \(dataset.table.source) AS t WHERE \(condition)")
        .compactMap { $0.first ?? nil }
      guard plan.contains(where: { $0.contains("Seq Scan on") }) else { return nil }
      let cost = plan.first?.split(separator: "..").dropFirst().first?.prefix { $0 != " " } ?? "?"
      let indexes = dataset.record.find.compactMap { find -> String? in
        guard let column = dataset.table.column(find.column) else { return nil }
        let name = DatabaseName.quoted(column.name)
        return find.comparison == .folded ? PostgresDialect.folded(name) : name
      }
      let create = indexes.map { Self.create(dataset.table, $0) }
      return
        "Each search for \"\(dataset.name)\" reads all of about \(dataset.table.estimatedRows) rows (estimated cost "
        + "\(cost)); an index helps: \(create.joined(separator: " "))"
    }
  }

  /// A table of partitions takes no index beside its work.
  private static func create(_ table: DatabaseCatalogue.Table, _ expressions: String) -> String {
    "CREATE INDEX \(table.isPartitioned ? "" : "CONCURRENTLY ")ON \(table.source) (\(expressions));"
  }

  /// Large tables in which the rows that point to a row are found only by reading all of them.
  private func slowReferences(_ touched: [DatabaseDataset]) -> [String] {
    touched.flatMap { parent in
      layout.catalogue.references(to: parent.table).compactMap { key -> String? in
        guard let child = layout.catalogue.table(key.table), child.estimatedRows >= Self.largeRows else { return nil }
        let columns = key.pairs.map(\.child)
        let isIndexed = child.indexes.contains { Set($0.prefix(columns.count)) == Set(columns) }
        guard !isIndexed, !child.columns.isEmpty else { return nil }
        return
          "Each row of \"\(parent.name)\" that goes makes the server read all of about \(child.estimatedRows) rows of "
          + "\"\(child.name)\" (no index on \(columns.joined(separator: ", "))); an index helps: "
          + Self.create(child, columns.map(DatabaseName.quoted).joined(separator: ", "))
      }
    }
  }
}
