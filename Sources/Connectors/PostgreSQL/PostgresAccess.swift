import ConnectorKit
import ErasureDomain
import Postgres

/// The databases of one system, by credential: every call has a connection of its own. One that has erased is kept for
/// a moment; all others are closed.
struct PostgresAccess: Sendable {
  /// Waiting for another's lock; the engine's back-off does the rest.
  static let lockMilliseconds = 5_000
  /// Our own stores answer within this time, or the transaction ends.
  static let idleMilliseconds = 60_000
  /// The longest statement of a look.
  static let lookMilliseconds: Int64 = 120_000

  let secrets: any SecretSource
  let clock: any CivilClock
  private let erasing = ErasingConnection()

  init(secrets: any SecretSource, clock: any CivilClock) {
    self.secrets = secrets
    self.clock = clock
  }

  enum Purpose: Sendable {
    case look
    case erase
    case rewrite
  }

  /// Runs `body` with a connection of its own; what it leaves open is rolled back with the connection.
  func withConnection<T: Sendable>(
    _ credential: String, application: String, deadline: UTCTime, purpose: Purpose,
    _ body: (PostgresConnection) async throws -> T
  ) async throws -> T {
    try Task.checkCancellation()
    let target = try target(credential, application: application, deadline: deadline, purpose: purpose)
    let login = purpose == .erase ? secrets.secret(credential).map(ErasingConnection.login) : nil
    var kept: PostgresConnection?
    if let login { kept = try await erasing.take(login, for: target) }
    let connection = if let kept { kept } else { try await PostgresConnection.open(target) }
    do {
      let value = try await body(connection)
      if let login { await erasing.keep(connection, login) } else { await connection.close() }
      return value
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Runs statements of one look in one transaction that can only read, so that all see the same state.
  func look<T: Sendable>(
    _ credential: String, application: String, deadline: UTCTime,
    _ body: @escaping @Sendable (any DatabaseSession) throws -> T
  ) async throws -> T {
    try await withConnection(credential, application: application, deadline: deadline, purpose: .look) { connection in
      try await connection.perform { session in
        try session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        let value = try body(PostgresWork(session: session))
        try session.execute("COMMIT")
        return value
      }
    }
  }

  private func target(
    _ credential: String, application: String, deadline: UTCTime, purpose: Purpose
  ) throws -> PostgresTarget {
    let parameters = try PostgresLogin(credential: credential, secrets: secrets)
    let left = max(1, deadline.secondsSince1970 - clock.now().secondsSince1970) * 1_000
    let statement = purpose == .look ? min(left, Self.lookMilliseconds) : left
    return PostgresTarget(
      parameters: parameters.parameters, password: parameters.password, applicationName: application,
      settings: [
        ("statement_timeout", "\(min(statement, 2_147_483_647))"), ("lock_timeout", "\(Self.lockMilliseconds)"),
        ("idle_in_transaction_session_timeout", "\(Self.idleMilliseconds)"),
        // A policy that would hide rows is an error, never "nothing found".
        ("row_security", "off"), ("search_path", parameters.searchPath),
      ].filter { !$0.1.isEmpty })
  }
}

/// A session of libpq as the selection uses it.
struct PostgresWork: DatabaseSession {
  let session: PostgresSession

  func execute(_ sql: SQL) throws -> Int {
    let (text, values) = sql.rendered { "$\($0)" }
    return try session.execute(text, values)
  }

  func rows(_ sql: SQL) throws -> [[String?]] {
    let (text, values) = sql.rendered { "$\($0)" }
    return try session.rows(text, values)
  }

  func attempt<T>(_ body: () throws -> T) throws -> T {
    try session.execute("SAVEPOINT expunge_attempt")
    do {
      let value = try body()
      try session.execute("RELEASE SAVEPOINT expunge_attempt")
      return value
    } catch {
      try session.execute("ROLLBACK TO SAVEPOINT expunge_attempt")
      throw error
    }
  }
}
