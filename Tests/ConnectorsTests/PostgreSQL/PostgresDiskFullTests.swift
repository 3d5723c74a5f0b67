import ConnectorKit
import Connectors
import ErasureDomain
import PostgresTestKit
import TestKit
import Testing

/// A server whose writes the kernel cuts short: what it says then is its own word for a full disk.
struct PostgresDiskFullTests {
  /// A table ends in the middle of a block: the server writes half of it. The log's files are smaller.
  private static let limit = 16 * 1_024 * 1_024 + 4_096

  private static let datasets: [DatasetRecord] = [
    PostgresWorld.person(.reduce(keepColumns: ["id", "note"], whileKept: "invoice")),
    .sqlite("invoice", belongsTo: [("person", [("person_id", "id")])], PostgresWorld.fiscal("at")),
  ]

  @Test(.timeLimit(.minutes(15)))
  func anErasureThatFindsNoRoomRollsBackAndWorksWhenThereIsSome() async throws {
    let server = try await PostgresServer.startPrivate(settings: [("autovacuum", "off")])
    // The kept column makes the overwritten row as large as the old one, so that it needs a block of its own.
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text, note text);
      ALTER TABLE person ALTER note SET STORAGE PLAIN;
      CREATE TABLE invoice (person_id int REFERENCES person(id), at date);
      CREATE INDEX ON invoice (person_id); CREATE INDEX ON person (lower(btrim(email, E' \\t\\n\\r')));
      INSERT INTO person VALUES (1, 'ada@example.org', repeat('n', 2000));
      INSERT INTO invoice VALUES (1, '2025-05-01');
      """, on: server)
    let connector = try world.connector(Self.datasets)
    let order = try await world.approved(connector)
    try await server.limitFiles(to: Self.limit)
    try await world.run(
      """
      DO $$ DECLARE i int := 2; BEGIN
        LOOP
          BEGIN INSERT INTO person VALUES (i, 'p' || i || '@example.org', repeat('n', 2000));
          EXCEPTION WHEN disk_full THEN EXIT; END;
          i := i + 1;
        END LOOP;
      END $$;
      """)
    let before = try await world.database.dump()
    #expect(try await world.database.number("SELECT pg_relation_size('person')") == Self.limit)

    let full = ConnectorFailure.transient(FailureCode("disk-full"), retryAfterSeconds: nil)
    let recorder = ConnectorRecorder()
    #expect(try await world.failure(of: connector, order, recorder) == full)
    #expect(recorder.effects.isEmpty)
    #expect(try await world.database.dump() == before)
    #expect(try await !connector.verify(order).isClean)

    try await server.limitFiles(to: nil)
    #expect(try await world.erases(connector, order).map(\.reduced) == [1, 0])
    let after = try await world.database.dump()
    #expect(after["public.person"]?.count == before["public.person"]?.count)
    #expect(Set(after["public.person"] ?? []).symmetricDifference(before["public.person"] ?? []).count == 2)
    #expect(try await world.database.texts("SELECT email FROM person WHERE id = 1") == ["NULL"])
  }
}
