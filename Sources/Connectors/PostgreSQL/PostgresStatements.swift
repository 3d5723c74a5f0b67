public import ConnectorKit
public import ErasureDomain
import Postgres

extension PostgresConnector: StatementListing {
  public func statements(deadline: UTCTime) async throws(ConnectorFailure) -> String {
    let (context, settings) = (context, settings)
    return try await answering {
      let looker = try PostgresLogin(credential: lookCredential, secrets: context.secrets).user ?? ""
      let eraser = try PostgresLogin(credential: eraseCredential, secrets: context.secrets).user ?? ""
      return try await database.look(eraseCredential, application: "expunged/sql", deadline: deadline) { work in
        let read = try PostgresCatalogue(session: work, named: context.record.datasets.map(\.table)).read()
        // What rights are missing is what the text is for.
        let layout = DatabaseLayout(
          of: context.record, on: read.without("missing-privilege"), dialect: PostgresDialect())
        let listing = PostgresStatementText(work: work, layout: layout, context: context, settings: settings)
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
  let settings: PostgresSettings

  func text(looker: String, eraser: String) throws -> String {
    let blockers = try PostgresBlockerTables(session: work).all(layout.system.blockers)
    let database = try work.rows("SELECT current_database()").first?.first.flatMap { $0 } ?? ""
    let connect = { (user: String) in
      "GRANT CONNECT ON DATABASE \(DatabaseName.quoted(database)) TO \(DatabaseName.quoted(user));"
    }
    var lines = [
      "-- System \"\(layout.system.system)\": what expunged sends to this database, and the rights it needs.",
      "-- Values of a person travel as parameters ($1, $2 …) and never stand in a statement.", "",
      "-- Rights of the user that looks", connect(looker),
    ]
    lines += PostgresPrivileges.lookGrants(layout, blockers: blockers).map { $0.statement(to: looker) }
    lines += layout.obstacles.map { "-- TO SETTLE FIRST: \($0.message)" }
    guard layout.obstacles.isEmpty else { return lines.joined(separator: "\n") + "\n" }
    lines += ["", "-- Rights of the user that erases", connect(eraser)]
    lines += PostgresPrivileges.grants(layout, blockers: blockers).map { $0.statement(to: eraser) }
    if settings.pause?.activePercent != nil {
      lines += [
        "-- Who else is at work (pause: {active-percent}); by a superuser", PostgresPrivileges.activityGrant(eraser),
      ]
    }
    lines += [
      "", "-- Every connection: statement_timeout, lock_timeout \(PostgresAccess.lockMilliseconds) ms,",
      "-- idle_in_transaction_session_timeout \(PostgresAccess.idleMilliseconds) ms, row_security off,",
      "-- application_name expunged/<job>", "",
    ]
    let rehearsal = PostgresRehearsal(layout: layout, context: context, settings: settings)
    lines += try section("Reading the schema", try rehearsal.schema(), hasPlans: false)
    for (title, statements) in try rehearsal.sections() { lines += try section(title, statements) }
    return (lines + rewriting()).joined(separator: "\n") + "\n"
  }

  /// What is done besides, where the register asks for it.
  private func rewriting() -> [String] {
    guard let rewrite = settings.rewrite, let hours = context.record.hours else { return [] }
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

  private func section(_ title: String, _ statements: [SQL], hasPlans: Bool = true) throws -> [String] {
    var lines = ["-- \(title)", ""]
    var seen: Set<String> = []
    for statement in statements {
      let (text, _) = statement.rendered { "$\($0)" }
      guard seen.insert(text).inserted else { continue }
      lines.append(text + ";")
      lines += (hasPlans ? try plan(of: statement).map { "--   " + $0 } : []) + [""]
    }
    return lines
  }

  /// The plan the server makes for example values; or that it makes none.
  private func plan(of statement: SQL) throws -> [String] {
    guard !statement.rendered(mark: { "$\($0)" }).text.hasPrefix("EXPLAIN") else { return [] }
    do {
      return try work.attempt { try work.rows("EXPLAIN \(statement)").compactMap { $0.first ?? nil } }
    } catch let error as PostgresError {
      return ["no plan: \(error)"]
    }
  }
}
