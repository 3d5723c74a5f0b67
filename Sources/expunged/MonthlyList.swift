import ErasureDomain
import Logging
import OfficerDesk

/// On the first day of each month: are rows kept of which nobody knows yet how long?
struct MonthlyList: Sendable {
  let desk: OfficerDesk
  let clock: DaemonClock
  let notices: NoticeCommand
  let logger: Logger

  func run() async throws {
    while true {
      try await clock.wait(until: clock.start(of: Self.next(after: clock.today)))
      do {
        guard let kept = try await desk.keptWithoutEnd() else { continue }
        logger.notice(
          "rows are kept without a known end: expunge job kept --without-end",
          metadata: ["rows": "\(kept.rows)", "first-review": "\(kept.first)"])
        notices.send("kept-without-end", "\(kept.rows)")
      } catch let error where !(error is CancellationError) {
        logger.error("rows that are kept could not be listed")
      }
    }
  }

  /// The first day of the next month.
  static func next(after day: CivilDate) -> CivilDate {
    let isDecember = day.month == 12
    return CivilDate(year: day.year + (isDecember ? 1 : 0), month: isDecember ? 1 : day.month + 1, day: 1) ?? .last
  }
}
