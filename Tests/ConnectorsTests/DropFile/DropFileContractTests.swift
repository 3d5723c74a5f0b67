import ConnectorKit
import ErasureDomain
import Foundation
import Synchronization
import TestKit
import Testing

@testable import Connectors

struct DropFileContractTests {
  /// A mailing house that keeps a list of people, reads each file once and erases whom it names.
  final class Harness: ConnectorHarness {
    let connector: any Connector
    let traits = ConnectorTraits(looks: false, records: true, mayClaim: [.confirmation])
    let identifiers = [
      SubjectIdentifier(kind: .email, value: CompanyOrders.email),
      SubjectIdentifier(kind: IdentifierKind(rawValue: "customer-no"), value: "c-47110815"),
    ]
    let faults: [ConnectorFaultExpectation]
    private let world: DropFileWorld
    private let server: SSHServer?
    private let people = Mutex<Set<[String]>>([])

    init(_ server: SSHServer? = nil) throws {
      world = try server.map { try DropFileWorld($0) } ?? DropFileWorld()
      self.server = server
      connector = world.connector
      faults =
        [
          ConnectorFaultExpectation(.missing, in: .erase, becomes: .needsOfficer),
          ConnectorFaultExpectation(.garbled, in: .erase, becomes: .needsOfficer),
        ] + (server == nil ? [] : [ConnectorFaultExpectation(.busy, in: .erase, becomes: .transient)])
    }

    func seed() async throws {
      people.withLock {
        $0 = [
          [CompanyOrders.email, "c-1"], ["other@example.org", "c-47110815"], ["x" + CompanyOrders.email, "c-4711081"],
          ["someone@example.org", "c-471108150"],
        ]
      }
    }

    private func work() throws {
      guard FileManager.default.fileExists(atPath: world.folder) else { return }
      for text in try world.files().filter({ $0.key.hasSuffix(".csv") }).values {
        people.withLock { people in people = people.filter { person in !person.contains { text.contains("\"\($0)\"") } }
        }
      }
    }

    private func isThePerson(_ person: [String]) -> Bool { identifiers.contains { person.contains($0.value) } }

    func otherPeople() async throws -> Set<[String]> {
      try work()
      return people.withLock { $0 }.filter { !isThePerson($0) }
    }

    func remaining() async throws -> Int {
      try work()
      return people.withLock { $0 }.count(where: isThePerson)
    }

    func breakNext(_ fault: ConnectorFault) async throws {
      switch fault {
      case .missing: try FileManager.default.removeItem(atPath: world.folder)
      case .garbled: try world.put("no file of ours", as: DropFileWorld.job + ".csv")
      case .busy: server?.close()
      case .refused, .answerLost: break
      }
    }

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

  @Test func `files in a folder keep every promise of a connector`() async throws {
    try await ConnectorContract.check { try Harness() }
  }

  @Test func `files on a server keep every promise of a connector`() async throws {
    try await ConnectorContract.check { try Harness(try SSHServer()) }
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
