import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct OpenDSRContractTests {
  /// The processor with a list of people, by e-mail and customer number.
  final class Harness: ConnectorHarness {
    let connector: any Connector
    let traits = ConnectorTraits(looks: false, records: true, mayClaim: [.confirmation])
    let identifiers = [
      SubjectIdentifier(kind: .email, value: CompanyOrders.email),
      SubjectIdentifier(kind: IdentifierKind(rawValue: "customer-no"), value: "c-47110815"),
    ]
    let faults = [
      ConnectorFaultExpectation(.busy, in: .erase, becomes: .transient),
      ConnectorFaultExpectation(.missing, in: .erase, becomes: .needsOfficer),
      ConnectorFaultExpectation(.refused, in: .erase, becomes: .needsOfficer),
      ConnectorFaultExpectation(.garbled, in: .erase, becomes: .needsOfficer),
      ConnectorFaultExpectation(.answerLost, in: .erase, becomes: .outcomeUnknown),
    ]
    private let processor: ProcessorService

    init() throws {
      processor = try ProcessorService { $0.status = "completed" }
      connector = try processor.connector(clock: OpenDSRTests.now)
    }

    func seed() async throws {
      try processor.change {
        $0.people = [
          [CompanyOrders.email, "c-1"], ["other@example.org", "c-47110815"], ["x" + CompanyOrders.email, "c-4711081"],
          ["someone@example.org", "c-471108150"],
        ]
      }
    }

    private func isThePerson(_ person: [String]) -> Bool { identifiers.contains { person.contains($0.value) } }

    func otherPeople() async throws -> [[String]] { try processor.state.people.filter { !isThePerson($0) } }

    func remaining() async throws -> Int { try processor.state.people.count(where: isThePerson) }

    func breakNext(_ fault: ConnectorFault) async throws {
      try processor.change {
        $0.faults["POST"] =
          switch fault {
          case .busy: .status(503, [["Retry-After", "30"]], "")
          case .missing: .status(404, [], "")
          case .refused: .status(401, [], "")
          case .garbled: .status(201, [], "<html>")
          case .answerLost: .lose
          }
      }
    }

    func searchOrder(identifiers: [SubjectIdentifier]) -> SearchOrder {
      ConnectorOrders.search(Self.system, identifiers)
    }

    func erasureOrder(
      identifiers: [SubjectIdentifier], findings: Findings, prepared: PreparedEffect?, remembered: [String: String]
    ) -> ErasureOrder {
      ConnectorOrders.erasure(
        Self.system, identifiers, approving: findings, verb: .instruct, prepared: prepared, remembered: remembered)
    }

    private static var system: SystemName {
      guard let name = SystemName("sister") else { preconditionFailure("sister is a name") }
      return name
    }
  }

  @Test func `OpenDSR keeps every promise of a connector`() async throws {
    try await ConnectorContract.check { try Harness() }
  }

  @Test func `the processor of the contract erases the person by each identifier, and nobody else`() async throws {
    let harness = try Harness()
    try await harness.seed()
    let order = harness.erasureOrder(
      identifiers: harness.identifiers, findings: Findings(), prepared: nil, remembered: [:])
    _ = try await harness.connector.erase(order, before: ConnectorRecorder())
    #expect(try await harness.remaining() == 0)
    #expect(try await harness.otherPeople().count == 2)
  }
}
