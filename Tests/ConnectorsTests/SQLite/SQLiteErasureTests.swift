import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import GRDB
import TestKit
import Testing

/// What an erasure does at its edges.
struct SQLiteErasureTests {
  private static let schema = """
    CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT, number TEXT, name TEXT);
    CREATE TABLE activity (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person(id), note TEXT);
    INSERT INTO person VALUES (1, 'ada@example.org', 'K1', 'Ada'), (2, 'bob@example.org', 'K2', 'Bob');
    INSERT INTO activity VALUES (1, 1, 'canary-note'), (2, 2, 'b');
    """

  private static let datasets: [DatasetRecord] = [
    .sqlite(
      "person", find: [("email", "email"), ("customer-no", "number"), ("name", "name")],
      suffices: ["email"], yields: [("customer-no", "number")]),
    .sqlite("activity", belongsTo: [("person", [("person_id", "id")])]),
  ]
  private static let ada = [SQLiteWorld.email("ada@example.org")]

  private func approved(
    _ connector: SQLiteConnector, _ identifiers: [SubjectIdentifier] = ada, margin: Margin = .standard
  ) async throws -> ErasureOrder {
    let findings = try await connector.locate(ConnectorOrders.search(SQLiteWorld.system, identifiers))
    #expect(findings.obstacles.isEmpty)
    return ConnectorOrders.erasure(SQLiteWorld.system, identifiers, approving: findings, margin: margin)
  }

  private func erase(_ connector: SQLiteConnector, _ order: ErasureOrder) async throws -> ConnectorFailure? {
    try await sqliteFailure { _ = try await connector.erase(order, before: ConnectorRecorder()) }
  }

  @Test func dependentRowsMayGrowByTheMarginAndNoMore() async throws {
    let world = try SQLiteWorld(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await approved(connector, margin: Margin(percent: 10, least: 2))
    try world.run("INSERT INTO activity(person_id) VALUES (1), (1), (1)")
    let before = try world.dump()
    let failed = try await erase(connector, order)
    #expect(failed == .needsOfficer(Question(code: .moreThanApproved, approved: 1, found: 4)))
    #expect(try world.dump() == before)
    try world.run("DELETE FROM activity WHERE id = (SELECT max(id) FROM activity)")
    #expect(try await erase(connector, order) == nil)
    #expect(try world.number("SELECT count(*) FROM activity") == 1)
  }

  @Test func oneRootRecordMoreIsAQuestionAndFewerIsFine() async throws {
    let world = try SQLiteWorld(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await approved(connector)
    try world.run("INSERT INTO person(id, email) VALUES (3, 'ADA@example.org')")
    let before = try world.dump()
    let failed = try await erase(connector, order)
    #expect(failed == .needsOfficer(Question(code: .moreThanApproved, approved: 1, found: 2)))
    #expect(try world.dump() == before)
    try world.run("DELETE FROM activity WHERE person_id = 1; DELETE FROM person WHERE id IN (1, 3)")
    let progress = try await connector.erase(order, before: ConnectorRecorder())
    guard case .completed(let effects) = progress else { return }
    #expect(effects.allSatisfy { $0.erased == 0 && $0.found == 0 } && effects[0].approved == 1)
  }

  @Test func aKeyThatWasGivenToSomebodyElseIsNotErased() async throws {
    let world = try SQLiteWorld(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await approved(connector)
    try world.run("UPDATE person SET email = 'new@example.org' WHERE id = 1")
    let before = try world.dump()
    guard case .needsOfficer(let question)? = try await erase(connector, order) else {
      Issue.record("somebody else's record was erased")
      return
    }
    #expect(question.code == .moreThanApproved && question.detail == FailureCode("record-changed"))
    #expect(try world.dump() == before)
    #expect(try await connector.verify(order).isClean)
  }

  @Test func rowsThatAreLeftOutStayWithWhatHangsOnThem() async throws {
    let world = try SQLiteWorld(
      Self.schema + "INSERT INTO person VALUES (3, 'ada@example.org', NULL, 'Other Ada');"
        + "INSERT INTO activity VALUES (3, 3, 'c');")
    let connector = try world.connector(Self.datasets)
    let other = RootRecord(dataset: "person", key: [.init(column: "id", value: "3")])
    let search = ConnectorOrders.search(SQLiteWorld.system, Self.ada, leftOut: [other])
    let findings = try await connector.locate(search)
    #expect(findings.counts.map(\.erase) == [1, 1])
    let order = ConnectorOrders.erasure(SQLiteWorld.system, Self.ada, approving: findings, leftOut: [other])
    #expect(try await erase(connector, order) == nil)
    #expect(try await connector.verify(order).isClean)
    #expect(try world.texts("SELECT id FROM person ORDER BY id") == ["2", "3"])
    #expect(try world.texts("SELECT id FROM activity ORDER BY id") == ["2", "3"])
  }

  @Test func kindsThatDoNotSufficeIdentifyOnlyTogether() async throws {
    let world = try SQLiteWorld(Self.schema + "INSERT INTO person VALUES (3, 'eve@example.org', 'K3', 'Ada');")
    let connector = try world.connector(Self.datasets)
    let name = SubjectIdentifier(kind: IdentifierKind(rawValue: "name"), value: "Ada")
    func found(_ identifiers: [SubjectIdentifier]) async throws -> [String] {
      try await connector.locate(ConnectorOrders.search(SQLiteWorld.system, identifiers)).roots.map { $0.key[0].value }
    }
    #expect(try await found([name]).isEmpty)
    #expect(try await found([SQLiteWorld.number("K3")]).isEmpty)
    #expect(try await found([SQLiteWorld.number("K3"), name]) == ["3"])
    #expect(try await found([SQLiteWorld.number("K2"), name]).isEmpty)
    #expect(try await found([SQLiteWorld.email("\tBOB@example.org "), SQLiteWorld.number("K3"), name]) == ["2", "3"])
  }

  @Test func valuesAreComparedExactlyWhateverTheColumnStores() async throws {
    let world = try SQLiteWorld(
      """
      CREATE TABLE person (id INTEGER PRIMARY KEY, a INTEGER, b TEXT COLLATE NOCASE, c);
      INSERT INTO person VALUES (1, 4711, NULL, NULL), (2, NULL, 'ab', NULL), (3, NULL, 'AB', NULL),
        (4, NULL, NULL, 4711), (5, NULL, NULL, 4711.0), (6, NULL, NULL, CAST('4711' AS BLOB)),
        (7, 47110, '04711', ' 4711');
      """)
    let kind = "customer-no"
    let connector = try world.connector([
      .sqlite("person", find: [(kind, "a"), (kind, "b"), (kind, "c")], suffices: [kind])
    ])
    func found(_ value: String) async throws -> [String] {
      try await connector.locate(ConnectorOrders.search(SQLiteWorld.system, [SQLiteWorld.number(value)])).roots.map {
        $0.key[0].value
      }
    }
    #expect(try await found("4711") == ["1", "4", "5", "6"])
    #expect(try await found("04711") == ["7"])
    #expect(try await found("ab") == ["2"])
    #expect(try await found("%") == [])
    #expect(try await found("' OR 1=1 --") == [])
  }

  @Test func yieldsSayHowManyRecordsTheyPointTo() async throws {
    let world = try SQLiteWorld(
      Self.schema + "UPDATE person SET number = 'shared';"
        + "CREATE TABLE phone (person_id INTEGER, number TEXT);"
        + "INSERT INTO phone VALUES (1, '06-1'), (1, '06-2'), (2, '06-2'), (1, ''), (1, NULL), (1, '06-1');")
    let phone = DatasetRecord.sqlite(
      "phone", yields: [("phone", "number")], belongsTo: [("person", [("person_id", "id")])])
    let findings = try await world.connector(Self.datasets + [phone]).locate(
      ConnectorOrders.search(SQLiteWorld.system, Self.ada))
    let found = findings.yields.map { "\($0.identifier.kind) \($0.identifier.value) \($0.pointsTo)" }
    #expect(found == ["customer-no shared 2", "phone 06-1 1", "phone 06-2 2"])
  }

  @Test func datesThatNobodyApprovedAreAQuestion() async throws {
    let world = try SQLiteWorld(
      Self.schema + "CREATE TABLE invoice (person_id INTEGER, at TEXT); INSERT INTO invoice VALUES (1, '2024-03-03');")
    let clock = ManualClock()
    let connector = try world.connector(
      [
        .sqlite(
          "person", find: [("email", "email")], suffices: ["email"],
          .reduce(keepColumns: ["id", "name"], whileKept: "invoice")),
        Self.datasets[1],
        .sqlite(
          "invoice", belongsTo: [("person", [("person_id", "id")])],
          .retain(Retention(rule: "nl-fiscal-7y", start: "at"))),
      ], clock: clock)
    let order = try await approved(connector)
    try world.run("INSERT INTO invoice VALUES (1, '2026-01-01')")
    let before = try world.dump()
    let failed = try await erase(connector, order)
    guard case .needsOfficer(let question)? = failed else {
      return #expect(Bool(false), "\(String(describing: failed))")
    }
    #expect(question.code == .dateNotApproved && question.found == 1)
    #expect(try world.dump() == before)
    try world.run("DELETE FROM invoice WHERE at > '2025'")
    // The day of the approved follow-up comes before the job runs: the invoice goes with the rest.
    clock.set(to: UTCTime(secondsSince1970: 1_957_000_000))
    #expect(try await erase(connector, order) == nil)
    #expect(try world.number("SELECT count(*) FROM person") == 1)
    #expect(try world.number("SELECT count(*) FROM invoice") == 0)
  }

  @Test func aFollowUpLeavesACustomerWhoCameBack() async throws {
    let world = try SQLiteWorld(
      """
      CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
      CREATE TABLE invoice (person_id INTEGER, at TEXT);
      INSERT INTO person VALUES (1, 'ada@example.org', 'Ada'); INSERT INTO invoice VALUES (1, '2024-03-03');
      """)
    let clock = ManualClock()
    let connector = try world.connector(
      [
        .sqlite(
          "person", find: [("email", "email")], suffices: ["email"],
          .reduce(keepColumns: ["id", "name"], whileKept: "invoice")),
        .sqlite(
          "invoice", belongsTo: [("person", [("person_id", "id")])],
          .retain(Retention(rule: "nl-fiscal-7y", start: "at"))),
      ], clock: clock)
    let recorder = ConnectorRecorder()
    _ = try await connector.erase(try await approved(connector), before: recorder)
    try world.run("UPDATE person SET email = 'ada@example.org'")
    let kept = try #require(recorder.effects.first?.kept.first)
    clock.set(to: kept.until.utcMidnight)
    let before = try world.dump()
    let order = ConnectorOrders.erasure(SQLiteWorld.system, [], approving: Findings(), verb: .eraseKept, kept: kept)
    guard case .needsOfficer? = try await erase(connector, order) else {
      Issue.record("a customer who came back was erased")
      return
    }
    #expect(try world.dump() == before)
  }

  @Test func preparedEffectHoldsWhatRecognitionNeeds() async throws {
    let world = try SQLiteWorld(Self.schema + "UPDATE person SET email = ' Ada@Example.org' WHERE id = 1;")
    let connector = try world.connector(Self.datasets)
    let recorder = ConnectorRecorder()
    _ = try await connector.erase(try await approved(connector), before: recorder)
    let rows = try #require(recorder.effects.first).recognition
    #expect(rows.count == 1)
    #expect(
      rows.first?.fields.map { "\($0.name)=\($0.value)" } == [
        "pk:person=1", "email:raw= Ada@Example.org", "email:n1=ada@example.org", "customer-no:raw=K1",
        "customer-no:n1=k1", "name:raw=Ada", "name:n1=ada",
      ])
  }

  @Test func nothingOfThePersonIsLeftInAnyFile() async throws {
    let world = try SQLiteWorld(
      "PRAGMA journal_mode = WAL;" + Self.schema
        + """
        CREATE VIRTUAL TABLE found USING fts5(note, content='activity', content_rowid='id');
        INSERT INTO found(rowid, note) SELECT id, note FROM activity;
        CREATE TRIGGER gone AFTER DELETE ON activity BEGIN
          INSERT INTO found(found, rowid, note) VALUES ('delete', old.id, old.note); END;
        CREATE VIRTUAL TABLE stale USING fts5(name, content=person, content_rowid=id);
        INSERT INTO stale(stale) VALUES ('rebuild');
        UPDATE person SET name = 'canaryname' WHERE id = 1;
        INSERT INTO stale(stale) VALUES ('rebuild');
        """)
    #expect(try !world.filesContain("canary-note").isEmpty && !world.filesContain("canaryname").isEmpty)
    let connector = try world.connector(Self.datasets)
    let order = try await approved(connector)
    let reader = try world.open()
    try await reader.writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN")
      _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM person")
    }
    let recorder = ConnectorRecorder()
    let busy = try await sqliteFailure { _ = try await connector.erase(order, before: recorder) }
    #expect(busy == .outcomeUnknown(FailureCode("checkpoint-busy")))
    #expect(try !world.filesContain("canary-note").isEmpty)
    try await reader.writeWithoutTransaction { db in try db.execute(sql: "COMMIT") }
    let again = ConnectorOrders.erasure(
      SQLiteWorld.system, Self.ada, approving: Findings(counts: order.approved, roots: order.roots),
      prepared: recorder.effects.first)
    let progress = try await connector.erase(again, before: ConnectorRecorder())
    #expect(progress == .completed(recorder.effects.first?.effects ?? []))
    #expect(try world.filesContain("canary").isEmpty && world.filesContain("ada@example.org").isEmpty)
    try reader.close()
  }

  @Test func aTriggerThatTakesADeletionBackIsNoticed() async throws {
    let world = try SQLiteWorld(
      Self.schema + "CREATE TRIGGER keep BEFORE DELETE ON activity BEGIN SELECT RAISE(IGNORE); END;")
    let connector = try world.connector(Self.datasets)
    let before = try world.dump()
    let failed = try await erase(connector, try await approved(connector))
    guard case .needsOfficer? = failed else { return #expect(Bool(false), "\(String(describing: failed))") }
    #expect(try world.dump() == before)
  }

  @Test func childrenOfARecordThatIsGoneAreStillFound() async throws {
    let world = try SQLiteWorld(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await approved(connector)
    // The application deletes the record without foreign keys and leaves the rest behind.
    try world.run("DELETE FROM person WHERE id = 1")
    #expect(try await connector.verify(order).isClean == false)
    #expect(try await erase(connector, order) == nil)
    #expect(try world.texts("SELECT id FROM activity") == ["2"])
    #expect(try await connector.verify(order).isClean)
  }

  @Test func anOldViolationElsewhereDoesNotStopAnErasure() async throws {
    let world = try SQLiteWorld(Self.schema + "INSERT INTO activity VALUES (9, 99, 'points to nothing');")
    let connector = try world.connector(Self.datasets)
    #expect(try await erase(connector, try await approved(connector)) == nil)
    #expect(try world.texts("SELECT id FROM activity ORDER BY id") == ["2", "9"])
  }

  @Test(arguments: [
    ("'2024-02-29'", "2032-01-01"), ("'2024-12-31 23:59:59.999'", "2032-01-01"), ("'2024-05-01T10:00'", "2032-01-01"),
    ("'2024-12-31T23:30:00-01:00'", "2033-01-01"), ("'2025-01-01T00:30:00+0100'", "2032-01-01"),
    ("'2025-01-01 00:00:00Z'", "2033-01-01"), ("1717200000", "2032-01-01"), ("'2023-02-29'", nil), ("20240501", nil),
    ("'20240501'", nil), ("1717200000000", nil), ("2460000.5", nil), ("'0000-00-00'", nil), ("'0001-01-01'", nil),
    ("''", nil), ("'2024-05-01 soon'", nil), ("'2024-05-01T25:00'", nil), ("x'00'", nil),
  ])
  func startsAreReadAsDaysOrNotAtAll(_ start: String, _ until: String?) async throws {
    let world = try SQLiteWorld(
      "CREATE TABLE invoice (email TEXT, at); INSERT INTO invoice VALUES ('ada@example.org', \(start))")
    let connector = try world.connector([
      .sqlite(
        "invoice", find: [("email", "email")], suffices: ["email"],
        .retain(Retention(rule: "nl-fiscal-7y", start: "at")))
    ])
    let findings = try await connector.locate(ConnectorOrders.search(SQLiteWorld.system, Self.ada))
    #expect(findings.counts[0].kept.map { "\($0.until)" } == (until.map { [$0] } ?? []))
    #expect(findings.obstacles.map(\.code.rawValue) == (until == nil ? ["start-unreadable"] : []))
    #expect(findings.counts[0].erase == 0)
  }

  @Test func aReaderThatBlocksTheCommitMeansNothingHappened() async throws {
    let world = try SQLiteWorld(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await approved(connector)
    let before = try world.dump()
    let reader = try world.open()
    try await reader.writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN")
      _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM person")
    }
    #expect(try await erase(connector, order) == .transient(FailureCode("database-locked"), retryAfterSeconds: nil))
    try await reader.writeWithoutTransaction { db in try db.execute(sql: "COMMIT") }
    #expect(try world.dump() == before)
    #expect(try await erase(connector, order) == nil)
    #expect(try await connector.verify(order).isClean)
    try reader.close()
  }

  @Test(arguments: ["DELETE", "WAL"])
  func aWriterThatDiedIsRolledBackBeforeWeLook(_ journal: String) async throws {
    let world = try SQLiteWorld("PRAGMA journal_mode = \(journal);" + Self.schema)
    let before = try world.dump()
    let writer = try world.open()
    let copy = try SQLiteWorld()
    try await writer.writeWithoutTransaction { db in
      // One page of cache: the half-done transaction is in the file before its end.
      try db.execute(sql: "PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE person SET email = 'lost@example.org'")
      for _ in 0..<300 { try db.execute(sql: "INSERT INTO activity(note) VALUES (hex(randomblob(400)))") }
    }
    for file in try FileManager.default.contentsOfDirectory(atPath: world.folder) where !file.hasSuffix("-shm") {
      try FileManager.default.copyItem(atPath: world.folder + "/" + file, toPath: copy.folder + "/" + file)
    }
    try await writer.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
    try writer.close()
    let connector = try copy.connector(Self.datasets)
    let findings = try await connector.locate(ConnectorOrders.search(SQLiteWorld.system, Self.ada))
    #expect(findings.counts.map(\.erase) == [1, 1])
    #expect(try copy.dump() == before)
  }

  @Test func aMissingOrEmptyFileIsNeverEmptyOfThePerson() async throws {
    let world = try SQLiteWorld()
    let connector = try world.connector(Self.datasets)
    let search = ConnectorOrders.search(SQLiteWorld.system, Self.ada)
    #expect(
      try await sqliteFailure { _ = try await connector.locate(search) } == .permanent(FailureCode("file-missing")))
    try Data().write(to: URL(fileURLWithPath: world.path))
    #expect(try await sqliteFailure { _ = try await connector.locate(search) } == .permanent(FailureCode("file-empty")))
    try FileManager.default.removeItem(atPath: world.path)
    try FileManager.default.createDirectory(atPath: world.path, withIntermediateDirectories: true)
    #expect(try await sqliteFailure { _ = try await connector.locate(search) } == .permanent(FailureCode("not-a-file")))
  }
}
