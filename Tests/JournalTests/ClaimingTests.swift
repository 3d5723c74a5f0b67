import ErasureDomain
import TestKit
import Testing

@testable import Journal

/// Which jobs may be claimed, and when the next one may.
@Suite struct ClaimingTests {
  @Test(arguments: Store.allCases)
  func `the nearest deadline comes first, across systems, without those excluded`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    _ = try await scene.approvedPlan([scene.job("crm", days: 20), scene.job("back-office", days: 5)])
    _ = try await scene.approvedPlan([scene.job("crm", days: 10), scene.job("warehouse", days: 30)])
    #expect(try await scene.ready() == ["back-office", "crm", "crm", "warehouse"])
    #expect(try await scene.ready(limit: 2) == ["back-office", "crm"])
    let crm = try #require(SystemName("crm"))
    #expect(try await scene.ready(excluding: [crm]) == ["back-office", "warehouse"])
  }

  @Test(arguments: Store.allCases)
  func `a claimed job is running and no longer ready, and a settled one is neither`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    let plan = try await scene.approvedPlan([scene.job("crm")])
    let job = plan.plan.jobs[0].job
    try await scene.journal.append([scene.fixture.started(job, of: plan, epoch: 1)], to: .job(job), expecting: 0)
    #expect(try await scene.ready() == [])
    #expect(try await scene.journal.read { reader in try reader.running().map(\.job) } == [job])
    try await scene.journal.append(
      [scene.fixture.ended(job, of: plan, epoch: 1, .done), scene.fixture.settledErased(job, of: plan)],
      to: .job(job), expecting: 1)
    let (running, erased, counts) = try await scene.journal.read { reader in
      (try reader.running(), try reader.jobs(in: ["erased"], limit: 10).map(\.job), try reader.counts())
    }
    #expect(running.isEmpty)
    #expect(erased == [job])
    #expect(counts == JournalCounts(requests: ["in-erasure": 1], jobs: ["erased": 1]))
  }

  @Test(arguments: Store.allCases)
  func `a job that waits becomes ready at its time and not a second before`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    let plan = try await scene.approvedPlan([scene.job("crm"), scene.job("warehouse", days: 1)])
    let later = scene.clock.now().adding(seconds: 600)
    try await scene.attempt(plan.plan.jobs[0].job, of: plan, .transientFailure(FailureCode("timeout"), retryAt: later))
    #expect(try await scene.ready() == ["warehouse"])
    let start = scene.clock.now()
    #expect(try await scene.journal.read { reader in try reader.nextWake(after: start) } == later)
    scene.clock.advance(seconds: 599)
    #expect(try await scene.ready() == ["warehouse"])
    scene.clock.advance(seconds: 1)
    #expect(try await scene.ready() == ["warehouse", "crm"])
    #expect(try await scene.journal.read { reader in try reader.nextWake(after: later) } == nil)
    // Another write moves it to the jobs that may be claimed; a clock set back must hide it again.
    try await scene.confirmedRequest()
    #expect(try await scene.ready() == ["warehouse", "crm"])
    scene.clock.advance(seconds: -300)
    #expect(try await scene.ready() == ["warehouse"])
    let now = scene.clock.now()
    #expect(try await scene.journal.read { reader in try reader.nextWake(after: now) } == later)
  }

  @Test(arguments: Store.allCases)
  func `a plan's waiting period and its pause hold its jobs back`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    let until = scene.clock.now().adding(seconds: 3_600)
    let plan = try await scene.approvedPlan([scene.job("crm")], waitUntil: until)
    #expect(try await scene.ready() == [])
    scene.clock.set(to: until)
    #expect(try await scene.ready() == ["crm"])
    let subject = EntrySubject(request: plan.plan.request, plan: plan.plan.plan)
    try await scene.journal.append([EntryDraft(PlanPaused(), about: subject)], to: subject.stream, expecting: 2)
    #expect(try await scene.ready() == [])
    try await scene.journal.append([EntryDraft(PlanResumed(), about: subject)], to: subject.stream, expecting: 3)
    #expect(try await scene.ready() == ["crm"])
    let held = try await scene.journal.read { reader in try reader.plans(in: ["waiting"], limit: 5).map(\.plan) }
    #expect(held == [plan.plan.plan])
  }

  @Test(arguments: Store.allCases)
  func `a job waits for its dependency, and questions wait for a person`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    let parent = try scene.job("crm")
    let child = try scene.job("warehouse", dependsOn: [Dependency(job: parent.job, kind: .settled)])
    let plan = try await scene.approvedPlan([parent, child])
    #expect(try await scene.ready() == ["crm"])
    try await scene.attempt(
      parent.job, of: plan, .needsOfficer(Question(code: .moreThanApproved, approved: 1, found: 2)))
    #expect(try await scene.journal.read { reader in try reader.waitingForPerson(limit: 5).map(\.job) } == [parent.job])
    let answer = QuestionAnswered(code: .moreThanApproved, answer: .retry)
    try await scene.journal.append(
      [EntryDraft(answer, about: scene.fixture.subject(parent.job, of: plan.plan), by: scene.fixture.approver)],
      to: .job(parent.job), expecting: 2)
    try await scene.attempt(parent.job, of: plan, .done)
    #expect(try await scene.ready() == ["warehouse"])
    #expect(try await scene.journal.read { reader in try reader.waitingForPerson(limit: 5) }.isEmpty)
    let (ofJob, ofRequest) = try await scene.journal.read { reader in
      (try reader.entries(of: parent.job).count, try reader.entries(of: plan.plan.request).count)
    }
    #expect(ofJob == 6)
    #expect(ofRequest == 10)
  }

  @Test(arguments: Store.allCases)
  func `many jobs that fall due at once all become ready`(_ store: Store) async throws {
    let scene = try JournalScene(store)
    let retryAt = scene.clock.now().adding(seconds: 60)
    for round in 0..<3 {
      let jobs = try (0..<120).map { try scene.job("crm", days: 1 + (round * 120 + $0) % 97) }
      let plan = try await scene.approvedPlan(jobs)
      for job in jobs {
        try await scene.attempt(job.job, of: plan, .transientFailure(FailureCode("timeout"), retryAt: retryAt))
      }
    }
    #expect(try await scene.ready().isEmpty)
    scene.clock.set(to: retryAt)
    let deadlines = try await scene.journal.read { reader in
      try reader.ready(at: retryAt, excluding: [], limit: 1_000).map(\.deadline)
    }
    #expect(deadlines.count == 360)
    #expect(deadlines == deadlines.sorted())
    #expect(try await scene.journal.compareAnswersWithFold() == [])
  }
}
