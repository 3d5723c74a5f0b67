import ErasureDomain
import EvidenceLog
import TestKit
import Testing

@testable import Journal

/// Random lives of requests and jobs, the same in every store.
@Suite struct RandomWalkTests {
  @Test func `both stores write the same bytes and give the same answers, which are the fold's`() async throws {
    let seed = SeededRandom.property().seed
    let memory = try JournalScene(.memory, seed: seed)
    let sqlite = try JournalScene(.sqlite, seed: seed)
    try await RandomWalk(memory, seed: seed).run(steps: 300)
    try await RandomWalk(sqlite, seed: seed).run(steps: 300)
    #expect(memory.journal.frontier == sqlite.journal.frontier)
    #expect(try await memory.journal.compareAnswersWithFold() == [])
    #expect(try await sqlite.journal.compareAnswersWithFold() == [])
    try await sqlite.journal.verifyWholeTree()
    let now = memory.clock.now()
    func answers(_ journal: any Journal) async throws -> [String] {
      try await journal.read { reader in
        [
          try reader.ready(at: now, excluding: [], limit: 7).map(\.job.text).joined(),
          try reader.nextWake(after: now)?.description ?? "never",
          try reader.running().map(\.job.text).joined(), try reader.waitingForPerson(limit: 3).map(\.job.text).joined(),
          try reader.requests(after: 2, limit: 3).map(\.request.text).joined(),
          try reader.artifactDigests.map(\.hex).joined(), "\(try reader.counts().jobs.sorted { $0.key < $1.key })",
        ]
      }
    }
    #expect(try await answers(memory.journal) == answers(sqlite.journal))
    let reopened = try SQLiteJournal(path: sqlite.folder.path("journal.db"), clock: sqlite.clock)
    #expect(reopened.failure == nil)
    #expect(reopened.frontier == sqlite.journal.frontier)
    #expect(try await answers(reopened) == answers(memory.journal))
  }
}

/// One life: steps drawn from the seed, most of them possible, some refused.
private struct RandomWalk {
  let scene: JournalScene
  let random: SeededRandom

  init(_ scene: JournalScene, seed: UInt64) {
    self.scene = scene
    random = SeededRandom(seed: seed &+ 1)
  }

  func run(steps: Int) async throws {
    try await scene.journal.append([scene.fixture.logOpened()], to: .log, expecting: 0)
    var plans: [ProposedPlan] = []
    for _ in 0..<steps {
      scene.clock.advance(seconds: Int64(random.number(in: -2...2_000)))
      if plans.isEmpty || random.chance(12) {
        plans.append(try await plan())
        continue
      }
      let plan = plans[random.number(in: 0...plans.count - 1)]
      if random.chance(15) {
        let kind: any EntryFacts = random.chance(2) ? PlanPaused() : PlanResumed()
        await attemptToAppend(kind, about: plan)
      } else {
        try await job(plan.plan.jobs[random.number(in: 0...plan.plan.jobs.count - 1)].job, of: plan)
      }
    }
  }

  private func plan() async throws -> ProposedPlan {
    let systems = ["crm", "back-office", "warehouse", "newsletter"]
    var jobs: [PlannedJob] = []
    for _ in 0..<random.number(in: 1...6) {
      let edges = jobs.filter { _ in random.chance(3) }.map {
        Dependency(job: $0.job, kind: random.chance(2) ? .settled : .handedOver)
      }
      jobs.append(
        try scene.job(
          systems[random.number(in: 0...3)], days: random.number(in: 1...40), dependsOn: edges))
    }
    let wait = random.chance(4) ? scene.clock.now().adding(seconds: 3_600) : nil
    return try await scene.approvedPlan(jobs, waitUntil: wait)
  }

  private func attemptToAppend(_ facts: some EntryFacts, about plan: ProposedPlan) async {
    let subject = EntrySubject(request: plan.plan.request, plan: plan.plan.plan)
    do {
      let revision = try await scene.journal.read { reader in try reader.plan(plan.plan.plan)?.revision ?? 0 }
      try await scene.journal.append([EntryDraft(facts, about: subject)], to: subject.stream, expecting: revision)
    } catch {
      // Not every step is possible in every state; that both stores refuse the same ones shows in their bytes.
      #expect(error is JournalFailure)
    }
  }

  private func job(_ job: JobReference, of plan: ProposedPlan) async throws {
    guard let record = try await scene.journal.read({ reader in try reader.job(job) }) else { return }
    let now = scene.clock.now()
    let end: AttemptEnd =
      switch random.number(in: 0...6) {
      case 0: .transientFailure(FailureCode("timeout"), retryAt: now.adding(seconds: 900))
      case 1: .accepted(checkAt: now.adding(seconds: 5_000))
      case 2: .needsOfficer(Question(code: .budgetSpent))
      case 3: .permanentFailure(FailureCode("gone"))
      case 4: .lost
      default: .done
      }
    do {
      switch record.state {
      case .failed:
        let draft = try EntryDraft(JobReopened(), about: scene.fixture.subject(job, of: plan.plan))
        try await scene.journal.append([draft], to: .job(job), expecting: record.revision)
      case .awaitingOfficer:
        let facts = QuestionAnswered(code: .budgetSpent, answer: .retry)
        let draft = try EntryDraft(facts, about: scene.fixture.subject(job, of: plan.plan))
        try await scene.journal.append([draft], to: .job(job), expecting: record.revision)
      default: try await scene.attempt(job, of: plan, end)
      }
    } catch is JournalFailure {
      // A job that is held, blocked or settled refuses; nothing of the append may stay.
      let after = try await scene.revision(job)
      #expect(after == record.revision)
    }
  }
}
