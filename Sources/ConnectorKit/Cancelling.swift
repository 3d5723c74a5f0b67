public import ErasureDomain

/// A connector that can take a notice back.
public protocol Cancelling: Connector {
  /// Tells the company that an erasure it was asked for is not wanted any more; without ever repeating who the person is.
  /// Repeating it is harmless.
  func cancel(_ order: ErasureOrder, before recorder: any EffectRecorder) async throws(ConnectorFailure)
    -> CancelSent.Answer
}
