public import ErasureDomain

/// A connector that can read all records a person may be found by, to recognise those that were erased before.
public protocol Scanning: Connector {
  /// Reads every root record of every dataset once and hands them over in batches. Changes nothing.
  ///
  /// Records that were reduced or anonymised are passed over: they stay, without the person. The order is that of the
  /// records' keys; a record whose key changes meanwhile may be missed, so a restored system is scanned before it is
  /// opened again.
  func scan(
    deadline: UTCTime, each batch: @Sendable ([ScannedRecord]) async throws -> Void
  ) async throws(ConnectorFailure)
}

/// One root record, as an erasure would see it. Its values are for the caller's memory only.
public struct ScannedRecord: Sendable {
  public let root: RootRecord
  /// What recognition tags are made from: the same fields as when a row is erased.
  public let recognition: RecognisedRow
  /// The identifiers that the record is found by.
  public let identifiers: [SubjectIdentifier]
  /// It stays and carries its mark, as rows do that a later day erases: it is somebody who is back only for certain.
  public let isRestricted: Bool

  public init(
    root: RootRecord, recognition: RecognisedRow, identifiers: [SubjectIdentifier], isRestricted: Bool = false
  ) {
    self.root = root
    self.recognition = recognition
    self.identifiers = identifiers
    self.isRestricted = isRestricted
  }
}
