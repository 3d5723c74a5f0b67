import ErasureDomain

/// What the columns of reduced rows are overwritten with.
struct DatabaseOverwrite {
  let column: DatabaseCatalogue.Column
  let value: String
  private let holdsIt: @Sendable (String) -> String

  /// Whether the column of a row under an alias holds such a value already.
  func isDone(_ alias: String) -> String { holdsIt("\(alias).\(DatabaseName.quoted(column.name))") }

  /// NULL where the column takes it; otherwise a value of its type that says nothing.
  private init?(of column: DatabaseCatalogue.Column, in table: DatabaseCatalogue.Table, _ dialect: any DatabaseDialect)
  {
    self.column = column
    guard !table.takesNull(column) else {
      value = "NULL"
      holdsIt = { "\($0) IS NULL" }
      return
    }
    guard let overwriting = dialect.overwrite(column, isUnique: table.isPartOfUniqueKey(column.name)) else {
      return nil
    }
    value = overwriting.value
    holdsIt = overwriting.isDone
  }

  /// All columns of a dataset that a reduction overwrites; the layout's checks have seen to it that each can be.
  static func all(of dataset: DatabaseDataset, _ dialect: any DatabaseDialect) -> [DatabaseOverwrite] {
    guard let keep = dataset.keepColumns else { return [] }
    let kept = Set(keep.compactMap { dataset.table.column($0)?.name })
    let overwrites = dataset.table.columns.filter { !$0.isGenerated && !kept.contains($0.name) }
      .compactMap { DatabaseOverwrite(of: $0, in: dataset.table, dialect) }
    guard let restrict = dataset.restrict, let column = dataset.table.column(restrict.column) else {
      return overwrites
    }
    return overwrites.filter { $0.column.name != column.name } + [DatabaseOverwrite(marking: column, restrict, dialect)]
  }

  /// The mark of a restricted row, as the register writes it.
  private init(
    marking column: DatabaseCatalogue.Column, _ restrict: Restriction, _ dialect: any DatabaseDialect
  ) {
    self.column = column
    let value = dialect.literal(restrict.value, column)
    self.value = value
    holdsIt = { "\($0) IS NOT NULL AND \($0) = \(value)" }
  }

  /// Whether a row under an alias has been reduced.
  static func isReduced(_ dataset: DatabaseDataset, _ alias: String, _ dialect: any DatabaseDialect) -> String {
    let parts = all(of: dataset, dialect).map { "(\($0.isDone(alias)))" }
    return parts.isEmpty ? "1 = 1" : parts.joined(separator: " AND ")
  }
}
