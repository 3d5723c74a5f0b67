import ConnectorKit
import Connectors
import ErasureDomain
import Postgres
import PostgresTestKit
import TestKit
import Testing

/// What goes wrong, by its own code, and whether it is tried again, asked about or given up.
struct PostgresFailureTests {
  private static let schema = """
    CREATE TABLE person (id int PRIMARY KEY, email text);
    CREATE TABLE activity (id int PRIMARY KEY, person_id int REFERENCES person);
    INSERT INTO person VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
    INSERT INTO activity VALUES (1, 1), (2, 2);
    """
  private static let datasets = [
    PostgresWorld.person(), DatasetRecord.sqlite("activity", belongsTo: [("person", [("person_id", "id")])]),
  ]

  private static func retry(_ code: String, after seconds: Int64? = nil) -> ConnectorFailure {
    .transient(FailureCode(code), retryAfterSeconds: seconds)
  }
  private static func ask(_ code: String) -> ConnectorFailure {
    .needsOfficer(Question(code: .other, detail: FailureCode(code)))
  }
  private static func stop(_ code: String) -> ConnectorFailure { .permanent(FailureCode(code)) }

  // MARK: Getting in

  struct Login: Sendable, CustomTestStringConvertible {
    /// Added to a connection string that works; the last of two wins.
    var adding = ""
    var instead: String?
    let failure: ConnectorFailure

    var testDescription: String { adding + (instead ?? "") }
  }

  static let logins: [Login] = [
    Login(instead: "host='not closed", failure: stop("connection-string-unreadable")),
    Login(instead: "nonsense=1 user=u dbname=d", failure: stop("connection-string-unreadable")),
    Login(instead: "host=127.0.0.1 user=u", failure: stop("connection-string-incomplete")),
    Login(instead: "host=127.0.0.1 dbname=d", failure: stop("connection-string-incomplete")),
    Login(adding: "service=somewhere", failure: stop("connection-string-unusable")),
    Login(adding: "connect_timeout=soon", failure: stop("connection-string-unusable")),
    Login(adding: "port=1", failure: retry("cannot-connect")),
    Login(adding: "host=/nowhere/at/all", failure: retry("cannot-connect")),
    Login(adding: "password=canary", failure: stop("wrong-password")),
    Login(adding: "password=''", failure: stop("wrong-password")),
    Login(adding: "user=nobody_of_that_name", failure: stop("wrong-password")),
    Login(adding: "dbname=no_such_database", failure: stop("unknown-database")),
    Login(adding: "sslmode=verify-full", failure: stop("tls-not-trusted")),
    Login(adding: "host=db.example.org sslmode=require", failure: stop("tls-not-verified")),
    Login(adding: "host=db.example.org sslmode=verify-ca", failure: stop("tls-not-verified")),
    Login(adding: "host=127.evil.example.org", failure: stop("tls-not-verified")),
    Login(adding: "host=127.0.0.1.evil.org", failure: stop("tls-not-verified")),
    Login(adding: "host=localhost.evil.org", failure: stop("tls-not-verified")),
    Login(adding: "host=127.0.0.1,db.example.org", failure: stop("tls-not-verified")),
    Login(adding: "host=localhost hostaddr=192.0.2.1", failure: stop("tls-not-verified")),
    Login(adding: "host=@abstract", failure: stop("tls-not-verified")),
  ]

  @Test(.serialized, arguments: logins)
  func aLoginThatFailsSaysWhyInEveryCall(_ login: Login) async throws {
    let world = try await PostgresWorld.make(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    for (name, role) in [("shop-look", world.looker), ("shop-erase", world.eraser)] {
      world.secrets.set(name, login.instead ?? world.connectionString(role) + " " + login.adding)
    }
    #expect(try await world.failure(of: connector, order) == login.failure)
    let looks = [
      try await sqliteFailure { _ = try await connector.locate(world.search(PostgresWorld.ada)) },
      try await sqliteFailure { _ = try await connector.verify(order) },
      try await sqliteFailure { _ = try await connector.review(order.roots, deadline: .distantFuture) },
    ]
    #expect(looks == [login.failure, login.failure, login.failure])
    #expect(try await world.database.number("SELECT count(*) FROM person") == 2)
  }

  @Test func aCredentialThatIsNotThereAndARoleThatMayNotLogInStopIt() async throws {
    let world = try await PostgresWorld.make(Self.schema)
    let none = try PostgresConnector(
      settings: PostgresSettings(look: "none", erase: "none-either"), context: world.context(Self.datasets))
    let order = try await world.approved(try world.connector(Self.datasets))
    #expect(try await world.failure(of: none as PostgresConnector, order) == Self.stop("credential-missing"))
    try await world.run("ALTER ROLE \(world.eraser.name) NOLOGIN")
    #expect(try await world.failure(of: try world.connector(Self.datasets), order) == Self.stop("role-rejected"))
    try await world.run(
      "ALTER ROLE \(world.eraser.name) LOGIN; REVOKE CONNECT ON DATABASE \(world.database.name) FROM PUBLIC")
    #expect(try await world.failure(of: try world.connector(Self.datasets), order) == Self.stop("role-rejected"))
  }

  // MARK: Others at work

  /// A session of somebody else, as the superuser.
  private func somebodyElse(_ world: PostgresWorld, _ statements: String...) async throws -> PostgresConnection {
    let other = try await PostgresConnection.open(world.database.target(application: "somebody else"))
    try await other.perform { session in for statement in statements { _ = try session.execute(statement) } }
    return other
  }

  private static let blocked =
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"

  /// Returns when so many sessions of this database wait for a lock.
  private func waitUntilBlocked(_ world: PostgresWorld, count: Int = 1) async throws {
    let watcher = try await somebodyElse(world)
    try await watcher.perform { session in
      let end = ContinuousClock.now + .seconds(120)
      while try session.rows(Self.blocked).first?.first.flatMap({ $0 }).flatMap({ Int($0) }) ?? 0 < count {
        if ContinuousClock.now > end { throw SQLiteTestProblem("nobody waits for a lock") }
      }
    }
    await watcher.close()
  }

  @Test func aRowThatChangesBetweenOurSnapshotAndOurLockIsTriedAgain() async throws {
    let world = try await PostgresWorld.make(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    let other = try await somebodyElse(world, "BEGIN", "UPDATE person SET email = 'new@example.org' WHERE id = 1")
    async let failure = world.failure(of: connector, order)
    // Watched by the very session that holds the row: between the two nobody else's turn may come.
    try await other.perform { session in
      let end = ContinuousClock.now + .seconds(120)
      while try session.rows(Self.blocked).first?.first != "1" {
        if ContinuousClock.now > end { throw SQLiteTestProblem("nobody waits for a lock") }
        _ = try session.rows("SELECT pg_stat_clear_snapshot()")
      }
      _ = try session.execute("COMMIT")
    }
    #expect(try await failure == Self.retry("serialization-failure"))
    // The next attempt sees that the record is somebody else's now.
    guard case .needsOfficer? = try await world.failure(of: connector, order) else {
      Issue.record("somebody else's record was erased")
      return
    }
    #expect(try await world.database.number("SELECT count(*) FROM person") == 2)
    await other.close()
  }

  @Test func aDeadlockIsTriedAgain() async throws {
    let world = try await PostgresWorld.make(
      Self.schema + """
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN
          PERFORM pg_advisory_xact_lock(1); PERFORM pg_advisory_xact_lock(2); RETURN OLD; END $f$;
        CREATE TRIGGER t BEFORE DELETE ON activity FOR EACH ROW EXECUTE FUNCTION f();
        """)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    // Our own wait for a lock ends after five seconds: on a busy machine the others may not stand there by then.
    var failure: ConnectorFailure?
    for _ in 1...5 {
      failure = try await deadlock(world, connector, order)
      if failure != Self.retry("lock-timeout") { break }
    }
    #expect(failure == Self.retry("deadlock"))
    #expect(try await world.erases(connector, order).map(\.erased) == [1, 1])
  }

  /// We hold the record and wait at the gate; another one waits for the record and holds what we ask for next.
  private func deadlock(
    _ world: PostgresWorld, _ connector: PostgresConnector, _ order: ErasureOrder
  ) async throws -> ConnectorFailure? {
    let gatekeeper = try await somebodyElse(world, "SELECT pg_advisory_lock(1)")
    let other = try await somebodyElse(
      world, "SET deadlock_timeout = '1min'", "BEGIN", "SELECT pg_advisory_xact_lock(2)")
    async let failure = world.failure(of: connector, order)
    try await waitUntilBlocked(world)
    async let theirs = other.perform { session in try session.execute("UPDATE person SET email = email WHERE id = 1") }
    do {
      try await waitUntilBlocked(world, count: 2)
    } catch is SQLiteTestProblem {
      // Ours has given up before the other stood there.
    }
    await gatekeeper.close()
    let ours = try await failure
    #expect(try await theirs == 1)
    await other.close()
    return ours
  }

  @Test(arguments: [
    "SELECT 1 FROM person WHERE id = 1 FOR UPDATE", "SELECT 1 FROM activity WHERE id = 1 FOR KEY SHARE",
    "LOCK TABLE activity IN SHARE MODE", "LOCK TABLE person IN ACCESS EXCLUSIVE MODE",
  ])
  func whatSomebodyHoldsIsTriedAgain(_ statement: String) async throws {
    let world = try await PostgresWorld.make(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    let other = try await somebodyElse(world, "BEGIN", statement)
    #expect(try await world.failure(of: connector, order) == Self.retry("lock-timeout"))
    await other.close()
    #expect(try await world.erases(connector, order).map(\.erased) == [1, 1])
  }

  @Test func twoErasuresInOneDatabaseWaitForEachOther() async throws {
    let world = try await PostgresWorld.make(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    let recorder = ConnectorRecorder(.waitsForCancellation)
    let first = Task { try await world.failure(of: connector, order, recorder) }
    await recorder.waitUntilEntered()
    #expect(try await world.failure(of: connector, order) == Self.retry("another-erasure-runs"))
    first.cancel()
    #expect(try await first.value == .interrupted)
    #expect(try await world.erases(connector, order).map(\.erased) == [1, 1])
  }

  @Test func aCallThatTakesTooLongIsTriedAgainAndOneThatIsLateNotBegun() async throws {
    let world = try await PostgresWorld.make(Self.schema)
    let clock = ManualClock()
    let slow = Blocker(name: "slow", query: "SELECT count(*) FROM (SELECT pg_sleep(60)) AS s")
    let connector = try world.connector(Self.datasets, blockers: [slow], clock: clock)
    let order = try await world.approved(try world.connector(Self.datasets))
    let soon = clock.now().adding(seconds: 1)
    #expect(try await world.failure(of: connector, order.until(soon)) == Self.retry("statement-timeout"))
    let search = SearchOrder(system: PostgresWorld.system, identifiers: PostgresWorld.ada, deadline: soon)
    #expect(try await sqliteFailure { _ = try await connector.locate(search) } == Self.retry("statement-timeout"))
    clock.set(to: soon)
    #expect(try await world.failure(of: connector, order.until(soon)) == Self.retry("deadline-passed"))
    #expect(try await sqliteFailure { _ = try await connector.locate(search) } == Self.retry("deadline-passed"))
    #expect(
      try await sqliteFailure { _ = try await connector.verify(order.until(soon)) } == Self.retry("deadline-passed"))
    #expect(try await world.database.number("SELECT count(*) FROM person") == 2)
  }

  // MARK: The schema and its triggers

  /// What a trigger raises; a disk that is really full is in `PostgresDiskFullTests`.
  @Test(arguments: [
    ("RAISE EXCEPTION 'no: %', OLD.email", ask("raised-by-trigger")),
    ("RAISE check_violation USING MESSAGE = OLD.email", ask("constraint-refused")),
    ("RAISE SQLSTATE '53200' USING MESSAGE = OLD.email", retry("server-exhausted")),
    ("RAISE SQLSTATE '58030' USING MESSAGE = OLD.email", retry("server-error-58030")),
    ("RAISE SQLSTATE 'XX001' USING MESSAGE = OLD.email", retry("server-error-xx001")),
    ("RAISE insufficient_privilege USING MESSAGE = OLD.email", ask("missing-privilege")),
    ("PERFORM 1/0", stop("sqlstate-22012")),
    ("PERFORM pg_terminate_backend(pg_backend_pid())", retry("connection-lost")),
  ])
  func whatATriggerRaisesRollsBackAndSaysNoValue(_ body: String, _ expected: ConnectorFailure) async throws {
    let world = try await PostgresWorld.make(
      Self.schema + """
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $f$ BEGIN \(body); RETURN OLD; END $f$;
        CREATE TRIGGER t BEFORE DELETE ON person FOR EACH ROW EXECUTE FUNCTION f();
        """)
    let connector = try world.connector(Self.datasets)
    let before = try await world.database.dump()
    let failure = try await world.failure(of: connector, try await world.approved(connector))
    #expect(failure == expected)
    #expect(!"\(String(reflecting: failure))".contains("ada"))
    #expect(try await world.database.dump() == before)
  }

  @Test(arguments: [
    ("ALTER TABLE person RENAME email TO mail", "missing-column"), ("DROP TABLE activity", "missing-table"),
    ("ALTER TABLE activity DROP COLUMN person_id", "missing-column"), ("DROP TABLE person CASCADE", "missing-table"),
    ("ALTER TABLE activity RENAME TO a; CREATE VIEW activity AS TABLE a", "not-a-table"),
    ("ALTER TABLE person DROP CONSTRAINT person_pkey CASCADE", "no-key"),
  ])
  func aSchemaThatChangesAfterTheApprovalAsks(_ change: String, _ code: String) async throws {
    let world = try await PostgresWorld.make(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    try await world.run(change)
    #expect(try await world.failure(of: connector, order) == Self.ask(code))
    #expect(try await sqliteFailure { _ = try await connector.verify(order) } == Self.ask(code))
    let obstacles = try await connector.locate(world.search(PostgresWorld.ada)).obstacles
    #expect(obstacles.map(\.code.rawValue) == [code])
  }

  // MARK: Rights

  /// Each sentence carries the statement that gives the right; after all of them the erasure works.
  @Test(arguments: [false, true])
  func missingRightsAreNamedWithTheStatementsThatGiveThem(_ isCircle: Bool) async throws {
    let world = try await PostgresWorld.make()
    try await world.database.run(
      """
      CREATE SCHEMA "Own ""schema"; SET search_path = "Own ""schema";
      CREATE TABLE person (id int PRIMARY KEY, email text, activity int);
      CREATE TABLE activity (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person);
      INSERT INTO person VALUES (1, 'ada@example.org', 1); INSERT INTO activity VALUES (1, 1);
      """ + (isCircle ? "ALTER TABLE person ADD FOREIGN KEY (activity) REFERENCES activity;" : ""))
    let connector = try world.connector([
      .sqlite("person", table: "Own \"schema.person", find: [("email", "email")], suffices: ["email"]),
      .sqlite("activity", table: "Own \"schema.activity", belongsTo: [("person", [("person_id", "id")])]),
    ])
    var given = 0
    while true {
      let findings = try await connector.locate(world.search(PostgresWorld.ada))
      guard !findings.obstacles.isEmpty, given < 20 else { break }
      #expect(findings.obstacles.allSatisfy { $0.code.rawValue == "missing-privilege" } && findings.counts.isEmpty)
      for obstacle in findings.obstacles {
        given += 1
        try await world.database.run(String(obstacle.message.split(separator: "must run: ").last ?? "no statement"))
      }
    }
    #expect(given > 4)
    #expect(try await world.erases(connector, try await world.approved(connector)).map(\.erased) == [1, 1])
  }

  @Test func aRightThatIsTakenAwayAfterTheApprovalAsks() async throws {
    let world = try await PostgresWorld.make(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    try await world.database.run("REVOKE DELETE ON activity FROM \(world.eraser.name)")
    #expect(try await world.failure(of: connector, order) == Self.ask("missing-privilege"))
    try await world.database.run("REVOKE SELECT ON person FROM \(world.looker.name)")
    #expect(try await sqliteFailure { _ = try await connector.verify(order) } == Self.ask("missing-privilege"))
    #expect(try await world.database.number("SELECT count(*) FROM activity") == 2)
  }

  /// A policy that hides rows is never "nothing found", whichever of the two users it hides them from.
  @Test func rowsThatAPolicyHidesAreNeverNothingFound() async throws {
    let world = try await PostgresWorld.make(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    try await world.run("ALTER TABLE person ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON person USING (id = 2)")
    #expect(try await world.failure(of: connector, order) == Self.ask("rows-hidden"))
    #expect(try await sqliteFailure { _ = try await connector.verify(order) } == Self.ask("rows-hidden"))
    #expect(
      try await connector.locate(world.search(PostgresWorld.ada)).obstacles.map(\.code.rawValue) == ["rows-hidden"])
    try await world.run("ALTER ROLE \(world.looker.name) BYPASSRLS")
    #expect(try await world.failure(of: connector, order) == Self.ask("rows-hidden"))
    try await world.run("ALTER ROLE \(world.eraser.name) BYPASSRLS")
    #expect(try await world.erases(connector, order).map(\.erased) == [1, 1])
  }
}

extension ErasureOrder {
  /// The same order with another end of the call.
  func until(_ deadline: UTCTime) -> ErasureOrder {
    ErasureOrder(
      request: request, job: job, system: system, verb: verb, ground: ground, receivedOn: receivedOn,
      identifiers: identifiers, roots: roots, leftOut: leftOut, approved: approved, margin: margin,
      followUps: followUps, deadline: self.deadline, callDeadline: deadline, idempotencyKey: idempotencyKey,
      prepared: prepared, blind: blind, remembered: remembered, kept: kept, erasedBy: erasedBy)
  }
}
