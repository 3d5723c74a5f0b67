public import ErasureDomain

/// A connector whose system answers later: after a handed-over erasure the engine asks again, it never sends twice.
public protocol Polling: Connector {
  /// Asks how far the other side is. Changes nothing there.
  func poll(_ order: ErasureOrder) async throws(ConnectorFailure) -> RecipientAnswer
}

/// A connector that can remind a company of a notice it accepted.
public protocol Reminding: Polling {
  /// Reminds once, whatever happens: an order that remembers a reminder sends none, and a repeated one has the same id.
  ///
  /// It never repeats who the person is. What the company makes of it does not matter to the job; throws when it has to
  /// be sent again.
  func remind(_ order: ErasureOrder, before: any EffectRecorder) async throws(ConnectorFailure)
}

/// A connector that takes away what it reads: answers and notices that lie where others could find them.
public protocol Collecting: Polling {
  /// Asks as `poll` does. A final answer is remembered before anything is taken away, so that it can be asked for again;
  /// from the order's deadline on what the company never took goes too.
  func collect(_ order: ErasureOrder, before recorder: any EffectRecorder) async throws(ConnectorFailure)
    -> RecipientAnswer
}

/// A connector whose companies sign what they say.
public protocol Receipting: Polling {
  /// Asks as `poll` does; with the answer the company's receipt, already verified, where it gave one.
  func pollForReceipt(
    _ order: ErasureOrder
  ) async throws(ConnectorFailure) -> (answer: RecipientAnswer, receipt: CompanyReceipt?)
}

/// A company's receipt that was verified, to be kept as evidence. It holds no person.
public struct CompanyReceipt: Hashable, Sendable {
  /// Exactly what the company sent: a compact JWS.
  public let bytes: [UInt8]
  /// The public key that verified it, a JWK with its required members only.
  public let key: String

  public init(bytes: [UInt8], key: String) {
    self.bytes = bytes
    self.key = key
  }
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
