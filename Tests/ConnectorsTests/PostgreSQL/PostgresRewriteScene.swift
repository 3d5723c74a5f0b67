import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import Postgres
import PostgresTestKit
import TestKit
import Testing

/// A person whose address is a text that can be found again in files, on a server of its own.
struct PostgresRewriteScene {
  static let canary = "aa-canary-5b1f@example.org"
  static let person = [SQLiteWorld.email(canary)]
  static let datasets = [
    PostgresWorld.person(), DatasetRecord.sqlite("letter", belongsTo: [("person", [("person_id", "id")])]),
  ]
  static let hours = DayTime("01:00").flatMap { from in DayTime("05:00").flatMap { AllowedHours(from: from, to: $0) } }

  let server: PostgresServer
  let world: PostgresWorld
  /// Owns the tables and the database.
  let owner: PostgresRole

  static func make(settings: [(String, String)] = []) async throws -> PostgresRewriteScene {
    let server = try await PostgresServer.startPrivate(settings: settings)
    // The address stands in tables, an index, a TOAST table and, as the smallest value, in the statistics.
    let world = try await PostgresWorld.make(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text);
      CREATE INDEX ON person (email);
      CREATE TABLE letter (id serial PRIMARY KEY, person_id int NOT NULL REFERENCES person, text text);
      CREATE INDEX ON letter (person_id);
      ALTER TABLE letter ALTER text SET STORAGE EXTERNAL;
      INSERT INTO person VALUES (0, '\(canary)');
      INSERT INTO person SELECT i, 'p' || i || '@example.org' FROM generate_series(1, 200) AS i;
      INSERT INTO letter (person_id, text) SELECT id, email || repeat(md5(id::text), 200) || email FROM person;
      ANALYZE;
      """, on: server)
    let owner = try await server.newRole()
    try await world.run(
      """
      ALTER DATABASE \(world.database.name) OWNER TO \(owner.name);
      ALTER TABLE person OWNER TO \(owner.name); ALTER TABLE letter OWNER TO \(owner.name); CHECKPOINT;
      """)
    world.secrets.set("shop-rewrite", world.connectionString(owner))
    return PostgresRewriteScene(server: server, world: world, owner: owner)
  }

  func connector(largest: Int = 100, logs: Bool = false, replicas: [String]? = nil) throws -> PostgresConnector {
    try PostgresConnector(
      settings: PostgresSettings(
        look: "shop-look", erase: "shop-erase", replicas: replicas,
        rewrite: PostgresSettings.Rewrite(credential: "shop-rewrite", largest: largest, logs: logs)),
      context: world.context(Self.datasets, hours: Self.hours))
  }

  /// Erases the person and says how far it could be followed.
  func proof(_ connector: PostgresConnector) async throws -> StorageProof? {
    let order = try await world.approved(connector, Self.person)
    let effects = try await world.erases(connector, order)
    #expect(effects.map(\.erased) == [1, 1])
    // What lies on disk is what is looked at.
    try await world.run("CHECKPOINT")
    return try await connector.rewrite(order, effects)
  }

  /// The folders of the data in which a file has the address.
  func traces() async throws -> Set<String> {
    try await world.run("CHECKPOINT")
    var found: Set<String> = []
    let files = try #require(FileManager.default.enumerator(atPath: server.data))
    for case let name as String in files {
      let path = server.data + "/" + name
      guard let bytes = FileManager.default.contents(atPath: path),
        bytes.range(of: Data(Self.canary.utf8)) != nil
      else { continue }
      found.insert(name.split(separator: "/").first.map(String.init) ?? name)
    }
    return found
  }

  /// Whether the planner's statistics show the address; in their files it may be compressed.
  func isInStatistics() async throws -> Bool {
    try await world.database.number(
      "SELECT count(*) FROM pg_stats WHERE histogram_bounds::text LIKE '%\(Self.canary)%'") > 0
  }
}
