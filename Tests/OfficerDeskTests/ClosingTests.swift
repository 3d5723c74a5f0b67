import ErasureDomain
import EvidenceLog
import Journal
import OfficerAPI
import SubjectVault
import TestKit
import Testing

@Suite(.serialized) struct `Concluding and closing` {
  private func line(_ name: String, of code: String) throws -> String {
    let line = try #require(code.split(separator: "\n").first { $0.hasPrefix(name + " ") })
    return String(line.dropFirst(name.count + 1))
  }

  @Test func `the code the person takes home finds the request, and the daemon forgets him`() async throws {
    let scene = try await DeskScene()
    try await scene.add(text: "Please erase all you have on \(DeskSystems.email).")
    try await scene.confirm()
    try await scene.draft()
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    try await scene.conclude()
    let reference = try await scene.request().request
    let today = scene.clock.today
    for day in [today.adding(days: 1), today.adding(days: -3_000)] {
      let call = CloseRequest(request: "1", informedOn: day, channel: "letter")
      #expect(try await scene.refusal(of: call, by: .bram).message.contains("between the day of receipt and today"))
    }
    let prose = CloseRequest(request: "1", informedOn: today, channel: "By letter to Ada")
    #expect(try await scene.refusal(of: prose, by: .bram).message.hasPrefix("the channel is a code"))
    #expect(try await scene.vault.contains(reference))

    let closed = try await scene.say(CloseRequest(request: "1", informedOn: today, channel: "letter"), by: .bram)
    let nonce = try #require(Hex.decode(try line("nonce", of: closed.subjectCode)))
    let index = try #require(UInt64(try line("entry", of: closed.subjectCode)))
    let own = SubjectCommitment.compute(nonce: nonce, identifiers: [(kind: "email", value: DeskSystems.email)])
    let entry = try #require(
      try await scene.journal.read { reader in try reader.entries(from: index, to: index + 1) }.first)
    #expect(try entry.entry.facts(as: RequestReceived.self).commitment == Hex.encode(own))
    #expect(try line("kinds", of: closed.subjectCode) == "email")
    #expect(try line("request", of: closed.subjectCode) == reference.text)

    let twice = CloseRequest(request: "1", informedOn: today, channel: "letter")
    let refusal = try await scene.refusal(of: twice, by: .bram)
    #expect(refusal.reason == .refused)
    #expect(refusal.message.contains("closed is not possible in state closed"))
    try await scene.running {
      try await scene.until("the vault entry is gone", moving: false) { try await scene.request().vaultDestroyed }
    }
    #expect(!(try await scene.vault.contains(reference)))
    let detail = try await scene.say(ShowRequest(request: "1"), by: .bram)
    #expect(detail.identifiers == nil)
    #expect(detail.text == nil)
    #expect(try await scene.entries(SubjectInformed.kind).count == 1)
    try await scene.checkJournal()
  }

  @Test func `a request that still runs is not closed`() async throws {
    let scene = try await DeskScene()
    try await scene.approved()
    let call = CloseRequest(request: "1", informedOn: scene.clock.today, channel: "letter")
    #expect(try await scene.refusal(of: call, by: .bram).message.contains("closed is not possible in state in-erasure"))
  }

  @Test func `a person who is not informed for fourteen days is on the first screen`() async throws {
    let scene = try await DeskScene()
    try await scene.approved()
    try await scene.conclude()
    let concluded = try #require(try await scene.request().concludedAt)
    scene.clock.set(to: concluded.adding(seconds: 13 * 86_400))
    let early = try await scene.say(ShowStatus(), by: .fred)
    #expect(early.keepsPerson == 0)
    scene.clock.set(to: concluded.adding(seconds: 14 * 86_400))
    let late = try await scene.say(ShowStatus(), by: .fred)
    #expect(late.keepsPerson == 1)
    #expect(late.warnings.contains("1 requests wait for 14 days: inform the person and close them"))
    #expect(try await scene.say(ListRequests(), by: .bram).map(\.keepsPerson) == [true])
    try await scene.say(CloseRequest(request: "1", informedOn: scene.clock.today, channel: "letter"), by: .bram)
    #expect(try await scene.say(ShowStatus(), by: .fred).keepsPerson == 0)
  }

  // MARK: Seen again

  private static let again = "INSERT INTO contact VALUES (12, '\(DeskSystems.email)', NULL, NULL, 'Ada', 'Returned')"

  @Test func `a row seen again is asked about, and a lawful one ends the matter`() async throws {
    let scene = try await DeskScene()
    try await scene.approved()
    try await scene.running {
      try await scene.untilOnlyTheStickWaits()
      try scene.systems.run("crm", Self.again)
      try await scene.attestStick()
      try await scene.until("the look sees her") { try await !scene.request().findings.isEmpty }
      let tasks = try await scene.say(ListTasks(), by: .bram)
      #expect(tasks.map(\.question.code) == [.seenAgain])
      #expect(tasks.map(\.system) == [DeskSystems.crm])
      #expect(tasks.map(\.answers) == [[.replan, .lawful]])
      #expect(scene.notices.contains { $0.hasPrefix("seen-again r-") })
      #expect(try await scene.entries(PlanConcluded.kind).isEmpty)
      // Days pass; nothing is concluded over an open question, and the question is asked once.
      scene.clock.advance(days: 2)
      try await scene.until("the engine sleeps", moving: false) { try await scene.quiet() }
      #expect(try await scene.entries(FindingOpened.kind).count == 1)
      #expect(try await scene.request().state == .inErasure)

      try await scene.say(AnswerTask(task: "1", answer: .lawful), by: .bram)
      try await scene.until("concluded") { try await scene.request().state == .concluded }
    }
    #expect(try scene.systems.contacts == [9, 12])
    #expect(try await scene.entries(FindingSettled.kind).map(\.by) == [Member.bram.id])
    try await scene.checkJournal()
  }

  @Test func `one more than the lawful ones is asked about again`() async throws {
    let scene = try await DeskScene()
    try await scene.approved()
    try await scene.running {
      try await scene.untilOnlyTheStickWaits()
      try scene.systems.run("crm", Self.again)
      try await scene.attestStick()
      try await scene.until("the look sees her") { try await !scene.request().findings.isEmpty }
      try await scene.say(AnswerTask(task: "1", answer: .lawful), by: .bram)
      try await scene.until("the first look is done") { try await scene.entries(PlanConcluded.kind).count == 1 }
      try scene.systems.run(
        "crm", "INSERT INTO contact VALUES (13, '\(DeskSystems.email)', NULL, NULL, 'Ada', 'Twice')")
      try await scene.until("the second look asks") { try await !scene.request().findings.isEmpty }
      #expect(try await scene.request().state == .inErasure)
    }
  }

  @Test func `planning again for a row seen again starts over, and erases it`() async throws {
    let scene = try await DeskScene()
    try await scene.approved()
    try await scene.running {
      try await scene.untilOnlyTheStickWaits()
      try await scene.attestStick()
      try await scene.until("the first look is done") { try await scene.entries(PlanConcluded.kind).count == 1 }
      try scene.systems.run("crm", Self.again)
      try await scene.until("the second look sees her") { try await !scene.request().findings.isEmpty }
      try await scene.say(AnswerTask(task: "1", answer: .replan), by: .bram)
      #expect(try await scene.request().state == .verified)
      let refusal = try await scene.refusal(of: AnswerTask(task: "1", answer: .replan), by: .bram)
      #expect(refusal.message == "nothing was seen again; there is no finding")

      let plan = try await scene.draft()
      #expect(plan.lines.first { $0.system == DeskSystems.crm }?.counts.first?.erase == 1)
      try await scene.approve(by: .bram)
      try await scene.approve(by: .chris)
      try await scene.untilOnlyTheStickWaits()
      try await scene.attestStick()
      try await scene.until("concluded") { try await scene.request().state == .concluded }
    }
    #expect(try scene.systems.contacts == [9])
    #expect(try await scene.request().plans.count == 2)
    try await scene.checkJournal()
  }
}
