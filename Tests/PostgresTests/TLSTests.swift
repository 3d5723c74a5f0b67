import Postgres
import PostgresTestKit
import Testing

@Suite struct TLSTests {
  @Test func `only a certificate of a trusted authority for the right name is believed`() async throws {
    let server = try await PostgresServer.startPrivate(tls: true)
    let database = try await server.newDatabase()
    let files = server.certificates
    let base = database.target().with("host", "localhost").with("sslmode", "verify-full")
    let right = base.with("sslrootcert", files.authority)
    let connection = try await PostgresConnection.open(right)
    #expect(try await connection.value("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == "TLSv1.3")
    await connection.close()
    // The strictest mode is what counts where none is named.
    try await (PostgresConnection.open(right.with("sslmode", nil))).close()
    let refused = [
      base, base.with("sslmode", nil), base.with("sslrootcert", files.stranger),
      base.with("sslrootcert", server.folder + "/missing.pem"), right.with("host", "127.0.0.1"),
      right.with("sslmode", nil).with("host", "127.0.0.1"),
      right.with("sslmode", "verify-ca").with("sslrootcert", files.stranger),
    ]
    for target in refused {
      let error = try await refusal(of: target)
      #expect(error.kind == .tls && error.sqlState == nil, "\(target.parameters)")
    }
    try await (PostgresConnection.open(right.with("host", "127.0.0.1").with("sslmode", "verify-ca"))).close()
    try await (PostgresConnection.open(base.with("sslmode", "require"))).close()
    // The server has no rule for a connection without TLS.
    let bare = try await refusal(of: right.with("sslmode", "disable"))
    #expect(bare.kind == .roleRejected && bare.sqlState == "28000")
  }

  @Test func `a server without TLS is not talked to unless that is asked for`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    for mode in ["require", "verify-ca", "verify-full", nil] {
      #expect(try await refusal(of: database.target().with("sslmode", mode)).kind == .tls, "\(mode ?? "none")")
    }
  }

  @Test func `a role that is let in by its certificate needs ours, and a forged one is refused`() async throws {
    let server = try await PostgresServer.startPrivate(tls: true)
    let database = try await server.newDatabase()
    let files = server.certificates
    _ = try await server.newRole(named: "certified")
    var base = database.target(user: "certified").with("host", "localhost").with("sslmode", "verify-full")
      .with("sslrootcert", files.authority)
    base.password = nil
    let ours = base.with("sslcert", files.client).with("sslkey", files.clientKey)
    let connection = try await PostgresConnection.open(ours)
    #expect(try await connection.value("SELECT current_user") == "certified")
    await connection.close()
    let none = try await refusal(of: base)
    #expect(none.kind == .roleRejected && none.sqlState == "28000")
    let forged = base.with("sslcert", files.forged).with("sslkey", files.forgedKey)
    #expect(try await refusal(of: forged).kind == .tls)
    #expect(try await refusal(of: base.with("sslcert", files.client)).kind == .tls)
  }

  @Test func `a large result crosses TLS whole, and cancelling works there`() async throws {
    let server = try await PostgresServer.startPrivate(tls: true)
    let database = try await server.newDatabase()
    let target = database.target(application: "tls").with("host", "localhost").with("sslmode", "verify-full")
      .with("sslrootcert", server.certificates.authority)
    let connection = try await PostgresConnection.open(target)
    let bytes = try await connection.perform { session in
      try session.rows("SELECT repeat('x', 3333) FROM generate_series(1, 3000)").reduce(0) {
        $0 + ($1[0]?.utf8.count ?? 0)
      }
    }
    #expect(bytes == 3_333 * 3_000)
    let running = Task { try await connection.perform { try $0.execute("SELECT pg_sleep(600)") } }
    let socket = database.target().with("host", server.socketFolder)
    let observer = try await PostgresConnection.open(socket)
    while try await observer.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") != "1" {}
    running.cancel()
    await #expect(throws: CancellationError.self) { _ = try await running.value }
    for connection in [connection, observer] { await connection.close() }
  }
}
