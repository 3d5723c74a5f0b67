import ErasureDomain

/// A dataset of the register on its table.
struct SQLiteDataset: Sendable {
  let number: Int
  let record: DatasetRecord
  let table: SQLiteCatalogue.Table

  var name: String { record.name }
  var source: String { SQLiteName.main(table.name) }

  /// The rows selected in this call, in a temporary table.
  var selected: String { "temp.expunge_selected_\(number)" }
  /// Rows that stay because an officer left their root record out.
  var leftOut: String { "temp.expunge_left_out_\(number)" }
  /// Keys of approved root records that are not there.
  var gone: String { "temp.expunge_gone_\(number)" }
  /// Which kept rows hang on a row: rule and day.
  var hanging: String { "temp.expunge_hanging_\(number)" }

  /// Which selected rows of this dataset belong to which of `parent`.
  func edges(to parent: SQLiteDataset) -> String { "temp.expunge_edges_\(number)_\(parent.number)" }

  var identityColumns: [String] { table.identity }

  /// The names `k0, k1, …` that stand for the identity in temporary tables.
  func places(_ prefix: String = "k") -> [String] { identityColumns.indices.map { "\(prefix)\($0)" } }

  /// The identity columns of the table under an alias.
  func identity(_ alias: String) -> [String] { identityColumns.map { "\(alias).\(SQLiteName.quoted($0))" } }

  func column(_ alias: String, _ column: String) -> String { "\(alias).\(SQLiteName.quoted(column))" }

  /// `alias` is the row that `other` names by its places.
  func isSame(_ alias: String, as other: String, places prefix: String = "k") -> String {
    zip(identity(alias), places(prefix)).map { "\($0) = \(other).\($1)" }.joined(separator: " AND ")
  }

  /// Selected rows in some states, for `IN`.
  func isSelected(_ alias: String?, states: String) -> String { isSelected(alias, where: "state IN (\(states))") }

  /// Selected rows that meet a condition.
  func isSelected(_ alias: String?, where condition: String) -> String {
    let columns = alias.map(identity) ?? identityColumns.map(SQLiteName.quoted)
    let row = columns.count == 1 ? columns[0] : "(\(columns.joined(separator: ", ")))"
    return "\(row) IN (SELECT \(places().joined(separator: ", ")) FROM \(selected) AS s WHERE \(condition))"
  }

  /// Columns of the key, for texts of the key of a row under `alias`.
  func keyTexts(_ alias: String) -> [String] { table.key.map { SQLiteName.keyText(column(alias, $0)) } }

  /// The columns that stay when a row is overwritten: reduced, minimised while it is kept, or anonymised. Nil where no
  /// row of the dataset ever is.
  var keepColumns: [String]? {
    switch record.treatment {
    case .reduce(let columns, _): columns
    case .retain(let retention): retention.keepColumns
    case .anonymise(let anonymisation): anonymisation.keepColumns
    case .delete, .retainWith, .call: nil
    }
  }

  var restriction: Restriction? {
    if case .retain(let retention) = record.treatment { retention.restrict } else { nil }
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
