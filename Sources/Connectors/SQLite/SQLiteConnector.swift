public import ConnectorKit
public import ErasureDomain
import GRDB

/// Erases in an SQLite database of our own, by the datasets of the register.
///
/// One transaction per person; the effect is recorded before COMMIT. Deleted content is overwritten
/// (`secure_delete`), full-text indexes are optimised and the write-ahead log is truncated.
public struct SQLiteConnector: Connector, Reviewing {
  public typealias Settings = SQLiteSettings

  public static let kind = ConnectorKind("sqlite")

  let context: ConnectorContext
  let file: SQLiteFile

  public init(settings: SQLiteSettings, context: ConnectorContext) throws(SettingsProblem) {
    let system = "system \"\(context.record.system)\": "
    guard let path = settings.file, !path.isEmpty else {
      throw SettingsProblem(
        system + "connector sqlite needs the path of the database; add settings: {file: \"path/to/database.db\"}")
    }
    for key in (context.record.settings.object ?? [:]).keys.sorted() where key != "file" {
      throw SettingsProblem(system + "connector sqlite has no setting \"\(key)\"; take it out, only file is known")
    }
    for dataset in context.record.datasets {
      if let role = dataset.treatment.restrict?.role {
        throw SettingsProblem(
          system + "dataset \"\(dataset.name)\" restricts rows to role \"\(role)\", and SQLite has no roles; take role "
            + "out of restrict, and restrict access to the file")
      }
      if case .call = dataset.treatment {
        throw SettingsProblem(
          system + "dataset \"\(dataset.name)\": SQLite has no functions to call; write erase: delete")
      }
      if case .retain(let retention) = dataset.treatment, context.retention[retention.rule] == nil {
        throw SettingsProblem(
          system
            + "dataset \"\(dataset.name)\" is retained by rule \"\(retention.rule)\", which no retention file has; add it"
        )
      }
    }
    self.context = context
    file = SQLiteFile(path: path.hasPrefix("/") ? path : context.folder + "/" + path)
  }

  // MARK: Looking

  public func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings {
    let context = context
    return try await answering {
      try checkDeadline(search.deadline)
      try Self.checkIdentifiers(search.identifiers)
      return try await file.look { db in
        let (session, layout) = try Self.open(db, context)
        guard layout.obstacles.isEmpty else { return Findings(obstacles: layout.obstacles) }
        let selection = try DatabaseSelection(
          session, layout, context, for: .look, identifiers: search.identifiers, keys: [], leftOut: search.leftOut)
        let (blocked, unreadable) = try DatabaseBlockers(selection).run()
        return Findings(
          counts: try selection.counts(), roots: selection.roots(),
          yields: try selection.yields(besides: search.identifiers),
          obstacles: try selection.obstacles() + unreadable, blocked: blocked.map(\.0),
          blockedCounts: Dictionary(blocked) { first, _ in first },
          sideEffects: try SQLiteNotes(selection: selection, identifiers: search.identifiers).sentences())
      }
    }
  }

  static func open(_ db: Database, _ context: ConnectorContext) throws -> (SQLiteSession, DatabaseLayout) {
    let catalogue = try SQLiteCatalogue(reading: db).database
    return (
      SQLiteSession(db, random: context.random),
      DatabaseLayout(of: context.record, on: catalogue, dialect: SQLiteDialect())
    )
  }

  public func review(
    _ roots: [RootRecord], deadline: UTCTime
  ) async throws(ConnectorFailure) -> [ReviewedRecord] {
    let context = context
    return try await answering {
      try checkDeadline(deadline)
      return try await file.look { db in
        let (session, layout) = try Self.open(db, context)
        return try roots.map { try DatabaseReview(session: session, layout: layout).record($0) }
      }
    }
  }

  public func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    let context = context
    return try await answering {
      try checkOrder(order)
      return try await file.look { db in
        let (session, layout) = try Self.open(db, context)
        return try DatabaseVerification(session: session, layout: layout, context: context, order: order)
          .verification(path: FailureCode("second-connection"))
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
      return try await file.withConnection(for: .change) { queue in try await erase(order, before, queue) }
    }
  }

  private func erase(
    _ order: ErasureOrder, _ before: any EffectRecorder, _ queue: DatabaseQueue
  ) async throws -> ErasureProgress {
    let erasure = SQLiteErasure(order: order, context: context)
    let effects: [EffectCount]
    do {
      switch try await queue.writeWithoutTransaction({ db in try erasure.prepare(db) }) {
      case .nothing(let counts):
        effects = counts
        try await Self.rollBack(queue)
      case .prepared(let effect):
        effects = effect.effects
        try await before.record(effect)
        try Task.checkCancellation()
        try await Self.commit(queue)
      }
    } catch {
      try await Self.rollBack(queue)
      throw error
    }
    // After a lost attempt its pages may still be in the log.
    if order.prepared != nil || effects.contains(where: \.isChange) {
      try await Self.truncateLog(queue)
    }
    return .completed(effects)
  }

  private static func rollBack(_ queue: DatabaseQueue) async throws {
    try await SQLiteFile.finish(queue) { db in
      if db.isInsideTransaction { try db.execute(sql: "ROLLBACK") }
    }
  }

  private static func commit(_ queue: DatabaseQueue) async throws {
    do {
      try await SQLiteFile.finish(queue) { db in try db.execute(sql: "COMMIT") }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_IOERR {
      // The disk failed while it was writing: only a look tells what is in the file.
      throw ConnectorFailure.outcomeUnknown(FailureCode("commit-unanswered"))
    }
  }

  /// Old pages stay in the write-ahead log while another connection reads an earlier state: then the next attempt,
  /// which knows what this one has committed, tries again.
  private static func truncateLog(_ queue: DatabaseQueue) async throws {
    do {
      try await SQLiteFile.finish(queue) { db in
        guard try String.fetchOne(db, sql: "PRAGMA main.journal_mode") == "wal" else { return }
        let row = try Row.fetchOne(db, sql: "PRAGMA main.wal_checkpoint(TRUNCATE)")
        let answer = row.map { $0.databaseValues.map { Int.fromDatabaseValue($0) } } ?? []
        if answer != [0, 0, 0] {
          throw ConnectorFailure.outcomeUnknown(FailureCode("checkpoint-busy"))
        }
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_LOCKED {
      throw ConnectorFailure.outcomeUnknown(FailureCode("checkpoint-busy"))
    }
  }

  // MARK: Checks

  func answering<T>(_ body: () async throws -> T) async throws(ConnectorFailure) -> T {
    do {
      return try await body()
    } catch {
      throw ConnectorFailure(sqlite: error)
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
