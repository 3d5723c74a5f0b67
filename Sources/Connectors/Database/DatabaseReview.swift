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
    let list = layout.dialect.list(
      [root.key.map(\.value)], types: dataset.table.key.map { dataset.table.column($0)?.type ?? "text" }, as: "s")
    let same = dataset.table.key.enumerated().map { "\(dataset.column("t", $1)) = s.v\($0)" }.joined(separator: " AND ")
    let row = try session.rows(
      "SELECT \(texts.joined(separator: ", ")) FROM \(list) JOIN \(dataset.table.source) AS t ON \(same)"
    ).first
    guard let row else { return ReviewedRecord(root: root, columns: []) }
    return ReviewedRecord(root: root, columns: zip(names, row).map { (name: $0, value: $1 ?? "") })
  }
}
