/// The public holidays of one country, as versioned data with a source.
///
/// A calendar answers only for the years it holds data for and throws for every other year.
public struct HolidayCalendar: Hashable, Sendable {
  /// The ISO 3166-1 code of the Member State where the action is due.
  public let country: String
  /// The reading of that country's law.
  public let flavour: HolidayFlavour
  /// The edition of the data.
  public let version: String
  /// Where the data comes from.
  public let source: String
  /// The years for which the data is complete.
  public let years: ClosedRange<Int>
  private let holidays: [CivilDate: String]
  private let daysToAvoid: [CivilDate: String]

  /// A calendar with the given holidays and their names; days outside `years` have no effect.
  ///
  /// `daysToAvoid` are further days on which nobody may be counted on to work, because another reading of the law calls
  /// them holidays: they bring work-to dates forward (rule D6) and never move a statutory date.
  public init(
    country: String, flavour: HolidayFlavour, version: String, source: String, years: ClosedRange<Int>,
    holidays: [CivilDate: String], daysToAvoid: [CivilDate: String] = [:]
  ) {
    self.country = country
    self.flavour = flavour
    self.version = version
    self.source = source
    self.years = years
    self.holidays = holidays
    self.daysToAvoid = daysToAvoid.merging(holidays) { $1 }
  }

  /// The name that is stored beside every date computed with this calendar: country, flavour and version.
  public var ruleSet: String { "\(country)/\(flavour.rawValue)/\(version)" }

  /// Whether the day is a public holiday; a holiday on a Saturday or Sunday is one too.
  public func isHoliday(_ day: CivilDate) throws(DeadlineProblem) -> Bool {
    try requireData(for: day)
    return holidays[day] != nil
  }

  /// What the day is called, when it is a public holiday or one under another reading of the law.
  func name(of day: CivilDate) -> String? { daysToAvoid[day] }

  /// Whether the day is neither a Saturday, a Sunday nor a public holiday (Regulation 1182/71 Article 2(2)).
  public func isWorkingDay(_ day: CivilDate) throws(DeadlineProblem) -> Bool {
    try !isHoliday(day) && !day.isWeekend
  }

  /// The day itself when it is a working day, else the next one (rule D3: Regulation 1182/71 Article 3(4)).
  public func firstWorkingDay(onOrAfter day: CivilDate) throws(DeadlineProblem) -> CivilDate {
    for distance in 0...Self.longestBreak {
      let candidate = day.adding(days: distance)
      if try isWorkingDay(candidate) { return candidate }
    }
    throw .noWorkingDay(near: day, ruleSet: ruleSet)
  }

  /// The last day on or before `day` that is a working day under every reading of the law (rule D6).
  public func lastSureWorkingDay(onOrBefore day: CivilDate) throws(DeadlineProblem) -> CivilDate {
    for distance in 0...Self.longestBreak {
      let candidate = day.adding(days: -distance)
      if try isSureWorkingDay(candidate) { return candidate }
    }
    throw .noWorkingDay(near: day, ruleSet: ruleSet)
  }

  /// The day that lies so many sure working days before another one; the day itself for none.
  ///
  /// With three, there are three days to work on from it (included) until `day` (not counted).
  public func day(workingDays count: Int, before day: CivilDate) throws(DeadlineProblem) -> CivilDate {
    var found = day
    for _ in 0..<max(0, count) { found = try lastSureWorkingDay(onOrBefore: found.adding(days: -1)) }
    return found
  }

  private func isSureWorkingDay(_ day: CivilDate) throws(DeadlineProblem) -> Bool {
    try isWorkingDay(day) && daysToAvoid[day] == nil
  }

  /// More days off in a row than any country has.
  static let longestBreak = 21

  private func requireData(for day: CivilDate) throws(DeadlineProblem) {
    guard years.contains(day.year) else {
      throw .yearWithoutData(day: day, ruleSet: ruleSet, years: years)
    }
  }
}

extension CivilDate {
  /// Saturday or Sunday.
  var isWeekend: Bool { weekday == .saturday || weekday == .sunday }
}
