import ConnectorKit
import ErasureDomain
import OfficerAPI
import OfficerDesk
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
      #expect(try await scene.say(ListKept(), by: .bram).map(\.until) == [day])
      scene.systems.office.fail(with: nil)
      try await scene.until("erased") { try await scene.job(DeskSystems.office, .eraseKept).state.isSettled }
      #expect(scene.clock.today == day)
      #expect(try await scene.job(DeskSystems.office, .eraseKept).state.word == "erased")
    }
  }

  @Test func `is listed with what else is kept, and what has no end by itself`() async throws {
    let scene = try await DeskScene()
    try scene.systems.run("office", "INSERT INTO invoice VALUES (3, 70, NULL), (4, 70, NULL)")
    try await scene.approved()
    #expect(try await scene.say(ListKept(), by: .erik).isEmpty)
    try await scene.conclude()
    let kept = try await scene.say(ListKept(), by: .erik)
    #expect(
      kept.map { "\($0.system) \($0.rows) \($0.rule) \($0.until) \($0.isConditional)" } == [
        "office 2 nl-fiscal-7y 2027-03-02 true", "office 1 nl-fiscal-7y 2033-01-01 false",
      ])
    #expect(kept.allSatisfy { $0.number == 1 && $0.citation == "art. 52(4) AWR" })
    #expect(try await scene.say(ListKept(withoutEnd: true), by: .erik) == kept.filter(\.isConditional))
    let open = try #require(try await scene.desk.keptWithoutEnd())
    #expect(open.rows == 2 && open.first == CivilDate("2027-03-02"))
  }

  @Test func `is refused once it has come, with what to answer instead`() async throws {
    try await asked(proposing: "2032-12-31") { scene, job in
      let refusal = try await scene.refusal(of: AnswerTask(task: job.text, answer: .accept), by: .bram)
      #expect(refusal.message == "the day that was proposed, 2032-12-31, has come; answer retry, and it looks again")
    }
  }
}
