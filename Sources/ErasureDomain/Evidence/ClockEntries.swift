// Facts of entries that move or watch a request's dates. They stand in the stream of the request.

/// The first deadline was extended: once, with a reason, on or before the first last day (Art. 12(3) GDPR, rule D7).
///
/// The reason's own words are in the vault.
public struct DeadlineExtended: EntryFacts {
  public static let kind = EntryKind("deadline.extended")
  public var reason: Reason
  /// The controller's local day on which the person was told.
  public var on: CivilDate
  /// The last day by law now.
  public var statutory: CivilDate
  /// The day to work to now.
  public var workTo: CivilDate
  /// The holidays that made the work-to date.
  public var ruleSet: String

  /// The two reasons that the law knows.
  public enum Reason: String, Hashable, Sendable, Codable, CaseIterable {
    /// The complexity of the request.
    case complexity
    /// The number of the requests.
    case numberOfRequests = "number-of-requests"
  }

  public init(reason: Reason, on: CivilDate, statutory: CivilDate, workTo: CivilDate, ruleSet: String) {
    self.reason = reason
    self.on = on
    self.statutory = statutory
    self.workTo = workTo
    self.ruleSet = ruleSet
  }
}

/// The person was asked to prove who he is, for a reasonable doubt (Art. 12(6) GDPR). Its words are in the vault.
public struct IdentityAsked: EntryFacts {
  public static let kind = EntryKind("identity.asked")
  /// The step of the ladder that was asked for (`IdentityMethod`).
  public var method: IdentityMethod
  /// What the doubt is: a code.
  public var doubt: FailureCode
  /// The controller's local day.
  public var on: CivilDate

  public init(method: IdentityMethod, doubt: FailureCode, on: CivilDate) {
    self.method = method
    self.doubt = doubt
    self.on = on
  }
}

/// The proof that was asked for has come: what that did to the dates (rule D8).
public struct IdentityProved: EntryFacts {
  public static let kind = EntryKind("identity.proved")
  /// The controller's local day on which the proof came.
  public var on: CivilDate
  /// From asking to the proof; 0 when it was asked too late to suspend anything.
  public var suspendedDays: Int
  /// The first last day by law, moved by these days.
  public var statutory: CivilDate
  public var workTo: CivilDate
  /// The extended last day, moved too, when the deadline had been extended before the proof came.
  public var extended: CivilDate?
  public var extendedWorkTo: CivilDate?
  public var ruleSet: String

  public init(
    on: CivilDate, suspendedDays: Int, statutory: CivilDate, workTo: CivilDate, extended: CivilDate? = nil,
    extendedWorkTo: CivilDate? = nil, ruleSet: String
  ) {
    self.on = on
    self.suspendedDays = suspendedDays
    self.statutory = statutory
    self.workTo = workTo
    self.extended = extended
    self.extendedWorkTo = extendedWorkTo
    self.ruleSet = ruleSet
  }

  /// The receipt was corrected: what had been suspended from the later day falls.
  mutating func count(from dates: DueDates) {
    (suspendedDays, statutory, workTo) = (0, dates.statutory, dates.workTo)
    (extended, extendedWorkTo) = (nil, nil)
  }
}

/// The request had reached us earlier than was registered (rule D10): all dates are counted anew, an extension and a
/// suspension that were counted from the later day fall.
public struct ReceiptCorrected: EntryFacts {
  public static let kind = EntryKind("receipt.corrected")
  /// Why: a code.
  public var reason: FailureCode
  public var receivedAt: UTCTime
  public var receivedOn: CivilDate
  public var dueDates: DueDates

  public init(reason: FailureCode, receivedAt: UTCTime, receivedOn: CivilDate, dueDates: DueDates) {
    self.reason = reason
    self.receivedAt = receivedAt
    self.receivedOn = receivedOn
    self.dueDates = dueDates
  }
}

/// People were called because the work-to date is near.
public struct DeadlineNear: EntryFacts {
  public static let kind = EntryKind("deadline.near")
  public var workTo: CivilDate
  /// So many working days before it, or fewer; alarms further ahead are over with it.
  public var lead: Int

  public init(workTo: CivilDate, lead: Int) {
    self.workTo = workTo
    self.lead = lead
  }
}
