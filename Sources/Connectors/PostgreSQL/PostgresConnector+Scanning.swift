public import ConnectorKit
public import ErasureDomain

extension PostgresConnector: Scanning {
  public func scan(
    deadline: UTCTime, each batch: @Sendable ([ScannedRecord]) async throws -> Void
  ) async throws(ConnectorFailure) {
    let (context, database, credential) = (context, database, lookCredential)
    try await answering {
      try await DatabaseScan.all(
        context.record, clock: context.clock, deadline: deadline,
        { dataset, place in
          try await database.look(credential, application: "expunged/scan", deadline: deadline) { work in
            let layout = try Self.layout(context.record, work)
            if let obstacle = layout.obstacles.first { throw ConnectorFailure.settle(obstacle.code.rawValue) }
            return try DatabaseScan(session: work, layout: layout).batch(of: dataset, after: place)
          }
        }, each: batch)
    }
  }
}
