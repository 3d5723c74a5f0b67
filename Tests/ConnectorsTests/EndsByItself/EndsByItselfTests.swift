import ConnectorKit
import Connectors
import ErasureDomain
import TestKit
import Testing

struct EndsByItselfTests {
  private static let setting = EndsByItselfSettings(
    afterDays: 7, proof: .setting, saidBy: "data-platform", on: CivilDate(daysSince1970: 20_000))
  private static let task = EndsByItselfSettings(
    afterDays: 7, proof: .task, instruction: "Delete the export from the share.")

  /// A copy that two people are to look after: it stays as it is until they do.
  final class Harness: ConnectorHarness {
    let connector: any Connector
    let traits = ConnectorTraits(looks: false, records: false, mayClaim: [.setting])
    let identifiers: [SubjectIdentifier] = []
    let faults: [ConnectorFaultExpectation] = []
    private let system: SystemName
    private let erasedBy: UTCTime

    init() throws {
      system = try CompanyOrders.name("warehouse")
      erasedBy = try CompanyOrders.time("2026-03-02T09:00:00Z")
      connector = try EndsByItselfTests.connector(
        EndsByItselfTests.task, ManualClock(at: try CompanyOrders.time("2026-04-01T09:00:00Z")))
    }

    func seed() async throws {}
    func otherPeople() async throws -> Int { 0 }
    func remaining() async throws -> Int { 1 }
    func breakNext(_ fault: ConnectorFault) async throws {}

    func searchOrder(identifiers: [SubjectIdentifier]) -> SearchOrder { ConnectorOrders.search(system, identifiers) }

    func erasureOrder(
      identifiers: [SubjectIdentifier], findings: Findings, prepared: PreparedEffect?, remembered: [String: String]
    ) -> ErasureOrder {
      ConnectorOrders.erasure(
        system, identifiers, approving: findings, verb: .confirmExpiry, prepared: prepared, remembered: remembered,
        erasedBy: erasedBy)
    }
  }

  private static func connector(
    _ settings: EndsByItselfSettings, _ clock: ManualClock, copiesOf: [String] = ["crm"]
  ) throws -> EndsByItselfConnector {
    try EndsByItselfConnector(
      settings: settings,
      context: CompanyOrders.context(
        role: .backup, clock: clock, copiesOf: try copiesOf.map { try CompanyOrders.name($0) }))
  }

  private func order(_ verb: JobVerb) throws -> ErasureOrder {
    ConnectorOrders.erasure(
      try CompanyOrders.name("warehouse"), [], approving: Findings(), verb: verb, prepared: nil, remembered: [:],
      erasedBy: try CompanyOrders.time("2026-03-02T09:00:00Z"))
  }

  @Test func `a copy that ends by itself keeps every promise of a connector`() async throws {
    try await ConnectorContract.check { try Harness() }
  }

  @Test func `its last day is counted from the erasure, and nobody claims to have looked`() async throws {
    let clock = ManualClock(at: try CompanyOrders.time("2026-03-04T12:00:00Z"))
    let connector = try Self.connector(Self.setting, clock)
    let recorder = NoticeRecorder()
    let progress = try await connector.erase(try order(.tagExpiry), before: recorder)
    guard case .tagged(let until) = progress else {
      Issue.record("it answered \(progress)")
      return
    }
    #expect(until == CivilDate("2026-03-09"))
    let seen = try await connector.verify(try order(.tagExpiry))
    #expect(seen.seen == .setting)
    #expect(seen.isClean)
  }

  @Test func `before the day has passed it waits for the first moment after it, and counts as there`() async throws {
    let clock = ManualClock(at: try CompanyOrders.time("2026-03-09T12:00:00Z"))
    let connector = try Self.connector(Self.setting, clock)
    let start = clock.start(of: try #require(CivilDate("2026-03-10")))
    await #expect(
      throws: ConnectorFailure.transient(
        FailureCode("copy-not-ended-yet"), retryAfterSeconds: start.seconds(since: clock.now()))
    ) { try await connector.erase(try order(.confirmExpiry), before: NoticeRecorder()) }
    #expect(!(try await connector.verify(try order(.confirmExpiry)).isClean))
    clock.set(to: start)
    _ = try await connector.erase(try order(.confirmExpiry), before: NoticeRecorder())
    let seen = try await connector.verify(try order(.confirmExpiry))
    #expect(seen.isClean)
    #expect(seen.seen == .setting)
  }

  @Test func `where two people look it asks for them, and is never clean by itself`() async throws {
    let clock = ManualClock(at: try CompanyOrders.time("2026-03-20T12:00:00Z"))
    let connector = try Self.connector(Self.task, clock)
    await #expect(throws: ConnectorFailure.needsOfficer(Question(code: .manualTask))) {
      try await connector.erase(try order(.confirmExpiry), before: NoticeRecorder())
    }
    #expect(!(try await connector.verify(try order(.confirmExpiry)).isClean))
  }

  @Test(arguments: [
    (EndsByItselfSettings(afterDays: -1, proof: .task, instruction: "x"), "after-days is -1; allowed: 0 to 36500"),
    (
      EndsByItselfSettings(afterDays: 1, proof: .setting, saidBy: "it"),
      "proof is setting, so somebody must answer for it; write said-by: <role> and on: <date>"
    ),
    (
      EndsByItselfSettings(afterDays: 1, proof: .task, instruction: " "),
      "proof is task, so somebody must know what to do; write an instruction"
    ),
    (
      EndsByItselfSettings(afterDays: 1, proof: .task, saidBy: "it", instruction: "x"),
      "said-by and on are for proof: setting; take them out"
    ),
  ])
  func `settings that leave open who answers for the end are refused`(
    settings: EndsByItselfSettings, why: String
  ) throws {
    do {
      _ = try Self.connector(settings, ManualClock())
      Issue.record("it was taken")
    } catch let problem as SettingsProblem {
      #expect(problem.description.hasSuffix(why), "\(problem)")
    }
  }

  @Test func `a keeper of nobody's copies is refused`() throws {
    #expect(throws: SettingsProblem.self) { try Self.connector(Self.setting, ManualClock(), copiesOf: []) }
  }
}
