public import ErasureDomain
public import Foundation

/// Days and times of day in a time zone, on days on which its clocks are set too.
public struct ZonedCalendar: Sendable {
  private let zone: TimeZone

  /// The calendar of a zone.
  public init(zone: TimeZone) { self.zone = zone }

  /// The local day that contains the instant.
  public func day(of instant: UTCTime) -> CivilDate { instant.adding(seconds: offset(at: instant)).utcDay }

  /// The first instant of a local day.
  public func start(of day: CivilDate) -> UTCTime { instant(day.utcMidnight) }

  /// The first instant of the day at which the clocks show the time, or where they skip it, the end of the skip.
  public func time(_ time: DayTime, of day: CivilDate) -> UTCTime {
    instant(day.utcMidnight.adding(seconds: Int64(time.minute) * 60))
  }

  /// The first instant at which clocks show what `shown` shows in UTC.
  private func instant(_ shown: UTCTime) -> UTCTime {
    // Whatever the clocks do on that day, a day before and a day after they show one of these.
    let before = offset(at: shown.adding(seconds: -86_400))
    let after = offset(at: shown.adding(seconds: 86_400))
    let candidates = [before, after].map { shown.adding(seconds: -$0) }
    let fitting = candidates.filter { $0.adding(seconds: offset(at: $0)) == shown }
    if let first = fitting.min() { return first }
    // Skipped: clocks go from `before` to `after` somewhere between the two.
    var (low, high) = (candidates[1], candidates[0])
    while high.seconds(since: low) > 1 {
      let middle = low.adding(seconds: high.seconds(since: low) / 2)
      if offset(at: middle) == before { low = middle } else { high = middle }
    }
    return high
  }

  private func offset(at instant: UTCTime) -> Int64 {
    Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.secondsSince1970))))
  }
}
