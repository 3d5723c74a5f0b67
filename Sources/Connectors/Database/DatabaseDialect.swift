import ErasureDomain

/// One connection inside one transaction. Valid only while the call lasts.
protocol DatabaseSession {
  /// Runs a statement; the rows it changed.
  func execute(_ sql: SQL) throws -> Int
  /// All rows of an answer, every value as text.
  func rows(_ sql: SQL) throws -> [[String?]]
  /// Runs statements that may fail without spoiling the transaction.
  func attempt<T>(_ body: () throws -> T) throws -> T
}

extension DatabaseSession {
  /// The only number of an answer; 0 when there is none.
  func number(_ sql: SQL) throws -> Int {
    try rows(sql).first?.first.flatMap { $0 }.flatMap { Int($0) } ?? 0
  }
}

/// How one make of database writes what the selection needs.
protocol DatabaseDialect: Sendable {
  /// Expressions that name a row of a table within one transaction.
  func identity(_ table: DatabaseCatalogue.Table, _ alias: String) -> [String]
  /// The same as texts, as `list` takes them.
  func identityTexts(_ table: DatabaseCatalogue.Table, _ alias: String) -> [String]
  /// The types of these expressions, for lists.
  func identityTypes(_ table: DatabaseCatalogue.Table) -> [String]
  /// Whether a row keeps its place when it is changed, so that rows are found again and followed by their place and no
  /// value need leave the database to be compared.
  var placesLast: Bool { get }
  /// A derived table of these rows, with columns `v0, v1, …` of the given types and `n`, the place from 1.
  func list(_ rows: [[String?]], types: [String], as alias: String) -> SQL
  /// `JOIN` that looks up the rows on its right one by one.
  var join: String { get }
  /// Columns of a table under an alias hold the texts of a list of values `s`, the same as `texts`.
  func isListed(_ columns: [String], of table: DatabaseCatalogue.Table, _ alias: String, _ texts: [[String?]]) -> String
  /// Columns together hold one of these rows of values; written so that the planner knows the values.
  func isOneOf(_ columns: [String], _ rows: [[String?]], types: [String]) -> SQL
  /// Whether the database can say that values of two columns are equal.
  func compare(_ one: DatabaseCatalogue.Column, with other: DatabaseCatalogue.Column) -> Bool
  /// A value of a column as text: the same for equal values, and fit to be compared again.
  func text(_ expression: String, _ column: DatabaseCatalogue.Column) -> String
  /// A value of a column as text from which `exactValue` makes the same value again.
  func exactText(_ expression: String, _ column: DatabaseCatalogue.Column) -> String
  func exactValue(_ text: String?, _ column: DatabaseCatalogue.Column) -> SQL
  /// The value in an exact text, with its type.
  func taken(_ exact: String?, _ column: DatabaseCatalogue.Column) -> TakenValue
  /// A text of the register as a value of a column.
  func literal(_ text: String, _ column: DatabaseCatalogue.Column) -> String
  /// The value that starts a retention period, as `day(of:)` reads it; NULL where it is NULL.
  func startText(_ expression: String, _ column: DatabaseCatalogue.Column) -> String
  /// The day a start text means; nothing when it is unreadable.
  func day(of start: String, clock: any CivilClock) -> CivilDate?
  /// A column holds an identifier.
  func holds(_ value: String, _ comparison: ColumnComparison, _ expression: String, _ column: DatabaseCatalogue.Column)
    -> SQL
  /// What a column of a reduced row gets; nothing when the type has no value that says nothing.
  func overwrite(_ column: DatabaseCatalogue.Column, isUnique: Bool) -> Overwriting?
  /// Deletes at most so many rows that meet a condition on `t`, and no others.
  func deletePart(of table: DatabaseCatalogue.Table, where condition: SQL, limit: Int) -> SQL
  /// The rows that this transaction has deleted or updated in any table, by the database's own count.
  var changedSoFar: SQL { get }
  /// Calls a function (`schema.function`) with the keys of rows as JSON; nothing where there are no functions.
  func call(_ function: String, _ keys: String) -> SQL?
  /// Whether something that the catalogue's checks do not say refuses the values that overwritten rows get.
  func refusesOverwrites(of dataset: DatabaseDataset, in selection: DatabaseSelection) throws -> Bool
  /// Made-up values of the right type, for statements that are only shown.
  func example(_ column: DatabaseCatalogue.Column) -> String?
  func exampleIdentity(_ table: DatabaseCatalogue.Table) -> [String]
  /// An error that says a value breaks a rule of its type.
  func isRefused(_ error: any Error) -> Bool
  /// An error that says the statement itself is wrong or not allowed.
  func isUnreadable(_ error: any Error) -> Bool
  /// Whether the count of a DELETE has the rows that references within the table took along.
  var countsCascades: Bool { get }
  /// Sets columns of rows to NULL; gives `n`, the place from 1, and what names each row from now on. Nothing where rows
  /// keep their places.
  func clear(_ columns: [String], of table: DatabaseCatalogue.Table, at places: [[String]]) -> SQL?
  /// Added to a SELECT of rows that are about to go: others wait for us.
  var forUpdate: String { get }
  /// Rows of one list at the most.
  var listLimit: Int { get }
}

/// What a column is overwritten with, and how a row shows that it was.
struct Overwriting: Sendable {
  let value: String
  let isDone: @Sendable (_ expression: String) -> String
}
