import ConnectorKit
import ErasureDomain
import Synchronization

/// Lets no more requests through than a rate allows, over all calls of one system.
final class RequestPace: Sendable {
  private let rate: RequestRate?
  private let clock: any CivilClock
  /// When the last requests went, oldest first.
  private let times = Mutex<[UTCTime]>([])

  init(rate: RequestRate?, clock: any CivilClock) {
    self.rate = rate
    self.clock = clock
  }

  /// Returns when a request may go. Throws when that is not before the deadline.
  func wait(until deadline: UTCTime) async throws(ConnectorFailure) {
    while true {
      let now = clock.now()
      guard now < deadline else { throw .transient(FailureCode("deadline-passed"), retryAfterSeconds: nil) }
      guard let free = take(at: now) else { return }
      guard free < deadline else {
        throw .transient(FailureCode("deadline-passed"), retryAfterSeconds: max(0, free.seconds(since: now)))
      }
      do { try await clock.wait(until: free) } catch { throw .interrupted }
    }
  }

  /// Nothing when a place was free; otherwise when one will be.
  private func take(at now: UTCTime) -> UTCTime? {
    guard let rate else { return nil }
    return times.withLock { times in
      // A clock that was turned back must not hold everything up.
      times.removeAll { $0 > now || $0.adding(seconds: Int64(rate.seconds)) <= now }
      if times.count < rate.requests {
        times.append(now)
        return nil
      }
      return times[0].adding(seconds: Int64(rate.seconds))
    }
  }
}
