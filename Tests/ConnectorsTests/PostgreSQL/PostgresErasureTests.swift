import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

/// What an erasure does at its edges: no more than was approved, and nobody else.
struct PostgresErasureTests {
  private static let schema = """
    CREATE TABLE person (id int PRIMARY KEY, email text, number text, name text);
    CREATE TABLE activity (id serial PRIMARY KEY, person_id int REFERENCES person(id), note text);
    INSERT INTO person VALUES (1, 'ada@example.org', 'K1', 'Ada'), (2, 'bob@example.org', 'K2', 'Bob');
    INSERT INTO activity (person_id, note) VALUES (1, 'a'), (2, 'b');
    """
  private static let datasets: [DatasetRecord] = [
    PostgresWorld.person(), .sqlite("activity", belongsTo: [("person", [("person_id", "id")])]),
  ]

  private func texts(_ world: PostgresWorld, _ sql: String) async throws -> [String] {
    try await world.database.texts(sql)
  }

  @Test func dependentRowsMayGrowExactlyToTheMarginAndNoFurther() async throws {
    let world = try await PostgresWorld.make(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector, margin: Margin(percent: 10, least: 2))
    try await world.run("INSERT INTO activity (person_id) VALUES (1), (1), (1)")
    let before = try await world.database.dump()
    let failed = try await world.failure(of: connector, order)
    #expect(failed == .needsOfficer(Question(code: .moreThanApproved, approved: 1, found: 4)))
    #expect(try await world.database.dump() == before)
    try await world.run("DELETE FROM activity WHERE id = (SELECT max(id) FROM activity)")
    let effects = try await world.erases(connector, order)
    #expect(effects[1].found == 3 && effects[1].erased == 3 && effects[1].approved == 1)
    #expect(try await world.database.number("SELECT count(*) FROM activity") == 1)
  }

  @Test func listedDependentRowsKeepToTheMarginAsWell() async throws {
    let world = try await PostgresWorld.make(Self.schema)
    // What yields is listed row by row, not taken by one statement.
    let activity = DatasetRecord.sqlite(
      "activity", yields: [("phone", "note")], belongsTo: [("person", [("person_id", "id")])])
    let connector = try world.connector([PostgresWorld.person(), activity])
    let order = try await world.approved(connector, margin: Margin(percent: 0, least: 1))
    try await world.run("INSERT INTO activity (person_id) VALUES (1), (1)")
    let failed = try await world.failure(of: connector, order)
    #expect(failed == .needsOfficer(Question(code: .moreThanApproved, approved: 1, found: 3)))
    try await world.run("DELETE FROM activity WHERE id = (SELECT max(id) FROM activity)")
    #expect(try await world.erases(connector, order).map(\.erased) == [1, 2])
  }

  @Test func oneRootRecordMoreIsAQuestionAndFewerIsFine() async throws {
    let world = try await PostgresWorld.make(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    try await world.run("INSERT INTO person (id, email) VALUES (3, 'ADA@example.org')")
    let before = try await world.database.dump()
    let failed = try await world.failure(of: connector, order)
    #expect(failed == .needsOfficer(Question(code: .moreThanApproved, approved: 1, found: 2)))
    #expect(try await world.database.dump() == before)
    try await world.run("DELETE FROM activity WHERE person_id = 1; DELETE FROM person WHERE id IN (1, 3)")
    let effects = try await world.erases(connector, order)
    #expect(effects.allSatisfy { $0.erased == 0 && $0.found == 0 } && effects[0].approved == 1)
  }

  @Test func aKeyThatWasGivenToSomebodyElseIsNotErased() async throws {
    let world = try await PostgresWorld.make(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    try await world.run("UPDATE person SET email = 'new@example.org' WHERE id = 1")
    let before = try await world.database.dump()
    guard case .needsOfficer(let question)? = try await world.failure(of: connector, order) else {
      Issue.record("somebody else's record was erased")
      return
    }
    #expect(question.code == .moreThanApproved && question.detail == FailureCode("record-changed"))
    #expect(try await world.database.dump() == before)
  }

  @Test func rowsThatAreLeftOutStayWithWhatHangsOnThem() async throws {
    let world = try await PostgresWorld.make(
      Self.schema + "INSERT INTO person VALUES (3, 'ada@example.org', NULL, 'Other Ada');"
        + "INSERT INTO activity (person_id, note) VALUES (3, 'c');")
    let connector = try world.connector(Self.datasets)
    let other = RootRecord(dataset: "person", key: [.init(column: "id", value: "3")])
    let order = try await world.approved(connector, leftOut: [other])
    #expect(order.approved.map(\.erase) == [1, 1] && !order.roots.contains(other))
    try await world.erases(connector, order)
    #expect(try await texts(world, "SELECT id FROM person ORDER BY id") == ["2", "3"])
    #expect(try await texts(world, "SELECT note FROM activity ORDER BY id") == ["b", "c"])
  }

  @Test func anyOfSeveralColumnsOfOneKindFindsTheRecord() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text, billing varchar(50), old_email char(40));
      INSERT INTO person VALUES (1, 'ada@example.org', NULL, NULL), (2, NULL, 'Ada@Example.org', ''),
        (3, 'bob@example.org', 'bob@example.org', 'ADA@EXAMPLE.ORG'), (4, 'bob@example.org', '', NULL);
      """)
    let connector = try world.connector([
      PostgresWorld.person(find: [("email", "email"), ("email", "billing"), ("email", "old_email")])
    ])
    let order = try await world.approved(connector)
    #expect(order.roots.map { $0.key[0].value } == ["1", "2", "3"])
    try await world.erases(connector, order)
    #expect(try await texts(world, "SELECT id FROM person") == ["4"])
  }

  @Test func anAddressOfTwoCustomersStaysUntilTheSecondIsErasedToo() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE address (id int PRIMARY KEY, street text);
      CREATE TABLE person (id int PRIMARY KEY, email text, address_id int REFERENCES address(id));
      INSERT INTO address VALUES (1, 'shared'), (2, 'of ada alone'), (3, 'of nobody');
      INSERT INTO person VALUES (1, 'ada@example.org', 1), (2, 'bob@example.org', 1), (3, 'ada@example.org', 2),
        (4, 'eve@example.org', NULL);
      """)
    let connector = try world.connector([
      PostgresWorld.person(), .sqlite("address", belongsTo: [("person", [("id", "address_id")])]),
    ])
    let findings = try await connector.locate(world.search(PostgresWorld.ada))
    #expect(findings.counts.map(\.erase) == [2, 1] && findings.obstacles.isEmpty)
    #expect(findings.sideEffects.contains { $0.hasPrefix("1 row(s) of \"address\" stay") }, "\(findings.sideEffects)")
    let effects = try await world.erases(connector, world.order(PostgresWorld.ada, approving: findings))
    #expect(effects.map(\.erased) == [2, 1])
    #expect(try await texts(world, "SELECT id FROM address ORDER BY id") == ["1", "3"])
    let bob = try await world.approved(connector, [SQLiteWorld.email("bob@example.org")])
    #expect(try await world.erases(connector, bob).map(\.erased) == [1, 1])
    #expect(try await texts(world, "SELECT id FROM address") == ["3"])
    #expect(try await texts(world, "SELECT id FROM person") == ["4"])
  }

  @Test func theirAddressGoesWhenBothCustomersAreOnePerson() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE address (id int PRIMARY KEY);
      CREATE TABLE person (id int PRIMARY KEY, email text, address_id int REFERENCES address(id));
      INSERT INTO address VALUES (1);
      INSERT INTO person VALUES (1, 'ada@example.org', 1), (2, 'ADA@example.org', 1);
      """)
    let connector = try world.connector([
      PostgresWorld.person(), .sqlite("address", belongsTo: [("person", [("id", "address_id")])]),
    ])
    let other = RootRecord(dataset: "person", key: [.init(column: "id", value: "2")])
    let one = try await world.approved(connector, leftOut: [other])
    #expect(one.approved.map(\.erase) == [1, 0])
    #expect(try await world.erases(connector, try await world.approved(connector)).map(\.erased) == [2, 1])
  }

  /// The reference by which a row would follow is empty, and another one would delete it silently.
  @Test(arguments: [("CASCADE", true), ("NO ACTION", true), ("SET NULL", false)])
  func aRowOfSomebodyElseThatPointsHereByAnotherColumnIsNeverTakenAlong(_ rule: String, isBlocked: Bool) async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text);
      CREATE TABLE message (id int PRIMARY KEY, sender int REFERENCES person(id),
        receiver int REFERENCES person(id) ON DELETE \(rule));
      INSERT INTO person VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
      INSERT INTO message VALUES (1, 1, 2), (2, NULL, 1), (3, 2, NULL);
      """)
    let connector = try world.connector([
      PostgresWorld.person(), .sqlite("message", belongsTo: [("person", [("sender", "id")])]),
    ])
    let findings = try await connector.locate(world.search(PostgresWorld.ada))
    #expect(findings.counts.map(\.erase) == [1, 1])
    #expect(findings.obstacles.map(\.code.rawValue) == (isBlocked ? ["reference-stays"] : []))
    let before = try await world.database.dump()
    let order = world.order(PostgresWorld.ada, approving: findings)
    if isBlocked {
      guard case .needsOfficer? = try await world.failure(of: connector, order) else {
        Issue.record("a row that stays was touched")
        return
      }
      #expect(try await world.database.dump() == before)
    } else {
      #expect(findings.sideEffects.contains { $0.contains("receiver of 1 row(s) of \"message\" that stay to NULL") })
      #expect(try await world.erases(connector, order).map(\.erased) == [1, 1])
      #expect(try await texts(world, "SELECT t::text FROM message AS t ORDER BY id") == ["(2,,)", "(3,2,)"])
    }
  }

  @Test func kindsThatDoNotSufficeIdentifyOnlyTogether() async throws {
    let world = try await PostgresWorld.make(
      Self.schema + "INSERT INTO person VALUES (3, 'eve@example.org', 'K3', 'Ada');")
    let connector = try world.connector([
      .sqlite(
        "person", find: [("email", "email"), ("customer-no", "number"), ("name", "name")], suffices: ["email"])
    ])
    let name = SubjectIdentifier(kind: IdentifierKind(rawValue: "name"), value: "Ada")
    func found(_ identifiers: [SubjectIdentifier]) async throws -> [String] {
      try await connector.locate(world.search(identifiers)).roots.map { $0.key[0].value }
    }
    #expect(try await found([name]).isEmpty)
    #expect(try await found([SQLiteWorld.number("K3")]).isEmpty)
    #expect(try await found([SQLiteWorld.number("K3"), name]) == ["3"])
    #expect(try await found([SQLiteWorld.email("\tBOB@example.org "), SQLiteWorld.number("K3"), name]) == ["2", "3"])
  }

  @Test func yieldsSayHowManyRecordsTheyPointTo() async throws {
    let world = try await PostgresWorld.make(
      Self.schema + "UPDATE person SET number = 'shared';"
        + "CREATE TABLE phone (person_id int, number text);"
        + "INSERT INTO phone VALUES (1, '06-1'), (1, '06-2'), (2, '06-2'), (1, ''), (1, NULL), (1, '06-1');")
    let person = DatasetRecord.sqlite(
      "person", find: [("email", "email")], suffices: ["email"], yields: [("customer-no", "number")])
    let phone = DatasetRecord.sqlite(
      "phone", yields: [("phone", "number")], belongsTo: [("person", [("person_id", "id")])])
    let findings = try await world.connector([person, Self.datasets[1], phone]).locate(world.search(PostgresWorld.ada))
    let found = findings.yields.map { "\($0.identifier.kind) \($0.identifier.value) \($0.pointsTo)" }
    #expect(found == ["customer-no shared 2", "phone 06-1 1", "phone 06-2 2"])
  }

  @Test func childrenOfARecordThatIsGoneAreStillFound() async throws {
    let world = try await PostgresWorld.make(Self.schema.replacing("REFERENCES person(id)", with: ""))
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    try await world.run("DELETE FROM person WHERE id = 1")
    #expect(try await connector.verify(order).isClean == false)
    #expect(try await world.erases(connector, order).map(\.erased) == [0, 1])
    #expect(try await texts(world, "SELECT note FROM activity") == ["b"])
  }

  /// A counter in the parent, kept by a trigger, gives each parent another place within the transaction.
  @Test(arguments: [true, false])
  func triggersThatTouchRowsWhichGoDoNotStopTheErasure(_ keepsInvoice: Bool) async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text NOT NULL, activities int);
      CREATE TABLE activity (id int PRIMARY KEY, person_id int REFERENCES person(id));
      CREATE TABLE invoice (person_id int REFERENCES person(id), at date);
      CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE person SET activities = activities - 1 WHERE id = OLD.person_id; RETURN NULL; END $$;
      CREATE TRIGGER counted AFTER DELETE ON activity FOR EACH ROW EXECUTE FUNCTION counted();
      INSERT INTO person VALUES (1, 'ada@example.org', 2), (2, 'bob@example.org', 1);
      INSERT INTO activity VALUES (1, 1), (2, 1), (3, 2);
      INSERT INTO invoice VALUES (2, '2024-01-01');
      """ + (keepsInvoice ? "INSERT INTO invoice VALUES (1, '2024-01-01');" : ""))
    // The trigger is the eraser's work.
    let connector = try world.connector([
      PostgresWorld.person(.reduce(keepColumns: ["id"], whileKept: "invoice")), Self.datasets[1],
      .sqlite("invoice", belongsTo: [("person", [("person_id", "id")])], PostgresWorld.fiscal("at")),
    ])
    let effects = try await world.erases(connector, try await world.approved(connector))
    #expect(effects.map(\.erased) == [keepsInvoice ? 0 : 1, 2, 0] && effects[0].reduced == (keepsInvoice ? 1 : 0))
    let rest = try await texts(world, "SELECT t::text FROM person AS t WHERE id = 2 OR email LIKE 'ada%'")
    #expect(rest == ["(2,bob@example.org,1)"])
  }
}
