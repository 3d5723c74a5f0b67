import ErasureDomain
import OfficerAPI
import TestKit
import Testing

@Suite struct `A changed configuration` {
  @Test func `stops new plans and approvals outside practice mode`() async throws {
    var options = DeskScene.Options()
    options.changed = ["people", "register"]
    let scene = try await DeskScene(options)
    try await scene.add()
    try await scene.confirm()
    let refusal = try await scene.refusal(of: MakePlan(request: "1"), by: .anna)
    #expect(refusal.reason == .refused)
    #expect(refusal.message.hasPrefix("people, register changed without the signatures of two entitled people"))
    #expect(scene.systems.crm.searches.isEmpty)
    let status = try await scene.say(ShowStatus(), by: .fred)
    #expect(
      status.warnings.contains("people, register changed without two entitled signatures: no new plans are made"))
    let check = try await scene.say(Check(deep: false), by: .fred)
    #expect(check.lines.first { $0.name == "configuration" }?.healthy == false)
  }

  @Test func `takes effect in practice mode, and the status says so`() async throws {
    var options = DeskScene.Options()
    options.practice = true
    options.changed = ["people"]
    let scene = try await DeskScene(options)
    let plan = try await scene.proposed()
    #expect(plan.practice)
    let status = try await scene.say(ShowStatus(), by: .fred)
    #expect(status.practice)
    #expect(status.warnings.contains("practice mode: nothing here concerns real people"))
  }

  @Test func `the calendar moves in practice mode only, and forward only`() async throws {
    let real = try await DeskScene()
    let before = real.clock.now()
    let refusal = try await real.refusal(of: MoveCalendar(seconds: 60), by: .bram)
    #expect(refusal.message == "the calendar can be moved in practice mode only")
    #expect(real.clock.now() == before)
    var options = DeskScene.Options()
    options.practice = true
    let scene = try await DeskScene(options)
    for call in [MoveCalendar(seconds: 0), MoveCalendar(seconds: -1), MoveCalendar(to: before.utcDay), MoveCalendar()] {
      #expect(try await scene.refusal(of: call, by: .bram).message.hasPrefix("the calendar moves forward only"))
    }
    let huge = MoveCalendar(seconds: 31 * 366 * 86_400)
    #expect(try await scene.refusal(of: huge, by: .bram).reason == .invalid)
    let status = try await scene.say(MoveCalendar(seconds: 86_400), by: .bram)
    #expect(status.now == before.adding(seconds: 86_400))
    #expect(try await scene.entries(ClockStepped.kind).count == 1)
  }

  @Test func `a check says what does not read`() async throws {
    let scene = try await DeskScene()
    scene.replaceSigners("* ssh-ed25519 AAAA\n")
    let check = try await scene.say(Check(deep: true), by: .erik)
    #expect(check.lines.first { $0.name == "signers" }?.healthy == false)
    #expect(check.lines.first { $0.name == "whole log" }?.healthy == true)
  }
}
