import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

/// Schemas and rows from a seed; the whole database is compared before and after.
struct PostgresRandomSchemaTests {
  /// As many servers' sessions as work side by side.
  private static let lanes = 2
  private static let schemasPerLane = 20

  /// What a reduced row must not hold; a random number may hold the digits of a year.
  fileprivate static let canaries = ["person0@", "PERSON0@", "secret of", "1980-01-01", "06-"]

  @Test(.timeLimit(.minutes(15)))
  func onlyThePersonGoesInAnySchema() async throws {
    let seeds = SeededRandom.property()
    let lanes = (0..<Self.lanes).map { _ in (0..<Self.schemasPerLane).map { _ in seeds.next() } }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in lanes {
        group.addTask {
          let world = try await PostgresWorld.make()
          for seed in lane {
            do {
              try await Check(world: world, schema: PostgresRandomSchema(SeededRandom(seed: seed))).run()
            } catch {
              Issue.record("schema seed \(seed): \(error)")
              return
            }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// One schema seed, to look at one schema alone.
  private struct Check {
    let world: PostgresWorld
    let schema: PostgresRandomSchema

    private func rows() async throws -> [Int: String] {
      let texts = try await world.database.texts(schema.rows)
      return Dictionary(
        texts.map { text in
          let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
          return (Int(parts[0]) ?? 0, parts[1])
        }, uniquingKeysWith: { $0 + $1 })
    }

    func run() async throws {
      try await world.runEverywhere(schema.sql)
      let before = try await rows()
      let connector = try world.connector(schema.datasets)
      let identifiers = [SQLiteWorld.email("Person0@example.org")]
      let findings = try await connector.locate(world.search(identifiers))
      try expect(findings.obstacles.isEmpty, "obstacles: \(findings.obstacles)")
      let counts = findings.counts
      try expect(counts.reduce(0) { $0 + $1.erase } == schema.going.count, "erase: \(counts), not \(schema.going)")
      try expect(counts.reduce(0) { $0 + $1.reduce } == schema.reduced.count, "reduce: \(counts)")
      try expect(counts.flatMap(\.kept).reduce(0) { $0 + $1.count } == schema.kept.count, "kept: \(counts)")
      let order = world.order(identifiers, approving: findings)
      let recorder = ConnectorRecorder()
      let progress = try await connector.erase(order, before: recorder)
      guard case .completed(let effects) = progress else { throw SQLiteTestProblem("not completed") }
      try expect(effects.reduce(0) { $0 + $1.erased } == schema.going.count, "erased: \(effects)")
      let after = try await rows()
      try compare(before, after)
      try expect(try await connector.verify(order).isClean, "verify is not clean")
      _ = try await connector.erase(order, before: ConnectorRecorder())
      try expect(try await rows() == after, "a second erasure changed something")
      try await followUps(recorder.effects.first?.kept ?? [], before)
    }

    private func compare(_ before: [Int: String], _ after: [Int: String]) throws {
      for (tag, row) in before {
        if schema.going.contains(tag) {
          try expect(after[tag] == nil, "row \(tag) stayed: \(row)")
        } else if schema.reduced.contains(tag) {
          let text = after[tag] ?? "gone"
          try expect(
            text != "gone"
              && !PostgresRandomSchemaTests.canaries.contains { text.contains($0) },
            "left: \(text)")
        } else {
          try expect(after[tag] == row, "row \(tag) changed: \(row) -> \(after[tag] ?? "gone")")
        }
      }
      try expect(after.count == before.count - schema.going.count, "rows appeared")
    }

    private func followUps(_ sealed: [KeptRows], _ before: [Int: String]) async throws {
      for kept in sealed {
        let clock = ManualClock(at: kept.until.utcMidnight)
        let connector = try world.connector(schema.datasets, clock: clock)
        let approved = Findings(
          counts: schema.datasets.map { DatasetCount(dataset: $0.name, isRoot: false, erase: 20) })
        let order = world.order([], approving: approved, verb: .eraseKept, kept: kept)
        _ = try await connector.erase(order, before: ConnectorRecorder())
        try expect(try await connector.verify(order).isClean, "a follow-up left something")
      }
      let ended = schema.going.union(schema.reduced).union(schema.kept)
      let expected = before.filter { !ended.contains($0.key) }
      try expect(try await rows() == expected, "after the follow-ups other rows changed or some stayed")
    }

    private func expect(_ condition: Bool, _ message: @autoclosure () -> String) throws {
      guard condition else { throw SQLiteTestProblem(message()) }
    }
  }
}
