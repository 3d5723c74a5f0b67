public import ConnectorKit
public import ErasureDomain

extension PostgresConnector: Exporting {
  /// On the server that is written to, by the user who only looks: a replica may not have the newest rows yet.
  public func export(_ order: ErasureOrder) async throws(ConnectorFailure) -> [CollectedRows] {
    let context = context
    return try await answering {
      try checkDeadline(order.callDeadline)
      try Self.checkIdentifiers(order.identifiers)
      return try await database.look(
        lookCredential, application: "expunged/\(order.job)", deadline: order.callDeadline
      ) { work in
        let layout = try Self.layout(context.record, work)
        return try DatabaseExport(session: work, layout: layout, context: context, order: order).rows()
      }
    }
  }
}
