import ConnectorKit
import ErasureDomain
import Postgres

/// The write-ahead log of a server: whether what it has held until now is anywhere else, and gone from its folder.
struct PostgresLog {
  /// A file that was made in advance is used up by beginning the one after it.
  private static let rounds = 4

  let connection: PostgresConnection

  /// Begins a new file of the log and checkpoints until no file is left that was there before. Throws the reason where
  /// one stays, where files are used again with what stood in them, or where the log is archived or sent.
  func empty() async throws {
    try await requireNoCopies()
    let before = Set(try await files())
    guard let written = try await text("SELECT pg_current_wal_insert_lsn()") else {
      throw ConnectorFailure.settle("log-unknown")
    }
    for _ in 0..<Self.rounds {
      _ = try await connection.perform { session in
        try session.execute("SELECT pg_switch_wal()")
        return try session.execute("CHECKPOINT")
      }
      guard before.isDisjoint(with: try await files()) else { continue }
      let isPast = try await connection.perform { session in
        try session.rows("SELECT redo_lsn > CAST($1 AS pg_lsn) FROM pg_control_checkpoint()", [written]).first?.first
      }
      guard isPast == "t" else { throw ConnectorFailure.settle("checkpoint-not-past") }
      // Somebody may have begun to listen meanwhile.
      return try await requireNoCopies()
    }
    throw ConnectorFailure.settle("log-is-kept")
  }

  private func requireNoCopies() async throws {
    let checks: [(String, String)] = [
      ("current_setting('archive_mode') = 'off'", "log-is-archived"),
      ("NOT EXISTS (SELECT FROM pg_stat_replication) AND NOT EXISTS (SELECT FROM pg_replication_slots)", "log-is-sent"),
      // A file that is used again keeps old bytes behind what is written anew.
      ("current_setting('wal_recycle') = 'off'", "log-is-recycled"),
    ]
    for (condition, code) in checks {
      guard try await text("SELECT \(condition)") == "t" else { throw ConnectorFailure.settle(code) }
    }
  }

  private func files() async throws -> [String] {
    try await connection.perform { session in
      try session.rows("SELECT name FROM pg_ls_waldir()").compactMap { $0.first ?? nil }.filter {
        !$0.hasSuffix(".history")
      }
    }
  }

  private func text(_ sql: String) async throws -> String? {
    try await connection.perform { session in try session.rows(sql).first?.first ?? nil }
  }
}
