/// Registers many requests at once, or none when one of them is at fault.
///
/// A row makes the same request however often it is sent: its reference follows from the row's own id.
public struct ImportRequests: OfficerCall {
  public typealias Answer = ImportedRequests
  public static let name = "request.import"
  /// One call takes so many rows; a longer list comes in several.
  public static let mostRows = 100

  /// One request of the list.
  public struct Row: Codable, Sendable {
    /// The list's own number for it: letters, digits, `.`, `_` and `-`, never an address.
    public var id: String
    public var request: AddRequest
    public init(id: String, request: AddRequest) {
      self.id = id
      self.request = request
    }
  }

  public var rows: [Row]
  /// Only checks.
  public var dryRun: Bool

  public init(rows: [Row], dryRun: Bool) {
    self.rows = rows
    self.dryRun = dryRun
  }
}

/// What became of a list.
public struct ImportedRequests: Codable, Hashable, Sendable {
  /// Everything that is wrong; nothing was registered when there is anything.
  public var faults: [Fault]
  /// Numbers of the requests that were registered now, in the order of the rows.
  public var registered: [Int]
  /// Numbers of those that an earlier import had registered.
  public var known: [Int]

  /// What is wrong with a row.
  public struct Fault: Codable, Hashable, Sendable {
    /// Which of the call's rows, counting from 0.
    public var row: Int
    /// The column, named as in a form.
    public var column: String
    /// What belongs there; never the value.
    public var words: String
    public init(row: Int, column: String, words: String) {
      self.row = row
      self.column = column
      self.words = words
    }
  }

  public init(faults: [Fault] = [], registered: [Int] = [], known: [Int] = []) {
    self.faults = faults
    self.registered = registered
    self.known = known
  }
}
