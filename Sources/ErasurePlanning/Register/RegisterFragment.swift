public import ErasureDomain

/// The lines of YAML that would make a system's file cover rows no dataset reaches.
public struct RegisterFragment: Hashable, Sendable {
  public let table: String
  /// Begins with a comment that says where it goes.
  public let text: String

  /// One for each table with such rows, in the order of the findings.
  ///
  /// - Parameters:
  ///   - record: The system as the register has it.
  ///   - findings: What a sweep of it saw.
  ///   - sufficing: Kinds that identify a person alone somewhere in the register.
  /// - Returns: Texts to paste.
  public static func all(
    for record: SystemRecord, _ findings: SweepFindings, sufficing: Set<IdentifierKind>
  ) -> [RegisterFragment] {
    var names = Set(record.datasets.map(\.name))
    var tables: [String] = []
    for hit in findings.hits where hit.uncovered > 0 && !tables.contains(hit.table) { tables.append(hit.table) }
    return tables.compactMap { table in
      let hits = findings.hits.filter { $0.table == table && $0.uncovered > 0 && RegisterYAML.isColumn($0.column) }
      guard RegisterYAML.isColumn(table), !hits.isEmpty else { return nil }
      if let dataset = record.datasets.first(where: { hits[0].datasets.contains($0.name) }) {
        return RegisterFragment(table: table, text: widened(dataset, hits, record.system, sufficing))
      }
      var name = DraftWords.slug(DraftWords.local(table))
      while !names.insert(name).inserted { name += "-2" }
      return RegisterFragment(
        table: table, text: added(name, table, hits, findings.references, record, sufficing))
    }
  }

  private init(table: String, text: String) {
    self.table = table
    self.text = text
  }

  /// A dataset of its own.
  private static func added(
    _ name: String, _ table: String, _ hits: [SweepFindings.Hit], _ references: [DatabaseOutline.Reference],
    _ record: SystemRecord, _ sufficing: Set<IdentifierKind>
  ) -> String {
    var lines = ["# \(record.system).yaml, under datasets:", "  \(name):", "    table: \(RegisterYAML.scalar(table))"]
    if let (parent, links) = way(from: table, references, record) {
      let pairs = links.map(RegisterYAML.pairs)
      lines.append(
        "    belongs-to: {\(parent): \(pairs.count == 1 ? pairs[0] : "[" + pairs.joined(separator: ", ") + "]")}")
    } else {
      let columns = hits.map { IdentifiedColumn(kind: $0.kind, column: $0.column) }
      lines += finding(columns, sufficing)
    }
    lines.append("    erase: delete  # or retain: {rule: .., start: column}")
    return lines.joined(separator: "\n") + "\n"
  }

  /// More columns for a dataset that is there.
  private static func widened(
    _ dataset: DatasetRecord, _ hits: [SweepFindings.Hit], _ system: SystemName, _ sufficing: Set<IdentifierKind>
  ) -> String {
    var columns = dataset.find
    for hit in hits {
      let known = columns.firstIndex { $0.kind == hit.kind && $0.column == hit.column }
      // What an exact search in this column did not find is written in another case there.
      let compare: ColumnComparison? = known == nil ? nil : .folded
      let column = IdentifiedColumn(kind: hit.kind, column: hit.column, compare: compare)
      if let known { columns[known] = column } else { columns.append(column) }
    }
    let kinds = Set(columns.map(\.kind)).filter { sufficing.contains($0) || dataset.suffices.contains($0) }
    let lines =
      ["# \(system).yaml, in dataset \"\(dataset.name)\", instead of its find and suffices:"]
      + finding(columns, kinds)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func finding(_ columns: [IdentifiedColumn], _ sufficing: Set<IdentifierKind>) -> [String] {
    let find = columns.map { column in
      RegisterYAML.pairs(
        [(column.kind.rawValue, column.column)] + (column.compare.map { [("compare", $0.rawValue)] } ?? []))
    }.joined(separator: ", ")
    let alone = Set(columns.map(\.kind)).intersection(sufficing).sorted()
    return ["    find: [\(find)]", "    suffices: \(RegisterYAML.list(alone.map(\.rawValue)))"]
  }

  /// The foreign keys that lead to the first table with a dataset: all of them, or a row of two people would go with one.
  private static func way(
    from table: String, _ references: [DatabaseOutline.Reference], _ record: SystemRecord
  ) -> (dataset: String, links: [[(String, String)]])? {
    var way: (dataset: String, links: [[(String, String)]])?
    for reference in references where reference.table == table && reference.parent != table {
      let pairs = reference.pairs.map { ($0.child, $0.parent) }
      guard pairs.allSatisfy({ RegisterYAML.isColumn($0.0) && RegisterYAML.isColumn($0.1) }),
        let parent = record.datasets.first(where: { $0.table.lowercased() == reference.parent.lowercased() }),
        way == nil || way?.dataset == parent.name
      else { continue }
      way = (parent.name, (way?.links ?? []) + [pairs])
    }
    return way
  }
}
