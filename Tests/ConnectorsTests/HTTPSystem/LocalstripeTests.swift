import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import HTTPTransport
import TestKit
import Testing

/// The connector against localstripe, a simulator of Stripe's customers.
@Suite struct LocalstripeTests {
  private final class Server {
    let service: PythonService

    init() async throws {
      service = try PythonService(
        in: try TemporaryFolder(),
        [PythonService.programs + "/python", PythonService.scripts + "/localstripe_server.py", "{port}"])
      for email in [HTTPSystemWorld.email, HTTPSystemWorld.lookAlike, "somebody@example.org"] { try await add(email) }
    }

    func add(_ email: String) async throws {
      _ = try await send("POST", "/v1/customers", "email=\(email)&name=Somebody")
    }

    private func send(_ method: String, _ path: String, _ form: String? = nil) async throws -> String {
      var headers = [("authorization", "Bearer sk_test_12345")]
      if form != nil { headers.append(("content-type", "application/x-www-form-urlencoded")) }
      let response = try await HTTPSystemWorld.loops.privateToo.send(
        HTTPRequest(
          method: method, url: service.url + path, headers: headers, body: form.map { Array($0.utf8) }))
      guard response.status == 200 else { throw FixtureProblem(text: "localstripe answers \(response.status)") }
      return String(decoding: response.body, as: UTF8.self)
    }

    func customers() async throws -> String { try await send("GET", "/v1/customers?limit=100") }

    func world(port: Int? = nil, key: String = "sk_test_12345") throws -> HTTPSystemWorld {
      try HTTPSystemWorld(
        catalogue: "stripe", replacing: "https://api.stripe.com", by: "http://127.0.0.1:\(port ?? service.port)",
        secrets: ["key": key])
    }
  }

  private static func effect(_ number: Int) -> EffectCount {
    EffectCount(dataset: "customer", approved: number, found: number, erased: 0, restricted: number)
  }

  @Test func `the customer goes, others stay, and what keeps the person elsewhere is not called erased`() async throws {
    let server = try await Server()
    let world = try server.world()
    let findings = try await world.locate()
    #expect(findings.counts == [DatasetCount(dataset: "customer", isRoot: true, erase: 0, restricted: 1)])
    #expect(findings.obstacles.isEmpty)
    #expect(findings.sideEffects.contains { $0.contains("not erased") })
    #expect(findings.sideEffects.contains { $0.contains("never been run against the vendor") })
    let order = world.order(findings)
    let recorder = ConnectorRecorder()
    #expect(try await world.connector.erase(order, before: recorder) == .completed([Self.effect(1)]))
    let left = try await server.customers()
    #expect(!left.contains("\"\(HTTPSystemWorld.email)\"") && left.contains(HTTPSystemWorld.lookAlike))
    #expect(left.contains("somebody@example.org"))
    #expect(try await world.connector.verify(world.order(findings, after: recorder)).isClean)
    #expect(try await world.locate().total == 0)
  }

  @Test func `more customers than a page are all found`() async throws {
    let server = try await Server()
    for _ in 0..<4 { try await server.add(HTTPSystemWorld.email) }
    let text = try String(contentsOfFile: HTTPSystemWorld.catalogue + "/stripe.yaml", encoding: .utf8)
    let world = try HTTPSystemWorld(
      description: text.replacing("https://api.stripe.com", with: server.service.url).replacing(
        "limit: 100}", with: "limit: 2}"), name: "stripe", secrets: ["key": "sk_test_12345"])
    let findings = try await world.locate()
    #expect(findings.counts.first?.restricted == 5 && findings.roots.count == 5)
    _ = try await world.connector.erase(world.order(findings), before: ConnectorRecorder())
    #expect(try await world.locate().total == 0)
    #expect(try await server.customers().contains(HTTPSystemWorld.lookAlike))
  }

  @Test func `a lost answer and a wrong key`() async throws {
    let server = try await Server()
    let findings = try await server.world().locate()
    let proxy = try CuttingProxy(to: server.service.port, cutting: .after, at: "DELETE /v1/customers")
    defer { proxy.close() }
    let world = try server.world(port: proxy.port)
    let recorder = ConnectorRecorder()
    let lost = try await HTTPSystemWorld.failure {
      _ = try await world.connector.erase(world.order(findings), before: recorder)
    }
    #expect(lost == "unknown connection-lost")
    let next = world.order(findings, after: recorder)
    #expect(try await world.connector.erase(next, before: ConnectorRecorder()) == .completed([Self.effect(1)]))
    #expect(try await world.connector.verify(next).isClean)
    let stranger = try server.world(key: "pk_wrong")
    let refused = try await HTTPSystemWorld.failure { _ = try await stranger.locate() }
    #expect(refused == "officer refused-by-recipient credentials-http-401")
  }
}
