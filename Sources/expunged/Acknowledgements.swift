import ErasureDomain
import Logging
import OfficerDesk

/// Some minutes after a request has come by mail, also after a time in which nothing ran: its acknowledgement.
struct Acknowledgements: Sendable {
  private static let pauseSeconds: Int64 = 300

  let desk: OfficerDesk
  let clock: DaemonClock
  let notices: NoticeCommand
  let logger: Logger

  func run() async throws {
    while true {
      do {
        let (sent, failed) = try await desk.acknowledge()
        if sent > 0 { logger.info("acknowledgements sent", metadata: ["count": "\(sent)"]) }
        if failed > 0 {
          logger.warning("acknowledgements could not be sent: look at mail:", metadata: ["count": "\(failed)"])
          notices.send("acknowledgement-not-sent", "\(failed)")
        }
      } catch let error where !(error is CancellationError) {
        logger.error("requests could not be acknowledged", metadata: ["error": "\(type(of: error))"])
      }
      try await clock.wait(until: clock.now().adding(seconds: Self.pauseSeconds))
    }
  }
}
