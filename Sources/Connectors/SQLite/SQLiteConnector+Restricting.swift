public import ConnectorKit
public import ErasureDomain
import GRDB

extension SQLiteConnector: Restricting {
  private var marking: DatabaseMark { DatabaseMark(context: context) }

  public func canMark(_ measure: RestrictionMeasure) -> Bool { marking.canMark(measure) }

  public func mark(_ order: MarkOrder, before: any MarkRecorder) async throws(ConnectorFailure) -> Int {
    let (context, marking) = (context, marking)
    return try await answering {
      try checkDeadline(order.deadline)
      try Self.checkIdentifiers(order.identifiers)
      try await file.withConnection(for: .change) { queue in
        do {
          let rows = try await queue.writeWithoutTransaction { db in
            try db.execute(sql: "BEGIN IMMEDIATE")
            let (session, layout) = try Self.open(db, context)
            return try marking.mark(order, session, layout)
          }
          if !rows.isEmpty { try await before.record(rows) }
          try Task.checkCancellation()
          try await Self.commit(queue)
        } catch {
          try await Self.rollBack(queue)
          throw error
        }
      }
      let seen = try await file.look { db in
        let (session, layout) = try Self.open(db, context)
        return try marking.look(order, session, layout)
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
      return try await file.withConnection(for: .change) { queue in
        do {
          let count = try await queue.writeWithoutTransaction { db in
            try db.execute(sql: "BEGIN IMMEDIATE")
            let (session, layout) = try Self.open(db, context)
            return try marking.unmark(rows, session, layout)
          }
          try await Self.commit(queue)
          return count
        } catch {
          try await Self.rollBack(queue)
          throw error
        }
      }
    }
  }
}
