import ErasureDomain
import ErasureEngine
import Journal
import OfficerAPI
import OfficerDesk
import TestKit
import Testing

@Suite struct `Dates of a request at the desk` {
  static let why = "Her orders lie in eleven systems; ask Ada."

  private func extend(_ reason: DeadlineExtended.Reason = .complexity, text: String = why) -> ExtendDeadline {
    ExtendDeadline(request: "1", reason: reason, text: text)
  }

  private func ask(
    _ method: IdentityMethod = .knowledge, doubt: String = "unknown-address", text: String = "Another address."
  ) -> AskIdentity {
    AskIdentity(request: "1", method: method, doubt: doubt, text: text)
  }

  private func confirm(_ method: String, provedOn: CivilDate? = nil) -> ConfirmRequest {
    ConfirmRequest(request: "1", method: method, ground: .consentWithdrawn, provedOn: provedOn)
  }

  /// Whatever people wrote, the log has none of it.
  private func expectNoWords(_ scene: DeskScene, _ words: String) async throws {
    for entry in try await scene.entries() {
      #expect(!String(decoding: entry.encoded(), as: UTF8.self).contains(words), "\(entry.kind)")
    }
  }

  @Test func `an extension needs a reason in words, an officer, and is given once`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    #expect(try await scene.refusal(of: extend(text: " \n"), by: .bram).reason == .invalid)
    #expect(try await scene.refusal(of: extend(), by: .anna).reason == .forbidden)
    let view = try await scene.say(extend(), by: .bram)
    #expect(
      view.clocks.reply.statutory == view.dueDates.extended && view.dueDates.statutory.description == "2026-04-02")
    #expect(view.daysLeft == view.clocks.reply.workTo.days(since: scene.clock.today))
    let again = try await scene.refusal(of: extend(.numberOfRequests), by: .bram)
    #expect(again.message == "the term of request 1 was extended already; the law allows it once")
    let detail = try await scene.say(ShowRequest(request: "1"), by: .anna)
    #expect(detail.notes.map(\.text) == [Self.why])
    #expect(detail.history.contains { $0.kind == "deadline.extended" && $0.words.hasPrefix("complexity: last day") })
    try await expectNoWords(scene, "eleven systems")
    try await scene.checkJournal()
  }

  @Test func `an extension on the last day is in time, on the day after the request is overdue`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    scene.clock.set(to: try #require(UTCTime("2026-04-02T21:00:00Z")))
    #expect(try await scene.say(extend(), by: .bram).clocks[.extended]?.day?.description == "2026-06-02")
    let late = try await DeskScene()
    try await late.add()
    late.clock.set(to: try #require(UTCTime("2026-04-03T00:00:00Z")))
    let refusal = try await late.refusal(of: extend(), by: .bram)
    #expect(refusal.reason == .refused && refusal.message.contains("the request is overdue"))
    #expect(try await late.entries(DeadlineExtended.kind).isEmpty)
  }

  @Test func `a refused request is not extended`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    try await scene.say(RefuseRequest(request: "1", ground: "unfounded"), by: .bram)
    #expect(try await scene.refusal(of: extend(), by: .bram).message.contains("there is no term to extend"))
  }

  @Test func `status and plans follow the extended day`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    try await scene.confirm()
    try await scene.say(extend(), by: .bram)
    scene.clock.set(to: try #require(UTCTime("2026-04-10T09:00:00Z")))
    #expect(try await scene.say(ShowStatus(), by: .fred).overdue == 0)
    try await scene.draft()
    let (plan, _) = try await PlanStore(journal: scene.journal).plan(try await scene.plan().plan)
    let workTo = try #require(try await scene.request().extended?.workTo)
    #expect(plan.dueDates.workTo == workTo)
    let jobs = plan.jobs.filter { $0.followUp?.due == nil }
    #expect(!jobs.isEmpty && jobs.allSatisfy { $0.deadline == workTo.adding(days: 1).utcMidnight })
    scene.clock.set(to: workTo.adding(days: 1).utcMidnight)
    #expect(try await scene.say(ShowStatus(), by: .fred).overdue == 1)
  }

  @Test func `proof that was asked for suspends the days until it came, and both days stay on screen`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    try await scene.say(ask(), by: .anna)
    let open = try await scene.say(ListRequests(), by: .anna)[0]
    #expect(open.clocks[.suspended]?.day == nil && open.clocks.reply.statutory == open.dueDates.statutory)
    scene.clock.advance(seconds: 10 * 86_400)
    let future = scene.clock.today.adding(days: 1)
    #expect(try await scene.refusal(of: confirm("knowledge", provedOn: future), by: .anna).reason == .invalid)
    let view = try await scene.say(confirm("knowledge", provedOn: scene.clock.today.adding(days: -2)), by: .anna)
    #expect(view.state == "verified")
    #expect(view.dueDates.statutory.description == "2026-04-02")
    #expect(view.clocks[.suspended]?.day?.description == "2026-04-10", "eight days, not ten")
    let facts = try #require(try await scene.entries(IdentityProved.kind).first).facts(as: IdentityProved.self)
    #expect(facts.suspendedDays == 8)
    #expect(try await scene.say(ShowRequest(request: "1"), by: .anna).notes.map(\.text) == ["Another address."])
    try await expectNoWords(scene, "Another address")
    try await scene.checkJournal()
  }

  @Test func `proof that was asked for late suspends nothing, and says so`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    scene.clock.advance(seconds: 20 * 86_400)
    try await scene.say(ask(), by: .anna)
    scene.clock.advance(seconds: 9 * 86_400)
    let view = try await scene.say(confirm("knowledge"), by: .anna)
    #expect(view.clocks.reply.statutory == view.dueDates.statutory)
    #expect(view.clocks[.suspended]?.why.contains("20 days after receipt: not without undue delay") == true)
  }

  @Test func `a stronger step than the known channel needs a recorded doubt`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    for method in ["knowledge", "counter", "e-identification"] {
      let refusal = try await scene.refusal(of: confirm(method), by: .anna)
      #expect(refusal.reason == .refused && refusal.message.contains("needs a recorded, reasonable doubt"), "\(method)")
    }
    #expect(try await scene.refusal(of: ask(.knownChannel), by: .anna).message.contains("needs no doubt"))
    #expect(
      try await scene.refusal(of: ask(doubt: "She sounds odd"), by: .anna).message.hasPrefix("the doubt is a code"))
    #expect(try await scene.refusal(of: ask(text: "  "), by: .anna).reason == .invalid)
    try await scene.say(ask(), by: .anna)
    #expect(try await scene.refusal(of: confirm("counter"), by: .anna).message.contains("stronger step"))
    try await scene.say(ask(.counter, doubt: "wrong-answers"), by: .anna)
    #expect(try await scene.say(confirm("counter"), by: .anna).state == "verified")
    #expect(try await scene.refusal(of: ask(), by: .anna).message.contains("identity is not open any more"))
  }

  @Test func `a copy of a document is refused unless it is configured`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    #expect(try await scene.refusal(of: ask(.document), by: .anna).message.contains("are not asked for here"))
    try await scene.say(ask(.counter), by: .anna)
    #expect(try await scene.refusal(of: confirm("document"), by: .anna).message.contains("are not asked for here"))
    var options = DeskScene.Options()
    options.identityDocuments = true
    let open = try await DeskScene(options)
    try await open.add()
    #expect(try await open.refusal(of: confirm("document"), by: .anna).message.contains("reasonable doubt"))
    try await open.say(ask(.document), by: .anna)
    #expect(try await open.say(confirm("document"), by: .anna).state == "verified")
  }

  @Test func `a receipt moved later is refused and in the log, moved earlier it counts`() async throws {
    let scene = try await DeskScene()
    let first = try await scene.add()
    let later = CorrectReceipt(
      request: "1", receivedAt: scene.clock.now().adding(seconds: 60), reason: "other-department")
    #expect(try await scene.refusal(of: later, by: .anna).message.contains("never to a later one"))
    let denied = try #require(try await scene.entries(AccessDenied.kind).first)
    #expect(denied.by == Member.anna.id)
    #expect(
      try denied.facts(as: AccessDenied.self)
        == AccessDenied(what: "request.receipt", reason: FailureCode("later-receipt")))
    #expect(try await scene.say(ListRequests(), by: .anna)[0].dueDates == first.dueDates)
    let earlier = try #require(UTCTime("2026-02-20T12:00:00Z"))
    let moved = try await scene.say(
      CorrectReceipt(request: "1", receivedAt: earlier, reason: "other-department"), by: .anna)
    #expect(moved.receivedOn.description == "2026-02-20" && moved.dueDates.statutory.description == "2026-03-20")
    #expect(try await scene.entries(ReceiptCorrected.kind).count == 1)
    try await scene.checkJournal()
  }

  @Test func `a reply leaves the erasure open and the request in the list`() async throws {
    let scene = try await DeskScene()
    try await scene.approved()
    let call = RecordReply(request: "1", on: scene.clock.today, channel: "mail")
    let view = try await scene.say(call, by: .anna)
    #expect(view.state == "in-erasure" && view.clocks.reply.closedOn == scene.clock.today)
    #expect(view.clocks.erasure.closedOn == nil)
    #expect(try await scene.say(ListRequests(), by: .anna).map(\.number) == [1])
    var tomorrow = call
    tomorrow.on = scene.clock.today.adding(days: 1)
    #expect(try await scene.refusal(of: tomorrow, by: .anna).reason == .invalid)
  }
}

@Suite struct `Alarms before the work-to date` {
  /// Received on 2 March 2026: to work to is 2 April, and 15, 7, 3 and 1 working days before are these.
  static let days = [(15, "2026-03-12"), (7, "2026-03-24"), (3, "2026-03-30"), (1, "2026-04-01")]

  @Test func `each is raised on its day, once`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    #expect(try await scene.request().dueInForce.workTo.description == "2026-04-02")
    for (lead, text) in Self.days {
      let day = try #require(CivilDate(text))
      scene.clock.set(to: day.utcMidnight.adding(seconds: -1))
      #expect(try await scene.desk.raiseAlarms().isEmpty, "\(lead)")
      scene.clock.set(to: day.utcMidnight)
      #expect(try await scene.desk.raiseAlarms().map(\.lead) == [lead])
      #expect(try await scene.desk.raiseAlarms().isEmpty, "\(lead)")
    }
    #expect(try await scene.entries(DeadlineNear.kind).count == 4)
    try await scene.checkJournal()
  }

  @Test func `what passed while nothing ran is raised at the start, the nearest alone`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    scene.clock.set(to: try #require(UTCTime("2026-03-31T08:00:00Z")))
    #expect(try await scene.desk.raiseAlarms().map(\.lead) == [3])
    // A desk that was started again knows.
    #expect(try await scene.desk.raiseAlarms().isEmpty)
    scene.clock.set(to: try #require(UTCTime("2026-06-01T08:00:00Z")))
    #expect(try await scene.desk.raiseAlarms().map(\.lead) == [1])
  }

  @Test func `an extended date has alarms of its own, a closed clock none`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    scene.clock.set(to: try #require(UTCTime("2026-03-31T08:00:00Z")))
    try await scene.say(ExtendDeadline(request: "1", reason: .complexity, text: "much"), by: .bram)
    #expect(try await scene.desk.raiseAlarms().isEmpty)
    scene.clock.set(to: try #require(UTCTime("2026-05-29T08:00:00Z")))
    #expect(try await scene.desk.raiseAlarms().map(\.lead) == [3])
    try await scene.say(RefuseRequest(request: "1", ground: "unfounded"), by: .bram)
    #expect(try await scene.desk.raiseAlarms().map(\.workTo.description) == ["2026-04-02"], "the first day again")
    try await scene.say(RecordReply(request: "1", on: scene.clock.today, channel: "mail"), by: .bram)
    scene.clock.set(to: try #require(UTCTime("2026-06-05T08:00:00Z")))
    #expect(try await scene.desk.raiseAlarms().isEmpty)
  }
}
