import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

@Suite struct `A scan of a PostgreSQL database` {
  @Test func `reads every root record of all partitions once, whatever the types of its key`() async throws {
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE contact (day date, id uuid, amount numeric, email text, PRIMARY KEY (day, id, amount))
        PARTITION BY RANGE (day);
      CREATE TABLE contact_old PARTITION OF contact FOR VALUES FROM (MINVALUE) TO ('2025-01-01');
      CREATE TABLE contact_new PARTITION OF contact FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);
      INSERT INTO contact SELECT date '2024-06-01' + i % 400, md5(i::text)::uuid, i / 4.0, 'P' || i || '@example.org'
        FROM generate_series(1, 12001) AS i;
      """)
    let read = `A scan of an SQLite database`.Read()
    let connector = try world.connector([.sqlite("contact", find: [("email", "email")], suffices: ["email"])])
    try await connector.scan(deadline: .distantFuture) { read.add($0) }
    #expect(read.all.map(\.count) == [5_000, 5_000, 2_001])
    #expect(Set(read.keys).count == 12_001)
    let record = try #require(read.all.flatMap { $0 }.first { $0.identifiers.map(\.value) == ["P6@example.org"] })
    #expect(
      record.recognition.fields.map(\.name) == ["pk:contact", "email:raw", "email:n1"])
    #expect(record.recognition.fields.last?.value == "p6@example.org")
  }
}
