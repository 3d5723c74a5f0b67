import ErasureDomain
import OfficerDesk
import Synchronization
import TestKit
import Testing

@Suite struct `The monthly list of what is kept without a known end` {
  @Test(arguments: [
    ("2026-01-31", "2026-02-01"), ("2026-02-28", "2026-03-01"), ("2028-02-29", "2028-03-01"),
    ("2026-03-01", "2026-04-01"), ("2026-12-01", "2027-01-01"), ("2026-12-31", "2027-01-01"),
  ])
  func `comes on the first day of the month after`(_ day: String, _ next: String) throws {
    #expect(try MonthlyList.next(after: #require(CivilDate(day))) == CivilDate(next))
  }

  /// The notices of so many months, and the days on which the loop woke.
  private func notices(_ scene: DeskScene, months: Int) async throws -> (said: [String], days: [String]) {
    let said = Mutex<[String]>([])
    let list = MonthlyList(desk: scene.desk, logger: scene.lines.logger) { code, reference in
      said.withLock { $0.append("\(code) \(reference)") }
    }
    let task = Task { try await list.run() }
    var days: [String] = []
    for _ in 0..<months {
      await scene.clock.waitForWaiters()
      let next = try #require(scene.clock.nextWake)
      // Nothing on the evening before.
      let before = said.withLock { $0.count }
      scene.clock.set(to: next.adding(seconds: -1))
      #expect(scene.clock.waiting == 1 && said.withLock { $0.count } == before)
      scene.clock.set(to: next)
      days.append(scene.clock.today.description)
    }
    await scene.clock.waitForWaiters()
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    return (said.withLock { $0 }, days)
  }

  @Test func `tells somebody each month how many rows there are, and nobody where there are none`() async throws {
    let scene = try await DeskScene()
    #expect(try await notices(scene, months: 1).said == [])
    let open = try await DeskScene()
    try open.systems.run("office", "INSERT INTO invoice VALUES (3, 70, NULL), (4, 70, NULL)")
    try await open.approved()
    try await open.conclude()
    let (said, days) = try await notices(open, months: 2)
    #expect(said == ["kept-without-end 2", "kept-without-end 2"])
    #expect(days == ["2026-04-01", "2026-05-01"])
  }
}
