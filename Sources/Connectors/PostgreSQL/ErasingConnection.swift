import Postgres
import Synchronization

/// The erasing connection of one system between two jobs: to open one takes longer than to erase an ordinary person.
///
/// The server ends it after a short time without a job (`idle_session_timeout`, PostgreSQL 14), so that nothing of ours
/// stays open on a database that has no work for us. A changed credential gets a new connection.
final class ErasingConnection: Sendable {
  /// The longest time without a job.
  static let idleMilliseconds = 10_000

  private struct Kept: Sendable {
    let connection: PostgresConnection
    let login: Int
  }

  private let kept = Mutex<Kept?>(nil)

  /// A hash of a credential that says nothing outside of this process.
  static func login(_ credential: [UInt8]) -> Int { credential.hashValue }

  /// The connection that was kept, with the target's application name and settings, now the caller's alone; nothing if
  /// there is none with that login which still answers.
  func take(_ login: Int, for target: PostgresTarget) async throws -> PostgresConnection? {
    let found = kept.withLock { kept in
      defer { kept = nil }
      return kept
    }
    guard let found else { return nil }
    guard found.login == login else {
      await found.connection.close()
      return nil
    }
    var target = target
    target.settings.append(("idle_session_timeout", "0"))
    do {
      try await found.connection.adopt(target)
      return found.connection
    } catch {
      await found.connection.close()
      // The server has ended it meanwhile, or is not there: a new one will tell.
      if let error = error as? PostgresError, [.cannotConnect, .connectionLost].contains(error.kind) { return nil }
      throw error
    }
  }

  /// Keeps a connection that is in no transaction for the next job; one that the server would never end is closed.
  func keep(_ connection: PostgresConnection, _ login: Int) async {
    guard await isLimited(connection) else { return await connection.close() }
    let hasRoom = kept.withLock { kept in
      guard kept == nil else { return false }
      kept = Kept(connection: connection, login: login)
      return true
    }
    if !hasRoom { await connection.close() }
  }

  private func isLimited(_ connection: PostgresConnection) async -> Bool {
    do {
      return try await connection.finish { session in
        guard session.serverVersion >= 140_000, !session.isInTransaction else { return false }
        try session.execute("SET idle_session_timeout = \(Self.idleMilliseconds)")
        return true
      }
    } catch {
      return false
    }
  }
}
