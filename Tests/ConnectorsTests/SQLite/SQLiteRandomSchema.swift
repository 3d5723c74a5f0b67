import ErasureDomain
import GRDB
import TestKit

/// A schema and its rows made from a seed, with a plain model of what an erasure must leave.
struct SQLiteRandomSchema {
  enum KeyStyle: CaseIterable {
    case number
    case text
    case pair
    case pairWithoutRowid
    /// No primary key: a column that happens to name the row.
    case none

    /// Key columns with their types.
    var columns: [(name: String, type: String)] {
      switch self {
      case .number, .none: [("id", "INTEGER")]
      case .text: [("code ", "TEXT")]
      case .pair, .pairWithoutRowid: [("a\"b", "INTEGER"), ("Part", "TEXT")]
      }
    }
  }

  struct Link {
    let parent: Int
    let hasForeignKey: Bool
    let onDelete: String
  }

  struct Table {
    let name: String
    let style: KeyStyle
    let isRoot: Bool
    var links: [Link]
    var rows: [Line] = []
  }

  struct Line {
    let tag: Int
    let key: [String]
    /// The person it belongs to; 0 is the one who asks, nothing belongs to nobody.
    let owner: Int?
    /// For each link the place of the parent row.
    let parents: [Int?]
    /// For kept tables, the year of the start event.
    let year: Int
    let email: [String?]
  }

  static let names = ["order", "we\"ird", "a b", "Ünï", "select", "x'y", "group-by", "Table", "[odd]", "p%_"]
  let random: SeededRandom
  var tables: [Table] = []
  /// The table whose rows are retained; its parent, the first table, is then reduced.
  var keptTable: Int?
  /// Rows that go, are reduced and stay for a while, by tag.
  private(set) var going: Set<Int> = []
  private(set) var reduced: Set<Int> = []
  private(set) var kept: Set<Int> = []

  init(_ random: SeededRandom) {
    self.random = random
    let count = random.number(in: 2...6)
    for number in 0..<count { tables.append(table(number)) }
    if random.chance(2) { addKeptTable() }
    var tag = 0
    for number in tables.indices { addRows(to: number, &tag) }
    model()
  }

  private func one<T>(_ list: [T]) -> T { list[random.number(in: 0...list.count - 1)] }

  private func table(_ number: Int) -> Table {
    var links: [Link] = []
    let isRoot = number == 0 || random.chance(5)
    if !isRoot {
      for _ in 0..<random.number(in: 1...2) {
        let parent = random.number(in: 0...number - 1)
        let canReference = tables[parent].style != .none
        links.append(
          Link(
            parent: parent, hasForeignKey: canReference && !random.chance(3),
            onDelete: one(["", " ON DELETE CASCADE", " ON DELETE SET NULL", " ON DELETE RESTRICT"])))
      }
    }
    return Table(name: Self.names[number], style: one(KeyStyle.allCases), isRoot: isRoot, links: links)
  }

  private mutating func addKeptTable() {
    // RESTRICT and friends do not matter here: the parent stays as long as its rows.
    let link = Link(parent: 0, hasForeignKey: tables[0].style != .none, onDelete: "")
    keptTable = tables.count
    tables.append(Table(name: Self.names[tables.count], style: one(KeyStyle.allCases), isRoot: false, links: [link]))
  }

  private mutating func addRows(to number: Int, _ tag: inout Int) {
    let table = tables[number]
    for place in 0..<random.number(in: 3...12) {
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
      let keys = table.style.columns.map { $0.type == "INTEGER" ? "\(place + 1)" : "k\(place)'\u{e9}" }
      tables[number].rows.append(
        Line(
          tag: tag, key: keys, owner: owner, parents: parents, year: one([2010, 2017, 2018, 2019, 2024, 2025]),
          email: table.isRoot ? mails(owner ?? 1) : []))
    }
  }

  /// Two columns; the person's address stands in at least one of them, in some spelling.
  private func mails(_ owner: Int) -> [String?] {
    let address = "person\(owner)@example.org"
    let spelled = one([address, address.uppercased(), " \(address)", "\(address)\t"])
    return one([[spelled, nil], [nil, spelled], [spelled, spelled], ["", spelled], [spelled, "x\(address)"]])
  }

  // MARK: The model

  private mutating func model() {
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
    for (number, places) in selected.enumerated() {
      for place in places { going.insert(tables[number].rows[place].tag) }
    }
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

  // MARK: SQL and register

  private func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }

  private func literal(_ value: String?, _ type: String = "TEXT") -> String {
    guard let value else { return "NULL" }
    return type == "INTEGER" ? value : "'" + value.replacing("'", with: "''") + "'"
  }

  private func linkColumns(_ number: Int, _ link: Link) -> [String] {
    tables[link.parent].style.columns.indices.map { "ref \(number).\($0)" }
  }

  var sql: String {
    tables.map { table in
      var parts = ["tag INTEGER"] + table.style.columns.map { "\(quoted($0.name)) \($0.type)" }
      if table.isRoot {
        parts += ["mail TEXT", "\"Mail 2\" VARCHAR(60)", "secret TEXT NOT NULL UNIQUE", "born DATE NOT NULL"]
      }
      parts.append("started TEXT")
      for (number, link) in table.links.enumerated() {
        parts += zip(linkColumns(number, link), tables[link.parent].style.columns).map { "\(quoted($0)) \($1.type)" }
      }
      if table.style != .none {
        parts.append("PRIMARY KEY (\(table.style.columns.map { quoted($0.name) }.joined(separator: ", ")))")
      }
      for (number, link) in table.links.enumerated() where link.hasForeignKey {
        let columns = linkColumns(number, link).map(quoted).joined(separator: ", ")
        parts.append("FOREIGN KEY (\(columns)) REFERENCES \(quoted(tables[link.parent].name))\(link.onDelete)")
      }
      let end = table.style == .pairWithoutRowid ? " WITHOUT ROWID" : ""
      let create = "CREATE TABLE \(quoted(table.name)) (\(parts.joined(separator: ", ")))\(end);"
      return ([create] + table.rows.map { insert($0, table) }).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  private func insert(_ row: Line, _ table: Table) -> String {
    var values = ["\(row.tag)"] + zip(row.key, table.style.columns).map { literal($0, $1.type) }
    if table.isRoot { values += row.email.map { literal($0) } + ["'secret of \(row.tag)'", "'1980-01-01'"] }
    values.append("'\(row.year)-06-30'")
    for (link, parent) in zip(table.links, row.parents) {
      let columns = tables[link.parent].style.columns
      values += columns.indices.map { literal(parent.map { tables[link.parent].rows[$0].key }?[$0], columns[$0].type) }
    }
    return "INSERT INTO \(quoted(table.name)) VALUES (\(values.joined(separator: ", ")));"
  }

  var datasets: [DatasetRecord] {
    tables.enumerated().map { number, table in
      .sqlite(
        "d\(number)", table: table.name, find: table.isRoot ? [("email", "mail"), ("email", "Mail 2")] : [],
        suffices: table.isRoot ? ["email"] : [],
        belongsTo: table.links.enumerated().map { place, link in
          ("d\(link.parent)", Array(zip(linkColumns(place, link), tables[link.parent].style.columns.map(\.name))))
        }, treatment(number))
    }
  }

  private func treatment(_ number: Int) -> Treatment {
    guard let keptTable else { return .delete }
    if number == keptTable { return .retain(Retention(rule: "nl-fiscal-7y", start: "started")) }
    guard number == 0 else { return .delete }
    return .reduce(keepColumns: ["tag"] + tables[0].style.columns.map(\.name), whileKept: "d\(keptTable)")
  }
}
