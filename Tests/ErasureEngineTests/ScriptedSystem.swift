import ConnectorKit
import ErasureDomain
import Synchronization
import TestKit

/// A system that does what its test says, and remembers every call with its time.
final class ScriptedSystem: Connector, Receipting, Rewriting {
  struct Settings: Codable, Sendable {}

  /// One call of the engine.
  struct Call: Sendable {
    enum Name: String, Sendable {
      case locate
      case erase
      case verify
      case poll
    }

    let name: Name
    let at: UTCTime
    /// Absent for `locate`.
    let order: ErasureOrder?
  }

  /// What to do at the n-th call of this name, from 1.
  typealias Erase = @Sendable (ErasureOrder, any EffectRecorder, Int) async throws -> ErasureProgress
  typealias Look = @Sendable (ErasureOrder, Int) async throws -> Verification
  typealias Poll = @Sendable (ErasureOrder, Int) async throws -> RecipientAnswer
  typealias Rewrite = @Sendable ([EffectCount]) async throws -> StorageProof?

  static let kind = ConnectorKind("scripted")
  private let clock: any CivilClock
  private let onErase: Erase
  private let onVerify: Look
  private let onPoll: Poll
  private let onRewrite: Rewrite
  /// The company's receipt, given with each answer.
  private let receipt: CompanyReceipt?
  private let made = Mutex<[Call]>([])

  init(
    clock: any CivilClock, erase: @escaping Erase = { order, before, _ in try await erasing(3, order, before) },
    verify: @escaping Look = { _, _ in clean }, poll: @escaping Poll = { _, _ in .pending(retryAfterSeconds: nil) },
    rewrite: @escaping Rewrite = { _ in nil }, receipt: CompanyReceipt? = nil
  ) {
    self.clock = clock
    onErase = erase
    onVerify = verify
    onPoll = poll
    onRewrite = rewrite
    self.receipt = receipt
  }

  init(settings: Settings, context: ConnectorContext) throws(SettingsProblem) {
    throw SettingsProblem("a scripted system is made by its test")
  }

  var calls: [Call] { made.withLock { $0 } }
  var words: [Call.Name] { calls.map(\.name) }
  func orders(_ name: Call.Name) -> [ErasureOrder] { calls.filter { $0.name == name }.compactMap(\.order) }

  private func note(_ name: Call.Name, _ order: ErasureOrder?) -> Int {
    let call = Call(name: name, at: clock.now(), order: order)
    return made.withLock { made in
      made.append(call)
      return made.count { $0.name == name }
    }
  }

  func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings {
    _ = note(.locate, nil)
    return Findings()
  }

  func erase(_ order: ErasureOrder, before: any EffectRecorder) async throws(ConnectorFailure) -> ErasureProgress {
    let number = note(.erase, order)
    do { return try await onErase(order, before, number) } catch { throw Self.failure(error) }
  }

  func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    let number = note(.verify, order)
    do { return try await onVerify(order, number) } catch { throw Self.failure(error) }
  }

  func pollForReceipt(
    _ order: ErasureOrder
  ) async throws(ConnectorFailure) -> (answer: RecipientAnswer, receipt: CompanyReceipt?) {
    (try await poll(order), receipt)
  }

  func poll(_ order: ErasureOrder) async throws(ConnectorFailure) -> RecipientAnswer {
    let number = note(.poll, order)
    do { return try await onPoll(order, number) } catch { throw Self.failure(error) }
  }

  func rewrite(
    _ order: ErasureOrder, _ effects: [EffectCount]
  ) async throws(ConnectorFailure) -> StorageProof? {
    do { return try await onRewrite(effects) } catch { throw Self.failure(error) }
  }

  private static func failure(_ error: any Error) -> ConnectorFailure {
    error as? ConnectorFailure ?? .permanent(FailureCode("test-broke"))
  }

  // MARK: Scripts

  static func effects(_ rows: Int) -> [EffectCount] {
    [EffectCount(dataset: "contact", approved: 1, found: rows, erased: rows)]
  }

  /// Records the rows and erases them.
  static func erasing(
    _ rows: Int, _ order: ErasureOrder, _ before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    try await before.record(PreparedEffect(effects: effects(rows)))
    return .completed(effects(rows))
  }

  static let clean = Verification(voucher: .us, seen: .secondLook, path: FailureCode("second-connection"))

  static func remaining(_ rows: Int) -> Verification {
    Verification(
      voucher: .us, seen: .secondLook, path: FailureCode("second-connection"),
      remaining: [DatasetCount(dataset: "contact", isRoot: true, erase: rows)])
  }
}
