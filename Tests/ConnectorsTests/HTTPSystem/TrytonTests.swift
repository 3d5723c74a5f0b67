import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import GRDB
import TestKit
import Testing

/// The connector against a real Tryton, whose own wizard erases a party.
@Suite struct TrytonTests {
  private final class Server {
    let service: PythonService
    let database: String

    init() throws {
      let folder = try TemporaryFolder()
      database = folder.path("erp.sqlite")
      try FileManager.default.copyItem(atPath: PythonService.installed + "/tryton/erp.sqlite", toPath: database)
      let settings = "[database]\nuri = sqlite://\npath = \(folder.path)\n"
      try Data(settings.utf8).write(to: URL(fileURLWithPath: folder.path("trytond.conf")))
      service = try PythonService(
        in: folder,
        [
          "/usr/bin/env", "TRYTOND_WEB__LISTEN=127.0.0.1:{port}", PythonService.programs + "/python",
          PythonService.programs + "/trytond", "--config", folder.path("trytond.conf"), "--database", "erp",
        ])
      try Self.seed(database)
    }

    /// Parties as Tryton's own client leaves them.
    private static func seed(_ path: String) throws {
      try DatabaseQueue(path: path).write { db in
        for (id, name) in [(101, "Ada de Vries"), (102, "Xada"), (103, "Ada de Vries")] {
          try db.execute(
            sql: "INSERT INTO party_party (id, name, code, active) VALUES (?, ?, ?, 1)",
            arguments: [id, name, "\(id)"])
        }
        let contacts = [
          (201, 101, "email", "Ada.deVries@example.org"), (202, 101, "phone", "+31000004711"),
          (203, 102, "email", HTTPSystemWorld.lookAlike), (204, 103, "email", "ada_devries@example.org"),
        ]
        for (id, party, type, value) in contacts {
          try db.execute(
            sql: """
              INSERT INTO party_contact_mechanism (id, party, type, value, value_compact, active) VALUES (?, ?, ?, ?, ?, 1)
              """, arguments: [id, party, type, value, value])
        }
        try db.execute(
          sql: "INSERT INTO party_address (id, party, street_unstructured, city, active) VALUES (301, 101, ?, ?, 1)",
          arguments: ["Lindelaan 7", "Utrecht"])
      }
    }

    /// Every row of the tables of parties, but for when it was written.
    func rows() throws -> [String: Set<String>] {
      try DatabaseQueue(path: database).read { db in
        var rows: [String: Set<String>] = [:]
        for table in ["party_party", "party_contact_mechanism", "party_address"] {
          rows[table] = Set(
            try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { row in
              row.columnNames.filter { !$0.hasPrefix("write_") }.map { "\($0)=\(row[$0] as DatabaseValue)" }
                .joined(separator: "|")
            })
        }
        return rows
      }
    }

    func world(port: Int? = nil) throws -> HTTPSystemWorld {
      try HTTPSystemWorld(
        catalogue: "tryton",
        settings: ["url": "http://127.0.0.1:\(port ?? service.port)", "database": "erp", "user": "admin"],
        secrets: ["password": "geheim"])
    }
  }

  private static let effects = [
    EffectCount(dataset: "party", approved: 1, found: 1, erased: 1),
    EffectCount(dataset: "contact", approved: 2, found: 2, erased: 2),
  ]

  /// Nothing of the person is in the rows any more, and everybody else's are as they were.
  private static func expectErased(_ server: Server, _ before: [String: Set<String>]) throws {
    let after = try server.rows()
    for (table, rows) in after {
      for row in rows {
        for word in ["Ada.deVries", "4711", "Lindelaan", "Utrecht"] {
          #expect(!row.contains(word), "\(table): \(word)")
        }
      }
      let others = (before[table] ?? []).filter { !$0.contains("id=101|") && !$0.contains("party=101") }
      #expect(others.isSubset(of: rows), "another party's row of \(table) changed")
    }
    #expect(after["party_party"]?.count == 3 && after["party_contact_mechanism"]?.count == 2)
  }

  @Test func `Tryton's wizard erases the party, the look-alikes stay, and a second run finds nothing`() async throws {
    let server = try Server()
    let world = try server.world()
    let before = try server.rows()
    let findings = try await world.locate()
    #expect(
      findings.counts == [
        DatasetCount(dataset: "party", isRoot: true, erase: 1),
        DatasetCount(dataset: "contact", isRoot: false, erase: 2),
      ])
    #expect(findings.roots == [RootRecord(dataset: "party", key: [.init(column: "id", value: "101")])])
    #expect(findings.obstacles.isEmpty)
    let shown = try await world.connector.review(findings.roots, deadline: .distantFuture)
    #expect(shown.first?.columns.map(\.value) == ["Ada de Vries", "Ada.deVries@example.org, +31000004711"])
    #expect(try server.rows() == before)

    let order = world.order(findings)
    #expect(try await world.connector.verify(order).remaining == findings.counts)
    let recorder = ConnectorRecorder()
    #expect(try await world.connector.erase(order, before: recorder) == .completed(Self.effects))
    try Self.expectErased(server, before)
    let seen = try await world.connector.verify(world.order(findings, after: recorder))
    #expect(seen.isClean && seen.seen == .secondLook)
    let again = try await world.locate()
    #expect(again.total == 0 && again.roots.isEmpty)
  }

  @Test(arguments: ["wizard.party.erase.execute", "contact_mechanism.delete", "party.party.write"])
  func `an answer that is lost at any step ends in the same place`(word: String) async throws {
    let server = try Server()
    let before = try server.rows()
    let findings = try await server.world().locate()
    let proxy = try CuttingProxy(to: server.service.port, cutting: .after, at: word)
    defer { proxy.close() }
    let world = try server.world(port: proxy.port)
    let recorder = ConnectorRecorder()
    let failure = try await HTTPSystemWorld.failure {
      _ = try await world.connector.erase(world.order(findings), before: recorder)
    }
    #expect(failure == "unknown connection-lost")
    let next = world.order(findings, after: recorder)
    #expect(try await world.connector.erase(next, before: ConnectorRecorder()) == .completed(Self.effects))
    try Self.expectErased(server, before)
    #expect(try await world.connector.verify(next).isClean)
  }

  @Test func `a refusal within a good status is no success`() async throws {
    let server = try Server()
    let world = try server.world()
    let findings = try await world.locate()
    // Tryton answers 200 with an error in it when the party is active, and something makes it so again at once.
    try await DatabaseQueue(path: server.database).write { db in
      try db.execute(
        sql: """
          CREATE TRIGGER wake AFTER UPDATE OF active ON party_party WHEN NEW.active = 0
          BEGIN UPDATE party_party SET active = 1 WHERE id = NEW.id; END
          """)
    }
    let failure = try await HTTPSystemWorld.failure {
      _ = try await world.connector.erase(world.order(findings), before: ConnectorRecorder())
    }
    #expect(failure == "officer refused-by-recipient unexpected-answer-200")
    #expect(try await !world.connector.verify(world.order(findings)).isClean)
  }
}
