import Dispatch
import Postgres
import PostgresTestKit
import Synchronization
import Testing

@Suite struct CancellingTests {
  @Test func `a statement ends soon after its task is cancelled, on the server too`() async throws {
    let database = try await PostgresServer.shared().newDatabase("CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
    let holder = try await PostgresConnection.open(database.target())
    try await holder.perform { session in
      try session.execute("BEGIN")
      try session.execute("UPDATE t SET a = 2")
    }
    let connection = try await PostgresConnection.open(database.target(application: "cancelled"))
    for sql in ["SELECT pg_sleep(600)", "DELETE FROM t"] {
      let seen = Mutex<PostgresError?>(nil)
      let running = Task {
        try await connection.perform { session in
          do throws(PostgresError) {
            try session.execute(sql)
          } catch {
            seen.withLock { $0 = error }
            throw error
          }
        }
      }
      try await database.waitUntilBusy("cancelled")
      let time = await ContinuousClock().measure {
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
      }
      // Long before its own time; how soon, a busy machine decides.
      #expect(time < .seconds(60))
      #expect(seen.withLock { $0?.sqlState } == PostgresError.queryCanceled)
      #expect(
        try await database.number(
          "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'cancelled' AND state = 'active'") == 0)
    }
    #expect(try await connection.value("SELECT 1") == "1")
    for connection in [holder, connection] { await connection.close() }
  }

  @Test func `a cancel request never hits the statement after`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let connection = try await PostgresConnection.open(database.target())
    for round in 0..<60 {
      let task = Task {
        try await connection.perform { session in
          for _ in 0..<round { try session.execute("SELECT 1") }
          return true
        }
      }
      if round % 2 == 0 { await Task.yield() }
      task.cancel()
      _ = await task.result
      // Long enough to be hit by a request that comes too late.
      #expect(try await connection.value("SELECT count(*) FROM generate_series(1, 50000)") == "50000")
    }
    await connection.close()
  }

  @Test func `a waiting call that is cancelled leaves the queue without running`() async throws {
    let database = try await PostgresServer.shared().newDatabase("CREATE TABLE t (a int)")
    let connection = try await PostgresConnection.open(database.target())
    let body = BlockedBody()
    let first = Task { try await connection.perform { _ in body.block() } }
    await body.entered()
    let second = Task { try await connection.perform { try $0.execute("INSERT INTO t VALUES (1)") } }
    second.cancel()
    await #expect(throws: CancellationError.self) { _ = try await second.value }
    body.release()
    try await first.value
    #expect(try await connection.value("SELECT count(*) FROM t") == "0")
    await connection.close()
  }

  @Test func `cancelled between statements the next one is not sent, and a rollback is`() async throws {
    let database = try await PostgresServer.shared().newDatabase("CREATE TABLE t (a int)")
    let connection = try await PostgresConnection.open(database.target())
    let body = BlockedBody()
    let task = Task {
      try await connection.perform { session in
        try session.execute("BEGIN")
        try session.execute("INSERT INTO t VALUES (1)")
        body.block()
        do throws(PostgresError) {
          try session.execute("COMMIT")
        } catch {
          #expect(error.sqlState == PostgresError.queryCanceled && session.isInTransaction)
          try session.execute("ROLLBACK")
          #expect(!session.isInTransaction)
          // Told once: what tidies up runs to its end.
          #expect(try session.rows("SELECT 1") == [["1"]])
          throw error
        }
      }
    }
    await body.entered()
    task.cancel()
    body.release()
    await #expect(throws: CancellationError.self) { try await task.value }
    let other = Task {
      try await connection.perform { session in
        try session.execute("BEGIN")
        body.block()
        try session.execute("rollback;")
        return "returned"
      }
    }
    await body.entered()
    other.cancel()
    body.release()
    #expect(try await other.value == "returned")
    #expect(try await connection.value("SELECT count(*) FROM t") == "0")
    await connection.close()
  }

  @Test func `what has to be finished is, though its task is cancelled`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let holder = try await PostgresConnection.open(database.target())
    try await holder.perform { _ = try $0.execute("SELECT pg_advisory_lock(1)") }
    let connection = try await PostgresConnection.open(database.target(application: "finishing"))
    let task = Task { try await connection.finish { try $0.execute("SELECT pg_advisory_lock(1)") } }
    try await database.waitUntilBusy("finishing")
    task.cancel()
    try await holder.perform { _ = try $0.execute("SELECT pg_advisory_unlock(1)") }
    #expect(try await task.value == 1)
    for connection in [holder, connection] { await connection.close() }
  }

  @Test func `a server that does not hear is left after ten seconds`() async throws {
    let database = try await PostgresServer.startPrivate().newDatabase()
    let connection = try await PostgresConnection.open(database.target(application: "frozen"))
    let running = Task { try await connection.perform { try $0.execute("SELECT pg_sleep(600)") } }
    try await database.waitUntilBusy("frozen")
    try database.server.freeze()
    let time = try await ContinuousClock().measure {
      running.cancel()
      let error = try await postgresError { try await running.value }
      #expect(error.kind == .connectionLost)
    }
    #expect(time >= .seconds(10) && time < .seconds(60))
    #expect(try await postgresError { _ = try await connection.value("SELECT 1") }.kind == .connectionLost)
    await connection.close()
    try database.server.freeze(false)
  }

  @Test func `calls run in the order they came, and too many are refused`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let connection = try await PostgresConnection.open(database.target())
    let body = BlockedBody()
    let first = Task { try await connection.perform { _ in body.block() } }
    await body.entered()
    let (refused, done) = (Count(), Count())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<PostgresConnection.maximumWaiting + 10 {
        group.addTask {
          do {
            try await connection.perform { _ in done.add() }
          } catch let error as PostgresError {
            #expect(error.kind == .overloaded)
            // All that can wait do by now: let them go.
            if refused.add() == 10 { body.release() }
          }
        }
      }
      try await group.waitForAll()
    }
    try await first.value
    #expect(refused.add() == 11 && done.add() == PostgresConnection.maximumWaiting + 1)
    await connection.close()
  }
}

private final class Count: Sendable {
  private let count = Atomic(0)

  /// Adds one and returns the sum.
  @discardableResult func add() -> Int { count.add(1, ordering: .relaxed).newValue }
}

/// Holds a connection's thread inside a body until the test lets it go.
private final class BlockedBody: Sendable {
  private let gate = DispatchSemaphore(value: 0)
  private let arrivals = AsyncStream.makeStream(of: Void.self)

  func block() {
    arrivals.continuation.yield()
    gate.wait()
  }

  func release() { gate.signal() }

  /// Returns when a body is held.
  func entered() async {
    for await _ in arrivals.stream { return }
  }
}
