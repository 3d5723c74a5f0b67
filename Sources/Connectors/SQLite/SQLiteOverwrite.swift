import ErasureDomain

/// What one column of a row that is reduced, minimised, restricted or anonymised is overwritten with.
struct SQLiteOverwrite: Sendable {
  let column: String
  /// The SQL expression of the new value.
  let value: String

  /// Whether the column of a row under an alias holds such a value already.
  private let holdsIt: @Sendable (String) -> String

  func isDone(_ alias: String) -> String { holdsIt("\(alias).\(SQLiteName.quoted(column))") }

  /// NULL where the column takes it; otherwise a value of its type that says nothing, a random one where it must be
  /// unique. `expunge_random` is a function of the connection.
  init(of column: SQLiteCatalogue.Column, in table: SQLiteCatalogue.Table) {
    self.column = column.name
    let isKey = column.keyPlace > 0
    guard column.isNotNull || isKey else {
      value = "NULL"
      holdsIt = { "\($0) IS NULL" }
      return
    }
    let isUnique = isKey || table.uniqueColumns.contains(SQLiteName.folded(column.name))
    let type = column.type.uppercased()
    let isDay = type.contains("DATE") || type.contains("TIME")
    switch (column.affinity, isUnique) {
    case (.integer, true), (.real, true), (.numeric, true):
      value = "expunge_random(1)"
      holdsIt = { "typeof(\($0)) IN ('integer', 'real') AND \($0) < 0" }
    case (.text, true):
      value = "'erased-' || expunge_random(0)"
      holdsIt = { "\($0) GLOB 'erased-[0-9a-f]*'" }
    case (.none, true):
      value = "CAST('erased-' || expunge_random(0) AS BLOB)"
      holdsIt = { "CAST(\($0) AS TEXT) GLOB 'erased-[0-9a-f]*'" }
    case (.numeric, false) where isDay:
      value = "'1900-01-01'"
      holdsIt = { "\($0) = '1900-01-01'" }
    case (.integer, false), (.real, false), (.numeric, false):
      value = "0"
      holdsIt = { "\($0) = 0" }
    case (.text, false):
      value = "'erased'"
      holdsIt = { "\($0) = 'erased'" }
    case (.none, false):
      value = "x''"
      holdsIt = { "\($0) = x''" }
    }
  }

  /// The mark of a kept row that is restricted.
  init(_ restriction: Restriction) {
    column = restriction.column
    let text = "'" + restriction.value.replacing("'", with: "''") + "'"
    value = text
    holdsIt = { "\($0) = \(text)" }
  }

  /// All columns of a dataset that lose what they hold; the mark of a restriction is none of them.
  static func all(of dataset: SQLiteDataset) -> [SQLiteOverwrite] {
    guard var keep = dataset.keepColumns.map({ Set($0.map(SQLiteName.folded)) }) else { return [] }
    if let restriction = dataset.restriction { keep.insert(SQLiteName.folded(restriction.column)) }
    return dataset.table.columns
      .filter { !$0.isGenerated && !keep.contains(SQLiteName.folded($0.name)) }
      .map { SQLiteOverwrite(of: $0, in: dataset.table) }
  }

  /// Everything that is written into a row of the dataset that stays.
  static func written(to dataset: SQLiteDataset) -> [SQLiteOverwrite] {
    all(of: dataset) + [dataset.restriction].compactMap { $0.map(SQLiteOverwrite.init) }
  }

  /// Whether a row under an alias holds all of it already.
  static func isWritten(_ dataset: SQLiteDataset, _ alias: String) -> String {
    let parts = written(to: dataset).map { "ifnull(\($0.isDone(alias)), 0)" }
    return parts.isEmpty ? "1" : parts.joined(separator: " AND ")
  }

  /// Whether a row under an alias has lost what it held.
  static func isReduced(_ dataset: SQLiteDataset, _ alias: String) -> String {
    let parts = all(of: dataset).map { "(\($0.isDone(alias)))" }
    return parts.isEmpty ? "1" : parts.joined(separator: " AND ")
  }
}
