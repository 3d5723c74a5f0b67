import ErasureDomain
import EvidenceLog
import TestKit
import Testing

@testable import Journal

/// No plan comes into being that tells a company by a contract whose test it has not passed.
@Suite struct RecipientPassedTests {
  private static let contract = "erasure-notice/1"

  private struct World {
    let scene: JournalScene
    let plan: ProposedPlan
    let sister: PlannedJob

    init(_ store: Store, contract: String? = RecipientPassedTests.contract) async throws {
      scene = try JournalScene(store)
      try await scene.journal.append([scene.fixture.logOpened()], to: .log, expecting: 0)
      let crm = try scene.job("crm", days: 3)
      sister = try scene.fixture.job(
        "sister", verb: .notify, role: .recipient, deadline: crm.deadline, contract: contract)
      plan = try scene.fixture.plan(of: try await scene.confirmedRequest(), jobs: [crm, sister])
      try await scene.journal.append([plan.proposal], to: .plan(plan.plan.plan), expecting: 0)
    }

    func pass(_ record: ContentDigest?) async throws {
      let facts = RecipientPassed(
        system: sister.system, record: try #require(record), contract: RecipientPassedTests.contract,
        steps: [.takesNotice])
      try await scene.journal.append([try EntryDraft(facts, about: .log)], to: .log, expecting: nil)
    }

    func approve() async throws {
      try await scene.journal.append([scene.fixture.approved(plan)], to: .plan(plan.plan.plan), expecting: 1)
    }
  }

  @Test(arguments: Store.allCases)
  func `a plan is refused until the company has passed as the plan has it`(_ store: Store) async throws {
    let world = try await World(store)
    let refusal = FoldProblem.notPassed(world.sister.system)
    await #expect(throws: JournalFailure.refused("\(refusal)")) { try await world.approve() }
    try await world.pass(ContentDigest(hashing: [1]))
    await #expect(throws: JournalFailure.refused("\(refusal)")) { try await world.approve() }
    try await world.pass(world.sister.record)
    // What it passes later, as another record has it, takes nothing away.
    try await world.pass(ContentDigest(hashing: [2]))
    try await world.approve()
    #expect(try await world.scene.journal.compareAnswersWithFold() == [])
  }

  @Test(arguments: Store.allCases)
  func `a company without a contract has nothing to pass`(_ store: Store) async throws {
    let world = try await World(store, contract: nil)
    try await world.approve()
  }
}
