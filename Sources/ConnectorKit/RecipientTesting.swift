public import ErasureDomain

/// A connector whose companies keep a wire contract that can be walked through with a person who does not exist. A plan
/// tells such a company only after its endpoint has passed.
public protocol RecipientTesting: Connector {
  /// The contract, such as `erasure-notice/1`.
  var contract: String { get }

  /// Walks the endpoint through the whole contract; every step is in the answer, in the contract's order.
  ///
  /// Nothing is thrown: what fails is what is asked for. Returns when the patience is over, or the task is cancelled.
  func test(_ order: RecipientTestOrder) async -> [RecipientCheck]
}

/// A test of a company's endpoint. Its identifiers are made up from random bytes: they are nobody's.
public struct RecipientTestOrder: Sendable {
  public let request: RequestReference
  public let job: JobReference
  /// A job that the company is never told about: forged notices carry its name.
  public let forged: JobReference
  public let identifiers: [SubjectIdentifier]
  /// 32 random bytes, base64url.
  public let blind: String
  /// What the company is asked to keep to.
  public let deadline: UTCTime
  /// Until when a final answer is waited for.
  public let patience: UTCTime
  /// The last call of the company about the job, once it was checked; nil before one.
  public let call: @Sendable () async -> IncomingCall?

  public init(
    request: RequestReference, job: JobReference, forged: JobReference, identifiers: [SubjectIdentifier],
    blind: String, deadline: UTCTime, patience: UTCTime, call: @escaping @Sendable () async -> IncomingCall?
  ) {
    self.request = request
    self.job = job
    self.forged = forged
    self.identifiers = identifiers
    self.blind = blind
    self.deadline = deadline
    self.patience = patience
    self.call = call
  }
}

extension ConnectedSystems {
  /// The contract whose test a company must pass before a plan may tell it; nil where there is none.
  public func contract(of system: SystemName) -> String? {
    (try? connector(system) as? any RecipientTesting)?.contract
  }
}
