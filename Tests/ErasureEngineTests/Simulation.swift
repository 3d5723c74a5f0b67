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

/// The real engine over a simulated clock, journal and world. One run takes one request from its approved plan to its
/// conclusion, through faults and kills drawn from the seed.
struct Simulation {
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  let seed: UInt64
  let stores: SimulationStores
  let clock = ManualClock()
  let world: SimulatedWorld
  let inner: MemoryJournal
  let fixture: JournalFixture
  let random: SeededRandom
  let person = "someone.\(UInt64.max)@example.org"

  init(seed: UInt64, stores: SimulationStores) {
    self.seed = seed
    self.stores = stores
    random = SeededRandom(seed: seed &* 7919 &+ 1)
    world = SimulatedWorld(seed: seed, faults: 12)
    inner = MemoryJournal(clock: clock)
    fixture = JournalFixture(random: SeededRandom(seed: seed ^ 0x5EED_5EED)) { ContentDigest(hashing: $0) }
  }

  // MARK: The scene

  private struct Scene {
    var request: RequestReference
    var plan: ErasurePlan
    var systems: [SystemName]
  }

  private func scene() async throws -> Scene {
    let request = RequestReference(using: fixture.random)
    let deadline = clock.now().adding(seconds: 20 * 86_400)
    let company = try fixture.job(
      "sister", verb: .instruct, role: .processor, deadline: deadline, record: try digest(of: "sister", .processor))
    let silent = try fixture.job(
      "silent", verb: .notify, role: .recipient, deadline: deadline, record: try digest(of: "silent", .recipient))
    let told = [company, silent].map { Dependency(job: $0.job, kind: .handedOver) }
    let office = try fixture.job("office", deadline: deadline, dependsOn: told, record: try digest(of: "office"))
    let crm = try fixture.job(
      "crm", deadline: deadline, dependsOn: told + [Dependency(job: office.job, kind: .settled)],
      record: try digest(of: "crm"))
    let proposed = try fixture.plan(of: request, jobs: [company, silent, office, crm], at: clock.now())
    try await inner.append([try fixture.logOpened()], to: .log, expecting: nil)
    for job in [office, crm] {
      let released = try fixture.released(job.system.description, record: job.record)
      try await inner.append([released], to: .log, expecting: nil)
    }
    let subject = EntryStream.request(request)
    try await inner.append([try fixture.received(request, at: clock.now())], to: subject, expecting: 0)
    try await inner.append([try fixture.confirmed(request)], to: subject, expecting: 1)
    try await inner.append([proposed.proposal], to: .plan(proposed.plan.plan), expecting: 0)
    try await inner.append([try fixture.approved(proposed)], to: .plan(proposed.plan.plan), expecting: 1)
    try await stores.vault.create(request)
    try await stores.vault.put(
      [SubjectIdentifier(kind: .email, value: person)], as: .identifiers, of: request)
    for system in [office.system, crm.system] {
      let rows = random.number(in: 1...3)
      world.state.withLock {
        $0.rows[system] = rows
        $0.others[system] = 100
      }
    }
    return Scene(request: request, plan: proposed.plan, systems: [office.system, crm.system])
  }

  // MARK: The run

  func run() async throws {
    let scene = try await scene()
    var kills = random.number(in: 0...3)
    for _ in 0..<40 {
      let journal = BreakableJournal(inner) { [world, random] in
        guard world.strikes(oneIn: 12) else { return .none }
        return random.chance(2) ? .lost : .failedButPersisted
      }
      let engine = engine(journal, scene)
      do { _ = try await engine.recover() } catch {
        // The daemon did not come up: systemd starts it again.
        continue
      }
      let task = Task { await engine.run() }
      let killAfter = kills > 0 ? random.number(in: 1...12) : Int.max
      let ended = try await drive(scene, steps: killAfter)
      if !ended {
        kills -= 1
        journal.die()
      }
      task.cancel()
      await task.value
      if ended { return try await check(scene) }
    }
    throw Problem(description: "seed \(seed): not concluded after forty starts")
  }

  private func engine(_ journal: BreakableJournal, _ scene: Scene) -> ErasureEngine {
    let inner = inner
    let isClaimed: @Sendable (JobReference) async -> Bool = { job in
      let state = try? await inner.read { reader in try reader.job(job)?.state }
      if case .running = state { return true } else { return false }
    }
    var connectors: [SystemName: any Connector] = [:]
    for job in scene.plan.jobs {
      if job.verb == .erase {
        connectors[job.system] = SimulatedDatabase(world: world, system: job.system, isClaimed: isClaimed)
      } else {
        connectors[job.system] = SimulatedCompany(world: world, isSilent: job.system.description == "silent")
      }
    }
    let records = scene.plan.jobs.map { record(of: $0.system, $0.role) }
    return ErasureEngine(
      ErasureEngine.Surroundings(
        journal: journal, vault: stores.vault, keyring: stores.keyring,
        systems: ConnectedSystems(records: records, connectors: connectors), clock: clock,
        random: SeededRandom(seed: seed &+ 99), logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() },
        publish: {}, notice: { _, _ in }))
  }

  private func record(of system: SystemName, _ role: SystemRole) -> SystemRecord {
    SystemRecord(
      system: system, title: system.description, role: role, owner: "tests", subjects: [.customer], connector: "test",
      settings: .object([:]), identifiers: [.email], datasets: [], blockers: [], copies: [], concurrency: 1)
  }

  private func digest(of system: String, _ role: SystemRole = .own) throws -> ContentDigest {
    guard let name = SystemName(system) else { throw FixtureProblem.noSystemName(system) }
    return ContentDigest(hashing: try CanonicalJSON.encode(record(of: name, role)))
  }

  /// Turns the clock from wake to wake. True when the request is concluded, false when its time to be killed has come.
  private func drive(_ scene: Scene, steps: Int) async throws -> Bool {
    var step = 0
    var idle = 0
    while step < steps {
      // Yields let the engine's tasks run; the clock moves when nothing runs, or when nothing comes of waiting.
      for _ in 0..<5 { await Task.yield() }
      guard clock.waiting > 0 else { continue }
      idle += 1
      let isQuiet = try await isQuiet(scene)
      guard isQuiet || idle > 400 else { continue }
      if try await isConcluded(scene) { return true }
      try await answerQuestions(scene)
      try await ownersSpeak(scene)
      clock.advanceToNextWake()
      step += 1
      idle = 0
      if step > 5_000 { throw Problem(description: "seed \(seed): stuck; \(try await summary(scene))") }
    }
    return false
  }

  private func isConcluded(_ scene: Scene) async throws -> Bool {
    try await inner.read { reader in try reader.request(scene.request)?.state == .concluded }
  }

  private func isQuiet(_ scene: Scene) async throws -> Bool {
    try await inner.read { reader in try reader.running().isEmpty }
  }

  private func answerQuestions(_ scene: Scene) async throws {
    let waiting = try await inner.read { reader in try reader.waitingForPerson(limit: 10) }
    for job in waiting {
      guard case .awaitingOfficer(let question) = job.state else { continue }
      let facts = QuestionAnswered(code: question.code, answer: .retry)
      let subject = EntrySubject(request: job.request, plan: job.plan, job: job.job)
      try await inner.append(
        [try EntryDraft(facts, about: subject, by: fixture.approver)], to: .job(job.job), expecting: job.revision)
    }
  }

  /// Now and then an owner stops his system, in the middle of whatever it does, and releases it again after a while.
  private func ownersSpeak(_ scene: Scene) async throws {
    let log = try await inner.read { reader in try reader.log() }
    for job in scene.plan.jobs where job.verb.changesSystem {
      let name = job.system.description
      if log.isReleased(job.system) {
        if random.chance(20) { try await inner.append([try fixture.stopped(name)], to: .log, expecting: nil) }
      } else if random.chance(2) {
        try await inner.append([try fixture.released(name, record: job.record)], to: .log, expecting: nil)
      }
    }
  }

  private func summary(_ scene: Scene) async throws -> String {
    try await inner.read { reader in
      try reader.jobs(of: scene.plan.plan).map { "\($0.system) \($0.state.word)" }.joined(separator: ", ")
    }
  }

  // MARK: The checkers

  private func check(_ scene: Scene) async throws {
    let state = world.state.withLock { ($0.rows, $0.others, $0.unclaimed) }
    for system in scene.systems {
      guard state.0[system] == 0 else { throw Problem(description: "seed \(seed): \(system) still holds the person") }
      guard state.1[system] == 100 else { throw Problem(description: "seed \(seed): \(system) lost other people") }
    }
    guard state.2 == 0 else { throw Problem(description: "seed \(seed): an effect without a durable claim") }
    let (entries, jobs) = try await inner.read { reader in
      (try reader.entries(of: scene.request), try reader.jobs(of: scene.plan.plan))
    }
    for problem in HistoryCheckers.problems(in: entries, jobs: jobs) {
      throw Problem(description: "seed \(seed): \(problem)")
    }
    for entry in entries where String(decoding: entry.bytes, as: UTF8.self).contains(person) {
      throw Problem(description: "seed \(seed): entry \(entry.index) holds the person")
    }
    for job in jobs where job.verb == .erase {
      guard case .settled(.erased) = job.state else {
        throw Problem(description: "seed \(seed): \(job.system) is \(job.state.word) and was erased by us")
      }
    }
    try await inner.verifyWholeTree()
    let differences = try await inner.compareAnswersWithFold()
    guard differences.isEmpty else { throw Problem(description: "seed \(seed): \(differences)") }
  }
}

/// One vault and one keyring for all runs: requests do not meet in them.
struct SimulationStores: Sendable {
  let vault: SubjectVault
  let keyring: Keyring

  init(folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let key = [UInt8](repeating: 9, count: 32)
    vault = try SubjectVault(
      path: folder.appendingPathComponent("vault.db").path, wrappingKey: key, random: SeededRandom(seed: 1))
    keyring = try Keyring(
      path: folder.appendingPathComponent("keyring.db").path, wrappingKey: key, random: SeededRandom(seed: 2))
  }
}
