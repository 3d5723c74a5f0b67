import ConnectorKit
import ErasureDomain

/// Where backup sets of one kind are listed and get their last day. It never removes one.
///
/// What cannot be read is a failure and never an empty listing: a set we cannot read could hold the person.
protocol BackupStore: Sendable {
  /// The path of its listing, as a verification names it.
  var path: FailureCode { get }
  /// Bytes that the tag with the requests has room for.
  var requestRoom: Int { get }

  /// The sets as the tool itself lists them now.
  func listing(_ query: BackupQuery) async throws(ConnectorFailure) -> BackupListing

  /// Writes the tags that `choose` names for a fresh listing, sees them there, and returns its latest day.
  ///
  /// Tags of others stay. An attempt that was cut off is finished by the next: `choose` then names what is missing.
  func tag(_ query: BackupQuery, _ choose: @escaping Choice) async throws(ConnectorFailure) -> CivilDate?

  /// What beside the sets may still hold somebody who was erased by then, when no such set is listed any more: a code.
  ///
  /// Archived logs, or data that nothing refers to and that were not removed.
  func remains(_ query: BackupQuery) async throws(ConnectorFailure) -> FailureCode?
}

extension BackupStore {
  typealias Choice = @Sendable ([BackupSet]) throws(ConnectorFailure) -> BackupTagging

  var requestRoom: Int { .max }

  func remains(_ query: BackupQuery) async throws(ConnectorFailure) -> FailureCode? { nil }
}
