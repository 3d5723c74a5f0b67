import Postgres
import PostgresTestKit
import Testing

@Suite struct StatementTests {
  @Test func `values arrive as they are and come back as they are`() async throws {
    let database = try await PostgresServer.shared().newDatabase("CREATE TABLE t (id int PRIMARY KEY, v text)")
    let connection = try await PostgresConnection.open(database.target())
    let values: [String?] = [
      "", nil, "'; DROP TABLE t; --", #"\' \\ " $1 %"#, "grüezi 👋🏽 e\u{301} \u{FFFD}", "line\r\nbreak\ttab", "NULL",
      String(repeating: "ä", count: 1_000_000),
    ]
    try await connection.perform { session in
      for (id, value) in values.enumerated() {
        let count = try session.execute("INSERT INTO t VALUES ($1, $2)", [String(id), value])
        #expect(count == 1)
      }
    }
    let back = try await connection.perform { session in
      try session.rows("SELECT v FROM t ORDER BY id").map { $0[0] }
    }
    #expect(back.map { $0.map { Array($0.utf8) } } == values.map { $0.map { Array($0.utf8) } })
    #expect(try await connection.value("SELECT count(*) FROM t WHERE v IS NULL") == "1")
    await connection.close()
  }

  @Test func `a NUL, too many values or a second statement is refused and nothing is done`() async throws {
    let database = try await PostgresServer.shared().newDatabase("CREATE TABLE t (v text)")
    let connection = try await PostgresConnection.open(database.target())
    let tooMany = [String?](repeating: "1", count: PostgresSession.maximumValues + 1)
    let refused: [(String, [String?])] = [
      ("INSERT INTO t VALUES ($1)", ["a\0b"]), ("INSERT INTO t VALUES ($1)", ["\0"]),
      ("INSERT INTO t VALUES ('a\0b')", []), ("INSERT INTO t VALUES ($1)", tooMany),
    ]
    for (sql, values) in refused {
      let error = try await postgresError { _ = try await connection.perform { try $0.execute(sql, values) } }
      #expect(error.kind == .badStatement && error.sqlState == nil)
    }
    let second = try await postgresError {
      _ = try await connection.perform { try $0.execute("INSERT INTO t VALUES ('x'); DROP TABLE t") }
    }
    #expect(second.kind == .server && second.sqlState == "42601")
    #expect(try await connection.value("SELECT count(*) FROM t") == "0")
    await connection.close()
  }

  @Test func `the rows that a command counts are told`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let connection = try await PostgresConnection.open(database.target())
    let counts = try await connection.perform { session in
      [
        try session.execute("CREATE TABLE t (a int)"),
        try session.execute("INSERT INTO t SELECT generate_series(1, 10)"),
        try session.execute("UPDATE t SET a = -a WHERE a > 4"), try session.execute("DELETE FROM t WHERE a > 100"),
        try session.execute("SELECT * FROM t WHERE a < 0"), try session.execute(""),
        try session.execute("DELETE FROM t RETURNING a"), try session.execute("BEGIN"), try session.execute("COMMIT"),
      ]
    }
    #expect(counts == [0, 10, 6, 0, 6, 0, 10, 0, 0])
    await connection.close()
  }

  @Test func `a result names its columns and their types`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let connection = try await PostgresConnection.open(database.target())
    let result = try await connection.perform { session in
      try session.result(#"SELECT 1 AS a, 'x'::text AS "B c", NULL::uuid AS "ü" FROM generate_series(1, 2)"#)
    }
    #expect(result.columns == ["a", "B c", "ü"] && result.types == [23, 25, 2_950] && result.affected == 2)
    #expect(result.rows == [["1", "x", nil], ["1", "x", nil]])
    let none = try await connection.perform { try $0.result("SELECT 1 AS a WHERE false") }
    #expect(none.columns == ["a"] && none.rows.isEmpty)
    var text = "\(result) \(String(reflecting: result))"
    dump(result, to: &text)
    #expect(!text.contains("x"), "\(text)")
    await connection.close()
  }

  @Test func `bytes that are not UTF-8 are refused by the server, and the connection goes on`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let name = "ascii_" + database.name
    try await database.run("CREATE DATABASE \(name) TEMPLATE template0 ENCODING 'SQL_ASCII'")
    let connection = try await PostgresConnection.open(database.target().with("dbname", name))
    let sql = #"SELECT 'a' || convert_from('\xff', 'SQL_ASCII') || 'b'"#
    #expect(try await postgresError { try await connection.value(sql) }.sqlState == "22021")
    #expect(try await connection.value("SELECT 'ü'") == "ü")
    await connection.close()
    try await database.run("DROP DATABASE \(name) WITH (FORCE)")
  }

  @Test func `a COPY is refused, and the connection goes on`() async throws {
    let database = try await PostgresServer.shared().newDatabase("CREATE TABLE t AS SELECT generate_series(1, 100000)")
    let connection = try await PostgresConnection.open(database.target())
    for sql in ["COPY t TO STDOUT", "COPY t FROM STDIN"] {
      let error = try await postgresError { _ = try await connection.perform { try $0.execute(sql) } }
      #expect(error.kind == .badStatement)
      #expect(try await connection.value("SELECT count(*) FROM t") == "100000")
    }
    await connection.close()
  }

  @Test func `a transaction spans calls, and a failed one waits for its rollback`() async throws {
    let database = try await PostgresServer.shared().newDatabase("CREATE TABLE t (a int)")
    let connection = try await PostgresConnection.open(database.target())
    let started = try await connection.perform { session in
      #expect(!session.isInTransaction)
      try session.execute("BEGIN")
      try session.execute("INSERT INTO t VALUES (1)")
      return session.isInTransaction
    }
    #expect(started)
    #expect(try await database.number("SELECT count(*) FROM t") == 0)
    #expect(try await postgresError { try await connection.perform { try $0.execute("nonsense") } }.sqlState == "42601")
    let next = try await postgresError { try await connection.perform { try $0.execute("INSERT INTO t VALUES (2)") } }
    #expect(next.kind == .server && next.sqlState == "25P02")
    try await connection.finish { session in
      #expect(session.isInTransaction)
      try session.execute("ROLLBACK")
      #expect(!session.isInTransaction)
      try session.execute("BEGIN")
      try session.execute("INSERT INTO t VALUES (3)")
      try session.execute("COMMIT")
    }
    #expect(try await database.texts("SELECT a FROM t") == ["3"])
    await connection.close()
  }

  @Test func `an error names table, column and constraint, and no value`() async throws {
    let database = try await PostgresServer.shared().newDatabase(
      """
      CREATE TABLE person (email text CONSTRAINT person_email UNIQUE, age int NOT NULL CHECK (age > 0));
      CREATE TABLE visit (email text CONSTRAINT visit_person REFERENCES person (email));
      INSERT INTO person VALUES ('alice@example.org', 30);
      INSERT INTO visit VALUES ('alice@example.org');
      CREATE FUNCTION tell() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
        RAISE NOTICE 'alice@example.org';
        RAISE EXCEPTION 'alice@example.org' USING DETAIL = 'alice', HINT = 'alice';
      END $$;
      """)
    let connection = try await PostgresConnection.open(database.target())
    func error(_ sql: String, _ values: [String?] = ["alice@example.org"]) async throws -> PostgresError {
      let error = try await postgresError { _ = try await connection.perform { try $0.execute(sql, values) } }
      var text = "\(error) \(String(reflecting: error))"
      dump(error, to: &text)
      #expect(error.kind == .server && !text.contains("alice"), "\(text)")
      return error
    }
    let duplicate = try await error("INSERT INTO person VALUES ($1, 1)")
    #expect(duplicate.sqlState == "23505" && duplicate.constraint == "person_email")
    #expect(duplicate.schema == "public" && duplicate.table == "person" && duplicate.column == nil)
    #expect(
      "\(duplicate)"
        == "PostgreSQL refused the statement (SQLSTATE 23505, table public.person, constraint person_email)")
    let missing = try await error("INSERT INTO person (email) VALUES ($1 || 'x')")
    #expect(missing.sqlState == "23502" && missing.column == "age")
    let held = try await error("DELETE FROM person WHERE email = $1")
    #expect(held.sqlState == "23503" && held.constraint == "visit_person" && held.table == "visit")
    #expect(try await error("SELECT $1::int").sqlState == "22P02")
    #expect(try await error("SELECT tell(), $1::text").sqlState == "P0001")
    #expect(try await error("SELECT alice", []).sqlState == "42703")
    await connection.close()
  }

  @Test func `who waits for a lock too long is refused, and so is who takes too long`() async throws {
    let database = try await PostgresServer.shared().newDatabase("CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
    let holder = try await PostgresConnection.open(database.target())
    try await holder.perform { session in
      try session.execute("BEGIN")
      try session.execute("UPDATE t SET a = 2")
    }
    let waiting = try await PostgresConnection.open(database.target().setting("lock_timeout", "50"))
    let locked = try await postgresError { try await waiting.perform { try $0.execute("DELETE FROM t") } }
    #expect(locked.kind == .server && locked.sqlState == PostgresError.lockNotAvailable)
    let slow = try await PostgresConnection.open(database.target().setting("statement_timeout", "50"))
    // No task is cancelled here, so it is an error of the server.
    let timeout = try await postgresError { try await slow.perform { try $0.execute("SELECT pg_sleep(600)") } }
    #expect(timeout.kind == .server && timeout.sqlState == PostgresError.queryCanceled)
    #expect(try await slow.value("SELECT 1") == "1")
    for connection in [holder, waiting, slow] { await connection.close() }
  }
}
