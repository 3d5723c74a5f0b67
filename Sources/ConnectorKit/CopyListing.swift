public import ErasureDomain

/// A connector that looks after copies of systems and can say which of them an erasure can be undone from.
public protocol CopyListing: Connector {
  /// The newest copy that was complete before that instant, with its last day; nil when none is listed. Changes nothing.
  ///
  /// What cannot be listed is a failure and never nil.
  func newestCopy(completeBefore instant: UTCTime, deadline: UTCTime) async throws(ConnectorFailure) -> KnownCopy?
}

/// A copy as its keeper lists it.
public struct KnownCopy: Hashable, Sendable {
  public let complete: UTCTime
  /// The last day on which it exists; nil where the keeper does not say.
  public let lastDay: CivilDate?

  public init(complete: UTCTime, lastDay: CivilDate?) {
    self.complete = complete
    self.lastDay = lastDay
  }
}
