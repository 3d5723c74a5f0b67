public import Postgres

/// A database of one test; it is dropped with the last reference.
public final class PostgresDatabase: Sendable {
  /// Its name, which needs no quotes.
  public let name: String
  /// The server it is in.
  public let server: PostgresServer

  init(name: String, server: PostgresServer) {
    self.name = name
    self.server = server
  }

  deinit {
    let (name, server) = (name, server)
    Task {
      do {
        try await server.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
      } catch {
        // A server that a test has stopped takes its databases along.
      }
    }
  }

  /// Runs any number of statements as the superuser, by `psql`; the first that fails makes the call fail.
  public func run(_ sql: String) async throws {
    try await PostgresPrograms.run(
      "psql",
      [
        "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", server.socketFolder, "-p", String(server.port), "-U",
        PostgresServer.superuser, "-d", name, "-f", "-",
      ], input: sql)
  }

  /// The one number that a query answers with.
  public func number(_ sql: String) async throws -> Int {
    guard let number = try await texts(sql).first.flatMap({ Int($0) }) else {
      throw PostgresFixtureFailure("no number: \(sql)")
    }
    return number
  }

  /// All rows of a query.
  public func rows(_ sql: String) async throws -> [[String?]] {
    try await asSuperuser { session in try session.rows(sql) }
  }

  /// The first column of a query, with `NULL` for NULL.
  public func texts(_ sql: String) async throws -> [String] {
    try await rows(sql).map { ($0.first ?? nil) ?? "NULL" }
  }

  /// Asks until the query answers true, two minutes at most.
  public func waitUntil(_ sql: String) async throws {
    try await asSuperuser { session in
      let end = ContinuousClock.now + .seconds(120)
      while try session.rows(sql) != [["t"]] {
        if ContinuousClock.now > end { throw PostgresFixtureFailure("not true in time: \(sql)") }
      }
    }
  }

  /// Returns as soon as a connection of that application name waits inside a statement, for a lock or in `pg_sleep`.
  public func waitUntilBusy(_ application: String) async throws {
    try await waitUntil(
      """
      SELECT count(*) > 0 FROM pg_stat_activity
      WHERE application_name = '\(application)' AND state = 'active' AND wait_event_type IN ('Lock', 'Timeout')
      """)
  }

  /// Every row of every user table as sorted texts, by `schema.table`: two equal dumps are two equal databases.
  ///
  /// Tables to leave out are named as `schema.table` too.
  public func dump(without excluded: Set<String> = []) async throws -> [String: [String]] {
    try await asSuperuser { session in
      let tables = try session.rows(
        """
        SELECT nspname || '.' || relname, format('%I.%I', nspname, relname)
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE relkind = 'r' AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'
        """)
      var dump: [String: [String]] = [:]
      for table in tables {
        guard let name = table[0], let quoted = table[1], !excluded.contains(name) else { continue }
        dump[name] = try session.rows("SELECT row::text FROM ONLY \(quoted) AS row").map { $0[0] ?? "" }.sorted()
      }
      return dump
    }
  }

  /// How to connect to it over TCP, without TLS; as the superuser, with that password, where nothing is said.
  ///
  /// It waits for `PostgresServer.connectSeconds`: a test that wants to be turned away sooner says so.
  public func target(
    user: String = PostgresServer.superuser, password: String? = nil, application: String = "expunged-test"
  ) -> PostgresTarget {
    PostgresTarget(
      parameters: [
        ("host", "127.0.0.1"), ("port", String(server.port)), ("dbname", name), ("user", user), ("sslmode", "disable"),
        ("connect_timeout", PostgresServer.connectSeconds),
      ], password: Array((password ?? server.password).utf8), applicationName: application)
  }

  private func asSuperuser<T: Sendable>(
    _ body: @escaping @Sendable (PostgresSession) throws -> T
  ) async throws -> T {
    let connection = try await PostgresConnection.open(target(application: "fixture"))
    do {
      let answer = try await connection.finish(body)
      await connection.close()
      return answer
    } catch {
      await connection.close()
      throw error
    }
  }
}
