import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

/// Ways round the selection: tables that inherit, triggers that write while rows go, one table in two datasets.
struct PostgresSideWayTests {
  private static let plain = """
    CREATE TABLE person (id int PRIMARY KEY, email text);
    INSERT INTO person VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
    """

  /// Neither the key nor a reference holds across tables that inherit: number 1 may be two people.
  @Test func aTableThatOthersInheritFromIsNotErasedIn() async throws {
    let world = try await PostgresWorld.make(
      Self.plain + """
        CREATE TABLE vip (level int, PRIMARY KEY (id)) INHERITS (person);
        INSERT INTO vip VALUES (2, 'ada@example.org', 1), (8, 'eve@example.org', 2);
        CREATE TABLE gift (vip int REFERENCES vip ON DELETE CASCADE, what text);
        CREATE TABLE note (person int REFERENCES person, what text);
        INSERT INTO gift VALUES (2, 'of ada'); INSERT INTO note VALUES (2, 'of bob');
        """)
    let connector = try world.connector([
      PostgresWorld.person(), .sqlite("note", belongsTo: [("person", [("person", "id")])]),
    ])
    let before = try await world.database.dump()
    let findings = try await connector.locate(world.search(PostgresWorld.ada))
    #expect(findings.obstacles.map(\.code.rawValue) == ["tables-inherit"])
    guard
      case .needsOfficer? = try await world.failure(
        of: connector, world.order(PostgresWorld.ada, approving: findings))
    else {
      Issue.record("rows that nobody counted went along")
      return
    }
    #expect(try await world.database.dump() == before)
    let heir = try world.connector([
      .sqlite("vip", find: [("email", "email")], suffices: ["email"]),
      .sqlite("gift", belongsTo: [("vip", [("vip", "id")])]),
    ])
    #expect(try await world.erases(heir, try await world.approved(heir)).map(\.erased) == [1, 1])
    #expect(try await world.database.texts("SELECT email FROM person ORDER BY 1").count == 3)
  }

  /// What a trigger writes about a row while it goes is erased with it.
  @Test(arguments: [false, true])
  func whatATriggerWritesIntoARegisteredTableGoesInTheSameErasure(_ isListed: Bool) async throws {
    let world = try await PostgresWorld.make(
      Self.plain + """
        CREATE TABLE audit (id serial PRIMARY KEY, person_id int, was text);
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $f$ BEGIN
          INSERT INTO audit (person_id, was) VALUES (OLD.id, OLD.email); RETURN OLD; END $f$;
        CREATE TRIGGER t AFTER DELETE ON person FOR EACH ROW EXECUTE FUNCTION f();
        INSERT INTO audit (person_id, was) VALUES (1, 'before'), (2, 'other');
        """)
    let connector = try world.connector([
      PostgresWorld.person(),
      .sqlite("audit", yields: isListed ? [("phone", "was")] : [], belongsTo: [("person", [("person_id", "id")])]),
    ])
    let order = try await world.approved(connector)
    #expect(try await world.erases(connector, order).map(\.erased)[0] == 1)
    #expect(try await world.database.texts("SELECT was FROM audit") == ["other"])
  }

  @Test func twoDatasetsMayShareATableButNotARow() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text, payer int);
      INSERT INTO person VALUES (1, 'ada@example.org', NULL), (2, 'ada@example.org', 1), (3, NULL, 1),
        (4, 'bob@example.org', NULL), (5, NULL, 4), (6, 'eve@example.org', 3);
      """)
    let connector = try world.connector([
      PostgresWorld.person(), .sqlite("child", table: "person", belongsTo: [("person", [("payer", "id")])]),
    ])
    let before = try await world.database.dump()
    let findings = try await connector.locate(world.search(PostgresWorld.ada))
    #expect(findings.obstacles.map(\.code.rawValue) == ["row-in-two-datasets"])
    #expect(findings.obstacles.first?.message.hasPrefix("1 row(s)") == true)
    guard
      case .needsOfficer? = try await world.failure(
        of: connector, world.order(PostgresWorld.ada, approving: findings))
    else { return #expect(Bool(false), "erased in spite of it") }
    #expect(try await world.database.dump() == before)
    let bob = try await world.approved(connector, [SQLiteWorld.email("bob@example.org")])
    #expect(try await world.erases(connector, bob).map(\.erased) == [1, 1])
    #expect(try await world.database.texts("SELECT id FROM person ORDER BY id") == ["1", "2", "3", "6"])
  }

  @Test func aRuleCheckedAtTheEndIsCheckedBeforeAnythingIsRecorded() async throws {
    let world = try await PostgresWorld.make(
      Self.plain + """
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN
          RAISE EXCEPTION 'never %', OLD.email; END $f$;
        CREATE CONSTRAINT TRIGGER t AFTER DELETE ON person DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION f();
        """)
    let connector = try world.connector([PostgresWorld.person()])
    let recorder = ConnectorRecorder()
    let failed = try await world.failure(of: connector, try await world.approved(connector), recorder)
    #expect(failed == .needsOfficer(Question(code: .other, detail: FailureCode("raised-by-trigger"))))
    #expect(recorder.effects.isEmpty)
    #expect(try await world.database.number("SELECT count(*) FROM person") == 2)
  }
}
