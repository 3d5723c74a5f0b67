import ErasureDomain
import EvidenceLog
import EvidencePublishing
import Journal
import TestKit
import Testing

/// The whole log in pages, as the console asks for it.
@Suite struct LogPagesTests {
  /// All pages, one after the other, with what happens between them.
  private func pages(
    _ scene: PublishingScene, between: () async throws -> Void = {}
  ) async throws -> (pages: [LogPages.Page], files: [String: [UInt8]]) {
    var pages: [LogPages.Page] = []
    var files: [String: [UInt8]] = [:]
    repeat {
      let page = try await LogPages.page(after: pages.last?.next, from: scene.journal)
      for (path, bytes) in page.files {
        #expect(files[path] == nil || files[path] == bytes, "\(path) came twice and differs")
        files[path] = bytes
      }
      pages.append(page)
      try await between()
    } while pages.last?.next != nil
    return (pages, files)
  }

  @Test func `are together the folder that was published`() async throws {
    for count in [0, 1, 254, 255, 256, 700] {
      let scene = try PublishingScene()
      try await scene.open()
      try await scene.addRequests(count)
      try await scene.publisher.publish()
      let (_, files) = try await pages(scene)
      #expect(files == (try scene.published()), "\(count) requests")
    }
  }

  @Test func `are of the log as it was when the first was asked for`() async throws {
    let scene = try PublishingScene()
    try await scene.open()
    try await scene.addRequests(300)
    try await scene.publisher.publish()
    let before = try scene.published()
    let (_, files) = try await pages(scene) {
      try await scene.addRequests(40)
      try await scene.publisher.publish()
    }
    #expect(files == before)
  }

  @Test func `hold a bounded number of bytes, however large the artifacts are`() async throws {
    let scene = try PublishingScene()
    try await scene.open()
    for number in 1...12 {
      let request = RequestReference(using: scene.fixture.random)
      try await scene.journal.append(
        [scene.fixture.received(request), scene.fixture.confirmed(request)], to: .request(request), expecting: 0)
      let plan = try scene.fixture.plan(of: request, jobs: [scene.fixture.job("crm", deadline: scene.clock.now())])
      let large = scene.fixture.artifact([UInt8](repeating: UInt8(64 + number), count: 600_000))
      let proposal = try EntryDraft(
        PlanProposed(
          digest: plan.digest, findings: large.digest, nonce: format(number), jobs: 1, searched: [],
          startBefore: scene.clock.now().adding(seconds: 86_400)),
        about: EntrySubject(request: request, plan: plan.plan.plan), by: scene.fixture.drafter,
        artifacts: plan.proposal.artifacts.filter { $0.digest == plan.digest } + [large])
      try await scene.journal.append([proposal], to: .plan(plan.plan.plan), expecting: 0)
    }
    try await scene.publisher.publish()
    let (pages, files) = try await pages(scene)
    #expect(files == (try scene.published()))
    #expect(pages.count > 2)
    for page in pages {
      #expect(page.files.reduce(0) { $0 + $1.bytes.count } <= LogPages.fullBytes + 2 * Artifact.largest)
    }
  }

  private func format(_ number: Int) -> String {
    String(repeating: "0", count: 30) + (number < 10 ? "0" : "") + "\(number)"
  }

  @Test func `with anything like a person in them are refused, with the place and never the text`() async throws {
    let scene = try PublishingScene()
    try await scene.open()
    let request = RequestReference(using: scene.fixture.random)
    try await scene.journal.append([scene.fixture.received(request)], to: .request(request), expecting: 0)
    try await scene.journal.append(
      [
        try EntryDraft(
          AccessDenied(what: "+31 20 123 45 67", reason: FailureCode("role")), about: .log, by: scene.fixture.drafter)
      ], to: .log, expecting: nil)
    try await scene.publisher.publish()
    do {
      _ = try await pages(scene)
      Issue.record("a page with a telephone number was handed out")
    } catch let failure as PublishingFailure {
      guard case .personalData(let place) = failure else { throw failure }
      #expect(place.hasPrefix("entry 2: something like a telephone number, byte "))
      #expect(!"\(failure)".contains("123"))
    }
  }

  @Test func `an artifact with an account number refuses the pages and the bundle`() async throws {
    let scene = try PublishingScene()
    try await scene.open()
    let request = RequestReference(using: scene.fixture.random)
    try await scene.journal.append(
      [scene.fixture.received(request), scene.fixture.confirmed(request)], to: .request(request), expecting: 0)
    let plan = try scene.fixture.plan(of: request, jobs: [scene.fixture.job("crm", deadline: scene.clock.now())])
    let told = scene.fixture.artifact("paid to NL91ABNA0417164300")
    let proposal = try EntryDraft(
      PlanProposed(
        digest: plan.digest, findings: told.digest, nonce: format(1), jobs: 1, searched: [],
        startBefore: scene.clock.now().adding(seconds: 86_400)),
      about: EntrySubject(request: request, plan: plan.plan.plan), by: scene.fixture.drafter,
      artifacts: plan.proposal.artifacts.filter { $0.digest == plan.digest } + [told])
    try await scene.journal.append([proposal], to: .plan(plan.plan.plan), expecting: 0)
    try await scene.publisher.publish()
    let expected = PublishingFailure.personalData(
      place: "artifacts/sha256/\(told.digest.hex): something like an account number (IBAN), byte 8")
    await #expect(throws: expected) { _ = try await pages(scene) }
    await #expect(throws: expected) {
      _ = try await EvidenceBundle.export(request: request, from: scene.journal)
    }
  }

  @Test func `a cursor of somebody else is refused`() async throws {
    let scene = try PublishingScene()
    try await scene.open()
    try await scene.publisher.publish()
    for cursor in ["", "1", "1.0", "9.0.0", "1.10.0", "1.0.2", "1.-1.0", "a.b.c", "1.0.0.0"] {
      await #expect(throws: PublishingFailure.cursor, "\(cursor)") {
        _ = try await LogPages.page(after: cursor, from: scene.journal)
      }
    }
  }
}
