import ConnectorKit
import Connectors
import ErasureDomain
import Postgres
import PostgresTestKit
import TestKit
import Testing

/// Answers that are lost, servers that fall, and standbys that stand in for them.
struct PostgresCrashTests {
  private static let schema = """
    CREATE TABLE person (id int PRIMARY KEY, email text);
    CREATE TABLE activity (id serial PRIMARY KEY, person_id int REFERENCES person);
    INSERT INTO person VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
    INSERT INTO activity (person_id) VALUES (1), (2), (1);
    """
  private static let datasets = [
    PostgresWorld.person(), DatasetRecord.sqlite("activity", belongsTo: [("person", [("person_id", "id")])]),
  ]
  private static let lost = ConnectorFailure.outcomeUnknown(FailureCode("commit-unanswered"))

  /// The same order for the next attempt.
  private func again(_ order: ErasureOrder, _ recorder: ConnectorRecorder) -> ErasureOrder {
    ConnectorOrders.erasure(
      PostgresWorld.system, order.identifiers, approving: Findings(counts: order.approved, roots: order.roots),
      prepared: recorder.effects.last)
  }

  /// An erasure whose COMMIT is cut off.
  private func cut(
    _ cut: CuttingProxy.Cut, _ world: PostgresWorld, _ order: ErasureOrder
  ) async throws -> ConnectorRecorder {
    let proxy = try CuttingProxy(to: world.database.server.port, cutting: cut, at: "COMMIT")
    world.secrets.set("shop-erase", world.connectionString(world.eraser, port: proxy.port))
    let recorder = ConnectorRecorder()
    #expect(try await world.failure(of: try world.connector(Self.datasets), order, recorder) == Self.lost)
    #expect(recorder.effects.count == 1)
    world.secrets.set("shop-erase", world.connectionString(world.eraser))
    proxy.close()
    return recorder
  }

  @Test func aCommitWhoseAnswerIsLostIsFoundCommitted() async throws {
    let world = try await PostgresWorld.make(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    let recorder = try await cut(.after, world, order)
    #expect(try await world.database.number("SELECT count(*) FROM person") == 1)
    // Somebody may even take over the key: it is not his that we erase.
    try await world.run("INSERT INTO person VALUES (1, 'eve@example.org')")
    let effects = try await world.erases(connector, again(order, recorder))
    #expect(effects == recorder.effects[0].effects)
    #expect(effects.map(\.erased) == [1, 2] && effects.allSatisfy { $0.isUncertain == nil })
    #expect(try await world.database.number("SELECT count(*) FROM person") == 2)
  }

  @Test func aCommitThatNeverArrivedIsDoneForRealWithTrueCounts() async throws {
    let world = try await PostgresWorld.make(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    let recorder = try await cut(.before, world, order)
    #expect(try await world.database.number("SELECT count(*) FROM person") == 2)
    try await world.run("INSERT INTO activity (person_id) VALUES (1)")
    let effects = try await world.erases(connector, again(order, recorder))
    #expect(effects.map(\.erased) == [1, 3] && effects.allSatisfy { $0.isUncertain == nil })
  }

  @Test func anEffectThatWasKeptAndRolledBackIsNeverCounted() async throws {
    let world = try await PostgresWorld.make(Self.schema)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    let recorder = ConnectorRecorder(.keepsAndFails)
    #expect(
      try await world.failure(of: connector, order, recorder)
        == .transient(FailureCode("store-answer-lost"), retryAfterSeconds: nil))
    #expect(recorder.effects.map { $0.effects.map(\.erased) } == [[1, 2]])
    // The application itself erases the person meanwhile: it was not us.
    try await world.run("DELETE FROM activity WHERE person_id = 1; DELETE FROM person WHERE id = 1")
    let effects = try await world.erases(connector, again(order, recorder))
    #expect(effects.map(\.erased) == [0, 0])
  }

  @Test func aServerThatFallsWhileTheEffectIsRecordedHasDoneNothing() async throws {
    let server = try await PostgresServer.startPrivate()
    let world = try await PostgresWorld.make(Self.schema, on: server)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    let recorder = ConnectorRecorder {
      do { try server.kill9() } catch { Issue.record("\(error)") }
    }
    #expect(try await world.failure(of: connector, order, recorder) == Self.lost)
    let down = ConnectorFailure.transient(FailureCode("cannot-connect"), retryAfterSeconds: nil)
    #expect(try await world.failure(of: connector, again(order, recorder)) == down)
    #expect(try await sqliteFailure { _ = try await connector.verify(order) } == down)
    try await server.start()
    let effects = try await world.erases(connector, again(order, recorder))
    #expect(effects == recorder.effects[0].effects)
    #expect(try await world.database.texts("SELECT id FROM person") == ["2"])
  }

  // MARK: Standbys

  private func asSuperuser(_ world: PostgresWorld, _ server: PostgresServer, _ sql: String) async throws -> String? {
    var target = world.database.target()
    target.parameters.append(("port", String(server.port)))
    let connection = try await PostgresConnection.open(target)
    let answer = try await connection.perform { session in try session.rows(sql).first?.first ?? nil }
    await connection.close()
    return answer
  }

  /// Returns when the standby has replayed all that the primary has written.
  private func catchUp(_ replica: PostgresServer, _ world: PostgresWorld) async throws {
    let position = try await world.database.texts("SELECT pg_current_wal_lsn()")[0]
    var target = world.database.target()
    target.parameters.append(("port", String(replica.port)))
    let watcher = try await PostgresConnection.open(target)
    try await watcher.perform { session in
      let there = "SELECT pg_last_wal_replay_lsn() >= '\(position)'"
      while try session.rows(there).first?.first != "t" {}
    }
    await watcher.close()
  }

  private func use(_ server: PostgresServer, _ world: PostgresWorld) {
    world.secrets.set("shop-look", world.connectionString(world.looker, port: server.port))
    world.secrets.set("shop-erase", world.connectionString(world.eraser, port: server.port))
  }

  /// After a failover nobody can say what became of a number of the old timeline.
  @Test(.timeLimit(.minutes(15)), arguments: [true, false])
  func afterAFailoverWhatWentIsCountedAsUncertainAndWhatStayedIsErased(_ isReplicated: Bool) async throws {
    let primary = try await PostgresServer.startPrivate()
    let world = try await PostgresWorld.make(Self.schema, on: primary)
    let replica = try await PostgresServer.startReplica(of: primary)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    try await catchUp(replica, world)
    if !isReplicated { try await replica.stop() }
    let recorder = try await cut(.after, world, order)
    if isReplicated { try await catchUp(replica, world) }
    try primary.kill9()
    if !isReplicated { try await replica.start() }
    #expect(try await asSuperuser(world, replica, "SELECT pg_promote()") == "t")
    use(replica, world)
    let effects = try await world.erases(connector, again(order, recorder))
    #expect(effects.map(\.erased) == [1, 2])
    #expect(effects.allSatisfy { $0.isUncertain == (isReplicated ? true : nil) })
    #expect(try await asSuperuser(world, replica, "SELECT string_agg(email, ',') FROM person") == "bob@example.org")
  }

  /// One connection string for both servers, the standby first: who erases and who looks is always the primary.
  @Test(.timeLimit(.minutes(15)))
  func thePrimaryIsFoundAmongSeveralHostsAlsoAfterAFailover() async throws {
    let primary = try await PostgresServer.startPrivate()
    let world = try await PostgresWorld.make(Self.schema, on: primary)
    let replica = try await PostgresServer.startReplica(of: primary)
    for (name, role) in [("shop-look", world.looker), ("shop-erase", world.eraser)] {
      world.secrets.set(
        name,
        world.connectionString(role) + " host=127.0.0.1,127.0.0.1 port=\(replica.port),\(primary.port) "
          + "target_session_attrs=read-write")
    }
    let connector = try world.connector(Self.datasets)
    try await catchUp(replica, world)
    let order = try await world.approved(connector)
    #expect(try await world.erases(connector, order).map(\.erased) == [1, 2])
    try await catchUp(replica, world)
    try primary.kill9()
    let nobody = ConnectorFailure.transient(FailureCode("cannot-connect"), retryAfterSeconds: nil)
    #expect(try await sqliteFailure { _ = try await connector.verify(order) } == nobody)
    #expect(try await asSuperuser(world, replica, "SELECT pg_promote()") == "t")
    #expect(try await connector.verify(order).isClean)
    let bob = [SQLiteWorld.email("bob@example.org")]
    #expect(try await world.erases(connector, try await world.approved(connector, bob)).first?.erased == 1)
    #expect(try await asSuperuser(world, replica, "SELECT count(*) FROM person") == "0")
  }

  @Test(.timeLimit(.minutes(15)))
  func standbysAreLookedAtAndWaitedFor() async throws {
    let primary = try await PostgresServer.startPrivate()
    let world = try await PostgresWorld.make(Self.schema, on: primary)
    let replica = try await PostgresServer.startReplica(of: primary)
    world.secrets.set("standby", world.connectionString(world.looker, port: replica.port))
    let plain = try world.connector(Self.datasets)
    let order = try await world.approved(plain)
    try await catchUp(replica, world)

    // A standby is no place to erase in, nor to look whether something is gone.
    use(replica, world)
    let readOnly = ConnectorFailure.needsOfficer(Question(code: .other, detail: FailureCode("server-is-read-only")))
    #expect(try await world.failure(of: plain, order) == readOnly)
    #expect(try await sqliteFailure { _ = try await plain.verify(order) } == readOnly)
    use(primary, world)

    // One that lags makes an erasure wait where the register says so.
    _ = try await asSuperuser(world, replica, "SELECT pg_wal_replay_pause()")
    try await world.run("UPDATE person SET email = email")
    let waits = try world.connector(
      Self.datasets, replicas: ["standby"], pause: PostgresSettings.Pause(lagSeconds: 0, activePercent: nil))
    let lags = ConnectorFailure.transient(FailureCode("replica-lags"), retryAfterSeconds: 60)
    #expect(try await world.failure(of: waits, order) == lags)
    #expect(try await world.database.number("SELECT count(*) FROM person") == 2)

    // The person is gone here and still there: nothing is clean before the standby has replayed it.
    let connector = try world.connector(Self.datasets, replicas: ["standby"])
    _ = try await connector.erase(order, before: ConnectorRecorder())
    #expect(try await plain.verify(order).isClean)
    let behind = ConnectorFailure.transient(FailureCode("replica-behind"), retryAfterSeconds: 30)
    #expect(try await sqliteFailure { _ = try await connector.verify(order) } == behind)
    _ = try await asSuperuser(world, replica, "SELECT pg_wal_replay_resume()")
    let seen = try await connector.verify(order)
    #expect(seen.isClean && seen.path.rawValue == "second-connection")
    #expect(try await world.failure(of: waits, order) == nil)
    try await checkDetached(replica, world, connector, order)
  }

  /// A standby that was cut loose keeps the person, and that is seen.
  private func checkDetached(
    _ replica: PostgresServer, _ world: PostgresWorld, _ connector: PostgresConnector, _ order: ErasureOrder
  ) async throws {
    #expect(try await asSuperuser(world, replica, "SELECT pg_promote()") == "t")
    _ = try await asSuperuser(
      world, replica, "INSERT INTO person VALUES (1, 'ada@example.org') RETURNING id")
    let seen = try await connector.verify(order)
    #expect(!seen.isClean && seen.path.rawValue == "replica")
    try await replica.stop()
    let gone = ConnectorFailure.transient(FailureCode("cannot-connect"), retryAfterSeconds: nil)
    #expect(try await sqliteFailure { _ = try await connector.verify(order) } == gone)
  }

  @Test func tooManyActiveConnectionsMakeAnErasureWait() async throws {
    let server = try await PostgresServer.startPrivate(settings: [("max_connections", "20")])
    let world = try await PostgresWorld.make(Self.schema, on: server)
    let connector = try world.connector(
      Self.datasets, pause: PostgresSettings.Pause(lagSeconds: nil, activePercent: 20))
    let findings = try await connector.locate(world.search(PostgresWorld.ada))
    let grant = "GRANT pg_read_all_stats TO \"\(world.eraser.name)\";"
    #expect(findings.obstacles.count == 1 && findings.obstacles[0].message.hasSuffix(grant))
    try await world.run(grant)
    let order = try await world.approved(connector)
    var others: [PostgresConnection] = []
    for _ in 0..<4 { others.append(try await PostgresConnection.open(world.database.target())) }
    for other in others { _ = try await other.perform { session in try session.execute("BEGIN") } }
    let busy = ConnectorFailure.transient(FailureCode("too-many-active"), retryAfterSeconds: 60)
    #expect(try await world.failure(of: connector, order) == busy)
    // Connections that do nothing are no load.
    for other in others { _ = try await other.perform { session in try session.execute("ROLLBACK") } }
    #expect(try await world.erases(connector, order).map(\.erased) == [1, 2])
    for other in others { await other.close() }
  }
}
