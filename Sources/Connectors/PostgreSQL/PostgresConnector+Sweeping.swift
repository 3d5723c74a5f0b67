public import ConnectorKit
public import ErasureDomain

extension PostgresConnector: Sweeping, Drafting {
  /// On the first standby that the register names where the order prefers one: a search reads much.
  public func sweep(
    _ order: SweepOrder, progress: @escaping @Sendable (SweepProgress) -> Void
  ) async throws(ConnectorFailure) -> SweepFindings {
    let context = context
    let replica = order.prefersReplica ? settings.replicas?.first : nil
    return try await answering {
      try Self.checkIdentifiers(order.identifiers)
      return try await database.withConnection(
        replica ?? lookCredential, application: "expunged/discover", deadline: order.deadline, purpose: .look
      ) { connection in
        try await PostgresSweep.sweep(
          order, datasets: context.record.datasets, over: connection, clock: context.clock, progress: progress)
      }
    }
  }

  public func draft(deadline: UTCTime) async throws(ConnectorFailure) -> DatabaseOutline {
    try await answering {
      try await database.withConnection(
        lookCredential, application: "expunged/draft", deadline: deadline, purpose: .look
      ) { connection in try await PostgresOutline.draft(over: connection) }
    }
  }
}
