import Postgres
import PostgresTestKit
import Testing

@Suite struct LostConnectionTests {
  @Test func `a server killed in the middle of a statement is a lost connection, and a new one works`() async throws {
    let database = try await PostgresServer.startPrivate().newDatabase()
    let server = database.server
    for _ in 0..<2 {
      let connection = try await PostgresConnection.open(database.target(application: "killed"))
      let running = Task { try await connection.perform { try $0.execute("SELECT pg_sleep(600)") } }
      try await database.waitUntilBusy("killed")
      try server.kill9()
      let lost = try await postgresError { _ = try await running.value }
      #expect(lost.kind == .connectionLost && lost.sqlState == nil)
      let again = try await postgresError { _ = try await connection.value("SELECT 1") }
      #expect(again.kind == .connectionLost)
      #expect(try await refusal(of: database.target()).kind == .cannotConnect)
      await connection.close()
      try await server.start()
    }
    try await (PostgresConnection.open(database.target())).close()
  }

  @Test func `a server that stops says so, and it is a lost connection too`() async throws {
    let database = try await PostgresServer.startPrivate().newDatabase()
    // An immediate stop says its last words as a notice, which we drop.
    for (immediate, state) in [(false, "57P01"), (true, nil)] {
      let connection = try await PostgresConnection.open(database.target(application: "stopped"))
      let running = Task { try await connection.perform { try $0.execute("SELECT pg_sleep(600)") } }
      try await database.waitUntilBusy("stopped")
      try await database.server.stop(immediate: immediate)
      let lost = try await postgresError { _ = try await running.value }
      #expect(lost.kind == .connectionLost && lost.sqlState == state)
      await connection.close()
      try await database.server.start()
    }
  }

  @Test func `a connection that was ended while nothing ran is noticed by the next statement`() async throws {
    let database = try await PostgresServer.shared().newDatabase("CREATE TABLE t (a int)")
    let connection = try await PostgresConnection.open(database.target())
    let process = try await connection.perform { session in
      try session.execute("BEGIN")
      try session.execute("INSERT INTO t VALUES (1)")
      return try session.rows("SELECT pg_backend_pid()")[0][0] ?? ""
    }
    try await database.run("SELECT pg_terminate_backend(\(process), 30000)")
    let lost = try await postgresError { try await connection.perform { try $0.execute("COMMIT") } }
    #expect(lost.kind == .connectionLost)
    try await connection.perform { session in #expect(!session.isInTransaction && session.serverVersion == 0) }
    #expect(try await database.number("SELECT count(*) FROM t") == 0)
    await connection.close()
  }

  @Test func `a transaction that idles too long loses its connection`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let connection = try await PostgresConnection.open(
      database.target(application: "idle").setting("idle_in_transaction_session_timeout", "20"))
    try await connection.perform { _ = try $0.execute("BEGIN") }
    try await database.waitUntil("SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'idle'")
    let lost = try await postgresError { try await connection.perform { try $0.execute("COMMIT") } }
    // The server's last words may have been overtaken by the end of the connection.
    #expect(lost.kind == .connectionLost && (lost.sqlState ?? "25P03") == "25P03")
    await connection.close()
  }

  @Test func `closing carries out what waits, and no call comes after`() async throws {
    let database = try await PostgresServer.shared().newDatabase("CREATE TABLE t (a int)")
    let connection = try await PostgresConnection.open(database.target(application: "closing"))
    try await connection.perform { session in
      try session.execute("BEGIN")
      try session.execute("INSERT INTO t VALUES (1)")
    }
    await connection.close()
    await connection.close()
    let closed = try await postgresError { _ = try await connection.value("SELECT 1") }
    #expect(closed.kind == .connectionLost)
    try await database.waitUntil("SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'closing'")
    #expect(try await database.number("SELECT count(*) FROM t") == 0)
  }

  @Test func `a connection that nobody holds any more is gone`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    var connection: PostgresConnection? = try await PostgresConnection.open(database.target(application: "dropped"))
    #expect(try await connection?.value("SELECT 1") == "1")
    connection = nil
    try await database.waitUntil("SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'dropped'")
  }
}
