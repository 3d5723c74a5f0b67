import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import GRDB
import Synchronization
import TestKit
import Testing

/// The SQLite connector passes the suite of all connectors.
struct SQLiteContractTests {
  @Test(.timeLimit(.minutes(5)), arguments: ConnectorClause.allCases)
  func keepsThePromise(_ clause: ConnectorClause) async throws {
    try await ConnectorContract.check(clause) { try SQLiteHarness(journal: "DELETE") }
  }

  @Test(.timeLimit(.minutes(5)), arguments: ConnectorClause.allCases)
  func keepsThePromiseWithAWriteAheadLog(_ clause: ConnectorClause) async throws {
    try await ConnectorContract.check(clause) { try SQLiteHarness(journal: "WAL") }
  }

  /// The suite itself must be able to fail.
  @Test func suiteNoticesAConnectorThatDoesNothing() async throws {
    await #expect(throws: ContractBroken.self) {
      try await ConnectorContract.check(.onlyThePersonGoes) {
        let harness = try SQLiteHarness(journal: "DELETE")
        harness.cut.skipsErasure.withLock { $0 = true }
        return harness
      }
    }
  }
}

/// A shop with a person, other people, kept invoices and rows on several levels.
struct SQLiteHarness: ConnectorHarness {
  let world: SQLiteWorld
  let cut: SQLiteCutConnector
  private let journal: String
  private let lock = SQLiteLockHolder()

  static let datasets: [DatasetRecord] = [
    .sqlite(
      "customer", find: [("email", "email"), ("customer-no", "number")], suffices: ["email", "customer-no"],
      .reduce(keepColumns: ["id", "name"], whileKept: "invoice")),
    .sqlite("newsletter", find: [("email", "email")], suffices: ["email"]),
    .sqlite("activity", belongsTo: [("customer", [("customer_id", "id")])]),
    .sqlite("attachment", belongsTo: [("activity", [("activity_id", "id"), ("kind", "kind")])]),
    .sqlite(
      "invoice", belongsTo: [("customer", [("customer_id", "id")])],
      .retain(Retention(rule: "nl-fiscal-7y", start: "invoice_date"))),
    .sqlite("line", belongsTo: [("invoice", [("invoice_id", "id")])], .retainWith(dataset: "invoice")),
  ]

  init(journal: String) throws {
    self.journal = journal
    world = try SQLiteWorld()
    cut = SQLiteCutConnector(try world.connector(Self.datasets))
  }

  var connector: any Connector { cut }
  var traits: ConnectorTraits { ConnectorTraits(looks: true, records: true, mayClaim: [.secondLook]) }
  var identifiers: [SubjectIdentifier] { [SQLiteWorld.email(" Ada@Example.ORG"), SQLiteWorld.number("K-4711")] }

  var faults: [ConnectorFaultExpectation] {
    var faults: [ConnectorFaultExpectation] = []
    for call in ConnectorCall.allCases {
      faults.append(ConnectorFaultExpectation(.missing, in: call, becomes: .permanent))
      faults.append(ConnectorFaultExpectation(.garbled, in: call, becomes: .permanent))
      // With a write-ahead log readers do not wait for writers.
      if journal == "DELETE" || call == .erase {
        faults.append(ConnectorFaultExpectation(.busy, in: call, becomes: .transient))
      }
    }
    faults.append(ConnectorFaultExpectation(.answerLost, in: .erase, becomes: .outcomeUnknown))
    return faults
  }

  func seed() async throws {
    try world.run(
      """
      PRAGMA journal_mode = \(journal);
      CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, number TEXT, name TEXT, city TEXT);
      CREATE TABLE newsletter (email TEXT, list TEXT);
      CREATE TABLE activity (id INTEGER, kind TEXT, customer_id INTEGER REFERENCES customer(id), note TEXT,
        PRIMARY KEY (id, kind)) WITHOUT ROWID;
      CREATE TABLE attachment (activity_id INTEGER, kind TEXT, body BLOB,
        FOREIGN KEY (activity_id, kind) REFERENCES activity(id, kind));
      CREATE TABLE invoice (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer(id),
        invoice_date TEXT, amount INTEGER);
      CREATE TABLE line (invoice_id INTEGER REFERENCES invoice(id), what TEXT);
      INSERT INTO customer VALUES (1, 'ada@example.org', 'K-4711', 'Ada', 'Delft'),
        (2, 'bob@example.org', 'K-4712', 'Bob', 'Gouda'), (3, 'xada@example.org', 'K-47110', 'Eve', 'Delft'),
        (4, 'ADA@EXAMPLE.ORG ', NULL, 'Ada', NULL);
      INSERT INTO newsletter VALUES ('Ada@example.org', 'a'), ('bob@example.org', 'a'), (NULL, 'b'), ('', 'c');
      INSERT INTO activity VALUES (1, 'call', 1, 'x'), (1, 'mail', 2, 'y'), (2, 'call', 1, 'z'), (3, 'call', NULL, 'n');
      INSERT INTO attachment VALUES (1, 'call', x'00ff'), (1, 'mail', x'01'), (2, 'call', NULL), (NULL, NULL, x'02');
      INSERT INTO invoice VALUES (1, 1, '2015-05-01', 10), (2, 1, '2024-05-01', 20), (3, 2, '2015-01-01', 30);
      INSERT INTO line VALUES (1, 'old'), (2, 'new'), (2, 'new too'), (3, 'other');
      """)
  }

  func otherPeople() async throws -> [String: [String]] {
    try world.dump { table, row in
      switch table {
      case "customer": [1, 4].contains(row["id"] as Int)
      case "newsletter": (row["email"] as String?) == "Ada@example.org"
      case "activity": (row["customer_id"] as Int?) == 1
      case "attachment": (row["kind"] as String?) == "call"
      case "invoice": (row["customer_id"] as Int?) == 1
      case "line": [1, 2].contains(row["invoice_id"] as Int)
      default: false
      }
    }
  }

  func remaining() async throws -> Int {
    try world.number(
      """
      SELECT (SELECT count(*) FROM customer WHERE (id = 1 AND (email LIKE '%@%' OR number IS NOT NULL
          OR city IS NOT NULL)) OR id = 4)
        + (SELECT count(*) FROM newsletter WHERE email LIKE 'ada%')
        + (SELECT count(*) FROM activity WHERE customer_id = 1)
        + (SELECT count(*) FROM attachment WHERE kind = 'call') + (SELECT count(*) FROM invoice WHERE id = 1)
        + (SELECT count(*) FROM line WHERE invoice_id = 1)
      """)
  }

  func breakNext(_ fault: ConnectorFault) async throws {
    switch fault {
    case .busy: try lock.hold(world)
    case .missing: try FileManager.default.removeItem(atPath: world.path)
    case .garbled:
      try Data(String(repeating: "no database ", count: 500).utf8).write(to: URL(fileURLWithPath: world.path))
    case .answerLost: cut.losesNextAnswer.withLock { $0 = true }
    case .refused: throw SQLiteTestProblem("as root nothing is refused")
    }
  }

  func searchOrder(identifiers: [SubjectIdentifier]) -> SearchOrder {
    ConnectorOrders.search(SQLiteWorld.system, identifiers)
  }

  func erasureOrder(
    identifiers: [SubjectIdentifier], findings: Findings, prepared: PreparedEffect?, remembered: [String: String]
  ) -> ErasureOrder {
    ConnectorOrders.erasure(
      SQLiteWorld.system, identifiers, approving: findings, prepared: prepared, remembered: remembered)
  }
}

/// Holds another connection's lock.
final class SQLiteLockHolder: Sendable {
  private let queue = Mutex<DatabaseQueue?>(nil)

  func hold(_ world: SQLiteWorld) throws {
    let connection = try world.open()
    try connection.writeWithoutTransaction { db in try db.execute(sql: "BEGIN EXCLUSIVE") }
    queue.withLock { $0 = connection }
  }

  func release() throws {
    let connection = queue.withLock { queue in
      defer { queue = nil }
      return queue
    }
    try connection?.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
    try connection?.close()
  }
}

/// Stands between engine and connector, where an answer can be lost.
final class SQLiteCutConnector: Connector {
  typealias Settings = SQLiteSettings
  static let kind = ConnectorKind("cut")

  private let inner: SQLiteConnector
  let losesNextAnswer = Mutex(false)
  let skipsErasure = Mutex(false)

  init(_ inner: SQLiteConnector) { self.inner = inner }

  init(settings: SQLiteSettings, context: ConnectorContext) throws(SettingsProblem) {
    inner = try SQLiteConnector(settings: settings, context: context)
  }

  func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { try await inner.locate(search) }

  func erase(_ order: ErasureOrder, before: any EffectRecorder) async throws(ConnectorFailure) -> ErasureProgress {
    if skipsErasure.withLock({ $0 }) { return .completed([]) }
    let progress = try await inner.erase(order, before: before)
    let isLost = losesNextAnswer.withLock { loses in
      defer { loses = false }
      return loses
    }
    if isLost { throw .outcomeUnknown(FailureCode("cut")) }
    return progress
  }

  func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification { try await inner.verify(order) }
}
