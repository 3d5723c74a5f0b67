import ErasureDomain
import Logging
import OfficerDesk

/// Every few minutes, also after a time in which nothing ran: restrictions and objections that do not hold everywhere yet,
/// and the list of who must not be contacted.
struct MeasureWork: Sendable {
  private static let pauseSeconds: Int64 = 300

  let desk: OfficerDesk
  let clock: DaemonClock
  let logger: Logger

  func run() async throws {
    while true {
      do {
        try await desk.workOnMeasures()
        try await desk.tendDoNotContact()
      } catch let error where !(error is CancellationError) {
        logger.error("restrictions could not be worked on", metadata: ["error": "\(type(of: error))"])
      }
      try await clock.wait(until: clock.now().adding(seconds: Self.pauseSeconds))
    }
  }
}
