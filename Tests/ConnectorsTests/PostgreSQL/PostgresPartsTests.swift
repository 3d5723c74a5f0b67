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
