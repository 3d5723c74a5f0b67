import ConnectorKit
import ErasureDomain
import Synchronization
import TestKit

/// Orders, records and contexts for connectors that tell a company or a person.
enum CompanyOrders {
  static let email = "ada.devries@example.org"
  static let customerNo = "4711"
  static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

  static func order(
    verb: JobVerb = .notify, remembered: [String: String] = [:],
    identifiers: [SubjectIdentifier] = [
      SubjectIdentifier(kind: .email, value: email),
      SubjectIdentifier(kind: IdentifierKind(rawValue: "customer-no"), value: customerNo),
      SubjectIdentifier(kind: .phone, value: "+31000004711"),
    ], erasedBy: UTCTime? = nil, callDeadline: UTCTime = .distantFuture
  ) throws -> ErasureOrder {
    let system = try name("sister")
    return ErasureOrder(
      request: RequestReference(bytes: Array(repeating: 1, count: 16)),
      job: JobReference(bytes: Array(repeating: 2, count: 16)), system: system, verb: verb, ground: .consentWithdrawn,
      receivedOn: try day("2026-02-27"), identifiers: identifiers, roots: [], leftOut: [], approved: [],
      margin: .standard, followUps: [], deadline: try day("2026-03-20").utcMidnight, callDeadline: callDeadline,
      idempotencyKey: "key",
      prepared: nil, blind: String(repeating: "A", count: 43), remembered: remembered, kept: nil, erasedBy: erasedBy)
  }

  static func context(
    secretsFrom source: (any SecretSource)? = nil,
    role: SystemRole = .recipient, connector: String = "webhook", settings: CanonicalJSON = .object([:]),
    identifiers: [IdentifierKind] = [.email, IdentifierKind(rawValue: "customer-no")], clock: any CivilClock,
    folder: String = "", copiesOf: [SystemName] = [], secrets: [String: String] = ["sister-webhook": secret],
    publicURL: String? = nil
  ) throws -> ConnectorContext {
    let record = SystemRecord(
      system: try name("sister"), title: "Sister company", role: role, owner: "privacy", subjects: [.customer],
      connector: connector, settings: settings, identifiers: identifiers, datasets: [], blockers: [], copies: [],
      concurrency: 1)
    return ConnectorContext(
      record: record, retention: [:], clock: clock, random: SeededRandom(), folder: folder, copiesOf: copiesOf,
      secrets: source ?? FixedSecrets(secrets: secrets), publicURL: publicURL)
  }

  static func name(_ text: String) throws -> SystemName {
    guard let name = SystemName(text) else { throw FixtureProblem(text: text) }
    return name
  }

  static func day(_ text: String) throws -> CivilDate {
    guard let day = CivilDate(text) else { throw FixtureProblem(text: text) }
    return day
  }

  static func time(_ text: String) throws -> UTCTime {
    guard let time = UTCTime(text) else { throw FixtureProblem(text: text) }
    return time
  }
}

struct FixtureProblem: Error {
  let text: String
}

struct FixedSecrets: SecretSource {
  let secrets: [String: String]

  func secret(_ name: String) -> [UInt8]? { secrets[name].map { Array($0.utf8) } }
}

/// One secret that a test replaces or takes away.
final class ChangingSecret: SecretSource {
  private let text: Mutex<String?>

  init(_ text: String?) { self.text = Mutex(text) }

  func replace(by other: String?) { text.withLock { $0 = other } }

  func secret(_ name: String) -> [UInt8]? { text.withLock { $0.map { Array($0.utf8) } } }
}

/// Keeps what a connector makes durable, in order; can be told to fail.
final class NoticeRecorder: EffectRecorder {
  private struct State {
    var events: [String] = []
    var remembered: [String: String] = [:]
    var effects: [PreparedEffect] = []
  }

  private let state = Mutex(State())
  private let failure: ConnectorFailure?

  init(failing failure: ConnectorFailure? = nil) { self.failure = failure }

  var events: [String] { state.withLock { $0.events } }
  var remembered: [String: String] { state.withLock { $0.remembered } }
  var effects: [PreparedEffect] { state.withLock { $0.effects } }

  func note(_ event: String) { state.withLock { $0.events.append(event) } }

  func record(_ effect: PreparedEffect) async throws(ConnectorFailure) {
    if let failure { throw failure }
    state.withLock {
      $0.events.append("record")
      $0.effects.append(effect)
    }
  }

  func remember(_ value: String, as name: String) async throws(ConnectorFailure) {
    state.withLock {
      $0.events.append("remember \(name)")
      $0.remembered[name] = value
    }
  }
}
