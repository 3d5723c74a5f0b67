import ConnectorKit
import ErasureDomain
import ErasureEngine
import ErasurePlanning
import EvidenceLog
import Journal
import Logging
import OfficerAPI

// Companies that are told by a wire contract: which there are, and the test that lets a plan tell them.
extension OfficerDesk {
  /// Systems of the register with a contract to pass, in its order.
  var recipients: [SystemRecord] { systems.records.filter { systems.contract(of: $0.system) != nil } }

  func listRecipients() async throws -> [RecipientView] {
    let log = try await journal.read { reader in try reader.log() }
    return try recipients.map { try view($0, in: log) }
  }

  func test(_ call: TestRecipient, _ caller: Caller) async throws -> RecipientTested {
    let (record, connector) = try recipient(call.system)
    let seconds = call.seconds ?? TestRecipient.usualSeconds
    guard (1...TestRecipient.mostSeconds).contains(seconds) else {
      throw Refusal(.invalid, "the test may wait 1 to \(TestRecipient.mostSeconds) seconds, not \(seconds)")
    }
    try await requireUnchangedConfiguration()
    let bytes = try CanonicalJSON.encode(record)
    let order = order(for: record, seconds: Int64(seconds))
    let checks = await walk(connector, order)
    if checks.isPassed {
      let facts = RecipientPassed(
        system: record.system, record: ContentDigest(hashing: bytes), contract: connector.contract,
        steps: checks.filter { $0.result == .passed }.map(\.step))
      try await append(facts, about: .log, by: caller.id, expecting: nil)
      do { try await publish() } catch {
        logger.error("the log could not be published", metadata: ["after": "the test of a company's contract"])
      }
    }
    let log = try await journal.read { reader in try reader.log() }
    return RecipientTested(recipient: try view(record, in: log), checks: checks)
  }

  private func walk(_ connector: any RecipientTesting, _ order: RecipientTestOrder) async -> [RecipientCheck] {
    guard let tests, let receiver = connector as? any CallbackReceiving else { return await connector.test(order) }
    await tests.begin(order.job, by: receiver)
    let checks = await connector.test(order)
    await tests.end(order.job)
    return checks
  }

  private func order(for record: SystemRecord, seconds: Int64) -> RecipientTestOrder {
    let now = clock.now()
    let (job, tests) = (JobReference(using: random), tests)
    return RecipientTestOrder(
      request: RequestReference(using: random), job: job, forged: JobReference(using: random),
      identifiers: record.identifiers.map { SubjectIdentifier(kind: $0, value: madeUp($0)) },
      blind: Base64.encodeURLSafe(random.bytes(32)), deadline: now.adding(seconds: 86_400),
      patience: now.adding(seconds: seconds), call: { await tests?.call(about: job) })
  }

  /// A value that nobody has: `.invalid` holds no address (RFC 2606), no telephone number begins with +999.
  private func madeUp(_ kind: IdentifierKind) -> String {
    let bytes = random.bytes(16)
    return switch kind.rawValue {
    case "email": "expunged-test-\(Hex.encode(bytes))@example.invalid"
    case "phone": "+999" + bytes.prefix(9).map { String($0 % 10) }.joined()
    default: "expunged-test-" + Hex.encode(bytes)
    }
  }

  private func recipient(_ text: String) throws -> (SystemRecord, any RecipientTesting) {
    let known = recipients.map(\.system.description)
    let such = known.isEmpty ? "there is none in the register" : "these are: \(known.joined(separator: ", "))"
    guard let name = SystemName(text), let record = settings.register[name] else {
      throw Refusal(.notFound, "there is no system \(Self.shown(text)) in the register; told by a contract: \(such)")
    }
    guard let connector = try? systems.connector(name) as? any RecipientTesting else {
      throw Refusal(
        .refused, "\(name) is not told by a contract that can be tested (connector \(record.connector)); \(such)")
    }
    return (record, connector)
  }

  private func view(_ record: SystemRecord, in log: LogRecord) throws -> RecipientView {
    let digest = ContentDigest(hashing: try CanonicalJSON.encode(record))
    let standing = log.passed?[record.system]
    let state: RecipientView.State =
      log.knowsPass(of: record.system, with: digest) ? .passed : standing == nil ? .untested : .changed
    return RecipientView(
      system: record.system, title: record.title, role: record.role, owner: record.owner,
      contract: systems.contract(of: record.system) ?? "", state: state, at: standing?.at)
  }
}

extension LogRecord {
  /// Whether a company has passed with this record, also in a log whose rules do not ask for it.
  func knowsPass(of system: SystemName, with record: ContentDigest?) -> Bool {
    record.map { passed?[system]?.records.contains($0) ?? false } ?? false
  }
}
