import ErasureDomain
import EvidenceLog
import TestKit
import Testing

@testable import Journal

/// What the log takes about letters to the person, whoever writes it.
@Suite struct LetterSentTests {
  private static let mac = String(repeating: "ab", count: 32)

  private static func letter(
    _ kind: SubjectLetterKind, by channel: LetterChannel = .mail, on day: CivilDate, mac: String = mac,
    queue: String? = nil
  ) -> LetterSent {
    LetterSent(
      letter: kind, language: "nl", channel: channel, on: day, mac: mac, proof: FailureCode("exit-0"), queue: queue)
  }

  private struct World {
    let scene: JournalScene
    let request: RequestReference
    let today: CivilDate

    init(_ store: Store, confirmed: Bool = false) async throws {
      scene = try JournalScene(store)
      try await scene.journal.append([scene.fixture.logOpened()], to: .log, expecting: 0)
      if confirmed {
        request = try await scene.confirmedRequest()
      } else {
        request = RequestReference(using: scene.fixture.random)
        try await scene.journal.append([scene.fixture.received(request)], to: .request(request), expecting: 0)
      }
      let reference = request
      today = try #require(try await scene.journal.read { reader in try reader.request(reference) }).received.receivedOn
    }

    func append(_ facts: some EntryFacts) async throws {
      let (scene, request) = (scene, request)
      let revision = try await scene.journal.read { reader in try reader.request(request)?.revision }
      try await scene.journal.append(
        [try EntryDraft(facts, about: EntrySubject(request: request))], to: .request(request), expecting: revision)
    }

    var extended: DeadlineExtended {
      get throws {
        let due = try scene.fixture.dueDates(today)
        return DeadlineExtended(
          reason: .complexity, on: today, statutory: due.extended, workTo: due.extended, ruleSet: due.ruleSet)
      }
    }

    func refuses(_ facts: LetterSent, _ what: Comment) async {
      await #expect(throws: JournalFailure.self, what) { try await append(facts) }
    }
  }

  @Test(arguments: Store.allCases)
  func `before the identity is established, mail has no content`(_ store: Store) async throws {
    let world = try await World(store)
    await world.refuses(Self.letter(.extension, on: world.today), "content by mail")
    await world.refuses(Self.letter(.extension, by: .letter, on: world.today), "an extension that there is not")
    try await world.append(try world.extended)
    try await world.append(Self.letter(.extension, by: .letter, on: world.today))
    try await world.append(Self.letter(.acknowledgement, on: world.today))
    try await world.append(Self.letter(.identity, on: world.today))
    await world.refuses(Self.letter(.acknowledgement, on: world.today), "a second one")
    await world.refuses(Self.letter(.identity, by: .letter, on: world.today), "a second one, another way")
    #expect(try await world.scene.journal.compareAnswersWithFold() == [])
  }

  @Test(arguments: Store.allCases)
  func `a letter fits the state of its request`(_ store: Store) async throws {
    let world = try await World(store, confirmed: true)
    for kind in [SubjectLetterKind.identity, .refusal, .completion, .withdrawn, .lastCopyGone] {
      await world.refuses(Self.letter(kind, on: world.today), "\(kind)")
    }
    let last = try world.scene.fixture.dueDates(world.today).statutory
    try await world.append(try world.extended)
    await world.refuses(Self.letter(.extension, on: last.adding(days: 1)), "an extension after the last day")
    try await world.append(Self.letter(.extension, on: last))
    try await world.append(RequestRefused(ground: "unfounded"))
    for kind in [SubjectLetterKind.acknowledgement, .completion, .withdrawn] {
      await world.refuses(Self.letter(kind, on: world.today), "\(kind)")
    }
    try await world.append(Self.letter(.refusal, on: world.today))
    #expect(try await world.scene.journal.compareAnswersWithFold() == [])
  }

  @Test(arguments: Store.allCases)
  func `nothing but an HMAC and a queue id stands in it`(_ store: Store) async throws {
    let world = try await World(store)
    for mac in ["", "ab", String(repeating: "x", count: 64), "Please erase me"] {
      await world.refuses(Self.letter(.acknowledgement, on: world.today, mac: mac), "\(mac)")
    }
    for queue in ["ada@example.org", "", "queued for Ada", String(repeating: "a", count: 33)] {
      await world.refuses(Self.letter(.acknowledgement, on: world.today, queue: queue), "\(queue)")
    }
    try await world.append(Self.letter(.acknowledgement, on: world.today, queue: "4XyzAb12"))
  }
}
