import ErasureDomain
import Yams

extension SystemFileReader {
  private static let datasetKeys: [KnownKey] = [
    .required("table", "name the table or view as the database spells it"),
    .optional("find"), .optional("suffices"), .optional("yields"), .optional("review"),
    .optional("belongs-to"), .optional("erase"), .optional("retain"), .optional("at-most"), .optional("category"),
    .optional("restrict"), .optional("opt-out"), .optional("take-along"),
  ]

  /// No search finds more records of one person in a dataset.
  private static let largestAtMost = 10_000

  mutating func datasets(_ member: Member) -> [DatasetRecord]? {
    guard let entries = reader.entries(of: member, what: "\"datasets\"") else { return nil }
    guard !entries.isEmpty else {
      reader.fault(member.line, "\"datasets\" is empty; describe at least one table, or take the key out")
      return nil
    }
    var datasets: [DatasetRecord] = []
    for entry in entries {
      if let dataset = dataset(entry) { datasets.append(dataset) }
    }
    // A dataset that could not be read would make every reference to it look wrong.
    guard datasets.count == entries.count else { return nil }
    let checks = DatasetChecks(
      datasets: datasets, lines: Dictionary(entries.map { ($0.key, $0.line) }) { first, _ in first })
    for fault in checks.faults() { reader.fault(fault.line, fault.message) }
    return datasets
  }

  private mutating func dataset(_ entry: Member) -> DatasetRecord? {
    guard reader.isName(entry.key, of: "a dataset", line: entry.line),
      let members = reader.members(of: entry, what: "dataset \"\(entry.key)\"", keys: Self.datasetKeys)
    else { return nil }
    let table = members["table"].flatMap { reader.column($0) }
    let find = members["find"].map { finds($0) } ?? []
    let suffices = members["suffices"].map { reader.names($0) } ?? []
    let yields = members["yields"].map { identifiedColumns($0) } ?? []
    let review = members["review"].map { reader.columns($0) } ?? []
    let belongsTo = members["belongs-to"].map { belongings($0) } ?? []
    let treatment = treatment(
      members, dataset: entry.key, find: find ?? [], yields: yields ?? [], review: review ?? [],
      links: (belongsTo ?? []).flatMap { $0.columns.map(\.child) })
    let atMost = members["at-most"].flatMap { reader.integer($0, in: 1...Self.largestAtMost) }
    let category = members["category"].map { reader.name($0) }
    let marks = marks(members, found: (find ?? []).map(\.column) + (yields ?? []).map(\.column))
    let takeAlong = members["take-along"].flatMap { self.takeAlong($0) }
    checkFinding(members)
    guard let table, let find, let suffices, let yields, let review, let belongsTo, let treatment,
      members["at-most"] == nil || atMost != nil, category != .some(nil), let marks,
      members["take-along"] == nil || takeAlong != nil
    else { return nil }
    return DatasetRecord(
      name: entry.key, table: table, find: find, suffices: suffices.map(IdentifierKind.init(rawValue:)),
      yields: yields, review: review, belongsTo: belongsTo, treatment: treatment, atMost: atMost,
      category: category ?? nil, restrict: marks.restrict, optOut: marks.optOut, takeAlong: takeAlong)
  }

  /// What marks a row at once; nil where that does not read.
  private mutating func marks(
    _ members: Members, found: [String]
  ) -> (restrict: Restriction?, optOut: Restriction?)? {
    var marks: [Restriction?] = []
    for key in ["restrict", "opt-out"] {
      guard let member = members[key] else {
        marks.append(nil)
        continue
      }
      guard let mark = restriction(member) else { return nil }
      guard !found.contains(where: { $0.lowercased() == mark.column.lowercased() }) else {
        reader.fault(
          member.line, "\"\(key)\" would overwrite \"\(mark.column)\", by which people are found; name another column")
        return nil
      }
      marks.append(mark)
    }
    return (marks[0], marks[1])
  }

  /// Whether it says how a person's rows are found at all.
  private mutating func checkFinding(_ members: Members) {
    if members["find"] == nil {
      if members["belongs-to"] == nil {
        reader.fault(
          members.line, "\(members.what) has neither find nor belongs-to; say how a person's rows are found")
      }
      if let member = members["category"] {
        reader.fault(
          member.line,
          "\(members.what) has category and no find; its rows go or stay with those they belong to: give that dataset one"
        )
      }
      for key in ["suffices", "review", "at-most", "restrict", "opt-out"] {
        if let member = members[key] {
          reader.fault(member.line, "\(members.what) has \(key) and no find; \(key) is for datasets with find")
        }
      }
    } else if members["suffices"] == nil {
      reader.fault(
        members.line,
        "\(members.what) has find and no suffices; list the kinds that identify a person alone, [] when none does")
    }
  }

  // MARK: Finding rows

  /// Each item of `find` holds one pair, or several, and how they are compared.
  private mutating func finds(_ member: Member) -> [IdentifiedColumn]? {
    guard let elements = reader.elements(of: member) else { return nil }
    guard !elements.isEmpty else {
      reader.fault(member.line, "\"find\" is empty; list pairs of kind and column: [{email: email}]")
      return nil
    }
    var columns: [IdentifiedColumn] = []
    for element in elements {
      for column in identifiedColumns(element, mayCompare: true) ?? [] {
        if columns.contains(where: { $0.kind == column.kind && $0.column == column.column }) {
          reader.fault(element.line, "\"find\" names {\(column.kind): \(column.column)} twice; take one out")
        } else {
          columns.append(column)
        }
      }
    }
    return columns
  }

  /// `{kind: column}`, one pair or several; in `find` also `compare: exact` or `compare: folded`.
  private mutating func identifiedColumns(_ member: Member, mayCompare: Bool = false) -> [IdentifiedColumn]? {
    guard let entries = reader.entries(of: member, what: "\"\(member.key)\"") else { return nil }
    guard !entries.isEmpty else {
      reader.fault(member.line, "\"\(member.key)\" is empty; write kind: column")
      return nil
    }
    var columns: [IdentifiedColumn] = []
    var compare: ColumnComparison?
    for entry in entries {
      guard entry.key != "compare" else {
        compare = mayCompare ? comparison(entry) : nil
        if !mayCompare {
          reader.fault(entry.line, "\"\(member.key)\" has \"compare\", which is for find; take it out")
        }
        continue
      }
      guard reader.isName(entry.key, of: "an identifier kind", line: entry.line), let column = reader.column(entry)
      else { continue }
      columns.append(IdentifiedColumn(kind: IdentifierKind(rawValue: entry.key), column: column))
    }
    return columns.map { IdentifiedColumn(kind: $0.kind, column: $0.column, compare: compare) }
  }

  private mutating func comparison(_ entry: Member) -> ColumnComparison? {
    guard let word = reader.text(entry) else { return nil }
    guard let comparison = ColumnComparison(rawValue: word) else {
      reader.fault(
        entry.line, "compare is \"\(word)\"; write exact (value for value) or folded (whatever the case of letters)")
      return nil
    }
    return comparison
  }

  /// `{dataset: {child_column: parent_column}}`, or a list of such links where rows point to one dataset several times.
  private mutating func belongings(_ member: Member) -> [Belonging]? {
    guard let entries = reader.entries(of: member, what: "\"belongs-to\"") else { return nil }
    guard !entries.isEmpty else {
      reader.fault(member.line, "\"belongs-to\" is empty; write dataset: {column here: column there}")
      return nil
    }
    var belongings: [Belonging] = []
    for entry in entries {
      guard reader.isName(entry.key, of: "a dataset in \"belongs-to\"", line: entry.line) else { continue }
      var links = [entry]
      if case .sequence = entry.node { links = reader.elements(of: entry) ?? [] }
      guard !links.isEmpty else {
        reader.fault(entry.line, "\"\(entry.key)\" in \"belongs-to\" is empty; write column here: column there")
        return nil
      }
      for link in links {
        guard let belonging = belonging(link) else { return nil }
        if belongings.contains(where: { $0.dataset == belonging.dataset && Set($0.columns) == Set(belonging.columns) })
        {
          reader.fault(link.line, "\"\(entry.key)\" in \"belongs-to\" has one link twice; take one out")
        } else {
          belongings.append(belonging)
        }
      }
    }
    return belongings
  }

  /// The pairs of columns of one link.
  private mutating func belonging(_ link: Member) -> Belonging? {
    guard let columns = reader.entries(of: link, what: "\"\(link.key)\" in \"belongs-to\"") else { return nil }
    guard !columns.isEmpty else {
      reader.fault(link.line, "\"\(link.key)\" in \"belongs-to\" is empty; write column here: column there")
      return nil
    }
    var pairs: [Belonging.Pair] = []
    for column in columns {
      guard reader.isColumn(column.key, line: column.line), let parent = reader.column(column) else { continue }
      pairs.append(Belonging.Pair(child: column.key, parent: parent))
    }
    return Belonging(dataset: link.key, columns: pairs)
  }
}
