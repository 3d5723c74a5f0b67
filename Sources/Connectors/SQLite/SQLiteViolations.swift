import GRDB

/// References of a database that point to nothing.
struct SQLiteViolations {
  private let counts: [String: Int]

  /// Checks the whole database.
  init(_ db: Database) throws {
    let sql = """
      SELECT "table" || char(31) || parent || char(31) || fkid, count(*) FROM pragma_foreign_key_check GROUP BY 1
      """
    counts = try Dictionary(
      Row.fetchAll(db, sql: sql).map { ($0[0] as String, $0[1] as Int) }, uniquingKeysWith: +)
  }

  /// Some reference points to nothing that did not before; an application may have left others behind long ago.
  func isWorse(than before: SQLiteViolations) -> Bool {
    counts.contains { $1 > before.counts[$0, default: 0] }
  }
}
