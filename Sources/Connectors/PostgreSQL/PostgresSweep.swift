import ConnectorKit
import ErasureDomain
import Postgres

/// A sweep over an open connection, to the primary or to a replica; the caller chooses which, and closes it.
///
/// The connection's settings give each statement its `statement_timeout`; `row_security = off` is not needed, a table
/// whose rows are hidden is named and not read. One transaction of REPEATABLE READ holds back VACUUM for as long as
/// the sweep takes: on a primary, keep it short.
enum PostgresSweep {
  /// - Returns: What `Sweeping.sweep` answers. Throws what the connection throws, for the connector to translate.
  static func sweep(
    _ order: SweepOrder, datasets: [DatasetRecord], over connection: PostgresConnection, clock: any CivilClock,
    progress: @escaping @Sendable (SweepProgress) -> Void
  ) async throws -> SweepFindings {
    try await connection.perform { session in
      try session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    }
    do {
      let source = try await PostgresSweepSource(connection)
      var run = try SweepRun(source, order, datasets: datasets, clock: clock, progress: progress)
      let findings = try await run.run()
      try await connection.finish { session in try session.execute("COMMIT") }
      return findings
    } catch {
      try await rollBack(connection)
      throw error
    }
  }

  /// A connection that is lost has nothing to roll back.
  private static func rollBack(_ connection: PostgresConnection) async throws {
    do {
      try await connection.finish { session in try session.execute("ROLLBACK") }
    } catch let error as PostgresError where error.kind == .connectionLost {
      return
    }
  }
}
