import ErasureDomain

/// The tables that the queries of blockers read, as far as their texts name them.
struct PostgresBlockerTables {
  struct Table: Hashable {
    let schema: String
    let name: String

    var source: String { "\(DatabaseName.quoted(schema)).\(DatabaseName.quoted(name))" }
  }

  let session: any DatabaseSession

  /// Tables and views, each once. Whether this user may read them does not matter.
  func all(_ blockers: [Blocker]) throws -> [Table] {
    var found: [Table] = []
    for name in blockers.flatMap({ Self.names(in: $0.query) }) {
      if let table = try table(name), !found.contains(table) { found.append(table) }
    }
    return found
  }

  /// What stands after FROM and JOIN, and behind commas there: one or two parts each. A name that is no table (of a
  /// WITH, or a column in `extract(.. FROM ..)`) is none in the catalogue either.
  static func names(in query: String) -> [[String]] {
    let tokens = SQLToken.all(in: query).filter { token in
      !token.text.allSatisfy(\.isWhitespace) && !token.text.hasPrefix("--") && !token.text.hasPrefix("/*")
    }
    let words = tokens.map { $0.kind == .word ? DatabaseName.folded($0.text) : $0.text }
    let ends: Set<String> = ["where", "group", "order", "having", "union", "except", "intersect", "limit", "select"]
    var names: [[String]] = []
    var isList = false
    var isNext = false
    var outer: [Bool] = []
    for (place, token) in tokens.enumerated() {
      let word = words[place]
      if word == "from" || word == "join" {
        (isList, isNext) = (true, true)
      } else if ends.contains(word) {
        (isList, isNext) = (false, false)
      } else if word == "(" {
        outer.append(isList)
      } else if word == ")" {
        (isList, isNext) = (outer.popLast() ?? false, false)
      } else if word == ",", isList {
        isNext = true
      } else if isNext, word != "only", word != "lateral" {
        isNext = false
        guard token.kind == .word || token.kind == .name else { continue }
        let isQualified = place + 2 < tokens.count && words[place + 1] == "."
        let parts = isQualified ? [token, tokens[place + 2]] : [token]
        names.append(parts.map { $0.kind == .word ? DatabaseName.folded($0.value) : $0.value })
      }
    }
    return names
  }

  private func table(_ name: [String]) throws -> Table? {
    // The path as it is set: schemas that this user may not use yet are no part of `current_schemas`.
    let path = """
      SELECT CASE btrim(u.part) WHEN '"$user"' THEN current_user::text ELSE btrim(u.part, ' "') END AS schema, u.place \
      FROM unnest(string_to_array(current_setting('search_path'), ',')) WITH ORDINALITY AS u(part, place)
      """
    let schemas: SQL =
      name.count == 2 ? "SELECT \(value: name[0])::text AS schema, 1::bigint AS place" : SQL(path)
    let row = try session.rows(
      """
      SELECT n.nspname, c.relname FROM (\(schemas)) AS s JOIN pg_namespace AS n ON n.nspname = s.schema \
      JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = \(value: name[name.count - 1]) \
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY s.place LIMIT 1
      """
    ).first
    guard let schema = row?[0], let table = row?[1] else { return nil }
    return Table(schema: schema, name: table)
  }
}
