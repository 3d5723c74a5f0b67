import ConnectorKit
import ErasureDomain
import Synchronization
import TestKit

/// The sister company with a contract to pass: each test gives the next of the checks, the last again and again.
final class TestedCompany: RecipientTesting, Polling {
  final class Answers: Sendable {
    private let rest: Mutex<[[RecipientCheck]]>
    private let seen = Mutex<[RecipientTestOrder]>([])

    init(_ tests: [RecipientCheck]...) { rest = Mutex(tests) }

    var orders: [RecipientTestOrder] { seen.withLock { $0 } }

    func next(_ order: RecipientTestOrder) -> [RecipientCheck] {
      seen.withLock { $0.append(order) }
      return rest.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? [] }
    }
  }

  static let kind = ConnectorKind("scripted-company")
  static let passes = RecipientCheck.Step.allCases.map {
    RecipientCheck($0, $0 == .callsBack ? .notApplicable : .passed)
  }
  static let fails =
    [RecipientCheck(.takesNotice, .failed, FailureCode("http-404"))]
    + RecipientCheck.Step.allCases.filter { $0 != .takesNotice }.map { RecipientCheck($0, .notTried) }

  let contract = "erasure-notice/1"
  private let told: ScriptedCompany
  private let answers: Answers

  init(told: ScriptedCompany, answers: Answers) {
    self.told = told
    self.answers = answers
  }

  convenience init(settings: ScriptedCompany.Settings, context: ConnectorContext) throws(SettingsProblem) {
    self.init(told: ScriptedCompany(), answers: Answers())
  }

  func test(_ order: RecipientTestOrder) async -> [RecipientCheck] { answers.next(order) }

  func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { try await told.locate(search) }
  func erase(
    _ order: ErasureOrder, before recorder: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress { try await told.erase(order, before: recorder) }
  func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification { try await told.verify(order) }
  func poll(_ order: ErasureOrder) async throws(ConnectorFailure) -> RecipientAnswer { try await told.poll(order) }
}
