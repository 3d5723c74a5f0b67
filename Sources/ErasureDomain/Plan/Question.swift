/// Something a person must decide or do before a job or a request can go on. A question is a task.
public struct Question: Hashable, Sendable, Codable {
  public enum Code: String, Sendable, Codable, CaseIterable {
    /// Attempts or time are used up.
    case budgetSpent = "budget-spent"
    /// More rows were found than approved; nothing was touched.
    case moreThanApproved = "more-than-approved"
    /// A carrier or paper: do it and attest it, two people.
    case manualTask = "manual-task"
    /// A company said no.
    case denied
    /// A company refused the call, or its answer makes no sense: configuration.
    case refusedByRecipient = "refused-by-recipient"
    /// A blocker counts more than zero.
    case blocked
    /// Identifiers found on the way need a decision before they are searched further.
    case foundIdentifiers = "found-identifiers"
    /// The last look saw something again.
    case seenAgain = "seen-again"
    /// A backup set lingers after its date.
    case copyLingers = "copy-lingers"
    /// Rows were found whose date is in no approved follow-up.
    case dateNotApproved = "date-not-approved"
    /// A review is due, and the event that starts the rows' period has not happened yet.
    case startEventOpen = "start-event-open"
    /// What the person takes along is collected, or must be by hand: a package is made and delivered, or waived.
    case packageWaits = "package-waits"
    /// What stayed by an exception is to be looked at again.
    case exceptionDue = "exception-due"
    /// Something the connector cannot settle: its code says what.
    case other
  }

  /// What a person may answer.
  public enum Answer: String, Sendable, Codable, CaseIterable {
    case retry
    /// Plan again: the plan is halted and a new one must be approved.
    case replan
    /// Not now and not later, on a ground that is recorded.
    case except
    case cancel
    case accept
    case decline
    /// What was seen is lawful: a new customer, another person.
    case lawful
  }

  public let code: Code
  /// The connector's own code, where one explains more.
  public let detail: FailureCode?
  /// Counts that explain it: approved and found.
  public let approved: Int?
  public let found: Int?
  /// The day until which the rows would be kept when the answer is `accept`: by the approved rule for a start event that
  /// is known now, otherwise the next review. Nil where no day is proposed.
  public let proposed: CivilDate?

  public init(
    code: Code, detail: FailureCode? = nil, approved: Int? = nil, found: Int? = nil, proposed: CivilDate? = nil
  ) {
    self.code = code
    self.detail = detail
    self.approved = approved
    self.found = found
    self.proposed = proposed
  }

  /// Whether what the attempt had prepared was committed before it asked: those rows are gone for certain.
  public var keepsEffect: Bool { detail == .stillThere || proposed != nil }

  /// The answers that make sense for a job of that kind.
  ///
  /// A follow-up's plan is long over: nothing can be planned again, but an officer may approve how the register describes
  /// the system now.
  public func answers(of verb: JobVerb) -> [Answer] {
    // An export ends by a delivery or a waiver alone: otherwise the erasures behind it would begin.
    if verb == .export { return answers.filter { $0 == .retry || $0 == .replan } }
    guard verb.isFollowUp, code == .other else { return answers }
    return detail == .registerChanged ? [.accept, .retry, .except] : [.retry, .except, .cancel]
  }

  /// The answers that make sense.
  public var answers: [Answer] {
    switch code {
    case .budgetSpent, .refusedByRecipient, .blocked, .copyLingers: [.retry, .except, .cancel]
    case .other: [.retry, .replan, .except, .cancel]
    case .dateNotApproved where proposed != nil: [.accept, .retry, .replan, .except]
    case .moreThanApproved, .dateNotApproved: [.retry, .replan, .except]
    case .startEventOpen: [.accept, .retry, .except]
    case .denied: [.retry, .except]
    case .manualTask: [.except]
    case .foundIdentifiers: [.accept, .decline]
    case .seenAgain: [.replan, .lawful]
    case .packageWaits: [.retry]
    case .exceptionDue: [.except, .accept]
    }
  }
}
