import ErasureDomain

/// Which rows the datasets of the register reach: found by an identifier, known by key, or belonging to such a row.
///
/// One condition for each table, without temporary tables: a sweep writes nothing, not even beside the database.
struct SweepCoverage: Sendable {
  /// A row belongs to a row that belongs to … so many times at most.
  static let deepest = 12

  let dialect: any SweepDialect
  let datasets: [DatasetRecord]
  let identifiers: SweepIdentifiers
  let roots: [RootRecord]
  let outline: DatabaseOutline

  func datasets(on table: String) -> [DatasetRecord] {
    datasets.filter { dialect.isSame(table: $0.table, as: table) }
  }

  /// True for rows of the table that some dataset reaches; nothing where no dataset knows the table.
  func condition(on table: String, alias: String, _ parameters: inout SweepParameters) -> String? {
    let own = datasets(on: table)
    guard !own.isEmpty else { return nil }
    return own.map { reached($0, alias, 0, &parameters) }.joined(separator: " OR ")
  }

  private func reached(
    _ dataset: DatasetRecord, _ alias: String, _ depth: Int, _ parameters: inout SweepParameters
  ) -> String {
    var parts = found(dataset, alias, &parameters)
    if let key = known(dataset, alias, &parameters) { parts.append(key) }
    for belonging in dataset.belongsTo where depth < Self.deepest {
      guard let parent = datasets.first(where: { $0.name == belonging.dataset }),
        let children = columns(belonging.columns.map(\.child), of: dataset, alias),
        let parents = columns(belonging.columns.map(\.parent), of: parent, "p\(depth)")
      else { continue }
      let other = "p\(depth)"
      let pairs = zip(parents, children).map { "\($0) = \($1)" }
      let inner = reached(parent, other, depth + 1, &parameters)
      parts.append(
        "EXISTS (SELECT 1 FROM \(dialect.source(parent.table)) AS \(other) WHERE "
          + "\(pairs.joined(separator: " AND ")) AND (\(inner)))")
      if let gone = orphaned(belonging, of: parent, children, &parameters) { parts.append(gone) }
    }
    return parts.isEmpty ? "1 = 0" : parts.joined(separator: " OR ")
  }

  // MARK: Ways to reach a row

  /// By one kind that suffices, or by all other given kinds together, at least two: as a search finds rows.
  private func found(_ dataset: DatasetRecord, _ alias: String, _ parameters: inout SweepParameters) -> [String] {
    var parts: [String] = []
    var others: [String] = []
    for kind in identifiers.kinds {
      let columns = dataset.find.filter { $0.kind == kind.kind }.compactMap { find in
        known(find.column, in: dataset.table).map { (find.comparison, $0) }
      }
      guard !columns.isEmpty else { continue }
      let test = columns.map { comparison, column in
        SweepTests.exact(
          kind.values(comparison), comparison, "\(alias).\(dialect.quoted(column.name))", column.type, dialect,
          &parameters)
      }.joined(separator: " OR ")
      if dataset.suffices.contains(kind.kind) { parts.append(test) } else { others.append("(\(test))") }
    }
    if others.count > 1 { parts.append("(\(others.joined(separator: " AND ")))") }
    return parts
  }

  /// By the key of a record that is known to be the person's.
  private func known(_ dataset: DatasetRecord, _ alias: String, _ parameters: inout SweepParameters) -> String? {
    let own = roots.filter { $0.dataset == dataset.name }
    guard let names = own.first?.key.map(\.column), let key = columns(names, of: dataset, alias) else { return nil }
    return isListed(key, own.filter { $0.key.map(\.column) == names }.map { $0.key.map(\.value) }, &parameters)
  }

  /// By a reference to such a record, which may be gone already; nothing where its key does not tell.
  private func orphaned(
    _ belonging: Belonging, of parent: DatasetRecord, _ children: [String], _ parameters: inout SweepParameters
  ) -> String? {
    let keys = roots.filter { $0.dataset == parent.name }.compactMap { root -> [String]? in
      let values = belonging.columns.compactMap { pair in
        root.key.first { dialect.isSame(column: $0.column, as: pair.parent) }?.value
      }
      return values.count == belonging.columns.count ? values : nil
    }
    guard !keys.isEmpty else { return nil }
    return isListed(children, keys, &parameters)
  }

  private func isListed(_ columns: [String], _ keys: [[String]], _ parameters: inout SweepParameters) -> String {
    let parts = columns.map { "(" + dialect.keyText($0) + ")" }
    // A value that stands nowhere in the statement would have no type.
    let text = parts.count == 1 ? parts[0] : parts.joined(separator: " || \(parameters.place("\u{1F}")) || ")
    let list = CanonicalJSON.array(keys.map { .string($0.joined(separator: "\u{1F}")) })
    return dialect.isListed(text, in: parameters.place(String(decoding: list.encoded(), as: UTF8.self)))
  }

  // MARK: Names

  /// The columns under an alias, spelt as the database does; nothing when the register names one that is not there.
  private func columns(_ names: [String], of dataset: DatasetRecord, _ alias: String) -> [String]? {
    let found = names.compactMap { known($0, in: dataset.table) }
    return found.count == names.count ? found.map { "\(alias).\(dialect.quoted($0.name))" } : nil
  }

  private func known(_ column: String, in table: String) -> DatabaseOutline.Column? {
    outline.tables.first { dialect.isSame(table: $0.name, as: table) }?.columns
      .first { dialect.isSame(column: $0.name, as: column) }
  }
}
