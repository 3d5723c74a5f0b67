import ErasureDomain
import Logging
import OfficerDesk

/// At the start and each hour: case files whose last day is past are destroyed.
struct CaseFileRound: Sendable {
  private static let pauseSeconds: Int64 = 3_600

  let desk: OfficerDesk
  let clock: DaemonClock
  let logger: Logger

  func run() async throws {
    while true {
      do {
        let gone = try await desk.destroyOverdueCaseFiles()
        if gone > 0 { logger.info("case files were destroyed at their end", metadata: ["count": "\(gone)"]) }
      } catch let error where !(error is CancellationError) {
        logger.error("case files could not be destroyed", metadata: ["error": "\(type(of: error))"])
      }
      try await clock.wait(until: clock.now().adding(seconds: Self.pauseSeconds))
    }
  }
}
