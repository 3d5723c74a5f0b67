/// What SQLite says differently in a sweep. Compares as `SQLiteMatch` does.
struct SQLiteSweepDialect: SweepDialect {
  func quoted(_ name: String) -> String { DatabaseName.quoted(name) }
  func source(_ table: String) -> String { SQLiteName.main(table) }
  func placeholder(_ number: Int) -> String { "?\(number)" }

  func findText(_ column: String, type: String) -> String { "(\(SQLiteName.findText(column))) COLLATE BINARY" }
  func findValue(_ place: String, type: String) -> String { place }
  func foldedText(_ column: String) -> String { SQLiteName.foldedText(column) }
  func foldedValue(_ place: String) -> String { place }

  func freeText(_ column: String) -> String { "CASE typeof(\(column)) WHEN 'text' THEN lower(\(column)) END" }

  func contains(_ text: String, _ part: String) -> String { "instr(\(text), \(part)) > 0" }
  func keyText(_ column: String) -> String { SQLiteName.keyText(column) }

  func isListed(_ text: String, in list: String) -> String {
    "(\(text)) COLLATE BINARY IN (SELECT value FROM json_each(\(list)))"
  }

  func isSame(table: String, as other: String) -> Bool { DatabaseName.folded(table) == DatabaseName.folded(other) }
  func isSame(column: String, as other: String) -> Bool { DatabaseName.folded(column) == DatabaseName.folded(other) }
}
