import ConnectorKit
import ErasureDomain
import Synchronization
import TestKit

/// A company that accepts, never answers, and notes when it is reminded; its first reminder does not arrive.
final class RemindingSystem: Connector, Reminding {
  struct Settings: Codable, Sendable {}

  static let kind = ConnectorKind("reminding")
  private let clock: any CivilClock
  private let tries = Mutex<[UTCTime]>([])

  init(clock: any CivilClock) { self.clock = clock }

  init(settings: Settings, context: ConnectorContext) throws(SettingsProblem) {
    throw SettingsProblem("a reminding system is made by its test")
  }

  /// When a reminder was tried.
  var reminders: [UTCTime] { tries.withLock { $0 } }

  func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  func erase(_ order: ErasureOrder, before: any EffectRecorder) async throws(ConnectorFailure) -> ErasureProgress {
    .handedOver(checkAfterSeconds: .max)
  }

  func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    Verification(voucher: .us, seen: .dispatch, path: FailureCode("none"))
  }

  func poll(_ order: ErasureOrder) async throws(ConnectorFailure) -> RecipientAnswer {
    .pending(retryAfterSeconds: nil)
  }

  func remind(_ order: ErasureOrder, before recorder: any EffectRecorder) async throws(ConnectorFailure) {
    guard order.remembered["reminded"] == nil else { return }
    let number = tries.withLock { tries in
      tries.append(clock.now())
      return tries.count
    }
    guard number > 1 else { throw .transient(FailureCode("http-503"), retryAfterSeconds: nil) }
    try await recorder.remember("yes", as: "reminded")
  }
}
