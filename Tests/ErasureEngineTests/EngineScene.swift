import ConnectorKit
import ErasureDomain
import ErasureEngine
import EvidenceLog
import Foundation
import Journal
import Logging
import SubjectVault
import Synchronization
import TestKit
import Testing

/// The real engine over scripted systems, a journal in memory and a clock that the test turns.
final class EngineScene: Sendable {
  struct Stuck: Error {}

  static let person = SubjectIdentifier(kind: .email, value: "ada.devries@example.org")

  let clock = ManualClock()
  let journal: MemoryJournal
  let vault: SubjectVault
  let keyring: Keyring
  let fixture: JournalFixture
  private let folder: URL
  private let systems = Mutex<[SystemName: Added]>([:])
  private let retired = Mutex<[SystemName: CivilDate]>([:])
  private let noticed = Mutex<[String]>([])

  private struct Added {
    var system: any Connector
    var concurrency: Int
    var hours: AllowedHours?
  }

  /// `over` is the clock that journal and engine see; the scene's own when absent.
  init() async throws {
    let memory = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    folder = URL(filePath: memory).appending(path: "expunged-engine-\(UUID().uuidString)")
    let stores = try SimulationStores(folder: folder)
    vault = stores.vault
    keyring = stores.keyring
    journal = MemoryJournal(clock: clock)
    fixture = JournalFixture { ContentDigest(hashing: $0) }
    try await journal.append([try fixture.logOpened()], to: .log, expecting: nil)
  }

  deinit {
    vault.close()
    keyring.close()
    try? FileManager.default.removeItem(at: folder)
  }

  var notices: [String] { noticed.withLock { $0 } }

  // MARK: Making the world

  @discardableResult
  func add<System: Connector>(
    _ name: String, concurrency: Int = 1, retired: CivilDate? = nil, hours: AllowedHours? = nil, _ system: System
  ) throws -> System {
    let name = try #require(SystemName(name))
    self.retired.withLock { $0[name] = retired }
    systems.withLock { $0[name] = Added(system: system, concurrency: concurrency, hours: hours) }
    return system
  }

  func day(_ days: Int64, seconds: Int64 = 0) -> UTCTime { clock.now().adding(seconds: days * 86_400 + seconds) }

  /// A job that is due now, in twenty days at the latest unless told otherwise.
  func job(
    _ system: String, _ verb: JobVerb = .erase, deadline: UTCTime? = nil, after: [Dependency] = [],
    followUp: FollowUp? = nil
  ) throws -> PlannedJob {
    let role: SystemRole = verb.tellsCompany ? .recipient : .own
    let digest = ContentDigest(hashing: try CanonicalJSON.encode(record(of: try #require(SystemName(system)))))
    return try fixture.job(
      system, verb: verb, role: role, deadline: deadline ?? day(20), dependsOn: after, followUp: followUp,
      record: digest)
  }

  /// The system as the register of the scene has it.
  private func record(of name: SystemName) -> SystemRecord {
    let added = systems.withLock { $0[name] }
    return SystemRecord(
      system: name, title: name.description, role: .own, owner: "tests", subjects: [.customer], connector: "test",
      settings: .object([:]), identifiers: [.email], datasets: [], blockers: [], copies: [],
      concurrency: added?.concurrency ?? 1, retired: retired.withLock { $0[name] }, hours: added?.hours)
  }

  /// The owner releases a system as the job's plan has it.
  func release(_ job: PlannedJob) async throws {
    let draft = try fixture.released(job.system.description, record: job.record)
    try await journal.append([draft], to: .log, expecting: nil)
  }

  func stop(_ system: SystemName) async throws {
    try await journal.append([try fixture.stopped(system.description)], to: .log, expecting: nil)
  }

  /// A request whose plan is approved, its identifiers in the vault; the owners release their systems before.
  @discardableResult
  func approve(
    _ jobs: [PlannedJob], releasing: Bool = true, signatures: Int = 1
  ) async throws -> ProposedPlan {
    if releasing { for job in jobs where job.verb.changesSystem { try await release(job) } }
    let request = RequestReference(using: fixture.random)
    let proposed = try fixture.plan(of: request, jobs: jobs, at: clock.now())
    let stream = EntryStream.request(request)
    try await journal.append([try fixture.received(request, at: clock.now())], to: stream, expecting: 0)
    try await journal.append([try fixture.confirmed(request)], to: stream, expecting: 1)
    try await vault.create(request)
    try await vault.put([Self.person], as: .identifiers, of: request)
    let plan = EntryStream.plan(proposed.plan.plan)
    try await journal.append([proposed.proposal], to: plan, expecting: 0)
    for number in 1...signatures {
      let draft = try fixture.approved(proposed, enough: number == signatures)
      try await journal.append([draft], to: plan, expecting: number)
    }
    return proposed
  }

  /// The person is informed and the request closed, as the desk does it.
  func close(_ request: RequestReference) async throws {
    let record = try await self.request(request)
    let subject = EntrySubject(request: request)
    let informed = SubjectInformed(on: clock.today, channel: "letter")
    try await journal.append(
      [
        try EntryDraft(informed, about: subject, by: fixture.approver),
        try EntryDraft(RequestClosed(), about: subject, by: fixture.approver),
      ], to: .request(request), expecting: record.revision)
  }

  // MARK: The engine

  func engine(
    _ settings: EngineSettings = EngineSettings(), over other: (any Journal)? = nil, clock: (any CivilClock)? = nil
  ) -> ErasureEngine {
    ErasureEngine(surroundings(over: other, clock: clock), settings: settings)
  }

  /// What takes the calls of companies, as the daemon has it beside the engine.
  func intake() -> CallbackIntake { CallbackIntake(surroundings()) }

  func surroundings(
    over other: (any Journal)? = nil, clock: (any CivilClock)? = nil
  ) -> ErasureEngine.Surroundings {
    let systems = systems.withLock { $0 }
    let records = systems.keys.sorted().map { record(of: $0) }
    return ErasureEngine.Surroundings(
      journal: other ?? journal, vault: vault, keyring: keyring,
      systems: ConnectedSystems(records: records, connectors: systems.mapValues(\.system)),
      clock: clock ?? self.clock, random: SeededRandom(seed: 77),
      logger: Logger(label: "engine-rules") { _ in SwiftLogNoOpLogHandler() }, publish: {},
      notice: { [weak self] code, reference in self?.noticed.withLock { $0.append("\(code) \(reference)") } })
  }

  /// Starts an engine as the daemon does, hands it to the body, and stops it in order.
  @discardableResult
  func running<Value>(
    _ settings: EngineSettings = EngineSettings(), over other: (any Journal)? = nil, _ body: () async throws -> Value
  ) async throws -> Value {
    let engine = engine(settings, over: other)
    _ = try await engine.recover()
    let task = Task { await engine.run() }
    let result: Result<Value, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    task.cancel()
    await task.value
    return try result.get()
  }

  /// Turns the clock from wake to wake until the condition holds; jobs of a system left alone do not stop it.
  func until(
    _ what: String, moving: Bool = true, leavingAlone system: SystemName? = nil,
    at location: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
  ) async throws {
    let limit = ContinuousClock.now.advanced(by: .seconds(300))
    while ContinuousClock.now < limit {
      if try await condition() { return }
      if moving {
        if try await isQuiet(), try await isIdle(leavingAlone: system) { clock.advanceToNextWake() }
      } else {
        await Task.yield()
      }
    }
    Issue.record("never: \(what)", sourceLocation: location)
    throw Stuck()
  }

  /// Waits until the engine has nothing to do at this moment but what hangs.
  func quiet(_ location: SourceLocation = #_sourceLocation) async throws {
    try await until("the engine sleeps", moving: false, at: location) { try await isQuiet() }
  }

  /// Moves the clock to an instant, stopping at every wake on the way.
  func advance(to instant: UTCTime) async throws {
    try await idle()
    while let next = clock.nextWake, next < instant {
      clock.set(to: max(next, clock.now()))
      try await idle()
    }
    clock.set(to: instant)
    try await idle()
  }

  /// Waits until nothing runs and the engine sleeps.
  func idle() async throws {
    try await until("the engine is idle", moving: false) {
      guard try await isQuiet() else { return false }
      return try await isIdle()
    }
  }

  /// Whether no job runs or could run now, and the engine will wake for the next one in time.
  private func isIdle(leavingAlone system: SystemName? = nil) async throws -> Bool {
    let now = clock.now()
    let (busy, due) = try await journal.read { reader in
      let log = try reader.log()
      let ready = try reader.ready(at: now, excluding: Set([system].compactMap { $0 }), limit: 1) { log.isReleased($0) }
      return (try !reader.running().isEmpty || !ready.isEmpty, try reader.nextWake(after: now))
    }
    guard !busy, let wake = clock.nextWake else { return false }
    return due.map { wake <= $0 } ?? true
  }

  /// Whether nothing has happened for a while: no new entry, and the engine waits on the clock.
  private func isQuiet() async throws -> Bool {
    let before = try await pulse()
    let end = ContinuousClock.now.advanced(by: .milliseconds(10))
    var yields = 0
    while yields < 200 || ContinuousClock.now < end {
      await Task.yield()
      yields += 1
    }
    guard clock.waiting > 0 else { return false }
    return try await pulse() == before
  }

  private func pulse() async throws -> [UInt64] {
    let size = try await journal.read { reader in try reader.size }
    let calls = systems.withLock { $0.values.reduce(0) { $0 + (($1.system as? ScriptedSystem)?.calls.count ?? 0) } }
    return [size, UInt64(calls)]
  }

  // MARK: The journal

  func request(_ reference: RequestReference) async throws -> RequestRecord {
    try #require(try await journal.read { reader in try reader.request(reference) })
  }

  func record(_ job: PlannedJob) async throws -> JobRecord {
    try #require(try await journal.read { reader in try reader.job(job.job) })
  }

  func outcome(_ job: PlannedJob) async throws -> JobOutcome? {
    guard case .settled(let outcome) = try await record(job).state else { return nil }
    return outcome
  }

  func isSettled(_ job: PlannedJob) async throws -> Bool { try await record(job).state.isSettled }

  func question(_ job: PlannedJob) async throws -> Question? {
    guard case .awaitingOfficer(let question) = try await record(job).state else { return nil }
    return question
  }

  func entries(_ kind: EntryKind, of job: PlannedJob? = nil) async throws -> [EvidenceEntry] {
    let entries = try await journal.read { reader in try reader.entries(from: 0, to: try reader.size) }
    return entries.map(\.entry).filter { $0.kind == kind && (job == nil || $0.subject.job == job?.job) }
  }

  /// How the attempts of a job ended.
  func ends(of job: PlannedJob) async throws -> [String] {
    try await entries(AttemptEnded.kind, of: job).map { try $0.facts(as: AttemptEnded.self).end }
  }

  /// The evidence agrees with itself, and holds no person.
  func checkJournal() async throws {
    try await journal.verifyWholeTree()
    #expect(try await journal.compareAnswersWithFold() == [])
    let bytes = try await journal.read { reader in try reader.entryBytes(from: 0, to: try reader.size) }
    #expect(!bytes.contains { String(decoding: $0, as: UTF8.self).contains(Self.person.value) })
  }
}
