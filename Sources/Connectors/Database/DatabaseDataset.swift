import ErasureDomain

/// A dataset of the register on its table.
struct DatabaseDataset: Sendable {
  let number: Int
  let record: DatasetRecord
  let table: DatabaseCatalogue.Table

  var name: String { record.name }

  func column(_ alias: String, _ name: String) -> String {
    "\(alias).\(DatabaseName.quoted(table.column(name)?.name ?? name))"
  }

  var keepColumns: [String]? {
    if case .reduce(let columns, _) = record.treatment { columns } else { nil }
  }

  var retentionStart: (rule: String, column: String)? {
    if case .retain(let rule, let start) = record.treatment { (rule, start) } else { nil }
  }

  var isRetained: Bool {
    switch record.treatment {
    case .retain, .retainWith: true
    case .delete, .reduce: false
    }
  }
}
