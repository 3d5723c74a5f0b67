import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import GRDB
import TestKit
import Testing

/// Schemas and rows from a seed; the whole database is compared before and after.
struct SQLiteRandomSchemaTests {
  /// Every row by its tag.
  private func rows(_ world: SQLiteWorld) throws -> [Int: String] {
    let queue = try world.open()
    defer { try? queue.close() }
    return try queue.writeWithoutTransaction { db in
      var rows: [Int: String] = [:]
      for table in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'") {
        let name = "\"" + table.replacing("\"", with: "\"\"") + "\""
        for row in try Row.fetchAll(db, sql: "SELECT * FROM \(name)") { rows[row["tag"]] = SQLiteWorld.text(row) }
      }
      return rows
    }
  }

  @Test(.timeLimit(.minutes(5)))
  func onlyThePersonGoesInAnySchema() async throws {
    let seeds = SeededRandom.property()
    for _ in 0..<60 {
      let seed = seeds.next()
      do {
        try await check(SQLiteRandomSchema(SeededRandom(seed: seed)), seed)
      } catch {
        Issue.record("schema seed \(seed): \(error)")
        return
      }
    }
  }

  private func check(_ schema: SQLiteRandomSchema, _ seed: UInt64) async throws {
    let world = try SQLiteWorld(schema.sql)
    let before = try rows(world)
    let connector = try world.connector(schema.datasets, random: SeededRandom(seed: seed))
    let identifiers = [SQLiteWorld.email("Person0@example.org")]
    let search = ConnectorOrders.search(SQLiteWorld.system, identifiers)
    let findings = try await connector.locate(search)
    try expect(findings.obstacles.isEmpty, "obstacles: \(findings.obstacles)")
    let counts = findings.counts
    try expect(counts.reduce(0) { $0 + $1.erase } == schema.going.count, "erase: \(counts)")
    try expect(counts.reduce(0) { $0 + $1.reduce } == schema.reduced.count, "reduce: \(counts)")
    try expect(counts.flatMap(\.kept).reduce(0) { $0 + $1.count } == schema.kept.count, "kept: \(counts)")
    try expect(try rows(world) == before, "locate changed something")

    let order = ConnectorOrders.erasure(SQLiteWorld.system, identifiers, approving: findings)
    let recorder = ConnectorRecorder()
    _ = try await connector.erase(order, before: recorder)
    let after = try rows(world)
    try compare(before, after, schema)
    try expect(try await connector.verify(order).isClean, "verify is not clean")
    _ = try await connector.erase(order, before: ConnectorRecorder())
    try expect(try rows(world) == after, "a second erasure changed something")
    try await followUps(recorder.effects.first?.kept ?? [], schema, world, before)
  }

  private func compare(_ before: [Int: String], _ after: [Int: String], _ schema: SQLiteRandomSchema) throws {
    for (tag, row) in before {
      if schema.going.contains(tag) {
        try expect(after[tag] == nil, "row \(tag) stayed")
      } else if schema.reduced.contains(tag) {
        let text = after[tag] ?? "gone"
        try expect(text.contains("tag=integer:\(tag)"), "row \(tag) was not reduced: \(text)")
        try expect(
          !text.contains("person0@") && !text.contains("secret of") && !text.contains("1980-01-01"), "left: \(text)")
      } else {
        try expect(after[tag] == row, "row \(tag) changed: \(row) -> \(after[tag] ?? "gone")")
      }
    }
    try expect(after.count == before.count - schema.going.count, "rows appeared")
  }

  private func followUps(
    _ sealed: [KeptRows], _ schema: SQLiteRandomSchema, _ world: SQLiteWorld, _ before: [Int: String]
  ) async throws {
    for kept in sealed {
      let clock = ManualClock(at: kept.until.utcMidnight)
      let connector = try world.connector(schema.datasets, clock: clock)
      let approved = Findings(counts: schema.datasets.map { DatasetCount(dataset: $0.name, isRoot: false, erase: 20) })
      let order = ConnectorOrders.erasure(SQLiteWorld.system, [], approving: approved, verb: .eraseKept, kept: kept)
      _ = try await connector.erase(order, before: ConnectorRecorder())
      try expect(try await connector.verify(order).isClean, "a follow-up left something")
    }
    let ended = schema.going.union(schema.reduced).union(schema.kept)
    let expected = before.filter { !ended.contains($0.key) }
    try expect(try rows(world) == expected, "after the follow-ups other rows changed or some stayed")
  }

  private func expect(_ condition: Bool, _ message: @autoclosure () -> String) throws {
    guard condition else { throw SQLiteTestProblem(message()) }
  }
}
