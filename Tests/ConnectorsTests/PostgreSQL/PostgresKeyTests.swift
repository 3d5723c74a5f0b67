import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

/// Rows are named, followed and erased by keys of any type.
struct PostgresKeyTests {
  struct Key: Sendable, CustomTestStringConvertible {
    let type: String
    /// SQL of Ada's key, and of those of two others that look like it.
    let values: [String]
    var prelude = ""

    var testDescription: String { type }
  }

  static let keys: [Key] = [
    Key(type: "smallint", values: ["-1", "1", "32767"]),
    Key(type: "bigint", values: ["9223372036854775807", "1", "-1"]),
    Key(type: "text", values: [#"E'a\\\\b"c{,}''d'"#, "'a'", "'NULL'"]),
    Key(type: "text", values: ["'NULL'", "'null'", "' NULL'"]), Key(type: "text", values: ["''", "' '", "'a'"]),
    Key(type: "text", values: [#"E'line\nbreak\ttab'"#, "'line'", "'break'"]),
    Key(type: "text", values: ["U&'e\\0301'", "U&'\\00e9'", "'e'"]),
    Key(type: "varchar(5)", values: ["'ab'", "'AB'", "'ab '"]),
    Key(type: "char(5)", values: ["'ab'", "'AB'", "'abc'"]),
    Key(type: "\"char\"", values: ["'a'", "'A'", "'b'"]), Key(type: "name", values: ["'ab'", "'AB'", "'abc'"]),
    Key(
      type: "uuid",
      values: [1, 2, 3].map { "'00000000-0000-4000-8000-00000000000\($0)'" }),
    Key(type: "citext", values: ["'Ab'", "'abc'", "'b'"], prelude: "CREATE EXTENSION citext;"),
    Key(
      type: "code", values: ["'K-1'", "'K-2'", "'K-11'"],
      prelude: "CREATE DOMAIN code AS varchar(6) CHECK (VALUE LIKE 'K-%');"),
    Key(
      type: "\"Odd Kind\"", values: ["'it''s'", "'its'", "'\"'"],
      prelude: #"CREATE TYPE "Odd Kind" AS ENUM ('its', 'it''s', '"');"#),
    Key(type: "numeric", values: ["1.50", "1.5000001", "15"]), Key(type: "numeric(12,0)", values: ["42", "420", "4"]),
    Key(type: "float8", values: ["0.1", "0.30000000000000004", "0.3"]),
    Key(type: "boolean", values: ["true", "false"]),
    Key(type: "bytea", values: [#"'\x00ff'"#, #"'\x00'"#, #"'\xff'"#]),
    Key(type: "date", values: ["'2024-02-29'", "'2024-03-01'", "'infinity'"]),
    Key(
      type: "timestamptz", values: ["'2024-02-29 12:00:00.123456+01'", "'2024-02-29 12:00:00.123457+01'", "'infinity'"]),
    Key(type: "interval", values: ["'1 day'", "'24:00:01'", "'1 mon'"]),
    Key(type: "inet", values: ["'10.0.0.1'", "'10.0.0.1/8'", "'::1'"]),
  ]

  @Test(.serialized, arguments: keys)
  func ofAnyTypeNameTheRowAndWhatBelongsToIt(_ key: Key) async throws {
    let inserts = key.values.enumerated().map { place, value in
      """
      INSERT INTO person VALUES (\(value), '\(place == 0 ? "ada" : "other\(place)")@example.org');
      INSERT INTO activity VALUES (\(value), 'direct \(place)'); INSERT INTO call VALUES (\(value), 'listed \(place)');
      """
    }
    let world = try await PostgresWorld.make(
      """
      \(key.prelude)
      CREATE TABLE person (k \(key.type) PRIMARY KEY, email text);
      CREATE TABLE activity (k \(key.type) REFERENCES person(k), note text);
      CREATE TABLE call (k \(key.type) REFERENCES person(k), phone text);
      \(inserts.joined())
      """)
    let connector = try world.connector([
      PostgresWorld.person(), .sqlite("activity", belongsTo: [("person", [("k", "k")])]),
      .sqlite("call", yields: [("phone", "phone")], belongsTo: [("person", [("k", "k")])]),
    ])
    let order = try await world.approved(connector)
    #expect(order.approved.map(\.erase) == [1, 1, 1])
    let rest = try await world.database.texts("SELECT t::text FROM activity AS t WHERE note <> 'direct 0' ORDER BY 1")
    let effects = try await world.erases(connector, order)
    #expect(effects.map(\.erased) == [1, 1, 1])
    #expect(try await world.database.texts("SELECT t::text FROM activity AS t ORDER BY 1") == rest)
    let others = key.values.indices.dropFirst().map { "other\($0)@example.org" }
    #expect(try await world.database.texts("SELECT email FROM person ORDER BY 1") == others)
    #expect(try await world.database.number("SELECT count(*) FROM call") == others.count)
    // A second erasure by the same approved key finds nothing and harms nobody.
    #expect(try await world.erases(connector, order).allSatisfy { $0.erased == 0 })
    #expect(try await world.database.texts("SELECT email FROM person ORDER BY 1") == others)
  }

  @Test func compositeKeysAreFollowedAsAWhole() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (shop int, "No" text, email text, PRIMARY KEY (shop, "No"));
      CREATE TABLE activity (shop int, "No" text, note text, FOREIGN KEY (shop, "No") REFERENCES person MATCH FULL);
      CREATE TABLE part (shop int, "No" text, phone text, FOREIGN KEY (shop, "No") REFERENCES person);
      INSERT INTO person VALUES (1, 'a', 'ada@example.org'), (1, 'b', 'bob@example.org'), (2, 'a', 'eve@example.org'),
        (2, 'b', 'ada@example.org');
      INSERT INTO activity SELECT shop, "No", email FROM person UNION ALL SELECT NULL, NULL, 'nobody';
      INSERT INTO part SELECT shop, "No", email FROM person UNION ALL VALUES (1, NULL, 'half'), (NULL, 'a', 'half');
      """)
    let link = [("person", [("shop", "shop"), ("No", "No")])]
    let connector = try world.connector([
      PostgresWorld.person(), .sqlite("activity", belongsTo: link),
      .sqlite("part", yields: [("phone", "phone")], belongsTo: link),
    ])
    let effects = try await world.erases(connector, try await world.approved(connector))
    #expect(effects.map(\.erased) == [2, 2, 2])
    let rest = ["bob@example.org", "eve@example.org"]
    #expect(try await world.database.texts("SELECT email FROM person ORDER BY 1") == rest)
    #expect(try await world.database.texts("SELECT note FROM activity ORDER BY 1") == rest + ["nobody"])
    #expect(try await world.database.texts("SELECT phone FROM part ORDER BY 1") == [rest[0], rest[1], "half", "half"])
  }

  @Test func recordsThatPointToOthersOfTheirTableLeaveThemBehind() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text, chief int REFERENCES person(id));
      INSERT INTO person VALUES (2, 'bob@example.org', NULL), (1, 'ada@example.org', 2), (3, 'ada@example.org', 1),
        (4, 'ada@example.org', 4);
      """)
    let connector = try world.connector([PostgresWorld.person()])
    #expect(try await world.erases(connector, try await world.approved(connector)).map(\.erased) == [3])
    #expect(try await world.database.texts("SELECT id FROM person") == ["2"])
  }

  @Test func somebodyWhoPointsToARecordOfTheirTableBlocksIt() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text, chief int REFERENCES person(id) ON DELETE CASCADE);
      INSERT INTO person VALUES (1, 'ada@example.org', NULL), (2, 'bob@example.org', 1), (3, 'eve@example.org', 2);
      """)
    let connector = try world.connector([PostgresWorld.person()])
    let findings = try await connector.locate(world.search(PostgresWorld.ada))
    #expect(findings.obstacles.map(\.code.rawValue) == ["reference-stays"])
    guard
      case .needsOfficer? = try await world.failure(
        of: connector, world.order(PostgresWorld.ada, approving: findings))
    else {
      Issue.record("others went along")
      return
    }
    #expect(try await world.database.number("SELECT count(*) FROM person") == 3)
  }

  /// Person and contact point to each other; each link is checked at once or at the end, and may be followed by a rule.
  @Test(arguments: [
    "int REFERENCES contact(id) DEFERRABLE INITIALLY DEFERRED", "int REFERENCES contact(id) DEFERRABLE",
    "int NOT NULL REFERENCES contact(id) DEFERRABLE INITIALLY DEFERRED", "int REFERENCES contact(id)",
    "int REFERENCES contact(id) ON DELETE SET NULL", "int REFERENCES contact(id) ON DELETE CASCADE",
    "int REFERENCES contact(id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED",
    "int NOT NULL REFERENCES contact(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
  ])
  func tablesThatPointToEachOtherInACircleGoTogether(_ link: String) async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text, main int);
      CREATE TABLE contact (id int PRIMARY KEY, phone text, person_id int NOT NULL REFERENCES person(id));
      BEGIN;
      INSERT INTO person VALUES (1, 'ada@example.org', 1), (2, 'bob@example.org', 2), (3, 'ada@example.org', 4);
      INSERT INTO contact VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 1), (4, 'd', 3);
      COMMIT;
      """)
    let column = link.contains("NOT NULL") ? "ALTER TABLE person ALTER main SET NOT NULL;" : ""
    let reference = link.replacing("int NOT NULL ", with: "").replacing("int ", with: "")
    try await world.run("\(column) ALTER TABLE person ADD FOREIGN KEY (main) \(reference)")
    for yields in [[], [("phone", "phone")]] {
      let connector = try world.connector([
        PostgresWorld.person(),
        .sqlite("contact", yields: yields, belongsTo: [("person", [("person_id", "id")])]),
      ])
      let who = [SQLiteWorld.email(yields.isEmpty ? "ada@example.org" : "bob@example.org")]
      let effects = try await world.erases(connector, try await world.approved(connector, who))
      #expect(effects.map(\.erased) == (yields.isEmpty ? [2, 3] : [1, 1]))
      let rest = yields.isEmpty ? ["(2,bob@example.org,2)"] : []
      #expect(try await world.database.texts("SELECT t::text FROM person AS t") == rest)
    }
    #expect(try await world.database.number("SELECT count(*) FROM contact") == 0)
  }

  @Test func theLastRowIsErasedAsWellWhenPlacesInPartitionsAreTheSame() async throws {
    // The first row of each partition has one and the same ctid.
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (region text, id int, email text, PRIMARY KEY (region, id)) PARTITION BY LIST (region);
      CREATE TABLE person_eu PARTITION OF person FOR VALUES IN ('eu') PARTITION BY RANGE (id);
      CREATE TABLE person_eu_low PARTITION OF person_eu FOR VALUES FROM (0) TO (10);
      CREATE TABLE person_eu_high PARTITION OF person_eu DEFAULT;
      CREATE TABLE person_rest PARTITION OF person DEFAULT;
      INSERT INTO person VALUES ('eu', 1, 'bob@example.org'), ('eu', 11, 'ada@example.org'), ('us', 1, 'eve@example.org');
      """)
    let connector = try world.connector([PostgresWorld.person()])
    #expect(try await world.erases(connector, try await world.approved(connector)).map(\.erased) == [1])
    #expect(
      try await world.database.texts("SELECT email FROM person ORDER BY 1") == ["bob@example.org", "eve@example.org"])
  }
}
