import ConnectorKit
import ErasureDomain

/// Reads the root records of a dataset in the order of their keys, batch by batch.
struct DatabaseScan {
  static let batchRows = 5_000

  struct Batch: Sendable {
    var records: [ScannedRecord]
    /// The key of the last row that was read; nothing at the end.
    var next: [String?]?
  }

  let session: any DatabaseSession
  let layout: DatabaseLayout

  /// The next records of a dataset, from its beginning or behind a key.
  func batch(of name: String, after key: [String?]?) throws -> Batch {
    guard let dataset = layout.dataset(name) else { throw ConnectorFailure.settle("missing-table") }
    let keys = dataset.table.key.compactMap { dataset.table.column($0) }
    guard !keys.isEmpty, keys.count == dataset.table.key.count else {
      throw ConnectorFailure.settle("table-without-key")
    }
    let finds = dataset.record.find.compactMap { find in dataset.table.column(find.column).map { (find.kind, $0) } }
    let dialect = layout.dialect
    let columns = keys + finds.map(\.1)
    let texts = columns.map { dialect.text(dataset.column("t", $0.name), $0) }
    let exact = keys.map { dialect.exactText(dataset.column("t", $0.name), $0) }
    let isReduced =
      dataset.keepColumns == nil
      ? "'f'" : "CASE WHEN \(DatabaseOverwrite.isReduced(dataset, "t", dialect)) THEN 't' ELSE 'f' END"
    let order = keys.map { dataset.column("t", $0.name) }.joined(separator: ", ")
    var condition: SQL = ""
    if let key {
      let values = SQL.joined(zip(keys, key).map { dialect.exactValue($1, $0) }, by: ", ")
      condition = "WHERE (\(order)) > (\(values)) "
    }
    let rows = try session.rows(
      """
      SELECT \((texts + exact + [isReduced]).joined(separator: ", ")) FROM \(dataset.table.source) AS t \
      \(condition)ORDER BY \(order) LIMIT \(Self.batchRows)
      """)
    // Who was overwritten is found by nothing any more; who is only marked may have come back so from a backup.
    let records = rows.filter { !dataset.overwritesFinding || $0.last != "t" }.map { cells in
      record(
        dataset, keys.map(\.name), finds.map(\.0), Array(cells.prefix(columns.count)), isRestricted: cells.last == "t")
    }
    guard rows.count == Self.batchRows, let last = rows.last else { return Batch(records: records) }
    let next = Array(last[columns.count..<(columns.count + keys.count)])
    // Nothing comes after an empty key, and the rest of the table would be passed over.
    guard !next.contains(nil) else { throw ConnectorFailure.settle("empty-keys") }
    return Batch(records: records, next: next)
  }

  private func record(
    _ dataset: DatabaseDataset, _ keys: [String], _ kinds: [IdentifierKind], _ cells: [String?], isRestricted: Bool
  ) -> ScannedRecord {
    let key = zip(keys, cells).map { RootRecord.KeyPart(column: $0, value: $1 ?? "") }
    let found = zip(kinds, cells.dropFirst(keys.count)).compactMap { kind, value in value.map { (kind, $0) } }
    return ScannedRecord(
      root: RootRecord(dataset: dataset.name, key: key),
      recognition: RecognisedRow(table: dataset.record.table, key: key.map(\.value), identifiers: found),
      identifiers: found.filter { !$0.1.isEmpty }.map { SubjectIdentifier(kind: $0.0, value: $0.1) },
      isRestricted: isRestricted)
  }
}

extension RecognisedRow {
  /// The fields of a row of a table: its key, and each identifier as it is stored and in form `n1`.
  init(table: String, key: [String], identifiers: [(IdentifierKind, String)]) {
    var fields = [RecognisedRow.Field(name: "pk:\(table)", value: key.joined(separator: "\u{1F}"))]
    for (kind, value) in identifiers where !value.isEmpty {
      fields.append(RecognisedRow.Field(name: "\(kind):raw", value: value))
      fields.append(RecognisedRow.Field(name: "\(kind):n1", value: DatabaseMatch.normalised(value)))
    }
    var seen: Set<RecognisedRow.Field> = []
    self.init(fields: fields.filter { seen.insert($0).inserted })
  }
}

extension DatabaseScan {
  /// All root records of a layout, by batches that `next` reads, each in a look of its own.
  static func all(
    _ record: SystemRecord, clock: any CivilClock, deadline: UTCTime,
    _ next: (_ dataset: String, _ after: [String?]?) async throws -> Batch,
    each batch: @Sendable ([ScannedRecord]) async throws -> Void
  ) async throws {
    for dataset in record.datasets where dataset.isRoot {
      var place: [String?]?
      repeat {
        try Task.checkCancellation()
        guard clock.now() < deadline else {
          throw ConnectorFailure.transient(FailureCode("deadline-passed"), retryAfterSeconds: nil)
        }
        let read = try await next(dataset.name, place)
        if !read.records.isEmpty { try await batch(read.records) }
        place = read.next
      } while place != nil
    }
  }
}
