import ErasureDomain
import Logging
import OfficerDesk

/// At the start and each hour: people are called about requests whose work-to date is near, and holds whose review is due. With a `ladder:` every
/// five minutes, and whoever it names is told of everything that waits.
struct DeadlineAlarms: Sendable {
  private static let pauseSeconds: Int64 = 3_600
  private static let ladderSeconds: Int64 = 300

  let desk: OfficerDesk
  let clock: DaemonClock
  let notices: NoticeCommand
  /// Nil where alarms are not mailed.
  let post: LetterOffice.Post?
  let hasLadder: Bool
  let logger: Logger

  func run() async throws {
    while true {
      var failed = 0
      do {
        try await desk.doubtPlans()
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
        failed = try await climb()
      } catch let error where !(error is CancellationError) {
        logger.error("work-to dates could not be looked at", metadata: ["error": "\(type(of: error))"])
      }
      // A server that takes no mail is not asked every five minutes.
      let seconds = hasLadder && failed == 0 ? Self.ladderSeconds : Self.pauseSeconds
      try await clock.wait(until: clock.now().adding(seconds: seconds))
    }
  }

  /// Returns how many people could not be reached.
  private func climb() async throws -> Int {
    let notices = notices
    let (told, failed) = try await desk.climbLadders(post: post) { code, reference, name in
      notices.send(code, reference, to: name)
    }
    if told > 0 { logger.info("people were told what waits for them", metadata: ["things": "\(told)"]) }
    if failed > 0 {
      logger.error("alarms could not be handed over: look at mail:", metadata: ["people": "\(failed)"])
      notices.send("alarm-not-sent", "\(failed)")
    }
    return failed
  }
}
