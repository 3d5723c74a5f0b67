import ConnectorKit
import Connectors
import ErasureDomain
import Postgres
import PostgresTestKit
import Synchronization
import TestKit
import Testing

/// The PostgreSQL connector passes the suite of all connectors, on plain tables and on partitioned ones.
struct PostgresContractTests {
  @Test(.timeLimit(.minutes(15)), arguments: ConnectorClause.allCases)
  func keepsThePromise(_ clause: ConnectorClause) async throws {
    try await ConnectorContract.check(clause) { try await PostgresHarness.make(partitioned: false) }
  }

  @Test(.timeLimit(.minutes(15)), arguments: ConnectorClause.allCases)
  func keepsThePromiseOnPartitions(_ clause: ConnectorClause) async throws {
    try await ConnectorContract.check(clause) { try await PostgresHarness.make(partitioned: true) }
  }
}

/// A shop with a person, other people, kept invoices and rows on several levels.
struct PostgresHarness: ConnectorHarness {
  let world: PostgresWorld
  let cut: PostgresCutConnector
  let lock: PostgresConnection
  private let partitioned: Bool

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

  static func make(partitioned: Bool) async throws -> PostgresHarness {
    let world = try await PostgresWorld.make()
    let lock = try await PostgresConnection.open(world.database.target(application: "somebody else"))
    return PostgresHarness(
      world: world, cut: PostgresCutConnector(try world.connector(datasets)), lock: lock, partitioned: partitioned)
  }

  var connector: any Connector { cut }
  var traits: ConnectorTraits { ConnectorTraits(looks: true, records: true, mayClaim: [.secondLook]) }
  var identifiers: [SubjectIdentifier] { [SQLiteWorld.email(" Ada@Example.ORG"), SQLiteWorld.number("K-4711")] }

  var faults: [ConnectorFaultExpectation] {
    var faults: [ConnectorFaultExpectation] = []
    for call in ConnectorCall.allCases {
      faults.append(ConnectorFaultExpectation(.missing, in: call, becomes: .permanent))
      faults.append(ConnectorFaultExpectation(.refused, in: call, becomes: .permanent))
    }
    faults.append(ConnectorFaultExpectation(.busy, in: .erase, becomes: .transient))
    faults.append(ConnectorFaultExpectation(.garbled, in: .verify, becomes: .needsOfficer))
    faults.append(ConnectorFaultExpectation(.answerLost, in: .erase, becomes: .outcomeUnknown))
    return faults
  }

  func seed() async throws {
    let parts =
      partitioned
      ? ("PARTITION BY HASH (customer_id)", "PRIMARY KEY (id, kind, customer_id), UNIQUE (id, kind, customer_id)")
      : ("", "PRIMARY KEY (id, kind)")
    let partitions =
      partitioned
      ? (0..<3).map {
        "CREATE TABLE activity_\($0) PARTITION OF activity FOR VALUES WITH (MODULUS 3, REMAINDER \($0));"
      }.joined() : ""
    let reference = partitioned ? "" : ", FOREIGN KEY (activity_id, kind) REFERENCES activity(id, kind)"
    try await world.run(
      """
      CREATE TABLE customer (id int PRIMARY KEY, email text NOT NULL UNIQUE, number varchar(20), name text, city text);
      CREATE TABLE newsletter (id serial PRIMARY KEY, email text, list text);
      CREATE TABLE activity (id int, kind text, customer_id int NOT NULL REFERENCES customer(id), note text, \(parts.1))
        \(parts.0); \(partitions)
      CREATE TABLE attachment (activity_id int, kind text, body bytea\(reference));
      CREATE TABLE invoice (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer(id), invoice_date date,
        amount numeric);
      CREATE TABLE line (invoice_id int REFERENCES invoice(id), what text);
      INSERT INTO customer VALUES (1, 'ada@example.org', 'K-4711', 'Ada', 'Delft'),
        (2, 'bob@example.org', 'K-4712', 'Bob', 'Gouda'), (3, 'xada@example.org', 'K-47110', 'Eve', 'Delft'),
        (4, E'ADA@EXAMPLE.ORG \t', NULL, 'Ada', NULL);
      INSERT INTO newsletter (email, list) VALUES ('Ada@example.org', 'a'), ('bob@example.org', 'a'), (NULL, 'b'),
        ('', 'c');
      INSERT INTO activity VALUES (1, 'call', 1, 'x'), (1, 'mail', 2, 'y'), (2, 'call', 1, 'z'), (3, 'call', 3, 'n');
      INSERT INTO attachment VALUES (1, 'call', '\\x00ff'), (1, 'mail', '\\x01'), (2, 'call', NULL), (NULL, NULL, '\\x02');
      INSERT INTO invoice VALUES (1, 1, '2015-05-01', 10), (2, 1, '2024-05-01', 20), (3, 2, '2015-01-01', 30);
      INSERT INTO line VALUES (1, 'old'), (2, 'new'), (2, 'new too'), (3, 'other');
      """)
  }

  func otherPeople() async throws -> [String] {
    try await world.database.texts(
      """
      SELECT 'customer' || t::text FROM customer AS t WHERE id NOT IN (1, 4)
      UNION ALL SELECT 'newsletter' || t::text FROM newsletter AS t WHERE email IS DISTINCT FROM 'Ada@example.org'
      UNION ALL SELECT 'activity' || t::text FROM activity AS t WHERE customer_id <> 1
      UNION ALL SELECT 'attachment' || t::text FROM attachment AS t WHERE kind IS DISTINCT FROM 'call'
      UNION ALL SELECT 'invoice' || t::text FROM invoice AS t WHERE customer_id <> 1
      UNION ALL SELECT 'line' || t::text FROM line AS t WHERE invoice_id NOT IN (1, 2) ORDER BY 1
      """)
  }

  func remaining() async throws -> Int {
    try await world.database.number(
      """
      SELECT (SELECT count(*) FROM customer WHERE (id = 1 AND (email LIKE '%@%' OR number IS NOT NULL
          OR city IS NOT NULL)) OR id = 4)
        + (SELECT count(*) FROM newsletter WHERE email ILIKE 'ada%')
        + (SELECT count(*) FROM activity WHERE customer_id = 1)
        + (SELECT count(*) FROM attachment WHERE kind = 'call') + (SELECT count(*) FROM invoice WHERE id = 1)
        + (SELECT count(*) FROM line WHERE invoice_id = 1)
      """)
  }

  func breakNext(_ fault: ConnectorFault) async throws {
    switch fault {
    case .busy:
      _ = try await lock.perform { session in
        try session.execute("BEGIN")
        return try session.execute("SELECT 1 FROM customer WHERE id = 1 FOR UPDATE")
      }
    case .missing:
      let string = world.connectionString(world.looker).replacing("dbname=", with: "dbname=no_")
      world.secrets.set("shop-look", string)
      world.secrets.set("shop-erase", string)
    case .garbled: try await world.database.run("ALTER TABLE customer RENAME COLUMN email TO mail")
    case .refused:
      for name in ["shop-look", "shop-erase"] {
        world.secrets.set(name, world.connectionString(world.looker).replacing("password=", with: "password=no"))
      }
    case .answerLost: cut.losesNextAnswer.withLock { $0 = true }
    }
  }

  func searchOrder(identifiers: [SubjectIdentifier]) -> SearchOrder { world.search(identifiers) }

  func erasureOrder(
    identifiers: [SubjectIdentifier], findings: Findings, prepared: PreparedEffect?, remembered: [String: String]
  ) -> ErasureOrder {
    world.order(identifiers, approving: findings, prepared: prepared)
  }
}

/// Stands between engine and connector, where an answer can be lost.
final class PostgresCutConnector: Connector {
  typealias Settings = PostgresSettings
  static let kind = ConnectorKind("cut")

  private let inner: PostgresConnector
  let losesNextAnswer = Mutex(false)

  init(_ inner: PostgresConnector) { self.inner = inner }

  init(settings: PostgresSettings, context: ConnectorContext) throws(SettingsProblem) {
    inner = try PostgresConnector(settings: settings, context: context)
  }

  func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { try await inner.locate(search) }

  func erase(_ order: ErasureOrder, before: any EffectRecorder) async throws(ConnectorFailure) -> ErasureProgress {
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
