import ErasureDomain

/// The triggers of tables, and what can be read of what they do.
struct PostgresTriggers {
  struct Result {
    var triggers: [DatabaseCatalogue.Trigger] = []
    /// Numbers of tables on which anything of the schema's own fires.
    var tablesWithTriggers: Set<String> = []
    /// Tables that triggers write and that the register does not name.
    var others: [DatabaseCatalogue.Table] = []
    var notes: [DatabaseCatalogue.CatalogueNote] = []
  }

  let session: any DatabaseSession
  /// Names of tables by their number.
  let names: [String: String]

  func read(_ oids: [String]) throws -> Result {
    var result = Result()
    let list: SQL = "CAST(\(value: PostgresDialect.array(oids)) AS oid[])"
    // Triggers of parts, of parts of parts and of tables that inherit fire as well.
    let rows = try session.rows(
      """
      WITH RECURSIVE part(root, oid) AS (SELECT u, u FROM unnest(\(list)) AS u UNION \
      SELECT p.root, h.inhrelid FROM part AS p JOIN pg_inherits AS h ON h.inhparent = p.oid) \
      SELECT part.root, t.tgname, t.tgtype & 8 <> 0, t.tgtype & 16 <> 0, l.lanname, p.prosrc \
      FROM part JOIN pg_trigger AS t ON t.tgrelid = part.oid JOIN pg_proc AS p ON p.oid = t.tgfoid \
      JOIN pg_language AS l ON l.oid = p.prolang \
      WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgparentid = 0 ORDER BY t.tgrelid, t.tgname
      """)
    for cells in rows {
      guard let oid = cells[0], let table = names[oid], let name = cells[1] else { continue }
      result.tablesWithTriggers.insert(oid)
      let text = try complete(PostgresFunctionText(language: cells[4] ?? "", source: cells[5] ?? ""))
      result.triggers.append(
        DatabaseCatalogue.Trigger(
          name: name, table: table, firesOnErasure: cells[2] == "t" || cells[3] == "t",
          writes: try tables(text.writes, &result), acts: text.acts))
    }
    let rules = try session.rows(
      """
      SELECT r.ev_class, r.rulename FROM pg_rewrite AS r WHERE r.ev_class = ANY(\(list)) AND r.rulename <> '_RETURN' \
      AND r.ev_type IN ('2', '4')
      """)
    for cells in rules {
      guard let oid = cells[0], let table = names[oid], let name = cells[1] else { continue }
      result.tablesWithTriggers.insert(oid)
      result.triggers.append(
        DatabaseCatalogue.Trigger(
          name: name, table: table, firesOnErasure: true, writes: [], acts: ["rewrites the statement (CREATE RULE)"]))
    }
    result.notes = result.triggers.filter(\.firesOnErasure).flatMap { trigger in
      trigger.acts.map {
        .init(
          table: trigger.table, code: "trigger-acts",
          words: "Trigger \"\(trigger.name)\" on \"\(trigger.table)\" \($0)")
      }
    }
    return result
  }
}

extension PostgresTriggers {
  /// The text of a function with those of the functions of this database that it calls.
  private func complete(_ text: PostgresFunctionText) throws -> PostgresFunctionText {
    var whole = text
    var seen: Set<String> = []
    var open = Set(text.calls)
    while !open.isEmpty {
      seen.formUnion(open)
      let called = try session.rows(
        """
        SELECT l.lanname, pg_get_functiondef(p.oid) FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang \
        JOIN pg_namespace AS n ON n.oid = p.pronamespace \
        WHERE p.proname = ANY(CAST(\(value: PostgresDialect.array(open.sorted())) AS text[])) \
        AND p.prokind IN ('f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
        AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid \
        AND d.deptype = 'e')
        """)
      open = []
      for cells in called {
        let inner = PostgresFunctionText(language: cells[0] ?? "", source: cells[1] ?? "")
        whole.add(inner)
        open.formUnion(inner.calls)
      }
      open.subtract(seen)
    }
    return whole
  }

  /// What the catalogue calls tables that a text names; those that the register does not name are added.
  ///
  /// A name without a schema is the table that we see by it, or any of that name: the trigger may see others.
  private func tables(_ written: [String], _ result: inout Result) throws -> [String] {
    guard !written.isEmpty else { return [] }
    let parts = written.map { name -> [String?] in
      let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
      return parts.count == 2 ? [parts[0], parts[1]] : [nil, name]
    }
    let found = try session.rows(
      """
      SELECT DISTINCT \(PostgresCatalogue.name("r", "rn")), rn.nspname, r.relname \
      FROM \(PostgresDialect().list(parts, types: ["text", "text"], as: "s")) \
      JOIN pg_class AS c ON c.relname IN (s.v1, lower(s.v1)) JOIN pg_namespace AS n ON n.oid = c.relnamespace \
      JOIN pg_class AS r ON r.oid = coalesce(pg_partition_root(c.oid), c.oid) \
      JOIN pg_namespace AS rn ON rn.oid = r.relnamespace \
      WHERE c.relkind IN ('r', 'p', 'v', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
      AND (n.nspname IN (s.v0, lower(s.v0)) OR (s.v0 IS NULL AND (pg_table_is_visible(c.oid) OR NOT EXISTS (\
      SELECT 1 FROM pg_class AS v WHERE v.relname IN (s.v1, lower(s.v1)) AND pg_table_is_visible(v.oid))))) ORDER BY 1
      """)
    for cells in found {
      guard let name = cells[0], let schema = cells[1], let table = cells[2], !names.values.contains(name),
        !result.others.contains(where: { $0.name == name })
      else { continue }
      result.others.append(
        DatabaseCatalogue.Table(
          name: name, source: "\(DatabaseName.quoted(schema)).\(DatabaseName.quoted(table))", kind: .table, columns: [],
          primaryKey: [], uniqueKeys: [], indexes: [], estimatedRows: 0, checks: [], hasTriggers: false))
    }
    return found.compactMap { $0[0] }
  }
}

/// What a function's text says it writes and does, as far as words tell.
struct PostgresFunctionText {
  private(set) var writes: [String] = []
  private(set) var acts: [String] = []
  /// Functions that it calls, as far as these are words with a bracket behind them.
  private(set) var calls: [String] = []

  init(language: String, source: String) {
    guard language == "plpgsql" || language == "sql" else {
      acts = ["runs code in \(language) that cannot be read here"]
      return
    }
    let tokens = SQLToken.all(in: source).filter {
      $0.kind != .other || $0.text == "." || $0.text == "(" || $0.text.hasPrefix("'")
    }
    for (place, token) in tokens.enumerated() where token.kind == .word || token.kind == .name {
      let next = place + 1 < tokens.count ? tokens[place + 1] : nil
      if next?.text == "(" { calls.append(token.kind == .word ? DatabaseName.folded(token.text) : token.value) }
      guard token.kind == .word else { continue }
      switch DatabaseName.folded(token.text) {
      case "insert" where Self.isWord(next, "into"), "merge" where Self.isWord(next, "into"),
        "delete" where Self.isWord(next, "from"):
        add(Self.name(at: place + 2, in: tokens))
      case "update":
        // `FOR UPDATE`, `ON UPDATE` and `DO UPDATE` name no table.
        let before = place > 0 ? DatabaseName.folded(tokens[place - 1].text) : ""
        if !["for", "on", "do", "of"].contains(before) { add(Self.name(at: place + 1, in: tokens)) }
      case "execute": act("runs statements it puts together itself")
      case "pg_notify", "notify": act("notifies listeners")
      case let word where word.hasPrefix("dblink") || word.hasPrefix("http_") || word == "pg_logical_emit_message":
        act("sends something out of the database (\(word))")
      default: break
      }
    }
  }

  /// Takes over what another text writes and does.
  mutating func add(_ other: PostgresFunctionText) {
    for name in other.writes { add(name) }
    for words in other.acts { act(words) }
  }

  private mutating func add(_ name: String?) {
    guard let name, !writes.contains(name), name != "set", name != "strict" else { return }
    writes.append(name)
  }

  private mutating func act(_ words: String) { if !acts.contains(words) { acts.append(words) } }

  private static func isWord(_ token: SQLToken?, _ word: String) -> Bool {
    token.map { $0.kind == .word && DatabaseName.folded($0.text) == word } == true
  }

  private static func name(at place: Int, in tokens: [SQLToken]) -> String? {
    var place = place
    if place < tokens.count, isWord(tokens[place], "only") { place += 1 }
    guard place < tokens.count, tokens[place].kind == .word || tokens[place].kind == .name else { return nil }
    if place + 2 < tokens.count, tokens[place + 1].text == "." {
      return "\(tokens[place].value).\(tokens[place + 2].value)"
    }
    return tokens[place].value
  }
}
