public import ErasureDomain

/// A connector whose system answers later: after a handed-over erasure the engine asks again, it never sends twice.
public protocol Polling: Connector {
  /// Asks how far the other side is. Changes nothing there.
  func poll(_ order: ErasureOrder) async throws(ConnectorFailure) -> RecipientAnswer
}

/// What a company says about a notice it accepted.
public enum RecipientAnswer: Hashable, Sendable {
  /// Not finished; ask again, not before the seconds where it named some.
  case pending(retryAfterSeconds: Int64?)
  /// It says it has erased; rows where it counted them.
  case completed(Verification, rows: Int?)
  /// It says it never had the person.
  case noMatch(Verification)
  /// It refuses; an officer decides.
  case denied(FailureCode)
  /// It will not do it because we cancelled.
  case cancelled
}
