import ErasureDomain
import GRDB

/// Describes an SQLite database for a sweep or a draft.
enum SQLiteOutline {
  /// Rows of a table that are looked at for a guess.
  static let sampledRows = 500

  static func outline(of catalogue: SQLiteCatalogue) -> DatabaseOutline {
    let tables = catalogue.allTables.filter { $0.kind != "shadow" }.map { table in
      DatabaseOutline.Table(
        name: table.name, kind: kind(table, catalogue),
        columns: table.columns.map { .init(name: $0.name, type: $0.type, shape: shape(of: $0.type)) },
        key: table.primaryKey)
    }
    let references = catalogue.foreignKeys.map { key in
      DatabaseOutline.Reference(
        table: key.table, parent: catalogue.table(key.parent)?.name ?? key.parent,
        pairs: key.pairs.map { .init(child: $0.child, parent: $0.parent) })
    }
    return DatabaseOutline(tables: tables, references: references)
  }

  /// With what the first rows of each table show.
  static func sampled(_ db: Database) throws -> DatabaseOutline {
    let catalogue = try SQLiteCatalogue(reading: db)
    var outline = outline(of: catalogue)
    for index in outline.tables.indices where outline.tables[index].kind == .table {
      try sample(&outline.tables[index], db)
    }
    return outline
  }

  private static func kind(_ table: SQLiteCatalogue.Table, _ catalogue: SQLiteCatalogue) -> DatabaseOutline.Kind {
    switch table.kind {
    case "table": .table
    case "virtual" where table.holdsItsOwnText && catalogue.mirrored(by: table).isEmpty: .table
    case "view": .view
    default: .other
    }
  }

  static func shape(of declared: String) -> DatabaseOutline.Shape {
    let type = declared.uppercased()
    func holds(_ words: String...) -> Bool { words.contains { type.contains($0) } }
    if holds("JSON", "XML") { return .structured }
    if holds("BLOB", "BINARY", "BYTE") { return .bytes }
    if holds("CHAR", "CLOB", "TEXT", "STRING") || type.isEmpty { return .text }
    if holds("DATE", "TIME") { return .date }
    if holds("BOOL") { return .other }
    return .number
  }

  /// Only counts come out of the statement, never a value.
  private static func sample(_ table: inout DatabaseOutline.Table, _ db: Database) throws {
    let places = table.columns.indices.filter { [.text, .number].contains(table.columns[$0].shape) }
    // Three numbers for each column, and a result has at most 2,000.
    for start in stride(from: 0, to: places.count, by: 500) {
      let part = places[start..<min(start + 500, places.count)]
      let columns = part.map { "t." + DatabaseName.quoted(table.columns[$0].name) }
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT \(columns.flatMap(sums).joined(separator: ", ")) FROM (SELECT * FROM \(SQLiteName.main(table.name)) \
          LIMIT \(sampledRows)) AS t
          """)
      guard let row else { return }
      for (number, place) in part.enumerated() {
        table.columns[place].sample = DatabaseOutline.Sample(
          filled: row[number * 3], emails: row[number * 3 + 1], phones: row[number * 3 + 2])
      }
    }
  }

  private static func sums(of column: String) -> [String] {
    let text = "trim(CAST(\(column) AS TEXT))"
    let digits = [" ", "-", "(", ")", ".", "+", "/"].reduce(text) { "replace(\($0), '\($1)', '')" }
    return [
      "\(column) IS NOT NULL AND \(text) <> ''",
      "\(text) LIKE '_%@_%._%' AND \(text) NOT LIKE '% %' AND \(text) NOT LIKE '%@%@%'",
      "\(text) NOT GLOB '*[^0-9 +()./-]*' AND length(\(digits)) BETWEEN 8 AND 15",
    ].map { "coalesce(sum(\($0)), 0)" }
  }
}
