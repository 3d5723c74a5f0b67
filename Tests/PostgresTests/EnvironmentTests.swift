import CPostgres
import Foundation
import Glibc
import Postgres
import PostgresTestKit
import TestKit
import Testing

@Suite struct EnvironmentTests {
  @Test func `no variable of libpq has a say`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let (name, port, password) = (database.name, database.server.port, database.server.password)
    await #expect(processExitsWith: .success) {
      [name = name as String, port = port as Int, password = password as String] in
      for variable in EnvironmentTests.variables { setenv(variable, "nonsense", 1) }
      let target = PostgresTarget(
        parameters: [
          ("host", "127.0.0.1"), ("port", String(port)), ("dbname", name), ("user", "postgres"), ("sslmode", "disable"),
        ], password: Array(password.utf8), applicationName: "test")
      let connection = try await PostgresConnection.open(target)
      let row = try await connection.perform { session in
        try session.rows(
          """
          SELECT current_setting('application_name'), current_setting('TimeZone'), current_setting('geqo'),
            current_setting('client_encoding'), current_setting('DateStyle')
          """)[0]
      }
      #expect(row == ["test", "UTC", "on", "UTF8", "ISO, YMD"])
      await connection.close()
    }
  }

  @Test func `a password that lies in a file or a variable is not used`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let (name, port, password) = (database.name, database.server.port, database.server.password)
    let folder = try TemporaryFolder()
    let home = folder.path
    try "*:*:*:*:\(password)\n".write(toFile: folder.path(".pgpass"), atomically: true, encoding: .utf8)
    try #require(chmod(folder.path(".pgpass"), 0o600) == 0)
    await #expect(processExitsWith: .success) {
      [name = name as String, port = port as Int, password = password as String, home = home as String] in
      setenv("HOME", home, 1)
      let arguments = ["host=127.0.0.1 sslmode=disable user=postgres dbname=\(name) port=\(port)"]
      func usual() -> Bool {
        let connection = PQconnectdb(arguments[0])
        defer { PQfinish(connection) }
        return PQstatus(connection) == CONNECTION_OK
      }
      func ours() async -> PostgresError.Kind? {
        let target = PostgresTarget(
          parameters: [
            ("host", "127.0.0.1"), ("port", String(port)), ("dbname", name), ("user", "postgres"),
            ("sslmode", "disable"),
          ], applicationName: "test")
        do {
          await (try PostgresConnection.open(target)).close()
          return nil
        } catch {
          return (error as? PostgresError)?.kind
        }
      }
      // libpq itself would have found it.
      #expect(usual())
      #expect(await ours() == .wrongPassword)
      setenv("PGPASSFILE", home + "/.pgpass", 1)
      #expect(usual())
      #expect(await ours() == .wrongPassword)
      setenv("PGPASSFILE", "/nonexistent", 1)
      setenv("PGPASSWORD", password, 1)
      #expect(usual())
      #expect(await ours() == .wrongPassword)
    }
  }

  @Test func `certificates in the home folder are not used`() async throws {
    let server = try await PostgresServer.startPrivate(tls: true)
    let database = try await server.newDatabase()
    _ = try await server.newRole(named: "certified")
    let folder = try TemporaryFolder()
    let home = folder.path
    try FileManager.default.createDirectory(atPath: folder.path(".postgresql"), withIntermediateDirectories: false)
    let files = server.certificates
    for (from, to) in [
      (files.authority, "root.crt"), (files.client, "postgresql.crt"), (files.clientKey, "postgresql.key"),
    ] { try FileManager.default.copyItem(atPath: from, toPath: folder.path(".postgresql/" + to)) }
    let (name, port, authority) = (database.name, server.port, files.authority)
    await #expect(processExitsWith: .success) {
      [name = name as String, port = port as Int, home = home as String, authority = authority as String] in
      setenv("HOME", home, 1)
      let usual = PQconnectdb("host=localhost sslmode=verify-full user=certified dbname=\(name) port=\(port)")
      #expect(PQstatus(usual) == CONNECTION_OK)
      PQfinish(usual)
      var target = PostgresTarget(
        parameters: [("host", "localhost"), ("port", String(port)), ("dbname", name), ("user", "certified")],
        applicationName: "test")
      let untrusted = await #expect(throws: PostgresError.self) { _ = try await PostgresConnection.open(target) }
      #expect(untrusted?.kind == .tls)
      target.parameters.append(("sslrootcert", authority))
      let unknown = await #expect(throws: PostgresError.self) { _ = try await PostgresConnection.open(target) }
      #expect(unknown?.kind == .roleRejected)
    }
  }

  @Test func `what the server remarks is not printed`() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let (name, port, password) = (database.name, database.server.port, database.server.password)
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardErrorContent, \.standardOutputContent]
    ) { [name = name as String, port = port as Int, password = password as String] in
      let target = PostgresTarget(
        parameters: [
          ("host", "127.0.0.1"), ("port", String(port)), ("dbname", name), ("user", "postgres"), ("sslmode", "disable"),
        ], password: Array(password.utf8), applicationName: "test")
      let connection = try await PostgresConnection.open(target)
      try await connection.perform { session in
        try session.execute("SET client_min_messages = debug5")
        try session.execute("DO $$ BEGIN RAISE WARNING 'alice'; RAISE NOTICE 'alice'; END $$")
      }
      await connection.close()
    }
    for printed in [result?.standardErrorContent, result?.standardOutputContent] {
      let text = String(decoding: printed ?? [], as: UTF8.self)
      #expect(!text.contains("alice") && !text.contains("DEBUG"), "\(text)")
    }
  }

  /// Every variable that this libpq has a parameter for, and those that it reads besides.
  private static var variables: [String] {
    var variables = [
      "PGTZ", "PGDATESTYLE", "PGGEQO", "PGSERVICE", "PGSERVICEFILE", "PGSYSCONFDIR", "PGREQUIRESSL", "PGLOCALEDIR",
    ]
    guard let list = PQconninfoParse("", nil) else { return variables }
    defer { PQconninfoFree(list) }
    var place = list
    while place.pointee.keyword != nil {
      if let variable = place.pointee.envvar { variables.append(String(cString: variable)) }
      place += 1
    }
    return variables
  }
}
