import ConnectorKit
import Connectors
import ErasureDomain
import ErasurePlanning
import Foundation
import GRDB
import TestKit
import Testing

@Suite struct `A draft from an SQLite database` {
  /// What the strict reader makes of the draft of the world's database.
  private func read(_ world: SQLiteWorld) async throws -> (record: SystemRecord, text: String) {
    let outline = try await world.connector([]).draft(deadline: .distantFuture)
    let record = try world.context([]).record
    let text = RegisterDraft(of: record, from: outline, on: CivilDate(daysSince1970: 20_000)).text
    let folder = world.folder + "/plans/o"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/shop.yaml"))
    let register = try SystemRegister.load(folder: world.folder + "/plans", organisation: "o")
    return (try #require(register.systems.first), text)
  }

  @Test func `of the Chinook shop finds the customer, the invoices and their lines`() async throws {
    guard let world = try SQLiteChinookTests.world() else { return }
    let (record, text) = try await read(world)
    let customer = try #require(record.datasets.first { $0.table == "Customer" })
    #expect(customer.find.map { "\($0.kind) \($0.column)" } == ["phone Phone", "email Email"])
    #expect(customer.suffices == [.email])
    let invoice = try #require(record.datasets.first { $0.table == "Invoice" })
    #expect(
      invoice.belongsTo == [
        Belonging(dataset: "customer", columns: [.init(child: "CustomerId", parent: "CustomerId")])
      ])
    let line = try #require(record.datasets.first { $0.table == "InvoiceLine" })
    #expect(line.name == "invoice-line" && line.belongsTo.map(\.dataset) == ["invoice"])
    #expect(record.datasets.map(\.table).sorted() == ["Customer", "Employee", "Invoice", "InvoiceLine"])
    for table in ["Album", "Artist", "Genre", "MediaType", "Playlist", "PlaylistTrack", "Track"] {
      #expect(text.contains("#   \(table)\n"))
    }
    #expect(text.contains("- {email: Email}  # guess: by name and shape, 59 of 59 values in a sample"))
    #expect(text.contains("start: InvoiceDate"))
    #expect(!text.contains("@embraer.com.br") && !text.lowercased().contains("luisg"))
    // It can be planned with at once.
    let findings = try await world.connector(record.datasets).locate(
      ConnectorOrders.search(SQLiteWorld.system, [SQLiteWorld.email("hholy@gmail.com")]))
    #expect(findings.roots.count == 1 && findings.obstacles.isEmpty)
  }

  @Test func `guesses by shape, follows names where no key is, and says where to look inside`() async throws {
    let world = try SQLiteWorld(
      """
      CREATE TABLE client (id INTEGER PRIMARY KEY, contact TEXT, tel TEXT, prefs JSON, photo BLOB);
      CREATE TABLE visit (id INTEGER PRIMARY KEY, client_id INTEGER, seen_on DATE);
      CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
      CREATE VIEW clients AS SELECT * FROM client;
      INSERT INTO client (contact, tel) VALUES
        ('a@example.org', '+31 6 1234 5678'), ('b@example.org', '020-1234567'), ('c@example.org', 'none'), (NULL, '');
      """)
    let (record, text) = try await read(world)
    #expect(record.datasets.map(\.name) == ["client", "visit"])
    #expect(record.datasets[0].find.map { "\($0.kind) \($0.column)" } == ["email contact", "phone tel"])
    #expect(record.datasets[1].belongsTo.map(\.dataset) == ["client"])
    #expect(text.contains("{client_id: id}  # guess: same name and type, no key says so"))
    #expect(text.contains("# guess: by shape, 3 of 3 values in a sample"))
    #expect(text.contains("# look inside: prefs (JSON), photo (BLOB)"))
    #expect(text.contains("#   setting\n") && text.contains("#   clients\n"))
  }

  @Test func `changes nothing, and fails where it cannot look`() async throws {
    let world = try SQLiteWorld("CREATE TABLE client (email TEXT); INSERT INTO client VALUES ('a@example.org')")
    let before = try Data(contentsOf: URL(fileURLWithPath: world.path))
    _ = try await world.connector([]).draft(deadline: .distantFuture)
    #expect(try Data(contentsOf: URL(fileURLWithPath: world.path)) == before)
    let none = try SQLiteWorld()
    let failure = try await sqliteFailure { _ = try await none.connector([]).draft(deadline: .distantFuture) }
    #expect(failure == .permanent(FailureCode("file-missing")))
  }
}
