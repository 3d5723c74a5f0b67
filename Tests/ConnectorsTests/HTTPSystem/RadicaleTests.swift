import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import TestKit
import Testing

/// The connector against a real CardDAV server.
@Suite struct RadicaleTests {
  private final class Server {
    let service: PythonService
    let book: String

    init() throws {
      let folder = try TemporaryFolder()
      try Data("officer:geheim\n".utf8).write(to: URL(fileURLWithPath: folder.path("users")))
      service = try PythonService(
        in: folder,
        [
          PythonService.programs + "/python", "-m", "radicale", "--config", "", "--hosts", "127.0.0.1:{port}",
          "--auth-type", "htpasswd", "--auth-htpasswd-filename", folder.path("users"),
          "--auth-htpasswd-encryption", "plain", "--storage-filesystem-folder", folder.path("store"),
        ])
      // A collection is a folder with its properties, a card a file in it.
      book = folder.path("store/collection-root/officer/people")
      try FileManager.default.createDirectory(atPath: book, withIntermediateDirectories: true)
      try Data(#"{"tag": "VADDRESSBOOK"}"#.utf8).write(to: URL(fileURLWithPath: book + "/.Radicale.props"))
      try add("ada", "Ada de Vries", ["Ada.deVries@example.org", "ada@other.example"])
      try add("look-alike", "Xada", [HTTPSystemWorld.lookAlike])
      try add("note", "Somebody", ["some@example.org"], note: "knows \(HTTPSystemWorld.email)")
    }

    func add(_ uid: String, _ name: String, _ addresses: [String], note: String = "none") throws {
      let mails = addresses.map { "EMAIL;TYPE=work:\($0)\r\n" }.joined()
      let card =
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:\(uid)\r\nFN:\(name)\r\nN:\(name);;;;\r\n\(mails)NOTE:\(note)\r\n"
        + "END:VCARD\r\n"
      try Data(card.utf8).write(to: URL(fileURLWithPath: book + "/\(uid).vcf"))
    }

    func cards() throws -> [String: Data] {
      let names = try FileManager.default.contentsOfDirectory(atPath: book).filter { $0.hasSuffix(".vcf") }
      return try Dictionary(
        uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: book + "/" + $0))) })
    }

    func world(port: Int? = nil, password: String = "geheim") throws -> HTTPSystemWorld {
      try HTTPSystemWorld(
        catalogue: "radicale",
        settings: [
          "url": "http://127.0.0.1:\(port ?? service.port)", "user": "officer", "address-book": "/officer/people/",
        ], secrets: ["password": password])
    }
  }

  @Test func `the person's card goes, the look-alike's and a mention stay, and a second run finds nothing`()
    async throws
  {
    let server = try Server()
    let world = try server.world()
    let before = try server.cards()
    let findings = try await world.locate()
    #expect(findings.counts == [DatasetCount(dataset: "card", isRoot: true, erase: 1)])
    #expect(
      findings.roots == [RootRecord(dataset: "card", key: [.init(column: "href", value: "/officer/people/ada.vcf")])])
    #expect(findings.obstacles.isEmpty)
    #expect(try server.cards() == before)
    let shown = try await world.connector.review(findings.roots, deadline: .distantFuture)
    #expect(shown.first?.columns.first?.value == "Ada de Vries")
    #expect(shown.first?.columns.dropFirst().first?.value == "Ada.deVries@example.org, ada@other.example")

    let order = world.order(findings)
    #expect(try await world.connector.verify(order).remaining == findings.counts)
    let recorder = ConnectorRecorder()
    let progress = try await world.connector.erase(order, before: recorder)
    let effect = EffectCount(dataset: "card", approved: 1, found: 1, erased: 1)
    #expect(progress == .completed([effect]))
    #expect(recorder.effects.map(\.effects) == [[effect]])
    let fields = recorder.effects.first?.recognition.first?.fields.map(\.value) ?? []
    #expect(fields.contains("/officer/people/ada.vcf") && fields.contains(HTTPSystemWorld.email))
    #expect(try server.cards() == before.filter { $0.key != "ada.vcf" })

    let seen = try await world.connector.verify(world.order(findings, after: recorder))
    #expect(seen.isClean && seen.seen == .secondLook && seen.path == FailureCode("by-key-and-control-read"))
    let again = try await world.locate()
    #expect(again.total == 0 && again.roots.isEmpty && again.obstacles.isEmpty)
    let second = try await world.connector.erase(world.order(again), before: ConnectorRecorder(.refuses))
    #expect(second == .completed([EffectCount(dataset: "card", approved: 0, found: 0, erased: 0)]))
  }

  @Test func `a deletion whose answer is lost is looked for before it is sent again`() async throws {
    let server = try Server()
    let findings = try await server.world().locate()
    let proxy = try CuttingProxy(to: server.service.port, cutting: .after, at: "DELETE /officer")
    defer { proxy.close() }
    let world = try server.world(port: proxy.port)
    let recorder = ConnectorRecorder()
    let failure = try await HTTPSystemWorld.failure {
      _ = try await world.connector.erase(world.order(findings), before: recorder)
    }
    #expect(failure == "unknown connection-lost")
    #expect(try server.cards()["ada.vcf"] == nil)
    let next = ConnectorRecorder()
    let progress = try await world.connector.erase(world.order(findings, after: recorder), before: next)
    #expect(progress == .completed([EffectCount(dataset: "card", approved: 1, found: 1, erased: 1)]))
    #expect(next.effects.isEmpty)
    #expect(try await world.connector.verify(world.order(findings, after: next)).isClean)
    #expect(try server.cards().count == 2)
  }

  @Test func `a deletion that never arrived is sent again`() async throws {
    let server = try Server()
    let proxy = try CuttingProxy(to: server.service.port, cutting: .before, at: "DELETE /officer")
    defer { proxy.close() }
    let world = try server.world(port: proxy.port)
    let findings = try await world.locate()
    let recorder = ConnectorRecorder()
    let failure = try await HTTPSystemWorld.failure {
      _ = try await world.connector.erase(world.order(findings), before: recorder)
    }
    #expect(failure == "unknown connection-lost")
    #expect(try server.cards().count == 3)
    _ = try await world.connector.erase(world.order(findings, after: recorder), before: ConnectorRecorder())
    #expect(try server.cards().count == 2)
  }

  @Test func `a wrong password is a fault of configuration, never an empty address book`() async throws {
    let server = try Server()
    let world = try server.world(password: "falsch")
    let failure = try await HTTPSystemWorld.failure { _ = try await world.locate() }
    #expect(failure == "officer refused-by-recipient credentials-http-401")
  }

  @Test func `a card that came since the approval is a question and nothing is touched`() async throws {
    let server = try Server()
    let world = try server.world()
    let findings = try await world.locate()
    try server.add("second", "Ada again", [HTTPSystemWorld.email])
    let failure = try await HTTPSystemWorld.failure {
      _ = try await world.connector.erase(world.order(findings), before: ConnectorRecorder())
    }
    #expect(failure == "officer more-than-approved -")
    #expect(try server.cards().count == 4)
  }
}
