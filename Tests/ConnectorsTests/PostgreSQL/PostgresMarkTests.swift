import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

/// A restriction and an objection to marketing in a real server: kept rows by the mark of their retention, records by that of
/// their dataset.
struct PostgresMarkTests {
  private static let shop = """
    CREATE TYPE standing AS ENUM ('active', 'restricted');
    CREATE TABLE customer (id int PRIMARY KEY, email text NOT NULL, standing standing, mailing boolean NOT NULL);
    CREATE TABLE invoice (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer(id), paid_on date,
      status text NOT NULL DEFAULT 'open');
    INSERT INTO customer VALUES (1, 'ada@example.org', 'active', true), (2, 'bob@example.org', 'active', true),
      (3, 'ada@example.org', NULL, false);
    INSERT INTO invoice VALUES (1, 1, '2024-05-01', 'paid'), (2, 2, '2024-05-01', 'paid');
    """

  private static let datasets = [
    DatasetRecord(
      name: "customer", table: "customer", find: [IdentifiedColumn(kind: .email, column: "email")],
      suffices: [.email], yields: [], review: [], belongsTo: [],
      treatment: .reduce(keepColumns: ["id"], whileKept: "invoice"),
      restrict: Restriction(column: "standing", value: "restricted"),
      optOut: Restriction(column: "mailing", value: "false")),
    DatasetRecord.sqlite(
      "invoice", belongsTo: [("customer", [("customer_id", "id")])],
      .retain(
        Retention(rule: "nl-fiscal-7y", start: "paid_on", restrict: Restriction(column: "status", value: "blocked")))),
  ]

  /// Keeps what it is given.
  private actor Marks: MarkRecorder {
    var rows: [MarkedRow] = []
    var isBroken = false
    func breakDown() { isBroken = true }
    func record(_ marked: [MarkedRow]) async throws(ConnectorFailure) {
      if isBroken { throw .transient(FailureCode("vault-unavailable"), retryAfterSeconds: nil) }
      rows += marked
    }
  }

  private func order(_ world: PostgresWorld, _ measure: RestrictionMeasure) -> MarkOrder {
    let search = world.search([SQLiteWorld.email("ada@example.org")])
    return MarkOrder(
      system: search.system, measure: measure, identifiers: search.identifiers, leftOut: [], deadline: search.deadline)
  }

  private func rows(_ world: PostgresWorld) async throws -> [String] {
    try await world.database.texts(
      """
      SELECT concat_ws('|', id, coalesce(standing::text, '-'), mailing) FROM customer UNION ALL
      SELECT concat_ws('|', 'invoice', id, status) FROM invoice ORDER BY 1
      """)
  }

  private static let before = ["1|active|t", "2|active|t", "3|-|f", "invoice|1|paid", "invoice|2|paid"]

  @Test func marksThePersonsRowsOnlyAndPutsBackWhatTheyHad() async throws {
    let world = try await PostgresWorld.make(Self.shop)
    let connector = try world.connector(Self.datasets)
    #expect(connector.canMark(.restriction) && connector.canMark(.marketing))
    let marks = Marks()
    #expect(try await connector.mark(order(world, .restriction), before: marks) == 3)
    #expect(
      try await rows(world) == [
        "1|restricted|t", "2|active|t", "3|restricted|f", "invoice|1|blocked", "invoice|2|paid",
      ])
    #expect(try await connector.mark(order(world, .restriction), before: marks) == 3)
    #expect(await marks.rows.count == 3)
    let mailing = Marks()
    #expect(try await connector.mark(order(world, .marketing), before: mailing) == 2)
    #expect(await mailing.rows.count == 1)
    let deadline = order(world, .marketing).deadline
    #expect(try await connector.unmark(await marks.rows, deadline: deadline) == 3)
    #expect(try await connector.unmark(await mailing.rows, deadline: deadline) == 1)
    #expect(try await rows(world) == Self.before)
    #expect(try await connector.unmark(await marks.rows, deadline: deadline) == 0)
  }

  @Test func changesNothingThatCouldNotBePutBack() async throws {
    let world = try await PostgresWorld.make(Self.shop)
    let connector = try world.connector(Self.datasets)
    let marks = Marks()
    await marks.breakDown()
    await #expect(throws: ConnectorFailure.transient(FailureCode("vault-unavailable"), retryAfterSeconds: nil)) {
      _ = try await connector.mark(order(world, .restriction), before: marks)
    }
    #expect(try await rows(world) == Self.before)
    let nobody = MarkOrder(
      system: order(world, .restriction).system, measure: .restriction, identifiers: [], leftOut: [],
      deadline: order(world, .restriction).deadline)
    await #expect(throws: ConnectorFailure.self) { _ = try await connector.mark(nobody, before: Marks()) }
    #expect(try await rows(world) == Self.before)
  }
}
