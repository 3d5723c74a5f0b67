import ErasureDomain

/// What one statement asks of the rows of a table, over as many of its columns as one statement may name.
struct SweepTests: Sendable {
  /// Column and value pairs in one statement, at most: databases limit columns of a result and the length of a text.
  static let mostPairs = 400

  /// One column and kind, with the places of its three numbers in the answer.
  struct Item: Sendable {
    let column: String
    let kind: IdentifierKind
    let place: Int
  }

  let columns: [SweepTable.Column]
  /// Sums over the rows under alias `t`: first the rows that no dataset reaches, then three for each item.
  let sums: [String]
  /// Rows that matter at all.
  let condition: String
  let values: [String]
  let items: [Item]

  /// As many statements as the table needs; a column in which nothing can stand is in none.
  static func all(
    for table: SweepTable, _ identifiers: SweepIdentifiers, _ coverage: SweepCoverage
  ) -> [SweepTests] {
    let perColumn = identifiers.kinds.reduce(0) { $0 + $1.values($1.comparison).count + $1.contained.count }
    let size = max(1, mostPairs / max(1, perColumn))
    return stride(from: 0, to: table.columns.count, by: size).compactMap { start in
      SweepTests(
        columns: Array(table.columns[start..<min(start + size, table.columns.count)]), of: table.name, identifiers,
        coverage)
    }
  }

  init?(
    columns: [SweepTable.Column], of table: String, _ identifiers: SweepIdentifiers, _ coverage: SweepCoverage
  ) {
    let dialect = coverage.dialect
    var parameters = SweepParameters(dialect)
    let reached = coverage.condition(on: table, alias: "t", &parameters) ?? "1 = 0"
    var sums: [String] = []
    var items: [Item] = []
    var exacts: [String] = []
    var any: [String] = []
    for column in columns {
      let name = "t." + dialect.quoted(column.name)
      for kind in identifiers.kinds {
        let values = column.possible(kind.values(kind.comparison))
        guard !values.isEmpty || column.reading == .text else { continue }
        let exact = Self.exact(values, kind.comparison, name, column.type, dialect, &parameters)
        let inside = column.reading == .text ? Self.contained(kind, name, dialect, &parameters) : nil
        items.append(Item(column: column.name, kind: kind.kind, place: 1 + sums.count))
        sums.append(Self.sum("CASE WHEN \(exact) THEN 1 ELSE 0 END"))
        sums.append(Self.sum("CASE WHEN \(exact) THEN CASE WHEN \(reached) THEN 0 ELSE 1 END ELSE 0 END"))
        sums.append(Self.sum(inside.map { "CASE WHEN \(exact) THEN 0 WHEN \($0) THEN 1 ELSE 0 END" } ?? "0"))
        exacts.append(exact)
        any.append(exact)
        if let inside { any.append(inside) }
      }
    }
    guard !items.isEmpty else { return nil }
    self.columns = columns
    self.items = items
    self.sums =
      [Self.sum("CASE WHEN \(Self.either(exacts)) THEN CASE WHEN \(reached) THEN 0 ELSE 1 END ELSE 0 END")] + sums
    condition = Self.either(any)
    values = parameters.values
  }

  private static func sum(_ expression: String) -> String { "coalesce(sum(\(expression)), 0)" }

  /// A column holds one of the values.
  static func exact(
    _ values: [String], _ comparison: ColumnComparison, _ column: String, _ type: String, _ dialect: any SweepDialect,
    _ parameters: inout SweepParameters
  ) -> String {
    guard !values.isEmpty else { return "1 = 0" }
    let isFolded = comparison == .folded
    let text = isFolded ? dialect.foldedText(column) : dialect.findText(column, type: type)
    let places = values.map { value in
      let place = parameters.place(value)
      return isFolded ? dialect.foldedValue(place) : dialect.findValue(place, type: type)
    }
    return "(\(text)) IN (\(places.joined(separator: ", ")))"
  }

  private static func contained(
    _ kind: SweepIdentifiers.Kind, _ column: String, _ dialect: any SweepDialect, _ parameters: inout SweepParameters
  ) -> String? {
    guard !kind.contained.isEmpty else { return nil }
    let text = dialect.freeText(column)
    return either(kind.contained.map { dialect.contains(text, parameters.place($0)) })
  }

  /// `OR` as a balanced tree: databases limit how deep an expression may be.
  static func either(_ parts: [String]) -> String {
    guard parts.count > 2 else { return "(" + parts.joined(separator: " OR ") + ")" }
    let middle = parts.count / 2
    return "(" + either(Array(parts[..<middle])) + " OR " + either(Array(parts[middle...])) + ")"
  }
}
