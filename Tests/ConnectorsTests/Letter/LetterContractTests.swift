import ConnectorKit
import Connectors
import Correspondence
import ErasureDomain
import Synchronization
import TestKit
import Testing

struct `A letter` {
  /// A recipient who keeps one person and erases him when a mail arrives.
  final class Harness: ConnectorHarness {
    private final class Post: MailSending {
      struct World {
        var isThere = true
        var fault: ConnectorFault?
      }
      let world = Mutex(World())

      func send(_ mail: OutgoingMail) async -> MailEnding {
        world.withLock { world in
          let fault = world.fault
          world.fault = nil
          switch fault {
          case .busy: return .exited(75)
          case .missing: return .notStarted
          case .refused: return .exited(77)
          case .answerLost, .garbled, nil: break
          }
          world.isThere = false
          return fault == .answerLost ? .killed : .exited(0)
        }
      }
    }

    let connector: any Connector
    let traits = ConnectorTraits(looks: false, records: true, mayClaim: [.confirmation])
    let identifiers = [SubjectIdentifier(kind: .email, value: CompanyOrders.email)]
    let faults = [
      ConnectorFaultExpectation(.busy, in: .erase, becomes: .transient),
      ConnectorFaultExpectation(.missing, in: .erase, becomes: .transient),
      ConnectorFaultExpectation(.refused, in: .erase, becomes: .needsOfficer),
      ConnectorFaultExpectation(.answerLost, in: .erase, becomes: .outcomeUnknown),
    ]
    private let post = Post()

    init() throws {
      connector = try `The letter connector`.connector(LetterPost(mail: post))
    }

    func seed() async throws {}
    func otherPeople() async throws -> Int { 0 }
    func remaining() async throws -> Int { post.world.withLock { $0.isThere } ? 1 : 0 }
    func breakNext(_ fault: ConnectorFault) async throws { post.world.withLock { $0.fault = fault } }

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

  @Test func `keeps every promise of a connector`() async throws {
    try await ConnectorContract.check { try Harness() }
  }
}
