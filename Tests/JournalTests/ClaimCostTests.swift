import ErasureDomain
import GRDB
import TestKit
import Testing

@testable import Journal

/// Claiming costs the same however many jobs wait.
@Suite struct ClaimCostTests {
  private func plan(of sql: String, _ arguments: StatementArguments) async throws -> [String] {
    let folder = try TemporaryFolder()
    let journal = try SQLiteJournal(path: folder.path("journal.db"), clock: ManualClock())
    return try await journal.pool.read { db in
      try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments).map { $0["detail"] as String }
    }
  }

  @Test func `no statement of claiming walks the table of jobs or sorts it`() async throws {
    let statements: [(sql: String, arguments: StatementArguments, index: String)] = [
      (JobQueries.ready, ["crm", true, 0, 1], "job_ready"), (JobQueries.due, ["crm", true, 0, 1], "job_due"),
      (JobQueries.promote, [0, 1], "job_wake"), (JobQueries.nextWake, [0, 0], "job_wake"),
    ]
    for statement in statements {
      let plan = try await plan(of: statement.sql, statement.arguments)
      #expect(plan.contains { $0.hasPrefix("SEARCH job_answer") && $0.contains(statement.index) }, "\(plan)")
      #expect(!plan.contains { $0.contains("SCAN job_answer") || $0.contains("TEMP B-TREE") }, "\(plan)")
    }
    #expect(try await plan(of: JobQueries.byReference, ["j"]).allSatisfy { $0.hasPrefix("SEARCH") })
  }

  @Test func `the steps of a claim do not grow with the jobs that wait`() async throws {
    #expect(try await stepsOfClaiming(among: 200) == stepsOfClaiming(among: 20_000))
  }

  /// How many rows SQLite looks at to find the next jobs of two systems, counted by its progress handler's unit.
  private func stepsOfClaiming(among count: Int) async throws -> Int {
    let folder = try TemporaryFolder()
    let journal = try SQLiteJournal(path: folder.path("journal.db"), clock: ManualClock())
    try await journal.pool.write { db in
      try db.execute(
        sql: """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
          INSERT INTO job_answer (job, plan, ordinal, system, changes, state, waits, phase, claimable_from, deadline, record)
          SELECT printf('j-%08d', i), 'p', i, CASE i % 2 WHEN 0 THEN 'crm' ELSE 'warehouse' END, 1, 'ready', 0, 1, 0,
            (i * 7919) % 100003, '{}' FROM n
          """, arguments: [count])
    }
    return try await journal.pool.read { db in
      let statement = try db.makeStatement(sql: JobQueries.ready)
      statement.arguments = ["crm", true, 100, 10]
      #expect(try Row.fetchAll(statement).count == 10)
      return StatementSteps.count(statement)
    }
  }
}
