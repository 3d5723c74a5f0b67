import ErasureDomain

/// Times the erasure of one person with many rows over five tables against the same DELETEs in one `psql` transaction:
/// whole runs in turn, from the connection to the answer of COMMIT; medians and their ratio.
struct ManyRowsBench {
  let world: BenchWorld
  let rows: Int

  func run(pairs: Int) async throws {
    guard let most = BenchTarget.manyRows[rows] else {
      throw BenchProblem("no target for \(rows) rows; there are \(BenchTarget.manyRows.keys.sorted())")
    }
    var ours: [Double] = []
    var theirs: [Double] = []
    for pair in 0..<pairs {
      // In turn, so that neither has the warm cache for itself.
      for isOurs in pair.isMultiple(of: 2) ? [true, false] : [false, true] {
        try refill()
        if isOurs { ours.append(try await erase()) } else { theirs.append(try await psql()) }
      }
    }
    let ratio = Figure.median(ours) / Figure.median(theirs)
    print(
      "\(rows) rows over five tables, median of \(pairs): expunged \(Figure.text(Figure.median(ours))) s, "
        + "psql \(Figure.text(Figure.median(theirs))) s, ratio \(BenchTarget.words(ratio, atMost: most))")
    try BenchTarget.check("\(rows) rows against psql", ratio, atMost: most)
  }

  /// The person's rows as they were, statistics and free space as after a night's work.
  private func refill() throws {
    try world.psql(["-U", "postgres", "-c", "CALL refill()", "-c", "VACUUM ANALYZE", "-c", "CHECKPOINT"])
  }

  private func psql() async throws -> Double {
    try await Figure.seconds {
      try world.psql([
        "-U", "bench_erase", "-c",
        """
        BEGIN; DELETE FROM order_item WHERE order_id IN (SELECT id FROM orders WHERE customer_id = 1);
        DELETE FROM orders WHERE customer_id = 1; DELETE FROM session WHERE customer_id = 1;
        DELETE FROM address WHERE customer_id = 1; DELETE FROM customer WHERE id = 1; COMMIT
        """,
      ])
    }
  }

  private func erase() async throws -> Double {
    let connector = try world.connector()
    let person = BenchWorld.person(1)
    let found = try await connector.locate(BenchWorld.search(person))
    guard found.obstacles.isEmpty, found.total == rows + 1 else {
      throw BenchProblem("found \(found.total) rows, \(found.obstacles)")
    }
    let order = BenchWorld.order(person, found)
    let took = try await Figure.seconds { _ = try await connector.erase(order, before: KeepsNothing()) }
    guard try await connector.verify(order).isClean else { throw BenchProblem("not erased") }
    return took
  }
}
