import ConnectorKit
import ErasureDomain
import Synchronization
import TestKit

/// A company that accepts and then calls. Its calls are signed when their body ends with `!`, and say what stands before:
/// an id, a blank, a status.
final class CallingSystem: Connector, Receipting, CallbackReceiving, Cancelling {
  struct Settings: Codable, Sendable {}

  static let kind = ConnectorKind("calling")
  private let asked = Mutex(0)
  private let gate: Gate?
  private let cancelled = Mutex<[JobReference]>([])

  /// With a gate, telling it waits until the gate opens.
  init(gate: Gate? = nil) { self.gate = gate }

  init(settings: Settings, context: ConnectorContext) throws(SettingsProblem) {
    throw SettingsProblem("a calling system is made by its test")
  }

  /// Of which jobs it was told that they are not wanted any more; the first time it does not answer.
  var cancels: [JobReference] { cancelled.withLock { $0 } }

  func cancel(
    _ order: ErasureOrder, before recorder: any EffectRecorder
  ) async throws(ConnectorFailure) -> CancelSent.Answer {
    let isFirst = cancelled.withLock { cancelled in
      cancelled.append(order.job)
      return cancelled.count == 1
    }
    guard !isFirst else { throw .transient(FailureCode("http-503"), retryAfterSeconds: nil) }
    try await recorder.remember("yes", as: "cancelled")
    return .tooLate
  }

  /// How often it was asked.
  var polls: Int { asked.withLock { $0 } }

  static func call(_ id: String, _ status: RecipientWord, isSigned: Bool = true) -> IncomingCall {
    IncomingCall(headers: [:], body: Array("\(id) \(status.rawValue)\(isSigned ? "!" : "?")".utf8))
  }

  private static func statement(_ body: String) -> CallbackStatement? {
    let words = body.dropLast().split(separator: " ")
    guard words.count == 2, let status = RecipientWord(rawValue: String(words[1])) else { return nil }
    return CallbackStatement(id: String(words[0]), status: status)
  }

  func check(_ call: IncomingCall, about job: JobReference) async throws(CallRefusal) -> CallbackStatement {
    let body = String(decoding: call.body, as: UTF8.self)
    guard body.hasSuffix("!") else { throw .unsigned }
    guard let statement = Self.statement(body) else { throw .malformed(FailureCode("no-status")) }
    return statement
  }

  func lateReceipt(_ order: ErasureOrder) -> CompanyReceipt? {
    order.remembered[RememberedCall.name].map { CompanyReceipt(bytes: Array($0.utf8), key: "a key") }
  }

  func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  func erase(_ order: ErasureOrder, before: any EffectRecorder) async throws(ConnectorFailure) -> ErasureProgress {
    try await before.record(PreparedEffect(effects: []))
    do { try await gate?.pass() } catch { throw .interrupted }
    return .handedOver(checkAfterSeconds: .max)
  }

  func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    Verification(voucher: .us, seen: .dispatch, path: FailureCode("none"))
  }

  func poll(_ order: ErasureOrder) async throws(ConnectorFailure) -> RecipientAnswer {
    try await pollForReceipt(order).answer
  }

  func pollForReceipt(
    _ order: ErasureOrder
  ) async throws(ConnectorFailure) -> (answer: RecipientAnswer, receipt: CompanyReceipt?) {
    asked.withLock { $0 += 1 }
    guard let statement = order.remembered[RememberedCall.name].flatMap(Self.statement) else {
      return (.pending(retryAfterSeconds: nil), nil)
    }
    let seen = Verification(voucher: .recipientUnsigned, seen: .confirmation, path: CallbackReceived.path)
    switch statement.status {
    case .received, .inProgress: return (.pending(retryAfterSeconds: nil), nil)
    case .completed, .completedWithRetention: return (.completed(seen, rows: 3), nil)
    case .noMatch: return (.noMatch(seen), nil)
    case .denied: return (.denied(FailureCode("other")), nil)
    case .cancelled: return (.cancelled, nil)
    }
  }
}
