import ConnectorKit
import ErasureDomain
import Glibc
import HTTPTransport
import TestKit
import Testing

@testable import Connectors

/// How a store is reached: through a proxy, by its certificate, and never a private address by accident.
struct S3ReachTests {
  private func failure(
    _ endpoint: String, isInternal: Bool = true, tls: TLSSettings? = nil, proxy: ProxySettings? = nil,
    secrets: [String: String] = [:]
  ) async throws -> String {
    let settings = S3Settings(
      endpoint: endpoint, region: "us-east-1", bucket: "bucket", prefix: "", accessKey: "s3-access",
      secretKey: "s3-secret", longestHours: 1, retentionDays: 1, lifecycle: .none, isInternal: isInternal, tls: tls,
      proxy: proxy)
    let connector = try S3Connector(
      settings: settings,
      context: CompanyOrders.context(
        role: .backup, connector: "s3", clock: ManualClock(), copiesOf: [CompanyOrders.name("crm")],
        secrets: SeaweedServer.secrets.merging(secrets) { $1 }),
      loops: SeaweedBucket.loops)
    return try await HTTPSystemWorld.failure {
      _ = try await connector.verify(
        CompanyOrders.order(verb: .tagExpiry, erasedBy: CompanyOrders.time("2026-03-02T09:00:00Z")))
    }
  }

  private static let empty = ScriptedCompany.Answer.json(
    "<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>")

  @Test func `a store is asked through the proxy that the register names, and the proxy learns no key`() async throws {
    let store = try ScriptedCompany(Self.empty)
    defer { store.close() }
    let proxy = try ConnectProxy(to: store.port, login: "expunged:right")
    let settings = ProxySettings(url: proxy.url, user: "at-proxy")
    let secrets = ["at-proxy": "expunged:right"]
    #expect(try await failure("http://s3.example:9000", proxy: settings, secrets: secrets) == "none")
    #expect(store.calls.map(\.target) == ["/bucket?max-keys=1000&prefix=&versions="])
    #expect(store.calls.map { $0.headers["host"] } == ["s3.example:9000"])
    #expect(proxy.heads.allSatisfy { $0.contains("s3.example:9000") && !$0.contains("AWS4") })
  }

  @Test func `a private address is dialled only where the register says internal`() async throws {
    let store = try ScriptedCompany(Self.empty)
    #expect(
      try await failure("https://127.0.0.1:\(store.port)", isInternal: false) == "permanent address-not-public")
    #expect(store.calls.isEmpty)
  }

  @Test func `the store's certificate is believed by the authorities named, and by no others`() async throws {
    let folder = try KeyFolder()
    try folder.makeCertificate("server", name: "localhost")
    try folder.makeCertificate("other", name: "localhost")
    let server = try TLSServer(folder: folder, arguments: [])
    defer { server.stop() }
    let secrets = [
      "ca": String(decoding: try folder.bytes("server.pem"), as: UTF8.self),
      "other": String(decoding: try folder.bytes("other.pem"), as: UTF8.self),
    ]
    let url = "https://localhost:\(server.port)"
    // The server's page is no answer of S3: it was reached.
    #expect(
      try await failure(url, tls: TLSSettings(authorities: "ca"), secrets: secrets).contains("malformed-answer"))
    #expect(
      try await failure(url, tls: TLSSettings(authorities: "other"), secrets: secrets) == "transient tls-failed -")
    #expect(try await failure(url, secrets: secrets) == "transient tls-failed -")
  }
}
