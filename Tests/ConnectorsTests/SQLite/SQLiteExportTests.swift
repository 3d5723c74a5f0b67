import TestKit
import Testing

struct SQLiteExportTests {
  @Test(arguments: ExportClause.allCases)
  func keepsTheExportClause(_ clause: ExportClause) async throws {
    try await ExportContract.check(clause, on: SQLiteWorld.system) { SQLiteRetentionHarness(world: try SQLiteWorld()) }
  }
}
