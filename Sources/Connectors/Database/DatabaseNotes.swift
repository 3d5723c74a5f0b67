import ErasureDomain

/// What else will happen, or is worth knowing, when the selected rows go: for the plan, before anybody approves. What
/// every make of database shows in its schema and rows.
struct DatabaseNotes {
  /// Tables smaller than this are read whole without anybody noticing.
  static let largeRows = 10_000

  let selection: DatabaseSelection
  /// How a make of database writes that an index is made beside its work.
  let createIndex: @Sendable (DatabaseCatalogue.Table, _ expressions: String) -> String
  /// What an index must hold so that a column is found as it is compared.
  let indexExpression: @Sendable (ColumnComparison, _ column: String) -> String
  /// What the planner says of a statement that it would answer by reading a table from end to end; nothing otherwise.
  let scanCost: (SQL) throws -> String?

  var layout: DatabaseLayout { selection.layout }

  /// The datasets of which rows go or are overwritten.
  func touched() throws -> [DatabaseDataset] { try layout.datasets.filter { try selection.isTouched($0) } }

  /// About one dataset.
  func sentences(about dataset: DatabaseDataset) throws -> [String] {
    layout.catalogue.notes.filter {
      $0.table == dataset.table.name && $0.code != DatabaseCatalogue.CatalogueNote.unregistered
    }.map { $0.words + "." } + (try silentChanges(dataset)) + shared(dataset) + triggers(dataset)
  }

  /// About tables in no dataset.
  func unregistered() -> [String] {
    layout.catalogue.notes.filter {
      $0.code == DatabaseCatalogue.CatalogueNote.unregistered && layout.datasets(on: $0.table).isEmpty
    }.map { $0.words + "." }
  }

  /// References in rows that stay which the database itself changes.
  private func silentChanges(_ dataset: DatabaseDataset) throws -> [String] {
    try layout.catalogue.references(to: dataset.table).compactMap { key in
      guard key.onDelete == .setNull || key.onDelete == .setDefault, !layout.datasets(on: key.table).isEmpty else {
        return nil
      }
      let count = try selection.stayingCount(key, dataset)
      guard count > 0 else { return nil }
      let columns = key.pairs.map(\.child).joined(separator: ", ")
      return "The database sets \(columns) of \(count) row(s) of \"\(key.table)\" that stay to "
        + "\(key.onDelete == .setNull ? "NULL" : "its default") (ON DELETE \(key.onDelete.rawValue))."
    }
  }

  /// Triggers that write tables which have datasets; those that write others are obstacles.
  private func triggers(_ dataset: DatabaseDataset) -> [String] {
    layout.catalogue.triggers.filter { $0.table == dataset.table.name && $0.firesOnErasure }.flatMap { trigger in
      trigger.writes.sorted().compactMap { written -> String? in
        guard let table = layout.catalogue.table(written), !layout.datasets(on: table.name).isEmpty else { return nil }
        return "Trigger \"\(trigger.name)\" on \"\(dataset.table.name)\" writes \"\(table.name)\" too."
      }
    }
  }

  private func shared(_ dataset: DatabaseDataset) -> [String] {
    let count = selection.sets[dataset.number].count { $0.state == .shared }
    return count > 0
      ? ["\(count) row(s) of \"\(dataset.name)\" stay, because records of other people use them too."] : []
  }

  /// Columns in which anything may stand, of rows that stay: of those, the columns that are not overwritten.
  func documents() -> [String] {
    layout.datasets.compactMap { dataset in
      let count = selection.sets[dataset.number].count {
        [.keep, .reduce, .reduced, .anonymise].contains($0.state)
      }
      let overwritten = Set(DatabaseOverwrite.all(of: dataset, layout.dialect).map(\.column.name))
      let columns = dataset.table.columns.filter { column in
        // What the database makes of overwritten columns it makes anew.
        (column.family == .document || column.family == .bytes) && !overwritten.contains(column.name)
          && (dataset.keepColumns == nil || !column.isGenerated)
      }
      guard count > 0, !columns.isEmpty else { return nil }
      return
        "\(count) row(s) of \"\(dataset.table.name)\" stay, and \(DatabaseName.list(columns.map(\.name))) may hold "
        + "anything: look inside."
    }
  }

  // MARK: Links that no key tells of

  /// Columns named like a reference to these tables, with the type of what they would point to.
  func looseNames(_ tables: [DatabaseCatalogue.Table]) -> [(column: String, type: String, table: String)] {
    let referenced = layout.catalogue.foreignKeys.filter { key in tables.contains { $0.name == key.parent } }
      .filter { $0.pairs.count == 1 }
      .compactMap { key -> (String, String, String)? in
        guard let parent = layout.catalogue.table(key.parent), let column = parent.column(key.pairs[0].parent) else {
          return nil
        }
        return (key.pairs[0].child, column.type, key.parent)
      }
    return referenced
      + tables.compactMap { table in
        guard table.key.count == 1, let column = table.column(table.key[0]), column.name != "id", !column.isGenerated
        else { return nil }
        return (column.name, column.type, table.name)
      }
  }

  /// Such a column of a table, or of a dataset that does not follow it.
  func loose(_ table: String, _ datasets: [DatabaseDataset], _ column: String, _ parent: String) -> String? {
    let own = datasets.flatMap { dataset in
      dataset.record.belongsTo.flatMap { $0.columns.map(\.child) } + dataset.record.find.map(\.column)
    }
    // A table's own key is no reference, and one that is followed already needs no second look.
    guard !datasets.contains(where: { $0.table.name == parent }),
      !own.contains(where: { DatabaseName.folded($0) == DatabaseName.folded(column) })
    else { return nil }
    let place = datasets.isEmpty ? "in no dataset" : "not in its belongs-to"
    return "\"\(table)\" has a column \"\(column)\" named and typed like a reference to \"\(parent)\", "
      + "without a foreign key and \(place): look whether the person is there."
  }

  /// In order, each once.
  static func unique(_ sentences: [String]) -> [String] {
    var seen: Set<String> = []
    return sentences.filter { seen.insert($0).inserted }
  }
}
