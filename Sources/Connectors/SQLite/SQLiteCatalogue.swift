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
    /// Columns of unique indexes, in lower case.
    let uniqueColumns: Set<String>
    let sql: String

    /// The column of that name, whatever the case of its letters.
    func column(_ name: String) -> Column? {
      let wanted = SQLiteName.folded(name)
      return columns.first { SQLiteName.folded($0.name) == wanted }
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

  func table(_ name: String) -> Table? { tables[SQLiteName.folded(name)] }

  var allTables: [Table] { tables.values.sorted { $0.name < $1.name } }

  var fullTextTables: [Table] {
    tables.values.filter { $0.kind == "virtual" && $0.sql.uppercased().contains("USING FTS") }.sorted {
      $0.name < $1.name
    }
  }

  init(reading db: Database) throws {
    let sql = try Dictionary(
      Row.fetchAll(db, sql: "SELECT name, sql FROM main.sqlite_master WHERE type IN ('table', 'view')").map {
        (SQLiteName.folded($0["name"]), $0["sql"] as String? ?? "")
      }, uniquingKeysWith: { first, _ in first })
    var tables: [String: Table] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main'") {
      let name: String = row["name"]
      let isOwn = name.uppercased().hasPrefix("SQLITE_")
      guard !isOwn else { continue }
      tables[SQLiteName.folded(name)] = Table(
        name: name, kind: row["type"], isWithoutRowid: row["wr"] == 1, columns: try Self.columns(of: name, db),
        uniqueColumns: try Self.uniqueColumns(of: name, db), sql: sql[SQLiteName.folded(name)] ?? "")
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

  private static func uniqueColumns(of table: String, _ db: Database) throws -> Set<String> {
    let sql = """
      SELECT info.name FROM pragma_index_list(?, 'main') AS list, pragma_index_info(list.name, 'main') AS info \
      WHERE list."unique" = 1 AND info.name IS NOT NULL
      """
    return Set(try String.fetchAll(db, sql: sql, arguments: [table]).map(SQLiteName.folded))
  }

  private static func foreignKeys(
    of table: String, _ db: Database, _ tables: [String: Table]
  ) throws -> [ForeignKey] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT * FROM pragma_foreign_key_list(?, 'main') ORDER BY id, seq", arguments: [table])
    return Dictionary(grouping: rows) { $0["id"] as Int }.sorted { $0.key < $1.key }.compactMap { _, parts in
      guard let first = parts.first else { return nil }
      let parent: String = first["table"]
      let key = tables[SQLiteName.folded(parent)]?.primaryKey ?? []
      // A reference without columns means the parent's primary key.
      let pairs = parts.enumerated().compactMap { place, part -> (child: String, parent: String)? in
        guard let column = part["to"] as String? ?? (place < key.count ? key[place] : nil) else { return nil }
        return (part["from"], column)
      }
      return ForeignKey(table: table, parent: parent, pairs: pairs, onDelete: first["on_delete"])
    }
  }
}
