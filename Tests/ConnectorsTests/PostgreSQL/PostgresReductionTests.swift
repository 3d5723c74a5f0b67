import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

/// Rows that stay because others are kept are overwritten, whatever their columns demand.
struct PostgresReductionTests {
  private static let datasets: [DatasetRecord] = [
    PostgresWorld.person(.reduce(keepColumns: ["id"], whileKept: "invoice")),
    .sqlite("invoice", belongsTo: [("person", [("person_id", "id")])], PostgresWorld.fiscal("at")),
  ]
  private static let invoices = """
    CREATE TABLE invoice (person_id int REFERENCES person(id), at date);
    INSERT INTO invoice VALUES (1, '2025-05-01'), (2, '2025-05-01'), (3, '2025-05-01');
    """

  /// Types with three values each.
  private static let types: [(type: String, values: [String], isRoomy: Bool)] = [
    ("smallint", ["4711", "4712", "4713"], true), ("int", ["4711", "4712", "4713"], true),
    ("bigint", ["4711", "4712", "4713"], true), ("numeric", ["4711.5", "4712", "4713"], true),
    ("numeric(9,0)", ["4711", "4712", "4713"], true), ("numeric(6,4)", ["47.11", "47.12", "47.13"], true),
    ("float8", ["47.25", "47.5", "47.75"], true), ("real", ["47.25", "47.5", "47.75"], true),
    ("text", ["'a'", "'b'", "'c'"], true), ("varchar(40)", ["'a'", "'b'", "'c'"], true),
    ("char(40)", ["'a'", "'b'", "'c'"], true), ("citext", ["'a'", "'b'", "'c'"], true),
    ("long", ["'a'", "'b'", "'c'"], true), ("longer", ["'a'", "'b'", "'c'"], true),
    ("bytea", ["'a'", "'b'", "'c'"], true),
    ("uuid", (1...3).map { "'11111111-1111-4111-8111-11111111111\($0)'" }, true),
    ("numeric(3,3)", ["0.471", "0.472", "0.473"], false), ("varchar(3)", ["'a'", "'b'", "'c'"], false),
    ("char(2)", ["'a'", "'b'", "'c'"], false), ("name", ["'a'", "'b'", "'c'"], false),
    ("short", ["'a'", "'b'", "'c'"], false), ("date", ["'1980-02-03'", "'1981-02-03'", "'1982-02-03'"], false),
    ("timestamp", ["'1980-02-03 04:05'", "'1981-02-03'", "'1982-02-03'"], false),
    ("timestamptz", ["'1980-02-03 04:05'", "'1981-02-03'", "'1982-02-03'"], false),
    ("boolean", ["true", "true", "true"], false), ("json", ["'[1]'", "'[2]'", "'[3]'"], false),
    ("jsonb", ["'[1]'", "'[2]'", "'[3]'"], false), ("xml", ["'<a/>'", "'<b/>'", "'<c/>'"], false),
    ("text[]", ["'{a}'", "'{b}'", "'{c}'"], false),
  ]

  /// Three people in turn get values that say nothing, and where no two rows may be alike each gets another.
  @Test(arguments: [
    "", "ALTER TABLE person ADD UNIQUE (COLUMN)", "CREATE UNIQUE INDEX ON person (COLUMN) WHERE id > 0",
    "CREATE UNIQUE INDEX ON person (lower(COLUMN::text))", "ALTER TABLE person ADD EXCLUDE (COLUMN WITH =)",
  ])
  func columnsThatMayNotBeNullGetValuesThatSayNothing(_ demand: String) async throws {
    let types = Self.types.filter { type in
      demand.isEmpty || (type.isRoomy && !(demand.contains("lower") && type.type == "bytea"))
    }
    let columns = types.indices.map { "c\($0)" }
    let people = ["ada", "bob", "eve"].enumerated().map { number, name in
      let values = types.map { $0.values[number] }.joined(separator: ", ")
      return "INSERT INTO person VALUES (\(number + 1), '\(name)@example.org', \(values));"
    }
    let demands = demand.isEmpty ? [] : columns.map { demand.replacing("COLUMN", with: $0) + ";" }
    let world = try await PostgresWorld.make(
      """
      CREATE EXTENSION citext; CREATE DOMAIN short AS varchar(3); CREATE DOMAIN long AS varchar(40);
      CREATE DOMAIN longer AS long;
      CREATE TABLE person (id int PRIMARY KEY, email text,
        \(zip(columns, types).map { "\($0) \($1.type) NOT NULL" }.joined(separator: ", ")));
      \(demands.joined()) \(people.joined())
      """ + Self.invoices)
    let connector = try world.connector(Self.datasets)
    let list = columns.map { "\($0)::text" }.joined(separator: ", ")
    func values(_ number: Int) async throws -> [String] {
      try await world.database.texts("SELECT unnest(ARRAY[\(list)]) FROM person WHERE id = \(number)")
    }
    let was = try await values(1) + values(2) + values(3)
    for name in ["ada", "bob", "eve"] {
      let who = [SQLiteWorld.email("\(name)@example.org")]
      #expect(try await world.erases(connector, try await world.approved(connector, who))[0].reduced == 1)
    }
    #expect(try await world.database.number("SELECT count(*) FROM person WHERE email IS NULL") == 3)
    let left = [try await values(1), try await values(2), try await values(3)]
    for (place, type) in types.enumerated() {
      let values = Set(left.map { $0[place] })
      #expect(values.isDisjoint(with: was) && values.count == (demand.isEmpty ? 1 : 3), "\(type.type)")
    }
  }

  @Test func valuesThatAreNullFallUnderUniquenessWhereNullsAreNotDistinct() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text, c text, UNIQUE NULLS NOT DISTINCT (c));
      INSERT INTO person VALUES (1, 'ada@example.org', 'a'), (2, 'bob@example.org', 'b'), (3, 'eve@example.org', NULL);
      """ + Self.invoices)
    let connector = try world.connector(Self.datasets)
    for name in ["ada", "bob"] {
      let who = [SQLiteWorld.email("\(name)@example.org")]
      #expect(try await world.erases(connector, try await world.approved(connector, who))[0].reduced == 1)
    }
    #expect(try await world.database.number("SELECT count(DISTINCT c) FROM person WHERE c LIKE 'erased-%'") == 2)
  }

  /// The rule is checked before anybody approves, not when the row is written.
  @Test(arguments: [
    ("c text NOT NULL CHECK (c LIKE 'K-%')", "'K-1'", "overwrite-refused"),
    ("c text CHECK (c IS NOT NULL)", "'K-1'", "overwrite-refused"), ("c code NOT NULL", "'K-1'", "overwrite-refused"),
    ("c present", "'K-1'", "overwrite-refused"), ("c inet NOT NULL", "'10.0.0.1'", "column-cannot-be-overwritten"),
    ("c varchar(5) NOT NULL UNIQUE", "'K-1'", "column-cannot-be-overwritten"),
    ("c date NOT NULL UNIQUE", "'2020-01-01'", "column-cannot-be-overwritten"),
  ])
  func rulesThatRefuseSuchValuesAreNamedBefore(_ column: String, _ value: String, _ code: String) async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE DOMAIN code AS text CHECK (VALUE LIKE 'K-%'); CREATE DOMAIN present AS text CHECK (VALUE IS NOT NULL);
      CREATE TABLE person (id int PRIMARY KEY, email text, \(column));
      INSERT INTO person VALUES (1, 'ada@example.org', \(value));
      CREATE TABLE invoice (person_id int, at date); INSERT INTO invoice VALUES (1, '2025-05-01');
      """)
    let before = try await world.database.dump()
    let connector = try world.connector(Self.datasets)
    let findings = try await connector.locate(world.search(PostgresWorld.ada))
    #expect(findings.obstacles.map(\.code.rawValue) == [code], "\(findings.obstacles)")
    #expect(findings.obstacles.first?.message.contains("\"c\"") == true)
    guard
      case .needsOfficer? = try await world.failure(
        of: connector, world.order(PostgresWorld.ada, approving: findings))
    else { return #expect(Bool(false), "the rule was broken") }
    #expect(try await world.database.dump() == before)
  }

  @Test func columnsThatTheDatabaseMakesAreLeftToIt() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text, low text GENERATED ALWAYS AS (lower(email)) STORED,
        n int GENERATED ALWAYS AS IDENTITY);
      INSERT INTO person (id, email) VALUES (1, 'ada@example.org'), (2, 'bob@example.org'), (3, NULL);
      """ + Self.invoices)
    let connector = try world.connector(Self.datasets)
    #expect(try await world.erases(connector, try await world.approved(connector))[0].reduced == 1)
    let left = try await world.database.texts("SELECT t::text FROM person AS t WHERE id = 1")
    #expect(left == ["(1,,,1)"])
  }

  @Test func keptRowsGoOnTheirDayBySealedKeysAloneAndTheOthersOnTheirs() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text NOT NULL, name text);
      INSERT INTO person VALUES (1, 'ada@example.org', 'A'), (2, 'bob@example.org', 'B'), (3, 'eve@example.org', 'E');
      """ + Self.invoices + "INSERT INTO invoice VALUES (1, '2024-02-02'), (1, '2010-01-01')")
    let clock = ManualClock()
    let connector = try world.connector(Self.datasets, clock: clock)
    let recorder = ConnectorRecorder()
    let order = try await world.approved(connector)
    _ = try await connector.erase(order, before: recorder)
    let sealed = try #require(recorder.effects.first).kept
    #expect(sealed.map { "\($0.until)" } == ["2032-01-01", "2033-01-01"])
    #expect(try await world.database.number("SELECT count(*) FROM invoice WHERE person_id = 1") == 2)
    for (number, kept) in sealed.enumerated() {
      clock.set(to: kept.until.utcMidnight)
      // The vault is closed: no identifier is left to search with.
      let approved = Findings(counts: [DatasetCount(dataset: "invoice", isRoot: false, erase: 1)])
      let followUp = world.order([], approving: approved, verb: .eraseKept, kept: kept)
      let effects = try await world.erases(connector, followUp)
      #expect(effects.map(\.erased) == [number, 1])
    }
    #expect(try await world.database.texts("SELECT t::text FROM person AS t ORDER BY id").count == 2)
    #expect(try await world.database.number("SELECT count(*) FROM invoice") == 2)
  }

  @Test func aFollowUpLeavesACustomerWhoCameBack() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text, name text);
      INSERT INTO person VALUES (1, 'ada@example.org', 'A'), (2, NULL, NULL), (3, NULL, NULL);
      """ + Self.invoices)
    let clock = ManualClock()
    let connector = try world.connector(Self.datasets, clock: clock)
    let recorder = ConnectorRecorder()
    _ = try await connector.erase(try await world.approved(connector), before: recorder)
    try await world.run("UPDATE person SET email = 'ada@example.org' WHERE id = 1")
    let kept = try #require(recorder.effects.first?.kept.first)
    clock.set(to: kept.until.utcMidnight)
    let before = try await world.database.dump()
    let followUp = world.order([], approving: Findings(), verb: .eraseKept, kept: kept)
    guard case .needsOfficer? = try await world.failure(of: connector, followUp) else {
      Issue.record("a customer who came back was erased")
      return
    }
    #expect(try await world.database.dump() == before)
  }

  @Test func aReducedRowLetsGoOfWhatIsErased() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE photo (id int PRIMARY KEY, person_id int NOT NULL, what text);
      CREATE TABLE person (id int PRIMARY KEY, email text, photo_id int REFERENCES photo(id));
      INSERT INTO photo VALUES (1, 1, 'canary'), (2, 2, 'b');
      INSERT INTO person VALUES (1, 'ada@example.org', 1), (2, 'bob@example.org', 2), (3, NULL, NULL);
      ALTER TABLE photo ADD FOREIGN KEY (person_id) REFERENCES person(id);
      """ + Self.invoices)
    for yields in [[], [("phone", "what")]] {
      let connector = try world.connector(
        Self.datasets + [.sqlite("photo", yields: yields, belongsTo: [("person", [("person_id", "id")])])])
      let who = [SQLiteWorld.email(yields.isEmpty ? "ada@example.org" : "bob@example.org")]
      let effects = try await world.erases(connector, try await world.approved(connector, who))
      #expect(effects.map(\.erased) == [0, 0, 1] && effects[0].reduced == 1)
    }
    #expect(
      try await world.database.texts("SELECT t::text FROM person AS t ORDER BY id") == ["(1,,)", "(2,,)", "(3,,)"])
  }
}
