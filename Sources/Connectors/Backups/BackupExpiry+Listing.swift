import ConnectorKit
import ErasureDomain

extension BackupExpiry {
  /// The newest set that was complete before that instant.
  func newestCopy(
    completeBefore instant: UTCTime, deadline: UTCTime
  ) async throws(ConnectorFailure) -> KnownCopy? {
    let query = BackupQuery(startedBy: instant, request: "", deadline: deadline)
    let sets = try await store.listing(query).sets.compactMap { set -> KnownCopy? in
      guard let stop = set.stop, stop < instant else { return nil }
      return KnownCopy(complete: stop, lastDay: set.latestDay(clock: clock))
    }
    return sets.max { $0.complete < $1.complete }
  }
}
