import ConnectorKit
import ErasureDomain
import OfficerAPI
import TestKit
import Testing

@Suite struct `A day that a review proposes` {
  /// A concluded request whose kept invoice is asked about, on the day of its follow-up.
  private func asked(
    proposing day: String, _ body: (DeskScene, JobReference) async throws -> Void
  ) async throws {
    let scene = try await DeskScene()
    try await scene.approved()
    try await scene.conclude()
    let proposed = try #require(CivilDate(day))
    scene.systems.office.fail(
      with: .needsOfficer(Question(code: .startEventOpen, found: 1, proposed: proposed)))
    let job = try await scene.job(DeskSystems.office, .eraseKept)
    scene.clock.set(to: try #require(job.followUp?.dueAt))
    try await scene.running {
      try await scene.until("asked", moving: false) {
        try await scene.job(DeskSystems.office, .eraseKept).waitsForPerson
      }
      try await body(scene, job.job)
    }
    try await scene.checkJournal()
  }

  @Test func `is accepted by an officer, and the job comes back then`() async throws {
    try await asked(proposing: "2034-01-01") { scene, job in
      let task = try await scene.say(ShowTask(task: job.text), by: .bram)
      #expect(task.answers == [.accept, .retry, .except])
      #expect(task.question.proposed == CivilDate("2034-01-01"))
      try await scene.say(AnswerTask(task: job.text, answer: .accept), by: .bram)
      let record = try await scene.job(DeskSystems.office, .eraseKept)
      let day = try #require(CivilDate("2034-01-01"))
      #expect(record.state == .followUp(due: day, from: day.utcMidnight))
      scene.systems.office.fail(with: nil)
      try await scene.until("erased") { try await scene.job(DeskSystems.office, .eraseKept).state.isSettled }
      #expect(scene.clock.today == day)
      #expect(try await scene.job(DeskSystems.office, .eraseKept).state.word == "erased")
    }
  }

  @Test func `is refused once it has come, with what to answer instead`() async throws {
    try await asked(proposing: "2032-12-31") { scene, job in
      let refusal = try await scene.refusal(of: AnswerTask(task: job.text, answer: .accept), by: .bram)
      #expect(refusal.message == "the day that was proposed, 2032-12-31, has come; answer retry, and it looks again")
    }
  }
}
