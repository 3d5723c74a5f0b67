import ConnectorKit
import ErasureDomain
import Postgres

/// Whether anybody can still see rows that were deleted before now.
struct PostgresHorizon {
  /// Times a quarter of a second.
  private static let waits = 40

  let connection: PostgresConnection

  /// Returns once every snapshot, prepared transaction and standby that holds old rows is newer than this call; after
  /// ten seconds throws `old-snapshot`. Once passed it stays passed: what begins later sees no older rows. With
  /// `catalogues` the rows of system catalogues too, which logical replication slots hold.
  func pass(catalogues: Bool) async throws {
    // Every transaction that has committed by now has a smaller number.
    let next = try await numbers("SELECT pg_snapshot_xmax(pg_current_snapshot())")
    guard let next = next.first else { throw ConnectorFailure.settle("old-snapshot") }
    for _ in 0..<Self.waits {
      let held = try await numbers(catalogues ? Self.holders + Self.slots : Self.holders)
      // Numbers of 32 bits go round: the difference tells which is older.
      if held.allSatisfy({ Int32(bitPattern: $0 &- next) >= 0 }) { return }
      _ = try await connection.perform { session in try session.rows("SELECT pg_sleep(0.25)").count }
    }
    throw ConnectorFailure.transient(FailureCode("old-snapshot"), retryAfterSeconds: nil)
  }

  /// Sessions of this database and of standbys, prepared transactions, replication slots.
  private static let holders = """
    SELECT x FROM pg_stat_activity, LATERAL (VALUES (backend_xmin), (backend_xid)) AS held(x) \
    WHERE pid <> pg_backend_pid() AND x IS NOT NULL AND (datname = current_database() OR datname IS NULL) \
    UNION ALL SELECT transaction FROM pg_prepared_xacts WHERE database = current_database() \
    UNION ALL SELECT xmin FROM pg_replication_slots WHERE xmin IS NOT NULL
    """
  private static let slots = " UNION ALL SELECT catalog_xmin FROM pg_replication_slots WHERE catalog_xmin IS NOT NULL"

  private func numbers(_ sql: String) async throws -> [UInt32] {
    try await connection.perform { session in
      try session.rows(sql).compactMap { $0.first ?? nil }.compactMap { UInt64($0) }.map {
        UInt32(truncatingIfNeeded: $0)
      }
    }
  }
}
