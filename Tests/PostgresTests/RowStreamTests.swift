import Postgres
import PostgresTestKit
import Testing

@Suite struct RowStreamTests {
  private struct Enough: Error {}

  /// Has no last row: who waits for the whole waits for ever.
  private static let endless = """
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, repeat('x', 500), NULL FROM n
    """

  @Test func `every row of a large result is handed over once, in order`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let connection = try await PostgresConnection.open(database.target())
    let count = try await connection.perform { session in
      var next = 1
      try session.forEachRow("SELECT i, repeat('x', 200) FROM generate_series(1, $1::int) AS i", ["200000"]) { row in
        guard row[0] == String(next), row[1]?.utf8.count == 200 else { throw Enough() }
        next += 1
      }
      return next - 1
    }
    #expect(count == 200_000)
    #expect(try await connection.value("SELECT 1") == "1")
    await connection.close()
  }

  @Test func `rows come while the statement runs, and a body that throws ends it`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let connection = try await PostgresConnection.open(database.target())
    let seen = try await connection.perform { session in
      var seen = 0
      #expect(throws: Enough.self) {
        try session.forEachRow(Self.endless) { row in
          #expect(row[2] == nil)
          seen += 1
          if seen == 10_000 { throw Enough() }
        }
      }
      // Nothing of the cancelled statement reaches the next one.
      for _ in 0..<20 {
        let rows = try session.rows("SELECT 1")
        #expect(rows == [["1"]])
      }
      return seen
    }
    #expect(seen == 10_000)
    await connection.close()
  }

  @Test func `a body that throws fails the open transaction`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let connection = try await PostgresConnection.open(database.target())
    try await connection.perform { session in
      try session.execute("BEGIN")
      #expect(throws: Enough.self) { try session.forEachRow(Self.endless) { _ in throw Enough() } }
      let error = #expect(throws: PostgresError.self) { try session.execute("SELECT 1") }
      #expect(error?.sqlState == "25P02")
      try session.execute("ROLLBACK")
    }
    await connection.close()
  }

  @Test func `a statement that fails in the middle has handed over what came before`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let connection = try await PostgresConnection.open(database.target())
    try await connection.perform { session in
      var seen = 0
      let error = #expect(throws: PostgresError.self) {
        try session.forEachRow("SELECT 1 / (i - 50000) FROM generate_series(1, 100000) AS i") { _ in seen += 1 }
      }
      #expect(error?.sqlState == "22012" && seen > 0 && seen < 50_000)
      try session.forEachRow("SELECT 1 WHERE false") { _ in seen = -1 }
      #expect(seen > 0)
    }
    await connection.close()
  }

  @Test func `no other statement runs while rows are handed over`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let connection = try await PostgresConnection.open(database.target())
    let kinds = try await connection.perform { session in
      var kinds: [PostgresError.Kind] = []
      try session.forEachRow("SELECT generate_series(1, 3)") { _ in
        do throws(PostgresError) { try session.execute("SELECT 1") } catch { kinds.append(error.kind) }
      }
      return kinds
    }
    #expect(kinds == [.badStatement, .badStatement, .badStatement])
    await connection.close()
  }

  @Test func `a stream ends when its task is cancelled`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let connection = try await PostgresConnection.open(database.target())
    let (rows, arrived) = AsyncStream.makeStream(of: Void.self)
    let reading = Task {
      try await connection.perform { session in
        try session.forEachRow(Self.endless) { _ in arrived.yield() }
      }
    }
    for await _ in rows { break }
    reading.cancel()
    await #expect(throws: CancellationError.self) { try await reading.value }
    #expect(try await connection.value("SELECT 1") == "1")
    await connection.close()
  }
}
