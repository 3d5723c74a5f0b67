import ConnectorKit
import Connectors
import ErasureDomain
import GRDB
import TestKit
import Testing

/// What the catalogue shows to be wrong, before anything is touched.
struct SQLiteObstacleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let code: String
    let sql: String
    let datasets: [DatasetRecord]
    /// A text of the message that names what to change.
    let says: String

    var testDescription: String { code + " " + says }
  }

  private static let person = "INSERT INTO p(id, email) VALUES (1, 'ada@example.org'), (2, 'bob@example.org');"
  private static let plain = "CREATE TABLE p (id INTEGER PRIMARY KEY, email TEXT);"

  private static func root(_ treatment: Treatment = .delete) -> DatasetRecord {
    .sqlite("p", find: [("email", "email")], suffices: ["email"], treatment)
  }

  private static let invoice = DatasetRecord.sqlite(
    "i", belongsTo: [("p", [("p", "id")])], .retain(Retention(rule: "nl-fiscal-7y", start: "at")))

  private static let bills = """
    CREATE TABLE i (id INTEGER PRIMARY KEY, p INTEGER, at TEXT); INSERT INTO i VALUES (1, 1, '2026-01-01');
    """

  static let cases: [Case] = [
    Case(code: "missing-table", sql: "CREATE TABLE x (a);", datasets: [root()], says: "\"p\""),
    Case(
      code: "not-a-table", sql: plain.replacing(" p ", with: " q ") + "CREATE VIEW p AS SELECT * FROM q;",
      datasets: [root()], says: "view"),
    Case(
      code: "missing-column", sql: "CREATE TABLE p (id INTEGER PRIMARY KEY, mail TEXT);", datasets: [root()],
      says: "find"),
    Case(
      code: "missing-column", sql: plain + "CREATE TABLE i (p INTEGER, at TEXT);",
      datasets: [root(), .sqlite("i", belongsTo: [("p", [("p", "number")])])], says: "belongs-to"),
    Case(
      code: "unregistered-reference", sql: plain + person + "CREATE TABLE note (p INTEGER REFERENCES p);",
      datasets: [root()], says: "note: {table: note, belongs-to: {p: {p: id}}, erase: delete}"),
    Case(
      code: "unregistered-reference",
      sql: plain + person + "CREATE TABLE note (p INTEGER REFERENCES p(id) ON DELETE CASCADE);"
        + "INSERT INTO note VALUES (1), (1), (2);",
      datasets: [root()], says: "(ON DELETE CASCADE deletes 2 row(s) of it)"),
    Case(
      code: "unregistered-reference",
      sql: plain + person + "CREATE TABLE note (p INTEGER REFERENCES p(id) ON DELETE SET NULL);"
        + "INSERT INTO note VALUES (1), (2);",
      datasets: [root()], says: "(ON DELETE SET NULL changes 1 row(s) of it)"),
    Case(
      code: "unregistered-reference", sql: plain + person + bills + "CREATE TABLE note (p INTEGER REFERENCES p);",
      datasets: [root(.reduce(keepColumns: ["id"], whileKept: "i")), invoice],
      says: "note: {table: note, belongs-to: {p: {p: id}}, erase: delete}"),
    Case(
      code: "unregistered-reference", sql: plain + person + bills + "CREATE TABLE line (i INTEGER REFERENCES i);",
      datasets: [root(.reduce(keepColumns: ["id"], whileKept: "i")), invoice],
      says: "line: {table: line, belongs-to: {i: {i: id}}, erase: delete}"),
    Case(
      code: "reference-stays",
      sql: plain + person + "CREATE TABLE n (id INTEGER PRIMARY KEY, email TEXT, p INTEGER REFERENCES p(id));"
        + "INSERT INTO n VALUES (1, 'bob@example.org', 1);",
      datasets: [root(), .sqlite("n", find: [("email", "email")], suffices: ["email"])],
      says: "belongs-to: {p: {p: id}}"),
    Case(
      code: "kept-row-needs-parent",
      sql: plain + person + "CREATE TABLE i (p INTEGER, at TEXT); INSERT INTO i VALUES (1, '2025-01-01');",
      datasets: [root(), invoice], says: "erase: {keep-columns: [id], while-kept: i}"),
    Case(
      code: "start-unreadable",
      sql: plain + person + "CREATE TABLE i (p INTEGER, at TEXT); INSERT INTO i VALUES (1, ''), (1, 'soon');",
      datasets: [root(.reduce(keepColumns: ["id"], whileKept: "i")), invoice], says: "2 row(s)"),
    Case(
      code: "key-not-kept",
      sql: plain + person + "CREATE TABLE i (p INTEGER, at TEXT);",
      datasets: [root(.reduce(keepColumns: ["email"], whileKept: "i")), invoice], says: "keep-columns: [id, email]"),
    Case(
      code: "column-cannot-be-overwritten",
      sql: "CREATE TABLE rep (id INTEGER PRIMARY KEY);"
        + "CREATE TABLE p (id INTEGER PRIMARY KEY, email TEXT, rep INTEGER NOT NULL REFERENCES rep(id));"
        + "CREATE TABLE i (p INTEGER, at TEXT);",
      datasets: [root(.reduce(keepColumns: ["id"], whileKept: "i")), invoice], says: "\"rep\""),
    Case(
      code: "overwrite-refused",
      sql: "CREATE TABLE p (id INTEGER PRIMARY KEY, email TEXT NOT NULL CHECK (email LIKE '%@%'));" + person
        + "CREATE TABLE i (p INTEGER, at TEXT); INSERT INTO i VALUES (1, '2025-01-01');",
      datasets: [root(.reduce(keepColumns: ["id"], whileKept: "i")), invoice], says: "CHECK"),
    Case(
      code: "trigger-copies",
      sql: plain + person + "CREATE TABLE audit (was TEXT);"
        + "CREATE TRIGGER t AFTER DELETE ON p BEGIN INSERT INTO \"audit\" VALUES (old.email); END;",
      datasets: [root()], says: "audit"),
    Case(
      code: "key-null",
      sql: "CREATE TABLE p (id TEXT PRIMARY KEY, email TEXT); INSERT INTO p VALUES (NULL, 'ada@example.org');",
      datasets: [root()], says: "key of \"p\""),
  ]

  @Test(arguments: cases)
  func isNamedBeforeAnythingIsTouched(_ one: Case) async throws {
    let world = try SQLiteWorld(one.sql)
    let before = try world.dump()
    let connector = try world.connector(one.datasets)
    let identifiers = [SQLiteWorld.email("ada@example.org")]
    let findings = try await connector.locate(ConnectorOrders.search(SQLiteWorld.system, identifiers))
    let found = findings.obstacles.filter { $0.code.rawValue == one.code }
    #expect(found.count == 1, "\(findings.obstacles)")
    #expect(found.first?.message.contains(one.says) == true, "\(found)")
    let order = ConnectorOrders.erasure(SQLiteWorld.system, identifiers, approving: findings)
    let failure = try await sqliteFailure { _ = try await connector.erase(order, before: ConnectorRecorder()) }
    guard case .needsOfficer(let question)? = failure else {
      Issue.record("erase ended as \(String(describing: failure))")
      return
    }
    #expect(question.code == .other && question.detail != nil)
    #expect(try world.dump() == before)
  }

  @Test func aPlainSchemaHasNoObstacles() async throws {
    let world = try SQLiteWorld(
      Self.plain + Self.person + "CREATE TABLE log (n INTEGER); CREATE TABLE ref (id INTEGER PRIMARY KEY);"
        + "CREATE TRIGGER t AFTER UPDATE OF email ON p BEGIN SELECT 1; END;")
    let findings = try await world.connector([Self.root()]).locate(
      ConnectorOrders.search(SQLiteWorld.system, [SQLiteWorld.email("ada@example.org")]))
    #expect(findings.obstacles.isEmpty && findings.total == 1)
  }

  @Test func blockersCountForTheLocatedRecordsOnly() async throws {
    let world = try SQLiteWorld(
      Self.plain + Self.person + "CREATE TABLE o (p INTEGER, state TEXT);"
        + "INSERT INTO o VALUES (1, 'open'), (1, 'open'), (1, 'done'), (2, 'done');")
    let query = "SELECT count(*) FROM o WHERE p = :p.id AND state = 'open' AND ':p.nothing' <> ''"
    let connector = try world.connector([Self.root()], blockers: [Blocker(name: "open-order", query: query)])
    let ada = try await connector.locate(
      ConnectorOrders.search(SQLiteWorld.system, [SQLiteWorld.email("ada@example.org")]))
    let bob = try await connector.locate(
      ConnectorOrders.search(SQLiteWorld.system, [SQLiteWorld.email("bob@example.org")]))
    #expect(ada.blockedCounts == ["open-order": 2] && bob.blockedCounts == nil)
    #expect(ada.blocked == ["open-order"] && bob.blocked.isEmpty && bob.obstacles.isEmpty)
    let order = ConnectorOrders.erasure(SQLiteWorld.system, [SQLiteWorld.email("ada@example.org")], approving: ada)
    let failure = try await sqliteFailure { _ = try await connector.erase(order, before: ConnectorRecorder()) }
    #expect(failure == .needsOfficer(Question(code: .blocked, detail: FailureCode("open-order"))))
  }

  @Test(arguments: [
    "DELETE FROM p", "SELECT nothing FROM nowhere", "SELECT id, email FROM p", "SELECT :q.id", "SELECT :p.nothing",
    "SELECT email FROM p WHERE id = :p.id",
  ])
  func blockersThatCannotCountAreObstacles(_ query: String) async throws {
    let world = try SQLiteWorld(Self.plain + Self.person)
    let connector = try world.connector([Self.root()], blockers: [Blocker(name: "bad", query: query)])
    let findings = try await connector.locate(
      ConnectorOrders.search(SQLiteWorld.system, [SQLiteWorld.email("ada@example.org")]))
    #expect(findings.obstacles.map(\.code.rawValue) == ["blocker-unreadable"])
    #expect(try world.number("SELECT count(*) FROM p") == 2)
  }

  @Test func settingsThatCannotWorkAreNamed() throws {
    let world = try SQLiteWorld()
    let context = try world.context([Self.root()])
    #expect(throws: SettingsProblem.self) { try SQLiteConnector(settings: SQLiteSettings(file: nil), context: context) }
    let extra = try world.context([Self.root()], settings: .object(["file": .string("a"), "fiel": .string("b")]))
    #expect(throws: SettingsProblem.self) { try SQLiteConnector(settings: SQLiteSettings(file: "a"), context: extra) }
    let rule = try world.context([Self.root(.retain(Retention(rule: "no-such-rule", start: "email")))])
    #expect(throws: SettingsProblem.self) { try SQLiteConnector(settings: SQLiteSettings(file: "a"), context: rule) }
    var registry = ConnectorRegistry()
    registry.add(SQLiteConnector.self)
    #expect(throws: SettingsProblem.self) {
      try registry.connector(for: world.context([Self.root()], settings: .object([:])))
    }
  }
}
