import ErasureDomain
import GRDB

/// Runs the blockers of a system for the root records of a selection.
struct SQLiteBlockers {
  private let selection: SQLiteSelection

  init(_ selection: SQLiteSelection) { self.selection = selection }

  /// The names of blockers that count more than zero, and what is wrong with queries that cannot be run.
  func run() throws -> (blocked: [String], obstacles: [Obstacle]) {
    var blocked: [String] = []
    var obstacles: [Obstacle] = []
    for blocker in selection.layout.system.blockers {
      do {
        if try counts(blocker) { blocked.append(blocker.name) }
      } catch let problem as Problem {
        let message = "blocker \"\(blocker.name)\" \(problem.description); correct its query"
        obstacles.append(Obstacle(code: FailureCode("blocker-unreadable"), message: message))
      }
    }
    return (blocked, obstacles)
  }

  private struct Problem: Error {
    let description: String
  }

  private func counts(_ blocker: Blocker) throws -> Bool {
    var sql = ""
    var columns: [String] = []
    var named: Set<String> = []
    for token in SQLToken.all(in: blocker.query) {
      if case .placeholder(let dataset, let column) = token.kind {
        sql += "?"
        columns.append(column)
        named.insert(dataset)
      } else {
        sql += token.text
      }
    }
    let statement = try statement(sql)
    guard let name = named.first else {
      return try !selection.roots().isEmpty && Self.count(statement, []) > 0
    }
    guard named.count == 1, let dataset = selection.layout.dataset(name) else {
      throw Problem(description: "must name columns of exactly one dataset of this system")
    }
    for column in columns where dataset.table.column(column) == nil {
      throw Problem(description: "names column \"\(column)\", which \"\(dataset.table.name)\" has not")
    }
    let values = try Row.fetchAll(
      selection.db,
      sql: """
        SELECT \(columns.map { dataset.column("t", $0) }.joined(separator: ", ")) FROM \(dataset.selected) AS s \
        JOIN \(dataset.source) AS t ON \(dataset.isSame("t", as: "s")) WHERE s.root = 1
        """)
    for row in values where try Self.count(statement, StatementArguments(Array(row.databaseValues))) > 0 { return true }
    return false
  }

  private func statement(_ sql: String) throws -> Statement {
    do {
      let statement = try selection.db.makeStatement(sql: sql)
      guard statement.columnCount == 1, statement.isReadonly else {
        throw Problem(description: "must be one SELECT that gives one number")
      }
      return statement
    } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR || error.resultCode == .SQLITE_MISUSE {
      throw Problem(description: "is no statement that SQLite understands on this database")
    }
  }

  private static func count(_ statement: Statement, _ arguments: StatementArguments) throws -> Int {
    guard let row = try Row.fetchOne(statement, arguments: arguments) else { return 0 }
    guard let count = Int.fromDatabaseValue(row.databaseValues.first ?? .null) else {
      throw Problem(description: "gives something that is no whole number")
    }
    return count
  }
}
