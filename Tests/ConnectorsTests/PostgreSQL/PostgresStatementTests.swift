import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

@testable import Connectors

/// What `expunge register sql` prints for a PostgreSQL database.
@Suite struct `The statements shown to a database administrator` {
  private static let schema = """
    CREATE SCHEMA shop; CREATE SCHEMA privacy; CREATE SCHEMA legal;
    CREATE TABLE shop.person (id int PRIMARY KEY, email text, name text);
    CREATE TABLE shop.invoice (id int PRIMARY KEY, person_id int REFERENCES shop.person, at date, note text);
    CREATE TABLE shop.session (token text PRIMARY KEY, person_id int REFERENCES shop.person);
    CREATE TABLE shop.card (id int PRIMARY KEY, person_id int REFERENCES shop.person);
    CREATE TABLE legal.dispute (person_id int, state text);
    CREATE FUNCTION privacy.erase_card(keys jsonb) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $f$
      DECLARE n bigint; BEGIN
      DELETE FROM shop.card WHERE id IN (SELECT (k ->> 'id')::int FROM jsonb_array_elements(keys) AS k);
      GET DIAGNOSTICS n = ROW_COUNT; RETURN n; END $f$;
    REVOKE ALL ON FUNCTION privacy.erase_card FROM PUBLIC;
    INSERT INTO shop.person VALUES (1, 'ada@example.org', 'Ada'), (2, 'bob@example.org', 'Bob');
    INSERT INTO shop.invoice VALUES (1, 1, '2025-01-01', 'n'), (2, 1, '2010-01-01', 'n'), (3, 2, '2010-01-01', 'n');
    INSERT INTO shop.session VALUES ('a', 1), ('b', 1), ('c', 2); INSERT INTO shop.card VALUES (1, 1), (2, 2);
    INSERT INTO legal.dispute VALUES (2, 'open');
    """
  private static let link = [("person", [("person_id", "id")])]
  private static let datasets: [DatasetRecord] = [
    .sqlite(
      "person", table: "shop.person", find: [("email", "email")], suffices: ["email"], review: ["name"],
      .reduce(keepColumns: ["id"], whileKept: "invoice")),
    .sqlite(
      "invoice", table: "shop.invoice", belongsTo: link,
      .retain(Retention(rule: "nl-fiscal-7y", start: "at", keepColumns: ["id", "person_id", "at"]))),
    .sqlite("session", table: "shop.session", belongsTo: link),
    .sqlite("card", table: "shop.card", belongsTo: link, .call(function: "privacy.erase_card")),
  ]
  private static let dispute = Blocker(
    name: "dispute",
    query: "SELECT count(*) FROM shop.person p JOIN legal.dispute d ON d.person_id = p.id WHERE p.id = :person.id")

  private func connector(_ world: PostgresWorld) throws -> PostgresConnector {
    try PostgresConnector(
      settings: PostgresSettings(
        look: "shop-look", erase: "shop-erase", pause: PostgresSettings.Pause(lagSeconds: nil, activePercent: 100),
        rowsPerTransaction: 1000),
      context: world.context(Self.datasets, blockers: [Self.dispute]))
  }

  @Test func `hold every right that two fresh users need, and no other is needed`() async throws {
    let world = try await PostgresWorld.make()
    try await world.database.run(Self.schema)
    let connector = try connector(world)
    let text = try await connector.statements(deadline: .distantFuture)
    let grants = text.split(separator: "\n").filter { $0.hasPrefix("GRANT") }
    #expect(Set(grants).count == grants.count)
    for grant in grants { try await world.database.run(String(grant)) }
    let bob = try await connector.locate(world.search([SQLiteWorld.email("bob@example.org")]))
    #expect(bob.obstacles.isEmpty && bob.blocked == ["dispute"], "\(bob.obstacles)")
    let order = try await world.approved(connector)
    let shown = try await connector.review(order.roots, deadline: .distantFuture)
    #expect(shown.first?.columns.map(\.value) == ["Ada"])
    #expect(try await world.erases(connector, order).map(\.erased) == [0, 1, 2, 1])
    #expect(try await world.database.texts("SELECT coalesce(name, '-') FROM shop.person ORDER BY id") == ["-", "Bob"])
    let again = try await connector.statements(deadline: .distantFuture)
    #expect(!again.contains("no plan") && !again.contains("SETTLE"))
    for right in [
      "has_table_privilege('\(world.looker.name)', 'shop.card', 'UPDATE, DELETE')",
      "has_table_privilege('\(world.eraser.name)', 'shop.card', 'DELETE')",
      "has_table_privilege('\(world.eraser.name)', 'legal.dispute', 'UPDATE, DELETE')",
    ] {
      #expect(try await world.database.texts("SELECT \(right)") == ["f"], "\(right)")
    }
  }

  /// The right to connect is everybody's here, and not asked about.
  @Test func `hold no right that could be left out`() async throws {
    let world = try await PostgresWorld.make()
    try await world.database.run(Self.schema)
    let connector = try connector(world)
    let grants = try await connector.statements(deadline: .distantFuture).split(separator: "\n").map(String.init)
      .filter { $0.hasPrefix("GRANT") }
    for grant in grants { try await world.database.run(grant) }
    let needed = grants.filter { !$0.contains("CONNECT") }
    #expect(needed.count > 15)
    for grant in needed {
      let revoke = "REVOKE" + grant.dropFirst("GRANT".count).replacing(" TO ", with: " FROM ")
      try await world.database.run(revoke)
      let found = try await connector.locate(world.search(PostgresWorld.ada)).obstacles
      #expect(!found.isEmpty, "nobody misses \(grant)")
      // The looker's rights are named by its user, the eraser's by a sentence with the statement.
      let names = found.contains { $0.message.contains(grant) }
      #expect(names || grant.contains(world.looker.name), "\(found)")
      try await world.database.run(grant)
    }
    #expect(try await connector.locate(world.search(PostgresWorld.ada)).obstacles.isEmpty)
  }

  @Test func `are those that are sent: blockers, what is reviewed, parts and calls among them`() async throws {
    let world = try await PostgresWorld.everywhere(Self.schema)
    let text = try await connector(world).statements(deadline: .distantFuture)
    for part in [
      "SELECT * FROM (SELECT count(*) FROM shop.person p JOIN legal.dispute d", "-- What an approver sees",
      "WITH part AS MATERIALIZED (SELECT t.tableoid", "\"privacy\".\"erase_card\"(CAST($1 AS jsonb))",
      "FROM pg_publication_tables", "GRANT pg_read_all_stats TO", "FROM pg_constraint",
    ] {
      #expect(text.contains(part), "\(part) is not in the text")
    }
  }

  @Test(arguments: [
    (
      "SELECT count(*) FROM a, s.b AS x, (SELECT 1 FROM c WHERE q) AS y, d WHERE e IN (1, f)",
      [["a"], ["s", "b"], ["c"], ["d"]]
    ),
    ("select 1 from only Orders o left join \"My Table\" m on o.x = m.y", [["orders"], ["My Table"]]),
    ("SELECT extract(year FROM t.at) FROM t -- from nothing", [["t", "at"], ["t"]]),
    ("WITH w AS (SELECT 1 FROM a) SELECT x, y FROM w ORDER BY x, y", [["a"], ["w"]]),
  ])
  func `name the tables that a blocker reads`(query: String, names: [[String]]) {
    #expect(PostgresBlockerTables.names(in: query) == names)
  }
}
