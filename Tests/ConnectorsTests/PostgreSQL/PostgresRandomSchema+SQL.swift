import ErasureDomain
import TestKit

/// The schema as SQL and as a register.
extension PostgresRandomSchema {
  private func quoted(_ name: String) -> String { Table.quoted(name) }

  private func literal(_ value: String?) -> String {
    value.map { "'" + $0.replacing("'", with: "''") + "'" } ?? "NULL"
  }

  private func linkColumns(_ number: Int, _ link: Link) -> [Column] {
    tables[link.parent].key.enumerated().map {
      Column(name: "Ref \(number).\($0)", type: link.isSimilar ? $1.similar : $1.type)
    }
  }

  private func named(_ prefix: String, _ columns: [Column]) -> [Column] {
    columns.enumerated().map { Column(name: "\(prefix)\($0)", type: $1.type) }
  }

  private func list(_ columns: [Column]) -> String { columns.map { quoted($0.name) }.joined(separator: ", ") }

  /// Everything, in schemas that are made anew.
  var sql: String {
    let schemas = Self.schemas.map {
      "DROP SCHEMA IF EXISTS \(quoted($0)) CASCADE; CREATE SCHEMA \(quoted($0));"
    }
    // Addresses are pointed to by what stands before them.
    let filling = tables.indices.sorted { isAddress($0) && !isAddress($1) }.flatMap { number in
      tables[number].rows.map { insert($0, tables[number]) }
    }
    let parts = [schemas, tables.map(create), tables.flatMap(references), filling]
    return "BEGIN; " + parts.map { $0.joined(separator: "\n") }.joined(separator: "\n") + "\n"
      + "SET CONSTRAINTS ALL IMMEDIATE; COMMIT;"
  }

  private func isAddress(_ number: Int) -> Bool { tables.contains { $0.address == number } }

  private func create(_ table: Table) -> String {
    var columns = table.key
    columns += table.partitions == .none ? [Column(name: "part", type: "int")] : []
    columns += [Column(name: "tag", type: "int"), Column(name: "started", type: "date")]
    for (number, link) in table.links.enumerated() { columns += linkColumns(number, link) }
    if let address = table.address { columns += named("home ", tables[address].key) }
    if table.pointsToItself { columns += named("self ", table.key) }
    var parts = columns.map { "\(quoted($0.name)) \($0.type)" }
    if table.yields { parts.append("phone text") }
    if table.isRoot {
      parts += [
        "mail text", "\"Mail 2\" varchar(60)", "secret text NOT NULL", "born date NOT NULL", "no numeric(9,0) NOT NULL",
        "UNIQUE (secret, part)", "UNIQUE (no, part)",
      ]
    }
    if table.style != .none { parts.append("PRIMARY KEY (\(list(table.key)))") }
    let index = table.isRoot ? "CREATE UNIQUE INDEX ON \(table.quoted) (lower(secret), part);" : ""
    return "CREATE TABLE \(table.quoted) (\(parts.joined(separator: ", ")))\(partitions(table)) \(index)"
  }

  private func part(_ table: Table, _ number: Int) -> String {
    "\(quoted(table.schema)).\(quoted("\(table.name) \(number)"))"
  }

  private func partitions(_ table: Table) -> String {
    func all(_ kind: String, _ bounds: [String]) -> String {
      " PARTITION BY \(kind) (part);"
        + bounds.enumerated().map { "CREATE TABLE \(part(table, $0)) PARTITION OF \(table.quoted) \($1);" }.joined()
    }
    switch table.partitions {
    case .none: return ";"
    case .hash: return all("HASH", (0..<3).map { "FOR VALUES WITH (MODULUS 3, REMAINDER \($0))" })
    case .list: return all("LIST", ["FOR VALUES IN (0)", "FOR VALUES IN (1, 2)", "DEFAULT"])
    case .range: return all("RANGE", ["FOR VALUES FROM (MINVALUE) TO (1)", "FOR VALUES FROM (1) TO (3)", "DEFAULT"])
    case .nested:
      let inner = (0..<2).map {
        "CREATE TABLE \(part(table, 10 + $0)) PARTITION OF \(part(table, 2)) "
          + "FOR VALUES WITH (MODULUS 2, REMAINDER \($0));"
      }
      return all("LIST", ["FOR VALUES IN (0)", "FOR VALUES IN (1)", "DEFAULT PARTITION BY HASH (part)"])
        + inner.joined()
    }
  }

  private func references(_ table: Table) -> [String] {
    func key(_ holder: String, _ columns: [Column], _ target: Table, _ rule: String) -> String {
      "ALTER TABLE \(holder) ADD FOREIGN KEY (\(list(columns))) REFERENCES \(target.quoted)\(rule);"
    }
    var keys: [String] = []
    for (number, link) in table.links.enumerated() {
      let target = tables[link.parent]
      switch link.key {
      case .none: break
      case .all: keys.append(key(table.quoted, linkColumns(number, link), target, link.onDelete))
      case .onePartition: keys.append(key(part(table, 0), linkColumns(number, link), target, link.onDelete))
      }
    }
    if let address = table.address {
      keys.append(key(table.quoted, named("home ", tables[address].key), tables[address], ""))
    }
    if table.pointsToItself {
      keys.append(key(table.quoted, named("self ", table.key), table, " DEFERRABLE INITIALLY DEFERRED"))
    }
    return keys
  }

  private func insert(_ row: Line, _ table: Table) -> String {
    var values = row.key.map { literal($0) }
    values += table.partitions == .none ? ["\(row.part)"] : []
    values += ["\(row.tag)", "'\(row.year)-06-30'"]
    for (link, parent) in zip(table.links, row.parents) {
      let keys = parent.map { tables[link.parent].rows[$0].key }
      values += tables[link.parent].key.indices.map { literal(keys?[$0]) }
    }
    if let address = table.address {
      let keys = row.address.map { tables[address].rows[$0].key }
      values += tables[address].key.indices.map { literal(keys?[$0]) }
    }
    if table.pointsToItself {
      let keys = row.itself.map { table.rows[$0].key }
      values += table.key.indices.map { literal(keys?[$0]) }
    }
    if table.yields { values.append("'06-\(row.tag)'") }
    if table.isRoot {
      values += row.mails.map { literal($0) } + ["'secret of \(row.tag)'", "'1980-01-01'", "\(row.tag)"]
    }
    return "INSERT INTO \(table.quoted) VALUES (\(values.joined(separator: ", ")));"
  }

  /// Every row with its tag in front.
  var rows: String {
    tables.map { "SELECT tag || '=' || t::text FROM \($0.quoted) AS t" }.joined(separator: " UNION ALL ")
  }

  // MARK: Register

  var datasets: [DatasetRecord] {
    tables.enumerated().map { number, table in
      var belongsTo = table.links.enumerated().map { place, link in
        ("d\(link.parent)", Array(zip(linkColumns(place, link), tables[link.parent].key).map { ($0.name, $1.name) }))
      }
      if let owner = tables.firstIndex(where: { $0.address == number }) {
        belongsTo.append(
          ("d\(owner)", Array(zip(table.key, named("home ", table.key)).map { ($0.name, $1.name) })))
      }
      return .sqlite(
        "d\(number)", table: table.schema == "public" ? table.name : "\(table.schema).\(table.name)",
        find: table.isRoot ? [("email", "mail"), ("email", "Mail 2")] : [], suffices: table.isRoot ? ["email"] : [],
        yields: table.yields ? [("phone", "phone")] : [], belongsTo: belongsTo, treatment(number))
    }
  }

  private func treatment(_ number: Int) -> Treatment {
    guard let keptTable else { return .delete }
    if number == keptTable { return PostgresWorld.fiscal("started") }
    guard number == 0 else { return .delete }
    let key = tables[0].key.map(\.name).filter { $0 != "part" }
    return .reduce(keepColumns: ["tag", "part"] + key, whileKept: "d\(keptTable)")
  }
}
