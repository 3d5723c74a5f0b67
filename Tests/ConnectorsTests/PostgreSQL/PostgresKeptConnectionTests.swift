import ConnectorKit
import Connectors
import ErasureDomain
import Postgres
import PostgresTestKit
import TestKit
import Testing

/// The connection that has erased is there for the next job, and for nothing else.
struct PostgresKeptConnectionTests {
  private static func world() async throws -> PostgresWorld {
    try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text);
      INSERT INTO person SELECT i, 'p' || i || '@example.org' FROM generate_series(1, 9) AS i;
      """)
  }

  private func erase(_ number: Int, _ connector: PostgresConnector, _ world: PostgresWorld) async throws {
    let person = [SQLiteWorld.email("p\(number)@example.org")]
    #expect(try await world.erases(connector, try await world.approved(connector, person)).map(\.erased) == [1])
  }

  /// Server processes of the user who erases, and what they do.
  private func processes(_ world: PostgresWorld) async throws -> [String] {
    try await world.database.texts(
      "SELECT pid || ' ' || state FROM pg_stat_activity WHERE usename = '\(world.eraser.name)'")
  }

  private func waitUntilGone(_ world: PostgresWorld) async throws { try await waitUntilAtMost(0, world) }

  private func waitUntilAtMost(_ count: Int, _ world: PostgresWorld) async throws {
    try await world.database.waitUntil(
      "SELECT count(*) <= \(count) FROM pg_stat_activity WHERE usename = '\(world.eraser.name)'")
  }

  @Test func theNextJobGetsItAndTheServerEndsItWhenThereIsNone() async throws {
    let world = try await Self.world()
    let connector = try world.connector([PostgresWorld.person()])
    var isReused = false
    // On a machine that is very busy ten seconds may pass between two jobs, and between a job and the look at its
    // connection: then the server has ended it, or is just ending it beside the next one.
    for number in 1...8 where !isReused {
      let before = try await processes(world)
      try await erase(number, connector, world)
      let after = try await processes(world)
      #expect(after.allSatisfy { $0.hasSuffix(" idle") })
      isReused = before == after && after.count == 1
      try await waitUntilAtMost(1, world)
    }
    #expect(isReused)
    // Nothing of ours stays open where there is no work; the job after that does not notice.
    try await waitUntilGone(world)
    try await erase(9, connector, world)
  }

  @Test func oneThatBrokeIsReplacedAndOneThatFailedIsNotKept() async throws {
    let world = try await Self.world()
    let connector = try world.connector([PostgresWorld.person()])
    try await erase(1, connector, world)
    try await world.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '\(world.eraser.name)'")
    try await waitUntilGone(world)
    try await erase(2, connector, world)
    let order = try await world.approved(connector, [SQLiteWorld.email("p3@example.org")])
    try await world.run("ALTER TABLE person RENAME COLUMN email TO mail")
    #expect(try await world.failure(of: connector, order) != nil)
    try await waitUntilGone(world)
    try await world.run("ALTER TABLE person RENAME COLUMN mail TO email")
    try await erase(3, connector, world)
  }

  @Test func aChangedCredentialIsNeverMetByAnOldConnection() async throws {
    let world = try await Self.world()
    let connector = try world.connector([PostgresWorld.person()])
    try await erase(1, connector, world)
    let order = try await world.approved(connector, [SQLiteWorld.email("p2@example.org")])
    let login = world.connectionString(world.eraser)
    world.secrets.set("shop-erase", login.replacing("password=", with: "password=x"))
    #expect(try await world.failure(of: connector, order) == .permanent(FailureCode("wrong-password")))
    #expect(try await world.database.number("SELECT count(*) FROM person") == 8)
    world.secrets.set("shop-erase", login)
    #expect(try await world.erases(connector, order).map(\.erased) == [1])
  }

  /// Blockers are questions that each look and each erasure asks over its own connection; here about the connection.
  @Test func eachConnectionSaysWhoseItIsAndIsBounded() async throws {
    let world = try await PostgresWorld.make(
      "CREATE TABLE person (id int PRIMARY KEY, email text); INSERT INTO person VALUES (1, 'ada@example.org');")
    func blocker(_ name: String, _ setting: String, isNot value: String) -> Blocker {
      Blocker(name: name, query: "SELECT count(*) WHERE current_setting('\(setting)') <> '\(value)'")
    }
    let order = ConnectorOrders.erasure(PostgresWorld.system, PostgresWorld.ada, approving: Findings())
    let always = [
      blocker("idle", "idle_in_transaction_session_timeout", isNot: "1min"),
      blocker("lock", "lock_timeout", isNot: "5s"),
      blocker("rows", "row_security", isNot: "off"),
      Blocker(name: "statement", query: "SELECT count(*) WHERE current_setting('statement_timeout') IN ('0', '0ms')"),
    ]
    let looks = blocker("look", "application_name", isNot: "expunged/look")
    let erases = blocker("job", "application_name", isNot: "expunged/\(order.job)")
    let looking = try world.connector([PostgresWorld.person()], blockers: always + [looks])
    #expect(try await looking.locate(world.search(PostgresWorld.ada)).blocked.isEmpty)
    let erasing = try world.connector([PostgresWorld.person()], blockers: always + [erases])
    let findings = try await erasing.locate(world.search(PostgresWorld.ada))
    #expect(findings.blocked == ["job"])
    #expect(try await world.erases(erasing, world.order(PostgresWorld.ada, approving: findings)).map(\.erased) == [1])
  }
}
