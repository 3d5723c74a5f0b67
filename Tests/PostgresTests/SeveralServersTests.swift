import Postgres
import PostgresTestKit
import Testing

@Suite struct SeveralServersTests {
  @Test func `the server of the kind asked for is found among primary and standby`() async throws {
    let primary = try await PostgresServer.startPrivate()
    let standby = try await PostgresServer.startReplica(of: primary)
    let deadPort = try SilentListener().port
    let base = PostgresTarget(
      parameters: [
        ("host", "127.0.0.1"), ("user", PostgresServer.superuser), ("dbname", "postgres"), ("sslmode", "disable"),
      ],
      password: Array(primary.password.utf8), applicationName: "several")
    func port(_ ports: [Int], _ attributes: String?) async throws -> Int? {
      let hosts = ports.map { _ in "127.0.0.1" }.joined(separator: ",")
      let target = base.with("host", hosts).with("port", ports.map(String.init).joined(separator: ","))
      let connection = try await PostgresConnection.open(target.with("target_session_attrs", attributes))
      let port = try await connection.value("SELECT current_setting('port')")
      await connection.close()
      return port.flatMap { Int($0) }
    }
    let (first, second) = (primary.port, standby.port)
    for ports in [[first, second], [second, first], [deadPort, second, first]] {
      for attributes in ["read-write", "primary"] { #expect(try await port(ports, attributes) == first) }
      for attributes in ["read-only", "standby", "prefer-standby"] {
        #expect(try await port(ports, attributes) == second)
      }
    }
    #expect(try await port([second, first], nil) == second)
    #expect(try await port([deadPort, first], "prefer-standby") == first)
    for ports in [[second], [deadPort, second]] {
      #expect(try await postgresError { _ = try await port(ports, "read-write") }.kind == .cannotConnect)
    }
    // What is written on the one arrives on the other, and writing there is refused.
    _ = try await primary.newRole(named: "replicated")
    let reader = try await PostgresConnection.open(base.with("port", String(second)))
    while try await reader.value("SELECT count(*) FROM pg_roles WHERE rolname = 'replicated'") != "1" {}
    let refused = try await postgresError { try await reader.perform { try $0.execute("DROP ROLE replicated") } }
    #expect(refused.kind == .server && refused.sqlState == "25006")
    await reader.close()
    // After the primary has gone there is nobody to write to.
    try primary.kill9()
    let lost = try await postgresError { _ = try await port([first, second], "read-write") }
    #expect(lost.kind == .cannotConnect)
    #expect(try await port([first, second], "any") == second)
  }

  @Test func `a server that refuses us is the last that is asked`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let other = try await PostgresServer.startPrivate()
    // The other server has another password.
    let target = database.target().with("host", "127.0.0.1,127.0.0.1")
      .with("port", "\(other.port),\(database.server.port)")
    #expect(try await refusal(of: target).kind == .wrongPassword)
    let reversed = target.with("port", "\(database.server.port),\(other.port)")
    try await (PostgresConnection.open(reversed)).close()
  }

  @Test func `a list of addresses goes with a list of names`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let target = database.target().with("host", "nosuch.invalid,db.invalid")
    try await (PostgresConnection.open(target.with("hostaddr", "127.0.0.1,127.0.0.1"))).close()
    let error = try await refusal(of: target.with("hostaddr", "127.0.0.1,127.0.0.1,127.0.0.1"))
    #expect(error.kind == .badTarget && error.parameter == "hostaddr")
  }
}
