import ErasureDomain

/// One open database as a sweep reads it: batch by batch, in an order in which each row comes once.
protocol SweepSource: Sendable {
  /// Where the next batch begins.
  associatedtype Place: Sendable

  var dialect: any SweepDialect { get }
  var outline: DatabaseOutline { get }
  /// The tables to read, by name.
  var tables: [SweepTable] { get }
  /// What cannot be looked into, known from the catalogue.
  var unread: [SweepFindings.Unread] { get }

  /// Runs every statement over the same rows: those of a batch that begins at `place`, or at the table's start.
  func count(
    _ tests: [SweepTests], in table: SweepTable, from place: Place?, rows: Int
  ) async throws -> SweepBatch<Place>
}

/// What one batch gave.
struct SweepBatch<Place: Sendable>: Sendable {
  var rows: Int
  /// The sums of each statement.
  var sums: [[Int]]
  /// Columns with a value of bytes.
  var bytes: Set<String> = []
  /// Nothing when the table is at its end.
  var next: Place?
}

/// The rows of a table, or one of its columns, cannot be read; other tables can.
struct SweepUnreadable: Error {
  let code: FailureCode
  /// Whether a single column may be at fault, so that the others are worth a try.
  let mayBeOneColumn: Bool
}
