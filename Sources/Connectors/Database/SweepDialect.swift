import ErasureDomain

/// What one kind of database says differently in the statements of a sweep.
protocol SweepDialect: Sendable {
  /// A name as SQL writes it.
  func quoted(_ name: String) -> String
  /// A table of the register or the outline, as `FROM` takes it.
  func source(_ table: String) -> String
  /// The place of the value with this number, counted from 1, read as text.
  func placeholder(_ number: Int) -> String
  /// A value of a column of this type as text, compared byte by byte: what a search compares (`find`).
  func findText(_ column: String, type: String) -> String
  /// What is compared with that: the identifier at its place.
  func findValue(_ place: String, type: String) -> String
  /// A value as it is compared where case does not count: trimmed, in lower case.
  func foldedText(_ column: String) -> String
  /// What is compared with that.
  func foldedValue(_ place: String) -> String
  /// A value that is a text, in lower case; nothing for other values.
  func freeText(_ column: String) -> String
  /// Whether a text holds another.
  func contains(_ text: String, _ part: String) -> String
  /// A part of a key as text, the same for every type.
  func keyText(_ column: String) -> String
  /// Whether a text is in a JSON list of texts.
  func isListed(_ text: String, in list: String) -> String
  /// Whether two spellings name one table.
  func isSame(table: String, as other: String) -> Bool
  /// Whether two spellings name one column.
  func isSame(column: String, as other: String) -> Bool
}

/// The values of one statement, each bound once.
struct SweepParameters {
  private(set) var values: [String] = []
  private let dialect: any SweepDialect

  init(_ dialect: any SweepDialect) { self.dialect = dialect }

  /// The place of a value in the statement.
  mutating func place(_ value: String) -> String {
    // By bytes: Swift's own comparison takes both forms of an accent for one.
    let known = values.firstIndex { $0.utf8.elementsEqual(value.utf8) }
    if let known { return dialect.placeholder(known + 1) }
    values.append(value)
    return dialect.placeholder(values.count)
  }
}
