public import ConnectorKit
public import ErasureDomain

extension SQLiteConnector: Exporting {
  public func export(_ order: ErasureOrder) async throws(ConnectorFailure) -> [CollectedRows] {
    let context = context
    return try await answering {
      try checkDeadline(order.callDeadline)
      try Self.checkIdentifiers(order.identifiers)
      return try await file.look { db in
        let (session, layout) = try Self.open(db, context)
        return try DatabaseExport(session: session, layout: layout, context: context, order: order).rows()
      }
    }
  }
}
