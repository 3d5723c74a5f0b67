import ConnectorKit
import ErasureDomain
import Postgres

/// One erasure on one connection: prepare, record, commit.
struct PostgresErasure {
  let connector: PostgresConnector
  let order: ErasureOrder
  let fate: PostgresTransaction.Fate

  func run(_ connection: PostgresConnection, _ before: any EffectRecorder) async throws -> ErasureProgress {
    let order = fate == .rolledBack ? self.order.withoutPrepared : self.order
    let context = connector.context
    do {
      switch try await connection.perform({ session in try Self.prepare(order, context, session) }) {
      case .nothing(let effects):
        try await Self.rollBack(connection)
        return .completed(fate == .unknown ? effects.map(\.uncertain) : effects)
      case .prepared(let effect):
        try await before.record(effect)
        try Task.checkCancellation()
        try await Self.commit(connection)
        return .completed(effect.effects)
      }
    } catch {
      try? await Self.rollBack(connection)  // The connection is closed next, and that ends the transaction too.
      throw error
    }
  }

  private static func prepare(
    _ order: ErasureOrder, _ context: ConnectorContext, _ session: PostgresSession
  ) throws -> DatabaseErasure.Step {
    let work = PostgresWork(session: session)
    try session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ WRITE")
    // One erasing connection per database, whichever system of the register it belongs to.
    guard try work.rows("SELECT pg_try_advisory_xact_lock(hashtext('expunged'))").first?.first == "t" else {
      throw ConnectorFailure.transient(FailureCode("another-erasure-runs"), retryAfterSeconds: nil)
    }
    try session.execute("SET CONSTRAINTS ALL DEFERRED")
    let layout = try PostgresConnector.layout(context.record, work)
    let step = try DatabaseErasure(order: order, context: context).prepare(work, layout)
    guard case .prepared(let effect) = step else { return step }
    // What could wait for the end is checked now: after the record only COMMIT is left.
    try session.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return .prepared(
      PreparedEffect(
        effects: effect.effects, transaction: try PostgresTransaction.name(work), recognition: effect.recognition,
        kept: effect.kept))
  }

  private static func rollBack(_ connection: PostgresConnection) async throws {
    try await connection.finish { session in
      if session.isInTransaction { _ = try session.execute("ROLLBACK") }
    }
  }

  private static func commit(_ connection: PostgresConnection) async throws {
    do {
      // A failed transaction would answer COMMIT with ROLLBACK and throw nothing; none comes as far as this.
      try await connection.finish { session in _ = try session.execute("COMMIT") }
    } catch let error as PostgresError where error.kind != .server {
      // Only the server knows: the next attempt asks it.
      throw ConnectorFailure.outcomeUnknown(FailureCode("commit-unanswered"))
    }
  }
}

extension EffectCount {
  /// The same counts, of which nobody can say any more whether they happened exactly so.
  var uncertain: EffectCount {
    EffectCount(
      dataset: dataset, approved: approved, found: found, erased: erased, reduced: reduced, kept: kept,
      isUncertain: true)
  }
}

extension ErasureOrder {
  /// The order of an attempt before which nothing happened.
  var withoutPrepared: ErasureOrder {
    ErasureOrder(
      request: request, job: job, system: system, verb: verb, ground: ground, receivedOn: receivedOn,
      identifiers: identifiers, roots: roots, leftOut: leftOut, approved: approved, margin: margin,
      followUps: followUps, deadline: deadline, callDeadline: callDeadline, idempotencyKey: idempotencyKey,
      prepared: nil, blind: blind, remembered: remembered, kept: kept, erasedBy: erasedBy)
  }
}
