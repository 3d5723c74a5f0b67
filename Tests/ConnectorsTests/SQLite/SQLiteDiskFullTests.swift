import ConnectorKit
import Connectors
import ErasureDomain
import TestKit
import Testing

/// A database that has no room is, in SQLite's own words, one that is full (SQLITE_FULL). The limit of a file's pages
/// belongs to one connection, so it is a table without a free row number here: the same code, in the middle of the
/// transaction, after rows have gone.
struct SQLiteDiskFullTests {
  @Test func anErasureThatFindsNoRoomRollsBackAndWorksWhenThereIsSome() async throws {
    let world = try SQLiteWorld(
      """
      CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT);
      CREATE TABLE visit (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES person (id));
      CREATE TABLE log (id INTEGER PRIMARY KEY AUTOINCREMENT, person_id INTEGER);
      CREATE TRIGGER t AFTER DELETE ON visit BEGIN INSERT INTO log (person_id) VALUES (old.person_id); END;
      INSERT INTO person VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
      INSERT INTO visit VALUES (1, 1), (2, 1), (3, 2);
      INSERT INTO log VALUES (9223372036854775806, 2);
      """)
    let connector = try world.connector([
      .sqlite("person", find: [("email", "email")], suffices: ["email"]),
      .sqlite("visit", belongsTo: [("person", [("person_id", "id")])]),
      .sqlite("log", belongsTo: [("person", [("person_id", "id")])]),
    ])
    let ada = [SQLiteWorld.email("ada@example.org")]
    let findings = try await connector.locate(ConnectorOrders.search(SQLiteWorld.system, ada))
    #expect(findings.obstacles.isEmpty, "\(findings.obstacles)")
    let order = ConnectorOrders.erasure(SQLiteWorld.system, ada, approving: findings)
    let before = try world.dump()
    let recorder = ConnectorRecorder()
    let failure = try await sqliteFailure { _ = try await connector.erase(order, before: recorder) }
    #expect(failure == .transient(FailureCode("disk-full"), retryAfterSeconds: nil))
    #expect(recorder.effects.isEmpty)
    #expect(try world.dump() == before)
    #expect(try await !connector.verify(order).isClean)

    try world.run("UPDATE log SET id = 1; UPDATE sqlite_sequence SET seq = 1")
    _ = try await connector.erase(order, before: ConnectorRecorder())
    #expect(try await connector.verify(order).isClean)
    #expect(try world.texts("SELECT email FROM person") == ["bob@example.org"])
  }
}
