import ErasureDomain
import Journal
import OfficerAPI
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct `Leaving single records out` {
  private func ordinal(of name: String, in scene: DeskScene) async throws -> Int {
    let prepared = try await scene.say(PrepareApproval(plan: "1"), by: .bram)
    return try #require(prepared.records.first { $0.columns.contains { $0.value == name } }).ordinal
  }

  @Test func `the approver sees each record, live`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let prepared = try await scene.say(PrepareApproval(plan: "1"), by: .bram)
    #expect(prepared.records.map(\.ordinal) == Array(1...prepared.records.count))
    let names = prepared.records.flatMap(\.columns).map(\.value)
    #expect(names.contains("Ada") && names.contains("Bakery") && names.contains("A. de Vries"))
    #expect(!names.contains("Bo"))
  }

  @Test func `makes a new digest, voids signatures, and the record stays with what hangs on it`() async throws {
    let scene = try await DeskScene()
    let before = try await scene.proposed()
    try await scene.approve(by: .bram)
    let bakery = try await ordinal(of: "Bakery", in: scene)
    let reason = "the bakery, not her: \(DeskSystems.email)"
    let after = try await scene.say(LeaveOut(plan: "1", ordinals: [bakery], reason: reason), by: .chris)
    #expect(after.digest != before.digest)
    #expect(after.findings != before.findings)
    #expect(after.approvals.isEmpty)
    #expect(after.state == "proposed")
    let crm = try #require(after.lines.first { $0.system == DeskSystems.crm })
    #expect(crm.leftOut == 1)
    #expect(crm.counts.map(\.erase) == [1, 2])
    let granted = try #require(try await scene.entries(ExceptionGranted.kind).first)
    #expect(granted.by == Member.chris.id)
    #expect(try granted.facts(as: ExceptionGranted.self).records == 1)

    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    try await scene.conclude()
    #expect(try scene.systems.contacts == [8, 9])
    #expect(try scene.systems.activities == [3, 4])
    let receipt = try #require(try await outcome(scene).receipt)
    #expect(receipt.erased == 3)
    for entry in try await scene.entries() {
      #expect(!String(decoding: entry.encoded(), as: UTF8.self).contains("bakery"))
    }
    try await scene.checkJournal()
  }

  private func outcome(_ scene: DeskScene) async throws -> JobOutcome {
    guard case .settled(let outcome) = try await scene.job(DeskSystems.crm).state else {
      throw DeskScene.Never.came
    }
    return outcome
  }

  @Test func `a plan in which everything is left out erases nothing there`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let ordinals = try await scene.say(PrepareApproval(plan: "1"), by: .bram).records
      .filter { $0.system == DeskSystems.crm }.map(\.ordinal)
    try await scene.say(LeaveOut(plan: "1", ordinals: ordinals, reason: "a dispute"), by: .chris)
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    try await scene.conclude()
    #expect(try scene.systems.contacts == [7, 8, 9])
    #expect(try scene.systems.activities == [1, 2, 3, 4])
    #expect(try await outcome(scene).word == "nothing-found")
  }

  @Test func `records of two systems are left out at once`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let ordinals = [try await ordinal(of: "Bakery", in: scene), try await ordinal(of: "A. de Vries", in: scene)]
    let after = try await scene.say(LeaveOut(plan: "1", ordinals: ordinals, reason: "a dispute"), by: .bram)
    #expect(after.lines.filter { $0.verb == .erase }.map(\.leftOut) == [1, 1])
    #expect(try await scene.entries(ExceptionGranted.kind).count == 2)
    #expect(after.state == "proposed")
  }

  @Test func `needs a reason and a record of the plan`() async throws {
    let scene = try await DeskScene()
    let plan = try await scene.proposed()
    let silent = try await scene.refusal(of: LeaveOut(plan: "1", ordinals: [1], reason: ""), by: .bram)
    #expect(silent.message == "say why the records are left out")
    for ordinal in [0, -1, 4, 1_000_000] {
      let refusal = try await scene.refusal(of: LeaveOut(plan: "1", ordinals: [ordinal], reason: "x"), by: .bram)
      #expect(refusal.message == "record \(ordinal) is not in the plan; it has 1 to 3")
    }
    let none = try await scene.refusal(of: LeaveOut(plan: "1", ordinals: [], reason: "x"), by: .bram)
    #expect(none.message == "name at least one record to leave out")
    #expect(try await scene.plan().proposal.digest == plan.digest)
  }

  @Test func `records are left out one after the other, each once`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let bakery = try await ordinal(of: "Bakery", in: scene)
    try await scene.say(LeaveOut(plan: "1", ordinals: [bakery, bakery], reason: "a bakery"), by: .bram)
    let ada = try await ordinal(of: "Ada", in: scene)
    let after = try await scene.say(LeaveOut(plan: "1", ordinals: [ada], reason: "a dispute"), by: .chris)
    #expect(after.lines.first { $0.system == DeskSystems.crm }?.leftOut == 2)
    #expect(try await scene.plan().state.word == "proposed")
  }

  @Test func `a proposal that cannot be logged leaves nothing out`() async throws {
    let isFull = Mutex(false)
    var options = DeskScene.Options()
    options.fault = { drafts in
      drafts.contains { $0.kind == ExceptionGranted.kind } && isFull.withLock({ $0 }) ? .full : nil
    }
    let scene = try await DeskScene(options)
    let before = try await scene.proposed()
    isFull.withLock { $0 = true }
    let refusal = try await scene.refusal(of: LeaveOut(plan: "1", ordinals: [1], reason: "x"), by: .bram)
    #expect(refusal.reason == .unavailable)
    #expect(try await scene.plan().proposal.digest == before.digest)
    let again = try await scene.draft()
    #expect(again.lines.allSatisfy { $0.leftOut == 0 })
    #expect(again.lines.first { $0.system == DeskSystems.crm }?.counts.map(\.erase) == [2, 3])
  }

  @Test func `what is left out stays out of a plan that is made anew`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    let bakery = try await ordinal(of: "Bakery", in: scene)
    try await scene.say(LeaveOut(plan: "1", ordinals: [bakery], reason: "a bakery"), by: .bram)
    let again = try await scene.draft()
    #expect(again.lines.first { $0.system == DeskSystems.crm }?.leftOut == 1)
  }
}
