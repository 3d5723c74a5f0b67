import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import HTTPTransport
import Synchronization
import TestKit
import Testing

struct WebhookContractTests {
  /// A company that keeps a list of people by e-mail and customer number and does what a signed notice says.
  final class Harness: ConnectorHarness {
    private struct World {
      var people: Set<[String]> = []
      var accepted: Set<String> = []
      var fault: ConnectorFault?
    }

    private final class Company: Sendable {
      let world = Mutex(World())

      func answer(_ call: ScriptedCompany.Call) -> ScriptedCompany.Answer {
        world.withLock { world in
          let fault = world.fault
          world.fault = nil
          switch fault {
          case .busy: return .status(503, "Retry-After: 30")
          case .missing: return .status(404)
          case .refused: return .status(401)
          case .answerLost, .garbled, nil: break
          }
          guard call.method == "POST" else {
            return fault == .garbled ? .json("<html>") : .json(#"{"status":"completed","records_erased":1}"#)
          }
          guard let id = call.headers["webhook-id"] else { return .status(400) }
          if world.accepted.insert(id).inserted {
            let body = String(decoding: call.body, as: UTF8.self)
            world.people = world.people.filter { person in !person.contains { body.contains("\"\($0)\"") } }
          }
          return fault == .answerLost ? .hangUp : .status(202, "Location: /erasure/\(id)")
        }
      }
    }

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
      ConnectorFaultExpectation(.answerLost, in: .erase, becomes: .outcomeUnknown),
    ]
    private let company = Company()
    private let server: ScriptedCompany

    init() throws {
      let company = company
      server = try ScriptedCompany { company.answer($0) }
      connector = try WebhookConnector(
        settings: WebhookSettings(endpoint: server.url + "/erasure", secret: "sister-webhook", isInternal: true),
        context: CompanyOrders.context(clock: ManualClock()), loops: WebhookConnectorTests.loops)
    }

    deinit { server.close() }

    func seed() async throws {
      company.world.withLock {
        $0.people = [
          [CompanyOrders.email, "c-1"], ["other@example.org", "c-47110815"], ["x" + CompanyOrders.email, "c-4711081"],
          ["someone@example.org", "c-471108150"],
        ]
      }
    }

    private func isThePerson(_ person: [String]) -> Bool { identifiers.contains { person.contains($0.value) } }

    func otherPeople() async throws -> Set<[String]> {
      company.world.withLock { $0.people }.filter { !isThePerson($0) }
    }

    func remaining() async throws -> Int { company.world.withLock { $0.people }.count(where: isThePerson) }

    func breakNext(_ fault: ConnectorFault) async throws { company.world.withLock { $0.fault = fault } }

    func searchOrder(identifiers: [SubjectIdentifier]) -> SearchOrder {
      ConnectorOrders.search(Self.system, identifiers)
    }

    func erasureOrder(
      identifiers: [SubjectIdentifier], findings: Findings, prepared: PreparedEffect?, remembered: [String: String]
    ) -> ErasureOrder {
      ConnectorOrders.erasure(
        Self.system, identifiers, approving: findings, verb: .notify, prepared: prepared, remembered: remembered)
    }

    private static var system: SystemName {
      guard let name = SystemName("sister") else { preconditionFailure("sister is a name") }
      return name
    }
  }

  @Test func `a webhook keeps every promise of a connector`() async throws {
    try await ConnectorContract.check { try Harness() }
  }

  @Test func `the company of the contract erases the person by each identifier, and nobody else`() async throws {
    let harness = try Harness()
    try await harness.seed()
    let order = harness.erasureOrder(
      identifiers: harness.identifiers, findings: Findings(), prepared: nil, remembered: [:])
    _ = try await harness.connector.erase(order, before: ConnectorRecorder())
    #expect(try await harness.remaining() == 0)
    #expect(try await harness.otherPeople().count == 2)
  }
}
