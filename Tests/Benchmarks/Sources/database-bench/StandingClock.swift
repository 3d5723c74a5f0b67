import ErasureDomain

/// A clock that stands still: no deadline comes while a benchmark runs.
struct StandingClock: CivilClock {
  private static let instant = UTCTime(secondsSince1970: 1_790_000_000)

  func now() -> UTCTime { Self.instant }
  func day(of instant: UTCTime) -> CivilDate { CivilDate(daysSince1970: Int(instant.secondsSince1970 / 86_400)) }
  func start(of day: CivilDate) -> UTCTime { day.utcMidnight }
  func wait(until instant: UTCTime) async throws { throw CancellationError() }
}

/// Nothing that is measured draws a random number of ours.
struct NoRandom: RandomSource {
  func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 7, count: count) }
}
