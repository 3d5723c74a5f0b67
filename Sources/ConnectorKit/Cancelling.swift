/// A connector that can take a notice back.
public protocol Cancelling: Connector {
  /// Tells the company that an erasure it was asked for is not wanted any more; without ever repeating who the person is.
  /// Repeating it is harmless.
  func cancel(_ order: ErasureOrder, before recorder: any EffectRecorder) async throws(ConnectorFailure) -> CancelAnswer
}

/// What a company makes of a notice that is taken back.
public enum CancelAnswer: Hashable, Sendable {
  /// It says that it will not erase.
  case accepted
  /// It has begun, or is done.
  case tooLate
  /// It knows of no such notice.
  case unknown
}
