import ConnectorKit
import Connectors
import ErasureDomain
import Postgres
import PostgresTestKit
import Synchronization
import TestKit
import Testing

/// What happens between the transactions of an erasure that goes in parts.
@Suite struct `Between the parts of an erasure` {
  private static let schema = """
    CREATE TABLE person (id int PRIMARY KEY, email text);
    CREATE TABLE visit (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person(id));
    INSERT INTO person VALUES (1, 'ada@example.org');
    INSERT INTO visit SELECT i, 1 FROM generate_series(1, 500) AS i;
    """
  private static let datasets = [
    PostgresWorld.person(), DatasetRecord.sqlite("visit", belongsTo: [("person", [("person_id", "id")])]),
  ]
  private static let stopped = ConnectorFailure.outcomeUnknown(FailureCode("stopped-between-parts"))

  private func connector(
    _ world: PostgresWorld, clock: ManualClock = ManualClock(), pause: PostgresSettings.Pause? = nil
  ) throws -> PostgresConnector {
    try PostgresConnector(
      settings: PostgresSettings(look: "shop-look", erase: "shop-erase", pause: pause, rowsPerTransaction: 200),
      context: world.context(Self.datasets, clock: clock))
  }

  /// One part is gone; the next attempt erases the rest and counts all of it.
  private func goesOn(
    _ world: PostgresWorld, _ connector: PostgresConnector, _ findings: Findings, _ recorder: ConnectorRecorder
  ) async throws {
    #expect(recorder.effects.map { $0.effects[1].erased } == [200])
    #expect(try await world.database.number("SELECT count(*) FROM visit") == 300)
    let again = world.order(PostgresWorld.ada, approving: findings, prepared: recorder.effects.last)
    #expect(try await world.erases(connector, again).map(\.erased) == [1, 500])
  }

  private func inParts(_ world: PostgresWorld, _ datasets: [DatasetRecord]) throws -> PostgresConnector {
    try PostgresConnector(
      settings: PostgresSettings(look: "shop-look", erase: "shop-erase", rowsPerTransaction: 200),
      context: world.context(datasets))
  }

  private func erase(
    _ world: PostgresWorld, _ connector: PostgresConnector
  ) async throws -> (recorder: ConnectorRecorder, effects: [EffectCount]) {
    let findings = try await connector.locate(world.search(PostgresWorld.ada))
    #expect(findings.obstacles.isEmpty, "\(findings.obstacles)")
    let order = ConnectorOrders.erasure(PostgresWorld.system, PostgresWorld.ada, approving: findings)
    let recorder = ConnectorRecorder()
    guard case .completed(let effects) = try await connector.erase(order, before: recorder) else {
      throw SQLiteTestProblem("not completed")
    }
    #expect(try await connector.verify(order).isClean)
    return (recorder, effects)
  }

  /// Lines of invoices first, then the invoices; what must stay stays, with its keys.
  @Test func `rows that are past their date go in parts, and those that stay are sealed in the last`() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text);
      CREATE TABLE invoice (id int PRIMARY KEY, person_id int REFERENCES person(id), at date);
      CREATE TABLE line (id int PRIMARY KEY, invoice_id int REFERENCES invoice(id));
      INSERT INTO person VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
      INSERT INTO invoice SELECT i, 1, '2001-01-01' FROM generate_series(1, 300) AS i;
      INSERT INTO invoice SELECT i, 1, '2025-01-01' FROM generate_series(301, 303) AS i;
      INSERT INTO invoice SELECT i, 2, '2001-01-01' FROM generate_series(304, 310) AS i;
      INSERT INTO line SELECT i, i FROM generate_series(1, 310) AS i;
      """)
    let connector = try inParts(
      world,
      [
        PostgresWorld.person(.reduce(keepColumns: ["id"], whileKept: "invoice")),
        .sqlite("invoice", belongsTo: [("person", [("person_id", "id")])], PostgresWorld.fiscal("at")),
        .sqlite("line", belongsTo: [("invoice", [("invoice_id", "id")])], .retainWith(dataset: "invoice")),
      ])
    let (recorder, effects) = try await erase(world, connector)
    #expect(effects.map(\.erased) == [0, 300, 300] && effects.map(\.reduced) == [1, 0, 0])
    // Three lines stay, so the invoices to which lines belong go together.
    #expect(recorder.effects.map { $0.effects.map(\.erased) } == [[0, 0, 200], [0, 0, 300], [0, 300, 300]])
    #expect(recorder.effects.map { $0.kept.flatMap(\.roots).isEmpty } == [true, true, false])
    #expect(effects.map { $0.kept.reduce(0) { $0 + $1.count } } == [0, 3, 3])
    #expect(try await world.database.number("SELECT count(*) FROM invoice WHERE person_id = 1") == 3)
    #expect(try await world.database.number("SELECT count(*) FROM line WHERE invoice_id > 303") == 7)
  }

  /// Addresses are found through orders: an order that went too early would leave its address behind.
  @Test func `rows through which others are found do not go before them`() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text);
      CREATE TABLE address (id int PRIMARY KEY, street text);
      CREATE TABLE orders (id int PRIMARY KEY, person_id int REFERENCES person(id), address_id int REFERENCES address(id));
      INSERT INTO person VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
      INSERT INTO address SELECT i, 's' FROM generate_series(1, 300) AS i;
      INSERT INTO orders SELECT i, 1, i FROM generate_series(1, 299) AS i;
      INSERT INTO orders VALUES (300, 2, 300), (301, 2, 1);
      """)
    let connector = try inParts(
      world,
      [
        PostgresWorld.person(), .sqlite("orders", belongsTo: [("person", [("person_id", "id")])]),
        .sqlite("address", belongsTo: [("orders", [("id", "address_id")])]),
      ])
    let (_, effects) = try await erase(world, connector)
    #expect(effects.map(\.erased) == [1, 299, 298])
    #expect(try await world.database.texts("SELECT id FROM address ORDER BY id") == ["1", "300"])
    #expect(try await world.database.number("SELECT count(*) FROM orders") == 2)
  }

  @Test func `the time of the call is looked at, and hours that have ended end it`() async throws {
    let world = try await PostgresWorld.make(Self.schema)
    let clock = ManualClock()
    let connector = try connector(world, clock: clock)
    let findings = try await connector.locate(world.search(PostgresWorld.ada))
    let recorder = ConnectorRecorder { clock.advance(seconds: 60) }
    let order = ConnectorOrders.erasure(
      PostgresWorld.system, PostgresWorld.ada, approving: findings, callDeadline: clock.now().adding(seconds: 30))
    #expect(try await world.failure(of: connector, order, recorder) == Self.stopped)
    try await goesOn(world, connector, findings, recorder)
  }

  @Test func `others who have become busy are waited for`() async throws {
    let server = try await PostgresServer.startPrivate(settings: [("max_connections", "20")])
    let world = try await PostgresWorld.make(Self.schema, on: server)
    try await world.run("GRANT pg_read_all_stats TO \"\(world.eraser.name)\"")
    let connector = try connector(world, pause: PostgresSettings.Pause(lagSeconds: nil, activePercent: 20))
    let findings = try await connector.locate(world.search(PostgresWorld.ada))
    let others = Mutex<[PostgresConnection]>([])
    let recorder = ConnectorRecorder {
      do {
        for _ in 0..<4 {
          let other = try await PostgresConnection.open(world.database.target())
          _ = try await other.perform { session in try session.execute("BEGIN") }
          others.withLock { $0.append(other) }
        }
      } catch {
        Issue.record("\(error)")
      }
    }
    let order = world.order(PostgresWorld.ada, approving: findings)
    #expect(try await world.failure(of: connector, order, recorder) == Self.stopped)
    for other in others.withLock({ $0 }) { await other.close() }
    try await goesOn(world, connector, findings, recorder)
  }
}
