/// From which day a retention period runs, seen from the event that starts it.
public enum RetentionStart: Hashable, Sendable {
  /// From the day of the event itself.
  case eventDay
  /// From the end of the calendar year of the event.
  case endOfCalendarYear
  /// From the end of the financial year of the event, which ends with the last day of a month, 1 to 12.
  case endOfFinancialYear(lastMonth: Int)

  /// The day from which whole periods are counted: the event's day, or the first day of the next year.
  func countingFrom(_ event: CivilDate) -> CivilDate {
    let lastMonth: Int
    switch self {
    case .eventDay: return event
    case .endOfCalendarYear: lastMonth = 12
    case .endOfFinancialYear(let month): lastMonth = min(max(month, 1), 12)
    }
    let monthsLeft = (lastMonth - event.month + 12) % 12 + 1
    let firstOfMonth = CivilDate(year: event.year, month: event.month, day: 1) ?? event
    return firstOfMonth.adding(months: monthsLeft)
  }
}

extension RetentionStart: LosslessStringConvertible {
  /// `event-day`, `end-of-calendar-year` or `end-of-financial-year-06` with the last month of that year.
  public var description: String {
    switch self {
    case .eventDay: "event-day"
    case .endOfCalendarYear: "end-of-calendar-year"
    case .endOfFinancialYear(let month): "end-of-financial-year-" + (month < 10 ? "0\(month)" : "\(month)")
    }
  }

  /// Reads exactly what `description` writes.
  public init?(_ description: String) {
    let start = "end-of-financial-year-"
    if description == "event-day" {
      self = .eventDay
    } else if description == "end-of-calendar-year" {
      self = .endOfCalendarYear
    } else if description.utf8.starts(with: start.utf8), description.utf8.count == start.utf8.count + 2,
      let month = Array(description.utf8.suffix(2))[...].decimal, (1...12).contains(month)
    {
      self = .endOfFinancialYear(lastMonth: month)
    } else {
      return nil
    }
  }
}

extension RetentionStart: Codable {
  /// Reads the text form.
  public init(from decoder: any Decoder) throws {
    self = try decoder.decodeText(as: RetentionStart.self)
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    try encoder.encodeText(self)
  }
}
