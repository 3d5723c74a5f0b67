import ErasureDomain
import TestKit
import Testing

@testable import Connectors

struct DropScheduleTests {
  /// Amsterdam in 2026: clocks are set on 29 March and on 25 October, at one o'clock UTC.
  private struct Amsterdam: CivilClock {
    let inner = ManualClock()
    private static let changes = (UTCTime(secondsSince1970: 1_774_746_000), UTCTime(secondsSince1970: 1_792_890_000))

    private func offset(_ instant: UTCTime) -> Int64 {
      Self.changes.0 <= instant && instant < Self.changes.1 ? 7_200 : 3_600
    }

    func now() -> UTCTime { inner.now() }
    func day(of instant: UTCTime) -> CivilDate { instant.adding(seconds: offset(instant)).utcDay }
    func start(of day: CivilDate) -> UTCTime { instant(day.utcMidnight) }
    func time(_ time: DayTime, of day: CivilDate) -> UTCTime {
      instant(day.utcMidnight.adding(seconds: Int64(time.minute) * 60))
    }
    func wait(until instant: UTCTime) async throws { try await inner.wait(until: instant) }

    private func instant(_ shown: UTCTime) -> UTCTime {
      let candidates = [Int64(7_200), 3_600].map { shown.adding(seconds: -$0) }
      return candidates.first { $0.adding(seconds: offset($0)) == shown } ?? Self.changes.0
    }
  }

  @Test(arguments: [
    // A summer's and a winter's morning, the second on the next day.
    ("2026-07-01T03:00:00Z", "06:00", "", "2026-07-01T04:00:00Z"),
    ("2026-12-01T05:00:01Z", "06:00", "", "2026-12-02T05:00:00Z"),
    ("2026-12-01T05:00:00Z", "06:00", "", "2026-12-01T05:00:00Z"),
    // Clocks go from two to three: half past two is at three, and six o'clock an hour sooner than the day before.
    ("2026-03-28T22:00:00Z", "02:30", "", "2026-03-29T01:00:00Z"),
    ("2026-03-28T06:00:00Z", "06:00", "", "2026-03-29T04:00:00Z"),
    // From three to two: the first half past two counts, and it is not taken twice.
    ("2026-10-24T22:00:00Z", "02:30", "", "2026-10-25T00:30:00Z"),
    ("2026-10-25T00:30:01Z", "02:30", "", "2026-10-26T01:30:00Z"),
    // Days of the week: from Sunday on, and a whole week when today's is over.
    ("2026-03-29T12:00:00Z", "06:00", "monday thursday", "2026-03-30T04:00:00Z"),
    ("2026-03-30T04:00:01Z", "06:00", "monday", "2026-04-06T04:00:00Z"),
  ])
  func `the next time is what clocks there show`(at: String, time: String, days: String, next: String) throws {
    let names = days.split(separator: " ").compactMap { name in Weekday.allCases.first { "\($0)" == name } }
    let at = (try CompanyOrders.time(at), try #require(DayTime(time)))
    let schedule = try #require(DropSchedule(at: at.1, days: names.isEmpty ? nil : names))
    #expect(schedule.next(from: at.0, on: Amsterdam())?.description == next)
  }
}
