public import ConnectorKit
public import ErasureDomain

/// A database for the retention clauses, behind one connector. One value is used for one clause.
///
/// Statements are of the SQL that SQLite and PostgreSQL have in common, with the types INTEGER, TEXT and DATE.
public protocol RetentionHarness: Sendable {
  /// Runs statements on the database itself, as the application would.
  func run(_ sql: String) async throws
  /// The rows of a query, each value as text, nil for NULL.
  func rows(_ sql: String) async throws -> [[String?]]
  /// A connector over these datasets and rules. Tables are named without a schema.
  func connector(
    _ datasets: [DatasetRecord], rules: [RetentionRule], clock: ManualClock
  ) throws -> any Connector
}

/// What every connector that looks into a database keeps about rows that stay, and about anonymising.
public enum RetentionClause: String, Sendable, CaseIterable {
  case eachRowHasItsOwnDay = "each row has its own day"
  case keptRowsAreMinimised = "kept rows keep what the ground needs, and are marked as restricted"
  case rowsKeptWithOthersAreMinimisedToo = "rows kept with others keep what the ground needs, and go with them"
  case aRowThatIsNotMinimisedIsSeen = "a look sees a kept row that is not minimised"
  case moreRowsToMinimiseAsk = "more rows to minimise than were approved ask first"
  case anOpenStartIsConditional = "a row without a start event is kept until its review, whenever the job runs"
  case anUnreadableStartIsAnObstacle = "a start that is no date is an obstacle"
  case aReviewErasesWhatIsPast = "a review erases what is past its date by then, by sealed keys alone"
  case aReviewTellsWhatIsLeft = "a review tells the day of what stays, or that nobody knows it yet"
  case anonymisedRowsStayWithoutThePerson = "anonymised rows stay and nobody finds the person in them"
  case aSmallGroupIsAnObstacle = "a group that is too small is an obstacle, and the person's own rows are one"
  case anIdentifierThatSurvivesIsAnObstacle = "an identifier, a number or free text that would stay is an obstacle"
  case aGroupThatShrankAsks = "a group that shrank since the approval asks, and nothing is touched"
  case columnsAreComparedAsTheRegisterSays = "a column is compared with or without regard to case, as its register says"
  case aRowOfTwoPeopleStays = "a row that belongs to somebody else's record too stays, and the plan says so"
  case aRecordOfTwoOwnersStays = "a record that others use stays until the last of them is erased"
  case aKeyThatStaysIsAnObstacle = "a primary key that would survive anonymising is an obstacle"
}

/// A clause that does not hold.
public struct RetentionBroken: Error, CustomStringConvertible {
  public let description: String
}
