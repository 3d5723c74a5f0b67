import ConnectorKit
import ErasureDomain
import ErasureEngine
import Journal
import OfficerAPI
import OfficerDesk
import TestKit
import Testing

@Suite(.serialized) struct `The figures of a period` {
  private func report(_ scene: DeskScene, days: Int = 400) async throws -> PeriodReport {
    let today = scene.clock.today
    return try await scene.say(ReportPeriod(from: today.adding(days: -days), to: today), by: .erik)
  }

  private func approved(_ scene: DeskScene, _ number: Int) async throws {
    try await scene.approve(number, by: .bram)
    try await scene.approve(number, by: .chris)
  }

  @Test func `count rows where they went: the second request of one person finds nothing and adds nothing`()
    async throws
  {
    let scene = try await DeskScene()
    for number in 1...2 {
      try await scene.add()
      try await scene.confirm(number)
    }
    // Both plans are about the same rows; the first that runs takes them.
    for number in 1...2 { try await scene.draft(number) }
    #expect(try await scene.request().linked?.count == 1)
    for number in 1...2 { try await approved(scene, number) }
    try await scene.running {
      for number in 1...2 {
        try await scene.until("only the stick waits") {
          try await scene.jobs(number).allSatisfy {
            $0.verb.isFollowUp || $0.state.isSettled || ($0.system == DeskSystems.stick && $0.waitsForPerson)
          }
        }
        try await scene.attestStick(number)
      }
      for number in 1...2 {
        try await scene.until("concluded") { try await scene.request(number).state == .concluded }
      }
    }
    let both = try await report(scene)
    #expect(both.received == 2 && both.erasure.done == 2)
    let crm = try #require(both.rows.first { $0.system == DeskSystems.crm })
    #expect(crm.deleted == 5, "two contacts with three activities, once")
    let words = [
      try await scene.job(DeskSystems.crm, number: 1).state.word,
      try await scene.job(DeskSystems.crm, number: 2).state.word,
    ]
    #expect(words.sorted() == ["erased", "nothing-found"])
  }

  @Test func `say what is late, refused, extended and waits, and that no number is missing`() async throws {
    let scene = try await DeskScene()
    for _ in 1...4 { try await scene.add() }
    try await scene.say(ExtendDeadline(request: "2", reason: .complexity, text: "much"), by: .bram)
    scene.clock.advance(days: 10)
    try await scene.say(RefuseRequest(request: "3", ground: "not-ours"), by: .bram)
    try await scene.say(CloseRequest(request: "3", informedOn: scene.clock.today, channel: "phone"), by: .bram)
    try await scene.say(WithdrawRequest(request: "4"), by: .anna)
    try await scene.say(OpenIncident(request: "1"), by: .anna)
    scene.clock.advance(days: 40)
    try await scene.add()
    let all = try await report(scene)
    #expect(all.received == 5 && all.numbers == "1-5" && all.newestNumber == 5 && all.missingNumbers.isEmpty)
    #expect(all.byState == ["received": 3, "closed": 1, "withdrawn": 1] && all.closed == 1)
    #expect(all.byChannel == ["mail": 5] && all.byRight == ["erasure": 5])
    #expect(all.refusedByGround == ["not-ours": 1] && all.withdrawn == 1 && all.extended == 1)
    #expect(all.reply.done == 1 && all.reply.notYet == 4 && all.reply.medianDays == 10)
    #expect(all.erasure.done == 0 && all.erasure.notYet == 3)
    // Request 1 is past both its days, request 4 was told nothing; the extended one has time.
    #expect(all.late.map(\.number) == [1, 1, 4] && all.late.allSatisfy { $0.isOpen })
    #expect(all.late.map(\.clock) == ["erasure", "reply", "reply"])
    #expect(all.overdue.map(\.count) == [0, 2, 0, 0, 0])
    #expect(all.open.reduce(0) { $0 + $1.count } == 4)
    #expect(all.incidents == 1 && all.lateIncidents == 1)
    let recent = try await report(scene, days: 5)
    #expect(recent.received == 1 && recent.numbers == "5" && recent.newestNumber == 5 && recent.incidents == 0)
    let backwards = ReportPeriod(from: scene.clock.today, to: scene.clock.today.adding(days: -1))
    #expect(try await scene.refusal(of: backwards, by: .anna).message.contains("ends before it begins"))
  }

  @Test func `say what failed, who was silent and what stays by a decision`() async throws {
    let scene = try await DeskScene()
    try await scene.proposed()
    try await scene.say(LeaveOut(plan: "1", ordinals: [2], reason: "a claim"), by: .bram)
    try await approved(scene, 1)
    scene.systems.sister.stayQuiet()
    scene.systems.office.fail(with: .permanent(FailureCode("no-such-table")))
    try await scene.running {
      try await scene.until("the office failed") { try await scene.job(DeskSystems.office).state.word == "failed" }
      #expect(try await report(scene).failedJobs == 1)
      scene.systems.office.fail(with: nil)
      try await scene.say(RetryJob(job: try await scene.job(DeskSystems.office).job.text, reason: "better"), by: .bram)
      try await scene.untilOnlyTheStickWaits()
      #expect(try await report(scene).openQuestions == 1)
      try await scene.attestStick()
      try await scene.until("concluded") { try await scene.request().state == .concluded }
    }
    let end = try await report(scene)
    #expect(end.unconfirmed == ["sister": 1] && end.silentNow.isEmpty)
    #expect(end.exceptionsByGround == ["art17-3-e": 1])
    #expect(end.failedJobs == 0 && end.openQuestions == 0 && end.keptPastTheirDay == 0)
    #expect(end.coverage.byHand == 1 && end.coverage.systems == 4 && end.coverage.notReleased.isEmpty)
    // Nothing runs any more; the kept invoice's day passes.
    scene.clock.set(to: scene.clock.start(of: try #require(CivilDate("2033-01-03"))))
    #expect(try await report(scene, days: 4_000).keptPastTheirDay == 1)
  }
}
