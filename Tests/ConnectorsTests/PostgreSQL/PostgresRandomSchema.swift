import ErasureDomain
import TestKit

/// A schema and its rows made from a seed, with a plain model of what an erasure must leave.
///
/// Some tables are parents of others, some are addresses that rows of one table share, and any may be partitioned, lack
/// keys that others have, or hold a copy of the person's address of its own.
struct PostgresRandomSchema {
  enum KeyStyle: CaseIterable {
    case number
    case text
    case pair
    case uuid
    /// No primary key: a column that happens to name the row.
    case none
  }

  enum Partitions: CaseIterable {
    case none
    case hash
    case list
    case range
    /// Parts of parts.
    case nested
  }

  struct Column {
    let name: String
    let type: String
    /// Another type whose values compare with it.
    var similar: String { type == "int" ? "bigint" : type == "text" ? "varchar(30)" : type }
  }

  struct Link {
    let parent: Int
    let key: ForeignKey
    let onDelete: String
    let isSimilar: Bool
  }

  enum ForeignKey {
    case none
    case all
    /// Only the first part has it.
    case onePartition
  }

  struct Table {
    let schema: String
    let name: String
    let style: KeyStyle
    let partitions: Partitions
    /// Found by its own address, whatever it belongs to.
    let isRoot: Bool
    let yields: Bool
    var links: [Link] = []
    /// Rows of this table may point to their own address in that table.
    var address: Int?
    var pointsToItself = false
    var rows: [Line] = []

    /// What names a row: in a partitioned table the part is of it.
    var key: [Column] {
      let columns: [Column] =
        switch style {
        case .number, .none: [Column(name: "id", type: "int")]
        case .text: [Column(name: "code ", type: "text")]
        case .pair: [Column(name: "a\"b", type: "int"), Column(name: "Part", type: "text")]
        case .uuid: [Column(name: "uid", type: "uuid")]
        }
      return partitions == .none ? columns : columns + [Column(name: "part", type: "int")]
    }

    var quoted: String { "\(Self.quoted(schema)).\(Self.quoted(name))" }
    static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
  }

  struct Line {
    let tag: Int
    let key: [String]
    let part: Int
    /// The person it belongs to; 0 is the one who asks, nothing belongs to nobody.
    let owner: Int?
    /// For each link the place of the parent row.
    let parents: [Int?]
    /// For kept tables, the year of the start event.
    let year: Int
    let mails: [String?]
    let address: Int?
    var itself: Int?
  }

  static let schemas = ["public", "shop", "Odd \"schema"]
  static let names = ["order", "we\"ird", "Kind", "kind", "Ünï", "select", "x'y", "group-by"]

  let random: SeededRandom
  var tables: [Table] = []
  /// The table whose rows are retained; its parent, the first table, is then reduced.
  private(set) var keptTable: Int?
  /// Rows that go, are reduced and stay for a while, by tag.
  private(set) var going: Set<Int> = []
  private(set) var reduced: Set<Int> = []
  private(set) var kept: Set<Int> = []

  init(_ random: SeededRandom) {
    self.random = random
    let count = random.number(in: 2...5)
    for number in 0..<count { addTable(number) }
    if random.chance(2) { addKeptTable() }
    if random.chance(2) { addAddresses() }
    var tag = 0
    // Addresses are pointed to, so their rows come first; their number is the last.
    let addresses = tables.indices.filter { number in tables.contains { $0.address == number } }
    for number in addresses + tables.indices.filter({ !addresses.contains($0) }) { addRows(to: number, &tag) }
    model(addresses)
  }

  private func one<T>(_ list: [T]) -> T { list[random.number(in: 0...list.count - 1)] }

  // MARK: Tables

  private func name() -> (String, String) {
    while true {
      let (schema, name) = (one(Self.schemas), one(Self.names))
      if !tables.contains(where: { $0.schema == schema && $0.name == name }) { return (schema, name) }
    }
  }

  private mutating func addTable(_ number: Int) {
    let isOnlyRoot = number == 0 || random.chance(6)
    let isRoot = isOnlyRoot || random.chance(4)
    let (schema, name) = name()
    let styles = KeyStyle.allCases.filter { !isRoot || $0 != .none }
    var table = Table(
      schema: schema, name: name, style: one(styles), partitions: one(Partitions.allCases + [.none, .none]),
      isRoot: isRoot, yields: random.chance(3))
    for _ in 0..<(isOnlyRoot ? 0 : random.number(in: 1...2)) {
      table.links.append(link(to: random.number(in: 0...number - 1), isPartitioned: table.partitions != .none))
    }
    table.pointsToItself = table.style != .none && random.chance(3)
    tables.append(table)
  }

  private func link(to parent: Int, isPartitioned: Bool) -> Link {
    let keys: [ForeignKey] =
      tables[parent].style == .none
      ? [.none] : isPartitioned ? [.all, .all, .none, .onePartition] : [.all, .all, .none]
    let key = one(keys)
    let rules = [
      "", " ON DELETE CASCADE", " ON DELETE SET NULL", " ON DELETE RESTRICT", " DEFERRABLE",
      " ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
    ]
    let isSimilar = if case .none = key { random.chance(2) } else { false }
    return Link(parent: parent, key: key, onDelete: one(rules), isSimilar: isSimilar)
  }

  private mutating func addKeptTable() {
    let (schema, name) = name()
    keptTable = tables.count
    tables.append(
      Table(
        schema: schema, name: name, style: one(KeyStyle.allCases), partitions: one(Partitions.allCases), isRoot: false,
        yields: false,
        links: [Link(parent: 0, key: one([.all, .none]), onDelete: "", isSimilar: false)]))
  }

  private mutating func addAddresses() {
    // What kept rows need stays with them, and so do the columns of a reduced row by which others are found.
    let owners = tables.indices.filter { $0 != keptTable && (keptTable == nil || $0 != 0) }
    let owner = one(Array(owners))
    let (schema, name) = name()
    tables[owner].address = tables.count
    tables.append(
      Table(
        schema: schema, name: name, style: one([.number, .text, .pair, .uuid]), partitions: one(Partitions.allCases),
        isRoot: false, yields: random.chance(2)))
  }

  // MARK: Rows

  private mutating func addRows(to number: Int, _ tag: inout Int) {
    let table = tables[number]
    for place in 0..<random.number(in: 3...10) {
      tag += 1
      let owner: Int? = random.chance(8) && !table.isRoot ? nil : random.number(in: 0...3)
      let parents: [Int?] = table.links.map { link in
        // A row that hangs on nothing is nobody's; sharing it would make two persons of one.
        let own = tables[link.parent].rows.indices.filter { place in
          let row = tables[link.parent].rows[place]
          return owner != nil && row.owner == owner
            && (tables[link.parent].isRoot || row.parents.contains { $0 != nil })
        }
        return own.isEmpty || random.chance(4) ? nil : one(own)
      }
      let part = random.number(in: 0...3)
      let keys = table.key.map { column in
        switch column.type {
        case "uuid": "00000000-0000-4000-8000-00000000\(1_000 + place)"
        case "text": "k\(place)'\u{e9}\\\""
        default: column.name == "part" ? "\(part)" : "\(place + 1)"
        }
      }
      let addresses = table.address.map { tables[$0].rows.indices } ?? 0..<0
      tables[number].rows.append(
        Line(
          tag: tag, key: keys, part: part, owner: owner, parents: parents,
          year: one([2010, 2017, 2018, 2019, 2024, 2025]), mails: table.isRoot ? mails(owner ?? 1) : [],
          address: addresses.isEmpty || random.chance(4) ? nil : one(Array(addresses))))
    }
  }

  /// Two columns; the person's address stands in at least one of them, in some spelling.
  private func mails(_ owner: Int) -> [String?] {
    let address = "person\(owner)@example.org"
    let spelled = one([address, address.uppercased(), " \(address)", "\(address)\t"])
    return one([[spelled, nil], [nil, spelled], [spelled, spelled], ["", spelled], [spelled, "x\(address)"]])
  }

  // MARK: The model

  private mutating func model(_ addresses: [Int]) {
    var selected: [Set<Int>] = tables.map { _ in [] }
    for (number, table) in tables.enumerated() {
      for (place, row) in table.rows.enumerated() {
        let isFound = table.isRoot && row.owner == 0
        let hangs = zip(table.links, row.parents).contains { link, parent in
          parent.map { selected[link.parent].contains($0) } ?? false
        }
        if isFound || hangs { selected[number].insert(place) }
      }
    }
    for address in addresses {
      guard let owner = tables.firstIndex(where: { $0.address == address }) else { continue }
      for place in tables[address].rows.indices {
        let users = tables[owner].rows.indices.filter { tables[owner].rows[$0].address == place }
        if !users.isEmpty, users.allSatisfy(selected[owner].contains) { selected[address].insert(place) }
      }
    }
    for (number, places) in selected.enumerated() {
      for place in places { going.insert(tables[number].rows[place].tag) }
      guard tables[number].pointsToItself else { continue }
      for place in tables[number].rows.indices where random.chance(2) {
        tables[number].rows[place].itself = one(
          Array(tables[number].rows.indices.filter { places.contains($0) == places.contains(place) }))
      }
    }
    keep(selected)
  }

  private mutating func keep(_ selected: [Set<Int>]) {
    guard let keptTable else { return }
    for place in selected[keptTable] {
      let row = tables[keptTable].rows[place]
      // Seven years from the end of the year, seen on 2026-03-02.
      guard row.year + 8 > 2026, let parent = row.parents[0] else { continue }
      going.remove(row.tag)
      kept.insert(row.tag)
      let root = tables[0].rows[parent].tag
      going.remove(root)
      reduced.insert(root)
    }
  }
}
