import ConnectorKit
import Connectors
import ErasureDomain
import Synchronization
import TestKit
import Testing

@Suite struct `A scan of an SQLite database` {
  /// What was handed over, in order.
  final class Read: Sendable {
    private let batches = Mutex<[[ScannedRecord]]>([])
    func add(_ batch: [ScannedRecord]) { batches.withLock { $0.append(batch) } }
    var all: [[ScannedRecord]] { batches.withLock { $0 } }
    var keys: [String] { all.flatMap { $0 }.map { $0.root.key.map(\.value).joined(separator: "/") } }
  }

  @Test func `reads every root record once, in batches, with the fields of its tags`() async throws {
    let world = try SQLiteWorld(
      """
      CREATE TABLE contact (region TEXT COLLATE NOCASE, id INTEGER, email TEXT, no TEXT, PRIMARY KEY (region, id));
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12001)
      INSERT INTO contact SELECT CASE i % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'B' ELSE 'c' END, i,
        ' P' || i || '@Example.org', CASE WHEN i % 2 THEN 'n' || i END FROM n;
      CREATE TABLE note (id INTEGER PRIMARY KEY, region TEXT, contact INTEGER);
      INSERT INTO note VALUES (1, 'a', 3);
      """)
    let datasets: [DatasetRecord] = [
      .sqlite("contact", find: [("email", "email"), ("customer-no", "no")], suffices: ["email"]),
      .sqlite("note", belongsTo: [("contact", [("region", "region"), ("contact", "id")])]),
    ]
    let read = Read()
    try await world.connector(datasets).scan(deadline: .distantFuture) { read.add($0) }
    #expect(read.all.map(\.count) == [5_000, 5_000, 2_001])
    #expect(Set(read.keys).count == 12_001)
    let third = try #require(read.all.flatMap { $0 }.first { $0.root.key.last?.value == "3" })
    #expect(
      third.recognition.fields.map { "\($0.name)=\($0.value)" } == [
        "pk:contact=a\u{1F}3", "email:raw= P3@Example.org", "email:n1=p3@example.org", "customer-no:raw=n3",
        "customer-no:n1=n3",
      ])
    #expect(third.identifiers.map(\.value) == [" P3@Example.org", "n3"])
  }

  @Test func `stops at its deadline, and at keys that give no order`() async throws {
    let schema = """
      CREATE TABLE contact (id TEXT PRIMARY KEY, email TEXT);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5001)
      INSERT INTO contact SELECT NULL, 'p' || i FROM n;
      """
    let world = try SQLiteWorld(schema)
    let connector = try world.connector([.sqlite("contact", find: [("email", "email")], suffices: ["email"])])
    let read = Read()
    await #expect(throws: ConnectorFailure.self) {
      try await connector.scan(deadline: UTCTime(secondsSince1970: 0)) { read.add($0) }
    }
    #expect(read.all.isEmpty)
    await #expect(throws: ConnectorFailure.self) { try await connector.scan(deadline: .distantFuture) { read.add($0) } }
    #expect(read.all.count <= 1)
  }
}
