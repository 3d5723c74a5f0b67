import ErasureDomain
import Logging
import OfficerDesk

/// At the start and each hour: people are called about requests whose work-to date is near, and holds whose review is due.
struct DeadlineAlarms: Sendable {
  private static let pauseSeconds: Int64 = 3_600

  let desk: OfficerDesk
  let clock: DaemonClock
  let notices: NoticeCommand
  let logger: Logger

  func run() async throws {
    while true {
      do {
        for alarm in try await desk.raiseAlarms() {
          logger.warning(
            "a work-to date is near: expunge request list",
            metadata: [
              "request": "\(alarm.request)", "work-to": "\(alarm.workTo)", "working-days": "\(alarm.lead)",
            ])
          notices.send("deadline-near", alarm.request.text)
        }
        for review in try await desk.raiseHoldReviews() {
          logger.warning(
            "a hold is to be looked at again: expunge hold list",
            metadata: ["request": "\(review.request)", "system": "\(review.system)"])
          notices.send("hold-overdue", review.request.text)
        }
      } catch let error where !(error is CancellationError) {
        logger.error("work-to dates could not be looked at", metadata: ["error": "\(type(of: error))"])
      }
      try await clock.wait(until: clock.now().adding(seconds: Self.pauseSeconds))
    }
  }
}
