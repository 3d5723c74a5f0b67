import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

/// The PostgreSQL connector keeps every clause about rows that stay.
struct PostgresRetentionTests {
  @Test(arguments: RetentionClause.allCases)
  func keepsTheRetentionClause(_ clause: RetentionClause) async throws {
    try await RetentionContract.check(clause, on: PostgresWorld.system) {
      PostgresRetentionHarness(world: try await PostgresWorld.make())
    }
  }
}

struct PostgresRetentionHarness: RetentionHarness {
  let world: PostgresWorld

  func run(_ sql: String) async throws { try await world.run(sql) }
  func rows(_ sql: String) async throws -> [[String?]] { try await world.database.rows(sql) }

  func connector(_ datasets: [DatasetRecord], rules: [RetentionRule], clock: ManualClock) throws -> any Connector {
    try world.connector(datasets, clock: clock, rules: rules)
  }
}
