public import ConnectorKit
public import ErasureDomain
import Postgres

extension PostgresConnector: Restricting {
  private var marking: DatabaseMark { DatabaseMark(context: context) }

  public func canMark(_ measure: RestrictionMeasure) -> Bool { marking.canMark(measure) }

  public func mark(_ order: MarkOrder, before: any MarkRecorder) async throws(ConnectorFailure) -> Int {
    let (context, marking) = (context, marking)
    return try await answering {
      try checkDeadline(order.deadline)
      try Self.checkIdentifiers(order.identifiers)
      try await changing(order.deadline) { connection in
        let rows = try await connection.perform { session in
          let layout = try PostgresErasure.begin(session, context)
          let rows = try marking.mark(order, PostgresWork(session: session), layout)
          try session.execute("SET CONSTRAINTS ALL IMMEDIATE")
          return rows
        }
        if !rows.isEmpty { try await before.record(rows) }
      }
      let seen = try await database.look(lookCredential, application: "expunged/look", deadline: order.deadline) {
        work in
        try marking.look(order, work, try Self.layout(context.record, work))
      }
      guard seen.bare == 0 else {
        throw ConnectorFailure.transient(FailureCode("mark-not-seen"), retryAfterSeconds: nil)
      }
      return seen.marked
    }
  }

  public func unmark(_ rows: [MarkedRow], deadline: UTCTime) async throws(ConnectorFailure) -> Int {
    let (context, marking) = (context, marking)
    return try await answering {
      try checkDeadline(deadline)
      return try await changing(deadline) { connection in
        try await connection.perform { session in
          let layout = try PostgresErasure.begin(session, context)
          let count = try marking.unmark(rows, PostgresWork(session: session), layout)
          try session.execute("SET CONSTRAINTS ALL IMMEDIATE")
          return count
        }
      }
    }
  }

  /// A transaction of the erasing user, committed at the end of the body, rolled back when it throws.
  private func changing<T: Sendable>(
    _ deadline: UTCTime, _ body: @escaping @Sendable (PostgresConnection) async throws -> T
  ) async throws -> T {
    try await database.withConnection(
      eraseCredential, application: "expunged/mark", deadline: deadline, purpose: .erase
    ) { connection in
      do {
        let value = try await body(connection)
        try Task.checkCancellation()
        try await PostgresErasure.commit(connection)
        return value
      } catch {
        await PostgresErasure.abandon(connection)
        throw error
      }
    }
  }
}
