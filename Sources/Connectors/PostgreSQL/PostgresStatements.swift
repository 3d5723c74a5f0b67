public import ConnectorKit
public import ErasureDomain
import Postgres

extension PostgresConnector: StatementListing {
  public func statements(deadline: UTCTime) async throws(ConnectorFailure) -> String {
    let context = context
    return try await answering {
      let looker = try PostgresLogin(credential: lookCredential, secrets: context.secrets).user ?? ""
      let eraser = try PostgresLogin(credential: eraseCredential, secrets: context.secrets).user ?? ""
      return try await database.look(eraseCredential, application: "expunged/sql", deadline: deadline) { work in
        let read = try PostgresCatalogue(session: work, named: context.record.datasets.map(\.table)).read()
        // What rights are missing is what the text is for.
        let layout = DatabaseLayout(
          of: context.record, on: read.without("missing-privilege"), dialect: PostgresDialect())
        let listing = PostgresStatementText(work: work, layout: layout, context: context, rewrite: settings.rewrite)
        return try listing.text(looker: looker, eraser: eraser)
      }
    }
  }
}

/// The statements of a system in words a database administrator reads.
struct PostgresStatementText {
  let work: any DatabaseSession
  let layout: DatabaseLayout
  let context: ConnectorContext
  let rewrite: PostgresSettings.Rewrite?

  func text(looker: String, eraser: String) throws -> String {
    var lines = [
      "-- System \"\(layout.system.system)\": what expunged sends to this database, and the rights it needs.",
      "-- Values of a person travel as parameters ($1, $2 …) and never stand in a statement.", "",
      "-- Rights of the user that looks",
    ]
    lines += Set(layout.datasets.map(\.table.source)).sorted().map {
      "GRANT SELECT ON \($0) TO \(DatabaseName.quoted(looker));"
    }
    lines += layout.obstacles.map { "-- TO SETTLE FIRST: \($0.message)" }
    guard layout.obstacles.isEmpty else { return lines.joined(separator: "\n") + "\n" }
    lines += ["", "-- Rights of the user that erases"]
    lines += PostgresPrivileges.grants(layout).map { $0.statement(to: eraser) }
    for case .call(let function) in layout.datasets.map(\.record.treatment) {
      let name = function.split(separator: ".").map { DatabaseName.quoted(String($0)) }.joined(separator: ".")
      lines.append("GRANT EXECUTE ON FUNCTION \(name)(jsonb) TO \(DatabaseName.quoted(eraser));")
    }
    lines += [
      "", "-- Every connection: statement_timeout, lock_timeout \(PostgresAccess.lockMilliseconds) ms,",
      "-- idle_in_transaction_session_timeout \(PostgresAccess.idleMilliseconds) ms, row_security off,",
      "-- application_name expunged/<job>", "",
    ]
    lines += try section("Looking (READ ONLY, REPEATABLE READ)", looking())
    lines += try section("Erasing (one transaction, REPEATABLE READ)", erasing())
    return (lines + rewriting()).joined(separator: "\n") + "\n"
  }

  /// What is done besides, where the register asks for it.
  private func rewriting() -> [String] {
    guard let rewrite, let hours = context.record.hours else { return [] }
    var lines = [
      "-- Rewriting, within \(hours), of tables up to \(rewrite.largest) MB from which rows went, by the user of the",
      "-- credential \"\(rewrite.credential)\", who owns tables and database or is a superuser; each holds the table alone:",
      "",
    ]
    lines += Set(layout.datasets.map(\.table.source)).sorted().map { "VACUUM (FULL, ANALYZE) \($0);" }
    lines += PostgresRewrite.statistics.map { "VACUUM (FULL) \($0);" }
    if rewrite.logs { lines += ["SELECT pg_switch_wal();", "CHECKPOINT;"] }
    return lines
  }

  private func section(_ title: String, _ statements: [SQL]) throws -> [String] {
    var lines = ["-- \(title)", ""]
    var seen: Set<String> = []
    for statement in statements {
      let (text, _) = statement.rendered { "$\($0)" }
      guard seen.insert(text).inserted else { continue }
      lines.append(text + ";")
      lines += try plan(of: statement).map { "--   " + $0 } + [""]
    }
    return lines
  }

  /// The plan the server makes for example values; or that it makes none.
  private func plan(of statement: SQL) throws -> [String] {
    do {
      return try work.attempt { try work.rows("EXPLAIN \(statement)").compactMap { $0.first ?? nil } }
    } catch let error as PostgresError {
      return ["no plan: \(error)"]
    }
  }

  // MARK: The statements, written down while nothing runs

  private var identifiers: [SubjectIdentifier] {
    var kinds: [IdentifierKind] = []
    for find in layout.datasets.flatMap(\.record.find) where !kinds.contains(find.kind) { kinds.append(find.kind) }
    return kinds.map { SubjectIdentifier(kind: $0, value: $0 == .email ? "nobody@example.invalid" : "1") }
  }

  private func looking() throws -> [SQL] {
    let session = RehearsalSession()
    let selection = try DatabaseSelection(rehearsing: layout, context, session, for: .look, identifiers)
    _ = try selection.counts()
    _ = try selection.obstacles()
    return session.statements
  }

  private func erasing() throws -> [SQL] {
    let session = RehearsalSession()
    var selection = try DatabaseSelection(rehearsing: layout, context, session, for: .erase, identifiers)
    _ = try selection.obstacles()
    try DatabaseErasure.rehearse(&selection)
    return session.statements
  }
}
