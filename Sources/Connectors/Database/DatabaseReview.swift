import ConnectorKit
import ErasureDomain

/// The columns of root records that an approver sees.
struct DatabaseReview {
  let session: any DatabaseSession
  let layout: DatabaseLayout

  /// A record that is gone is shown without columns.
  func record(_ root: RootRecord) throws -> ReviewedRecord {
    guard let dataset = layout.dataset(root.dataset), root.key.map(\.column) == dataset.table.key else {
      throw ConnectorFailure.permanent(FailureCode("root-key-unreadable"))
    }
    let names = dataset.record.review
    let columns = names.compactMap { dataset.table.column($0) }
    guard columns.count == names.count else { throw ConnectorFailure.settle("missing-column") }
    guard !names.isEmpty else { return ReviewedRecord(root: root, columns: []) }
    let texts = zip(names, columns).map { layout.dialect.text(dataset.column("t", $0), $1) }
    let key = dataset.table.key
    let values: [[String?]] = [root.key.map(\.value)]
    let list = layout.dialect.list(values, types: key.map { dataset.table.column($0)?.type ?? "text" }, as: "s")
    let row = try session.rows(
      """
      SELECT \(texts.joined(separator: ", ")) FROM \(list) \(layout.dialect.join) \(dataset.table.source) AS t \
      ON \(layout.dialect.isListed(key, of: dataset.table, "t", values))
      """
    ).first
    guard let row else { return ReviewedRecord(root: root, columns: []) }
    return ReviewedRecord(root: root, columns: zip(names, row).map { (name: $0, value: $1 ?? "") })
  }
}
