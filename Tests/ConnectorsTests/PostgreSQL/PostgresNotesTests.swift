import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

/// What else will happen, said before anybody approves, and never with a value.
struct PostgresNotesTests {
  private static let plain = """
    CREATE TABLE person (id int PRIMARY KEY, email text);
    INSERT INTO person VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
    """
  private static let activity = DatasetRecord.sqlite("activity", belongsTo: [("person", [("person_id", "id")])])

  private func notes(
    _ world: PostgresWorld, _ datasets: [DatasetRecord] = [PostgresWorld.person()],
    _ identifiers: [SubjectIdentifier] = PostgresWorld.ada
  ) async throws -> [String] {
    let findings = try await world.connector(datasets).locate(world.search(identifiers))
    #expect(findings.obstacles.isEmpty, "\(findings.obstacles)")
    #expect(!findings.sideEffects.contains { $0.contains("ada") || $0.contains("canary") })
    return findings.sideEffects
  }

  private static func trigger(_ body: String) -> String {
    """
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN \(body) RETURN NULL; END $f$;
    CREATE TRIGGER t AFTER DELETE ON person FOR EACH ROW EXECUTE FUNCTION f();
    """
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let sql: String
    let says: String
    var undo = ""

    var testDescription: String { says }
  }

  static let cases: [Case] = [
    Case(
      sql: trigger("PERFORM pg_notify('gone', OLD.email);"), says: "Trigger \"t\" on \"person\" notifies listeners.",
      undo: "ALTER TABLE person DISABLE TRIGGER t"),
    Case(
      sql: trigger("EXECUTE format('SELECT %L', OLD.email);"),
      says: "Trigger \"t\" on \"person\" runs statements it puts together itself.", undo: "DROP TRIGGER t ON person"),
    Case(
      sql: trigger("PERFORM dblink_exec('host=elsewhere', 'DELETE FROM person');"),
      says: "Trigger \"t\" on \"person\" sends something out of the database (dblink_exec).",
      undo: "DROP TRIGGER t ON person"),
    Case(
      sql: trigger("PERFORM http_post('https://elsewhere.example', OLD.email);"),
      says: "Trigger \"t\" on \"person\" sends something out of the database (http_post).",
      undo: "DROP TRIGGER t ON person"),
    Case(
      sql: "CREATE TRIGGER t AFTER DELETE ON person FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger();",
      says: "Trigger \"t\" on \"person\" runs code in internal that cannot be read here.",
      undo: "DROP TRIGGER t ON person"),
    Case(
      sql: "CREATE FUNCTION g(t text) RETURNS void LANGUAGE plpgsql AS 'BEGIN NOTIFY gone; END';"
        + trigger("PERFORM g(OLD.email);"), says: "Trigger \"t\" on \"person\" notifies listeners.",
      undo: "DROP TRIGGER t ON person"),
    Case(
      sql: "CREATE TABLE log (n int); CREATE RULE r AS ON DELETE TO person DO ALSO INSERT INTO log VALUES (1);",
      says: "Trigger \"r\" on \"person\" rewrites the statement (CREATE RULE).", undo: "DROP RULE r ON person"),
    Case(
      sql: "CREATE MATERIALIZED VIEW mails AS SELECT email FROM person;",
      says: "Materialised view \"public.mails\" of postgres keeps its copy",
      undo: "DROP MATERIALIZED VIEW mails"),
    Case(
      sql: "CREATE VIEW a AS SELECT email FROM person; CREATE VIEW b AS SELECT * FROM a; CREATE SCHEMA rep;"
        + "CREATE MATERIALIZED VIEW rep.mails AS SELECT * FROM b;",
      says:
        "Materialised view \"rep.mails\" of postgres keeps its copy until it is refreshed: nobody found who refreshes it.",
      undo: "DROP VIEW a CASCADE"),
    Case(
      sql: "CREATE PUBLICATION everything FOR ALL TABLES;",
      says: "Publication \"everything\" sends changes of \"public.person\" to its subscribers: each",
      undo: "DROP PUBLICATION everything"),
    Case(
      sql: "ALTER TABLE person REPLICA IDENTITY FULL; CREATE PUBLICATION one FOR TABLE person;",
      says: "with the whole deleted row (REPLICA IDENTITY FULL)", undo: "ALTER PUBLICATION one DROP TABLE person"),
    Case(
      sql: "CREATE TABLE loose (person_id int); CREATE TABLE activity (person_id int REFERENCES person);",
      says: "\"public.loose\" has a column \"person_id\" named and typed like a reference to \"person\"",
      undo: "ALTER TABLE loose RENAME person_id TO number"),
  ]

  @Test(.serialized, arguments: cases)
  func isSaidAsLongAsItIsSo(_ one: Case) async throws {
    let world = try await PostgresWorld.everywhere(Self.plain + one.sql)
    let hasActivity = one.sql.contains("activity")
    let datasets = [PostgresWorld.person()] + (hasActivity ? [Self.activity] : [])
    let said = try await notes(world, datasets)
    #expect(said.count { $0.contains(one.says) } == 1, "\(said)")
    // Nothing is said about tables that nothing goes from.
    #expect(try await notes(world, datasets, [SQLiteWorld.email("nobody@example.org")]).isEmpty)
    try await world.runEverywhere(one.undo)
    #expect(try await notes(world, datasets).isEmpty)
  }

  /// A function that is called, and one that puts the statement together; of jobs those of this database.
  @Test func whoRefreshesAMaterialisedViewIsNamed() async throws {
    let world = try await PostgresWorld.make(
      Self.plain + """
        CREATE MATERIALIZED VIEW mails AS SELECT email FROM person; CREATE SCHEMA rep;
        CREATE MATERIALIZED VIEW rep."Other" AS SELECT email FROM person;
        CREATE MATERIALIZED VIEW mails_old AS SELECT email FROM person;
        CREATE FUNCTION nightly() RETURNS void LANGUAGE plpgsql AS
          'BEGIN REFRESH MATERIALIZED VIEW  CONCURRENTLY mails; END';
        CREATE FUNCTION rep.made() RETURNS void LANGUAGE plpgsql AS
          $$BEGIN EXECUTE 'REFRESH MATERIALIZED VIEW rep."Other"'; END$$;
        """)
    let said = { (view: String, who: String) in
      "Materialised view \"\(view)\" of postgres keeps its copy until it is refreshed: \(who)."
    }
    let nobody = "nobody found who refreshes it"
    let other = said("rep.Other", "refreshed by function \"rep.made\"")
    #expect(
      try await notes(world) == [
        said("public.mails", "refreshed by function \"public.nightly\""), said("public.mails_old", nobody), other,
      ])
    try await world.run(
      """
      DROP FUNCTION nightly;
      CREATE SCHEMA cron; CREATE TABLE cron.job (jobid int, command text, database text, active bool, jobname text);
      INSERT INTO cron.job SELECT 1, 'refresh materialized view public.mails', current_database(), true, 'night';
      INSERT INTO cron.job SELECT 2, 'REFRESH MATERIALIZED VIEW mails_old', 'elsewhere', true, 'other';
      """)
    let hidden = " (the jobs of cron are hidden from us)"
    #expect(try await notes(world)[0] == said("public.mails", nobody + hidden))
    try await world.database.run(
      "GRANT USAGE ON SCHEMA cron TO PUBLIC; GRANT SELECT ON cron.job TO PUBLIC")
    #expect(
      try await notes(world) == [
        said("public.mails", "refreshed by job \"night\" of cron"), said("public.mails_old", nobody), other,
      ])
    try await world.database.run("ALTER TABLE cron.job ENABLE ROW LEVEL SECURITY")
    #expect(try await notes(world)[0] == said("public.mails", nobody + hidden))
  }

  /// Of registered tables too, less what they follow or find people by, and never a table's own key.
  @Test func columnsLikeAReferenceAreNamedInRegisteredTablesToo() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (person_id int PRIMARY KEY, email text);
      CREATE TABLE visit (person_id int, number int); CREATE TABLE card (number int PRIMARY KEY, person_id int);
      INSERT INTO person VALUES (1, 'ada@example.org');
      """)
    let person = DatasetRecord.sqlite("person", find: [("email", "email")], suffices: ["email"])
    func said(_ column: String) async throws -> [String] {
      try await notes(
        world,
        [
          person, .sqlite("visit", belongsTo: [("person", [(column, "person_id")])]),
          .sqlite("card", find: [("customer-no", "person_id")], suffices: ["customer-no"]),
        ])
    }
    #expect(try await said("person_id").isEmpty)
    #expect(
      try await said("number") == [
        "\"public.visit\" has a column \"person_id\" named and typed like a reference to \"person\", without a foreign "
          + "key and not in its belongs-to: look whether the person is there."
      ])
  }

  @Test func replicationSlotsAreNamed() async throws {
    let world = try await PostgresWorld.make(Self.plain)
    let slot = "slot_" + world.database.name
    try await world.run("SELECT pg_create_logical_replication_slot('\(slot)', 'pgoutput')")
    let said = try await notes(world)
    #expect(said == ["Replication slot \"\(slot)\" (logical) is not read and holds the write-ahead log back."])
    try await world.run("SELECT pg_drop_replication_slot('\(slot)')")
    #expect(try await notes(world).isEmpty)
  }

  @Test func rowsThatStayAndLoseTheirReferenceAreCountedAndKeepEverythingElse() async throws {
    let world = try await PostgresWorld.make(
      Self.plain + """
        CREATE TABLE ticket (id int PRIMARY KEY, email text, seller int REFERENCES person ON DELETE SET NULL,
          buyer int DEFAULT 2 REFERENCES person ON DELETE SET DEFAULT);
        INSERT INTO ticket VALUES (1, 'bob@example.org', 1, 2), (2, 'bob@example.org', 1, 1), (3, 'ada@example.org', 1, 1),
          (4, 'bob@example.org', 2, 2);
        """)
    let datasets = [PostgresWorld.person(), .sqlite("ticket", find: [("email", "email")], suffices: ["email"])]
    let said = try await notes(world, datasets)
    #expect(said.contains("The database sets seller of 2 row(s) of \"ticket\" that stay to NULL (ON DELETE SET NULL)."))
    #expect(
      said.contains(
        "The database sets buyer of 1 row(s) of \"ticket\" that stay to its default (ON DELETE SET DEFAULT)."))
    let connector = try world.connector(datasets)
    #expect(try await world.erases(connector, try await world.approved(connector)).map(\.erased) == [1, 1])
    let rest = try await world.database.texts("SELECT t::text FROM ticket AS t ORDER BY id")
    #expect(rest == ["(1,bob@example.org,,2)", "(2,bob@example.org,,2)", "(4,bob@example.org,2,2)"])
  }

  /// Of reduced rows those columns that stay, of kept ones all; of rows that go, and of other people's, none.
  @Test func documentsInRowsThatStayAreNamed() async throws {
    let world = try await PostgresWorld.make(
      """
      DO $$ BEGIN CREATE EXTENSION hstore; EXCEPTION WHEN OTHERS THEN CREATE TYPE hstore AS (key text); END $$;
      CREATE TABLE person (id int PRIMARY KEY, email text, data jsonb, photo bytea, tags text[], extra hstore);
      INSERT INTO person VALUES (1, 'ada@example.org', '{"canary": 1}', '', '{}', NULL);
      INSERT INTO person VALUES (2, 'bob@example.org', '{}');
      CREATE TABLE invoice (id int PRIMARY KEY, person_id int, at date, body xml, scan bytea, more hstore);
      INSERT INTO invoice VALUES (1, 1, '2025-01-01', '<a/>'), (2, 1, '2025-01-02', '<a/>'), (3, 1, '2010-01-01', '<a/>'),
        (4, 2, '2010-01-01', '<a/>');
      CREATE TABLE activity (person_id int, data json); INSERT INTO activity VALUES (1, '{}');
      """)
    let invoice = { (keep: [String]?) in
      DatasetRecord.sqlite(
        "invoice", belongsTo: [("person", [("person_id", "id")])],
        .retain(Retention(rule: "nl-fiscal-7y", start: "at", keepColumns: keep)))
    }
    let person = { (keep: [String]) in PostgresWorld.person(.reduce(keepColumns: keep, whileKept: "invoice")) }
    let whole = "2 row(s) of \"invoice\" stay, and \"body\", \"scan\", \"more\" may hold anything: look inside."
    #expect(try await notes(world, [person(["id"]), invoice(nil), Self.activity]) == [whole])
    #expect(
      try await notes(
        world, [person(["id", "data", "extra"]), invoice(["id", "person_id", "at", "scan"]), Self.activity])
        == [
          "1 row(s) of \"person\" stay, and \"data\", \"extra\" may hold anything: look inside.",
          "2 row(s) of \"invoice\" stay, and \"scan\" may hold anything: look inside.",
        ])
    let bob = [SQLiteWorld.email("bob@example.org")]
    #expect(try await notes(world, [person(["id", "data"]), invoice(nil), Self.activity], bob).isEmpty)
  }

  /// A part without the key its siblings have, and a key that only one part has.
  @Test(arguments: [[0], [1, 2], []])
  func partsThatLackTheKeyOfTheirSiblingsAreErasedAllTheSame(_ withKey: [Int]) async throws {
    let keys = withKey.map { "ALTER TABLE activity_\($0) ADD FOREIGN KEY (person_id) REFERENCES person;" }
    let parts = (0..<3).map { "CREATE TABLE activity_\($0) PARTITION OF activity FOR VALUES IN (\($0));" }
    let world = try await PostgresWorld.make(
      Self.plain + "CREATE TABLE activity (person_id int, part int) PARTITION BY LIST (part);" + parts.joined()
        + keys.joined()
        + "INSERT INTO activity SELECT p, n FROM generate_series(1, 2) AS p, generate_series(0, 2) AS n;")
    let datasets = [PostgresWorld.person(), Self.activity]
    let said = try await notes(world, datasets)
    let lacking =
      "\(3 - withKey.count) of 3 partitions of \"activity\" lack the foreign key (person_id) to \"person\" that their "
      + "siblings have; their rows are searched all the same."
    #expect(said == (withKey.isEmpty ? [] : [lacking]))
    let connector = try world.connector(datasets)
    #expect(try await world.erases(connector, try await world.approved(connector)).map(\.erased) == [1, 3])
    #expect(try await world.database.texts("SELECT DISTINCT person_id FROM activity") == ["2"])
  }

  /// What counts are the partitions that hold rows, however deep, each once, whatever keys it has or inherits.
  @Test(
    arguments: zip(
      [["a"], ["a", "a_0"], ["a_0", "a_0", "b"], ["a", "b"], ["activity"], ["activity", "a_0"]],
      [1, 1, 1, 0, 0, 0]))
  func nestedPartitionsThatLackAKeyAreCountedAtTheBottom(_ withKey: [String], _ lacking: Int) async throws {
    let world = try await PostgresWorld.make(
      Self.plain + """
        CREATE TABLE activity (person_id int, part int) PARTITION BY RANGE (part);
        CREATE TABLE a PARTITION OF activity FOR VALUES FROM (0) TO (10) PARTITION BY HASH (person_id);
        CREATE TABLE a_0 PARTITION OF a FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE a_1 PARTITION OF a FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        CREATE TABLE b PARTITION OF activity FOR VALUES FROM (10) TO (20);
        INSERT INTO activity SELECT p, n FROM generate_series(1, 2) AS p, generate_series(0, 19) AS n;
        """ + withKey.map { "ALTER TABLE \($0) ADD FOREIGN KEY (person_id) REFERENCES person;" }.joined())
    let datasets = [PostgresWorld.person(), Self.activity]
    let said = try await notes(world, datasets)
    #expect(said.map { $0.contains("\(lacking) of 3 partitions of \"activity\" lack") } == (lacking == 0 ? [] : [true]))
    let connector = try world.connector(datasets)
    #expect(try await world.erases(connector, try await world.approved(connector)).map(\.erased) == [1, 20])
  }

  /// The sentence carries the statement that makes it disappear.
  @Test(arguments: [false, true])
  func missingIndexesAreNamedWithTheCostAndTheStatement(_ isPartitioned: Bool) async throws {
    let partition = { (name: String) in
      isPartitioned
        ? "PARTITION BY HASH (id); CREATE TABLE \(name)_0 PARTITION OF \(name) FOR VALUES WITH (MODULUS 1, REMAINDER 0);"
        : ";"
    }
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text, "No" text) \(partition("person"))
      CREATE TABLE activity (id int, person_id int REFERENCES person) \(partition("activity"))
      INSERT INTO person SELECT n, 'p' || n || '@example.org', 'K' || n FROM generate_series(1, 100000) AS n;
      INSERT INTO activity SELECT n, n FROM generate_series(1, 100000) AS n;
      UPDATE person SET email = 'ada@example.org', "No" = 'K' WHERE id = 1;
      ANALYZE person; ANALYZE activity;
      """)
    let person = PostgresWorld.person(find: [("email", "email"), ("customer-no", "No")])
    let identifiers = PostgresWorld.ada + [SQLiteWorld.number("K")]
    let said = try await notes(world, [person, Self.activity], identifiers)
    #expect(said.count == 2, "\(said)")
    #expect(said.contains { $0.contains("reads all of about 100000 rows (estimated cost ") })
    #expect(
      said.contains {
        $0.contains("read all of about 100000 rows of \"activity\" (no index on person_id, estimated cost ")
      })
    for sentence in said {
      let statements = sentence.split(separator: "an index helps: ").last ?? ""
      for statement in statements.split(separator: ";") where statement.contains("CREATE INDEX") {
        try await world.run(String(statement))
      }
    }
    #expect(try await notes(world, [person, Self.activity], identifiers).isEmpty)
  }

  /// Links that no key of the schema tells of, and identifiers found on the way, in both directions.
  @Test func missingIndexesOnLinksWithoutAKeyAndOnYieldsAreNamed() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text, "No" text, address_id int);
      CREATE TABLE visit (id int PRIMARY KEY, person_id int, badge varchar(20));
      CREATE TABLE address (id int PRIMARY KEY, street text);
      INSERT INTO person SELECT n, 'p' || n || '@example.org', 'K' || n, n FROM generate_series(1, 20000) AS n;
      INSERT INTO visit SELECT n, n, 'B' || n FROM generate_series(1, 20000) AS n;
      INSERT INTO address SELECT n FROM generate_series(1, 20000) AS n;
      CREATE INDEX ON person (lower(btrim(email::text, E' \\t\\n\\r')));
      UPDATE person SET email = 'ada@example.org' WHERE id = 1;
      ANALYZE person; ANALYZE visit; ANALYZE address;
      """)
    let datasets: [DatasetRecord] = [
      .sqlite("person", find: [("email", "email")], suffices: ["email"], yields: [("customer-no", "No")]),
      .sqlite("visit", yields: [("badge", "badge")], belongsTo: [("person", [("person_id", "id")])]),
      .sqlite("address", belongsTo: [("person", [("id", "address_id")])]),
    ]
    let said = try await notes(world, datasets)
    #expect(said.allSatisfy { $0.contains("estimated cost ") })
    #expect(
      said.map { String($0.prefix { $0 != "(" }) } == [
        "Each look for what belongs to \"person\" reads all of about 20000 rows of \"visit\" ",
        "Each look whether others use \"address\" too reads all of about 20000 rows of \"person\" ",
        "Each customer-no that \"person\" yields makes the server read all of about 20000 rows of \"person\" ",
        "Each badge that \"visit\" yields makes the server read all of about 20000 rows of \"visit\" ",
      ])
    for statement in said.compactMap({ $0.split(separator: "helps: ").last }) { try await world.run(String(statement)) }
    #expect(try await notes(world, datasets).isEmpty)
  }
}
