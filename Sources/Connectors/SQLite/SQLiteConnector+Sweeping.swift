public import ConnectorKit
public import ErasureDomain
import GRDB

// Looking everywhere, and describing what is there.
extension SQLiteConnector: Sweeping, Drafting {
  public func sweep(
    _ order: SweepOrder, progress: @escaping @Sendable (SweepProgress) -> Void
  ) async throws(ConnectorFailure) -> SweepFindings {
    let context = context
    return try await answering {
      try checkDeadline(order.deadline)
      return try await file.withConnection(for: .look) { queue in
        let source = try await SQLiteSweepSource(queue)
        var run = try SweepRun(
          source, order, datasets: context.record.datasets, clock: context.clock, progress: progress)
        return try await run.run()
      }
    }
  }

  public func draft(deadline: UTCTime) async throws(ConnectorFailure) -> DatabaseOutline {
    try await answering {
      try checkDeadline(deadline)
      return try await file.look { db in try SQLiteOutline.sampled(db) }
    }
  }
}
