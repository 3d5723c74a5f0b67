import ErasureDomain
import ErasureEngine
import Foundation
import Synchronization

/// The system's clock in the controller's time zone. In practice mode an officer may move it forward.
final class DaemonClock: CivilClock {
  private let calendar: ZonedCalendar
  private let practice: Bool
  private let offset = Mutex<Int64>(0)

  /// `offset` is how far the journal says the calendar was moved.
  init(zone: TimeZone, practice: Bool, offset: Int64) {
    calendar = ZonedCalendar(zone: zone)
    self.practice = practice
    self.offset.withLock { $0 = practice ? offset : 0 }
  }

  func move(by seconds: Int64) {
    guard practice else { return }
    offset.withLock { $0 += seconds }
  }

  func now() -> UTCTime {
    let moved = offset.withLock { $0 }
    return UTCTime(secondsSince1970: Int64(Date().timeIntervalSince1970.rounded(.down)) + moved)
  }

  func day(of instant: UTCTime) -> CivilDate { calendar.day(of: instant) }

  func start(of day: CivilDate) -> UTCTime { calendar.start(of: day) }

  func time(_ time: DayTime, of day: CivilDate) -> UTCTime { calendar.time(time, of: day) }

  func wait(until instant: UTCTime) async throws {
    // Short naps: the machine's clock may be set, and the practice calendar moved, while somebody waits.
    let longest: Int64 = practice ? 1 : 30
    while true {
      let left = instant.seconds(since: now())
      if left <= 0 { return }
      let nap: Duration = practice ? .milliseconds(100) : .seconds(min(left, longest))
      try await Task.sleep(for: nap)
    }
  }
}

/// Random bytes of the operating system.
struct SystemRandom: RandomSource {
  func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}
