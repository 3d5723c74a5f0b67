import ErasureDomain
import Foundation
import GRDB

/// How SQLite writes what the selection needs. Its functions `expunge_…` belong to `SQLiteSession`.
///
/// Any value may be of any type, whatever its column says, so values are compared where they are and rows are named by
/// their number; a key that is written down is the text that every such value has.
struct SQLiteDialect: DatabaseDialect {
  /// The type of row numbers in lists, and that of values as `expunge_text` writes them.
  private static let number = "rowid"
  private static let exact = "exact"

  func identity(_ table: DatabaseCatalogue.Table, _ alias: String) -> [String] {
    names(table).map { "\(alias).\(DatabaseName.quoted($0))" }
  }

  func identityTexts(_ table: DatabaseCatalogue.Table, _ alias: String) -> [String] {
    table.rowNumber == nil ? identity(table, alias).map { "expunge_text(\($0))" } : identity(table, alias)
  }

  func identityTypes(_ table: DatabaseCatalogue.Table) -> [String] {
    names(table).map { _ in table.rowNumber == nil ? Self.exact : Self.number }
  }

  private func names(_ table: DatabaseCatalogue.Table) -> [String] { table.rowNumber.map { [$0] } ?? table.primaryKey }

  var placesLast: Bool { true }
  var join: String { "CROSS JOIN" }
  var countsCascades: Bool { false }
  var forUpdate: String { "" }
  var listLimit: Int { 50_000 }

  func list(_ rows: [[String?]], types: [String], as alias: String) -> SQL {
    // A cell that is not there is NULL.
    let json = CanonicalJSON.array(
      rows.map { row in
        .object(
          Dictionary(
            row.enumerated().compactMap { place, cell in cell.map { ("c\(place)", CanonicalJSON.string($0)) } },
            uniquingKeysWith: { first, _ in first }))
      })
    let columns = types.enumerated().map { place, type in
      let cell = "(e.value ->> '$.c\(place)')"
      return switch type {
      case Self.number: "CAST(\(cell) AS INTEGER) AS v\(place)"
      case Self.exact: "expunge_value(\(cell)) AS v\(place)"
      default: "\(cell) AS v\(place)"
      }
    }
    let text = String(decoding: json.encoded(), as: UTF8.self)
    return "(SELECT e.key + 1 AS n, \(columns.joined(separator: ", ")) FROM json_each(\(value: text)) AS e) AS \(alias)"
  }

  func isListed(
    _ columns: [String], of table: DatabaseCatalogue.Table, _ alias: String, _ texts: [[String?]]
  ) -> String {
    columns.enumerated().map { place, name in
      let expression = "\(alias).\(DatabaseName.quoted(name))"
      let decides = "\(SQLiteName.keyText(expression)) = s.v\(place) COLLATE BINARY"
      // The plain comparison lets an index find the row; the text decides, since `'04'` equals 4 for a number.
      let isPlain = !texts.contains { $0[place]?.hasPrefix("x'") == true }
      let affinity = table.column(name).map { Self.affinity($0) }
      guard isPlain, affinity != SQLiteCatalogue.Affinity.none else { return decides }
      return "\(expression) = s.v\(place) AND \(decides)"
    }.joined(separator: " AND ")
  }

  func isOneOf(_ columns: [String], _ rows: [[String?]], types: [String]) -> SQL {
    "\(DatabaseSelection.tuple(columns)) IN (SELECT \(columns.indices.map { "s.v\($0)" }.joined(separator: ", ")) FROM \(list(rows, types: types, as: "s")))"
  }

  func compare(_ one: DatabaseCatalogue.Column, with other: DatabaseCatalogue.Column) -> Bool { true }

  // MARK: Values

  func text(_ expression: String, _ column: DatabaseCatalogue.Column) -> String { SQLiteName.keyText(expression) }
  func exactText(_ expression: String, _ column: DatabaseCatalogue.Column) -> String { "expunge_text(\(expression))" }
  func taken(_ exact: String?, _ column: DatabaseCatalogue.Column) -> TakenValue {
    guard let exact else { return .null }
    let rest = String(exact.dropFirst())
    switch exact.first {
    case "i": return TakenValue(number: rest)
    case "r": return UInt64(rest).map { TakenValue(number: "\(Double(bitPattern: $0))") } ?? .text(rest)
    case "b": return Hex.decode(rest).map { .bytes($0) } ?? .text(rest)
    default: return .text(rest)
    }
  }

  func exactValue(_ text: String?, _ column: DatabaseCatalogue.Column) -> SQL { "expunge_value(\(value: text))" }
  func literal(_ text: String, _ column: DatabaseCatalogue.Column) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }

  func startText(_ expression: String, _ column: DatabaseCatalogue.Column) -> String {
    """
    CASE typeof(\(expression)) WHEN 'text' THEN \(expression) WHEN 'integer' THEN '@' || \(expression) \
    WHEN 'null' THEN NULL ELSE '?' END
    """
  }

  func day(of start: String, clock: any CivilClock) -> CivilDate? {
    guard start.hasPrefix("@") else { return RetentionStartDay.day(of: start, clock: clock) }
    return Int64(start.dropFirst()).flatMap { RetentionStartDay.day(ofSeconds: $0, clock: clock) }
  }

  func holds(
    _ value: String, _ comparison: ColumnComparison, _ expression: String, _ column: DatabaseCatalogue.Column
  ) -> SQL {
    switch comparison {
    case .exact: return "\(SQLiteName.findText(expression)) = \(value: value) COLLATE BINARY"
    case .folded:
      let forms = DatabaseMatch.foldedForms(value).map { "\(value: $0)" as SQL }
      return "\(SQLiteName.foldedText(expression)) IN (\(SQL.joined(forms, by: ", ")))"
    }
  }

  // MARK: Changing

  private static func affinity(_ column: DatabaseCatalogue.Column) -> SQLiteCatalogue.Affinity {
    SQLiteCatalogue.Affinity(declaredType: column.type)
  }

  func overwrite(_ column: DatabaseCatalogue.Column, isUnique: Bool) -> Overwriting? {
    let type = column.type.uppercased()
    let isDay = type.contains("DATE") || type.contains("TIME")
    switch (Self.affinity(column), isUnique) {
    case (.integer, true), (.real, true), (.numeric, true):
      return Overwriting(
        value: "expunge_random(1)", isDone: { "typeof(\($0)) IN ('integer', 'real') AND \($0) < 0" })
    case (.text, true):
      return Overwriting(value: "'erased-' || expunge_random(0)", isDone: { "\($0) GLOB 'erased-[0-9a-f]*'" })
    case (.none, true):
      return Overwriting(
        value: "CAST('erased-' || expunge_random(0) AS BLOB)",
        isDone: { "CAST(\($0) AS TEXT) GLOB 'erased-[0-9a-f]*'" })
    case (.numeric, false) where isDay: return Self.constant("'1900-01-01'")
    case (.integer, false), (.real, false), (.numeric, false): return Self.constant("0")
    case (.text, false): return Self.constant("'erased'")
    case (.none, false): return Self.constant("x''")
    }
  }

  private static func constant(_ value: String) -> Overwriting {
    Overwriting(value: value, isDone: { "\($0) = \(value)" })
  }

  func refusesOverwrites(of dataset: DatabaseDataset, in selection: DatabaseSelection) throws -> Bool {
    guard let session = selection.session as? SQLiteSession else { return false }
    return try !SQLiteOverwriteTrial(session: session, selection: selection, dataset: dataset).succeeds()
  }

  func deletePart(of table: DatabaseCatalogue.Table, where condition: SQL, limit: Int) -> SQL {
    let row = DatabaseSelection.tuple(identity(table, "t"))
    return """
      DELETE FROM \(table.source) AS t WHERE \(row) IN (SELECT \(identity(table, "t").joined(separator: ", ")) \
      FROM \(table.source) AS t WHERE \(condition) LIMIT \(limit))
      """
  }

  func clear(_ columns: [String], of table: DatabaseCatalogue.Table, at places: [[String]]) -> SQL? { nil }

  var changedSoFar: SQL { "SELECT total_changes()" }
  func call(_ function: String, _ keys: String) -> SQL? { nil }

  func example(_ column: DatabaseCatalogue.Column) -> String? { "1" }
  func exampleIdentity(_ table: DatabaseCatalogue.Table) -> [String] { names(table).map { _ in "1" } }

  // MARK: Errors

  func isRefused(_ error: any Error) -> Bool { (error as? DatabaseError)?.resultCode == .SQLITE_CONSTRAINT }

  func isUnreadable(_ error: any Error) -> Bool {
    guard let code = (error as? DatabaseError)?.resultCode else { return false }
    return code == .SQLITE_ERROR || code == .SQLITE_MISUSE || code == .SQLITE_RANGE
  }
}
