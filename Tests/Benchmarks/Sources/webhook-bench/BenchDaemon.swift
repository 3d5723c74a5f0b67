import ConnectorKit
import Connectors
import ErasureDomain
import ErasureEngine
import EvidenceLog
import Foundation
import HTTPTransport
import Journal
import Logging
import SubjectVault
import Synchronization
import TestKit

/// The daemon's own parts over real files: journal, vault, keyring, engine, connectors and HTTP loops; eight companies that
/// take eight notices at the same time each.
final class BenchDaemon: Sendable {
  static let companies = 8
  static let concurrent = 64
  private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
  private static let key = [UInt8](repeating: 7, count: 32)

  private struct OneSecret: SecretSource {
    func secret(_ name: String) -> [UInt8]? { Array(BenchDaemon.secret.utf8) }
  }

  let journal: SQLiteJournal
  let vault: SubjectVault
  let keyring: Keyring
  private let clock = BenchClock()
  private let systems: ConnectedSystems
  private let loops: HTTPLoops
  private let fixture: JournalFixture

  init(folder: String, server: String) throws {
    journal = try SQLiteJournal(path: folder + "/journal.db", clock: clock)
    vault = try SubjectVault(path: folder + "/vault.db", wrappingKey: Self.key, random: BenchRandom())
    keyring = try Keyring(path: folder + "/keyring.db", wrappingKey: Self.key, random: BenchRandom())
    loops = HTTPLoops(publicOnly: HTTPLoop(reach: .publicOnly), privateToo: HTTPLoop(reach: .privateToo))
    // References must differ between runs over one folder.
    let seed = BenchRandom().bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    fixture = JournalFixture(random: SeededRandom(seed: seed)) { ContentDigest(hashing: $0) }
    let records = try (1...Self.companies).map { try Self.record($0, server) }
    let clock = clock
    systems = try ConnectedSystems(records: records, registry: StandardConnectors.registry(loops: loops)) { record in
      ConnectorContext(
        record: record, retention: [:], clock: clock, random: BenchRandom(), folder: folder, copiesOf: [],
        secrets: OneSecret())
    }
  }

  private static func record(_ number: Int, _ server: String) throws -> SystemRecord {
    guard let name = SystemName("company-\(number)") else { throw BenchProblem("company-\(number) is no name") }
    return SystemRecord(
      system: name, title: "Company \(number)", role: .recipient, owner: "nobody", subjects: [.customer],
      connector: "webhook",
      settings: .object([
        "endpoint": .string(server + "/erasure"), "secret": .string("s"), "internal": .boolean(true),
      ]), identifiers: [.email], datasets: [], blockers: [], copies: [], concurrency: concurrent / companies)
  }

  /// Opens the log of a new folder.
  func open() async throws {
    try await journal.append([try fixture.logOpened()], to: .log, expecting: nil)
  }

  /// Approved requests with one notice to each company, as many as give so many jobs.
  func approve(jobs count: Int) async throws {
    guard count.isMultiple(of: Self.companies) else {
      throw BenchProblem("\(count) jobs are no whole number of requests; give a multiple of \(Self.companies)")
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<(count / Self.companies) {
        if number >= 64 { try await group.next() }
        group.addTask { try await self.approve(number) }
      }
      try await group.waitForAll()
    }
  }

  private func approve(_ number: Int) async throws {
    let now = clock.now()
    let request = RequestReference(using: fixture.random)
    let jobs = try systems.records.map { record in
      try fixture.job(
        record.system.description, verb: .notify, role: .recipient, deadline: now.adding(seconds: 20 * 86_400),
        record: ContentDigest(hashing: CanonicalJSON.encode(record)))
    }
    let proposed = try fixture.plan(of: request, jobs: jobs, at: now)
    let stream = EntryStream.request(request)
    try await journal.append([try fixture.received(request, at: now)], to: stream, expecting: 0)
    try await journal.append([try fixture.confirmed(request)], to: stream, expecting: 1)
    try await vault.create(request)
    let person = SubjectIdentifier(kind: .email, value: "person-\(number)@example.org")
    try await vault.put([person], as: .identifiers, of: request)
    let plan = EntryStream.plan(proposed.plan.plan)
    try await journal.append([proposed.proposal], to: plan, expecting: 0)
    try await journal.append([try fixture.approved(proposed)], to: plan, expecting: 1)
  }

  /// Runs the engine until so many jobs are settled, and returns how long that took.
  func settle(_ count: Int) async throws -> Duration {
    var settings = EngineSettings()
    settings.concurrentJobs = Self.concurrent
    let settled = Mutex(0)
    let (done, finished) = AsyncStream.makeStream(of: Void.self)
    journal.observe { entries in
      let new = entries.count { $0.entry.kind == JobSettled.kind }
      let all = settled.withLock { settled in
        settled += new
        return settled
      }
      if all >= count { finished.finish() }
    }
    let engine = ErasureEngine(
      ErasureEngine.Surroundings(
        journal: journal, vault: vault, keyring: keyring, systems: systems, clock: clock, random: BenchRandom(),
        logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }, publish: {}, notice: { _, _ in }),
      settings: settings)
    let start = ContinuousClock.now
    let task = Task { await engine.run() }
    for await _ in done {}
    let took = ContinuousClock.now - start
    task.cancel()
    await task.value
    return took
  }

  func close() async throws {
    loops.publicOnly.shutDown()
    loops.privateToo.shutDown()
    try await journal.close()
    vault.close()
    keyring.close()
  }

  /// Every job of the log is notified by one attempt with its entries, and answers and tree agree with them.
  func check(jobs count: Int) async throws {
    let entries = try await journal.read { reader in try reader.entries(from: 0, to: try reader.size) }
    for kind in [AttemptStarted.kind, AttemptPrepared.kind, AttemptEnded.kind, JobSettled.kind] {
      let found = entries.count { $0.entry.kind == kind }
      guard found == count else { throw BenchProblem("\(found) entries \(kind) instead of \(count)") }
    }
    let notified = try await journal.read { reader in try reader.counts() }.jobs["notified"] ?? 0
    guard notified == count else { throw BenchProblem("\(notified) notified instead of \(count)") }
    try await journal.verifyWholeTree()
  }
}
