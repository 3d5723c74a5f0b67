import GRDB

/// What the schema of a database says: tables, keys, references and triggers.
struct SQLiteCatalogue: Sendable {
  struct Column: Sendable {
    let name: String
    let type: String
    let isNotNull: Bool
    /// Its place in the primary key, from 1; 0 when it is no part of it.
    let keyPlace: Int
    let isGenerated: Bool

    var affinity: Affinity { Affinity(declaredType: type) }
  }

  /// How SQLite stores what is written to a column (datatype3.html section 3.1).
  enum Affinity: Sendable {
    case integer
    case text
    case none
    case real
    case numeric

    init(declaredType: String) {
      let type = declaredType.uppercased()
      if type.contains("INT") {
        self = .integer
      } else if type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT") {
        self = .text
      } else if type.isEmpty || type.contains("BLOB") || type == "ANY" {
        self = .none
      } else if type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB") {
        self = .real
      } else {
        self = .numeric
      }
    }
  }

  struct ForeignKey: Sendable {
    /// The table that holds the reference.
    let table: String
    let parent: String
    let pairs: [(child: String, parent: String)]
    let onDelete: String
  }

  struct Table: Sendable {
    let name: String
    /// `table`, `view`, `virtual` or `shadow`.
    let kind: String
    let isWithoutRowid: Bool
    let columns: [Column]
    /// Columns of unique indexes that hold for every row; the primary key is not among them.
    var uniqueKeys: [[String]] = []
    /// Columns of unique indexes that hold for some rows only, or over expressions.
    var sometimesUnique: Set<String> = []
    /// Columns at the front of an index, in order.
    var indexes: [[String]] = []
    /// The highest row number; 0 where there are none.
    var estimatedRows = 0
    let sql: String

    /// The column of that name, whatever the case of its letters.
    func column(_ name: String) -> Column? {
      let wanted = DatabaseName.folded(name)
      return columns.first { DatabaseName.folded($0.name) == wanted }
    }

    var primaryKey: [String] {
      columns.filter { $0.keyPlace > 0 }.sorted { $0.keyPlace < $1.keyPlace }.map(\.name)
    }

    /// What names a row within one transaction: the row's number, or the key where there is none.
    var identity: [String] {
      let number = ["rowid", "_rowid_", "oid"].first { column($0) == nil }
      guard !isWithoutRowid, let number else { return primaryKey }
      return [number]
    }

    /// What names a row for good: its primary key, or its number where it has none.
    var key: [String] { primaryKey.isEmpty ? identity : primaryKey }
  }

  struct Trigger: Sendable {
    let name: String
    let table: String
    let sql: String
  }

  private let tables: [String: Table]
  let foreignKeys: [ForeignKey]
  let triggers: [Trigger]

  func table(_ name: String) -> Table? { tables[DatabaseName.folded(name)] }

  var allTables: [Table] { tables.values.sorted { $0.name < $1.name } }

  var fullTextTables: [Table] {
    tables.values.filter(\.isFullText).sorted { $0.name < $1.name }
  }

  init(reading db: Database) throws {
    let sql = try Dictionary(
      Row.fetchAll(db, sql: "SELECT name, sql FROM main.sqlite_master WHERE type IN ('table', 'view')").map {
        (DatabaseName.folded($0["name"]), $0["sql"] as String? ?? "")
      }, uniquingKeysWith: { first, _ in first })
    var tables: [String: Table] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main'") {
      let name: String = row["name"]
      let isOwn = name.uppercased().hasPrefix("SQLITE_")
      guard !isOwn else { continue }
      var table = Table(
        name: name, kind: row["type"], isWithoutRowid: row["wr"] == 1, columns: try Self.columns(of: name, db),
        sql: sql[DatabaseName.folded(name)] ?? "")
      if table.kind == "table" { try table.readIndexes(db) }
      tables[DatabaseName.folded(name)] = table
    }
    self.tables = tables
    foreignKeys = try tables.values.sorted { $0.name < $1.name }.filter { $0.kind == "table" }.flatMap {
      try Self.foreignKeys(of: $0.name, db, tables)
    }
    triggers = try Row.fetchAll(
      db, sql: "SELECT name, tbl_name, sql FROM main.sqlite_master WHERE type = 'trigger' ORDER BY name"
    ).map { Trigger(name: $0["name"], table: $0["tbl_name"], sql: $0["sql"] ?? "") }
  }

  private static func columns(of table: String, _ db: Database) throws -> [Column] {
    try Row.fetchAll(db, sql: "SELECT * FROM pragma_table_xinfo(?, 'main') WHERE hidden <> 1", arguments: [table]).map {
      Column(
        name: $0["name"], type: $0["type"] ?? "", isNotNull: $0["notnull"] == 1, keyPlace: $0["pk"],
        isGenerated: ($0["hidden"] as Int) > 1)
    }
  }

  private static func foreignKeys(
    of table: String, _ db: Database, _ tables: [String: Table]
  ) throws -> [ForeignKey] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT * FROM pragma_foreign_key_list(?, 'main') ORDER BY id, seq", arguments: [table])
    return Dictionary(grouping: rows) { $0["id"] as Int }.sorted { $0.key < $1.key }.compactMap { _, parts in
      guard let first = parts.first else { return nil }
      let parent: String = first["table"]
      let key = tables[DatabaseName.folded(parent)]?.primaryKey ?? []
      // A reference without columns means the parent's primary key.
      let pairs = parts.enumerated().compactMap { place, part -> (child: String, parent: String)? in
        guard let column = part["to"] as String? ?? (place < key.count ? key[place] : nil) else { return nil }
        return (part["from"], column)
      }
      return ForeignKey(table: table, parent: parent, pairs: pairs, onDelete: first["on_delete"])
    }
  }
}

extension SQLiteCatalogue.Table {
  fileprivate mutating func readIndexes(_ db: Database) throws {
    let rows = try Row.fetchAll(
      db, sql: "SELECT name, \"unique\", origin, partial FROM pragma_index_list(?, 'main')", arguments: [name])
    for row in rows {
      let columns = try Row.fetchAll(
        db, sql: "SELECT name FROM pragma_index_info(?, 'main') ORDER BY seqno", arguments: [row["name"] as String]
      ).map { $0["name"] as String? }
      let named = columns.compactMap { $0 }
      let isWhole = named.count == columns.count && row["partial"] == 0
      if isWhole { indexes.append(named) }
      guard row["unique"] == 1, row["origin"] as String != "pk" else { continue }
      if isWhole { uniqueKeys.append(named) } else { sometimesUnique.formUnion(named) }
    }
    if !primaryKey.isEmpty { indexes.append(primaryKey) }
    guard !isWithoutRowid, identity.count == 1, column(identity[0]) == nil else { return }
    estimatedRows = try Int.fetchOne(db, sql: "SELECT max(\(identity[0])) FROM \(SQLiteName.main(name))") ?? 0
  }
}
