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

  /// The columns that stay in rows that are overwritten; nothing where none is.
  var keepColumns: [String]? {
    switch record.treatment {
    case .reduce(let columns, _): columns
    case .anonymise(let anonymisation): anonymisation.keepColumns
    case .retain(let retention):
      retention.keepColumns ?? (retention.restrict == nil ? nil : table.columns.map(\.name))
    case .retainWith(_, let keep, let restrict): keep ?? (restrict == nil ? nil : table.columns.map(\.name))
    case .delete, .call: nil
    }
  }

  /// Whether overwriting takes a column by which rows are found: only then may nothing find a row any more that is still the
  /// person's. A mark alone takes none.
  var overwritesFinding: Bool {
    guard let keepColumns else { return false }
    let kept = Set(keepColumns.map { $0.lowercased() })
    return record.find.contains { !kept.contains($0.column.lowercased()) }
  }

  /// How rows that stay are marked.
  var restrict: Restriction? { record.treatment.restrict }

  var retention: Retention? {
    if case .retain(let retention) = record.treatment { retention } else { nil }
  }

  var anonymisation: Anonymisation? {
    if case .anonymise(let anonymisation) = record.treatment { anonymisation } else { nil }
  }

  var isRetained: Bool {
    switch record.treatment {
    case .retain, .retainWith: true
    case .delete, .reduce, .anonymise, .call: false
    }
  }
}
