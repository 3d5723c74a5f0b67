import ConnectorKit
import Connectors
import ErasureDomain
import ErasureEngine
import ErasurePlanning
import EvidenceLog
import Foundation
import GRDB
import Journal
import Logging
import SubjectVault
import Synchronization
import TestKit
import Testing

/// A daemon's files and one shop, over decades: every stage opens the stores anew, as a start of the daemon does.
final class YearsScene: Sendable {
  struct Stuck: Error {}

  /// What is open between two restarts.
  struct Stores: Sendable {
    let journal: SQLiteJournal
    let vault: SubjectVault
    let keyring: Keyring
  }

  static let person = SubjectIdentifier(kind: .email, value: "ada@example.org")

  let folder: TemporaryFolder
  let clock = ManualClock()
  let register: SystemRegister
  private let described: Mutex<SystemRecord>
  let fixture = JournalFixture { ContentDigest(hashing: $0) }
  let request: RequestReference

  init(_ record: SystemRecord, tables: String) async throws {
    folder = try TemporaryFolder()
    described = Mutex(record)
    request = RequestReference(using: fixture.random)
    // The rules as they are shipped.
    let plans = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "plans").resolvingSymlinksInPath().path
    let rules = try SystemRegister.load(folder: plans, organisation: "demo").retention
    register = try SystemRegister(systems: [record], retention: rules)
    try sql(tables)
    try await opened { stores in
      try await stores.journal.append([try fixture.logOpened()], to: .log, expecting: nil)
    }
  }

  /// The system as the register has it now.
  var record: SystemRecord { described.withLock { $0 } }

  /// The register describes it otherwise, and its owner lets us erase in it.
  func describe(_ record: SystemRecord) async throws {
    described.withLock { $0 = record }
    let digest = ContentDigest(hashing: try CanonicalJSON.encode(record))
    try await opened { stores in
      let release = try fixture.released(record.system.description, record: digest)
      try await stores.journal.append([release], to: .log, expecting: nil)
    }
  }

  // MARK: The shop

  func sql(_ text: String) throws {
    let queue = try DatabaseQueue(path: folder.path("shop.db"))
    try queue.writeWithoutTransaction { db in try db.execute(sql: text) }
    try queue.close()
  }

  func texts(_ sql: String) throws -> [String] {
    let queue = try DatabaseQueue(path: folder.path("shop.db"))
    let texts = try queue.read { db in try String.fetchAll(db, sql: sql) }
    try queue.close()
    return texts
  }

  func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

  /// Turns the clock to the first instant of a day, or to the last one before it.
  func turn(to text: String, before: Bool = false) throws {
    clock.set(to: clock.start(of: try day(text)).adding(seconds: before ? -1 : 0))
  }

  private var connector: SQLiteConnector {
    get throws {
      try SQLiteConnector(
        settings: SQLiteSettings(file: "shop.db"),
        context: ConnectorContext(
          record: record, retention: register.retention, clock: clock, random: SeededRandom(seed: 3),
          folder: folder.path(""), copiesOf: [], secrets: DeskSystems.NoSecrets()))
    }
  }

  // MARK: The daemon

  /// Opens all stores from their files, and closes them when the body is done.
  @discardableResult
  func opened<Value>(_ body: (Stores) async throws -> Value) async throws -> Value {
    let key = [UInt8](repeating: 9, count: 32)
    let random = SeededRandom(seed: UInt64(clock.now().secondsSince1970))
    let stores = Stores(
      journal: try SQLiteJournal(path: folder.path("journal.db"), clock: clock),
      vault: try SubjectVault(path: folder.path("vault.db"), wrappingKey: key, random: random),
      keyring: try Keyring(path: folder.path("keyring.db"), wrappingKey: key, random: random))
    defer {
      stores.vault.close()
      stores.keyring.close()
    }
    return try await body(stores)
  }

  /// A start of the daemon, its work while the body looks, and a stop in order.
  func running(_ body: (Stores) async throws -> Void) async throws {
    try await opened { stores in
      var settings = EngineSettings()
      settings.settlingSeconds = 60
      let engine = ErasureEngine(
        ErasureEngine.Surroundings(
          journal: stores.journal, vault: stores.vault, keyring: stores.keyring,
          systems: ConnectedSystems(records: [record], connectors: [record.system: try connector]), clock: clock,
          random: SeededRandom(seed: UInt64(clock.now().secondsSince1970)),
          logger: Logger(label: "years") { _ in SwiftLogNoOpLogHandler() }, publish: {}, notice: { _, _ in }),
        settings: settings)
      _ = try await engine.recover()
      let task = Task { await engine.run() }
      let result: Result<Void, any Error>
      do { result = .success(try await body(stores)) } catch { result = .failure(error) }
      task.cancel()
      await task.value
      try result.get()
    }
  }

  /// Waits for the condition. With `minutes` the clock goes on by minutes meanwhile.
  func until(
    _ what: String, minutes: Bool = false, at location: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
  ) async throws {
    let limit = ContinuousClock.now.advanced(by: .seconds(300))
    var yields = 0
    while ContinuousClock.now < limit {
      if try await condition() { return }
      await Task.yield()
      yields += 1
      if minutes, yields.isMultiple(of: 200) { clock.advance(seconds: 60) }
    }
    Issue.record("never: \(what)", sourceLocation: location)
    throw Stuck()
  }

  // MARK: The request

  /// Received, confirmed, searched, planned by the real drafting and signed by two.
  func approve() async throws -> ErasurePlan {
    try await opened { stores in
      let draft = try fixture.received(request, at: clock.now())
      let stream = EntryStream.request(request)
      // The owner lets us erase in it, as the register describes it.
      let digest = ContentDigest(hashing: try CanonicalJSON.encode(record))
      let release = try fixture.released(record.system.description, record: digest)
      try await stores.journal.append([release], to: .log, expecting: nil)
      try await stores.journal.append([draft], to: stream, expecting: 0)
      try await stores.journal.append([try fixture.confirmed(request)], to: stream, expecting: 1)
      let received = try #require(try await stores.journal.read { try $0.request(self.request) }).received
      let search = SearchOrder(system: record.system, identifiers: [Self.person], deadline: .distantFuture)
      let findings = try await connector.locate(search)
      try await stores.vault.create(request)
      try await stores.vault.put([Self.person], as: .identifiers, of: request)
      try await stores.vault.put(findings.roots, as: .roots(record.system), of: request)
      let plan = try self.plan(received, findings)
      let subject = EntrySubject(request: request, plan: plan.plan)
      let bytes = fixture.artifact(try CanonicalJSON.encode(plan))
      let facts = PlanProposed(
        digest: bytes.digest, findings: plan.findings, nonce: String(repeating: "0a", count: 16),
        jobs: plan.jobs.count, searched: [record.system], startBefore: clock.now().adding(seconds: 86_400))
      let proposal = try EntryDraft(
        facts, about: subject, by: fixture.drafter, artifacts: [bytes, fixture.artifact("findings")])
      try await stores.journal.append([proposal], to: subject.stream, expecting: 0)
      for (number, enough) in [(1, false), (2, true)] {
        let signature = fixture.artifact("signature \(number)")
        let approval = Approval(
          by: PersonReference(using: fixture.random), keyFingerprint: "SHA256:\(number)", text: signature.digest,
          signature: signature.digest)
        let approved = PlanApproved(approval: approval, digest: bytes.digest, enough: enough, waitUntil: nil)
        try await stores.journal.append(
          [try EntryDraft(approved, about: subject, by: approval.by, artifacts: [signature])], to: subject.stream,
          expecting: number)
      }
      return plan
    }
  }

  private func plan(_ received: RequestReceived, _ findings: Findings) throws -> ErasurePlan {
    try PlanDrafting.draft(
      PlanInput(
        plan: PlanReference(using: fixture.random), request: request, received: received, ground: .consentWithdrawn,
        register: register, registerDigest: ContentDigest(hashing: register.canonicalBytes),
        recordDigests: [record.system: ContentDigest(hashing: try CanonicalJSON.encode(record))],
        searched: [record.system: SearchedSystem(findings)], findingsDigest: fixture.artifact("findings").digest,
        knownKinds: [.email], log: JournalFixture.origin, drafter: fixture.drafter, at: clock.now(), practice: false,
        margin: .standard, random: fixture.random, startOfDay: { [clock] in clock.start(of: $0) }))
  }

  func state(_ stores: Stores) async throws -> RequestRecord {
    try #require(try await stores.journal.read { try $0.request(self.request) })
  }

  func job(_ job: PlannedJob, _ stores: Stores) async throws -> JobRecord {
    try #require(try await stores.journal.read { try $0.job(job.job) })
  }

  func question(_ job: PlannedJob, _ stores: Stores) async throws -> Question? {
    guard case .awaitingOfficer(let question) = try await self.job(job, stores).state else { return nil }
    return question
  }

  func close(_ stores: Stores) async throws {
    let subject = EntrySubject(request: request)
    try await stores.journal.append(
      [
        try EntryDraft(SubjectInformed(on: clock.today, channel: "letter"), about: subject, by: fixture.approver),
        try EntryDraft(RequestClosed(), about: subject, by: fixture.approver),
      ], to: .request(request), expecting: try await state(stores).revision)
  }

  /// Somebody accepts how the register describes the system now.
  func acceptRegister(_ job: PlannedJob, _ stores: Stores, by person: PersonReference) async throws {
    let record = try await self.job(job, stores)
    let digest = ContentDigest(hashing: try CanonicalJSON.encode(self.record))
    let facts = QuestionAnswered(code: .other, answer: .accept, record: digest)
    let subject = EntrySubject(request: request, plan: record.plan, job: record.job)
    try await stores.journal.append(
      [try EntryDraft(facts, about: subject, by: person)], to: .job(record.job), expecting: record.revision)
  }

  /// An officer accepts the day that the question proposes.
  func accept(_ job: PlannedJob, _ stores: Stores) async throws {
    let record = try await self.job(job, stores)
    guard case .awaitingOfficer(let question) = record.state, let day = question.proposed else { throw Stuck() }
    let facts = QuestionAnswered(code: question.code, answer: .accept, until: day, from: clock.start(of: day))
    let subject = EntrySubject(request: request, plan: record.plan, job: record.job)
    try await stores.journal.append(
      [try EntryDraft(facts, about: subject, by: fixture.approver)], to: .job(record.job), expecting: record.revision)
  }
}
