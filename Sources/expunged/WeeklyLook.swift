import ErasureDomain
import Logging
import OfficerDesk

/// Each hour one look that is due: are there records again that had been erased?
struct WeeklyLook: Sendable {
  private static let pauseSeconds: Int64 = 3_600

  let desk: OfficerDesk
  let clock: DaemonClock
  let notices: NoticeCommand
  let logger: Logger

  func run() async throws {
    while true {
      try await clock.wait(until: clock.now().adding(seconds: Self.pauseSeconds))
      do {
        guard let (system, certain) = try await desk.lookForReturned(), certain > 0 else { continue }
        logger.error(
          "records that had been erased are there again: expunge status",
          metadata: ["system": "\(system)", "records": "\(certain)"])
        notices.send("erased-is-back", system.description)
      } catch let error where !(error is CancellationError) {
        logger.error("a system could not be looked through", metadata: ["error": "\(type(of: error))"])
      }
    }
  }
}
