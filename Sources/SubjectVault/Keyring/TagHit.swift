public import ErasureDomain

/// A row that was erased before and seems to be back.
public struct TagHit: Hashable, Sendable {
  /// How sure the recognition is.
  public enum Certainty: String, Hashable, Sendable, CaseIterable {
    /// The primary key and a second field of the same erased row match.
    case certain
    /// Anything less: keys are used again, and an address may be a new customer's.
    case possible
  }

  /// The request the row was erased for.
  public let request: RequestReference
  /// The random number of the erased row: equal for the hits of one row, meaningless elsewhere.
  public let row: [UInt8]
  /// Names of the fields that match, sorted, never values: `email:raw`, `pk:customers`.
  public let fields: [String]
  /// How sure it is.
  public let certainty: Certainty
  /// When the row was erased.
  public let erasedAt: UTCTime
  /// The day the tag goes.
  public let expires: CivilDate
}
