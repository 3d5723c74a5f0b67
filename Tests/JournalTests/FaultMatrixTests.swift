import ErasureDomain
import EvidenceLog
import Synchronization
import TestKit
import Testing

@testable import Journal

/// Every commit × {lost, persisted but reported failed, and blind after it} × {go on, restart}.
@Suite struct FaultMatrixTests {
  enum After: CaseIterable, Sendable {
    case goOn
    case restart
  }

  private struct Run {
    let folder: TemporaryFolder
    let clock = ManualClock()
    let fixture = JournalFixture { ContentDigest(hashing: $0) }
    let faults = FaultPlan()
    let seen = Seen()

    init() throws { folder = try TemporaryFolder() }

    func open() throws -> SQLiteJournal {
      let faults = faults
      let journal = try SQLiteJournal(path: folder.path("journal.db"), clock: clock) { faults.next() }
      let seen = seen
      journal.observe { seen.add($0) }
      return journal
    }
  }

  /// The faults of the commits to come.
  private final class FaultPlan: Sendable {
    private let faults = Mutex<[JournalWriter.CommitFault]>([])
    func add(_ fault: JournalWriter.CommitFault) { faults.withLock { $0.append(fault) } }
    func next() -> JournalWriter.CommitFault { faults.withLock { $0.isEmpty ? .none : $0.removeFirst() } }
  }

  private final class Seen: Sendable {
    private let indices = Mutex<[UInt64]>([])
    func add(_ entries: [IndexedEntry]) { indices.withLock { $0 += entries.map(\.index) } }
    var all: [UInt64] { indices.withLock { $0 } }
  }

  @Test(arguments: After.allCases)
  func `a lost commit is unavailable, and the same append works afterwards`(_ after: After) async throws {
    let run = try Run()
    var journal = try run.open()
    let request = RequestReference(using: run.fixture.random)
    let drafts = [try run.fixture.received(request)]
    run.faults.add(.lost)
    await #expect(throws: JournalFailure.unavailable("sqlite-10")) {
      try await journal.append(drafts, to: .request(request), expecting: 0)
    }
    #expect(journal.frontier.size == 0)
    if after == .restart { journal = try run.open() }
    let appended = try await journal.append(drafts, to: .request(request), expecting: 0)
    #expect(appended.entries.map(\.index) == [0])
    #expect(run.seen.all == [0])
    try await journal.verifyWholeTree()
  }

  @Test(arguments: After.allCases)
  func `a commit that worked and reported an error is answered as appended`(_ after: After) async throws {
    let run = try Run()
    var journal = try run.open()
    let request = RequestReference(using: run.fixture.random)
    run.faults.add(.persistedButFailed)
    let appended = try await journal.append([run.fixture.received(request)], to: .request(request), expecting: 0)
    #expect(appended.entries.map(\.index) == [0])
    #expect(journal.frontier.size == 1)
    #expect(run.seen.all == [0])
    if after == .restart { journal = try run.open() }
    await #expect(throws: JournalFailure.conflict(stream: request.text, expected: 0, found: 1)) {
      try await journal.append([run.fixture.received(request)], to: .request(request), expecting: 0)
    }
    try await journal.append([run.fixture.confirmed(request)], to: .request(request), expecting: 1)
    try await journal.verifyWholeTree()
    #expect(try await journal.compareAnswersWithFold() == [])
  }

  @Test(arguments: After.allCases)
  func `a commit whose outcome cannot be seen is unavailable, and is never doubled`(_ after: After) async throws {
    let run = try Run()
    var journal = try run.open()
    let request = RequestReference(using: run.fixture.random)
    run.faults.add(.persistedButBlind)
    await #expect(throws: JournalFailure.unavailable("sqlite-10")) {
      try await journal.append([run.fixture.received(request)], to: .request(request), expecting: 0)
    }
    if after == .restart { journal = try run.open() }
    await #expect(throws: JournalFailure.conflict(stream: request.text, expected: 0, found: 1)) {
      try await journal.append([run.fixture.received(request)], to: .request(request), expecting: 0)
    }
    #expect(journal.frontier.size == 1)
    try await journal.append([run.fixture.confirmed(request)], to: .request(request), expecting: 1)
    // Whoever observes this journal is told what turned out to be there; after a restart it reads instead.
    #expect(run.seen.all == (after == .goOn ? [0, 1] : [1]))
    try await journal.verifyWholeTree()
    #expect(try await journal.compareAnswersWithFold() == [])
  }

  @Test(arguments: [JournalWriter.CommitFault.lost, .persistedButFailed, .persistedButBlind], After.allCases)
  func `a checkpoint is stored or not, and storing it again settles it`(
    _ fault: JournalWriter.CommitFault, _ after: After
  ) async throws {
    let run = try Run()
    var journal = try run.open()
    let request = RequestReference(using: run.fixture.random)
    try await journal.append([run.fixture.received(request)], to: .request(request), expecting: 0)
    let note = try TestKey.checkpoint(of: journal.frontier)
    run.faults.add(fault)
    var failed = false
    do {
      try await journal.store(checkpoint: note, size: 1)
    } catch {
      failed = true
    }
    #expect(failed == (fault != .persistedButFailed))
    if after == .restart { journal = try run.open() }
    try await journal.store(checkpoint: note, size: 1)
    #expect(try await journal.read { reader in try reader.checkpoints().map(\.note) } == [note])
  }

  @Test func `under random faults every append is there exactly when it was answered so`() async throws {
    let random = SeededRandom.property()
    let run = try Run()
    let journal = try run.open()
    let requests = (0..<60).map { _ in RequestReference(using: run.fixture.random) }
    for _ in requests {
      run.faults.add([.none, .lost, .persistedButFailed][random.number(in: 0...2)])
    }
    let answered = await withTaskGroup(of: (RequestReference, Bool).self) { group in
      for request in requests {
        group.addTask {
          do {
            try await journal.append([run.fixture.received(request)], to: .request(request), expecting: 0)
            return (request, true)
          } catch {
            return (request, false)
          }
        }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    let stored = try await journal.read { reader in try reader.requests(after: 0, limit: 100) }
    #expect(Set(stored.map(\.request)) == Set(answered.filter(\.value).keys))
    #expect(stored.map(\.number) == Array(0..<stored.count).map { $0 + 1 })
    #expect(run.seen.all == Array(0..<UInt64(stored.count)))
    try await journal.verifyWholeTree()
  }
}
