import ConnectorKit
import ErasureDomain
import ErasureEngine
import Journal
import Synchronization
import TestKit
import Testing

/// The claim of a first notice is durable with what it prepares, and not before.
@Suite struct EngineClaimTests {
  /// A company whose connector has not prepared anything while the gate is closed.
  private func sister(_ scene: EngineScene, _ gate: Gate, sent: @escaping @Sendable () -> Void) throws -> PlannedJob {
    try scene.add(
      "sister",
      ScriptedSystem(
        clock: scene.clock,
        erase: { (_, before, _) async throws(ConnectorFailure) in
          do { try await gate.pass() } catch { throw .interrupted }
          try await before.record(PreparedEffect(effects: []))
          sent()
          return .told
        }))
    return try scene.job("sister", .notify, deadline: scene.day(20))
  }

  @Test func `a notice of a plan that is halted before it is prepared is neither sent nor claimed`() async throws {
    let scene = try await EngineScene()
    let (gate, sent) = (Gate(), SentNotices())
    let job = try sister(scene, gate) { sent.count.withLock { $0 += 1 } }
    let plan = try await scene.approve([job]).plan
    try await scene.running {
      try await scene.until("it is asked", moving: false) { gate.waiting == 1 }
      let revision = try #require(try await scene.journal.read { try $0.plan(plan.plan)?.revision })
      let halted = try EntryDraft(
        PlanHalted(reason: FailureCode("wrong-person")),
        about: EntrySubject(request: plan.request, plan: plan.plan), by: scene.fixture.approver)
      try await scene.journal.append([halted], to: .plan(plan.plan), expecting: revision)
      gate.open()
      try await scene.until("settled", moving: false) { try await scene.isSettled(job) }
    }
    #expect(sent.count.withLock { $0 } == 0)
    #expect(try await scene.outcome(job)?.word == "cancelled")
    #expect(try await scene.entries(AttemptStarted.kind).isEmpty)
    try await scene.checkJournal()
  }

  @Test func `the claim, what is prepared and the end stand in the log in their order`() async throws {
    let scene = try await EngineScene()
    let (gate, sent) = (Gate(), SentNotices())
    let job = try sister(scene, gate) { sent.count.withLock { $0 += 1 } }
    try await scene.approve([job])
    try await scene.running {
      try await scene.until("it is asked", moving: false) { gate.waiting == 1 }
      #expect(try await scene.record(job).state == .ready)
      gate.open()
      try await scene.until("settled", moving: false) { try await scene.isSettled(job) }
    }
    #expect(sent.count.withLock { $0 } == 1)
    let kinds = try await scene.journal.read { try $0.entries(of: job.job).map(\.entry.kind) }
    #expect(kinds == [AttemptStarted.kind, AttemptPrepared.kind, AttemptEnded.kind, JobSettled.kind])
  }

  private final class SentNotices: Sendable {
    let count = Mutex(0)
  }
}
