import ErasureDomain
import Postgres

/// Describes a PostgreSQL database for a draft of its file.
enum PostgresOutline {
  /// Rows of a table that are looked at for a guess.
  static let sampledRows = 500

  /// Opens and ends a read-only transaction of its own.
  ///
  /// - Returns: What `Drafting.draft` answers.
  static func draft(over connection: PostgresConnection) async throws -> DatabaseOutline {
    try await connection.perform { session in
      try session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
      do {
        let outline = try sampled(session)
        try session.execute("COMMIT")
        return outline
      } catch {
        try session.execute("ROLLBACK")
        throw error
      }
    }
  }

  /// With what the first rows of each table show; inside a transaction of the caller.
  static func sampled(_ session: PostgresSession) throws -> DatabaseOutline {
    let catalogue = try PostgresOutlineCatalogue(reading: session)
    var outline = outline(of: catalogue)
    for (index, table) in catalogue.tables.enumerated() where ["r", "p"].contains(table.kind) {
      guard table.mayRead, !table.hidesRows else { continue }
      try sample(&outline.tables[index], table, session)
    }
    outline.tables.sort { $0.name < $1.name }
    return outline
  }

  static func outline(of catalogue: PostgresOutlineCatalogue) -> DatabaseOutline {
    DatabaseOutline(
      tables: catalogue.tables.map { table in
        DatabaseOutline.Table(
          name: table.registerName, kind: kind(table.kind),
          columns: table.columns.map { .init(name: $0.name, type: $0.type, shape: shape(of: $0)) }, key: table.key)
      }, references: catalogue.references)
  }

  private static func kind(_ letter: String) -> DatabaseOutline.Kind {
    switch letter {
    case "r", "p": .table
    case "v", "m": .view
    default: .other
    }
  }

  static func shape(of column: PostgresOutlineCatalogue.Column) -> DatabaseOutline.Shape {
    switch column.base {
    case "json", "jsonb", "xml", "hstore": return .structured
    case "bytea": return .bytes
    case "uuid": return .text
    default: break
    }
    return switch column.category {
    case "S": .text
    case "N": .number
    case "D": .date
    case "A", "C": .structured
    case "bytes": .bytes
    default: .other
    }
  }

  /// Only counts come out of the statement, never a value.
  private static func sample(
    _ outline: inout DatabaseOutline.Table, _ table: PostgresOutlineCatalogue.Table, _ session: PostgresSession
  ) throws {
    let places = table.columns.indices.filter { place in
      table.columns[place].mayRead && [.text, .number].contains(outline.columns[place].shape)
    }
    guard !places.isEmpty else { return }
    let names = places.map { PostgresOutlineCatalogue.Table.quoted(table.columns[$0].name) }
    // Three numbers for each column; a result has at most 1,664.
    for start in stride(from: 0, to: places.count, by: 500) {
      let range = start..<min(start + 500, places.count)
      let rows = try session.rows(
        """
        SELECT \(names[range].flatMap(sums).joined(separator: ", ")) FROM (SELECT \
        \(names[range].joined(separator: ", ")) FROM \(table.source) LIMIT \(sampledRows)) AS t
        """)
      let numbers = rows.first?.map { $0.flatMap { Int($0) } ?? 0 } ?? []
      for (number, place) in places[range].enumerated() where numbers.count >= number * 3 + 3 {
        outline.columns[place].sample = DatabaseOutline.Sample(
          filled: numbers[number * 3], emails: numbers[number * 3 + 1], phones: numbers[number * 3 + 2])
      }
    }
  }

  private static func sums(of column: String) -> [String] {
    let text = "btrim(t.\(column)::text)"
    return [
      "\(text) <> ''", #"\#(text) ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$'"#,
      #"\#(text) ~ '^[0-9 +()./-]+$' AND length(regexp_replace(\#(text), '[^0-9]', '', 'g')) BETWEEN 8 AND 15"#,
    ].map { "count(*) FILTER (WHERE \($0))" }
  }
}
