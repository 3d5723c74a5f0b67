import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

struct PostgresExportTests {
  @Test(arguments: ExportClause.allCases)
  func keepsTheExportClause(_ clause: ExportClause) async throws {
    try await ExportContract.check(clause, on: PostgresWorld.system) {
      PostgresRetentionHarness(world: try await PostgresWorld.make())
    }
  }
}
