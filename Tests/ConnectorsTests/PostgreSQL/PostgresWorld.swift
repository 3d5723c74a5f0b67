import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import Postgres
import PostgresTestKit
import Synchronization
import TestKit

/// A database of its own with two users: one that looks and one that erases.
final class PostgresWorld: Sendable {
  static let system = SystemName("shop") ?? noName
  private static var noName: SystemName { preconditionFailure("shop is a name") }

  let database: PostgresDatabase
  let looker: PostgresRole
  let eraser: PostgresRole
  let secrets = TestSecrets()

  private init(_ database: PostgresDatabase, looker: PostgresRole, eraser: PostgresRole) {
    self.database = database
    self.looker = looker
    self.eraser = eraser
    secrets.set("shop-look", connectionString(looker))
    secrets.set("shop-erase", connectionString(eraser))
  }

  /// Runs `sql` as the owner, then gives both users their rights on every table in it.
  static func make(_ sql: String = "", on server: PostgresServer? = nil) async throws -> PostgresWorld {
    let server = if let server { server } else { try await PostgresServer.shared() }
    let database = try await server.newDatabase()
    let world = PostgresWorld(database, looker: try await server.newRole(), eraser: try await server.newRole())
    if !sql.isEmpty { try await world.run(sql) }
    return world
  }

  /// As the owner; the users get their rights on what is new.
  func run(_ sql: String) async throws {
    try await database.run(sql)
    try await database.run(
      """
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(looker.name);
      GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO \(eraser.name);
      """)
  }

  func connectionString(_ role: PostgresRole, port: Int? = nil) -> String {
    "host=127.0.0.1 port=\(port ?? database.server.port) dbname=\(database.name) user=\(role.name) "
      + "password=\(role.password) sslmode=disable connect_timeout=\(PostgresServer.connectSeconds)"
  }

  func context(
    _ datasets: [DatasetRecord], blockers: [Blocker] = [], clock: ManualClock = ManualClock(),
    settings: CanonicalJSON = .object([:]), rules: [RetentionRule] = [SQLiteWorld.fiscal],
    hours: AllowedHours? = nil
  ) -> ConnectorContext {
    let record = SystemRecord(
      system: Self.system, title: "Shop", role: .own, owner: "sales", subjects: [.customer],
      connector: "postgresql", settings: settings, identifiers: [], datasets: datasets, blockers: blockers, copies: [],
      concurrency: 1, hours: hours)
    return ConnectorContext(
      record: record, retention: Dictionary(uniqueKeysWithValues: rules.map { ($0.id, $0) }), clock: clock,
      random: SeededRandom(),
      folder: "/", copiesOf: [], secrets: secrets)
  }

  func connector(
    _ datasets: [DatasetRecord], blockers: [Blocker] = [], clock: ManualClock = ManualClock(),
    replicas: [String]? = nil, pause: PostgresSettings.Pause? = nil, rules: [RetentionRule] = [SQLiteWorld.fiscal]
  ) throws -> PostgresConnector {
    try PostgresConnector(
      settings: PostgresSettings(look: "shop-look", erase: "shop-erase", replicas: replicas, pause: pause),
      context: context(datasets, blockers: blockers, clock: clock, rules: rules))
  }

  func search(_ identifiers: [SubjectIdentifier], leftOut: [RootRecord] = []) -> SearchOrder {
    ConnectorOrders.search(Self.system, identifiers, leftOut: leftOut)
  }

  func order(
    _ identifiers: [SubjectIdentifier], approving findings: Findings, verb: JobVerb = .erase,
    leftOut: [RootRecord] = [], prepared: PreparedEffect? = nil, kept: KeptRows? = nil
  ) -> ErasureOrder {
    ConnectorOrders.erasure(
      Self.system, identifiers, approving: findings, verb: verb, leftOut: leftOut, prepared: prepared, kept: kept)
  }

  /// Locates, approves all of it and erases.
  func eraseAll(
    _ connector: PostgresConnector, _ identifiers: [SubjectIdentifier]
  ) async throws -> (findings: Findings, effects: [EffectCount]) {
    let findings = try await connector.locate(search(identifiers))
    guard findings.obstacles.isEmpty else { throw SQLiteTestProblem("\(findings.obstacles)") }
    let progress = try await connector.erase(order(identifiers, approving: findings), before: ConnectorRecorder())
    guard case .completed(let effects) = progress else { throw SQLiteTestProblem("not completed") }
    return (findings, effects)
  }
}

/// Credentials of a test, changed while it runs.
final class TestSecrets: SecretSource {
  private let values = Mutex<[String: [UInt8]]>([:])

  func set(_ name: String, _ value: String) { values.withLock { $0[name] = Array(value.utf8) } }
  func secret(_ name: String) -> [UInt8]? { values.withLock { $0[name] } }
}
