import ErasureDomain
import EvidenceLog
import TestKit

@testable import Journal

/// The stores that pass the contract.
enum Store: String, CaseIterable, Sendable {
  case memory
  case sqlite
}

/// A journal with a clock, a fixture and the few steps that most tests begin with.
final class JournalScene: Sendable {
  let journal: any Journal
  let clock: ManualClock
  let fixture: JournalFixture
  let folder: TemporaryFolder

  init(_ store: Store, seed: UInt64 = 7) throws {
    folder = try TemporaryFolder()
    clock = ManualClock()
    fixture = JournalFixture(random: SeededRandom(seed: seed)) { ContentDigest(hashing: $0) }
    switch store {
    case .memory: journal = MemoryJournal(clock: clock)
    case .sqlite: journal = try SQLiteJournal(path: folder.path("journal.db"), clock: clock)
    }
  }

  func newRequest() -> RequestReference { RequestReference(using: fixture.random) }

  /// A request that is received and confirmed.
  @discardableResult
  func confirmedRequest() async throws -> RequestReference {
    let request = newRequest()
    try await journal.append(
      [fixture.received(request), fixture.confirmed(request)], to: .request(request), expecting: 0)
    return request
  }

  /// A request with an approved plan of these jobs.
  func approvedPlan(_ jobs: [PlannedJob], waitUntil: UTCTime? = nil) async throws -> ProposedPlan {
    let log = try await journal.read { reader in try reader.log() }
    for system in Set(jobs.map(\.system)).sorted() where !log.isReleased(system) {
      try await journal.append([fixture.released(system.description)], to: .log, expecting: nil)
    }
    let request = try await confirmedRequest()
    let plan = try fixture.plan(of: request, jobs: jobs)
    try await journal.append([plan.proposal], to: .plan(plan.plan.plan), expecting: 0)
    try await journal.append([fixture.approved(plan, waitUntil: waitUntil)], to: .plan(plan.plan.plan), expecting: 1)
    return plan
  }

  func job(_ system: String, days: Int = 30, dependsOn: [Dependency] = []) throws -> PlannedJob {
    try fixture.job(system, deadline: clock.now().adding(seconds: Int64(days) * 86_400), dependsOn: dependsOn)
  }

  func revision(_ job: JobReference) async throws -> Int {
    try await journal.read { reader in try reader.job(job)?.revision ?? 0 }
  }

  /// Claims the job and ends the attempt so.
  func attempt(_ job: JobReference, of plan: ProposedPlan, _ end: AttemptEnd) async throws {
    let record = try await journal.read { reader in try reader.job(job) }
    let epoch = (record?.epoch ?? 0) + 1
    var drafts = [
      try fixture.started(job, of: plan, epoch: epoch), try fixture.ended(job, of: plan, epoch: epoch, end),
    ]
    if end == .done { drafts.append(try fixture.settledErased(job, of: plan)) }
    try await journal.append(drafts, to: .job(job), expecting: record?.revision ?? 0)
  }

  func ready(excluding systems: Set<SystemName> = [], limit: Int = 100) async throws -> [String] {
    let now = clock.now()
    return try await journal.read { reader in
      try reader.ready(at: now, excluding: systems, limit: limit).map(\.system.description)
    }
  }

  func size() async throws -> UInt64 { try await journal.read { reader in try reader.size } }
}

/// A log key that every test may know.
enum TestKey {
  static func signer(_ origin: String = JournalFixture.origin) throws -> Ed25519CheckpointSigner {
    try Ed25519CheckpointSigner(name: origin, seed: [UInt8](repeating: 5, count: 32))
  }

  /// A signed checkpoint of a journal as it is now.
  static func checkpoint(of frontier: MerkleFrontier) throws -> [UInt8] {
    try SignedNote.signing(
      Checkpoint(origin: JournalFixture.origin, size: frontier.size, root: frontier.root).text, by: [signer()]
    ).encoded
  }
}
