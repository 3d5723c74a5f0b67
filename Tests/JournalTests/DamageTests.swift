import ErasureDomain
import EvidenceLog
import Foundation
import GRDB
import TestKit
import Testing

@testable import Journal

/// A journal whose file was changed by something else.
@Suite struct DamageTests {
  /// A journal of 12 entries with a checkpoint over the first 8, changed by these statements while it was closed.
  private func damaged(_ sql: [String]) async throws -> (SQLiteJournal, JournalScene) {
    let scene = try JournalScene(.sqlite)
    let journal = try #require(scene.journal as? SQLiteJournal)
    for _ in 0..<4 { try await scene.confirmedRequest() }
    try await journal.store(checkpoint: TestKey.checkpoint(of: journal.frontier), size: 8)
    for _ in 0..<2 { try await scene.confirmedRequest() }
    try await journal.close()
    let queue = try DatabaseQueue(path: scene.folder.path("journal.db"))
    try await queue.write { db in
      for table in ["entry", "node", "checkpoint"] {
        try db.execute(sql: "DROP TRIGGER \(table)_no_update; DROP TRIGGER \(table)_no_delete")
      }
      for statement in sql { try db.execute(sql: statement) }
    }
    try queue.close()
    return (try SQLiteJournal(path: scene.folder.path("journal.db"), clock: scene.clock), scene)
  }

  private static let flip =
    "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'confirmed', 'confirmeD') AS BLOB)"

  @Test func `an untouched copy is sound`() async throws {
    let (journal, _) = try await damaged([])
    #expect(journal.failure == nil)
    try await journal.verifyWholeTree()
  }

  @Test func `a byte changed after the newest checkpoint is found when it opens, with the entry's index`() async throws
  {
    let (journal, scene) = try await damaged(["\(Self.flip) WHERE idx = 9"])
    #expect(journal.failure == .corrupt(at: 9))
    let request = scene.newRequest()
    await #expect(throws: JournalFailure.corrupt(at: 9)) {
      try await journal.append([scene.fixture.received(request)], to: .request(request), expecting: 0)
    }
    await #expect(throws: JournalFailure.corrupt(at: 9)) {
      try await journal.store(checkpoint: [], size: 1)
    }
    // Reading and deadlines stay available.
    #expect(try await journal.read { reader in try reader.requests(after: 0, limit: 100).count } == 6)
  }

  @Test func `a byte changed before it is found by recomputing the tree, and nothing is appended from then on`()
    async throws
  {
    let (journal, scene) = try await damaged(["\(Self.flip) WHERE idx = 3"])
    #expect(journal.failure == nil)
    await #expect(throws: JournalFailure.corrupt(at: 3)) { try await journal.verifyWholeTree() }
    let request = scene.newRequest()
    await #expect(throws: JournalFailure.corrupt(at: 3)) {
      try await journal.append([scene.fixture.received(request)], to: .request(request), expecting: 0)
    }
  }

  @Test(arguments: [
    "DELETE FROM entry WHERE idx = 11", "DELETE FROM entry WHERE idx >= 6", "DELETE FROM entry WHERE idx = 9",
    "UPDATE node SET hash = zeroblob(32) WHERE level = 3 AND idx = 0",
    "DELETE FROM node WHERE level = 2 AND idx = 2",
    "UPDATE node SET hash = zeroblob(32) WHERE level = 0 AND idx = 10",
    "UPDATE checkpoint SET note = CAST('x' AS BLOB)",
    "INSERT INTO entry VALUES (12, CAST('{}' AS BLOB))",
  ])
  func `missing entries, wrong subtrees and a wrong checkpoint are found when it opens`(_ sql: String) async throws {
    let (journal, _) = try await damaged([sql])
    guard case .corrupt = journal.failure else {
      Issue.record("\(sql) was not noticed: \(String(describing: journal.failure))")
      return
    }
  }

  @Test(arguments: [
    "DELETE FROM entry WHERE idx = 2", "UPDATE node SET hash = zeroblob(32) WHERE level = 1 AND idx = 1",
    "DELETE FROM node WHERE level = 2 AND idx = 0",
  ])
  func `older damage is found by recomputing the tree`(_ sql: String) async throws {
    let (journal, _) = try await damaged([sql])
    #expect(journal.failure == nil)
    let error = await #expect(throws: JournalFailure.self) { try await journal.verifyWholeTree() }
    #expect(error == .corrupt(at: 3) || error == .corrupt(at: 2))
    #expect(journal.failure == error)
  }

  @Test(arguments: [
    "UPDATE job_answer SET phase = 0", "UPDATE job_answer SET state = 'failed'",
    "UPDATE job_answer SET record = replace(record, '\"revision\":0', '\"revision\":1')",
    "UPDATE request_answer SET state = 'closed'", "DELETE FROM request_entry WHERE idx = 1",
    "UPDATE log_answer SET record = replace(record, '\"lastNumber\":1', '\"lastNumber\":2')",
    "DELETE FROM job_answer", "UPDATE job_answer SET deadline = 0 WHERE system = 'warehouse'",
  ])
  func `answers that differ from the fold are listed`(_ sql: String) async throws {
    let scene = try JournalScene(.sqlite)
    let journal = try #require(scene.journal as? SQLiteJournal)
    _ = try await scene.approvedPlan([scene.job("crm", days: 10), scene.job("warehouse", days: 20)])
    #expect(try await journal.compareAnswersWithFold() == [])
    try await journal.pool.write { db in try db.execute(sql: sql) }
    #expect(try await !journal.compareAnswersWithFold().isEmpty, "\(sql)")
    try await journal.close()
    let path = scene.folder.path("journal.db")
    let rebuilt = try SQLiteJournal(path: path, clock: scene.clock, rebuildingAnswers: true)
    #expect(try await rebuilt.compareAnswersWithFold() == [])
  }

  @Test(arguments: ["UPDATE answer_version SET version = 0", "UPDATE job_answer SET record = '{}'"])
  func `answers of another version of the fold, or in another form, are made anew from the entries`(
    _ sql: String
  ) async throws {
    let scene = try JournalScene(.sqlite)
    let journal = try #require(scene.journal as? SQLiteJournal)
    let plan = try await scene.approvedPlan([scene.job("crm"), scene.job("warehouse")])
    try await scene.attempt(plan.plan.jobs[0].job, of: plan, .done)
    try await journal.pool.write { db in
      try db.execute(sql: "\(sql); UPDATE request_answer SET state = 'closed'")
    }
    try await journal.close()
    let reopened = try SQLiteJournal(path: scene.folder.path("journal.db"), clock: scene.clock)
    #expect(reopened.failure == nil)
    #expect(try await reopened.compareAnswersWithFold() == [])
    let now = scene.clock.now()
    let ready = try await reopened.read { reader in try reader.ready(at: now, excluding: [], limit: 5).map(\.job) }
    #expect(ready == [plan.plan.jobs[1].job])
  }
}
