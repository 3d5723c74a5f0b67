import ConnectorKit
import ErasureDomain
import Postgres

/// A transaction by a name that holds beyond this connection: `<cluster>/<timeline>/<number>`.
///
/// After a failover a new timeline begins, and the old number says nothing any more.
enum PostgresTransaction {
  /// What became of the transaction of an earlier attempt.
  enum Fate: Sendable {
    /// There was none.
    case none
    case committed
    case rolledBack
    /// The server cannot say: another timeline, or too long ago.
    case unknown
  }

  private static let timeline = """
    SELECT (SELECT system_identifier FROM pg_control_system()) || '/' \
    || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)
    """

  /// The name of the open transaction, which from now on has a number.
  static func name(_ session: any DatabaseSession) throws -> String? {
    let cluster = try session.rows(SQL(timeline)).first?.first ?? nil
    let number = try session.rows("SELECT pg_current_xact_id()").first?.first ?? nil
    guard let cluster, let number else { return nil }
    return "\(cluster)/\(number)"
  }

  /// Asks the server what became of what an earlier attempt prepared.
  static func fate(of prepared: PreparedEffect?, on connection: PostgresConnection) async throws -> Fate {
    guard let prepared else { return .none }
    guard let name = prepared.transaction else { return .unknown }
    return try await connection.perform { session in
      let work = PostgresWork(session: session)
      guard try work.rows("SELECT pg_is_in_recovery()").first?.first == "f" else {
        throw ConnectorFailure.settle("server-is-read-only")
      }
      let cluster = try work.rows(SQL(timeline)).first?.first ?? nil
      let parts = name.split(separator: "/")
      guard parts.count == 3, let cluster, "\(parts[0])/\(parts[1])" == cluster else { return .unknown }
      let status: String?
      do {
        status = try work.rows("SELECT pg_xact_status(CAST(\(value: String(parts[2])) AS xid8))").first?.first ?? nil
      } catch let error as PostgresError where error.sqlState?.hasPrefix("22") == true {
        // A number from the future: this is not the server that gave it.
        return .unknown
      }
      switch status {
      case "committed": return .committed
      case "aborted": return .rolledBack
      case "in progress":
        throw ConnectorFailure.transient(FailureCode("transaction-in-progress"), retryAfterSeconds: 5)
      default: return .unknown
      }
    }
  }
}
