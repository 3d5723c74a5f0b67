import ErasureDomain
import TestKit
import Testing

@testable import Journal

/// Which jobs may be claimed while owners look only, and what the journal refuses to write.
@Suite struct OwnerReleaseTests {
  private struct World {
    let scene: JournalScene
    let plan: ProposedPlan
    let crm: PlannedJob
    let office: PlannedJob
    let sister: PlannedJob
  }

  /// An approved plan in a log that keeps the newest rules; nothing is released.
  private func world(_ store: Store) async throws -> World {
    let scene = try JournalScene(store)
    try await scene.journal.append([scene.fixture.logOpened()], to: .log, expecting: 0)
    let (crm, office) = (try scene.job("crm", days: 3), try scene.job("office", days: 5))
    let sister = try scene.fixture.job("sister", verb: .notify, role: .recipient, deadline: crm.deadline)
    let request = try await scene.confirmedRequest()
    let plan = try scene.fixture.plan(of: request, jobs: [crm, office, sister])
    try await scene.journal.append([plan.proposal], to: .plan(plan.plan.plan), expecting: 0)
    try await scene.journal.append([scene.fixture.approved(plan)], to: .plan(plan.plan.plan), expecting: 1)
    return World(scene: scene, plan: plan, crm: crm, office: office, sister: sister)
  }

  private func ready(_ world: World, limit: Int = 100) async throws -> [String] {
    let now = world.scene.clock.now()
    return try await world.scene.journal.read { reader in
      let log = try reader.log()
      return try reader.ready(at: now, excluding: [], limit: limit) { log.isReleased($0) }.map(\.system.description)
    }
  }

  private func start(_ job: PlannedJob, _ world: World, epoch: Int = 1) async throws {
    let revision = try await world.scene.revision(job.job)
    try await world.scene.journal.append(
      [world.scene.fixture.started(job.job, of: world.plan, epoch: epoch)], to: .job(job.job), expecting: revision)
  }

  private func prepare(_ job: PlannedJob, _ world: World) async throws {
    let facts = AttemptPrepared(
      epoch: 1, effects: [EffectCount(dataset: "contact", approved: 1, found: 1, erased: 1)], transaction: nil, tags: 0)
    let draft = try EntryDraft(facts, about: world.scene.fixture.subject(job.job, of: world.plan.plan))
    try await world.scene.journal.append([draft], to: .job(job.job), expecting: world.scene.revision(job.job))
  }

  private func say(_ draft: EntryDraft, _ world: World) async throws {
    try await world.scene.journal.append([draft], to: .log, expecting: nil)
  }

  @Test(arguments: Store.allCases)
  func `a system that nobody released is passed over, and holds up no other`(_ store: Store) async throws {
    let world = try await world(store)
    #expect(try await ready(world) == ["sister"])
    try await say(try world.scene.fixture.released("office"), world)
    #expect(try await ready(world) == ["sister", "office"])
    // The nearest deadline is that of the system that nobody released: it takes no place.
    #expect(try await ready(world, limit: 2) == ["sister", "office"])
    let now = world.scene.clock.now()
    let waiting = try await world.scene.journal.read { reader in try reader.changing(world.crm.system, at: now) }
    #expect(waiting == 1)
    #expect(try await world.scene.journal.read { reader in try reader.changing(world.sister.system, at: now) } == 0)
    try await say(try world.scene.fixture.released("crm"), world)
    #expect(try await Set(ready(world)) == ["crm", "office", "sister"])
    try await say(try world.scene.fixture.stopped("office"), world)
    #expect(try await Set(ready(world)) == ["crm", "sister"])
    #expect(try await world.scene.journal.compareAnswersWithFold() == [])
  }

  @Test(arguments: Store.allCases)
  func `no attempt starts in a system that is not released`(_ store: Store) async throws {
    let world = try await world(store)
    let refused = JournalFailure.refused(FoldProblem.notReleased(world.crm.system).description)
    await #expect(throws: refused) { try await start(world.crm, world) }
    // Telling a company changes nothing of ours.
    try await start(world.sister, world)
    try await say(try world.scene.fixture.released("crm"), world)
    try await say(try world.scene.fixture.stopped("crm"), world)
    await #expect(throws: refused) { try await start(world.crm, world) }
    try await say(try world.scene.fixture.released("crm"), world)
    try await start(world.crm, world)
    try await prepare(world.crm, world)
  }

  @Test(arguments: Store.allCases)
  func `a stop in the middle of an attempt forbids its effect, and lets it end`(_ store: Store) async throws {
    let world = try await world(store)
    try await say(try world.scene.fixture.released("crm"), world)
    try await start(world.crm, world)
    try await say(try world.scene.fixture.stopped("crm"), world)
    await #expect(throws: JournalFailure.refused(FoldProblem.notReleased(world.crm.system).description)) {
      try await prepare(world.crm, world)
    }
    try await world.scene.journal.append(
      [world.scene.fixture.ended(world.crm.job, of: world.plan, epoch: 1, .interrupted)], to: .job(world.crm.job),
      expecting: world.scene.revision(world.crm.job))
    let record = try await world.scene.journal.read { reader in try reader.job(world.crm.job) }
    #expect(record?.state == .ready && record?.spent == 0)
    #expect(try await ready(world) == ["sister"])
  }

  @Test(arguments: Store.allCases)
  func `an effect needs the very record that was released`(_ store: Store) async throws {
    let world = try await world(store)
    let other = ContentDigest(bytes: Array(repeating: 1, count: 32))
    try await say(try world.scene.fixture.released("crm", record: other), world)
    // It may start, so that it can ask; it may do nothing.
    try await start(world.crm, world)
    await #expect(throws: JournalFailure.refused(FoldProblem.releasedOtherwise(world.crm.system).description)) {
      try await prepare(world.crm, world)
    }
    try await say(try world.scene.fixture.released("crm"), world)
    try await prepare(world.crm, world)
  }

  @Test func `nobody's word releases nothing`() async throws {
    let world = try await world(.memory)
    let draft = try EntryDraft(SystemReleased(system: world.crm.system, record: world.plan.digest), about: .log)
    await #expect(throws: JournalFailure.self) { try await say(draft, world) }
  }

  @Test func `a stop is still there when the journal is opened again`() async throws {
    let world = try await world(.sqlite)
    try await say(try world.scene.fixture.released("crm"), world)
    try await say(try world.scene.fixture.stopped("crm"), world)
    let reopened = try SQLiteJournal(path: world.scene.folder.path("journal.db"), clock: world.scene.clock)
    let standing = try await reopened.read { reader in try reader.log().systems[world.crm.system] }
    #expect(standing?.released == nil && standing?.by == world.scene.fixture.owner)
  }
}
