import Postgres
import PostgresTestKit
import Testing

/// An open connection that gets another name and other settings.
struct AdoptingTests {
  @Test func takesNameAndSettingsOfTheOtherTarget() async throws {
    let database = try await PostgresServer.shared().newDatabase()
    let connection = try await PostgresConnection.open(database.target().setting("lock_timeout", "7s"))
    var other = database.target(application: "expunged/other").setting("statement_timeout", "9s")
    try await connection.adopt(other)
    let shown = try await connection.value(
      "SELECT concat_ws(' ', current_setting('application_name'), current_setting('statement_timeout'), "
        + "current_setting('lock_timeout'))")
    #expect(shown == "expunged/other 9s 7s")
    other = other.setting("no_such_setting", "1")
    let refused = try await postgresError { [other] in try await connection.adopt(other) }
    #expect(refused.kind == .badTarget)
    await connection.close()
    let lost = try await postgresError { try await connection.adopt(database.target()) }
    #expect(lost.kind == .connectionLost)
  }

  @Test(.timeLimit(.minutes(10)), arguments: [false, true])
  func aServerThatIsGoneOrSilentIsFoundOutInTime(_ isFrozen: Bool) async throws {
    let server = try await PostgresServer.startPrivate()
    let database = try await server.newDatabase()
    let target = database.target()
    let connection = try await PostgresConnection.open(target)
    if isFrozen { try server.freeze() } else { try await server.stop(immediate: true) }
    let start = ContinuousClock.now
    let error = try await postgresError { try await connection.adopt(target.with("connect_timeout", "2")) }
    #expect(error.kind == .cannotConnect)
    #expect(ContinuousClock.now - start < .seconds(30))
    await connection.close()
    if isFrozen { try server.freeze(false) }
  }
}
