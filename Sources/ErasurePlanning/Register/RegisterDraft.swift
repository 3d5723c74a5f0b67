public import ErasureDomain

/// Proposes the file of a system from what its database says. Every guess is marked; nothing is decided by it.
public struct RegisterDraft {
  private let record: SystemRecord
  private let outline: DatabaseOutline
  private let graph: DraftGraph
  private let day: CivilDate

  /// - Parameters:
  ///   - record: The system as the register has it; its datasets are not looked at.
  ///   - outline: What its database says.
  ///   - day: Stands in the header.
  public init(of record: SystemRecord, from outline: DatabaseOutline, on day: CivilDate) {
    self.record = record
    self.outline = outline
    self.day = day
    graph = DraftGraph(outline)
  }

  /// How many datasets it proposes.
  public var datasets: Int { graph.nodes.count }

  /// The whole file. The strict reader takes it as it is.
  public var text: String {
    var lines = [
      "# Proposed by `expunge register draft \(record.system)` on \(day), from tables, keys and a sample of rows.",
      "# Nothing here is decided: check every line, above all those marked \"guess\", and say what must be kept.",
      "register: 1",
      "system: \(record.system)",
      "name: \(RegisterYAML.scalar(record.title))",
      "role: \(record.role.rawValue)",
      "owner: \(RegisterYAML.scalar(record.owner))",
      "subjects: \(RegisterYAML.list(record.subjects.map(\.rawValue)))",
      "connector: \(record.connector)",
      "settings: \(RegisterYAML.flow(record.settings))",
    ]
    if !record.identifiers.isEmpty {
      lines.append("identifiers: \(RegisterYAML.list(record.identifiers.map(\.rawValue)))")
    }
    if graph.nodes.isEmpty {
      lines.append("# No column looks like an identity: say in datasets how a person is found here.")
    } else {
      lines.append("datasets:")
      for node in graph.nodes { lines += dataset(node) }
    }
    lines += copies + ending + remarks
    return lines.joined(separator: "\n") + "\n"
  }

  private var copies: [String] {
    guard record.copies.isEmpty else {
      let copies = record.copies.map { copy in
        let texts = [("cycle", copy.cycle), ("place", copy.place), ("encryption", copy.encryption)]
        let more =
          (copy.keepsDays.map { [", keeps-days: \($0)"] } ?? [])
          + texts.compactMap { name, text in text.map { ", \(name): \(RegisterYAML.scalar($0))" } }
        return "{set: \(copy.set), kind: \(copy.kind.rawValue), system: \(copy.system)\(more.joined())}"
      }
      return ["copies: [\(copies.joined(separator: ", "))]"]
    }
    guard record.role == .own else { return [] }
    return [
      "# Take the next line over from the file you have: the daemon does not keep who said it.",
      "copies: {none: {said-by: not said yet, on: \(day)}}",
    ]
  }

  private var ending: [String] {
    var lines: [String] = []
    if record.concurrency != 1 { lines.append("concurrency: \(record.concurrency)") }
    if let lastLook = record.lastLook { lines.append("last-look: \(lastLook.rawValue)") }
    return lines
  }

  // MARK: Datasets

  private func dataset(_ node: DraftGraph.Node) -> [String] {
    var lines = ["  \(node.dataset):", "    table: \(RegisterYAML.scalar(node.table.name))"]
    if !node.identities.isEmpty { lines += finding(node) }
    if let belongsTo = belongsTo(node) { lines += belongsTo }
    for column in node.table.columns {
      if case .doubtful(let why) = DraftIdentity.verdict(on: column) {
        lines.append("    # not taken: \(RegisterYAML.comment(column.name)) is \(why)")
      }
    }
    let inside = Self.inside(node.table)
    if !inside.isEmpty { lines.append("    # look inside: \(inside)") }
    let hint = Self.retention(node.table)
    if let hint { lines.append("    # guess: \(hint)") }
    lines.append(
      "    erase: delete  # guess: "
        + (hint == nil ? "nothing says that these rows must stay" : "only if no law keeps these rows"))
    return lines
  }

  private func finding(_ node: DraftGraph.Node) -> [String] {
    var lines = ["    find:"]
    for (column, guess) in node.identities {
      lines.append("      - {\(guess.kind): \(RegisterYAML.scalar(column))}  # guess: \(guess.reason)")
    }
    let kinds = Set(node.identities.map(\.guess.kind)).sorted()
    let alone = kinds.filter { DraftIdentity.sufficing.contains($0) }
    // A telephone number that is all there is must do.
    let suffices = alone.isEmpty && kinds.count == 1 ? kinds : alone
    lines.append(
      "    suffices: \(RegisterYAML.list(suffices.map(\.rawValue)))  # guess: these identify a person alone")
    let numbers = node.identities.filter { $0.guess.kind == DraftIdentity.customerNumber }
    if let number = numbers.first {
      lines.append(
        "    yields: {\(number.guess.kind): \(RegisterYAML.scalar(number.column))}  # guess: known elsewhere")
    }
    let review = node.table.columns.filter(Self.isShown).map(\.name).prefix(6)
    if !review.isEmpty {
      lines.append("    review: \(RegisterYAML.list(Array(review)))  # guess: by name, for the approver's eyes")
    }
    return lines
  }

  private static func isShown(_ column: DatabaseOutline.Column) -> Bool {
    let words = Set(DraftWords.words(column.name))
    return column.shape == .text && RegisterYAML.isColumn(column.name)
      && !words.isDisjoint(with: ["name", "naam", "surname", "city", "town", "plaats", "woonplaats"])
      && words.isDisjoint(with: ["file", "host", "user"])
  }

  private func belongsTo(_ node: DraftGraph.Node) -> [String]? {
    var lines: [String] = []
    if !node.belongsTo.isEmpty {
      lines.append("    belongs-to:")
      lines += links(node.belongsTo)
    }
    for edge in node.besides {
      let columns = edge.reference.pairs.map { RegisterYAML.comment($0.child) }.joined(separator: ", ")
      let mark = edge.isGuess ? "may reference" : "references"
      lines.append(
        "    # not followed: \(mark) \(RegisterYAML.comment(edge.reference.parent)) by \(columns); "
          + "add it to belongs-to if these rows go with that one")
    }
    return lines.isEmpty ? nil : lines
  }

  /// One line for each dataset that rows belong to; a list where they point to it by several keys.
  private func links(_ edges: [DraftGraph.Edge]) -> [String] {
    var parents: [String] = []
    for edge in edges where !parents.contains(edge.reference.parent) { parents.append(edge.reference.parent) }
    return parents.flatMap { table -> [String] in
      guard let parent = graph.dataset(on: table) else { return [] }
      let own = edges.filter { $0.reference.parent == table }.map { edge in
        let pairs = RegisterYAML.pairs(edge.reference.pairs.map { ($0.child, $0.parent) })
        return (pairs, edge.isGuess ? "  # guess: same name and type, no key says so" : "")
      }
      guard own.count > 1 else { return own.map { "      \(parent): \($0)\($1)" } }
      return ["      \(parent):  # a row that points to somebody else too stays"] + own.map { "        - \($0)\($1)" }
    }
  }

  /// Columns in which people may stand anywhere.
  private static func inside(_ table: DatabaseOutline.Table) -> String {
    table.columns.filter { $0.shape == .structured || $0.shape == .bytes }
      .map { RegisterYAML.comment("\($0.name) (\($0.type))") }.joined(separator: ", ")
  }

  private static let fiscal: Set<String> = [
    "invoice", "invoices", "payment", "payments", "bill", "billing", "factuur", "facturen", "betaling", "betalingen",
    "transaction", "transactions", "ledger", "booking", "bookings",
  ]

  private static func retention(_ table: DatabaseOutline.Table) -> String? {
    guard !fiscal.isDisjoint(with: DraftWords.words(DraftWords.local(table.name))),
      let day = table.columns.first(where: { $0.shape == .date })
    else { return nil }
    return "tax law may keep these rows; then instead of erase: "
      + "retain: {rule: nl-fiscal-7y, start: \(RegisterYAML.scalar(RegisterYAML.comment(day.name)))}"
  }

  // MARK: The rest

  private var remarks: [String] {
    var lines: [String] = []
    let tables = graph.rest.filter { $0.kind == .table }
    if !tables.isEmpty {
      lines.append("# Tables without any path to a person, by name, key or reference. Look at them yourself:")
      for table in tables {
        let inside = Self.inside(table)
        lines.append("#   \(RegisterYAML.comment(table.name))" + (inside.isEmpty ? "" : ": look inside: \(inside)"))
      }
    }
    let others = graph.rest.filter { $0.kind != .table }
    if !others.isEmpty {
      lines.append("# Views, indexes and tables of other servers, which hold no rows of their own or cannot be read:")
      lines += others.map { "#   \(RegisterYAML.comment($0.name))" }
    }
    return lines
  }
}
