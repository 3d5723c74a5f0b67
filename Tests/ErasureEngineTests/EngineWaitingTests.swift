import ConnectorKit
import ErasureDomain
import ErasureEngine
import EvidenceLog
import Journal
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct `A company with times of its own` {
  @Test func `is told at its time and not before, which is no failure, and asked from then on`() async throws {
    let scene = try await EngineScene()
    let began = scene.clock.now()
    let slot = scene.day(7, seconds: 600)
    let sister = try scene.add(
      "sister",
      ScriptedSystem(
        clock: scene.clock,
        erase: { _, _, number in number == 1 ? .waiting(until: slot) : .handedOver(checkAfterSeconds: 60) },
        poll: { _, _ in
          .noMatch(
            Verification(voucher: .recipientUnsigned, seen: .confirmation, path: FailureCode("confirmation-file")))
        }))
    let job = try scene.job("sister", .notify, deadline: scene.day(20))
    try await scene.approve([job])
    try await scene.running { try await scene.until("settled") { try await scene.isSettled(job) } }
    #expect(sister.calls.map(\.name) == [.erase, .erase, .poll])
    let times: [Int64] = sister.calls.map { $0.at.seconds(since: began) }
    let told: Int64 = slot.seconds(since: began)
    #expect(times == [0, told, told + 3_600])
    #expect(try await scene.record(job).handedOverAt == slot)
    #expect(try await scene.record(job).spent == 1)
    #expect(try await scene.outcome(job)?.word == "nothing-found")
    try await scene.checkJournal()
  }

  @Test func `is a question when its time comes after the deadline`() async throws {
    let scene = try await EngineScene()
    let late = scene.day(30)
    try scene.add("sister", ScriptedSystem(clock: scene.clock) { _, _, _ in .waiting(until: late) })
    let job = try scene.job("sister", .instruct, deadline: scene.day(20))
    try await scene.approve([job])
    try await scene.running { try await scene.until("asks") { try await scene.question(job) != nil } }
    #expect(
      try await scene.question(job) == Question(code: .budgetSpent, detail: FailureCode("waits-for-its-time")))
    try await scene.checkJournal()
  }

  @Test func `may take its answer away, once the vault has it`() async throws {
    let scene = try await EngineScene()
    let house = CollectingSystem()
    try scene.add("sister", house)
    let job = try scene.job("sister", .notify)
    try await scene.approve([job])
    try await scene.running { try await scene.until("settled") { try await scene.isSettled(job) } }
    #expect(try await scene.outcome(job)?.word == "erased")
    #expect(house.seen.count == 2 && house.seen[0]["answer"] == nil && house.seen[1]["answer"] == "completed")
    try await scene.checkJournal()
  }
}

/// A company whose answer can be read once; the first reading fails after the vault has it.
private final class CollectingSystem: Connector, Collecting {
  struct Settings: Codable, Sendable {}

  static let kind = ConnectorKind("collecting")
  private let orders = Mutex<[[String: String]]>([])

  init() {}

  init(settings: Settings, context: ConnectorContext) throws(SettingsProblem) {
    throw SettingsProblem("a collecting system is made by its test")
  }

  /// What each call found remembered.
  var seen: [[String: String]] { orders.withLock { $0 } }

  func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  func erase(_ order: ErasureOrder, before: any EffectRecorder) async throws(ConnectorFailure) -> ErasureProgress {
    .handedOver(checkAfterSeconds: 60)
  }

  func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    Verification(voucher: .us, seen: .dispatch, path: FailureCode("none"))
  }

  func poll(_ order: ErasureOrder) async throws(ConnectorFailure) -> RecipientAnswer {
    throw .permanent(FailureCode("polled-instead-of-collected"))
  }

  func collect(
    _ order: ErasureOrder, before recorder: any EffectRecorder
  ) async throws(ConnectorFailure) -> RecipientAnswer {
    orders.withLock { $0.append(order.remembered) }
    guard order.remembered["answer"] == nil else {
      return .completed(
        Verification(voucher: .recipientUnsigned, seen: .confirmation, path: FailureCode("confirmation-file")), rows: 3)
    }
    try await recorder.remember("completed", as: "answer")
    throw .transient(FailureCode("file-not-removed"), retryAfterSeconds: nil)
  }
}
