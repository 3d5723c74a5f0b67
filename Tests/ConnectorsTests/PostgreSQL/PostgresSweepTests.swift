import ConnectorKit
import ErasureDomain
import ErasurePlanning
import Foundation
import Postgres
import PostgresTestKit
import Synchronization
import TestKit
import Testing

@testable import Connectors

@Suite struct `A sweep of a PostgreSQL database` {
  private static let datasets: [DatasetRecord] = [
    .sqlite(
      "contact", table: "sales.contact", find: [("email", "Email"), ("customer-no", "number")],
      suffices: ["email", "customer-no"]),
    .sqlite("activity", table: "sales.activity", belongsTo: [("contact", [("contact_id", "id")])]),
  ]

  private static let schema = """
    CREATE SCHEMA sales;
    CREATE TABLE sales.contact (id int PRIMARY KEY, email text, billing varchar(80), number int, born date, vip bool);
    CREATE TABLE sales.activity (
      id int, contact_id int REFERENCES sales.contact, author text, body text, day date) PARTITION BY RANGE (day);
    CREATE TABLE sales.activity_old PARTITION OF sales.activity FOR VALUES FROM (MINVALUE) TO ('2025-01-01');
    CREATE TABLE sales.activity_new PARTITION OF sales.activity FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);
    CREATE TABLE newsletter ("Address to" text, tags text[]);
    CREATE TABLE event (id uuid PRIMARY KEY, payload jsonb, doc xml, amount numeric(12, 2), raw bytea, raws bytea[]);
    CREATE VIEW everybody AS SELECT email FROM sales.contact;
    CREATE MATERIALIZED VIEW mailing AS SELECT 'Ada@example.org'::text AS mail;
    INSERT INTO sales.contact VALUES
      (1, 'ada@example.org', NULL, 1004711, '1980-02-03', true), (2, 'bo@example.org', E' ADA@Example.org\\n', 2, NULL, NULL),
      (3, 'notada@example.org', 'x', 3, NULL, NULL);
    INSERT INTO sales.activity VALUES (1, 1, 'ada@example.org', NULL, '2024-05-05'),
      (2, 2, 'ada@example.org', 'to ada@example.org', '2025-05-05'), (3, 2, 'bo', 'no 1004711', '2025-05-05');
    INSERT INTO newsletter VALUES ('ada@example.org', '{x}'), ('bo@example.org', '{ada@example.org,y}');
    INSERT INTO event VALUES ('2f9a6b52-5c9e-4a0f-8f52-0b8d34f9a111', '{"to":"ada@example.org"}',
      '<to>ADA@example.org</to>', 1004711, '\\x00', NULL);
    """

  private func findings(
    _ database: PostgresDatabase, _ identifiers: [SubjectIdentifier] = Self.ada, roots: [RootRecord] = [],
    datasets: [DatasetRecord] = Self.datasets, rowsPerSecond: Int = 20_000, target: PostgresTarget? = nil,
    clock: ManualClock = ManualClock(), deadline: UTCTime = .distantFuture
  ) async throws -> SweepFindings {
    let connection = try await PostgresConnection.open(target ?? database.target())
    let order = SweepOrder(
      system: SQLiteWorld.system, identifiers: identifiers, roots: roots, deadline: deadline,
      rowsPerSecond: rowsPerSecond)
    do {
      let findings = try await PostgresSweep.sweep(order, datasets: datasets, over: connection, clock: clock) { _ in }
      await connection.close()
      return findings
    } catch {
      await connection.close()
      throw error
    }
  }

  private static let ada = [SQLiteWorld.email("Ada@example.org"), SQLiteWorld.number("1004711")]

  private func lines(_ findings: SweepFindings) -> [String] {
    findings.hits.map { "\($0.table).\($0.column) \($0.kind) \($0.exact) \($0.contained) \($0.uncovered)" }.sorted()
  }

  private func world(_ sql: String = schema) async throws -> PostgresDatabase {
    let database = try await PostgresServer.shared().newDatabase()
    try await database.run(sql)
    return database
  }

  @Test func `counts by table and column, over partitions and inside documents`() async throws {
    let database = try await world()
    let before = try await database.dump()
    let findings = try await findings(database)
    #expect(
      lines(findings) == [
        "event.amount customer-no 1 0 1", "event.doc email 0 1 0", "event.payload email 0 1 0",
        "mailing.mail email 1 0 1", "newsletter.Address to email 1 0 1", "newsletter.tags email 0 1 0",
        "sales.activity.author email 2 0 1", "sales.activity.body customer-no 0 1 0",
        "sales.activity.body email 0 1 0", "sales.contact.billing email 1 0 1", "sales.contact.email email 1 1 0",
        "sales.contact.number customer-no 1 0 0",
      ])
    #expect(findings.uncoveredRows == 5)
    #expect(
      findings.unread == [
        .init(table: "event", column: "raw", code: SweepFindings.Unread.bytes),
        .init(table: "event", column: "raws", code: SweepFindings.Unread.bytes),
      ])
    #expect(findings.isComplete && findings.columns == findings.columnsInAll)
    #expect(findings.references.map { "\($0.table) \($0.parent)" } == ["sales.activity sales.contact"])
    #expect(try await database.dump() == before)
    let text = String(decoding: try CanonicalJSON.encode(findings), as: UTF8.self).lowercased()
    #expect(!text.contains("ada@") && !text.contains("1004711"))
  }

  @Test func `counts rows as reached by keys of approved records, also of those that are gone`() async throws {
    let database = try await world()
    try await database.run(
      """
      ALTER TABLE sales.activity DROP CONSTRAINT activity_contact_id_fkey;
      INSERT INTO sales.activity VALUES (9, 99, 'ada@example.org', NULL, '2025-06-06');
      """)
    let roots = ["2", "99"].map { RootRecord(dataset: "contact", key: [.init(column: "id", value: $0)]) }
    let findings = try await findings(database, roots: roots)
    #expect(lines(findings).contains("sales.activity.author email 3 0 0"))
    #expect(lines(findings).contains("sales.contact.billing email 1 0 0"))
  }

  @Test func `reads every block once, within its rate`() async throws {
    let database = try await world(
      """
      CREATE TABLE big (id int, who text);
      INSERT INTO big SELECT i, CASE WHEN i % 10 = 0 THEN 'ada@example.org' ELSE repeat('x', 200) END
      FROM generate_series(1, 3000) AS i;
      DELETE FROM big WHERE id % 4 = 0;
      VACUUM ANALYZE big;
      """)
    let whole = try await findings(database, datasets: [])
    #expect(whole.rows == 2_250 && whole.hits.map(\.exact) == [150])
    let clock = ManualClock()
    let began = clock.now()
    let isDone = Mutex(false)
    let sweep = Task {
      defer { isDone.withLock { $0 = true } }
      return try await self.findings(database, datasets: [], rowsPerSecond: 500, clock: clock)
    }
    while !isDone.withLock({ $0 }) {
      await Task.yield()
      clock.advanceToNextWake()
    }
    let paced = try await sweep.value
    #expect(paced.rows == 2_250 && paced.hits.map(\.exact) == [150])
    #expect((3...4).contains(clock.now().seconds(since: began)))
  }

  @Test func `names tables and columns it may not read, and reads the rest`() async throws {
    let database = try await world()
    let role = "sweeper_\(database.name)"
    try await database.run(
      """
      CREATE ROLE \(role) LOGIN PASSWORD 'pw';
      GRANT USAGE ON SCHEMA sales TO \(role);
      GRANT SELECT (id, email) ON sales.contact TO \(role);
      GRANT SELECT ON newsletter, sales.activity TO \(role);
      ALTER TABLE newsletter ENABLE ROW LEVEL SECURITY;
      """)
    let target = database.target(user: role, password: "pw")
    let findings = try await findings(database, datasets: [], target: target)
    let unread = findings.unread.map { "\($0.table).\($0.column ?? "*") \($0.code)" }
    #expect(
      unread == [
        "event.* missing-privilege", "mailing.* missing-privilege", "newsletter.* rows-hidden",
        "sales.contact.billing missing-privilege",
        "sales.contact.born missing-privilege", "sales.contact.number missing-privilege",
        "sales.contact.vip missing-privilege",
      ])
    #expect(
      lines(findings) == [
        "sales.activity.author email 2 0 2", "sales.activity.body customer-no 0 1 0",
        "sales.activity.body email 0 1 0", "sales.contact.email email 1 1 1",
      ])
    #expect(!findings.isComplete)
    try await database.run("DROP OWNED BY \(role); DROP ROLE \(role)")
  }

  @Test func `a table that somebody holds is named, and the others are read`() async throws {
    let database = try await world(
      """
      CREATE TABLE a (who text);
      CREATE TABLE b (who text);
      INSERT INTO a VALUES ('ada@example.org');
      INSERT INTO b VALUES ('ada@example.org');
      """)
    let blocker = try await PostgresConnection.open(database.target())
    try await blocker.perform { session in
      try session.execute("BEGIN")
      try session.execute("LOCK TABLE a IN ACCESS EXCLUSIVE MODE")
    }
    var target = database.target()
    target.settings.append(("lock_timeout", "50"))
    let findings = try await findings(database, datasets: [], target: target)
    await blocker.close()
    #expect(findings.unread == [.init(table: "a", code: FailureCode("lock-timeout"))])
    #expect(lines(findings) == ["b.who email 1 0 1"])
  }

  @Test func `names what it did not reach when its time is over`() async throws {
    let database = try await world()
    let clock = ManualClock()
    let findings = try await findings(database, clock: clock, deadline: clock.now())
    #expect(
      findings.unread.filter { !$0.isByNature }.map(\.table) == [
        "event", "mailing", "newsletter", "sales.activity", "sales.contact",
      ])
    #expect(!findings.isComplete && findings.rows == 0)
  }

  @Test func `of each type compares as a search does`() async throws {
    let database = try await world(
      """
      CREATE TABLE t (a numeric, b bigint, c char(12), d uuid, e inet, f date, g json, h float8, i int[]);
      INSERT INTO t VALUES (1004711.00, 1004711, '1004711', '2f9a6b52-5c9e-4a0f-8f52-0b8d34f9a111', '10.0.0.1',
        '1980-02-03', '"1004711"', 1004711, '{1004711}');
      """)
    func identifiers(_ values: String...) -> [SubjectIdentifier] { values.map(SQLiteWorld.number) }
    let numbers = try await findings(database, identifiers("1004711"), datasets: [])
    #expect(
      lines(numbers) == [
        "t.a customer-no 1 0 1", "t.b customer-no 1 0 1", "t.c customer-no 1 0 1", "t.g customer-no 0 1 0",
        "t.h customer-no 1 0 1", "t.i customer-no 0 1 0",
      ])
    let others = try await findings(
      database, identifiers("2F9A6B52-5C9E-4A0F-8F52-0B8D34F9A111", "1980-02-03"), datasets: [])
    #expect(lines(others) == ["t.d customer-no 1 0 1", "t.f customer-no 1 0 1"])
  }

  // MARK: Drafts

  @Test func `is described for a draft that loads, with partitions folded`() async throws {
    let database = try await world()
    try await database.run("INSERT INTO newsletter VALUES ('cy@example.org', NULL)")
    let connection = try await PostgresConnection.open(database.target())
    let outline = try await PostgresOutline.draft(over: connection)
    await connection.close()
    let record = SystemRecord(
      system: SQLiteWorld.system, title: "Shop", role: .own, owner: "sales", subjects: [.customer],
      connector: "postgresql", settings: .object(["look": .string("shop-look"), "erase": .string("shop-erase")]),
      identifiers: [], datasets: [], blockers: [], copies: [], concurrency: 1)
    let text = RegisterDraft(of: record, from: outline, on: CivilDate(daysSince1970: 20_000)).text
    let read = try loaded(text)
    #expect(read.datasets.map(\.name) == ["newsletter", "contact", "activity"])
    #expect(read.datasets[1].table == "sales.contact" && read.datasets[1].find.map(\.column) == ["email"])
    #expect(read.datasets[0].find.map(\.column) == ["Address to"])
    #expect(read.datasets[2].belongsTo.map(\.dataset) == ["contact"])
    #expect(text.contains("#   event: look inside: payload (jsonb), doc (xml), raw (bytea), raws (bytea[])"))
    #expect(!text.contains("activity_old") && !text.contains("ada@"))
  }

  private func loaded(_ text: String) throws -> SystemRecord {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path("o"), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path("o/shop.yaml")))
    return try #require(try SystemRegister.load(folder: folder.path, organisation: "o").systems.first)
  }
}
