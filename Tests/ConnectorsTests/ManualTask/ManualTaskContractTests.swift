import ConnectorKit
import Connectors
import ErasureDomain
import TestKit
import Testing

struct ManualTaskContractTests {
  /// A carrier that no program reaches: it stays as it is.
  final class Harness: ConnectorHarness {
    let connector: any Connector
    let traits = ConnectorTraits(looks: false, records: false, mayClaim: [.attestation])
    let identifiers = [SubjectIdentifier(kind: .email, value: CompanyOrders.email)]
    let faults: [ConnectorFaultExpectation] = []
    private let system: SystemName

    init() throws {
      system = try CompanyOrders.name("usb-stick")
      connector = try ManualTaskConnector(
        settings: ManualTaskSettings(instruction: "Fetch the stick and delete the rows."),
        context: CompanyOrders.context(role: .carrier, clock: ManualClock()))
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
        system, identifiers, approving: findings, verb: .manual, prepared: prepared, remembered: remembered)
    }
  }

  @Test func `a manual task keeps every promise of a connector`() async throws {
    try await ConnectorContract.check { try Harness() }
  }
}
