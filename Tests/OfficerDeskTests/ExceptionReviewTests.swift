import ErasureDomain
import Journal
import OfficerAPI
import OfficerDesk
import TestKit
import Testing

@Suite struct `What stayed by an exception` {
  private static let review = CivilDate(daysSince1970: 22_000)
  private static let claim = ExceptionTerms(ground: .legalClaims, citation: "Art. 6:162 BW", reviewBefore: review)

  private func excepted() async throws -> DeskScene {
    let scene = try await DeskScene()
    try await scene.proposed()
    try await scene.say(LeaveOut(plan: "1", ordinals: [2], reason: "a claim", terms: Self.claim), by: .chris)
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    return scene
  }

  private func tasks(_ scene: DeskScene) async throws -> [TaskView] {
    try await scene.say(ListTasks(), by: .bram).filter { $0.question.code == .exceptionDue }
  }

  @Test func `is asked about fourteen days before its review, once, and stands further on new terms`() async throws {
    let scene = try await excepted()
    let review = Self.review
    scene.clock.set(to: scene.clock.start(of: review.adding(days: -15)))
    #expect(try await tasks(scene).isEmpty)
    scene.clock.set(to: scene.clock.start(of: review.adding(days: -14)))
    let task = try #require(try await tasks(scene).first)
    #expect(task.number == 1 && task.system == DeskSystems.crm && task.answers == [.except, .accept])
    #expect(
      try await scene.say(ShowStatus(), by: .erik).warnings.contains { $0.contains("by an exception is to be looked") })
    let asked = AnswerTask(task: "1", answer: .except)
    #expect(try await scene.refusal(of: asked, by: .bram).message.contains("say on which ground it stays"))
    let later = ExceptionTerms(ground: .legalClaims, citation: "Art. 3:310 BW", until: review.adding(days: 90))
    #expect(
      try await scene.refusal(of: AnswerTask(task: "1", answer: .except, terms: later), by: .anna).reason == .forbidden)
    try await scene.say(AnswerTask(task: "1", answer: .except, terms: later), by: .bram)
    #expect(try await tasks(scene).isEmpty)
    // It ends after its last day, and is asked about on the next.
    scene.clock.set(to: scene.clock.start(of: review.adding(days: 90)))
    #expect(try await tasks(scene).isEmpty)
    scene.clock.set(to: scene.clock.start(of: review.adding(days: 91)))
    #expect(try await tasks(scene).count == 1)
    try await scene.say(AnswerTask(task: "1", answer: .accept), by: .chris)
    #expect(try await tasks(scene).isEmpty)
    #expect(try await scene.refusal(of: AnswerTask(task: "1", answer: .accept), by: .chris).reason == .invalid)
    try await scene.checkJournal()
  }

  @Test func `of a request that was withdrawn before anything was approved is forgotten`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    try await scene.say(LeaveOut(plan: "1", ordinals: [2], reason: "a claim", terms: Self.claim), by: .chris)
    try await scene.say(WithdrawRequest(request: "1"), by: .bram)
    scene.clock.set(to: scene.clock.start(of: Self.review))
    #expect(try await tasks(scene).isEmpty)
  }

  @Test func `is reviewed in the log only where it stands, and by somebody`() async throws {
    let scene = try await excepted()
    let request = try await scene.request().request
    let review = Self.review
    let bram = try #require(try await scene.entries(ExceptionGranted.kind).first?.by)
    for (facts, by) in [
      (ExceptionReviewed(about: request, system: DeskSystems.office, day: review), bram),
      (ExceptionReviewed(about: request, system: DeskSystems.crm, day: review.adding(days: 1)), bram),
      (ExceptionReviewed(about: request, system: DeskSystems.crm, day: review), nil),
    ] as [(ExceptionReviewed, PersonReference?)] {
      await #expect(throws: JournalFailure.self) {
        try await scene.journal.append([try EntryDraft(facts, about: .log, by: by)], to: .log, expecting: nil)
      }
    }
  }
}
