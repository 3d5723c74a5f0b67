import ConnectorKit
import Connectors
import ErasureDomain
import GRDB
import TestKit
import Testing

/// What only SQLite makes difficult: values of any type in any column, collations, and rows without a key of their own.
struct SQLiteSelectionTests {
  private static let ada = [SQLiteWorld.email("ada@example.org")]
  private static let person = DatasetRecord.sqlite("p", find: [("email", "email")], suffices: ["email"])

  private func eraseAll(_ world: SQLiteWorld, _ datasets: [DatasetRecord]) async throws -> (Findings, [EffectCount]) {
    let connector = try world.connector(datasets)
    let findings = try await connector.locate(ConnectorOrders.search(SQLiteWorld.system, Self.ada))
    #expect(findings.obstacles.isEmpty, "\(findings.obstacles)")
    let order = ConnectorOrders.erasure(SQLiteWorld.system, Self.ada, approving: findings)
    let progress = try await connector.erase(order, before: ConnectorRecorder())
    guard case .completed(let effects) = progress else { throw SQLiteTestProblem("not completed") }
    #expect(try await connector.verify(order).isClean)
    return (findings, effects)
  }

  /// Keys of a table without row numbers are what a row is named by within the transaction.
  @Test func rowsAreNamedExactlyWhateverTheTypeOfTheirKey() async throws {
    let world = try SQLiteWorld(
      """
      CREATE TABLE p (id INTEGER PRIMARY KEY, email TEXT);
      CREATE TABLE c (k, n REAL, p INTEGER, what TEXT, PRIMARY KEY (k, n)) WITHOUT ROWID;
      INSERT INTO p VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
      INSERT INTO c VALUES (5, 0.1, 1, 'a'), ('5', 0.1, 2, 'b'), (x'35', 0.1, 1, 'a'), (x'3500', 0.1, 2, 'b'),
        (5, 0.1000000000000001, 2, 'b'), ('it''s "5"', 1e300, 1, 'a'), ('IT''S "5"', 1e300, 2, 'b'),
        (9007199254740993, 3, 1, 'a'), (9007199254740992, 3, 2, 'b');
      """)
    // Two ways to the parent, so that the rows are listed one by one.
    let child = DatasetRecord.sqlite("c", belongsTo: [("p", [("p", "id")]), ("p", [("p", "id")])])
    let (_, effects) = try await eraseAll(world, [Self.person, child])
    #expect(effects.map(\.erased) == [1, 4])
    #expect(try world.texts("SELECT what FROM c") == ["b", "b", "b", "b", "b"])
  }

  @Test func linksAreComparedAsTheParentsColumnSays() async throws {
    let world = try SQLiteWorld(
      """
      CREATE TABLE p (code TEXT COLLATE NOCASE PRIMARY KEY, number INTEGER UNIQUE, email TEXT);
      CREATE TABLE by_code (p TEXT, what TEXT);
      CREATE TABLE by_number (p TEXT, what TEXT);
      INSERT INTO p VALUES ('Ada', 7, 'ada@example.org'), ('Bob', 8, 'bob@example.org');
      INSERT INTO by_code VALUES ('ADA', 'a'), ('ada ', 'b'), ('Bob', 'b');
      INSERT INTO by_number VALUES ('7', 'a'), ('07', 'a'), ('7x', 'b'), (7, 'a'), ('8', 'b');
      """)
    let (_, effects) = try await eraseAll(
      world,
      [
        Self.person, .sqlite("by_code", belongsTo: [("p", [("p", "code")])]),
        .sqlite("by_number", belongsTo: [("p", [("p", "number")])]),
      ])
    #expect(effects.map(\.erased) == [1, 1, 3])
    #expect(try world.texts("SELECT what FROM by_code UNION ALL SELECT what FROM by_number") == ["b", "b", "b", "b"])
  }

  /// Rows that go as a whole are never listed, so that there may be any number of them.
  @Test(.timeLimit(.minutes(2))) func aPersonMayHaveMoreRowsThanAreListed() async throws {
    let world = try SQLiteWorld(
      """
      CREATE TABLE p (id INTEGER PRIMARY KEY, email TEXT);
      CREATE TABLE click (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p(id));
      CREATE INDEX click_p ON click(p);
      CREATE TABLE page (click INTEGER REFERENCES click(id), url TEXT);
      CREATE INDEX page_click ON page(click);
      INSERT INTO p VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600000)
      INSERT INTO click SELECT i, 1 + (i % 100 = 0) FROM n;
      INSERT INTO page SELECT id, 'u' FROM click WHERE id % 10 = 0;
      """)
    let (findings, effects) = try await eraseAll(
      world,
      [
        Self.person, .sqlite("click", belongsTo: [("p", [("p", "id")])]),
        .sqlite("page", belongsTo: [("click", [("click", "id")])]),
      ])
    #expect(findings.counts.map(\.erase) == [1, 594_000, 54_000])
    #expect(effects.map(\.erased) == [1, 594_000, 54_000])
    #expect(try world.number("SELECT count(*) FROM click") == 6_000)
    #expect(try world.number("SELECT count(*) FROM page") == 6_000)
  }

  /// Rows of one table that reference each other with ON DELETE CASCADE go in one statement, and all are counted.
  @Test func rowsThatAReferenceTakesAlongAreCounted() async throws {
    let world = try SQLiteWorld(
      """
      CREATE TABLE p (id INTEGER PRIMARY KEY, email TEXT);
      CREATE TABLE note (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p(id) ON DELETE CASCADE,
        above INTEGER REFERENCES note(id) ON DELETE CASCADE);
      INSERT INTO p VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
      INSERT INTO note VALUES (1, 1, NULL), (2, 1, 1), (3, 1, 2), (4, 2, NULL), (5, 2, 4);
      """)
    let (_, effects) = try await eraseAll(world, [Self.person, .sqlite("note", belongsTo: [("p", [("p", "id")])])])
    #expect(effects.map(\.erased) == [1, 3])
    #expect(try world.texts("SELECT id FROM note") == ["4", "5"])
  }

  /// Each references the other, and no order of two statements would do without deferring.
  @Test(arguments: ["", " NOT NULL"])
  func rowsOfTwoTablesThatReferenceEachOtherGoTogether(_ rule: String) async throws {
    let world = try SQLiteWorld(
      """
      CREATE TABLE p (id INTEGER PRIMARY KEY, email TEXT, main INTEGER\(rule) REFERENCES address(id));
      CREATE TABLE address (id INTEGER PRIMARY KEY, p INTEGER\(rule) REFERENCES p(id));
      INSERT INTO p VALUES (1, 'ada@example.org', 10), (2, 'bob@example.org', 20);
      INSERT INTO address VALUES (10, 1), (11, 1), (20, 2);
      """)
    let (findings, effects) = try await eraseAll(
      world, [Self.person, .sqlite("address", belongsTo: [("p", [("p", "id")])])])
    #expect(findings.counts.map(\.erase) == [1, 2] && effects.map(\.erased) == [1, 2])
    #expect(try world.texts("SELECT id FROM address") == ["20"] && world.texts("SELECT main FROM p") == ["20"])
    #expect(try world.number("SELECT count(*) FROM pragma_foreign_key_check") == 0)
  }

  @Test func thePlanSaysWhatElseHappens() async throws {
    let world = try SQLiteWorld(
      """
      CREATE TABLE p (person_id INTEGER PRIMARY KEY, email TEXT);
      CREATE VIRTUAL TABLE words USING fts5(email, content='p', content_rowid='person_id');
      CREATE TABLE visit (id INTEGER PRIMARY KEY, person_id INTEGER);
      CREATE TABLE post (id INTEGER PRIMARY KEY, email TEXT, editor INTEGER REFERENCES p(person_id) ON DELETE SET NULL);
      INSERT INTO p VALUES (1, 'ada@example.org'), (2, 'bob@example.org'), (20000, 'eve@example.org');
      INSERT INTO post VALUES (1, 'bob@example.org', 1), (40000, 'bob@example.org', 2);
      """)
    let post = DatasetRecord.sqlite("post", find: [("email", "email")], suffices: ["email"])
    let connector = try world.connector([Self.person, post])
    let findings = try await connector.locate(ConnectorOrders.search(SQLiteWorld.system, Self.ada))
    #expect(findings.obstacles.isEmpty, "\(findings.obstacles)")
    for part in [
      "The words of \"p\" are taken out of the full-text table \"words\"",
      "The database sets editor of 1 row(s) of \"post\" that stay to NULL (ON DELETE SET NULL).",
      "\"visit\" has a column \"person_id\" named and typed like a reference to \"p\"",
      "Each search for \"p\" reads all of about 20000 rows",
      "(no index on editor, a full scan); an index helps: CREATE INDEX",
    ] {
      #expect(findings.sideEffects.contains { $0.contains(part) }, "\(part) not in \(findings.sideEffects)")
    }
    // The index that is proposed is one that SQLite uses.
    let create = findings.sideEffects.flatMap { $0.split(separator: "helps: ").dropFirst().map(String.init) }
    for statement in create { try world.run(statement) }
    let after = try await connector.locate(ConnectorOrders.search(SQLiteWorld.system, Self.ada))
    #expect(!after.sideEffects.contains { $0.contains("an index helps") }, "\(after.sideEffects)")
  }

  @Test func columnsLikeAReferenceAndTriggersOnRegisteredTablesAreNamed() async throws {
    let world = try SQLiteWorld(
      """
      CREATE TABLE p (person_id INTEGER PRIMARY KEY, email TEXT);
      CREATE TABLE visit (id INTEGER PRIMARY KEY, person_id INTEGER, number INTEGER);
      CREATE TRIGGER t AFTER DELETE ON p BEGIN UPDATE visit SET number = 0 WHERE number < 0; END;
      CREATE TRIGGER u AFTER INSERT ON p BEGIN UPDATE visit SET number = 0 WHERE number < 0; END;
      INSERT INTO p VALUES (1, 'ada@example.org');
      """)
    for (column, loose) in [("person_id", []), ("number", ["person_id"])] {
      let connector = try world.connector([
        Self.person, .sqlite("visit", belongsTo: [("p", [(column, "person_id")])]),
      ])
      let said = try await connector.locate(ConnectorOrders.search(SQLiteWorld.system, Self.ada)).sideEffects
      #expect(
        said == ["Trigger \"t\" on \"p\" writes \"visit\" too."]
          + loose.map {
            "\"visit\" has a column \"\($0)\" named and typed like a reference to \"p\", without a foreign key and not "
              + "in its belongs-to: look whether the person is there."
          })
    }
  }

  /// Links that no key of the schema tells of, and identifiers found on the way, in both directions.
  @Test func missingIndexesOnLinksWithoutAKeyAndOnYieldsAreNamed() async throws {
    let world = try SQLiteWorld(
      """
      CREATE TABLE p (id INTEGER PRIMARY KEY, email TEXT UNIQUE, no TEXT, address INTEGER);
      CREATE TABLE visit (id INTEGER PRIMARY KEY, p INTEGER, badge TEXT);
      CREATE TABLE address (id INTEGER PRIMARY KEY, street TEXT);
      INSERT INTO p VALUES (1, 'ada@example.org', 'K1', 1), (20000, 'bob@example.org', 'K2', 2);
      INSERT INTO visit VALUES (1, 1, 'B1'), (20000, 20000, 'B2'); INSERT INTO address VALUES (1, 'a'), (20000, 'b');
      CREATE INDEX e ON p (lower(trim(CAST("email" AS TEXT), char(32, 9, 10, 13))));
      """)
    let connector = try world.connector([
      .sqlite("p", find: [("email", "email")], suffices: ["email"], yields: [("customer-no", "no")]),
      .sqlite("visit", yields: [("badge", "badge")], belongsTo: [("p", [("p", "id")])]),
      .sqlite("address", belongsTo: [("p", [("id", "address")])]),
    ])
    let search = ConnectorOrders.search(SQLiteWorld.system, Self.ada)
    let said = try await connector.locate(search).sideEffects
    #expect(
      said.map { String($0.prefix { $0 != ";" }) } == [
        "Each look for what belongs to \"p\" reads all of about 20000 rows of \"visit\" (no index on p, a full scan)",
        "Each look whether others use \"address\" too reads all of about 20000 rows of \"p\" (no index on address, "
          + "a full scan)",
        "Each customer-no that \"p\" yields makes the server read all of about 20000 rows of \"p\" (no index on no, "
          + "a full scan)",
        "Each badge that \"visit\" yields makes the server read all of about 20000 rows of \"visit\" (no index on "
          + "badge, a full scan)",
      ])
    for statement in said.compactMap({ $0.split(separator: "helps: ").last }) { try world.run(String(statement)) }
    #expect(try await connector.locate(search).sideEffects.isEmpty)
  }

  /// Of reduced rows those columns that stay, of kept ones all; of rows that go, and of other people's, none.
  @Test func documentsInRowsThatStayAreNamed() async throws {
    let world = try SQLiteWorld(
      """
      CREATE TABLE p (id INTEGER PRIMARY KEY, email TEXT, data JSON, photo BLOB);
      INSERT INTO p VALUES (1, 'ada@example.org', '{}', x'00'), (2, 'bob@example.org', '{}', x'00');
      CREATE TABLE i (id INTEGER PRIMARY KEY, p INTEGER, at TEXT, body JSON, scan BLOB);
      INSERT INTO i VALUES (1, 1, '2025-01-01', '{}', NULL), (2, 1, '2010-01-01', '{}', NULL), (3, 2, '2010-01-01', '', '');
      """)
    func notes(_ keep: [String], _ kept: [String]?, _ who: String = "ada@example.org") async throws -> [String] {
      let connector = try world.connector([
        .sqlite("p", find: [("email", "email")], suffices: ["email"], .reduce(keepColumns: keep, whileKept: "i")),
        .sqlite(
          "i", belongsTo: [("p", [("p", "id")])],
          .retain(Retention(rule: "nl-fiscal-7y", start: "at", keepColumns: kept))),
      ])
      let findings = try await connector.locate(ConnectorOrders.search(SQLiteWorld.system, [SQLiteWorld.email(who)]))
      #expect(findings.obstacles.isEmpty, "\(findings.obstacles)")
      return findings.sideEffects
    }
    let whole = "1 row(s) of \"i\" stay, and \"body\", \"scan\" may hold anything: look inside."
    #expect(try await notes(["id"], nil) == [whole])
    #expect(
      try await notes(["id", "photo"], ["id", "p", "at", "body"]) == [
        "1 row(s) of \"p\" stay, and \"photo\" may hold anything: look inside.",
        "1 row(s) of \"i\" stay, and \"body\" may hold anything: look inside.",
      ])
    #expect(try await notes(["id", "data"], nil, "bob@example.org").isEmpty)
  }
}
