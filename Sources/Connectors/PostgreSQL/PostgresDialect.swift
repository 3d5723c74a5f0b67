import ErasureDomain
import Foundation
import Postgres

/// How PostgreSQL writes what the selection needs.
struct PostgresDialect: DatabaseDialect {
  /// The place of a row in its table and partition: it stays the same while a REPEATABLE READ transaction sees the row.
  ///
  /// Never `ctid` alone: partitions share these numbers, and the wrong rows would go.
  func identity(_ table: DatabaseCatalogue.Table, _ alias: String) -> [String] {
    ["\(alias).tableoid", "\(alias).ctid"]
  }

  func identityTexts(_ table: DatabaseCatalogue.Table, _ alias: String) -> [String] { identity(table, alias) }
  func identityTypes(_ table: DatabaseCatalogue.Table) -> [String] { ["oid", "tid"] }
  /// An UPDATE writes a new row.
  var placesLast: Bool { false }
  var join: String { "JOIN" }
  var countsCascades: Bool { true }

  func isListed(
    _ columns: [String], of table: DatabaseCatalogue.Table, _ alias: String, _ texts: [[String?]]
  ) -> String {
    columns.enumerated().map { "\(alias).\(DatabaseName.quoted($1)) = s.v\($0)" }.joined(separator: " AND ")
  }

  func list(_ rows: [[String?]], types: [String], as alias: String) -> SQL {
    let arrays = types.indices.map { place -> SQL in
      "CAST(\(value: Self.array(rows.map { $0[place] })) AS \(types[place])[])"
    }
    let columns = types.indices.map { "v\($0)" }.joined(separator: ", ")
    return "unnest(\(SQL.joined(arrays, by: ", "))) WITH ORDINALITY AS \(alias)(\(columns), n)"
  }

  func isOneOf(_ columns: [String], _ rows: [[String?]], types: [String]) -> SQL {
    if rows.count == 1 {
      let pairs = columns.indices.map { place -> SQL in
        "\(columns[place]) = CAST(\(value: rows[0][place]) AS \(types[place]))"
      }
      return "(\(SQL.joined(pairs, by: " AND ")))"
    }
    if columns.count == 1 {
      return "\(columns[0]) = ANY(CAST(\(value: Self.array(rows.map { $0[0] })) AS \(types[0])[]))"
    }
    let places = columns.indices.map { "s.v\($0)" }.joined(separator: ", ")
    return "(\(columns.joined(separator: ", "))) IN (SELECT \(places) FROM \(list(rows, types: types, as: "s")))"
  }

  /// An array as PostgreSQL reads it (datatype "array", input syntax).
  static func array(_ values: [String?]) -> String {
    let elements = values.map { value -> String in
      guard let value else { return "NULL" }
      // Nearly all values have nothing to escape, and a list may have many.
      guard value.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") }) else {
        return "\"" + value + "\""
      }
      return "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    return "{" + elements.joined(separator: ",") + "}"
  }

  func text(_ expression: String, _ column: DatabaseCatalogue.Column) -> String { "\(expression)::text" }

  func exactText(_ expression: String, _ column: DatabaseCatalogue.Column) -> String { text(expression, column) }

  func exactValue(_ text: String?, _ column: DatabaseCatalogue.Column) -> SQL {
    "CAST(\(value: text) AS \(column.type))"
  }

  func taken(_ exact: String?, _ column: DatabaseCatalogue.Column) -> TakenValue {
    guard let exact else { return .null }
    switch column.family {
    case .integer, .number: return TakenValue(number: exact)
    case .boolean: return .boolean(exact == "true" || exact == "t")
    // `bytea_output` is hex in every session of ours that does not say otherwise.
    case .bytes:
      return (exact.hasPrefix("\\x") ? Hex.decode(String(exact.dropFirst(2))) : nil).map { .bytes($0) } ?? .text(exact)
    case .text, .day, .moment, .uuid, .document, .other: return .text(exact)
    }
  }

  func literal(_ text: String, _ column: DatabaseCatalogue.Column) -> String {
    "CAST('\(text.replacing("'", with: "''"))' AS \(column.type))"
  }

  func startText(_ expression: String, _ column: DatabaseCatalogue.Column) -> String {
    switch column.family {
    case .day, .moment, .text: "\(expression)::text"
    case .integer: "'@' || \(expression)::text"
    case .number, .boolean, .bytes, .uuid, .document, .other: "CASE WHEN \(expression) IS NOT NULL THEN '?' END"
    }
  }

  func day(of start: String, clock: any CivilClock) -> CivilDate? {
    guard start.hasPrefix("@") else { return RetentionStartDay.day(of: start, clock: clock) }
    return Int64(start.dropFirst()).flatMap { RetentionStartDay.day(ofSeconds: $0, clock: clock) }
  }

  // MARK: Comparing

  func holds(
    _ value: String, _ comparison: ColumnComparison, _ expression: String, _ column: DatabaseCatalogue.Column
  ) -> SQL {
    // PostgreSQL has no text with a NUL in it.
    guard !value.utf8.contains(0) else { return "1 = 0" }
    if comparison == .folded {
      let forms = DatabaseMatch.foldedForms(value).map { "lower(CAST(\(value: $0) AS text))" as SQL }
      return "\(Self.folded(expression)) IN (\(SQL.joined(forms, by: ", ")))"
    }
    let plain: SQL = "\(expression) = CAST(\(value: value) AS \(column.type))"
    switch column.family {
    case .text:
      // The first part is for an index; what it calls equal (citext, some collations) may still be another's.
      return #"(\#(plain) AND \#(expression)::text COLLATE "C" = CAST(\#(value: value) AS text))"#
    case .integer(let bytes):
      guard let number = Int64(value), String(number) == value, Self.fits(number, bytes) else { return "1 = 0" }
      return plain
    case .uuid:
      guard UUID(uuidString: value) != nil else { return "1 = 0" }
      return plain
    case .number:
      guard Self.isPlainNumber(value) else { return "1 = 0" }
      guard column.type != "numeric" else { return plain }
      // Others round what they are compared with.
      return "\(expression)::text::numeric = CAST(\(value: value) AS numeric)"
    case .day, .moment, .boolean, .bytes, .document, .other:
      return "\(expression)::text = CAST(\(value: value) AS text)"
    }
  }

  /// A number as it is written without anything that could be left away: not `0042`, which names somebody else.
  private static func isPlainNumber(_ value: String) -> Bool {
    let digits = Array((value.hasPrefix("-") ? value.dropFirst() : value[...]).utf8)
    let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard digits.count <= 100, parts.count <= 2, value != "-0",
      parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } })
    else { return false }
    return parts[0].first != UInt8(ascii: "0") || parts[0].count == 1
  }

  func compare(_ one: DatabaseCatalogue.Column, with other: DatabaseCatalogue.Column) -> Bool {
    switch (one.family, other.family) {
    case (.text, .text), (.day, .moment), (.moment, .day), (.moment, .moment): true
    case (.integer, .integer), (.integer, .number), (.number, .integer), (.number, .number): true
    default: one.type == other.type && one.type != "json" && one.type != "xml"
    }
  }

  /// An address as addresses are compared; an index over this very expression makes the search fast.
  static func folded(_ expression: String) -> String { #"lower(btrim(\#(expression)::text, E' \t\n\r'))"# }

  private static func fits(_ number: Int64, _ bytes: Int) -> Bool {
    switch bytes {
    case 2: Int16(exactly: number) != nil
    case 4: Int32(exactly: number) != nil
    default: true
    }
  }

  // MARK: Overwriting

  func overwrite(_ column: DatabaseCatalogue.Column, isUnique: Bool) -> Overwriting? {
    switch column.family {
    case .text(let limit): return Self.text(limit: limit, isUnique: isUnique)
    case .integer(let bytes):
      guard isUnique else { return Self.constant("0") }
      let most = bytes == 2 ? "32767" : bytes == 4 ? "2147483647" : "4503599627370496"
      return Overwriting(value: "(-1 - floor(random() * \(most)))::\(column.type)", isDone: { "\($0) < 0" })
    case .number(let digits, let decimals):
      guard isUnique else { return Self.constant("0") }
      // Fewer numbers could not be told apart.
      guard digits >= 4 else { return nil }
      let most = Self.power(of: min(digits, 15))
      return Overwriting(
        value: "(-(1 + floor(random() * \(most - 1)))::numeric / \(Self.power(of: decimals)))::\(column.type)",
        isDone: { "\($0) < 0" })
    case .day: return isUnique ? nil : Self.constant("DATE '1900-01-01'")
    case .moment: return isUnique ? nil : Self.constant("CAST('1900-01-01 00:00:00+00' AS \(column.type))")
    case .boolean: return isUnique ? nil : Self.constant("false")
    case .bytes:
      guard isUnique else { return Self.constant("''::bytea") }
      return Overwriting(
        value: "convert_to('erased-' || gen_random_uuid()::text, 'UTF8')",
        isDone: { "position(convert_to('erased-', 'UTF8') in \($0)) = 1" })
    case .uuid: return Self.uuid(isUnique: isUnique)
    case .document: return isUnique ? nil : Self.document(column.type)
    case .other: return nil
    }
  }

  private static func power(of digits: Int) -> Int {
    (0..<max(0, min(digits, 18))).reduce(1) { power, _ in power * 10 }
  }

  private static func constant(_ value: String) -> Overwriting {
    Overwriting(value: value, isDone: { "\($0) = \(value)" })
  }

  private static func text(limit: Int?, isUnique: Bool) -> Overwriting? {
    guard isUnique else { return constant("left('erased', \(limit ?? 6))") }
    // Shorter texts could not be told apart.
    guard limit.map({ $0 >= 20 }) != false else { return nil }
    return Overwriting(
      value: "left('erased-' || replace(gen_random_uuid()::text, '-', ''), \(limit ?? 39))",
      isDone: { "\($0) LIKE 'erased-%'" })
  }

  private static func uuid(isUnique: Bool) -> Overwriting {
    let head = "00000000-0000-4000-8000-"
    guard isUnique else { return constant("'\(head)000000000000'::uuid") }
    return Overwriting(
      value: "('\(head)' || right(gen_random_uuid()::text, 12))::uuid", isDone: { "\($0)::text LIKE '\(head)%'" })
  }

  private static func document(_ type: String) -> Overwriting? {
    let empty: String
    switch type {
    case "json", "jsonb": empty = "{}"
    case "xml": empty = "<erased/>"
    case "hstore": empty = ""
    case _ where type.hasSuffix("[]"): empty = "{}"
    default: return nil
    }
    return Overwriting(value: "'\(empty)'::\(type)", isDone: { "\($0)::text = '\(empty)'" })
  }

  func clear(_ columns: [String], of table: DatabaseCatalogue.Table, at places: [[String]]) -> SQL? {
    let sets = columns.map { "\(DatabaseName.quoted($0)) = NULL" }.joined(separator: ", ")
    let list = list(places, types: identityTypes(table), as: "s")
    return """
      UPDATE \(table.source) AS t SET \(sets) FROM \(list) WHERE t.tableoid = s.v0 AND t.ctid = s.v1 \
      RETURNING s.n, t.tableoid, t.ctid
      """
  }

  func example(_ column: DatabaseCatalogue.Column) -> String? {
    switch column.family {
    case .integer, .number: "1"
    case .day, .moment: "2020-01-01"
    case .boolean: "false"
    case .uuid: "00000000-0000-4000-8000-000000000000"
    case .bytes: "\\x00"
    case .text: "x"
    case .document, .other: nil
    }
  }

  func exampleIdentity(_ table: DatabaseCatalogue.Table) -> [String] { ["1", "(0,1)"] }

  var changedSoFar: SQL { "SELECT coalesce(sum(n_tup_del + n_tup_upd), 0)::bigint FROM pg_stat_xact_user_tables" }

  /// Rules of tables and types are in the catalogue.
  func refusesOverwrites(of dataset: DatabaseDataset, in selection: DatabaseSelection) throws -> Bool { false }

  func call(_ function: String, _ keys: String) -> SQL? {
    let name = function.split(separator: ".").map { DatabaseName.quoted(String($0)) }.joined(separator: ".")
    return "\(name)(CAST(\(value: keys) AS jsonb))"
  }

  func deletePart(of table: DatabaseCatalogue.Table, where condition: SQL, limit: Int) -> SQL {
    // Both numbers: with ctid alone rows of other partitions would go.
    """
    WITH part AS MATERIALIZED (SELECT t.tableoid AS v0, t.ctid AS v1 FROM \(table.source) AS t WHERE \(condition) \
    LIMIT \(limit)) DELETE FROM \(table.source) AS d USING part WHERE d.tableoid = part.v0 AND d.ctid = part.v1
    """
  }

  func isRefused(_ error: any Error) -> Bool { (error as? PostgresError)?.sqlState?.hasPrefix("23") == true }

  func isUnreadable(_ error: any Error) -> Bool {
    guard let state = (error as? PostgresError)?.sqlState else { return false }
    // Syntax and access (class 42), data (class 22), what may not run in a transaction that only reads (25006) or not
    // inside another query (0A000).
    return state.hasPrefix("42") || state.hasPrefix("22") || state == "25006" || state == "0A000"
  }

  var forUpdate: String { "FOR UPDATE OF t" }
  var listLimit: Int { 50_000 }
}
