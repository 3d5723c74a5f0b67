import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

/// What happens to rows that stay for a while, stay without the person, or are deleted by the database's own code.
struct PostgresTreatmentTests {
  private static let shop = """
    CREATE TABLE customer (id int PRIMARY KEY, email text NOT NULL);
    CREATE TABLE invoice (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer(id), paid_on date,
      note text, amount numeric, status text NOT NULL DEFAULT 'open');
    INSERT INTO customer VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
    INSERT INTO invoice VALUES (1, 1, '2015-05-01', 'for ada', 10), (2, 1, '2024-05-01', 'for ada', 20),
      (3, 1, NULL, 'for ada', 30), (4, 2, NULL, 'for bob', 40);
    """

  private static func datasets(_ retention: Retention) -> [DatasetRecord] {
    [
      .sqlite(
        "customer", find: [("email", "email")], suffices: ["email"],
        .reduce(keepColumns: ["id"], whileKept: "invoice")),
      .sqlite("invoice", belongsTo: [("customer", [("customer_id", "id")])], .retain(retention)),
    ]
  }

  private let ada = SQLiteWorld.email("ada@example.org")

  @Test func keptRowsLoseWhatTheirGroundDoesNotNeedAndAreMarked() async throws {
    let world = try await PostgresWorld.make(Self.shop)
    let connector = try world.connector(
      Self.datasets(
        Retention(
          rule: "nl-fiscal-7y", start: "paid_on", keepColumns: ["id", "customer_id", "paid_on", "amount", "status"],
          restrict: Restriction(column: "status", value: "blocked"))))
    let (findings, effects) = try await world.eraseAll(connector, [ada])
    #expect(findings.counts[1].erase == 1 && findings.counts[1].minimised == 2)
    #expect(effects[1].erased == 1 && effects[1].minimised == 2)
    let rows = try await world.database.texts(
      "SELECT concat_ws('|', id, coalesce(note, '-'), amount, status) FROM invoice ORDER BY id")
    #expect(rows == ["2|-|20|blocked", "3|-|30|blocked", "4|for bob|40|open"])
    #expect(try await connector.verify(world.order([ada], approving: findings)).isClean)
  }

  @Test func rowsWithoutAStartEventAreKeptAndSeenAgainAtTheirReview() async throws {
    let world = try await PostgresWorld.make(Self.shop)
    let clock = ManualClock()
    let connector = try world.connector(
      Self.datasets(Retention(rule: "nl-fiscal-7y", start: "paid_on")), clock: clock)
    let findings = try await connector.locate(world.search([ada]))
    let conditional = try #require(findings.counts[1].kept.first { $0.isConditional })
    #expect(findings.obstacles.isEmpty && conditional.count == 1)
    #expect(conditional.until <= clock.today.adding(months: 12))
    let recorder = ConnectorRecorder()
    _ = try await connector.erase(world.order([ada], approving: findings), before: recorder)
    let sealed = try #require(recorder.effects.first?.kept.first { $0.isConditional })
    clock.set(to: sealed.until.utcMidnight)
    let approved = Findings(counts: [DatasetCount(dataset: "invoice", isRoot: false, erase: 1)])
    let review = world.order([], approving: approved, verb: .eraseKept, kept: sealed)
    guard case .completed(let none) = try await connector.erase(review, before: ConnectorRecorder()) else { return }
    #expect(none.allSatisfy { $0.erased == 0 })
    // The engine asks about what a review leaves.
    #expect(try await connector.verify(review).kept.contains { $0.isConditional && $0.count == 1 })
    try await world.database.run("UPDATE invoice SET paid_on = '2010-01-01' WHERE id = 3")
    guard case .completed(let effects) = try await connector.erase(review, before: ConnectorRecorder()) else { return }
    #expect(effects[1].erased == 1)
    #expect(try await world.database.number("SELECT count(*) FROM invoice WHERE id = 3") == 0)
  }

  private static func anonymised(_ groupSize: Int) throws -> [DatasetRecord] {
    let said = RegisterStatement(saidBy: "data office", on: CivilDate(daysSince1970: 20_000))
    let approved = RegisterStatement(saidBy: "privacy office", on: CivilDate(daysSince1970: 20_001))
    return [
      .sqlite(
        "visit", find: [("email", "email")], suffices: ["email"],
        .anonymise(
          Anonymisation(
            keepColumns: ["town"], groupSize: groupSize, noKeySurvives: said, logsIncluded: said,
            methodApproved: approved)))
    ]
  }

  @Test func anonymisedRowsKeepOnlyValuesThatEnoughOthersShare() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE visit (id int PRIMARY KEY, email text, phone text UNIQUE, town text, page text NOT NULL);
      INSERT INTO visit SELECT i, 'p' || i || '@example.org', 'tel-' || i, 'Delft', 'p' FROM generate_series(10, 12) AS i;
      INSERT INTO visit VALUES (1, 'ada@example.org', '06', 'Delft', 'secret');
      """)
    let tooFew = try await world.connector(try Self.anonymised(5)).locate(world.search([ada]))
    #expect(tooFew.obstacles.map(\.code.rawValue) == ["group-too-small"])
    let connector = try world.connector(try Self.anonymised(4))
    let (findings, effects) = try await world.eraseAll(connector, [ada])
    #expect(findings.counts[0].anonymised == 1 && findings.counts[0].erase == 0)
    #expect(effects[0].anonymised == 1 && effects[0].erased == 0)
    let row = try await world.database.texts(
      "SELECT concat_ws('|', coalesce(email, '-'), coalesce(phone, '-'), town, page) FROM visit WHERE id < 1")
    #expect(row == ["-|-|Delft|erased"])
    #expect(try await connector.verify(world.order([ada], approving: findings)).isClean)
  }

  private static let called: [DatasetRecord] = [
    .sqlite("customer", find: [("email", "email")], suffices: ["email"], .call(function: "privacy.erase_customer"))
  ]

  private func worldWithFunction(_ body: String) async throws -> PostgresWorld {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE customer (id int PRIMARY KEY, email text);
      INSERT INTO customer VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
      CREATE TABLE letter (customer_id int, body text); INSERT INTO letter VALUES (2, 'dear Bob');
      CREATE SCHEMA privacy;
      CREATE FUNCTION privacy.erase_customer(keys jsonb) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
      DECLARE n bigint; BEGIN \(body) END $$;
      """)
    try await world.database.run("GRANT USAGE ON SCHEMA privacy TO PUBLIC")
    return world
  }

  @Test func theDatabasesOwnFunctionErasesAndIsCheckedByUs() async throws {
    let world = try await worldWithFunction(
      "DELETE FROM customer WHERE id IN (SELECT (k->>'id')::int FROM jsonb_array_elements(keys) AS k); "
        + "GET DIAGNOSTICS n = ROW_COUNT; RETURN n;")
    let connector = try world.connector(Self.called)
    let (findings, effects) = try await world.eraseAll(connector, [ada])
    #expect(effects[0].erased == 1)
    #expect(try await world.database.texts("SELECT email FROM customer") == ["bob@example.org"])
    #expect(try await connector.verify(world.order([ada], approving: findings)).isClean)
  }

  @Test(arguments: [
    "RETURN 1;", "DELETE FROM customer; GET DIAGNOSTICS n = ROW_COUNT; RETURN n;", "DELETE FROM customer; RETURN 1;",
    // It does what it should, and changes somebody else's row besides.
    "DELETE FROM customer WHERE id = 1; UPDATE customer SET email = 'x' WHERE id = 2; RETURN 1;",
    "DELETE FROM customer WHERE id = 1; UPDATE letter SET body = 'x' WHERE customer_id = 2; RETURN 1;",
  ])
  func aFunctionThatDoesLessOrMoreIsRolledBack(_ body: String) async throws {
    let world = try await worldWithFunction(body)
    let connector = try world.connector(Self.called)
    let failure = try await sqliteFailure { _ = try await world.eraseAll(connector, [ada]) }
    #expect(failure == .needsOfficer(Question(code: .other, detail: FailureCode("call-differs"))))
    #expect(
      try await world.database.texts("SELECT email FROM customer ORDER BY id") == [
        "ada@example.org", "bob@example.org",
      ])
    #expect(try await world.database.texts("SELECT body FROM letter") == ["dear Bob"])
  }

  @Test func largeErasuresGoInPartsAndNobodyElsesRowsWithThem() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE customer (id int PRIMARY KEY, email text);
      CREATE TABLE visit (id int, customer_id int NOT NULL REFERENCES customer(id), PRIMARY KEY (id, customer_id))
        PARTITION BY HASH (id);
      CREATE TABLE visit_0 PARTITION OF visit FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE visit_1 PARTITION OF visit FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      INSERT INTO customer VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
      INSERT INTO visit SELECT i, 1 + i % 2 FROM generate_series(1, 1000) AS i;
      """)
    let datasets: [DatasetRecord] = [
      .sqlite("customer", find: [("email", "email")], suffices: ["email"]),
      .sqlite("visit", belongsTo: [("customer", [("customer_id", "id")])]),
    ]
    let connector = try PostgresConnector(
      settings: PostgresSettings(look: "shop-look", erase: "shop-erase", rowsPerTransaction: 200),
      context: world.context(datasets))
    let findings = try await connector.locate(world.search([ada]))
    let recorder = ConnectorRecorder()
    let progress = try await connector.erase(world.order([ada], approving: findings), before: recorder)
    guard case .completed(let effects) = progress else { return }
    #expect(effects.map(\.erased) == [1, 500] && effects.map(\.approved) == [1, 500])
    #expect(recorder.effects.map { $0.effects[1].erased } == [200, 400, 500])
    #expect(recorder.effects.map { $0.earlier.last?.erased ?? 0 } == [0, 200, 400])
    #expect(try await world.database.number("SELECT count(*) FROM visit WHERE customer_id = 2") == 500)
    #expect(try await world.database.number("SELECT count(*) FROM visit") == 500)
    #expect(try await connector.verify(world.order([ada], approving: findings)).isClean)
  }

  @Test func afterACutBetweenPartsTheNextAttemptCountsAllOfThem() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE customer (id int PRIMARY KEY, email text);
      CREATE TABLE visit (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer(id));
      INSERT INTO customer VALUES (1, 'ada@example.org');
      INSERT INTO visit SELECT i, 1 FROM generate_series(1, 500) AS i;
      """)
    let datasets: [DatasetRecord] = [
      .sqlite("customer", find: [("email", "email")], suffices: ["email"]),
      .sqlite("visit", belongsTo: [("customer", [("customer_id", "id")])]),
    ]
    let connector = try PostgresConnector(
      settings: PostgresSettings(look: "shop-look", erase: "shop-erase", rowsPerTransaction: 200),
      context: world.context(datasets))
    let findings = try await connector.locate(world.search([ada]))
    let first = ConnectorRecorder()
    let cut = CuttingRecorder(first, after: 1)
    let failure = try await sqliteFailure {
      _ = try await connector.erase(world.order([ada], approving: findings), before: cut)
    }
    guard case .outcomeUnknown? = failure else {
      Issue.record("a cut between parts became \(String(describing: failure))")
      return
    }
    let again = world.order([ada], approving: findings, prepared: first.effects.last)
    guard case .completed(let effects) = try await connector.erase(again, before: ConnectorRecorder()) else { return }
    #expect(effects.map(\.erased) == [1, 500] && effects.allSatisfy { $0.isUncertain == nil })
  }

  @Test func everyStatementIsShownWithItsPlanAndTheRights() async throws {
    let world = try await PostgresWorld.make(Self.shop)
    let connector = try world.connector(Self.datasets(Retention(rule: "nl-fiscal-7y", start: "paid_on")))
    let text = try await connector.statements(deadline: .distantFuture)
    #expect(text.contains("GRANT SELECT ON \"public\".\"customer\" TO \"\(world.looker.name)\";"))
    #expect(text.contains("GRANT DELETE ON \"public\".\"invoice\" TO \"\(world.eraser.name)\";"))
    #expect(text.contains("DELETE FROM \"public\".\"invoice\" AS t WHERE"))
    #expect(text.contains("UPDATE \"public\".\"customer\" AS t SET"))
    #expect(text.contains("--   Delete on invoice t") && !text.contains("no plan"))
    #expect(try await world.database.number("SELECT count(*) FROM invoice") == 4)
  }

  @Test func theRightsAreShownWhileNobodyHasThemYet() async throws {
    let world = try await PostgresWorld.make()
    try await world.database.run(Self.shop)
    let connector = try world.connector(Self.datasets(Retention(rule: "nl-fiscal-7y", start: "paid_on")))
    let text = try await connector.statements(deadline: .distantFuture)
    #expect(text.contains("GRANT DELETE ON \"public\".\"invoice\" TO \"\(world.eraser.name)\";"))
    #expect(text.contains("no plan") && text.contains("42501"))
  }
}

/// Keeps effects, and loses its own answer after some of them.
actor CuttingRecorder: EffectRecorder {
  private let inner: ConnectorRecorder
  private var left: Int

  init(_ inner: ConnectorRecorder, after count: Int) {
    self.inner = inner
    left = count
  }

  func record(_ effect: PreparedEffect) async throws(ConnectorFailure) {
    try await inner.record(effect)
    left -= 1
    if left < 0 { throw .transient(FailureCode("store-answer-lost"), retryAfterSeconds: nil) }
  }

  func remember(_ value: String, as name: String) async throws(ConnectorFailure) {
    try await inner.remember(value, as: name)
  }
}

/// The connector's own doors to the search over all columns and to the draft of a register.
struct PostgresDiscoverTests {
  @Test func theConnectorSweepsAndDrafts() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE customer (id int PRIMARY KEY, email text NOT NULL);
      CREATE TABLE ticket (id int PRIMARY KEY, customer_id int REFERENCES customer(id), note text);
      INSERT INTO customer VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
      INSERT INTO ticket VALUES (1, 2, 'call back ada@example.org');
      """)
    let datasets = [DatasetRecord.sqlite("customer", find: [("email", "email")], suffices: ["email"])]
    let connector = try world.connector(datasets)
    let found = try await connector.sweep(
      SweepOrder(
        system: PostgresWorld.system, identifiers: [SQLiteWorld.email("ada@example.org")], deadline: .distantFuture)
    ) { _ in }
    #expect(found.isComplete)
    #expect(found.hits.contains { $0.table.hasSuffix("customer") && $0.column == "email" && $0.exact == 1 })
    #expect(found.hits.contains { $0.table.hasSuffix("ticket") && $0.column == "note" && $0.contained == 1 })
    let outline = try await connector.draft(deadline: .distantFuture)
    #expect(outline.tables.map(\.name).count == 2)
    let none = try await world.connector([]).locate(world.search([SQLiteWorld.email("ada@example.org")]))
    #expect(none.obstacles.map(\.code.rawValue) == ["no-datasets"])
  }

  @Test func aSearchReadsTheFirstStandbyWhereTheOrderPrefersOne() async throws {
    let schema = "CREATE TABLE customer (id int PRIMARY KEY, email text NOT NULL);"
    let world = try await PostgresWorld.make(schema)
    let others = [try await PostgresWorld.make(schema), try await PostgresWorld.make(schema)]
    // Two databases stand in for standbys: each shows by its rows that it was read.
    for (place, other) in others.enumerated() {
      world.secrets.set("standby-\(place)", other.connectionString(other.looker))
    }
    try await others[0].run("INSERT INTO customer VALUES (1, 'ada@example.org'), (2, 'ada@example.org')")
    try await others[1].run("INSERT INTO customer VALUES (1, 'ada@example.org')")
    let datasets = [DatasetRecord.sqlite("customer", find: [("email", "email")], suffices: ["email"])]
    func exact(prefers: Bool, replicas: [String]?) async throws -> Int {
      let order = SweepOrder(
        system: PostgresWorld.system, identifiers: [SQLiteWorld.email("ada@example.org")], deadline: .distantFuture,
        prefersReplica: prefers)
      return try await world.connector(datasets, replicas: replicas).sweep(order) { _ in }.hits.reduce(0) {
        $0 + $1.exact
      }
    }
    #expect(try await exact(prefers: true, replicas: ["standby-0", "standby-1"]) == 2)
    #expect(try await exact(prefers: true, replicas: ["standby-1", "standby-0"]) == 1)
    #expect(try await exact(prefers: false, replicas: ["standby-0"]) == 0)
    #expect(try await exact(prefers: true, replicas: nil) == 0)
  }
}
