import ConnectorKit
import ErasureDomain
import TestKit
import Testing

@testable import ErasureEngine

/// What we may say to a company whose notice made a request.
@Suite(.serialized) struct `The answer to a notice` {
  private static func answer(_ said: RecipientAnswer) async throws -> NoticeAnswered {
    let scene = try await EngineScene()
    try scene.add(
      "cleansing",
      ScriptedSystem(
        clock: scene.clock, erase: { _, _, _ in .handedOver(checkAfterSeconds: 60) }, poll: { _, _ in said }))
    let job = try scene.job("cleansing", .instruct)
    let plan = try await scene.approve([job])
    try await scene.running { try await scene.until("settled") { try await scene.isSettled(job) } }
    let request = try await scene.request(plan.plan.request)
    return try NoticeAnswer.answer(to: request, [try await scene.record(job)], []).answer
  }

  @Test func `is completed when a processor has erased and gives no number`() async throws {
    let seen = Verification(voucher: .recipientUnsigned, seen: .confirmation, path: FailureCode("status"))
    let answer = try await Self.answer(.completed(seen, rows: nil))
    #expect(answer.status == .completed && answer.recordsErased == nil)
    #expect(try await Self.answer(.completed(seen, rows: 4)).recordsErased == 4)
    #expect(try await Self.answer(.noMatch(seen)).status == .noMatch)
  }

  @Test func `is none that says erased when a processor never confirmed`() async throws {
    let answer = try await Self.answer(.pending(retryAfterSeconds: nil))
    #expect(answer.status == .denied && answer.reason == "other")
  }
}
