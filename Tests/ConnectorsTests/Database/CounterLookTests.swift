import ConnectorKit
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

@testable import Connectors

/// The look after an erasure does not depend on the selection that erased.
@Suite struct `A look after an erasure with a selection that overlooks the person` {
  enum Make: String, CaseIterable {
    case sqlite, postgresql
  }

  private static let schema = """
    CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT, name TEXT, town TEXT);
    CREATE TABLE contract (id INTEGER PRIMARY KEY, email TEXT, ended DATE);
    INSERT INTO person VALUES (1, 'Ada@example.org', 'Ada', 'Delft'), (2, 'bob@example.org', 'Ada', 'Ede');
    INSERT INTO contract VALUES (1, 'ada@example.org', '2025-01-01'), (2, 'ada@example.org', '2010-01-01');
    """
  private static let datasets: [DatasetRecord] = [
    .sqlite(
      "person", find: [("email", "email"), ("name", "name"), ("town", "town")], suffices: ["email"]),
    .sqlite(
      "contract", find: [("email", "email")], suffices: ["email"],
      .retain(Retention(rule: "nl-fiscal-7y", start: "ended"))),
  ]
  private static let ada = [SQLiteWorld.email("ada@example.org")]
  private static let nobody = [SQLiteWorld.email("nobody@example.org")]

  private struct Scene: Sendable {
    let harness: any RetentionHarness
    let connector: any Connector

    init(_ make: Make) async throws {
      switch make {
      case .sqlite: harness = SQLiteRetentionHarness(world: try SQLiteWorld())
      case .postgresql: harness = PostgresRetentionHarness(world: try await PostgresWorld.make())
      }
      try await harness.run(schema)
      connector = try harness.connector(datasets, rules: [SQLiteWorld.fiscal], clock: ManualClock())
    }

    /// What is said of the order by a selection of nobody's rows; by the right one when it is not blind.
    func seen(_ order: ErasureOrder, blind: Bool = true) async throws -> [String: Int] {
      let look: @Sendable (any DatabaseSession, DatabaseLayout, ConnectorContext) throws -> Verification = {
        let verification = DatabaseVerification(session: $0, layout: $1, context: $2, order: order)
        let selection =
          blind
          ? try DatabaseSelection($0, $1, $2, for: .look, identifiers: nobody, keys: [], leftOut: [])
          : try verification.selection()
        return try verification.verification(of: selection, path: FailureCode("second-connection"))
      }
      let verification: Verification
      if let connector = connector as? SQLiteConnector {
        let context = connector.context
        verification = try await connector.file.look { db in
          let (session, layout) = try SQLiteConnector.open(db, context)
          return try look(session, layout, context)
        }
      } else if let connector = connector as? PostgresConnector {
        let context = connector.context
        verification = try await connector.database.look(
          connector.lookCredential, application: "expunged/test", deadline: .distantFuture
        ) { work in try look(work, try PostgresConnector.layout(context.record, work), context) }
      } else {
        throw SQLiteTestProblem("no database")
      }
      return Dictionary(uniqueKeysWithValues: verification.remaining.map { ($0.dataset, $0.going) })
    }
  }

  private func order(
    _ findings: Findings, _ identifiers: [SubjectIdentifier] = ada, leftOut: [RootRecord] = [], kept: KeptRows? = nil
  ) -> ErasureOrder {
    ConnectorOrders.erasure(
      SQLiteWorld.system, identifiers, approving: findings, verb: kept == nil ? .erase : .eraseKept, leftOut: leftOut,
      kept: kept)
  }

  @Test(arguments: Make.allCases)
  func `sees what is still there by its identifiers, and nothing once it has gone`(make: Make) async throws {
    let scene = try await Scene(make)
    let findings = try await scene.connector.locate(ConnectorOrders.search(SQLiteWorld.system, Self.ada))
    let order = order(findings)
    // The blind selection knows of no row that may stay, so the kept contract is told too.
    #expect(try await scene.seen(order) == ["person": 1, "contract": 2])
    #expect(try await scene.seen(order, blind: false) == ["person": 1, "contract": 1])
    _ = try await scene.connector.erase(order, before: ConnectorRecorder())
    #expect(try await scene.seen(order) == ["contract": 1])
    #expect(try await scene.seen(order, blind: false).isEmpty)
    #expect(try await scene.connector.verify(order).isClean)
  }

  @Test(arguments: Make.allCases)
  func `sees a record by its sealed key, unless the key is somebody else's by now or it was left out`(
    make: Make
  ) async throws {
    let scene = try await Scene(make)
    let findings = try await scene.connector.locate(ConnectorOrders.search(SQLiteWorld.system, Self.ada))
    let persons = findings.roots.filter { $0.dataset == "person" }
    let approved = Findings(counts: findings.counts, roots: persons)
    try await scene.harness.run("DELETE FROM contract; UPDATE person SET email = ' ' WHERE id = 1")
    #expect(try await scene.seen(order(approved)) == ["person": 1])
    #expect(try await scene.seen(order(approved, leftOut: persons)).isEmpty)
    // A follow-up has nothing but keys.
    let kept = KeptRows(rule: "nl-fiscal-7y", until: .first, roots: persons)
    #expect(try await scene.seen(order(Findings(), [], kept: kept)) == ["person": 1])
    try await scene.harness.run("UPDATE person SET email = 'eve@example.org' WHERE id = 1")
    #expect(try await scene.seen(order(approved)).isEmpty)
  }

  @Test(arguments: Make.allCases)
  func `takes kinds that identify only together for what they are`(make: Make) async throws {
    let scene = try await Scene(make)
    let kinds = ["name", "town"].map { IdentifierKind(rawValue: $0) }
    let both = zip(kinds, ["Ada", "Ede"]).map { SubjectIdentifier(kind: $0, value: $1) }
    #expect(try await scene.seen(order(Findings(), both)) == ["person": 1])
    #expect(try await scene.seen(order(Findings(), [both[0]])).isEmpty)
    #expect(
      try await scene.seen(order(Findings(), [both[0], SubjectIdentifier(kind: kinds[1], value: "Gouda")])).isEmpty)
  }
}
