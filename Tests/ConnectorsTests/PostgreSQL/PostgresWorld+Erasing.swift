import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

/// Short words for what most tests do.
extension PostgresWorld {
  static let ada = [SQLiteWorld.email("ada@example.org")]

  static func person(
    _ treatment: Treatment = .delete, find: [(String, String)] = [("email", "email")]
  ) -> DatasetRecord {
    .sqlite("person", find: find, suffices: Array(Set(find.map(\.0))), treatment)
  }

  static func fiscal(_ start: String) -> Treatment { .retain(Retention(rule: "nl-fiscal-7y", start: start)) }

  /// A world whose users have their rights in every schema that `sql` makes.
  static func everywhere(_ sql: String, on server: PostgresServer? = nil) async throws -> PostgresWorld {
    let world = try await make(on: server)
    try await world.runEverywhere(sql)
    return world
  }

  /// As the owner; the users get their rights in every schema.
  func runEverywhere(_ sql: String) async throws {
    try await database.run(sql)
    let schemas = try await database.texts(
      "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'"
    )
    let grants = schemas.map {
      """
      GRANT USAGE ON SCHEMA \($0) TO \(looker.name), \(eraser.name);
      GRANT SELECT ON ALL TABLES IN SCHEMA \($0) TO \(looker.name);
      GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \($0) TO \(eraser.name);
      """
    }
    try await database.run(grants.joined(separator: "\n"))
  }

  /// Locates, and takes the findings for approved.
  func approved(
    _ connector: PostgresConnector, _ identifiers: [SubjectIdentifier] = ada, margin: Margin = .standard,
    leftOut: [RootRecord] = [], prepared: PreparedEffect? = nil
  ) async throws -> ErasureOrder {
    let findings = try await connector.locate(search(identifiers, leftOut: leftOut))
    #expect(findings.obstacles.isEmpty)
    return ConnectorOrders.erasure(
      Self.system, identifiers, approving: findings, leftOut: leftOut, prepared: prepared, margin: margin)
  }

  /// The failure an erasure ends with; nothing when it ends well.
  func failure(
    of connector: PostgresConnector, _ order: ErasureOrder, _ recorder: ConnectorRecorder = ConnectorRecorder()
  ) async throws -> ConnectorFailure? {
    try await sqliteFailure { _ = try await connector.erase(order, before: recorder) }
  }

  /// Erases what was approved and expects a clean look afterwards; what was done, by dataset.
  @discardableResult func erases(
    _ connector: PostgresConnector, _ order: ErasureOrder, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> [EffectCount] {
    let progress = try await connector.erase(order, before: ConnectorRecorder())
    guard case .completed(let effects) = progress else { throw SQLiteTestProblem("not completed") }
    let seen = try await connector.verify(order)
    #expect(seen.isClean, sourceLocation: sourceLocation)
    return effects
  }
}
