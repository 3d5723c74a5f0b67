import ConnectorKit
import ErasureDomain
import GRDB

/// One erasure in one transaction, up to but without its COMMIT.
struct SQLiteErasure: Sendable {
  let order: ErasureOrder
  let context: ConnectorContext

  /// Begins the transaction and runs every statement. The caller rolls back when it throws.
  func prepare(_ db: Database) throws -> DatabaseErasure.Step {
    try db.execute(sql: "BEGIN IMMEDIATE")
    // References within what goes may point in any direction; foreign_key_check below sees the end of it.
    try db.execute(sql: "PRAGMA defer_foreign_keys = ON")
    let violations = try SQLiteViolations(db)
    let catalogue = try SQLiteCatalogue(reading: db)
    let layout = DatabaseLayout(of: context.record, on: catalogue.database, dialect: SQLiteDialect())
    let session = SQLiteSession(db, random: context.random)
    let step = try DatabaseErasure(order: order, context: context).prepare(session, layout)
    guard case .prepared(let effect) = step else { return step }
    let touched = effect.effects.filter(\.isChange).compactMap { layout.dataset($0.dataset)?.table.name }
    try SQLiteFullText(catalogue: catalogue).clean(after: Set(touched), db)
    guard try !SQLiteViolations(db).isWorse(than: violations) else {
      throw ConnectorFailure.settle("foreign-key-refused")
    }
    return step
  }
}

extension EffectCount {
  /// Whether anything was changed.
  var isChange: Bool { erased + reduced + (anonymised ?? 0) + (minimised ?? 0) > 0 }
}
