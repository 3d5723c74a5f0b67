import ErasureDomain
import Logging
import OfficerDesk

/// At the start and each hour: what we keep beyond closing is destroyed at its end, case files on their day and artifacts
/// months after the request's end.
struct RetentionRound: Sendable {
  private static let pauseSeconds: Int64 = 3_600

  let desk: OfficerDesk
  let clock: DaemonClock
  let logger: Logger

  func run() async throws {
    var swept: CivilDate?
    while true {
      try await destroy("case files") { try await desk.destroyOverdueCaseFiles() }
      // All requests that ever ended are looked at: once a day is enough.
      let today = desk.civilClock.today
      if swept != today {
        try await destroy("artifacts of requests") { try await desk.destroyOverdueArtifacts() }
        swept = today
      }
      try await clock.wait(until: clock.now().adding(seconds: Self.pauseSeconds))
    }
  }

  private func destroy(_ what: String, _ body: () async throws -> Int) async throws {
    do {
      let gone = try await body()
      if gone > 0 { logger.info("\(what) were destroyed at their end", metadata: ["count": "\(gone)"]) }
    } catch let error where !(error is CancellationError) {
      logger.error("\(what) could not be destroyed", metadata: ["error": "\(type(of: error))"])
    }
  }
}
