public import ConnectorKit
public import ErasureDomain
import GRDB

extension SQLiteConnector: Rewriting {
  /// No file is replaced. What is told are the checks without which `erase` does not come to its end: `secure_delete` read
  /// back, full-text tables optimised in the transaction, and the write-ahead log truncated with the answer 0, 0, 0.
  public func rewrite(
    _ order: ErasureOrder, _ effects: [EffectCount]
  ) async throws(ConnectorFailure) -> StorageProof? {
    let changed = Set(effects.filter(\.isChange).map(\.dataset))
    guard !changed.isEmpty else { return nil }
    let context = context
    do {
      return try await file.look { db in
        let catalogue = try SQLiteCatalogue(reading: db)
        let layout = DatabaseLayout(of: context.record, on: catalogue.database, dialect: SQLiteDialect())
        let tables = Set(changed.compactMap { layout.dataset($0)?.table.name })
        var checks: Set<StorageProof.Check> = [.secureDelete]
        if SQLiteFullText(catalogue: catalogue).isCleaned(after: tables) { checks.insert(.fullTextOptimised) }
        // With a journal for rolling back there is no such log.
        if try String.fetchOne(db, sql: "PRAGMA main.journal_mode") == "wal" { checks.insert(.logEmptied) }
        return StorageProof(.removed, checks: checks)
      }
    } catch {
      // The rows are gone and seen gone; without a look at the schema nothing more is said.
      if error is CancellationError { throw .interrupted }
      return nil
    }
  }
}
