import ErasureDomain
import EvidencePublishing

/// Each hour what the newest checkpoint lacks from outside is asked for again; nothing new is signed for that.
struct AnchorRound: Sendable {
  private static let pauseSeconds: Int64 = 3_600

  let publisher: CheckpointPublisher
  let clock: DaemonClock

  func run() async throws {
    while true {
      try await clock.wait(until: clock.now().adding(seconds: Self.pauseSeconds))
      await publisher.anchorAgain()
    }
  }
}
