import ConnectorKit
import Connectors
import ErasureDomain
import GRDB
import TestKit
import Testing

/// The SQLite connector keeps every retention clause, and what only SQLite must refuse.
struct SQLiteRetentionTests {
  @Test(arguments: RetentionClause.allCases)
  func keepsTheRetentionClause(_ clause: RetentionClause) async throws {
    try await RetentionContract.check(clause, on: SQLiteWorld.system) {
      SQLiteRetentionHarness(world: try SQLiteWorld())
    }
  }

  @Test func `a role is refused, because SQLite has none`() throws {
    let world = try SQLiteWorld()
    let retained = DatasetRecord.sqlite(
      "i", find: [("email", "email")], suffices: ["email"],
      .retain(
        Retention(
          rule: "nl-fiscal-7y", start: "at", restrict: Restriction(column: "state", value: "x", role: "finance"))))
    let problem = #expect(throws: SettingsProblem.self) { try world.connector([retained]) }
    #expect(problem.map { "\($0)".contains("SQLite has no roles") } == true)
  }

  @Test(arguments: [
    (["id", "at"], "a", "key-not-kept"), (["p", "at"], "a", "key-not-kept"), (["id", "p", "at"], "p", "key-not-kept"),
    (["id", "p", "at"], "gone", "missing-column"),
  ])
  func `a minimised row keeps what it is found by`(keep: [String], restrict: String, code: String) async throws {
    let world = try SQLiteWorld(
      "CREATE TABLE p (id INTEGER PRIMARY KEY, email TEXT); CREATE TABLE i (id INTEGER PRIMARY KEY, p INTEGER, at TEXT, a);"
    )
    let connector = try world.connector([
      .sqlite("p", find: [("email", "email")], suffices: ["email"], .reduce(keepColumns: ["id"], whileKept: "i")),
      .sqlite(
        "i", belongsTo: [("p", [("p", "id")])],
        .retain(
          Retention(
            rule: "nl-fiscal-7y", start: "at", keepColumns: keep, restrict: Restriction(column: restrict, value: "r")))),
    ])
    let findings = try await connector.locate(
      ConnectorOrders.search(SQLiteWorld.system, [SQLiteWorld.email("ada@example.org")]))
    #expect(findings.obstacles.map(\.code.rawValue) == [code])
  }

  @Test func `anonymised and minimised words are in no file of the database`() async throws {
    let world = try SQLiteWorld("PRAGMA journal_mode = WAL;" + "CREATE TABLE filler (a);")
    try await RetentionContract.check(.anonymisedRowsStayWithoutThePerson, on: SQLiteWorld.system) {
      SQLiteRetentionHarness(world: world)
    }
    #expect(try world.filesContain("left-handed").isEmpty)
  }
}

struct SQLiteRetentionHarness: RetentionHarness {
  let world: SQLiteWorld

  func run(_ sql: String) async throws { try world.run(sql) }

  func rows(_ sql: String) async throws -> [[String?]] {
    let queue = try world.open()
    defer { try? queue.close() }
    return try await queue.writeWithoutTransaction { db in
      try Row.fetchAll(db, sql: sql).map { row in row.databaseValues.map { $0.isNull ? nil : Self.text($0) } }
    }
  }

  private static func text(_ value: DatabaseValue) -> String {
    switch value.storage {
    case .string(let text): text
    case .int64(let number): "\(number)"
    default: value.description
    }
  }

  func connector(
    _ datasets: [DatasetRecord], rules: [RetentionRule], clock: ManualClock
  ) throws -> any Connector {
    try world.connector(datasets, rules: rules, clock: clock)
  }
}
