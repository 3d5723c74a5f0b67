import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import Synchronization
import TestKit
import Testing

/// Every description of a vendor's service, against a service of the shape that the vendor documents.
@Suite struct CatalogueTests {
  final class Harness: ConnectorHarness {
    let vendor: FakeVendor
    let service: FakeService
    let world: HTTPSystemWorld
    let traits = ConnectorTraits(looks: true, records: true, mayClaim: [.secondLook])
    let identifiers: [SubjectIdentifier]
    let faults = [
      ConnectorFaultExpectation(.busy, in: .locate, becomes: .transient),
      ConnectorFaultExpectation(.missing, in: .locate, becomes: .needsOfficer),
      ConnectorFaultExpectation(.refused, in: .locate, becomes: .needsOfficer),
      ConnectorFaultExpectation(.garbled, in: .locate, becomes: .needsOfficer),
      ConnectorFaultExpectation(.busy, in: .erase, becomes: .transient),
      ConnectorFaultExpectation(.refused, in: .verify, becomes: .needsOfficer),
      ConnectorFaultExpectation(.garbled, in: .verify, becomes: .needsOfficer),
      ConnectorFaultExpectation(.answerLost, in: .erase, becomes: .outcomeUnknown),
    ]

    var connector: any Connector { world.connector }

    init(_ vendor: FakeVendor, email: String = HTTPSystemWorld.email) throws {
      self.vendor = vendor
      identifiers = [SubjectIdentifier(kind: .email, value: email)]
      let handle = vendor.handle
      service = try FakeService { call, world in handle(call, &world) }
      var text = try String(contentsOfFile: HTTPSystemWorld.catalogue + "/\(vendor.name).yaml", encoding: .utf8)
      for address in vendor.addresses {
        guard text.contains(address) else { throw FixtureProblem(text: "\(vendor.name).yaml has no \(address)") }
        text = text.replacing(address, with: service.url)
      }
      // A test does not wait for a vendor's rate.
      text = text.replacing(/limits: \{rate: [^}]*\}/, with: "limits: {timeout: 5s}")
      world = try HTTPSystemWorld(
        description: text, name: vendor.name, settings: vendor.settings, secrets: vendor.secrets)
    }

    func seed() async throws {
      let email = identifiers[0].value
      service.world.withLock { world in
        world.records = []
        for (number, address) in ["x" + email, email, "other@example.org", email + ".au"].enumerated() {
          let owner = "\(100 + number)"
          for kind in vendor.kinds {
            let isRoot = kind == vendor.kinds[0]
            for copy in 0..<(isRoot ? 1 : 2) {
              world.records.append(
                FakeService.Record(
                  kind: kind, id: isRoot ? owner : "\(200 + number * 10 + copy)", email: address,
                  owner: isRoot ? "list-1" : owner))
            }
          }
        }
      }
    }

    func otherPeople() async throws -> [FakeService.Record] {
      service.world.withLock { $0.records.filter { $0.email != identifiers[0].value } }
    }

    func remaining() async throws -> Int {
      service.world.withLock { world in
        world.records.count { $0.email == identifiers[0].value && $0.state != .gone }
      }
    }

    func breakNext(_ fault: ConnectorFault) async throws { service.world.withLock { $0.fault = fault } }

    func searchOrder(identifiers: [SubjectIdentifier]) -> SearchOrder {
      ConnectorOrders.search(world.record.system, identifiers)
    }

    func erasureOrder(
      identifiers: [SubjectIdentifier], findings: Findings, prepared: PreparedEffect?, remembered: [String: String]
    ) -> ErasureOrder {
      ConnectorOrders.erasure(
        world.record.system, identifiers, approving: findings, prepared: prepared, remembered: remembered)
    }
  }

  @Test(arguments: FakeVendor.all)
  func `a description keeps every promise of a connector`(vendor: FakeVendor) async throws {
    try await ConnectorContract.check { try Harness(vendor) }
  }

  @Test(arguments: FakeVendor.all)
  func `an approver sees whose record it is`(vendor: FakeVendor) async throws {
    let harness = try Harness(vendor)
    try await harness.seed()
    let findings = try await harness.world.locate(harness.identifiers)
    let shown = try await harness.world.connector.review(findings.roots, deadline: .distantFuture)
    #expect(shown.count == 1 && shown[0].columns.count > 1)
    #expect(shown[0].columns.contains { !$0.value.isEmpty })
  }

  @Test(arguments: FakeVendor.all)
  func `a plan says that the description has never been run against the vendor`(vendor: FakeVendor) async throws {
    let harness = try Harness(vendor)
    try await harness.seed()
    let findings = try await harness.world.locate(harness.identifiers)
    #expect(
      findings.sideEffects.last
        == "The description \(vendor.name) has never been run against the vendor's own service.")
    #expect(findings.sideEffects.count > 1)
  }

  @Test(arguments: FakeVendor.all)
  func `quotes, blanks and signs of the query language in an identifier stay in it`(vendor: FakeVendor) async throws {
    let harness = try Harness(vendor, email: "o'n\"e&l +%20\\a@example.org")
    try await harness.seed()
    let findings = try await harness.world.locate(harness.identifiers)
    #expect(findings.roots.count == 1)
    let others = try await harness.otherPeople()
    _ = try await harness.world.connector.erase(
      harness.world.order(findings, identifiers: harness.identifiers), before: ConnectorRecorder())
    #expect(try await harness.otherPeople() == others)
    #expect(try await harness.remaining() == 0)
  }
}
