/// When the answer to a request is due: dates, not states, stored with the rules that made them.
///
/// Article 12(3) GDPR gives one month, and two further months in complex cases; Regulation 1182/71 says how to count.
public struct DueDates: Hashable, Sendable, Codable {
  /// The controller's local day on which the request arrived; it is not counted and never shifted (rules D1, D2).
  public let received: CivilDate
  /// The same day number one month later, or that month's last day (rule D2).
  public let nominal: CivilDate
  /// The last day by law: the nominal one or the next working day (rule D3).
  public let statutory: CivilDate
  /// The day operators work to: the last working day, under every reading, on or before the nominal one (rule D6).
  public let workTo: CivilDate
  /// The last day by law when an extension was notified in time (rule D5).
  public let extended: CivilDate
  /// Country, flavour and version of the holidays, such as `NL/atw/2026-1`.
  public let ruleSet: String

  /// The due dates of a request, or a problem when the calendar lacks the data for one of them.
  public static func compute(
    received: CivilDate, calendar: HolidayCalendar
  ) throws(DeadlineProblem) -> DueDates {
    let nominal = received.adding(months: 1)
    return DueDates(
      received: received,
      nominal: nominal,
      statutory: try calendar.firstWorkingDay(onOrAfter: nominal),
      workTo: try calendar.lastSureWorkingDay(onOrBefore: nominal),
      extended: try calendar.firstWorkingDay(onOrAfter: extendedNominal(received: received)),
      ruleSet: calendar.ruleSet)
  }

  /// The earlier of the two readings of "two further months": three months in one step, or two from the unshifted first date.
  static func extendedNominal(received: CivilDate) -> CivilDate {
    min(received.adding(months: 3), received.adding(months: 1).adding(months: 2))
  }

  /// Whether a notice of extension, or a full refusal, that is sent on this day is in time (rule D7).
  ///
  /// Both are due by the first deadline, whatever was extended or suspended in between.
  public func permitsExtension(on day: CivilDate) -> Bool {
    (received...max(received, statutory)).contains(day)
  }

  /// The days within which identity must be asked for so that asking is "without undue delay" (rule D8).
  ///
  /// The law names no number; this one is the project's, and it is short on purpose.
  public static let promptAsking = 7

  /// The last day by law when doubt about identity suspended the term for so many days (rule D8).
  ///
  /// Negative days count as none. Show it beside `statutory`: a regulator may reject the suspension.
  public func suspended(days: Int, calendar: HolidayCalendar) throws(DeadlineProblem) -> CivilDate {
    try calendar.firstWorkingDay(onOrAfter: nominal.adding(days: max(0, days)))
  }

  /// The last day by law when proof of identity was asked for and came on these days (rule D8).
  ///
  /// Asking later than `promptAsking` days after receipt suspends nothing. The caller has a recorded, reasonable doubt.
  public func suspended(
    asked: CivilDate, proof: CivilDate, calendar: HolidayCalendar
  ) throws(DeadlineProblem) -> CivilDate {
    guard asked >= received else { throw .askedBeforeReceipt(received: received, asked: asked) }
    guard proof >= asked else { throw .proofBeforeAsking(asked: asked, proof: proof) }
    return try suspended(days: suspendedDays(asked: asked, proof: proof), calendar: calendar)
  }

  /// Whether identity that is asked for on this day is asked for without undue delay.
  public func isPrompt(asked: CivilDate) -> Bool { asked.days(since: received) <= Self.promptAsking }

  /// The days from asking to the proof that count: none when it was asked too late.
  func suspendedDays(asked: CivilDate, proof: CivilDate) -> Int {
    isPrompt(asked: asked) ? max(0, proof.days(since: asked)) : 0
  }

  /// The facts of a proof that came on a day, with the dates that follow (rule D8).
  public func proved(
    asked: CivilDate, proof: CivilDate, isExtended: Bool, calendar: HolidayCalendar
  ) throws(DeadlineProblem) -> IdentityProved {
    let statutory = try suspended(asked: asked, proof: proof, calendar: calendar)
    let days = suspendedDays(asked: asked, proof: proof)
    let moved = Self.extendedNominal(received: received).adding(days: days)
    return IdentityProved(
      on: proof, suspendedDays: days, statutory: days == 0 ? self.statutory : statutory,
      workTo: try calendar.lastSureWorkingDay(onOrBefore: nominal.adding(days: days)),
      extended: isExtended ? try calendar.firstWorkingDay(onOrAfter: moved) : nil,
      extendedWorkTo: isExtended ? try calendar.lastSureWorkingDay(onOrBefore: moved) : nil,
      ruleSet: calendar.ruleSet)
  }

  /// The facts of an extension that the person is told about on a day (rules D5, D7).
  ///
  /// The last day was fixed when the request came, unless identity has suspended the term since.
  public func extending(
    for reason: DeadlineExtended.Reason, on day: CivilDate, suspendedDays: Int, calendar: HolidayCalendar
  ) throws(DeadlineProblem) -> DeadlineExtended {
    let moved = Self.extendedNominal(received: received).adding(days: suspendedDays)
    return DeadlineExtended(
      reason: reason, on: day,
      statutory: suspendedDays == 0 ? extended : try calendar.firstWorkingDay(onOrAfter: moved),
      workTo: try calendar.lastSureWorkingDay(onOrBefore: moved), ruleSet: calendar.ruleSet)
  }
}
