import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import GRDB
import Synchronization
import TestKit
import Testing

@Suite struct `A sweep of an SQLite database` {
  private static let email = "ada@example.org"
  private static let number = "1004711"

  private static let datasets: [DatasetRecord] = [
    .sqlite(
      "contact", find: [("email", "email"), ("customer-no", "customer_no")], suffices: ["email", "customer-no"]),
    .sqlite("activity", belongsTo: [("contact", [("contact_id", "id")])]),
  ]

  private static let schema = """
    CREATE TABLE contact (id INTEGER PRIMARY KEY, email TEXT, billing_email TEXT, customer_no INTEGER, note TEXT);
    CREATE TABLE activity (id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contact (id), author TEXT, body TEXT);
    CREATE TABLE newsletter (address TEXT, contact_id INTEGER);
    CREATE TABLE event (id INTEGER PRIMARY KEY, payload JSON, customer INTEGER, raw BLOB);
    CREATE VIEW everybody AS SELECT email FROM contact;
    INSERT INTO contact VALUES
      (1, 'ada@example.org', NULL, 1004711, 'wrote to ada@example.org twice'),
      (2, 'bo@example.org', 'ADA@Example.org', 2, 'Bo'),
      (3, 'notada@example.org', NULL, 3, 'number 1004711, or 110047112');
    INSERT INTO activity VALUES (1, 1, 'Ada@example.org', NULL), (2, 2, 'ada@example.org ', 'x'), (3, 2, 'bo', 'ada');
    INSERT INTO newsletter VALUES ('ada@example.org', 1), (' ADA@EXAMPLE.ORG', NULL), ('bo@example.org', 2);
    INSERT INTO event VALUES (1, '{"to":"ada@example.org"}', 1004711, x'00'), (2, '{}', 5, NULL);
    """

  private func order(
    _ identifiers: [SubjectIdentifier] = [SQLiteWorld.email(email), SQLiteWorld.number(number)],
    roots: [RootRecord] = [], deadline: UTCTime = .distantFuture, rowsPerSecond: Int = 20_000
  ) -> SweepOrder {
    SweepOrder(
      system: SQLiteWorld.system, identifiers: identifiers, roots: roots, deadline: deadline,
      rowsPerSecond: rowsPerSecond)
  }

  /// `table.column kind exact contained uncovered`.
  private func lines(_ findings: SweepFindings) -> [String] {
    findings.hits.map { "\($0.table).\($0.column) \($0.kind) \($0.exact) \($0.contained) \($0.uncovered)" }.sorted()
  }

  @Test func `counts by table and column, and keeps what merely contains it apart`() async throws {
    let world = try SQLiteWorld(Self.schema)
    let findings = try await world.connector(Self.datasets).sweep(order()) { _ in }
    #expect(
      lines(findings) == [
        "activity.author email 2 0 1", "contact.billing_email email 1 0 1", "contact.customer_no customer-no 1 0 0",
        "contact.email email 1 1 0", "contact.note customer-no 0 1 0", "contact.note email 0 1 0",
        "event.customer customer-no 1 0 1", "event.payload email 0 1 0", "newsletter.address email 2 0 2",
      ])
    #expect(findings.uncoveredRows == 5)
    #expect(findings.hits.first { $0.table == "newsletter" }?.datasets == [])
    #expect(findings.hits.first { $0.table == "activity" }?.datasets == ["activity"])
    #expect(findings.unread == [.init(table: "event", column: "raw", code: SweepFindings.Unread.bytes)])
    #expect(findings.isComplete && findings.columns == 15 && findings.columnsInAll == 15)
    #expect(findings.rows == 11)
    #expect(findings.references.map(\.parent) == ["contact"])
  }

  @Test func `sees exactly the rows that a search would find, however they are spelt`() async throws {
    let world = try SQLiteWorld("CREATE TABLE contact (id INTEGER PRIMARY KEY, email TEXT, customer_no)")
    let nfd = "zoe\u{308}@example.org"
    let values = ["zo\u{EB}@example.org", nfd, "  ZO\u{EB}@Example.ORG\t", "zoe@example.org", "x zo\u{EB}@example.org"]
    for (id, value) in values.enumerated() { try world.run("INSERT INTO contact VALUES (\(id), '\(value)', NULL)") }
    try world.run("INSERT INTO contact VALUES (20, NULL, 1004711.0), (21, NULL, '1004711'), (22, NULL, '01004711')")
    let connector = try world.connector([Self.datasets[0]])
    for identifier in [SQLiteWorld.email(" ZO\u{EB}@example.org"), SQLiteWorld.number(Self.number)] {
      let findings = try await connector.locate(ConnectorOrders.search(SQLiteWorld.system, [identifier]))
      let seen = try await connector.sweep(order([identifier])) { _ in }
      #expect(seen.hits.reduce(0) { $0 + $1.exact } == findings.roots.count && findings.roots.count > 1)
      #expect(seen.uncoveredRows == 0)
    }
  }

  @Test func `counts rows as reached by the keys of approved records, also of those that are gone`() async throws {
    let world = try SQLiteWorld(Self.schema)
    let roots = ["2", "99"].map { RootRecord(dataset: "contact", key: [.init(column: "id", value: $0)]) }
    try world.run("INSERT INTO activity VALUES (9, 99, 'ada@example.org', NULL)")
    let findings = try await world.connector(Self.datasets).sweep(order(roots: roots)) { _ in }
    #expect(lines(findings).contains("activity.author email 3 0 0"))
    #expect(lines(findings).contains("contact.billing_email email 1 0 0"))
  }

  @Test func `holds its rate, and a writer comes between its batches`() async throws {
    let world = try SQLiteWorld(Self.schema)
    try world.run("DELETE FROM newsletter; DELETE FROM event; DELETE FROM activity; DELETE FROM contact")
    for id in 1...20 { try world.run("INSERT INTO contact (id, email) VALUES (\(id), 'ada@example.org')") }
    let clock = ManualClock()
    let began = clock.now()
    let connector = try world.connector(Self.datasets, clock: clock)
    async let sweep = connector.sweep(order(rowsPerSecond: 5)) { _ in }
    for second in 1...4 {
      await clock.waitForWaiters()
      #expect(clock.nextWake == began.adding(seconds: Int64(second)))
      try world.run("UPDATE contact SET note = '\(second)'")
      clock.advanceToNextWake()
    }
    let findings = try await sweep
    #expect(findings.hits.map(\.exact) == [20] && findings.isComplete)
  }

  @Test func `names what it did not reach when its time is over`() async throws {
    let world = try SQLiteWorld(Self.schema)
    try world.run("DELETE FROM activity")
    for id in 1...20 { try world.run("INSERT INTO activity VALUES (\(id), NULL, 'ada@example.org', NULL)") }
    let clock = ManualClock()
    let connector = try world.connector(Self.datasets, clock: clock)
    let order = order(deadline: clock.now().adding(seconds: 2), rowsPerSecond: 5)
    async let sweep = connector.sweep(order) { _ in }
    for _ in 1...2 {
      await clock.waitForWaiters()
      clock.advanceToNextWake()
    }
    let findings = try await sweep
    #expect(!findings.isComplete)
    #expect(findings.unread.map(\.table) == ["activity", "contact", "event", "newsletter"])
    #expect(findings.unread.map(\.code.rawValue).first == "not-finished-in-time")
    #expect(findings.unread.dropFirst().allSatisfy { $0.code == SweepFindings.Unread.notReached })
    #expect(findings.columns == 0 && findings.hits.map(\.exact) == [10])
    await #expect(throws: ConnectorFailure.self) { try await connector.sweep(order) { _ in } }
  }

  @Test(arguments: ["Bo", "123", "12345"])
  func `a short identifier is compared and not looked for inside text`(value: String) async throws {
    let world = try SQLiteWorld("CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('\(value)'), ('x \(value) x')")
    let findings = try await world.connector([]).sweep(order([SQLiteWorld.number(value)])) { _ in }
    #expect(lines(findings) == ["t.a customer-no 1 0 1"])
    #expect(findings.notInsideText.map(\.rawValue) == ["customer-no"])
  }

  @Test func `reads tables without rowid and full-text tables once, row by row`() async throws {
    let world = try SQLiteWorld(
      """
      CREATE TABLE pair (a TEXT, b INTEGER, who TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
      CREATE TABLE odd (rowid TEXT, _rowid_ TEXT, oid TEXT);
      CREATE VIRTUAL TABLE words USING fts5 (body);
      CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT);
      CREATE VIRTUAL TABLE note_index USING fts5 (body, content = 'note');
      INSERT INTO words VALUES ('for ada@example.org'), ('ada@example.org');
      INSERT INTO odd VALUES ('ada@example.org', NULL, NULL);
      """)
    for a in ["p", "q", "r"] {
      for b in 1...3 { try world.run("INSERT INTO pair VALUES ('\(a)', \(b), 'ada@example.org')") }
    }
    let clock = ManualClock()
    let connector = try world.connector([], clock: clock)
    let order = order([SQLiteWorld.email(Self.email)], rowsPerSecond: 2)
    async let sweep = connector.sweep(order) { _ in }
    for _ in 1...6 {
      await clock.waitForWaiters()
      clock.advanceToNextWake()
    }
    let findings = try await sweep
    #expect(lines(findings) == ["odd.rowid email 1 0 1", "pair.who email 9 0 9", "words.body email 1 1 1"])
    #expect(findings.unread == [.init(table: "note_index", code: SweepFindings.Unread.noRows)])
    #expect(findings.rows == 12)
  }

  @Test func `names the column that cannot be read, and reads the others`() async throws {
    let world = try SQLiteWorld()
    let queue = try world.open()
    try await queue.writeWithoutTransaction { db in
      db.add(function: DatabaseFunction("app_secret", argumentCount: 1, pure: true) { $0[0] })
      try db.execute(
        sql: """
          CREATE TABLE odd (who TEXT, made TEXT GENERATED ALWAYS AS (app_secret(who)) VIRTUAL);
          INSERT INTO odd (who) VALUES ('ada@example.org');
          """)
    }
    try queue.close()
    let findings = try await world.connector([]).sweep(order([SQLiteWorld.email(Self.email)])) { _ in }
    #expect(lines(findings) == ["odd.who email 1 0 1"])
    #expect(findings.unread == [.init(table: "odd", column: "made", code: FailureCode("not-readable"))])
    #expect(!findings.isComplete)
  }

  @Test func `changes nothing, and what it returns holds no identifier`() async throws {
    let world = try SQLiteWorld(Self.schema)
    let before = try Data(contentsOf: URL(fileURLWithPath: world.path))
    let seen = Mutex<[SweepProgress]>([])
    let findings = try await world.connector(Self.datasets).sweep(order()) { progress in
      seen.withLock { $0.append(progress) }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: world.path)) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: world.folder) == ["shop.db"])
    let text = String(decoding: try CanonicalJSON.encode(findings), as: UTF8.self).lowercased()
    #expect(!text.contains("ada@") && !text.contains(Self.number))
    let steps = seen.withLock { $0 }
    #expect(steps.first == SweepProgress(columns: 0, columnsInAll: 15, rows: 0))
    #expect(steps.last == SweepProgress(columns: 15, columnsInAll: 15, rows: 11))
  }

  @Test func `cannot look is not nothing`() async throws {
    let world = try SQLiteWorld()
    let connector = try world.connector(Self.datasets)
    let missing = try await sqliteFailure { _ = try await connector.sweep(order()) { _ in } }
    #expect(missing == .permanent(FailureCode("file-missing")))
    let full = try SQLiteWorld(Self.schema).connector([])
    for identifiers in [[], [SQLiteWorld.email(" \t")]] {
      let failure = try await sqliteFailure { _ = try await full.sweep(order(identifiers)) { _ in } }
      guard case .permanent = failure else {
        Issue.record("an empty identifier was looked for")
        continue
      }
    }
  }

  @Test func `a database nobody has described cannot be planned over`() async throws {
    let world = try SQLiteWorld(Self.schema)
    let connector = try world.connector([])
    let findings = try await connector.locate(
      ConnectorOrders.search(SQLiteWorld.system, [SQLiteWorld.email(Self.email)]))
    #expect(findings.obstacles.map(\.code.rawValue) == ["no-datasets"])
    #expect(findings.obstacles[0].message.contains("`expunge register draft shop`"))
    let order = ConnectorOrders.erasure(SQLiteWorld.system, [SQLiteWorld.email(Self.email)], approving: findings)
    let failure = try await sqliteFailure { _ = try await connector.verify(order) }
    #expect(failure == .needsOfficer(Question(code: .other, detail: FailureCode("no-datasets"))))
  }
}
