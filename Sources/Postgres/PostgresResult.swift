/// What a statement brought back, all of it in memory.
public struct PostgresResult: Sendable {
  /// The names of the columns, in order.
  public let columns: [String]
  /// The object identifiers of the columns' types (`pg_type.oid`), in order.
  public let types: [UInt32]
  /// The rows in the text form of their types; `nil` is NULL.
  public let rows: [[String?]]
  /// How many rows the command tag counts; 0 for a command that counts none.
  public let affected: Int
}

extension PostgresResult: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Only how much there is: the values may be a person's.
  public var description: String { "\(rows.count) rows of \(columns.count) columns, \(affected) affected" }

  /// The same as `description`.
  public var debugDescription: String { description }

  /// Shows nothing of what is inside.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
