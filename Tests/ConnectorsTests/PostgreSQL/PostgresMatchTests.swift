import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

/// Which rows an identifier stands in: those, and none that only look like it.
struct PostgresMatchTests {
  private static let kind = "customer-no"

  private func found(_ world: PostgresWorld, _ find: [(String, String)], _ identifier: SubjectIdentifier) async throws
    -> [String]
  {
    let connector = try world.connector([PostgresWorld.person(find: find)])
    let findings = try await connector.locate(world.search([identifier]))
    #expect(findings.obstacles.isEmpty)
    return findings.roots.map { $0.key[0].value }
  }

  @Test func addressesThatOnlyLookAlikeStay() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text);
      INSERT INTO person VALUES (1, 'ada@example.org'), (2, 'xada@example.org'), (3, 'ada@example.org.evil'),
        (4, 'ada@example.orgx'), (5, 'ada.@example.org'), (6, 'ada+news@example.org'), (7, ' ADA@Example.org'),
        (8, E'ada@example.org\\t\\r\\n'), (9, 'Ada <ada@example.org>'), (10, 'ada@example.org,bob@example.org'),
        (11, 'a%a@example.org'), (12, '_da@example.org'), (13, NULL), (14, ''), (15, ' '), (16, 'ada @example.org');
      """)
    let find = [("email", "email")]
    #expect(try await found(world, find, SQLiteWorld.email("ada@example.org")) == ["1", "7", "8"])
    #expect(try await found(world, find, SQLiteWorld.email("\tAda@EXAMPLE.org ")) == ["1", "7", "8"])
    #expect(try await found(world, find, SQLiteWorld.email("%@example.org")).isEmpty)
    #expect(try await found(world, find, SQLiteWorld.email("_da@example.org")) == ["12"])
    #expect(try await found(world, find, SQLiteWorld.email("a%a@example.org")) == ["11"])
    #expect(try await found(world, find, SQLiteWorld.email("' OR '1'='1")).isEmpty)
    #expect(try await found(world, find, SQLiteWorld.email(#"\"#)).isEmpty)
  }

  @Test func addressesAreFoundComposedAndDecomposed() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text);
      INSERT INTO person VALUES (1, U&'ren\\00e9@example.org'), (2, U&'rene\\0301@example.org'), (3, 'rene@example.org'),
        (4, U&'REN\\00e9@example.org');
      """)
    for spelling in ["ren\u{e9}@example.org", "rene\u{301}@example.org"] {
      let roots = try await found(world, [("email", "email")], SQLiteWorld.email(spelling))
      #expect(roots == ["1", "2", "4"])
    }
    #expect(try await found(world, [("email", "email")], SQLiteWorld.email("rene@example.org")) == ["3"])
  }

  @Test(arguments: ["text", "varchar(60)", "char(60)", "citext", "address", "address_of_address", "name"])
  func addressesAreFoundInColumnsOfAnyTextType(_ type: String) async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE EXTENSION citext; CREATE DOMAIN address AS varchar(60) NOT NULL CHECK (VALUE LIKE '%@%');
      CREATE DOMAIN address_of_address AS address;
      CREATE TABLE person (id int PRIMARY KEY, email \(type));
      INSERT INTO person VALUES (1, 'Ada@example.org'), (2, 'ada@example.org.evil'), (3, 'bob@example.org');
      """)
    let find = [("email", "email")]
    #expect(try await found(world, find, SQLiteWorld.email("ada@example.org")) == ["1"])
    #expect(try await found(world, find, SQLiteWorld.email("no address at all")).isEmpty)
    let connector = try world.connector([PostgresWorld.person()])
    #expect(try await world.erases(connector, try await world.approved(connector)).map(\.erased) == [1])
    #expect(try await world.database.texts("SELECT id FROM person ORDER BY id") == ["2", "3"])
  }

  /// Text that is no number of the column, and numbers that are not the one: neither an error nor a match.
  @Test(arguments: ["smallint", "int", "bigint", "numeric", "numeric(12,0)", "numeric(12,2)", "real", "float8"])
  func aNumberIsNeverFoundByTextThatIsNotIt(_ type: String) async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, number \(type));
      INSERT INTO person VALUES (42, 42), (0, 0), (1, NULL), (-7, -7);
      """)
    for value in [
      "0042", "K-1", "42 ", " 42", "+42", "4_2", "42x", "0x2A", "4.2e1", "42e0", "NaN", "Infinity", "-", "", ".", "42.",
      "\u{664}\u{662}", "99999999999999999999", "-0", "00", "1e400", "''", "42\n",
    ] where !value.isEmpty {
      #expect(try await found(world, [(Self.kind, "number")], SQLiteWorld.number(value)).isEmpty, "\(value)")
    }
    #expect(try await found(world, [(Self.kind, "number")], SQLiteWorld.number("42")) == ["42"])
    #expect(try await found(world, [(Self.kind, "number")], SQLiteWorld.number("0")) == ["0"])
    #expect(try await found(world, [(Self.kind, "number")], SQLiteWorld.number("-7")) == ["-7"])
  }

  @Test func numbersThatAColumnWouldRoundAreNotFound() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, a real, b float8);
      INSERT INTO person VALUES (1, 16777216, 9007199254740992);
      """)
    for column in ["a", "b"] {
      let value = column == "a" ? "16777217" : "9007199254740993"
      #expect(try await found(world, [(Self.kind, column)], SQLiteWorld.number(value)).isEmpty)
    }
    #expect(try await found(world, [(Self.kind, "a")], SQLiteWorld.number("16777216")) == ["1"])
    #expect(try await found(world, [(Self.kind, "b")], SQLiteWorld.number("9007199254740992")) == ["1"])
  }

  /// What is no address is compared as it stands, whatever the column calls equal.
  @Test func otherValuesAreComparedExactly() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE EXTENSION citext; CREATE DOMAIN code AS varchar(6) CHECK (VALUE ~ '^K-[0-9]+$');
      CREATE TYPE odd AS ENUM ('K-1', 'it''s');
      CREATE COLLATION ignoring (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      CREATE TABLE person (id int PRIMARY KEY, text text, citext citext, code code, odd odd, char char(8), uuid uuid,
        ignoring text COLLATE ignoring, day date, short varchar(3), yes boolean, name name);
      INSERT INTO person VALUES (1, 'K-1', 'K-1', 'K-1', 'K-1', 'K-1', '00000000-0000-4000-8000-00000000000a', 'K-1',
        '1980-02-29', 'K-1', true, 'K-1'), (2, 'k-1', 'k-1', 'K-11', 'it''s', 'k-1', NULL, 'k-1', NULL, NULL, NULL, 'k-1');
      """)
    for column in ["text", "citext", "code", "odd", "char", "ignoring", "short", "name"] {
      let find = [(Self.kind, column)]
      #expect(try await found(world, find, SQLiteWorld.number("K-1")) == ["1"], "\(column)")
      for value in ["K-12", "nobody", "K-1x", "' OR true --", String(repeating: "K-1", count: 100)] {
        #expect(try await found(world, find, SQLiteWorld.number(value)).isEmpty, "\(column) \(value)")
      }
    }
    #expect(try await found(world, [(Self.kind, "odd")], SQLiteWorld.number("it's")) == ["2"])
    let uuid = [(Self.kind, "uuid")]
    #expect(try await found(world, uuid, SQLiteWorld.number("00000000-0000-4000-8000-00000000000A")) == ["1"])
    #expect(try await found(world, uuid, SQLiteWorld.number("K-1")).isEmpty)
    #expect(try await found(world, [(Self.kind, "day")], SQLiteWorld.number("1980-02-29")) == ["1"])
    #expect(try await found(world, [(Self.kind, "day")], SQLiteWorld.number("today")).isEmpty)
    #expect(try await found(world, [(Self.kind, "yes")], SQLiteWorld.number("yes")).isEmpty)
  }

  @Test func aValueWithANulIsNoReasonToErr() async throws {
    let world = try await PostgresWorld.make(
      "CREATE TABLE person (id int PRIMARY KEY, email text, number text); INSERT INTO person VALUES (1, 'a', 'a');")
    let connector = try world.connector([PostgresWorld.person(find: [("email", "email"), (Self.kind, "number")])])
    for identifier in [SQLiteWorld.email("a\u{0}"), SQLiteWorld.number("a\u{0}")] {
      let failure = try await sqliteFailure {
        let findings = try await connector.locate(world.search([identifier]))
        #expect(findings.roots.isEmpty)
      }
      #expect(failure == nil)
    }
  }

  /// A column in which nobody can be found by comparing is named, for "0 found" there would be a lie.
  @Test(arguments: ["text[]", "jsonb", "json", "bytea", "xml"])
  func columnsThatCannotBeComparedAreNamed(_ type: String) async throws {
    let world = try await PostgresWorld.make("CREATE TABLE person (id int PRIMARY KEY, email \(type));")
    let findings = try await world.connector([PostgresWorld.person()]).locate(world.search(PostgresWorld.ada))
    #expect(findings.obstacles.map(\.code.rawValue) == ["column-not-comparable"])
    #expect(findings.obstacles.first?.message.contains("\"email\"") == true)
  }

  @Test func columnsOfTypesThatDoNotCompareAreNamed() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text); CREATE TABLE activity (person text, note text);
      INSERT INTO person VALUES (1, 'ada@example.org'); INSERT INTO activity VALUES ('1', 'n');
      """)
    let findings = try await world.connector([
      PostgresWorld.person(), .sqlite("activity", belongsTo: [("person", [("person", "id")])]),
    ]).locate(world.search(PostgresWorld.ada))
    #expect(findings.obstacles.map(\.code.rawValue) == ["types-differ"])
    #expect(findings.obstacles.first?.message.contains("belongs-to: {person: {person: id}}") == true)
  }
}
