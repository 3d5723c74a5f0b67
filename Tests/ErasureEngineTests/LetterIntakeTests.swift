import ConnectorKit
import ErasureDomain
import ErasureEngine
import Journal
import SubjectVault
import TestKit
import Testing

/// What is under the link of a letter, and what becomes of the answer to it.
@Suite(.serialized) struct `The page of a letter` {
  private struct Told {
    let scene: EngineScene
    let job: PlannedJob
    let plan: ProposedPlan
    let token: String

    init(days: Int64 = 20) async throws {
      scene = try await EngineScene()
      try scene.add("printer", PageSystem())
      job = try scene.job("printer", .instruct, deadline: scene.day(days))
      plan = try await scene.approve([job])
      token = PageSystem.token(of: job.job).text
    }

    func intake(over journal: (any Journal)? = nil) -> LetterIntake {
      let around = scene.surroundings(over: journal)
      return LetterIntake(around, calls: CallbackIntake(around))
    }

    func untilTold() async throws {
      try await scene.until("told", moving: false) { try await scene.record(job).handedOverAt != nil }
    }
  }

  @Test func `shows the person until it is answered, once, and the answer settles the job`() async throws {
    let told = try await Told()
    let (scene, intake) = (told.scene, told.intake())
    #expect(await intake.look(told.token) == .unknown, "nothing was sent yet")
    try await scene.running {
      try await told.untilTold()
      guard case .open(let letter) = await intake.look(told.token) else { throw EngineScene.Stuck() }
      #expect(letter.identifiers == [EngineScene.person])
      #expect(try await scene.entries(CallbackReceived.kind).isEmpty, "looking changes nothing")
      #expect(await intake.answer(PageSystem.answer(.done), to: told.token) == .taken)
      try await scene.until("settled", moving: false) { try await scene.isSettled(told.job) }
    }
    let first = LetterIntake.Standing.answered(PageSystem.answer(.done), in: .english)
    #expect(await intake.look(told.token) == first)
    #expect(await intake.answer(PageSystem.answer(.nothingFound, by: "Eve"), to: told.token) == .taken)
    #expect(await intake.look(told.token) == first, "the first answer stays")
    #expect(try await scene.entries(CallbackReceived.kind).count == 1)
    #expect(try await scene.outcome(told.job)?.receipt?.verification.path == CallbackReceived.pagePath)
    try await scene.checkJournal()
  }

  @Test func `is not there for another token`() async throws {
    let told = try await Told()
    try await told.scene.running { try await told.untilTold() }
    let other = LetterToken(for: told.job.job, using: SeededRandom(seed: 6)).text
    let stranger = PageSystem.token(of: JobReference(bytes: Array(repeating: 9, count: 16))).text
    for token in [other, stranger, told.job.job.text, "", "../x", told.token + "A", String(told.token.dropLast())] {
      #expect(await told.intake().look(token) == .unknown)
      #expect(await told.intake().answer(PageSystem.answer(.done), to: token) == .unknownJob)
    }
    #expect(try await told.scene.entries(CallbackReceived.kind).isEmpty)
  }

  @Test(arguments: [BreakableJournal.Fault.lost, .failedButPersisted])
  func `whose answer was cut off on its way is open again, or answered`(_ fault: BreakableJournal.Fault) async throws {
    let told = try await Told()
    let scene = told.scene
    try await scene.running { try await told.untilTold() }
    let broken = BreakableJournal(scene.journal) { fault }
    let verdict = await told.intake(over: broken).answer(PageSystem.answer(.done), to: told.token)
    guard case .busy = verdict else { throw EngineScene.Stuck() }
    let standing = await told.intake().look(told.token)
    if fault == .lost {
      guard case .open = standing else { throw EngineScene.Stuck() }
      // The vault has an answer that nobody was told of: it settles nothing.
      let order = try await scene.vault.get(
        [String: String].self, .remembered(told.job.job), of: told.plan.plan.request)
      #expect(order != nil)
      #expect(await told.intake().answer(PageSystem.answer(.nothingFound), to: told.token) == .taken)
    } else {
      #expect(standing == .answered(PageSystem.answer(.done), in: .english))
    }
    try await scene.running {
      try await scene.until("settled", moving: false) { try await scene.isSettled(told.job) }
    }
    #expect(try await scene.outcome(told.job)?.word == (fault == .lost ? "nothing-found" : "erased"))
    #expect(try await scene.entries(CallbackReceived.kind).count == 1)
    try await scene.checkJournal()
  }

  @Test func `is answered on paper too, by whom of us, and once`() async throws {
    let told = try await Told()
    let (scene, intake) = (told.scene, told.intake())
    let person = scene.fixture.approver
    let answer = PageSystem.answer(.done)
    #expect(await intake.enter(answer, about: told.job.job, by: person) == .unknownJob, "nothing was sent yet")
    try await scene.running {
      try await told.untilTold()
      #expect(await intake.enter(answer, about: told.job.job, by: person) == .taken)
      #expect(await intake.enter(answer, about: told.job.job, by: person) == .contradicts)
      try await scene.until("settled", moving: false) { try await scene.isSettled(told.job) }
    }
    #expect(try await scene.outcome(told.job)?.receipt?.verification.path == CallbackReceived.enteredPath)
    #expect(try await scene.entries(CallbackReceived.kind).map(\.by) == [person])
    guard case .answered = await intake.look(told.token) else { throw EngineScene.Stuck() }
    try await scene.checkJournal()
  }

  @Test func `is gone when the request is closed, and takes a late answer before`() async throws {
    let told = try await Told(days: 2)
    let (scene, intake) = (told.scene, told.intake())
    try await scene.running {
      try await scene.until("unconfirmed") { try await scene.isSettled(told.job) }
      guard case .open = await intake.look(told.token) else { throw EngineScene.Stuck() }
      #expect(await intake.answer(PageSystem.answer(.done), to: told.token) == .taken)
      #expect(try await scene.outcome(told.job)?.word == "unconfirmed")
      try await scene.until("concluded") { try await scene.request(told.plan.plan.request).state == .concluded }
    }
    try await scene.close(told.plan.plan.request)
    _ = try await scene.vault.destroy(told.plan.plan.request)
    #expect(await intake.look(told.token) == .gone)
    #expect(await intake.answer(PageSystem.answer(.done), to: told.token) == .gone)
    try await scene.checkJournal()
  }
}
