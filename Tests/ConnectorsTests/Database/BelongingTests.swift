import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

/// Rows that point to one table by several columns, from the file of the register to the rows.
@Suite struct `A row that points to two people` {
  private static let tables = """
    CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT);
    CREATE TABLE message (id INTEGER PRIMARY KEY, sender INTEGER REFERENCES person(id) ON DELETE SET NULL,
      receiver INTEGER REFERENCES person(id) ON DELETE SET NULL);
    INSERT INTO person VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
    INSERT INTO message VALUES (1, 1, 2), (2, 2, 1), (3, 1, NULL), (4, 1, 1), (5, 2, 2);
    """
  private static let person = """
    person: {table: person, find: [{email: email}], suffices: [email], erase: delete}

    """
  private static let message =
    "message: {table: message, belongs-to: {person: [{sender: id}, {receiver: id}]}, erase: delete}"
  private static let ada = [SQLiteWorld.email("ada@example.org")]

  enum Make: String, CaseIterable {
    case sqlite, postgresql
  }

  private func harness(_ make: Make) async throws -> any RetentionHarness {
    switch make {
    case .sqlite: SQLiteRetentionHarness(world: try SQLiteWorld())
    case .postgresql: PostgresRetentionHarness(world: try await PostgresWorld.make())
    }
  }

  private func locate(_ connector: any Connector, _ who: [SubjectIdentifier] = ada) async throws -> Findings {
    try await connector.locate(ConnectorOrders.search(SQLiteWorld.system, who))
  }

  private func erase(_ connector: any Connector, _ who: [SubjectIdentifier]) async throws -> Findings {
    let findings = try await locate(connector, who)
    #expect(findings.obstacles.isEmpty, "\(findings.obstacles)")
    let order = ConnectorOrders.erasure(SQLiteWorld.system, who, approving: findings)
    _ = try await connector.erase(order, before: ConnectorRecorder())
    #expect(try await connector.verify(order).isClean)
    return findings
  }

  @Test(arguments: Make.allCases)
  func `stays until the second of them is erased`(make: Make) async throws {
    let harness = try await harness(make)
    try await harness.run(Self.tables)
    let connector = try harness.connector(
      try RegisterText.datasets(Self.person + Self.message), rules: [], clock: ManualClock())
    let findings = try await erase(connector, Self.ada)
    #expect(findings.counts.map(\.erase) == [1, 2])
    #expect(findings.sideEffects.contains { $0.hasPrefix("2 row(s) of \"message\" stay") })
    let rows = "SELECT id, sender, receiver FROM message ORDER BY id"
    #expect(try await harness.rows(rows) == [["1", nil, "2"], ["2", "2", nil], ["5", "2", "2"]])
    _ = try await erase(connector, [SQLiteWorld.email("bob@example.org")])
    #expect(try await harness.rows(rows).isEmpty)
  }

  /// Each line that is proposed is taken over as it stands, until nothing is proposed any more.
  @Test(arguments: Make.allCases)
  func `is proposed with both columns, whether its table has a dataset or follows one column`(
    make: Make
  ) async throws {
    let harness = try await harness(make)
    try await harness.run(Self.tables.replacing(" ON DELETE SET NULL", with: ""))
    func message(_ yaml: String) async throws -> String {
      let connector = try harness.connector(try RegisterText.datasets(yaml), rules: [], clock: ManualClock())
      let found = try await locate(connector).obstacles
      #expect(found.count == 1, "\(found)")
      return found.first?.message ?? ""
    }
    let first = try await message(Self.person)
    let both = "[{receiver: id}, {sender: id}]"
    let line = Self.message.replacing("[{sender: id}, {receiver: id}]", with: both)
    #expect(first.contains("add to datasets: " + line), "\(first)")
    let second = try await message(
      Self.person + Self.message.replacing("[{sender: id}, {receiver: id}]", with: "{sender: id}"))
    #expect(second.contains("write belongs-to: {person: [{sender: id}, {receiver: id}]} for it"), "\(second)")
    // Messages with somebody else stay, and their key does not let go of the person.
    let third = try await message(Self.person + Self.message)
    #expect(third.contains("ON DELETE SET NULL"), "\(third)")
  }
}
