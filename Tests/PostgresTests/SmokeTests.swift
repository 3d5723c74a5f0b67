import Postgres
import PostgresTestKit
import Testing

@Suite struct PostgresSmokeTests {
  @Test func `a statement with values comes back with its rows`() async throws {
    let database = try await PostgresServer.shared().newDatabase(
      "CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x')")
    let connection = try await PostgresConnection.open(database.target())
    let rows = try await connection.perform { session in
      try session.execute("INSERT INTO t VALUES ($1, $2)", ["2", nil])
      return try session.rows("SELECT * FROM t ORDER BY a")
    }
    #expect(rows == [["1", "x"], ["2", nil]])
    await connection.close()
    #expect(try await database.dump() == ["public.t": ["(1,x)", "(2,)"]])
    #expect(try await database.number("SELECT count(*) FROM t") == 2)
  }
}
