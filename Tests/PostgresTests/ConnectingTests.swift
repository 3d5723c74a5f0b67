import Glibc
import Postgres
import PostgresTestKit
import Testing

@Suite struct ConnectingTests {
  @Test func `a connection has the settings on which its texts depend, whatever the database prefers`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    try await database.run(
      """
      ALTER DATABASE \(database.name) SET datestyle = 'German';
      ALTER DATABASE \(database.name) SET timezone = 'Europe/Amsterdam';
      ALTER DATABASE \(database.name) SET bytea_output = 'escape';
      ALTER DATABASE \(database.name) SET standard_conforming_strings = off;
      """)
    let connection = try await PostgresConnection.open(
      database.target(application: "it's \\ ours").setting("statement_timeout", "12345"))
    let row = try await connection.perform { session in
      #expect(session.serverVersion >= 150_000 && session.parameter("server_encoding") == "UTF8")
      #expect(session.parameter("nothing of the kind") == nil)
      return try session.rows(
        #"""
        SELECT now() = now()::text::timestamptz, '2024-03-31 00:00+02'::timestamptz, '\x01'::bytea, '\',
          '1 day 2:03'::interval, 0.1::float8 + 0.2::float8, current_setting('client_encoding'),
          current_setting('application_name'), current_setting('statement_timeout')
        """#)[0]
    }
    #expect(
      row == [
        "t", "2024-03-30 22:00:00+00", #"\x01"#, #"\"#, "P1DT2H3M", "0.30000000000000004", "UTF8", "it's \\ ours",
        "12345ms",
      ])
    await connection.close()
  }

  @Test func `a Unix socket needs neither password nor TLS`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    var target = database.target().with("host", database.server.socketFolder).with("sslmode", nil)
    target.password = nil
    let connection = try await PostgresConnection.open(target)
    #expect(try await connection.value("SELECT inet_client_addr()") == nil)
    await connection.close()
  }

  @Test func `who is not let in learns which of the reasons it is`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let server = database.server
    let role = try await server.newRole()
    let bare = try await server.newRole("NOLOGIN")
    let target = database.target(user: role.name, password: role.password)
    try await (PostgresConnection.open(target)).close()
    var wrong = target
    wrong.password = Array("wrong".utf8)
    #expect(try await refusal(of: wrong).kind == .wrongPassword)
    #expect(try await refusal(of: wrong).sqlState == "28P01")
    wrong.password = nil
    #expect(try await refusal(of: wrong).kind == .wrongPassword)
    let unknown = try await refusal(of: target.with("dbname", "nosuch"))
    #expect(unknown.kind == .unknownDatabase && unknown.sqlState == "3D000")
    // Over TCP a role that is unknown looks like one with another password.
    #expect(try await refusal(of: target.with("user", "nobody_here")).kind == .wrongPassword)
    let socket = target.with("host", server.socketFolder)
    #expect(try await refusal(of: socket.with("user", "nobody_here")).kind == .roleRejected)
    let login = try await refusal(of: database.target(user: bare.name, password: bare.password))
    #expect(login.kind == .roleRejected && login.sqlState == "28000")
    try await database.run("REVOKE CONNECT ON DATABASE \(database.name) FROM public")
    let right = try await refusal(of: target)
    #expect(right.kind == .roleRejected && right.sqlState == "42501")
  }

  @Test func `quotes, spaces and backslashes in names and passwords arrive as they are`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let name = #"a 'b' \c\ "d" = x host=y "# + database.name
    let quoted = "\"" + name.replacing("\"", with: "\"\"") + "\""
    try await database.run(
      #"""
      CREATE DATABASE \#(quoted) TEMPLATE template0;
      CREATE ROLE \#(quoted) LOGIN PASSWORD 'it''s \ "§" password=x ';
      """#)
    let target = database.target(user: name, password: #"it's \ "§" password=x "#).with("dbname", name)
    let connection = try await PostgresConnection.open(target)
    #expect(try await connection.value("SELECT current_database() || current_user") == name + name)
    await connection.close()
    try await database.run("DROP DATABASE \(quoted) WITH (FORCE); DROP ROLE \(quoted)")
  }

  @Test func `where nobody listens or no name resolves there is no connection`() async throws {
    let port = String(try SilentListener().port)
    func target(_ host: String) -> PostgresTarget {
      PostgresTarget(parameters: [("host", host), ("port", port), ("sslmode", "disable")], applicationName: "test")
    }
    for host in ["127.0.0.1", "localhost", "nosuch.invalid", "/nosuch"] {
      let error = try await refusal(of: target(host))
      #expect(error.kind == .cannotConnect && error.sqlState == nil, "\(host)")
    }
  }

  @Test func `a server that accepts and says nothing is given up after connect_timeout`() async throws {
    let silent = try SilentListener()
    for mode in ["disable", "verify-full"] {
      let target = PostgresTarget(
        parameters: [
          ("host", "127.0.0.1"), ("port", String(silent.port)), ("connect_timeout", "1"), ("sslmode", mode),
        ], applicationName: "test")
      let time = try await ContinuousClock().measure {
        let error = try await refusal(of: target)
        #expect(error.kind == .cannotConnect)
      }
      // It ends; how soon after its second, a busy machine decides.
      #expect(time >= .seconds(1) && time < .seconds(60))
    }
  }

  @Test func `an opening that is cancelled ends at once`() async throws {
    let silent = try SilentListener()
    let target = PostgresTarget(
      parameters: [("host", "127.0.0.1"), ("port", String(silent.port)), ("connect_timeout", "600")],
      applicationName: "test")
    let opening = Task { try await PostgresConnection.open(target) }
    try silent.awaitCaller()
    let time = await ContinuousClock().measure {
      opening.cancel()
      await #expect(throws: CancellationError.self) { _ = try await opening.value }
    }
    // Long before its own time; how soon, a busy machine decides.
    #expect(time < .seconds(60))
  }

  @Test func `what a target may not say is refused by its name before anything is dialled`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let target = database.target()
    let refused = [
      ("password", "x"), ("passfile", "x"), ("service", "x"), ("options", "-c geqo=off"), ("client_encoding", "LATIN1"),
      ("application_name", "x"), ("nosuch", "x"), ("connect_timeout", "0"), ("connect_timeout", "601"),
      ("connect_timeout", "soon"), ("port", "1,2"), ("dbname", "a\0b"),
    ]
    for (keyword, value) in refused {
      let error = try await refusal(of: target.with(keyword, value))
      #expect(error.kind == .badTarget && error.parameter == keyword, "\(keyword)")
      #expect("\(error)".contains(keyword))
    }
    let malformed = [
      ("sslmode", "nonsense"), ("port", "x"), ("port", "70000"), ("keepalives_idle", "soon"),
      ("target_session_attrs", "nonsense"), ("channel_binding", "nonsense"), ("ssl_min_protocol_version", "nonsense"),
    ]
    for (keyword, value) in malformed {
      #expect(try await refusal(of: target.with(keyword, value)).kind == .badTarget, "\(keyword)")
    }
    for name in ["TimeZone", "datestyle", "a\0b"] {
      let error = try await refusal(of: target.setting(name, "x"))
      #expect(error.kind == .badTarget && error.parameter == name)
    }
    #expect(try await refusal(of: target.setting("lock_timeout", "soon")).kind == .badTarget)
    #expect(try await refusal(of: target.setting("nosuch", "1")).sqlState == "42704")
    var secret = target
    secret.password = [0x61, 0]
    #expect(try await refusal(of: secret).kind == .badTarget)
  }

  @Test func `printing a target shows neither password nor user`() {
    let target = PostgresTarget(
      parameters: [("host", "db.example"), ("user", "alice")], password: Array("s3cret".utf8), applicationName: "test")
    var text = "\(target) \(String(reflecting: target))"
    dump(target, to: &text)
    #expect(text.contains("db.example"))
    for part in ["alice", "s3cret", "115"] { #expect(!text.contains(part), "\(text)") }
  }
}

/// A port that takes connections and never says a word.
final class SilentListener: Sendable {
  let port: Int
  let file: Int32

  init() throws {
    file = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = file
    let status = withUnsafeMutableBytes(of: &address) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { address in
        bind(listener, address.baseAddress, size) == 0 && listen(listener, 8) == 0
          && getsockname(listener, address.baseAddress, &size) == 0
      }
    }
    try #require(status, "no port on 127.0.0.1")
    port = Int(in_port_t(bigEndian: address.sin_port))
  }

  deinit { close(file) }

  /// Returns when somebody has connected.
  func awaitCaller() throws {
    var waiting = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
    try #require(poll(&waiting, 1, 30_000) == 1, "nobody connected")
  }
}
