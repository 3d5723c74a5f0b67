/// How rows are kept: by which rule, from which day, and with how little of them.
public struct Retention: Hashable, Sendable {
  /// The retention rule's id, such as `nl-fiscal-7y`.
  public let rule: String
  /// The column with the event that starts the period. Empty (NULL) means that the event has not happened yet: such a
  /// row is kept conditionally and looked at again within a year. A value that is no date is an obstacle.
  public let start: String
  /// The columns that the ground needs: all others of a kept row are overwritten now. Nil keeps every column.
  public let keepColumns: [String]?
  /// What marks a kept row as restricted (Art. 18 GDPR); nil where the system has nothing for it.
  public let restrict: Restriction?

  public init(rule: String, start: String, keepColumns: [String]? = nil, restrict: Restriction? = nil) {
    self.rule = rule
    self.start = start
    self.keepColumns = keepColumns
    self.restrict = restrict
  }
}

/// How kept rows are put out of ordinary use: a value in a column, and who alone may still read such rows.
public struct Restriction: Hashable, Sendable, Codable {
  /// The column that says so.
  public let column: String
  /// What is written into it, for kept rows, now.
  public let value: String
  /// The database role that alone may still read restricted rows. The connector checks that it is so and changes no
  /// rights itself; a database without roles refuses it.
  public let role: String?

  public init(column: String, value: String, role: String? = nil) {
    self.column = column
    self.value = value
    self.role = role
  }
}
