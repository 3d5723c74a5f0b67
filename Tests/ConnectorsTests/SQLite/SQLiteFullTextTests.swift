import ConnectorKit
import Connectors
import ErasureDomain
import ErasurePlanning
import TestKit
import Testing

/// Full-text tables that hold more than the words of another table.
@Suite struct `A full-text table of SQLite` {
  private static let schema = """
    CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT);
    INSERT INTO person VALUES (1, 'ada@example.org'), (2, 'bob@example.org');
    CREATE VIRTUAL TABLE memo USING
      fts5(author UNINDEXED, content, tokenize = 'porter');
    INSERT INTO memo VALUES (1, 'canarymemo of her'), (2, 'his'), (1, 'canarymemo again'), ('x', 'nobody');
    """
  private static let person = DatasetRecord.sqlite("person", find: [("email", "email")], suffices: ["email"])
  private static let ada = [SQLiteWorld.email("ada@example.org")]

  private func locate(_ connector: SQLiteConnector) async throws -> Findings {
    try await connector.locate(ConnectorOrders.search(SQLiteWorld.system, Self.ada))
  }

  private func erase(_ connector: SQLiteConnector) async throws -> [EffectCount] {
    let findings = try await locate(connector)
    #expect(findings.obstacles.isEmpty, "\(findings.obstacles)")
    let order = ConnectorOrders.erasure(SQLiteWorld.system, Self.ada, approving: findings)
    guard case .completed(let effects) = try await connector.erase(order, before: ConnectorRecorder()) else {
      throw SQLiteTestProblem("not completed")
    }
    #expect(try await connector.verify(order).isClean)
    // What was read back, and no more: this database is in no write-ahead mode.
    let isIndexed = effects.contains { ["memo", "mail"].contains($0.dataset) && $0.erased > 0 }
    #expect(
      try await connector.rewrite(order, effects)
        == StorageProof(.removed, checks: isIndexed ? [.secureDelete, .fullTextOptimised] : [.secureDelete]))
    return effects
  }

  @Test(arguments: [
    DatasetRecord.sqlite("memo", belongsTo: [("person", [("author", "id")])]),
    .sqlite("memo", yields: [("memo", "content")], belongsTo: [("person", [("author", "id")])]),
  ])
  func `with text of its own is a dataset like another, and its words are in no file afterwards`(
    memo: DatasetRecord
  ) async throws {
    let world = try SQLiteWorld(Self.schema)
    #expect(try !world.filesContain("canarymemo").isEmpty)
    let effects = try await erase(try world.connector([Self.person, memo]))
    #expect(effects.map(\.erased) == [1, 2])
    #expect(try world.texts("SELECT content FROM memo ORDER BY rowid") == ["his", "nobody"])
    #expect(try world.number("SELECT count(*) FROM memo WHERE memo MATCH 'his'") == 1)
    #expect(try world.filesContain("canarymemo").isEmpty)
  }

  @Test func `can be where a person is found, and is named by its row numbers`() async throws {
    let world = try SQLiteWorld(
      "CREATE VIRTUAL TABLE mail USING fts4(sender, body);"
        + "INSERT INTO mail VALUES ('ADA@example.org', 'canarymail'), ('bob@example.org', 'his');")
    let mail = DatasetRecord.sqlite("mail", find: [("email", "sender")], suffices: ["email"], review: ["sender"])
    let connector = try world.connector([mail])
    let roots = try await locate(connector).roots
    #expect(roots.map(\.key) == [[RootRecord.KeyPart(column: "rowid", value: "1")]])
    #expect(try await erase(connector).map(\.erased) == [1])
    #expect(try world.texts("SELECT sender FROM mail") == ["bob@example.org"])
    #expect(try world.filesContain("canarymail").isEmpty)
  }

  @Test func `that no dataset knows is in the plan, until it is registered`() async throws {
    let world = try SQLiteWorld(Self.schema + "CREATE VIRTUAL TABLE bare USING fts5(words, content='');")
    let said = try await locate(try world.connector([Self.person])).sideEffects
    #expect(
      said == [
        "Full-text table \"bare\" holds words of which no table here has the text: only who fills it can take the "
          + "person's out.",
        "Full-text table \"memo\" holds text of its own and is in no dataset: look whether the person is there.",
      ])
    let memo = DatasetRecord.sqlite("memo", belongsTo: [("person", [("author", "id")])])
    #expect(
      try await locate(try world.connector([Self.person, memo])).sideEffects.map { $0.contains("bare") } == [true])
  }

  @Test func `whose text stays when the row goes is a copy that blocks the plan`() async throws {
    let trigger =
      "CREATE TRIGGER t AFTER INSERT ON person BEGIN INSERT INTO found(rowid, email) VALUES (new.id, new.email); END;"
    let world = try SQLiteWorld(Self.schema + "CREATE VIRTUAL TABLE found USING fts5(email);" + trigger)
    let memo = DatasetRecord.sqlite("memo", belongsTo: [("person", [("author", "id")])])
    let connector = try world.connector([Self.person, memo])
    #expect(try await locate(connector).obstacles.map(\.code.rawValue) == ["trigger-copies"])
    try world.run("CREATE TRIGGER u AFTER DELETE ON person BEGIN DELETE FROM found WHERE rowid = old.id; END;")
    let findings = try await locate(connector)
    #expect(findings.obstacles.isEmpty && findings.sideEffects.map { $0.contains("is rewritten for it") } == [true])
  }

  @Test func `with text of its own is in a draft`() async throws {
    let world = try SQLiteWorld("CREATE VIRTUAL TABLE mail USING fts5(sender, body);")
    try world.run("INSERT INTO mail VALUES ('ada@example.org', 'a'), ('bob@example.org', 'b'), ('c@example.org', 'c')")
    let outline = try await world.connector([]).draft(deadline: .distantFuture)
    let text = RegisterDraft(of: try world.context([]).record, from: outline, on: CivilDate(daysSince1970: 20_000)).text
    #expect(text.contains("- {email: sender}"), "\(text)")
  }
}
