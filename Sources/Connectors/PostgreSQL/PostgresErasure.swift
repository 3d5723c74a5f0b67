import ConnectorKit
import ErasureDomain
import Postgres

/// One erasure on one connection: prepare, record, commit; in parts where one transaction would be too large.
struct PostgresErasure {
  let connector: PostgresConnector
  let order: ErasureOrder
  let fate: PostgresTransaction.Fate

  /// What is committed for certain before this call.
  private var earlier: [EffectCount] {
    switch fate {
    case .none: []
    case .committed: order.prepared?.effects ?? []
    case .rolledBack: order.prepared?.earlier ?? []
    // Rows that are gone went with it; how many, nobody can say.
    case .unknown: (order.prepared?.earlier ?? []).map(\.uncertain)
    }
  }

  func run(_ connection: PostgresConnection, _ before: any EffectRecorder) async throws -> ErasureProgress {
    var base = earlier
    do {
      while let limit = connector.settings.rowsPerTransaction,
        let part = try await part(of: limit, after: base, connection, before)
      {
        base = part.effects
        // Parts may take long: the hours may have ended meanwhile, or others may need the server.
        try connector.checkDeadline(order.callDeadline)
        try await connector.pauseWhereBusy(order, connection)
      }
      let erasure = DatabaseErasure(order: order.known(fate), context: connector.context, base: base)
      switch try await connection.perform({ session in try Self.prepare(erasure, session) }) {
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
      await Self.abandon(connection)
      // Once parts are committed, whatever stops the rest must not make anybody forget them.
      let failure = ConnectorFailure(postgres: error)
      throw base == earlier || failure == .interrupted ? failure : .outcomeUnknown(FailureCode("stopped-between-parts"))
    }
  }

  /// Erases at most `limit` rows in a transaction of their own; nothing when the rest fits into one.
  private func part(
    of limit: Int, after base: [EffectCount], _ connection: PostgresConnection, _ before: any EffectRecorder
  ) async throws -> PreparedEffect? {
    let erasure = DatabaseErasure(order: order.known(fate), context: connector.context, base: base)
    let effect = try await connection.perform { session -> PreparedEffect? in
      let layout = try Self.begin(session, erasure.context)
      let part = try erasure.preparePart(PostgresWork(session: session), layout, limit: limit)
      return try part.map { try Self.named($0, after: base, session) }
    }
    guard let effect else {
      try await Self.rollBack(connection)
      return nil
    }
    try await before.record(effect)
    try Task.checkCancellation()
    try await Self.commit(connection)
    return effect
  }

  static func begin(_ session: PostgresSession, _ context: ConnectorContext) throws -> DatabaseLayout {
    let work = PostgresWork(session: session)
    guard try work.rows("SELECT pg_is_in_recovery()").first?.first == "f" else {
      throw ConnectorFailure.settle("server-is-read-only")
    }
    try session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ WRITE")
    // One erasing connection per database, whichever system of the register it belongs to.
    guard try work.rows("SELECT pg_try_advisory_xact_lock(hashtext('expunged'))").first?.first == "t" else {
      throw ConnectorFailure.transient(FailureCode("another-erasure-runs"), retryAfterSeconds: nil)
    }
    try session.execute("SET CONSTRAINTS ALL DEFERRED")
    return try PostgresConnector.layout(context.record, work)
  }

  private static func prepare(
    _ erasure: DatabaseErasure, _ session: PostgresSession
  ) throws -> DatabaseErasure.Step {
    let layout = try begin(session, erasure.context)
    let step = try erasure.prepare(PostgresWork(session: session), layout)
    guard case .prepared(let effect) = step else { return step }
    return .prepared(try named(effect, after: erasure.base, session))
  }

  /// The effect with the transaction's name.
  private static func named(
    _ effect: PreparedEffect, after base: [EffectCount], _ session: PostgresSession
  ) throws -> PreparedEffect {
    // What could wait for the end is checked now: after the record only COMMIT is left.
    try session.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return PreparedEffect(
      effects: effect.effects, transaction: try PostgresTransaction.name(PostgresWork(session: session)),
      recognition: effect.recognition, kept: effect.kept, earlier: base)
  }

  private static func rollBack(_ connection: PostgresConnection) async throws {
    try await connection.finish { session in
      if session.isInTransaction { _ = try session.execute("ROLLBACK") }
    }
  }

  /// Ends the transaction after a failure, so that its locks are gone before the next attempt.
  static func abandon(_ connection: PostgresConnection) async {
    do {
      try await rollBack(connection)
    } catch {
      // Nothing happens without a COMMIT. A server that cannot be told to roll back does so when the connection ends.
      await connection.close()
    }
  }

  static func commit(_ connection: PostgresConnection) async throws {
    do {
      // A failed transaction would answer COMMIT with ROLLBACK and throw nothing; none comes as far as this.
      try await connection.finish { session in _ = try session.execute("COMMIT") }
    } catch let error as PostgresError where error.kind != .server {
      // Only the server knows: the next attempt asks it.
      throw ConnectorFailure.outcomeUnknown(FailureCode("commit-unanswered"))
    }
  }
}

extension ErasureOrder {
  /// The order as the connector knows it now: a prepared effect that was rolled back is none.
  func known(_ fate: PostgresTransaction.Fate) -> ErasureOrder {
    guard fate == .rolledBack else { return self }
    return ErasureOrder(
      request: request, job: job, system: system, verb: verb, ground: ground, receivedOn: receivedOn,
      identifiers: identifiers, roots: roots, leftOut: leftOut, approved: approved, margin: margin,
      followUps: followUps, deadline: deadline, callDeadline: callDeadline, idempotencyKey: idempotencyKey,
      prepared: nil, blind: blind, remembered: remembered, kept: kept, erasedBy: erasedBy)
  }
}
