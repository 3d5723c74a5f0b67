import ConnectorKit
import ErasureDomain
import Postgres

/// A standby server, and how far it has come.
struct PostgresReplica {
  private static let waits = 40

  let connection: PostgresConnection

  /// Returns once the standby has replayed the log up to `position`; later the caller tries again.
  func waitUntilReplayed(_ position: String) async throws {
    for _ in 0..<Self.waits {
      if try await hasReplayed(position) { return }
      // The server waits, no thread of ours.
      _ = try await connection.perform { session in try session.rows("SELECT pg_sleep(0.25)").count }
    }
    throw ConnectorFailure.transient(FailureCode("replica-behind"), retryAfterSeconds: 30)
  }

  private func hasReplayed(_ position: String) async throws -> Bool {
    try await connection.perform { session in
      try session.rows("SELECT coalesce(pg_last_wal_replay_lsn() >= CAST($1 AS pg_lsn), true)", [position]).first?.first
        == "t"
    }
  }

  /// Seconds by which it is behind `position`; 0 when it has replayed it.
  func secondsBehind(_ position: String) async throws -> Int {
    if try await hasReplayed(position) { return 0 }
    return try await connection.perform { session in
      let seconds =
        try session.rows(
          // Without a time nobody knows how far behind it is: greatest() would call that one second.
          """
          SELECT CASE WHEN pg_last_xact_replay_timestamp() IS NOT NULL \
          THEN greatest(1, extract(epoch FROM now() - pg_last_xact_replay_timestamp())) END::bigint
          """
        ).first?.first ?? nil
      return seconds.flatMap { Int($0) } ?? .max
    }
  }
}

extension PostgresConnector {
  /// An erasure waits where a standby lags or too many connections are active.
  func pauseWhereBusy(_ order: ErasureOrder, _ connection: PostgresConnection) async throws {
    guard let pause = settings.pause else { return }
    let wait = ConnectorFailure.transient
    if let percent = pause.activePercent {
      let share = try await connection.perform { session in
        try session.rows(
          """
          SELECT count(*) FILTER (WHERE coalesce(state, 'active') <> 'idle') * 100 \
          / current_setting('max_connections')::int FROM pg_stat_activity WHERE backend_type = 'client backend' \
          AND pid <> pg_backend_pid()
          """
        ).first?.first ?? nil
      }
      if (share.flatMap { Int($0) } ?? 100) >= percent { throw wait(FailureCode("too-many-active"), 60) }
    }
    guard let seconds = pause.lagSeconds else { return }
    let position = try await connection.perform { session in
      try session.rows("SELECT pg_current_wal_lsn()").first?.first ?? nil
    }
    for replica in settings.replicas ?? [] {
      let behind = try await database.withConnection(
        replica, application: "expunged/\(order.job)", deadline: order.callDeadline, purpose: .look
      ) { try await PostgresReplica(connection: $0).secondsBehind(position ?? "0/0") }
      if behind > seconds { throw wait(FailureCode("replica-lags"), 60) }
    }
  }
}
