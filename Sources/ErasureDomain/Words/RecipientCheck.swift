/// One step of the walk through a wire contract with a company's endpoint.
public struct RecipientCheck: Hashable, Sendable, Codable {
  /// The steps of contract `erasure-notice/1`, in their order.
  public enum Step: String, Codable, Sendable, CaseIterable {
    /// A notice that another secret signed.
    case refusesForged = "refuses-forged"
    /// A notice whose body was changed after it was signed.
    case refusesChanged = "refuses-changed"
    /// A notice signed ten minutes ago.
    case refusesOld = "refuses-old"
    case takesNotice = "takes-notice"
    /// The same notice again.
    case takesRepeated = "takes-repeated"
    /// The same notice with two signatures, ours the second, as while a secret changes.
    case takesSecondSignature = "takes-second-signature"
    /// A question to the status resource that another secret signed.
    case statusRefusesForged = "status-refuses-forged"
    case statusAnswers = "status-answers"
    /// A final word about a person nobody knows.
    case finalAnswer = "final-answer"
    /// A call of its own, signed by its own secret.
    case callsBack = "calls-back"
    /// A receipt by a registered key.
    case givesReceipt = "gives-receipt"
    case takesReminder = "takes-reminder"
    case takesCancellation = "takes-cancellation"
  }

  public enum Result: String, Codable, Sendable, CaseIterable {
    case passed
    case failed
    /// The company's settings do not ask for it.
    case notApplicable = "not-applicable"
    /// A step before it failed.
    case notTried = "not-tried"
  }

  public var step: Step
  public var result: Result
  /// What was seen instead; nothing where it passed.
  public var detail: FailureCode?

  public init(_ step: Step, _ result: Result, _ detail: FailureCode? = nil) {
    self.step = step
    self.result = result
    self.detail = detail
  }
}
