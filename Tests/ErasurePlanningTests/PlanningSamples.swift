import ErasureDomain
import Foundation
import Testing

@testable import ErasurePlanning

/// Where the project's own files are.
enum Project {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().resolvingSymlinksInPath().path
  static let tests = URL(filePath: #filePath).deletingLastPathComponent().path
  static let plans = URL(filePath: root + "/plans").resolvingSymlinksInPath().path

  static func demo() throws -> SystemRegister { try SystemRegister.load(folder: plans, organisation: "demo") }

  static func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
}

/// Bytes that count up: the same in every run.
final class CountingSource: RandomSource, @unchecked Sendable {
  private let lock = NSLock()
  private var next: UInt8 = 0

  func bytes(_ count: Int) -> [UInt8] {
    lock.withLock {
      next += 1
      return Array(repeating: 0, count: count - 1) + [next]
    }
  }
}

func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text)) }

func system(_ name: String) throws -> SystemName { try #require(SystemName(name)) }

/// The first instant of a day in Amsterdam in winter, near enough for tests.
let amsterdam: @Sendable (CivilDate) -> UTCTime = { day in
  UTCTime(secondsSince1970: Int64(day.daysSince1970) * 86_400 - 3_600)
}

/// A request of 23 November 2026 by a customer who gave an e-mail address.
func received(
  _ kinds: [IdentifierKind] = [.email], capacities: [Capacity] = [.customer]
) throws -> RequestReceived {
  let calendar = HolidayCalendar.netherlands(.atw)
  let day = try day("2026-11-23")
  return RequestReceived(
    number: 1, commitment: String(repeating: "0", count: 64), channel: "email",
    receivedAt: amsterdam(day).adding(seconds: 36_000), receivedOn: day, capacities: capacities,
    identifierKinds: kinds, dueDates: try DueDates.compute(received: day, calendar: calendar))
}

/// What is seen in the demo company for one customer with two invoices.
func demoFindings() throws -> [SystemName: SearchedSystem] {
  let first = KeptCount(rule: "nl-fiscal-7y", until: try day("2031-01-01"), count: 1)
  let second = KeptCount(rule: "nl-fiscal-7y", until: try day("2033-01-01"), count: 1)
  return [
    try system("crm"): SearchedSystem(
      counts: [
        DatasetCount(dataset: "contact", isRoot: true, erase: 1),
        DatasetCount(dataset: "activity", isRoot: false, erase: 12),
        DatasetCount(dataset: "newsletter", isRoot: true, erase: 1),
      ]),
    try system("backoffice"): SearchedSystem(
      counts: [
        DatasetCount(dataset: "customer", isRoot: true, erase: 0, reduce: 1),
        DatasetCount(dataset: "invoice", isRoot: false, erase: 0, kept: [first, second]),
        DatasetCount(
          dataset: "invoice-line", isRoot: false, erase: 0,
          kept: [
            KeptCount(rule: "nl-fiscal-7y", until: first.until, count: 3),
            KeptCount(rule: "nl-fiscal-7y", until: second.until, count: 4),
          ]),
        DatasetCount(dataset: "order", isRoot: false, erase: 2),
      ]),
  ]
}

func input(
  _ register: SystemRegister, searched: [SystemName: SearchedSystem], received request: RequestReceived? = nil,
  known: Set<IdentifierKind> = [.email, IdentifierKind(rawValue: "customer-no")]
) throws -> PlanInput {
  PlanInput(
    plan: PlanReference(bytes: Array(repeating: 1, count: 16)),
    request: RequestReference(bytes: Array(repeating: 2, count: 16)), received: try request ?? received(),
    ground: .consentWithdrawn, register: register,
    registerDigest: ContentDigest(bytes: Array(repeating: 3, count: 32)), searched: searched,
    findingsDigest: ContentDigest(bytes: Array(repeating: 4, count: 32)), knownKinds: known,
    log: "log.demo.example/expunged", drafter: PersonReference(bytes: Array(repeating: 5, count: 16)),
    at: amsterdam(try day("2026-11-24")), practice: true, margin: .standard, random: CountingSource(),
    startOfDay: amsterdam)
}

/// A system with one root dataset `root`, found and yielding by the kinds given.
func record(
  _ name: String, role: SystemRole = .own, connector: String = "sqlite", owner: String = "it",
  finds: [IdentifierKind] = [.email], yields: [IdentifierKind] = [], identifiers: [IdentifierKind] = [.email],
  copies: [CopyDeclaration] = [], datasets: [DatasetRecord]? = nil, subjects: [Capacity] = [.customer]
) throws -> SystemRecord {
  let root = DatasetRecord(
    name: "root", table: "root", find: finds.map { IdentifiedColumn(kind: $0, column: "f") }, suffices: finds,
    yields: yields.map { IdentifiedColumn(kind: $0, column: "y") }, review: [], belongsTo: [], treatment: .delete)
  return SystemRecord(
    system: try system(name), title: name, role: role, owner: owner, subjects: subjects, connector: connector,
    settings: .object([:]), identifiers: identifiers, datasets: datasets ?? [root], blockers: [], copies: copies,
    concurrency: 1)
}

let oneRoot = SearchedSystem(counts: [DatasetCount(dataset: "root", isRoot: true, erase: 1)])

/// The jobs of one system, by verb.
extension ErasurePlan {
  func job(_ name: String, _ verb: JobVerb) throws -> PlannedJob {
    try #require(jobs.first { $0.system.description == name && $0.verb == verb }, "no \(verb) in \(name)")
  }

  /// Who a job waits for: `crm settled`.
  func edges(of job: PlannedJob) -> [String] {
    job.dependsOn.map { edge in "\(self.job(edge.job)?.system.description ?? "?") \(edge.kind.rawValue)" }
  }
}
