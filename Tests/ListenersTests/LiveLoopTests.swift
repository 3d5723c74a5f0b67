import ErasureDomain
import OfficerAPI
import Synchronization
import Testing

@testable import Listeners

@Suite struct `Following live` {
  /// What a browser heard.
  private final class Heard: PageEventWriter {
    var said: [String] = []
    func send(event: String, data: String) async throws { said.append("\(event): \(data)") }
    func keepAlive() async throws { said.append("-") }
  }

  /// Whoever waits finds that the time has come.
  private final class HurriedClock: CivilClock {
    private let state = Mutex(UTCTime(secondsSince1970: 1_772_442_000))
    let pauses = Mutex(0)

    func now() -> UTCTime { state.withLock { $0 } }
    func day(of instant: UTCTime) -> CivilDate { instant.utcDay }
    func start(of day: CivilDate) -> UTCTime { day.utcMidnight }
    func wait(until instant: UTCTime) async throws {
      state.withLock { $0 = max($0, instant) }
      pauses.withLock { $0 += 1 }
    }
  }

  /// A log that answers each poll with the next of these, and a session that is over after the last.
  private final class Script: Sendable {
    let asked = Mutex<[Int64]>([])
    let answers: [Watched]

    init(_ answers: [Watched]) { self.answers = answers }

    var isOpen: Bool { asked.withLock { $0.count < answers.count } }

    func answer(_ from: Int64) -> Watched {
      asked.withLock { asked in
        asked.append(from)
        return answers[asked.count - 1]
      }
    }
  }

  private func follow(
    _ script: Script, in language: PageWords.Language = .english, from first: Int64 = 7
  ) async throws -> (said: [String], pauses: Int) {
    let heard = Heard()
    let clock = HurriedClock()
    let loop = LiveLoop(
      words: try PageFiles().words(in: language), clock: clock, isOpen: { script.isOpen },
      watch: { from in script.answer(from) })
    try await loop.run(from: first, to: heard)
    return (heard.said, clock.pauses.withLock { $0 })
  }

  private func line(_ kind: String, _ system: String? = "crm", by: String? = "Anna de Vries") -> HistoryLine {
    HistoryLine(
      index: 1, at: UTCTime(secondsSince1970: 0), kind: kind, by: by, system: system.flatMap { SystemName($0) },
      words: "of ada@example.org")
  }

  @Test func `keeps the connection while nothing happens, and says when the session is over`() async throws {
    let script = Script([Watched(lines: [], next: 7), Watched(lines: [], next: 9)])
    let heard = try await follow(script)
    #expect(heard.said == ["-", "-", "-", "over: Your session is over: log in again to go on."])
    #expect(script.asked.withLock { $0 } == [7, 7])
    #expect(heard.pauses == 0)
  }

  @Test func `makes one event of what happened meanwhile, by its newest entry, and goes on behind it`() async throws {
    let burst = [line("attempt.started"), line("job.settled"), line("tags.written")]
    let script = Script([Watched(lines: burst, next: 12), Watched(lines: [line("plan.paused", nil)], next: 13)])
    let heard = try await follow(script)
    #expect(heard.said.dropLast() == ["-", "changed: crm: this job is settled.", "changed: The plan was paused."])
    #expect(script.asked.withLock { $0 } == [7, 12])
    #expect(heard.pauses == 2)
  }

  @Test(arguments: [PageWords.Language.english, .dutch])
  func `never names anybody, whatever happened`(language: PageWords.Language) async throws {
    for kind in ["job.settled", "request.received", "subject.informed", "casefile.opened", "never.seen"] {
      let said = try await follow(Script([Watched(lines: [line(kind)], next: 8)]), in: language).said
      let event = try #require(said.first { $0.hasPrefix("changed: ") })
      #expect(!event.contains("Anna") && !event.contains("ada") && !event.contains("\n"))
      #expect(event.count > "changed: ".count)
    }
  }

  @Test func `sends nothing to a session that is over already`() async throws {
    let heard = try await follow(Script([]))
    #expect(heard.said == ["-", "over: Your session is over: log in again to go on."])
  }
}
