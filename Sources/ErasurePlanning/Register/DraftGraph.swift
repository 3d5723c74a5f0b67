import ErasureDomain

/// Which tables lead to a person: those with identity columns, and from them along references.
struct DraftGraph {
  struct Edge {
    let reference: DatabaseOutline.Reference
    /// No key in the schema says so: same name and type only.
    let isGuess: Bool
  }

  struct Node {
    let table: DatabaseOutline.Table
    let dataset: String
    let identities: [(column: String, guess: DraftIdentity)]
    var belongsTo: [Edge] = []
    /// References that are not followed.
    var besides: [Edge] = []
  }

  /// Roots first, then what belongs to them.
  private(set) var nodes: [Node] = []
  /// Tables without a path.
  private(set) var rest: [DatabaseOutline.Table] = []

  init(_ outline: DatabaseOutline) {
    let tables = outline.tables.filter { table in
      table.kind == .table && RegisterYAML.isColumn(table.name)
        && table.columns.contains { RegisterYAML.isColumn($0.name) }
    }
    let edges =
      outline.references.map { Edge(reference: $0, isGuess: false) } + Self.guesses(tables, outline.references)
    var names = DraftNames()
    var level: [String: Int] = [:]
    for table in tables {
      let identities = Self.identities(of: table)
      // A telephone number alone makes no root where a key leads to a person.
      let isRoot = identities.contains { $0.guess.kind != .phone } || (!identities.isEmpty && !Self.leads(table, edges))
      guard isRoot else { continue }
      level[table.name] = 0
      nodes.append(Node(table: table, dataset: names.name(for: table.name), identities: identities))
    }
    var depth = 0
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      depth += 1
      for table in tables where level[table.name] == nil {
        let parents = edges.filter {
          $0.reference.table == table.name && (level[$0.reference.parent] ?? depth) < depth && Self.isWritable($0)
        }
        guard !parents.isEmpty else { continue }
        isGrowing = true
        level[table.name] = depth
        nodes.append(
          Node(table: table, dataset: names.name(for: table.name), identities: [], belongsTo: parents))
      }
    }
    for index in nodes.indices {
      let node = nodes[index]
      let taken = node.belongsTo.map(\.reference)
      nodes[index].besides = edges.filter { $0.reference.table == node.table.name && !taken.contains($0.reference) }
    }
    rest = outline.tables.filter { level[$0.name] == nil }
  }

  func dataset(on table: String) -> String? { nodes.first { $0.table.name == table }?.dataset }

  private static func identities(of table: DatabaseOutline.Table) -> [(column: String, guess: DraftIdentity)] {
    table.columns.compactMap { column in
      guard case .taken(let guess) = DraftIdentity.verdict(on: column), RegisterYAML.isColumn(column.name) else {
        return nil
      }
      return (column.name, guess)
    }
  }

  private static func leads(_ table: DatabaseOutline.Table, _ edges: [Edge]) -> Bool {
    edges.contains { $0.reference.table == table.name && $0.reference.parent != table.name }
  }

  private static func isWritable(_ edge: Edge) -> Bool {
    edge.reference.pairs.allSatisfy { RegisterYAML.isColumn($0.child) && RegisterYAML.isColumn($0.parent) }
  }

  // MARK: References without a key

  /// Names of keys that every table has.
  private static let generic: Set<String> = [
    "id", "nr", "no", "key", "code", "uuid", "guid", "name", "number", "rowid", "type", "status",
  ]

  private static func guesses(
    _ tables: [DatabaseOutline.Table], _ declared: [DatabaseOutline.Reference]
  ) -> [Edge] {
    var edges: [Edge] = []
    for parent in tables {
      guard let key = parent.key.first, parent.key.count == 1,
        let shape = parent.columns.first(where: { $0.name == key })?.shape
      else { continue }
      let names = likely(key, of: parent.name)
      for table in tables where table.name != parent.name {
        for column in table.columns where column.shape == shape && names.contains(DraftWords.plain(column.name)) {
          let isKnown = declared.contains { $0.table == table.name && $0.pairs.contains { $0.child == column.name } }
          guard !isKnown else { continue }
          let pair = DatabaseOutline.Reference.Pair(child: column.name, parent: key)
          edges.append(
            Edge(reference: .init(table: table.name, parent: parent.name, pairs: [pair]), isGuess: true))
        }
      }
    }
    return edges
  }

  /// The key's own name where it is not one of everybody's, and `contact_id` for the `id` of `contacts`.
  private static func likely(_ key: String, of table: String) -> Set<String> {
    let plainKey = DraftWords.plain(key)
    let name = DraftWords.plain(DraftWords.local(table))
    var names: Set<String> = [name + plainKey]
    if name.hasSuffix("s") { names.insert(name.dropLast() + plainKey) }
    if !generic.contains(plainKey) { names.insert(plainKey) }
    return names
  }
}

/// Names of datasets, each given once.
struct DraftNames {
  private var taken: Set<String> = []

  mutating func name(for table: String) -> String {
    let candidates = [DraftWords.slug(DraftWords.local(table)), DraftWords.slug(table)]
    let base = candidates.first { !taken.contains($0) } ?? candidates[1]
    var name = base
    var number = 2
    while taken.contains(name) {
      name = "\(base)-\(number)"
      number += 1
    }
    taken.insert(name)
    return name
  }
}
