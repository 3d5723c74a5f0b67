public import ConnectorKit
public import ErasureDomain
import Postgres

/// Erases in a PostgreSQL database of our own, by the datasets of the register.
///
/// One transaction (REPEATABLE READ) per person; the effect, with the transaction's number, is recorded before COMMIT.
/// What is claimed is "removed from the database": blocks on disk, the write-ahead log and statistics may keep old
/// content for a while. More is done and said only where the register asks for it (`Rewriting`).
public struct PostgresConnector: Connector, Reviewing {
  public typealias Settings = PostgresSettings

  public static let kind = ConnectorKind("postgresql")

  let context: ConnectorContext
  let database: PostgresAccess
  let lookCredential: String
  let eraseCredential: String
  let settings: PostgresSettings

  public init(settings: PostgresSettings, context: ConnectorContext) throws(SettingsProblem) {
    let system = "system \"\(context.record.system)\": "
    guard let look = settings.look, let erase = settings.erase, !look.isEmpty, !erase.isEmpty else {
      throw SettingsProblem(
        system + "connector postgresql needs two credentials, for looking is not erasing; add settings: {look: "
          + "\(context.record.system)-look, erase: \(context.record.system)-erase}")
    }
    guard look != erase else {
      throw SettingsProblem(system + "look and erase name one credential; give looking a user of its own")
    }
    if let rewrite = settings.rewrite {
      guard context.record.hours != nil else {
        throw SettingsProblem(
          system
            + "rewrite keeps everybody from the tables; say when that may be: hours: {from: \"01:00\", to: \"05:00\"}")
      }
      guard !rewrite.credential.isEmpty, rewrite.credential != look, rewrite.credential != erase,
        rewrite.largest > 0
      else {
        throw SettingsProblem(
          system + "rewrite needs a credential of its own, of who owns the tables, and the largest table; write "
            + "rewrite: {credential: \(context.record.system)-rewrite, largest-megabytes: 1000}")
      }
    }
    for dataset in context.record.datasets {
      if case .retain(let retention) = dataset.treatment, context.retention[retention.rule] == nil {
        throw SettingsProblem(
          system
            + "dataset \"\(dataset.name)\" is retained by rule \"\(retention.rule)\", which no retention file has; "
            + "add it")
      }
    }
    self.context = context
    self.settings = settings
    lookCredential = look
    eraseCredential = erase
    database = PostgresAccess(secrets: context.secrets, clock: context.clock)
  }

  // MARK: Looking

  public func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings {
    let context = context
    return try await answering {
      try checkDeadline(search.deadline)
      try Self.checkIdentifiers(search.identifiers)
      let eraser = try PostgresLogin(credential: eraseCredential, secrets: context.secrets).user ?? ""
      let needsActivity = settings.pause?.activePercent != nil
      return try await database.look(lookCredential, application: "expunged/look", deadline: search.deadline) { work in
        let layout = try Self.layout(context.record, work)
        // Rights on what this user may not see cannot be asked for.
        let privileges = PostgresPrivileges(session: work, eraser: eraser)
        var missing = layout.obstacles.isEmpty ? try privileges.obstacles(layout) : []
        if missing.isEmpty, needsActivity { missing = try privileges.activity() }
        guard layout.obstacles.isEmpty, missing.isEmpty else { return Findings(obstacles: layout.obstacles + missing) }
        let selection = try DatabaseSelection(
          work, layout, context, for: .look, identifiers: search.identifiers, keys: [], leftOut: search.leftOut)
        let (blocked, unreadable) = try DatabaseBlockers(selection).run()
        let counts = try selection.counts()
        return Findings(
          counts: counts, roots: selection.roots(),
          yields: try selection.yields(besides: search.identifiers),
          obstacles: try selection.obstacles() + unreadable, blocked: blocked.map(\.0),
          blockedCounts: Dictionary(blocked) { first, _ in first },
          sideEffects: try PostgresNotes(selection: selection, identifiers: search.identifiers).sentences()
            + rewritingNotes(counts))
      }
    }
  }

  static func layout(_ record: SystemRecord, _ work: any DatabaseSession) throws -> DatabaseLayout {
    let catalogue = try PostgresCatalogue(session: work, named: record.datasets.map(\.table)).read()
    return DatabaseLayout(of: record, on: catalogue, dialect: PostgresDialect())
  }

  public func review(
    _ roots: [RootRecord], deadline: UTCTime
  ) async throws(ConnectorFailure) -> [ReviewedRecord] {
    let record = context.record
    return try await answering {
      try checkDeadline(deadline)
      return try await database.look(lookCredential, application: "expunged/review", deadline: deadline) { work in
        let layout = try Self.layout(record, work)
        return try roots.map { try DatabaseReview(session: work, layout: layout).record($0) }
      }
    }
  }

  public func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    try await answering {
      try checkOrder(order)
      let (seen, position) = try await look(order, lookCredential, after: nil)
      for replica in settings.replicas ?? [] where seen.isClean {
        let (there, _) = try await look(order, replica, after: position)
        guard there.isClean else { return there }
      }
      return seen
    }
  }

  /// Looks on one server; on a standby only once it has replayed up to `position`.
  private func look(
    _ order: ErasureOrder, _ credential: String, after position: String?
  ) async throws -> (Verification, position: String) {
    let context = context
    let path = position == nil ? "second-connection" : "replica"
    return try await database.withConnection(
      credential, application: "expunged/\(order.job)", deadline: order.callDeadline, purpose: .look
    ) { connection in
      if let position { try await PostgresReplica(connection: connection).waitUntilReplayed(position) }
      return try await connection.perform { session in
        let work = PostgresWork(session: session)
        if position == nil, try work.rows("SELECT pg_is_in_recovery()").first?.first != "f" {
          throw ConnectorFailure.settle("server-is-read-only")
        }
        let now = position == nil ? try work.rows("SELECT pg_current_wal_lsn()").first?.first ?? nil : position
        try session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        let verification = DatabaseVerification(
          session: work, layout: try Self.layout(context.record, work), context: context, order: order)
        let seen = try verification.verification(path: FailureCode(path))
        try session.execute("COMMIT")
        return (seen, now ?? "")
      }
    }
  }

  // MARK: Erasing

  public func erase(
    _ order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    try await answering {
      try checkOrder(order)
      guard order.verb == .erase || order.verb == .eraseKept else {
        throw ConnectorFailure.permanent(FailureCode("verb-unknown"))
      }
      return try await database.withConnection(
        eraseCredential, application: "expunged/\(order.job)", deadline: order.callDeadline, purpose: .erase
      ) { connection in
        let fate = try await PostgresTransaction.fate(of: order.prepared, on: connection)
        try await pauseWhereBusy(order, connection)
        return try await PostgresErasure(connector: self, order: order, fate: fate).run(connection, before)
      }
    }
  }

  // MARK: Checks

  func answering<T>(_ body: () async throws -> T) async throws(ConnectorFailure) -> T {
    do {
      return try await body()
    } catch {
      throw ConnectorFailure(postgres: error)
    }
  }

  func checkDeadline(_ deadline: UTCTime) throws(ConnectorFailure) {
    guard context.clock.now() < deadline else {
      throw .transient(FailureCode("deadline-passed"), retryAfterSeconds: nil)
    }
  }

  private func checkOrder(_ order: ErasureOrder) throws(ConnectorFailure) {
    try checkDeadline(order.callDeadline)
    if order.verb == .eraseKept {
      // The vault is closed by then: a follow-up has keys only.
      guard let kept = order.kept, !kept.roots.isEmpty else { throw .permanent(FailureCode("kept-rows-missing")) }
    } else {
      try Self.checkIdentifiers(order.identifiers)
    }
  }

  /// An empty identifier would match every empty column.
  static func checkIdentifiers(_ identifiers: [SubjectIdentifier]) throws(ConnectorFailure) {
    guard !identifiers.isEmpty else { throw .permanent(FailureCode("identifier-missing")) }
    guard identifiers.allSatisfy({ !$0.value.allSatisfy(\.isWhitespace) }) else {
      throw .permanent(FailureCode("identifier-empty"))
    }
  }
}
