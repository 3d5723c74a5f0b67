public import ErasureDomain

/// A connector that can mark a person's rows as restricted, or as not to be used for marketing, and put back what they had.
public protocol Restricting: Connector {
  /// Whether the register says how rows of this system are marked for it.
  func canMark(_ measure: RestrictionMeasure) -> Bool

  /// Marks every row of the person that is not marked yet. `before` returns when what those rows had is durable in our
  /// store; only then does the connector commit. Does the same again without harm.
  ///
  /// Returns how many rows carry the mark, seen on another connection; throws when one does not.
  func mark(_ order: MarkOrder, before: any MarkRecorder) async throws(ConnectorFailure) -> Int

  /// Gives rows that still have the mark what they had before. Rows that are gone, or that somebody has changed since,
  /// stay as they are. Returns how many were put back.
  func unmark(_ rows: [MarkedRow], deadline: UTCTime) async throws(ConnectorFailure) -> Int
}

/// Whose rows to mark. Identifiers come from the vault, for this call only.
public struct MarkOrder: Sendable {
  public let system: SystemName
  public let measure: RestrictionMeasure
  public let identifiers: [SubjectIdentifier]
  /// Records that are not the person's, as an officer said.
  public let leftOut: [RootRecord]
  public let deadline: UTCTime

  public init(
    system: SystemName, measure: RestrictionMeasure, identifiers: [SubjectIdentifier], leftOut: [RootRecord],
    deadline: UTCTime
  ) {
    self.system = system
    self.measure = measure
    self.identifiers = identifiers
    self.leftOut = leftOut
    self.deadline = deadline
  }
}

/// A row that got a mark, and what its column had. For the vault.
public struct MarkedRow: Hashable, Sendable, Codable {
  public let dataset: String
  public let key: [RootRecord.KeyPart]
  public let column: String
  /// The value before, as the connector reads it back; nil for none.
  public let before: String?
  /// The mark.
  public let wrote: String

  public init(dataset: String, key: [RootRecord.KeyPart], column: String, before: String?, wrote: String) {
    self.dataset = dataset
    self.key = key
    self.column = column
    self.before = before
    self.wrote = wrote
  }
}

/// Makes durable what rows had, before they are changed.
public protocol MarkRecorder: Sendable {
  /// Returns when durable. Throws when it could not be made so: then the connector must not commit.
  func record(_ rows: [MarkedRow]) async throws(ConnectorFailure)
}
