import ConnectorKit
import ErasureDomain
import ErasureEngine
import Foundation
import Journal
import TestKit
import Testing

@Suite(.serialized) struct `Hours of a system` {
  /// The scene's clock, with the days and times of Amsterdam.
  private struct Amsterdam: CivilClock {
    let inner: ManualClock
    let calendar: ZonedCalendar

    init(_ inner: ManualClock) throws {
      self.inner = inner
      calendar = ZonedCalendar(zone: try #require(TimeZone(identifier: "Europe/Amsterdam")))
    }

    func now() -> UTCTime { inner.now() }
    func day(of instant: UTCTime) -> CivilDate { calendar.day(of: instant) }
    func start(of day: CivilDate) -> UTCTime { calendar.start(of: day) }
    func time(_ time: DayTime, of day: CivilDate) -> UTCTime { calendar.time(time, of: day) }
    func wait(until instant: UTCTime) async throws { try await inner.wait(until: instant) }
  }

  private static func hours(_ from: String, _ to: String, _ days: [Weekday]? = nil) throws -> AllowedHours {
    let (from, to) = (try #require(DayTime(from)), try #require(DayTime(to)))
    return try #require(AllowedHours(from: from, to: to, days: days))
  }

  private static func time(_ text: String) throws -> UTCTime { try #require(UTCTime(text)) }

  // MARK: The calendar

  @Test(arguments: [
    // Clocks go from two to three: the night is an hour short.
    ("2026-03-28T12:00:00Z", "22:00", "06:00", "2026-03-28T21:00:00Z", "2026-03-29T04:00:00Z"),
    // Clocks go from three to two: it is an hour long.
    ("2026-10-24T12:00:00Z", "22:00", "06:00", "2026-10-24T20:00:00Z", "2026-10-25T05:00:00Z"),
    // Half past two does not come; the skip ends at three.
    ("2026-03-28T12:00:00Z", "22:00", "02:30", "2026-03-28T21:00:00Z", "2026-03-29T01:00:00Z"),
    ("2026-03-29T00:30:00Z", "02:30", "05:00", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00Z"),
    // Hours that lie in the skip do not come until the next day.
    ("2026-03-28T12:00:00Z", "02:10", "02:50", "2026-03-30T00:10:00Z", "2026-03-30T00:50:00Z"),
    // Half past two comes twice; the first one counts.
    ("2026-10-24T12:00:00Z", "02:30", "05:00", "2026-10-25T00:30:00Z", "2026-10-25T04:00:00Z"),
    ("2026-10-24T12:00:00Z", "22:00", "02:30", "2026-10-24T20:00:00Z", "2026-10-25T00:30:00Z"),
    // An ordinary night of summer.
    ("2026-07-01T12:00:00Z", "22:00", "06:00", "2026-07-01T20:00:00Z", "2026-07-02T04:00:00Z"),
  ])
  func `are those that the clocks show`(at: String, from: String, to: String, opens: String, closes: String) throws {
    let clock = try Amsterdam(ManualClock())
    let window = try #require(try Self.hours(from, to).window(at: try Self.time(at), on: clock))
    #expect(window.opens.description == opens)
    #expect(window.closes.description == closes)
  }

  @Test func `a day begins where its clocks show midnight, or where they skip it`() throws {
    let amsterdam = ZonedCalendar(zone: try #require(TimeZone(identifier: "Europe/Amsterdam")))
    for offset in 0..<800 {
      let day = try #require(CivilDate("2026-01-01")).adding(days: offset)
      let start = amsterdam.start(of: day)
      #expect(amsterdam.day(of: start) == day && amsterdam.day(of: start.adding(seconds: -1)) == day.adding(days: -1))
    }
    // In Havana clocks go from midnight to one.
    let havana = ZonedCalendar(zone: try #require(TimeZone(identifier: "America/Havana")))
    let day = try #require(CivilDate("2026-03-08"))
    #expect(havana.start(of: day).description == "2026-03-08T05:00:00Z")
    #expect(havana.day(of: havana.start(of: day)) == day)
  }

  // MARK: The engine

  @Test func `a job waits until they begin, wakes nobody before, and must be done when they end`() async throws {
    let scene = try await EngineScene()
    scene.clock.set(to: try Self.time("2026-03-28T12:00:00Z"))
    let crm = try scene.add("crm", hours: try Self.hours("22:00", "06:00"), ScriptedSystem(clock: scene.clock))
    let sister = try scene.add("sister", ScriptedSystem(clock: scene.clock) { _, _, _ in .told })
    let (job, told) = (try scene.job("crm"), try scene.job("sister", .notify))
    try await scene.approve([job, told])
    let engine = scene.engine(clock: try Amsterdam(scene.clock))
    let task = Task { await engine.run() }
    try await scene.until("the company is told", moving: false) { try await scene.isSettled(told) }
    try await scene.quiet()
    #expect(sister.calls.count == 1 && crm.calls.isEmpty)
    // The next thing that happens at all is that the hours begin.
    let opens = try Self.time("2026-03-28T21:00:00Z")
    #expect(scene.clock.nextWake == opens)
    scene.clock.set(to: opens.adding(seconds: -1))
    try await scene.quiet()
    #expect(crm.calls.isEmpty)
    scene.clock.set(to: opens)
    try await scene.until("erased", moving: false) { try await scene.isSettled(job) }
    let order = try #require(crm.orders(.erase).first)
    #expect(order.callDeadline == opens.adding(seconds: EngineSettings().attemptSeconds))
    task.cancel()
    await task.value
    #expect(scene.notices.allSatisfy { !$0.hasPrefix("waits-for-owner") })
  }

  @Test func `a call ends with them, and what failed is tried in the next ones`() async throws {
    let scene = try await EngineScene()
    scene.clock.set(to: try Self.time("2026-10-25T04:30:00Z"))
    let crm = try scene.add(
      "crm", hours: try Self.hours("22:00", "06:00"),
      ScriptedSystem(clock: scene.clock) { order, before, number in
        if number == 1 { throw ConnectorFailure.transient(FailureCode("deadline-passed"), retryAfterSeconds: 3_600) }
        return try await ScriptedSystem.erasing(1, order, before)
      })
    let job = try scene.job("crm")
    try await scene.approve([job])
    let engine = scene.engine(clock: try Amsterdam(scene.clock))
    let task = Task { await engine.run() }
    try await scene.until("it has failed once", moving: false) { try await scene.record(job).spent == 1 }
    // On this night they end at six in winter time.
    #expect(crm.orders(.erase).first?.callDeadline == (try Self.time("2026-10-25T05:00:00Z")))
    try await scene.quiet()
    scene.clock.set(to: try Self.time("2026-10-25T20:59:59Z"))
    try await scene.quiet()
    #expect(crm.calls.count == 1)
    #expect(scene.clock.nextWake == (try Self.time("2026-10-25T21:00:00Z")))
    scene.clock.advance(seconds: 1)
    try await scene.until("erased", moving: false) { try await scene.isSettled(job) }
    task.cancel()
    await task.value
  }
}
