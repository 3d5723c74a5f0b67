public import ConnectorKit
public import ErasureDomain

extension SQLiteConnector: Scanning {
  public func scan(
    deadline: UTCTime, each batch: @Sendable ([ScannedRecord]) async throws -> Void
  ) async throws(ConnectorFailure) {
    let (context, file) = (context, file)
    try await answering {
      try await DatabaseScan.all(
        context.record, clock: context.clock, deadline: deadline,
        { dataset, place in
          try await file.look { db in
            let (session, layout) = try Self.open(db, context)
            if let obstacle = layout.obstacles.first { throw ConnectorFailure.settle(obstacle.code.rawValue) }
            return try DatabaseScan(session: session, layout: layout).batch(of: dataset, after: place)
          }
        }, each: batch)
    }
  }
}
