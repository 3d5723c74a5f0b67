import ErasureDomain
import OfficerAPI
import OfficerDesk
import TestKit
import Testing

@Suite struct `What needs somebody today` {
  @Test func `a day without requests asks nothing of anybody`() async throws {
    let scene = try await DeskScene()
    let view = try await scene.say(ShowToday(), by: .bram)
    var calm = TodayView(now: view.now, today: view.today)
    calm.requests = []
    calm.isNotAnchored = true
    #expect(view == calm)
  }

  @Test func `each step of a request is with whoever has to take it`() async throws {
    let scene = try await DeskScene()
    func line(_ member: Member) async throws -> TodayView.Line {
      let view = try await scene.say(ShowToday(), by: member)
      #expect(view.open == 1)
      let line = try #require(view.requests?.first)
      #expect(view.stages == [line.waitsFor: 1])
      return line
    }
    try await scene.add()
    #expect(try await line(.anna).waitsFor == .identity)
    try await scene.confirm()
    #expect(try await line(.anna).waitsFor == .plan)
    try await scene.draft()
    // The clerk who drafted it cannot sign; each officer can, until he has.
    #expect(try await !line(.anna).isMine)
    #expect(try await line(.bram).isMine)
    #expect(try await scene.say(ShowToday(), by: .bram).plansToSign == 1)
    try await scene.approve(by: .bram)
    #expect(try await line(.bram).waitsFor == .signatures)
    #expect(try await !line(.bram).isMine)
    #expect(try await scene.say(ShowToday(), by: .bram).plansToSign == 0)
    #expect(try await line(.chris).isMine)
    try await scene.approve(by: .chris)
    #expect(try await line(.chris).waitsFor == .running)
    #expect(try await scene.say(ShowToday(), by: .chris).plans == 0)
  }

  @Test func `days come from the date in force, overdue ones first`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    let workTo = try await scene.request().dueInForce.workTo
    scene.clock.advance(seconds: Int64(workTo.days(since: scene.clock.today) - 3) * 86_400)
    try await scene.add([SubjectIdentifier(kind: .email, value: "somebody.else@example.org")])
    let near = try await scene.say(ShowToday(), by: .anna)
    #expect(near.week == 1 && near.overdue == 0)
    #expect(near.requests?.map(\.number) == [1, 2])
    #expect(near.requests?.first?.daysLeft == 3)
    scene.clock.advance(seconds: 4 * 86_400)
    let late = try await scene.say(ShowToday(), by: .anna)
    #expect(late.week == 0 && late.overdue == 1)
    #expect(late.requests?.first?.daysLeft == -1)
    for (show, numbers) in [
      (ListRequests.Show.overdue, [1]), (.week, []), (.open, [1, 2]), (.identity, [1, 2]), (.plan, []),
      (.closed, []), (.all, [2, 1]),
    ] {
      #expect(try await scene.say(ListRequests(show: show), by: .erik).map(\.number) == numbers, "\(show)")
    }
    let first = try #require(try await scene.say(ListRequests(limit: 1, show: .open), by: .erik).first)
    let place = ListRequests.Position(number: first.number, workTo: first.clocks.erasure.workTo)
    #expect(try await scene.say(ListRequests(show: .open, from: place), by: .erik).map(\.number) == [2])
  }

  @Test func `who may list no requests is told how many there are and nothing of which`() async throws {
    let scene = try await DeskScene()
    try await scene.add()
    try await scene.say(OpenIncident(request: "1"), by: .bram)
    for member in [Member.fred, .dora] {
      let view = try await scene.say(ShowToday(), by: member)
      #expect(view.requests == nil && view.open == 1)
      #expect(view.incidents.count == 1 && view.incidents[0].number == nil)
    }
    let officer = try await scene.say(ShowToday(), by: .bram)
    #expect(officer.incidents.map(\.number) == [1])
  }

  @Test func `a system owner has the tasks of his own systems`() async throws {
    let scene = try await DeskScene()
    try await scene.approved()
    try await scene.running {
      try await scene.untilOnlyTheStickWaits()
      let officer = try await scene.say(ShowToday(), by: .bram)
      #expect(officer.tasks == 1 && officer.questions == ["manual-task": 1])
      #expect(officer.requests?.first?.asks == true)
      // The stick is nobody's in the configuration.
      #expect(try await scene.say(ShowToday(), by: .dora).tasks == 0)
    }
  }
}
