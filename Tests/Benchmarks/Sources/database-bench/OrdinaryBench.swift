import ConnectorKit
import Connectors
import ErasureDomain

/// Times the erasure of many ordinary people, one after the other, each in a transaction of its own, against a bare
/// libpq loop that sends the very statements which the connector sent, with the same values and over one connection, to
/// the same database. Only the connector's `erase` is timed: no search, no look afterwards, no store of ours.
struct OrdinaryBench {
  private struct Run {
    var seconds: Double
    var waited = 0.0
  }

  let world: BenchWorld
  let people: Int

  func run(pairs: Int) async throws {
    let orders = try await self.orders()
    let script = try await record(orders)
    var ours: [Run] = []
    var theirs: [Run] = []
    for pair in 0..<pairs {
      for isOurs in pair.isMultiple(of: 2) ? [true, false] : [false, true] {
        try refill()
        if isOurs { ours.append(try await connector(orders)) } else { theirs.append(try bareLoop(script)) }
        try check()
      }
    }
    // Ratios within one round, so that what else the machine does weighs on both.
    let rounds = Array(zip(ours, theirs))
    let ratio = Figure.median(rounds.map { $1.seconds / $0.seconds })
    print(
      """
      \(people) ordinary people, \(script.count / people) statements each, median of \(pairs): expunged \
      \(rate(ours)) people/s, bare libpq loop \(rate(theirs)), ratio \
      \(BenchTarget.words(ratio, atLeast: BenchTarget.ordinary)); time in the server \
      \(Figure.percent(Figure.median(rounds.map { min($1.waited / $0.seconds, 1) }))) of ours, \
      \(Figure.percent(Figure.median(theirs.map { $0.waited / $0.seconds }))) of the loop's
      """)
    try BenchTarget.check("ordinary people against a bare libpq loop", ratio, atLeast: BenchTarget.ordinary)
  }

  private func rate(_ runs: [Run]) -> String { Figure.text(Double(people) / Figure.median(runs.map(\.seconds))) }

  /// The same rows in the same places of the same files, so that recorded statements mean the same rows.
  private func refill() throws {
    for sql in [
      "DROP DATABASE IF EXISTS \(world.database) WITH (FORCE)",
      "CREATE DATABASE \(world.database) TEMPLATE \(world.database)_template STRATEGY file_copy", "CHECKPOINT",
    ] { try world.psql(["-U", "postgres", "-c", "SET client_min_messages = warning", "-c", sql], in: "postgres") }
  }

  /// What the officers approve: found once for all runs.
  private func orders() async throws -> [ErasureOrder] {
    try refill()
    let connector = try world.connector()
    var orders: [ErasureOrder] = []
    for number in 1...people {
      let person = BenchWorld.person(number)
      let found = try await connector.locate(BenchWorld.search(person))
      guard found.obstacles.isEmpty, found.total > 5 else { throw BenchProblem("found \(found)") }
      orders.append(BenchWorld.order(person, found))
    }
    return orders
  }

  private func erase(_ orders: [ErasureOrder], in world: BenchWorld) async throws {
    let connector = try world.connector()
    for order in orders { _ = try await connector.erase(order, before: KeepsNothing()) }
  }

  private func record(_ orders: [ErasureOrder]) async throws -> [RecordedStatement] {
    try refill()
    let tap = try StatementTap(host: world.host, port: world.port)
    var tapped = world
    tapped.host = tap.folder
    try await erase(orders, in: tapped)
    let scripts = try tap.finish()
    try check()
    guard scripts.count == 1 else { throw BenchProblem("\(scripts.count) connections instead of one") }
    return scripts[0]
  }

  private func connector(_ orders: [ErasureOrder]) async throws -> Run {
    Run(seconds: try await Figure.seconds { try await erase(orders, in: world) })
  }

  private func bareLoop(_ script: [RecordedStatement]) throws -> Run {
    let start = ContinuousClock.now
    let loop = try BareLoop(world.login("erase"))
    for statement in script { try loop.run(statement) }
    return Run(seconds: Figure.seconds(ContinuousClock.now - start), waited: loop.waited)
  }

  /// Exactly these people are gone, whoever did it.
  private func check() throws {
    let left = try world.psql([
      "-U", "postgres", "-c",
      """
      SELECT (SELECT count(*) FROM customer WHERE id <= \(people)) + (SELECT count(*) FROM orders WHERE customer_id <= \
      \(people)) || ' ' || (SELECT count(*) FROM customer) || ' ' || (SELECT count(*) FROM order_item)
      """,
    ])
    guard left == "0 \(20_000 - people) \(180_000 - 9 * people)\n" else { throw BenchProblem("left: \(left)") }
  }
}
