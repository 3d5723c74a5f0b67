/// What the schema of a database says, whatever its make: tables, keys, references and triggers.
struct DatabaseCatalogue: Sendable {
  /// How the values of a column behave.
  enum Family: Hashable, Sendable {
    /// Whole numbers of so many bytes.
    case integer(bytes: Int)
    /// Other numbers, of so many digits and so many of them behind the point, as far as the column limits them.
    case number(digits: Int, decimals: Int)
    /// Text of at most so many characters.
    case text(limit: Int?)
    case day
    case moment
    case boolean
    case bytes
    case uuid
    /// A document in which anything may stand: json, xml, hstore, an array.
    case document
    case other

    var isText: Bool {
      if case .text = self { true } else { false }
    }

    var isInteger: Bool {
      if case .integer = self { true } else { false }
    }
  }

  struct Column: Sendable {
    let name: String
    /// As the database writes it in a cast; of a domain the type beneath.
    let type: String
    /// The domain, whose rules a cast to it checks.
    var domain: String?
    let family: Family
    let isNotNull: Bool
    /// Made by the database from other columns: it cannot be written.
    let isGenerated: Bool
  }

  struct Table: Sendable {
    enum Kind: String, Sendable {
      case table
      case view
      case materialisedView = "materialised view"
      case foreign = "foreign table"
      case virtual = "virtual table"
      case shadow = "part of a virtual table"
    }

    /// As the register may write it: `schema.table`, or the name alone in the schema that needs no naming.
    let name: String
    /// As a statement names it.
    let source: String
    let kind: Kind
    let columns: [Column]
    let primaryKey: [String]
    /// Columns of unique indexes and the primary key that hold for every row.
    let uniqueKeys: [[String]]
    /// Columns at the front of some index, in order.
    let indexes: [[String]]
    /// Rows as the database last estimated them.
    let estimatedRows: Int
    /// Rules of the table (CHECK) over its own columns: an expression and the columns it names.
    let checks: [(expression: String, columns: [String])]
    /// Something besides our statements changes or hides rows: a trigger of the schema's own.
    let hasTriggers: Bool
    /// Columns by which the database decides row by row who may read it.
    var policyColumns: Set<String> = []
    /// The schema alone, where there are any.
    var schema = ""
    /// Divided into parts of its own kind.
    var isPartitioned = false
    /// Columns of indexes that hold for some rows only, or over expressions: two rows cannot always be alike there.
    var sometimesUnique: Set<String> = []
    /// Columns in which only one row may have NULL.
    var nullsNotDistinct: Set<String> = []
    /// The name of a number that SQLite gives each row beside its columns.
    var rowNumber: String?

    /// The column of that name: as written, or else whatever the case of its letters.
    func column(_ name: String) -> Column? {
      columns.first { $0.name == name }
        ?? columns.first { DatabaseName.folded($0.name) == DatabaseName.folded(name) }
    }

    /// What names a row for good: the primary key, or a unique key without NULLs.
    var key: [String] {
      guard primaryKey.isEmpty else { return primaryKey }
      return uniqueKeys.first { key in key.allSatisfy { column($0)?.isNotNull == true } } ?? []
    }

    /// Whether no two rows share values in these columns.
    func isUnique(_ names: [String]) -> Bool {
      let wanted = Set(names.compactMap { column($0)?.name })
      return uniqueKeys.contains { !$0.isEmpty && wanted.isSuperset(of: $0) }
    }
  }

  enum DeleteRule: String, Sendable {
    case refuse = "NO ACTION"
    case cascade = "CASCADE"
    case setNull = "SET NULL"
    case setDefault = "SET DEFAULT"
  }

  struct ForeignKey: Sendable {
    let name: String
    /// The table that holds the reference.
    let table: String
    let parent: String
    let pairs: [(child: String, parent: String)]
    let onDelete: DeleteRule
    /// Its check can wait for the end of the transaction.
    let isDeferrable: Bool
  }

  struct Trigger: Sendable {
    let name: String
    let table: String
    /// Whether it fires on what an erasure does: DELETE or UPDATE.
    let firesOnErasure: Bool
    /// Tables its statements write, as far as its text tells.
    let writes: [String]
    /// What else it does, in a few words: notifies, calls something that cannot be read.
    let acts: [String]
  }

  private let byName: [String: Table]
  /// Other names by which the register may call a table.
  private let aliases: [String: String]
  let foreignKeys: [ForeignKey]
  let triggers: [Trigger]
  /// What the schema alone shows to be wrong, whatever the register says.
  let obstacles: [CatalogueNote]
  /// What else will happen when rows of a table go: the table, and a sentence.
  let notes: [CatalogueNote]

  struct CatalogueNote: Sendable {
    let table: String
    let code: String
    let words: String

    /// Code of a note about a table that is worth a look as long as it is in no dataset, whatever goes elsewhere.
    static let unregistered = "unregistered"
  }

  init(
    tables: [Table], foreignKeys: [ForeignKey], triggers: [Trigger], obstacles: [CatalogueNote] = [],
    notes: [CatalogueNote] = [], aliases: [String: String] = [:]
  ) {
    self.aliases = aliases
    byName = Dictionary(tables.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.foreignKeys = foreignKeys
    self.triggers = triggers
    self.obstacles = obstacles
    self.notes = notes
  }

  /// The same schema without the obstacles of one code.
  func without(_ code: String) -> DatabaseCatalogue {
    DatabaseCatalogue(
      tables: tables, foreignKeys: foreignKeys, triggers: triggers, obstacles: obstacles.filter { $0.code != code },
      notes: notes, aliases: aliases)
  }

  var tables: [Table] { byName.values.sorted { $0.name < $1.name } }

  /// The table of that name: as written, or else the only one whose name differs in the case of its letters.
  func table(_ name: String) -> Table? {
    if let table = aliases[name].flatMap({ byName[$0] }) ?? byName[name] { return table }
    let wanted = DatabaseName.folded(name)
    let found = byName.values.filter { DatabaseName.folded($0.name) == wanted }
    return found.count == 1 ? found[0] : nil
  }

  func references(to table: Table) -> [ForeignKey] { foreignKeys.filter { $0.parent == table.name } }
}

enum DatabaseName {
  /// A name as SQL writes it: in double quotes, inner ones doubled.
  static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }

  /// ASCII letters in lower case: names that differ in nothing else are taken for the same where that is unambiguous.
  static func folded(_ name: String) -> String {
    String(decoding: name.utf8.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }, as: UTF8.self)
  }

  /// A name for a dataset of the register, made from a table's.
  static func dataset(for table: String) -> String {
    let name = folded(table).utf8.map { byte -> UInt8 in
      (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) ? byte : 45
    }
    return String(decoding: name.prefix(64), as: UTF8.self)
  }

  static func list(_ names: [String]) -> String { names.map { "\"\($0)\"" }.joined(separator: ", ") }
}
