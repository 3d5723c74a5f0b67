/// Where a person was seen in one database: numbers by table and column, never content and never keys.
public struct SweepFindings: Hashable, Sendable, Codable {
  /// One kind of identifier in one column.
  public struct Hit: Hashable, Sendable, Codable {
    public var table: String
    public var column: String
    public var kind: IdentifierKind
    /// Rows whose value is the identifier, compared as a search compares.
    public var exact: Int
    /// Other rows that hold it within a longer text: for review only, it may mean somebody else.
    public var contained: Int
    /// Of the exact rows, those no dataset reaches.
    public var uncovered: Int
    /// Datasets on the table; an empty list means that no dataset knows it.
    public var datasets: [String]

    public init(
      table: String, column: String, kind: IdentifierKind, exact: Int, contained: Int, uncovered: Int,
      datasets: [String]
    ) {
      self.table = table
      self.column = column
      self.kind = kind
      self.exact = exact
      self.contained = contained
      self.uncovered = uncovered
      self.datasets = datasets
    }
  }

  /// Something that was not looked into, and why: it is not the same as "nothing there".
  public struct Unread: Hashable, Sendable, Codable {
    public var table: String
    /// Absent when it is the whole table.
    public var column: String?
    public var code: FailureCode

    public init(table: String, column: String? = nil, code: FailureCode) {
      self.table = table
      self.column = column
      self.code = code
    }

    /// The column holds bytes in some rows, which no search understands.
    public static let bytes = FailureCode("bytes")
    /// No table of rows: an index, a table of another server.
    public static let noRows = FailureCode("no-rows-of-its-own")
    /// Its turn did not come before the time was over.
    public static let notReached = FailureCode("not-reached-in-time")
    /// Only its first rows were read before the time was over.
    public static let notFinished = FailureCode("not-finished-in-time")

    /// Whether another try would not change it.
    public var isByNature: Bool { code == Self.bytes || code == Self.noRows }
  }

  public var hits: [Hit]
  public var unread: [Unread]
  /// Columns looked into to the end.
  public var columns: Int
  /// Columns there are.
  public var columnsInAll: Int
  /// Rows read.
  public var rows: Int
  /// Rows with an exact hit that no dataset reaches, each counted once.
  public var uncoveredRows: Int
  /// Kinds with an identifier too short to be looked for inside longer text.
  public var notInsideText: [IdentifierKind]
  /// Foreign keys of the tables that were hit.
  public var references: [DatabaseOutline.Reference]

  public init(
    hits: [Hit] = [], unread: [Unread] = [], columns: Int = 0, columnsInAll: Int = 0, rows: Int = 0,
    uncoveredRows: Int = 0, notInsideText: [IdentifierKind] = [], references: [DatabaseOutline.Reference] = []
  ) {
    self.hits = hits
    self.unread = unread
    self.columns = columns
    self.columnsInAll = columnsInAll
    self.rows = rows
    self.uncoveredRows = uncoveredRows
    self.notInsideText = notInsideText
    self.references = references
  }

  /// Everything that can be looked into was: "nothing" then means nothing.
  public var isComplete: Bool { unread.allSatisfy(\.isByNature) }
}
