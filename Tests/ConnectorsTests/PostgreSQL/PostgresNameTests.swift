import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

/// Which table a name of the register means, and blockers.
struct PostgresNameTests {
  private static func table(_ name: String, _ email: String) -> String {
    "CREATE TABLE \(name) (id int PRIMARY KEY, email text); INSERT INTO \(name) VALUES (1, '\(email)'), (2, 'bob@b');"
  }

  private func named(_ table: String) -> DatasetRecord {
    .sqlite("person", table: table, find: [("email", "email")], suffices: ["email"])
  }

  /// One person in every table: only the one that is meant loses its row.
  @Test(arguments: [
    ("person", "public.person"), ("public.person", "public.person"), ("crm.person", "crm.person"),
    ("CRM.Person", nil), ("Crm.Person", "Crm.Person"), ("Person", "public.Person"),
    ("public.Person", "public.Person"), ("PERSON", nil), ("odd.na\"me", "public.odd.na\"me"),
    ("Odd \"schema.we'ird", "Odd \"schema.we'ird"), ("select", "public.select"), ("hidden.person", nil),
  ])
  func eachNameMeansOneTable(_ name: String, _ meant: String?) async throws {
    let tables = [
      "public.person", "crm.person", "\"Crm\".\"Person\"", "public.\"Person\"", "public.\"odd.na\"\"me\"",
      "\"Odd \"\"schema\".\"we'ird\"", "public.\"select\"",
    ]
    let world = try await PostgresWorld.everywhere(
      "CREATE SCHEMA crm; CREATE SCHEMA \"Crm\"; CREATE SCHEMA \"Odd \"\"schema\";"
        + tables.map { Self.table($0, "ada@example.org") }.joined())
    let before = try await world.database.dump()
    let connector = try world.connector([named(name)])
    let findings = try await connector.locate(world.search(PostgresWorld.ada))
    guard let meant else {
      #expect(findings.obstacles.map(\.code.rawValue) == ["missing-table"])
      return
    }
    #expect(findings.obstacles.isEmpty, "\(findings.obstacles)")
    try await world.erases(connector, world.order(PostgresWorld.ada, approving: findings))
    let after = try await world.database.dump()
    #expect(after.keys.filter { after[$0] != before[$0] } == [meant])
    #expect(after[meant] == ["(2,bob@b)"])
  }

  /// The search path of the credential decides, in its order, and looking and erasing mean the same table.
  @Test(arguments: [("zeta,alpha", "zeta.person"), ("alpha,zeta", "alpha.person"), ("zeta", "zeta.person")])
  func theSearchPathDecidesWhereTwoSchemasHaveOneName(_ path: String, _ meant: String) async throws {
    let world = try await PostgresWorld.everywhere(
      "CREATE SCHEMA zeta; CREATE SCHEMA alpha;" + Self.table("zeta.person", "ada@example.org")
        + Self.table("alpha.person", "ada@example.org") + "CREATE TABLE alpha.note (p int REFERENCES zeta.person);")
    for (name, role) in [("shop-look", world.looker), ("shop-erase", world.eraser)] {
      world.secrets.set(name, world.connectionString(role) + " options='-c search_path=\(path)'")
    }
    let note = DatasetRecord.sqlite("note", table: "alpha.note", belongsTo: [("person", [("p", "id")])])
    let connector = try world.connector([named("person")] + (meant == "zeta.person" ? [note] : []))
    let before = try await world.database.dump()
    let effects = try await world.erases(connector, try await world.approved(connector))
    #expect(effects[0].erased == 1)
    let after = try await world.database.dump()
    #expect(after.keys.filter { after[$0] != before[$0] } == [meant])
    // The other one by its whole name.
    let other = meant == "zeta.person" ? "alpha.person" : "zeta.person"
    let second = try world.connector([named(other)] + (other == "zeta.person" ? [note] : []))
    try await world.erases(second, try await world.approved(second))
    #expect(try await world.database.number("SELECT count(*) FROM \(other) WHERE email LIKE 'ada%'") == 0)
  }

  // MARK: Blockers

  private static let shop = """
    CREATE TABLE person (id int PRIMARY KEY, email text, data jsonb);
    INSERT INTO person VALUES (1, 'ada@example.org', '{"open": [1]}'), (2, 'bob@example.org', '{"done": 1}');
    CREATE TABLE orders (person int, state text, at timestamptz, data jsonb);
    INSERT INTO orders VALUES (1, 'open', '2024-01-01', '{"x": 1}'), (1, 'done', now(), '{}'), (2, 'done', now(), '{}');
    """

  @Test(arguments: [
    "SELECT count(*) FROM orders WHERE person = :person.id AND state = 'open' AND ':person.nothing' <> ''",
    "SELECT count(*) FROM orders WHERE person = :person.id AND data ? 'x' AND NOT data ?| array['y', ':person.id']",
    "SELECT count(*)::int8 FROM orders WHERE person::text = :person.id::text AND data @> '{\"x\": 1}'::jsonb",
    "SELECT count(*) FROM orders /* :person.nothing */ WHERE person = :person.\"id\" -- :other.column\n AND data ? 'x'",
    "SELECT jsonb_array_length(data -> 'open') FROM person WHERE id = :person.id",
    "SELECT count(*) FROM orders WHERE person = :person.id AND at < TIMESTAMP '2024-01-01 12:00:00' AND :person.email <> ''",
    "SELECT 1 WHERE :person.data::jsonb ? 'open'", "SELECT (:person.data -> 'open' ->> 0)::numeric",
    "SELECT count(*) FROM orders WHERE state = $q$open$q$ AND person = :person.id",
  ])
  func blockersCountForTheLocatedRecordsOnly(_ query: String) async throws {
    let world = try await PostgresWorld.make(Self.shop)
    let connector = try world.connector([named("person")], blockers: [Blocker(name: "open-order", query: query)])
    let ada = try await connector.locate(world.search(PostgresWorld.ada))
    let bob = try await connector.locate(world.search([SQLiteWorld.email("bob@example.org")]))
    #expect(ada.blocked == ["open-order"] && ada.obstacles.isEmpty, "\(ada.obstacles)")
    #expect(bob.blocked.isEmpty && bob.obstacles.isEmpty, "\(bob.obstacles)")
    let failed = try await world.failure(of: connector, world.order(PostgresWorld.ada, approving: ada))
    #expect(failed == .needsOfficer(Question(code: .blocked, detail: FailureCode("open-order"))))
    #expect(try await world.database.number("SELECT count(*) FROM person") == 2)
  }

  @Test(arguments: [
    "DELETE FROM person", "DELETE FROM person RETURNING 1", "SELECT nothing FROM nowhere",
    "SELECT id, email FROM person",
    "SELECT :other.id", "SELECT :person.nothing", "SELECT email FROM person WHERE id = :person.id", "SELECT 1/0", "",
    "SELECT count(*) FROM secret", "SELECT 1; SELECT 2", "SELECT pg_sleep_nobody_knows()", "SELECT $1",
    "WITH gone AS (DELETE FROM person RETURNING 1) SELECT count(*) FROM gone", "COMMIT", "SELECT 1.5",
  ])
  func blockersThatCannotCountAreObstacles(_ query: String) async throws {
    let world = try await PostgresWorld.make(Self.shop)
    try await world.database.run("CREATE TABLE secret (a int)")
    let connector = try world.connector([named("person")], blockers: [Blocker(name: "bad", query: query)])
    let findings = try await connector.locate(world.search(PostgresWorld.ada))
    // Where a right is all that is missing, it is named.
    let code = query.contains("secret") ? "missing-privilege" : "blocker-unreadable"
    #expect(findings.obstacles.map(\.code.rawValue) == [code])
    guard
      case .needsOfficer? = try await world.failure(of: connector, world.order(PostgresWorld.ada, approving: findings))
    else { return #expect(Bool(false), "erased in spite of a blocker that nobody can read") }
    #expect(try await world.database.number("SELECT count(*) FROM person") == 2)
  }
}
