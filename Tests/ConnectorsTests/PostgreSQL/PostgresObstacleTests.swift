import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

/// What the catalogue and the rows show to be wrong, before anything is touched.
struct PostgresObstacleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let code: String
    let sql: String
    var datasets = [PostgresWorld.person()]
    /// A text of the message that names what to change.
    let says: String

    var testDescription: String { code + ": " + says }
  }

  private static let plain = """
    CREATE TABLE person (id int PRIMARY KEY, email text);
    INSERT INTO person VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
    """
  private static let partitioned = """
    CREATE TABLE person (id int, email text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
    CREATE TABLE person_low PARTITION OF person FOR VALUES FROM (0) TO (10) PARTITION BY HASH (id);
    CREATE TABLE person_low_0 PARTITION OF person_low FOR VALUES WITH (MODULUS 1, REMAINDER 0);
    INSERT INTO person VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
    """
  private static let invoice = DatasetRecord.sqlite(
    "invoice", belongsTo: [("person", [("person_id", "id")])], PostgresWorld.fiscal("at"))
  private static let bills = """
    CREATE TABLE invoice (id int PRIMARY KEY, person_id int, at date);
    INSERT INTO invoice VALUES (1, 1, '2026-01-01');
    """
  private static let reduced = PostgresWorld.person(.reduce(keepColumns: ["id"], whileKept: "invoice"))

  /// A trigger whose function has this body, in a database that has an audit table.
  private static func trigger(
    _ body: String, on table: String = "person", when: String = "AFTER DELETE", schema: String = plain,
    more: String = "CREATE TABLE audit (was text);"
  ) -> String {
    """
    \(schema) \(more)
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN \(body) RETURN NULL; END $f$;
    CREATE TRIGGER t \(when) ON \(table) FOR EACH ROW EXECUTE FUNCTION f();
    """
  }

  private static let restrictedInvoice = DatasetRecord.sqlite(
    "invoice", belongsTo: [("person", [("person_id", "id")])],
    .retain(
      Retention(
        rule: "nl-fiscal-7y", start: "at", restrict: Restriction(column: "state", value: "x", role: "finance"))))

  private static func restricted(_ policy: String) -> String {
    plain + """
      CREATE TABLE invoice (id int, person_id int, at date, state text);
      ALTER TABLE invoice ENABLE ROW LEVEL SECURITY;
      CREATE POLICY p ON invoice FOR SELECT USING (\(policy));
      """
  }

  static let cases: [Case] = [
    Case(code: "missing-table", sql: "CREATE TABLE x (a int);", says: "\"person\""),
    Case(
      code: "not-a-table", sql: "CREATE TABLE q (email text); CREATE VIEW person AS SELECT * FROM q;", says: "a view"),
    Case(
      code: "not-a-table", sql: "CREATE TABLE q (email text); CREATE MATERIALIZED VIEW person AS SELECT * FROM q;",
      says: "a materialised view"),
    Case(code: "missing-column", sql: "CREATE TABLE person (id int PRIMARY KEY, mail text);", says: "correct its find"),
    Case(
      code: "missing-column", sql: plain + "CREATE TABLE activity (p int);",
      datasets: [PostgresWorld.person(), .sqlite("activity", belongsTo: [("person", [("p", "number")])])],
      says: "belongs-to"),
    Case(code: "no-key", sql: "CREATE TABLE person (id int, email text);", says: "no primary key"),
    Case(code: "no-key", sql: "CREATE TABLE person (id int UNIQUE, email text);", says: "without NULL"),
    Case(
      code: "no-key",
      sql: "CREATE TABLE person (id int NOT NULL, email text); CREATE UNIQUE INDEX ON person (id) WHERE id > 5;",
      says: "no primary key"),
    Case(
      code: "names-a-partition", sql: partitioned.replacing("person_low", with: "part"),
      datasets: [.sqlite("person", table: "part", find: [("email", "email")], suffices: ["email"])],
      says: "\"part\" is a partition"),
    Case(
      code: "unregistered-reference", sql: plain + "CREATE TABLE note (p int REFERENCES person);",
      says: "note: {table: note, belongs-to: {person: {p: id}}, erase: delete}"),
    Case(
      code: "unregistered-reference",
      sql: plain + "CREATE TABLE note (p int REFERENCES person ON DELETE CASCADE);"
        + "INSERT INTO note VALUES (1), (1), (2);",
      says: "(ON DELETE CASCADE deletes 2 row(s) of it)"),
    Case(
      code: "unregistered-reference",
      sql: plain
        + "CREATE TABLE note (p int REFERENCES person ON DELETE CASCADE, q int REFERENCES person ON DELETE SET NULL);"
        + "INSERT INTO note VALUES (1, 2), (1, 1), (2, 2);",
      says: "(ON DELETE CASCADE deletes 2 row(s) of it, ON DELETE SET NULL changes 1 row(s) of it)"),
    Case(
      code: "unregistered-reference",
      sql: plain + "CREATE TABLE note (p int REFERENCES person ON DELETE SET NULL);"
        + "INSERT INTO note VALUES (1), (2);",
      says: "(ON DELETE SET NULL changes 1 row(s) of it)"),
    Case(
      code: "unregistered-reference",
      sql: plain + bills + "CREATE TABLE note (p int REFERENCES person);", datasets: [reduced, invoice],
      says: "note: {table: note, belongs-to: {person: {p: id}}, erase: delete}"),
    Case(
      code: "unregistered-reference",
      sql: plain + bills + "CREATE TABLE line (bill int REFERENCES invoice(id));", datasets: [reduced, invoice],
      says: "line: {table: line, belongs-to: {invoice: {bill: id}}, erase: delete}"),
    Case(
      code: "unregistered-reference",
      sql: plain + "CREATE SCHEMA crm; CREATE TABLE crm.note (p int REFERENCES person ON DELETE SET DEFAULT);",
      says: "crm-note: {table: crm.note"),
    Case(
      code: "unregistered-reference",
      sql: plain + """
        CREATE TABLE note (p int) PARTITION BY HASH (p);
        CREATE TABLE note_0 PARTITION OF note FOR VALUES WITH (MODULUS 1, REMAINDER 0);
        ALTER TABLE note_0 ADD FOREIGN KEY (p) REFERENCES person;
        """, says: "table \"note\" references table \"person\""),
    Case(
      code: "reference-stays",
      sql: plain + "CREATE TABLE note (id int PRIMARY KEY, email text, p int REFERENCES person ON DELETE CASCADE);"
        + "INSERT INTO note VALUES (1, 'bob@example.org', 1);",
      datasets: [PostgresWorld.person(), .sqlite("note", find: [("email", "email")], suffices: ["email"])],
      says: "1 row(s) that stay reference rows of \"person\" that go, and ON DELETE CASCADE would delete them"),
    Case(
      code: "kept-row-needs-parent",
      sql: plain + "CREATE TABLE invoice (person_id int, at date); INSERT INTO invoice VALUES (1, '2025-01-01');",
      datasets: [PostgresWorld.person(), invoice], says: "keep-columns: [id], while-kept: invoice}"),
    Case(
      code: "start-unreadable",
      sql: plain + "CREATE TABLE invoice (person_id int, at text); INSERT INTO invoice VALUES (1, 'soon'), (1, '');",
      datasets: [reduced, invoice], says: "2 row(s)"),
    Case(
      code: "start-unreadable",
      sql: plain + "CREATE TABLE invoice (person_id int, at date); INSERT INTO invoice VALUES (1, '-infinity');",
      datasets: [reduced, invoice], says: "1 row(s)"),
    Case(
      code: "key-not-kept", sql: plain + "CREATE TABLE invoice (person_id int, at date);",
      datasets: [PostgresWorld.person(.reduce(keepColumns: ["email"], whileKept: "invoice")), invoice], says: "\"id\""),
    Case(
      code: "column-cannot-be-overwritten",
      sql: "CREATE TABLE rep (id int PRIMARY KEY); CREATE TABLE person (id int PRIMARY KEY, email text, "
        + "rep int NOT NULL REFERENCES rep); CREATE TABLE invoice (person_id int, at date);",
      datasets: [reduced, invoice], says: "\"rep\" is NOT NULL and references"),
    Case(code: "trigger-copies", sql: trigger("INSERT INTO \"audit\" VALUES (OLD.email);"), says: "\"audit\""),
    Case(
      code: "trigger-copies", sql: trigger("insert /* into x */ into Public . AUDIT(was) values (old.email);"),
      says: "\"audit\""),
    Case(
      code: "trigger-copies",
      sql: trigger(
        "INSERT INTO log.audit VALUES (OLD.email);", more: "CREATE SCHEMA log; CREATE TABLE log.audit (was text);"),
      says: "\"log.audit\""),
    Case(
      code: "trigger-copies",
      sql: trigger(
        "INSERT INTO audit VALUES (OLD.email);", more: "CREATE SCHEMA log; CREATE TABLE log.audit (was text);"),
      says: "\"log.audit\""),
    Case(
      code: "trigger-copies",
      sql: trigger(
        "INSERT INTO seen VALUES (OLD.email);", more: "CREATE TABLE audit (was text); CREATE VIEW seen AS TABLE audit;"),
      says: "\"seen\""),
    Case(
      code: "trigger-copies",
      sql: trigger(
        "PERFORM outer_one(OLD.email);",
        more: """
          CREATE TABLE audit (was text);
          CREATE FUNCTION inner_one(t text) RETURNS void LANGUAGE sql BEGIN ATOMIC INSERT INTO audit VALUES (t); END;
          CREATE FUNCTION outer_one(t text) RETURNS void LANGUAGE plpgsql AS 'BEGIN PERFORM inner_one(t); END';
          """), says: "\"audit\""),
    Case(
      code: "trigger-copies",
      sql: trigger("UPDATE ONLY audit SET was = OLD.email;", on: "person_low_0", schema: partitioned), says: "\"audit\""
    ),
    Case(
      code: "trigger-copies", sql: trigger("INSERT INTO audit VALUES (NEW.email);", when: "AFTER INSERT"),
      says: "\"audit\""),
    Case(
      code: "restriction-not-enforced", sql: restricted("id > 0"), datasets: [reduced, restrictedInvoice],
      says: "a policy about \"state\""),
    Case(
      code: "rows-hidden",
      sql: plain + "ALTER TABLE person ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON person USING (id > 1);",
      says: "BYPASSRLS"),
  ]

  @Test(.serialized, arguments: cases)
  func isNamedBeforeAnythingIsTouched(_ one: Case) async throws {
    let world = try await PostgresWorld.everywhere(one.sql)
    let before = try await world.database.dump()
    let connector = try world.connector(one.datasets)
    let findings = try await connector.locate(world.search(PostgresWorld.ada))
    let found = findings.obstacles.filter { $0.code.rawValue == one.code }
    #expect(found.count == 1, "\(findings.obstacles)")
    #expect(found.first?.message.contains(one.says) == true, "\(findings.obstacles)")
    #expect(!findings.obstacles.contains { $0.message.contains("ada@") })
    let order = world.order(PostgresWorld.ada, approving: findings)
    guard case .needsOfficer(let question)? = try await world.failure(of: connector, order) else {
      Issue.record("erase did not ask")
      return
    }
    #expect(question.code == .other && question.detail != nil)
    #expect(try await world.database.dump() == before)
    // Neither does a look after an erasure take a schema that cannot be searched for a clean one.
    if findings.counts.isEmpty {
      guard case .needsOfficer? = try await sqliteFailure(of: { _ = try await connector.verify(order) }) else {
        Issue.record("verify did not ask")
        return
      }
    }
  }

  @Test func aPlainSchemaHasNoObstacles() async throws {
    let world = try await PostgresWorld.make(
      Self.plain + "CREATE TABLE log (n int); CREATE TABLE ref (id int PRIMARY KEY);"
        + Self.trigger("PERFORM now();", when: "BEFORE INSERT", schema: "", more: ""))
    let findings = try await world.connector([PostgresWorld.person()]).locate(world.search(PostgresWorld.ada))
    #expect(findings.obstacles.isEmpty && findings.total == 1 && findings.sideEffects.isEmpty)
  }

  @Test func aTriggerThatWritesRegisteredTablesIsNoObstacle() async throws {
    let world = try await PostgresWorld.everywhere(
      Self.trigger(
        "UPDATE public.counted SET n = n - 1; UPDATE Crm.counted SET n = n - 1;",
        more:
          "CREATE SCHEMA crm; CREATE TABLE crm.counted (n int, email text); CREATE TABLE counted (n int, email text);"))
    try await world.runEverywhere("ALTER FUNCTION f() SECURITY DEFINER")
    let key = [("person", [("email", "email")])]
    let connector = try world.connector([
      PostgresWorld.person(), .sqlite("counted", belongsTo: key),
      .sqlite("other", table: "crm.counted", belongsTo: key),
    ])
    let said = try await connector.locate(world.search(PostgresWorld.ada)).sideEffects
    #expect(
      said == [
        "Trigger \"t\" on \"person\" writes \"counted\" too.",
        "Trigger \"t\" on \"person\" writes \"crm.counted\" too.",
      ])
    #expect(try await world.erases(connector, try await world.approved(connector)).map(\.erased) == [1, 0, 0])
  }

  /// A trigger or a rule that takes a deletion back leaves everything as it was.
  @Test(
    arguments: [
      "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;"
        + "CREATE TRIGGER t BEFORE DELETE ON TABLE FOR EACH ROW EXECUTE FUNCTION f();",
      "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN CASE WHEN OLD.id <> 1 THEN OLD END; END $$;"
        + "CREATE TRIGGER t BEFORE DELETE ON TABLE FOR EACH ROW EXECUTE FUNCTION f();",
      "CREATE RULE r AS ON DELETE TO TABLE DO INSTEAD NOTHING;",
      "CREATE RULE r AS ON DELETE TO TABLE WHERE OLD.id = 1 DO INSTEAD NOTHING;",
      "CREATE RULE r AS ON DELETE TO TABLE DO INSTEAD UPDATE TABLE SET hidden = true WHERE id = OLD.id;",
    ], ["person", "activity", "listed"])
  func aDeletionThatIsTakenBackIsNoticed(_ how: String, _ table: String) async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text, hidden bool);
      CREATE TABLE activity (id int PRIMARY KEY, person_id int, hidden bool);
      CREATE TABLE listed (id int PRIMARY KEY, person_id int, phone text, hidden bool);
      INSERT INTO person VALUES (1, 'ada@example.org'), (3, 'ada@example.org');
      INSERT INTO activity VALUES (1, 1), (2, 1); INSERT INTO listed VALUES (1, 1), (2, 1);
      """ + how.replacing("TABLE ", with: table + " "))
    let link = [("person", [("person_id", "id")])]
    let connector = try world.connector([
      PostgresWorld.person(), .sqlite("activity", belongsTo: link),
      .sqlite("listed", yields: [("phone", "phone")], belongsTo: link),
    ])
    let before = try await world.database.dump()
    let order = try await world.approved(connector)
    let failed = try await world.failure(of: connector, order)
    #expect(failed == .needsOfficer(Question(code: .other, detail: FailureCode("change-ignored"))))
    #expect(try await world.database.dump() == before)
    #expect(try await connector.verify(order).isClean == false)
  }

  @Test func rowsThatNobodyMaySeeAreNotCounted() async throws {
    let world = try await PostgresWorld.make(Self.plain)
    try await world.database.run("CREATE TABLE note (p int REFERENCES person ON DELETE CASCADE)")
    let found = try await world.connector([PostgresWorld.person()]).locate(world.search(PostgresWorld.ada)).obstacles
    #expect(found.map(\.code.rawValue) == ["unregistered-reference"])
    #expect(found.first?.message.contains("(ON DELETE CASCADE deletes nobody here may see how many") == true)
  }

  @Test func aTriggerThatPutsTheRowBackIsSeenByTheSecondLook() async throws {
    let world = try await PostgresWorld.make(
      Self.plain + """
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
          INSERT INTO person VALUES (OLD.id, OLD.email); RETURN NULL; END $$;
        CREATE TRIGGER t AFTER DELETE ON person FOR EACH ROW EXECUTE FUNCTION f();
        """)
    let connector = try world.connector([PostgresWorld.person()])
    let order = try await world.approved(connector)
    _ = try await world.failure(of: connector, order)
    #expect(try await connector.verify(order).isClean == false)
    #expect(try await world.database.number("SELECT count(*) FROM person") == 2)
  }
}
