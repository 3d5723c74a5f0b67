import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import Glibc
import Synchronization
import TestKit
import Testing

struct BackupCatalogueContractTests {
  /// A catalogue with sets of our system and of another. It is tagged by request, never by a person's identifier.
  final class Harness: ConnectorHarness {
    let connector: any Connector
    let traits = ConnectorTraits(looks: false, records: true, mayClaim: [.listing])
    let identifiers: [SubjectIdentifier] = []
    let faults = [
      ConnectorFaultExpectation(.busy, in: .erase, becomes: .transient),
      ConnectorFaultExpectation(.busy, in: .verify, becomes: .transient),
      ConnectorFaultExpectation(.missing, in: .erase, becomes: .permanent),
      ConnectorFaultExpectation(.missing, in: .verify, becomes: .permanent),
      ConnectorFaultExpectation(.garbled, in: .erase, becomes: .permanent),
      ConnectorFaultExpectation(.garbled, in: .verify, becomes: .permanent),
    ]
    private let scratch: BackupCatalogueConnectorTests.Scratch
    private let erasedBy: UTCTime
    private let system: SystemName
    private let locked = Mutex<Int32?>(nil)

    init() throws {
      scratch = try BackupCatalogueConnectorTests.Scratch()
      erasedBy = try CompanyOrders.time("2026-03-02T09:00:00Z")
      system = try CompanyOrders.name("backups")
      connector = try BackupCatalogueConnector(
        settings: BackupCatalogueSettings(catalogue: "backups.json"),
        context: CompanyOrders.context(
          role: .backup, clock: ManualClock(), folder: scratch.folder, copiesOf: [CompanyOrders.name("crm")]))
    }

    deinit { if let file = locked.withLock({ $0 }) { close(file) } }

    func seed() async throws { try scratch.write(BackupCatalogueConnectorTests.catalogue) }

    /// The sets that cannot hold the person, with their tags.
    func otherPeople() async throws -> [String: [String: String]] {
      try scratch.tags().filter { !["crm-1", "crm-2"].contains($0.key) }
    }

    /// Sets that can hold the person and do not say until when.
    func remaining() async throws -> Int {
      let tags = try scratch.tags()
      return ["crm-1", "crm-2"].count { tags[$0]?["expunged-expire"] == nil }
    }

    func breakNext(_ fault: ConnectorFault) async throws {
      switch fault {
      case .busy:
        let file = open(scratch.path, O_RDONLY)
        #expect(flock(file, LOCK_EX | LOCK_NB) == 0)
        locked.withLock { $0 = file }
      case .missing: #expect(unlink(scratch.path) == 0)
      case .garbled: try scratch.write("{\"sets\": [")
      case .refused, .answerLost: Issue.record("not among the faults of this harness")
      }
    }

    func searchOrder(identifiers: [SubjectIdentifier]) -> SearchOrder { ConnectorOrders.search(system, identifiers) }

    func erasureOrder(
      identifiers: [SubjectIdentifier], findings: Findings, prepared: PreparedEffect?, remembered: [String: String]
    ) -> ErasureOrder {
      ConnectorOrders.erasure(
        system, identifiers, approving: findings, verb: .tagExpiry, prepared: prepared, remembered: remembered,
        erasedBy: erasedBy)
    }
  }

  @Test func `a backup catalogue keeps every promise of a connector`() async throws {
    try await ConnectorContract.check { try Harness() }
  }
}
