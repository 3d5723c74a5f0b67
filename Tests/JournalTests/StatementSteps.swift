import GRDB
import GRDBSQLite

/// What a statement cost.
enum StatementSteps {
  /// The operations of SQLite's machine that the statement took since it was made.
  static func count(_ statement: Statement) -> Int {
    Int(sqlite3_stmt_status(statement.sqliteStatement, SQLITE_STMTSTATUS_VM_STEP, 0))
  }
}
