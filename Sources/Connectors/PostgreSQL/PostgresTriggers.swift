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
    // On a partitioned table the triggers of the parts are the parent's, or are found with them.
    let rows = try session.rows(
      """
      SELECT t.tgrelid, t.tgname, t.tgtype & 8 <> 0, t.tgtype & 16 <> 0, l.lanname, p.prosrc, \
      coalesce((SELECT h.inhparent FROM pg_inherits AS h JOIN pg_class AS c ON c.oid = h.inhparent \
      WHERE h.inhrelid = t.tgrelid AND c.relkind = 'p'), t.tgrelid) \
      FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid JOIN pg_language AS l ON l.oid = p.prolang \
      WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgparentid = 0 AND (t.tgrelid = ANY(\(list)) \
      OR t.tgrelid IN (SELECT h.inhrelid FROM pg_inherits AS h WHERE h.inhparent = ANY(\(list)))) \
      ORDER BY t.tgrelid, t.tgname
      """)
    for cells in rows {
      guard let oid = cells[6], let table = names[oid], let name = cells[1] else { continue }
      result.tablesWithTriggers.insert(oid)
      let text = PostgresFunctionText(language: cells[4] ?? "", source: cells[5] ?? "")
      result.triggers.append(
        DatabaseCatalogue.Trigger(
          name: name, table: table, firesOnErasure: cells[2] == "t" || cells[3] == "t", writes: text.writes,
          acts: text.acts))
    }
    result.others = try written(by: result.triggers)
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
  private func written(by triggers: [DatabaseCatalogue.Trigger]) throws -> [DatabaseCatalogue.Table] {
    let known = Set(names.values)
    let wanted = Set(triggers.filter(\.firesOnErasure).flatMap(\.writes)).subtracting(known).sorted()
    guard !wanted.isEmpty else { return [] }
    let parts = wanted.map { name -> [String?] in
      let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
      return parts.count == 2 ? [name, parts[0], parts[1]] : [name, nil, name]
    }
    return try session.rows(
      """
      SELECT DISTINCT s.v0, n.nspname, c.relname FROM \(PostgresDialect().list(parts, types: ["text", "text", "text"], as: "s")) \
      JOIN pg_class AS c ON c.relname = s.v2 OR c.relname = lower(s.v2) JOIN pg_namespace AS n ON n.oid = c.relnamespace \
      WHERE c.relkind IN ('r', 'p') AND (n.nspname = lower(s.v1) \
      OR (s.v1 IS NULL AND n.nspname = ANY(current_schemas(false))))
      """
    ).compactMap { cells in
      guard let name = cells[0], let schema = cells[1], let table = cells[2] else { return nil }
      return DatabaseCatalogue.Table(
        name: name, source: "\(DatabaseName.quoted(schema)).\(DatabaseName.quoted(table))", kind: .table, columns: [],
        primaryKey: [], uniqueKeys: [], indexes: [], estimatedRows: 0, checks: [], hasTriggers: false)
    }
  }
}

/// What a function's text says it writes and does, as far as words tell.
struct PostgresFunctionText {
  private(set) var writes: [String] = []
  private(set) var acts: [String] = []

  init(language: String, source: String) {
    guard language == "plpgsql" || language == "sql" else {
      acts = ["runs code in \(language) that cannot be read here"]
      return
    }
    let tokens = SQLToken.all(in: source).filter { $0.kind != .other || $0.text == "." || $0.text.hasPrefix("'") }
    for (place, token) in tokens.enumerated() where token.kind == .word {
      let next = place + 1 < tokens.count ? tokens[place + 1] : nil
      switch DatabaseName.folded(token.text) {
      case "insert" where Self.isWord(next, "into"), "delete" where Self.isWord(next, "from"):
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
