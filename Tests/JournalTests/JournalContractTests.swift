import ErasureDomain
import EvidenceLog
import Synchronization
import TestKit
import Testing

@testable import Journal

/// What every store of the journal promises.
@Suite struct JournalContractTests {
  @Test(arguments: Store.allCases)
  func `an append gets index, time and number, and can be read back`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    let request = scene.newRequest()
    try await scene.journal.append([scene.fixture.logOpened()], to: .log, expecting: 0)
    let appended = try await scene.journal.append(
      [scene.fixture.received(request), scene.fixture.confirmed(request)], to: .request(request), expecting: 0)
    #expect(appended.entries.map(\.index) == [1, 2])
    #expect(appended.entries.allSatisfy { $0.entry.at == scene.clock.now() })
    #expect(appended.entries.allSatisfy { $0.entry.encoded() == $0.bytes })
    #expect(try appended.entries[0].entry.facts(as: RequestReceived.self).number == 1)
    let (entries, record, byNumber, size) = try await scene.journal.read { reader in
      (
        try reader.entries(from: 0, to: 10), try reader.request(request), try reader.request(number: 1),
        try reader.size
      )
    }
    #expect(size == 3)
    #expect(Array(entries.dropFirst()) == appended.entries)
    #expect(record?.number == 1)
    #expect(record?.state == .verified)
    #expect(record?.revision == 2)
    #expect(byNumber == record)
  }

  @Test(arguments: Store.allCases)
  func `something like an address is refused, in an entry and in what it names`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    let text = scene.fixture.artifact("handed to jan@archive.example")
    let drafts = [
      try EntryDraft(
        AccessDenied(what: "ada@example.org", reason: FailureCode("role")), about: .log, by: scene.fixture.drafter),
      try EntryDraft(
        AccessDenied(what: "\(text.digest)", reason: FailureCode("role")), about: .log, by: scene.fixture.drafter,
        artifacts: [text]),
    ]
    for draft in drafts {
      let failure = await #expect(throws: JournalFailure.self) {
        try await scene.journal.append([draft], to: .log, expecting: nil)
      }
      guard case .refused(let why) = failure else { return #expect(Bool(false), "\(String(describing: failure))") }
      #expect(why.contains("something like an e-mail address") && !why.contains("example"))
    }
    #expect(try await scene.journal.read { try $0.size } == 0)
  }

  @Test(arguments: Store.allCases)
  func `the tree covers exactly the entries, and proofs hold`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    for _ in 0..<20 { try await scene.confirmedRequest() }
    let frontier = scene.journal.frontier
    try await scene.journal.read { reader in
      let entries = try reader.entryBytes(from: 0, to: 100)
      #expect(entries.count == 40)
      #expect(frontier.size == 40)
      #expect(frontier.root == MerkleTree.root(of: entries.map { MerkleTree.leafHash($0) }))
      for (index, bytes) in entries.enumerated() {
        let proof = try MerkleProofs.inclusion(index: UInt64(index), size: 40, source: reader)
        try MerkleProofs.verifyInclusion(
          leaf: MerkleTree.leafHash(bytes), index: UInt64(index), size: 40, proof: proof, root: frontier.root)
      }
    }
    try await scene.journal.verifyWholeTree()
  }

  @Test(arguments: Store.allCases)
  func `entries are found by a text that they hold, from an index on`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    for _ in 0..<3 { try await scene.confirmedRequest() }
    let texts = ["\"kind\":\"request.confirmed\"", "no entry has this"]
    let found = try await scene.journal.read { reader in
      [
        try reader.entries(from: 0, holding: texts).map(\.index),
        try reader.entries(from: 2, holding: texts).map(\.index),
        try reader.entries(from: 0, holding: []).map(\.index), try reader.entries(from: 9, holding: texts).map(\.index),
      ]
    }
    #expect(found == [[1, 3, 5], [3, 5], [], []])
  }

  @Test(arguments: Store.allCases)
  func `a wrong revision is a conflict and appends nothing`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    let request = try await scene.confirmedRequest()
    let before = scene.journal.frontier
    await #expect(throws: JournalFailure.conflict(stream: request.text, expected: 1, found: 2)) {
      try await scene.journal.append(
        [EntryDraft(RequestWithdrawn(), about: EntrySubject(request: request))], to: .request(request), expecting: 1)
    }
    #expect(scene.journal.frontier == before)
  }

  @Test(arguments: Store.allCases)
  func `what a state machine refuses is not appended, nor is anything before it in the same append`(
    _ store: Store
  ) async throws {
    let scene = try JournalScene(store)
    let request = scene.newRequest()
    let closed = try EntryDraft(RequestClosed(), about: EntrySubject(request: request))
    await #expect(throws: JournalFailure.self) {
      try await scene.journal.append([scene.fixture.received(request), closed], to: .request(request), expecting: 0)
    }
    #expect(try await scene.size() == 0)
    let (record, log) = try await scene.journal.read { reader in (try reader.request(request), try reader.log()) }
    #expect(record == nil)
    #expect(log.lastNumber == 0)
  }

  @Test(arguments: Store.allCases)
  func `drafts of another stream, without revision, without their request or with foreign artifacts are refused`(
    _ store: Store
  ) async throws {
    let scene = try JournalScene(store)
    let request = try await scene.confirmedRequest()
    let plan = try scene.fixture.plan(of: request, jobs: [scene.job("crm")])
    func refused(_ drafts: [EntryDraft], to stream: EntryStream, expecting revision: Int?) async {
      let error = await #expect(throws: JournalFailure.self) {
        try await scene.journal.append(drafts, to: stream, expecting: revision)
      }
      guard case .refused = error else {
        Issue.record("\(String(describing: error)) is no refusal")
        return
      }
    }
    await refused([plan.proposal], to: .request(request), expecting: 2)
    await refused([plan.proposal], to: .plan(plan.plan.plan), expecting: nil)
    let noRequest = EntrySubject(plan: plan.plan.plan)
    await refused([try EntryDraft(PlanPaused(), about: noRequest)], to: noRequest.stream, expecting: 0)
    let wrongDigest = Artifact(digest: ContentDigest(hashing: [1]), bytes: [2])
    let unnamed = scene.fixture.artifact("not named")
    for artifact in [wrongDigest, unnamed] {
      let draft = try EntryDraft(
        RequestWithdrawn(), about: EntrySubject(request: request), artifacts: [artifact])
      await refused([draft], to: .request(request), expecting: 2)
    }
  }

  @Test(arguments: Store.allCases)
  func `entries and artifacts beyond their limits are too large`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    let request = scene.newRequest()
    let subject = EntrySubject(request: request)
    try await scene.journal.append([scene.fixture.received(request)], to: .request(request), expecting: 0)
    let long = try EntryDraft(RequestRefused(ground: String(repeating: "x", count: 65_535)), about: subject)
    await #expect(throws: JournalFailure.tooLarge) {
      try await scene.journal.append([long], to: .request(request), expecting: 1)
    }
    let big = scene.fixture.artifact([UInt8](repeating: 1, count: Artifact.largest + 1))
    let draft = try EntryDraft(RequestRefused(ground: big.digest.description), about: subject, artifacts: [big])
    await #expect(throws: JournalFailure.tooLarge) {
      try await scene.journal.append([draft], to: .request(request), expecting: 1)
    }
    #expect(try await scene.size() == 1)
  }

  @Test(arguments: Store.allCases)
  func `observers see every commit once, in order, and the clock's own entries too`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    let seen = Mutex<[UInt64]>([])
    scene.journal.observe { entries in seen.withLock { $0 += entries.map(\.index) } }
    try await scene.confirmedRequest()
    scene.clock.advance(seconds: -10)
    try await scene.confirmedRequest()
    #expect(seen.withLock { $0 } == [0, 1, 2, 3, 4])
  }

  @Test(arguments: Store.allCases)
  func `64 writers at a time get numbers and indices without gaps`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    let seen = Mutex<[UInt64]>([])
    scene.journal.observe { entries in seen.withLock { $0 += entries.map(\.index) } }
    let requests = (0..<64).map { _ in scene.newRequest() }
    let numbers = try await withThrowingTaskGroup(of: [Int].self) { group in
      for request in requests {
        group.addTask {
          // One in two tries the same reference again, which must fail and leave no gap.
          let first = try await scene.journal.append(
            [scene.fixture.received(request)], to: .request(request), expecting: 0)
          await #expect(throws: JournalFailure.self) {
            try await scene.journal.append([scene.fixture.received(request)], to: .request(request), expecting: 0)
          }
          return try first.entries.map { try $0.entry.facts(as: RequestReceived.self).number }
        }
      }
      var all: [Int] = []
      for try await some in group { all += some }
      return all
    }
    #expect(numbers.sorted() == Array(1...64))
    #expect(seen.withLock { $0 } == Array(0..<64))
    let stored = try await scene.journal.read { reader in
      try reader.requests(after: 0, limit: 100).map(\.number)
    }
    #expect(stored == Array(1...64))
    #expect(try await scene.journal.compareAnswersWithFold() == [])
  }

  @Test(arguments: Store.allCases)
  func `two writers of one revision: one is appended, one is a conflict`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    let requests = (0..<20).map { _ in scene.newRequest() }
    for request in requests {
      try await scene.journal.append([scene.fixture.received(request)], to: .request(request), expecting: 0)
    }
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for request in requests {
        for _ in 0..<2 {
          group.addTask {
            do {
              try await scene.journal.append(
                [scene.fixture.confirmed(request)], to: .request(request), expecting: 1)
              return true
            } catch {
              return false
            }
          }
        }
      }
      return await group.reduce(into: [Bool]()) { $0.append($1) }
    }
    #expect(outcomes.count { $0 } == 20)
    #expect(try await scene.size() == 40)
  }
}
