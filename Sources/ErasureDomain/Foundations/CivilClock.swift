/// The time, and the controller's calendar.
///
/// The law counts days in the place of the controller (rule D1), so a clock knows the controller's time zone and answers
/// with its local days. Programs inject the system's clock, tests one that they turn by hand.
public protocol CivilClock: Sendable {
  /// The present instant; it may run backwards when the machine's clock is set.
  func now() -> UTCTime

  /// The controller's local day that contains the instant.
  func day(of instant: UTCTime) -> CivilDate

  /// The first instant of the controller's local day.
  func start(of day: CivilDate) -> UTCTime

  /// The first instant of the controller's local day at which clocks there show the time; where they skip it, the end
  /// of the skip.
  func time(_ time: DayTime, of day: CivilDate) -> UTCTime

  /// Returns when the instant has come, at once when it is past; never early.
  ///
  /// Throws `CancellationError`, and nothing else, when the task is cancelled before.
  func wait(until instant: UTCTime) async throws
}

extension CivilClock {
  /// The controller's local day now.
  public var today: CivilDate { day(of: now()) }

  /// Right where clocks are never set.
  public func time(_ time: DayTime, of day: CivilDate) -> UTCTime {
    start(of: day).adding(seconds: Int64(time.minute) * 60)
  }
}
