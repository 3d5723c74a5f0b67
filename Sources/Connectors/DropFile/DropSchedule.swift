public import ErasureDomain

/// When files appear: at one time of day where the controller is, on some days or on all.
public struct DropSchedule: Hashable, Sendable {
  public let at: DayTime
  /// The days of the week; every day when absent.
  public let days: [Weekday]?

  /// A schedule from code; nil when it names no day.
  public init?(at: DayTime, days: [Weekday]? = nil) {
    guard days?.isEmpty != true else { return nil }
    self.at = at
    self.days = days
  }

  /// The first time that is not before the instant. Where clocks skip it, the end of the skip; where it comes twice, the
  /// first.
  public func next(from instant: UTCTime, on clock: some CivilClock) -> UTCTime? {
    let today = clock.day(of: instant)
    // A week holds every day; the eighth is today's, when its time is over.
    for offset in 0...8 {
      let day = today.adding(days: offset)
      guard days?.contains(day.weekday) ?? true else { continue }
      let time = clock.time(at, of: day)
      if time >= instant { return time }
    }
    return nil
  }
}

extension DropSchedule: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case days, at
  }

  private static let daily = "daily"

  /// Reads `{days: [monday, …], at: "06:00"}` or `{days: daily, at: …}`; an unknown key is refused by name.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let at = try container.decode(DayTime.self, forKey: .at)
    if let word = try? container.decode(String.self, forKey: .days), word == Self.daily {
      self.at = at
      days = nil
      return
    }
    let names = try container.decode([String].self, forKey: .days)
    let days = names.compactMap { name in Weekday.allCases.first { "\($0)" == name } }
    guard days.count == names.count, Set(days).count == days.count,
      let schedule = Self(at: at, days: days.sorted { $0.rawValue < $1.rawValue })
    else {
      throw CanonicalJSONError.notDecodable(
        path: "schedule.days", reason: "days are \(Self.daily), or a list of monday to sunday, each once")
    }
    self = schedule
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(at, forKey: .at)
    if let days {
      try container.encode(days.map { "\($0)" }, forKey: .days)
    } else {
      try container.encode(Self.daily, forKey: .days)
    }
  }
}
