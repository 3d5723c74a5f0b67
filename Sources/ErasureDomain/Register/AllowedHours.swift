/// When rows of a system may be erased: from one time of day to another where the controller is, over midnight too.
public struct AllowedHours: Hashable, Sendable, Codable {
  public let from: DayTime
  /// The first minute that is outside again; of the next day when it is not later than `from`.
  public let to: DayTime
  /// The days on which the hours begin; every day when absent.
  public let days: [Weekday]?

  /// Hours from their parts; nil when they begin and end at one time, which says nothing.
  public init?(from: DayTime, to: DayTime, days: [Weekday]? = nil) {
    guard from != to, days?.isEmpty != true else { return nil }
    self.from = from
    self.to = to
    self.days = days
  }

  /// One stretch of allowed time: from an instant until just before another.
  public struct Window: Hashable, Sendable {
    public let opens: UTCTime
    public let closes: UTCTime

    /// Whether the instant is in it.
    public func contains(_ instant: UTCTime) -> Bool { opens <= instant && instant < closes }
  }

  /// The stretch that the instant is in, or the next one after it.
  ///
  /// On a night on which clocks are set the hours are those that the clocks show. Hours that lie wholly in the skipped
  /// ones do not come on that day.
  public func window(at instant: UTCTime, on clock: some CivilClock) -> Window? {
    let today = clock.day(of: instant)
    // Yesterday's may reach over midnight; a week holds every day, and two of them a day that was skipped.
    for offset in -1...14 {
      let day = today.adding(days: offset)
      guard days?.contains(day.weekday) ?? true else { continue }
      let opens = clock.time(from, of: day)
      let closes = clock.time(to, of: to > from ? day : day.adding(days: 1))
      if closes > opens, closes > instant { return Window(opens: opens, closes: closes) }
    }
    return nil
  }
}

extension AllowedHours: CustomStringConvertible {
  /// `22:00 to 06:00 on monday, friday`.
  public var description: String {
    let names = days.map { " on " + $0.map { "\($0)" }.joined(separator: ", ") } ?? ""
    return "\(from) to \(to)\(names)"
  }
}
