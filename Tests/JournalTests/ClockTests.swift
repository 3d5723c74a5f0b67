import ErasureDomain
import TestKit
import Testing

@testable import Journal

/// Times of entries under a clock that does not behave.
@Suite struct ClockTests {
  @Test(arguments: Store.allCases)
  func `a clock that went back is recorded before the next entry, which keeps its place`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    try await scene.confirmedRequest()
    let before = scene.clock.now()
    scene.clock.advance(days: -365)
    let request = scene.newRequest()
    let appended = try await scene.journal.append(
      [scene.fixture.received(request)], to: .request(request), expecting: 0)
    #expect(appended.entries.map(\.index) == [3])
    let (step, log) = try await scene.journal.read { reader in
      (try reader.entries(from: 2, to: 3).first?.entry, try reader.log())
    }
    let facts = try #require(try step?.facts(as: ClockStepped.self))
    #expect(facts == ClockStepped(seconds: -365 * 86_400, practice: false))
    #expect(step?.at == before.adding(seconds: -365 * 86_400))
    #expect(log.clockOffset == 0)
    #expect(log.revision == 1)
  }

  @Test(arguments: Store.allCases)
  func `one second back is no step, and no entry is earlier than the one before`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    try await scene.confirmedRequest()
    let before = scene.clock.now()
    scene.clock.advance(seconds: -1)
    try await scene.confirmedRequest()
    let times = try await scene.journal.read { reader in try reader.entries(from: 0, to: 10).map(\.entry.at) }
    #expect(times == [before, before, before, before])
  }

  @Test(arguments: Store.allCases)
  func `an append that is refused leaves no clock entry behind`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    let request = try await scene.confirmedRequest()
    scene.clock.advance(days: -1)
    await #expect(throws: JournalFailure.self) {
      try await scene.journal.append([scene.fixture.confirmed(request)], to: .request(request), expecting: 2)
    }
    #expect(try await scene.size() == 2)
  }
}
