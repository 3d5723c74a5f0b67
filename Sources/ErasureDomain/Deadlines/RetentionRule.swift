/// A deletion rule: a standard period and the event that starts it, with the source that demands it.
///
/// Rules differ by country and change over time, so each names its citation, since when it holds and who reviewed it.
public struct RetentionRule: Hashable, Sendable, Codable {
  /// The name that the register uses, such as `nl-fiscal-7y`.
  public let id: String
  /// The ISO 3166-1 code of the country whose law asks for it.
  public let country: String
  /// How long the record is kept.
  public let period: RetentionPeriod
  /// From when the period runs.
  public let start: RetentionStart
  /// The statute or guideline.
  public let citation: String
  /// The first day on which the rule holds.
  public let validFrom: CivilDate
  /// Who confirmed the rule: a role or an organisation.
  public let reviewer: String
  /// The day by which the rule must be reviewed again; nil when none is set.
  public let reviewDue: CivilDate?
  /// The exception of Art. 17(3) GDPR it is; nil for rules of files older than `retention: 2`.
  public let ground: RetentionGround?

  /// Rows whose start event has not happened are looked at again after so many months at most.
  public static let reviewMonths = 12

  /// A rule with all its parts.
  public init(
    id: String, country: String, period: RetentionPeriod, start: RetentionStart, citation: String,
    validFrom: CivilDate, reviewer: String, reviewDue: CivilDate? = nil, ground: RetentionGround? = nil
  ) {
    self.id = id
    self.country = country
    self.period = period
    self.start = start
    self.citation = citation
    self.validFrom = validFrom
    self.reviewer = reviewer
    self.reviewDue = reviewDue
    self.ground = ground
  }

  /// The day on which rows without a start event are looked at again, when they are seen on `day`.
  public static func reviewDay(seenOn day: CivilDate) -> CivilDate { day.adding(months: reviewMonths) }

  /// The first day on which a record must be erased whose period started with an event on `startEvent`.
  ///
  /// The record is kept through the day before. An event on 29 February and whole years end on 28 February.
  /// A negative period counts as none.
  public func firstDayDue(startEvent: CivilDate) -> CivilDate {
    let from = start.countingFrom(startEvent)
    return switch period {
    case .years(let years): from.adding(months: min(max(years, 0), 9_999) * 12)
    case .months(let months): from.adding(months: max(months, 0))
    case .days(let days): from.adding(days: max(days, 0))
    }
  }
}
