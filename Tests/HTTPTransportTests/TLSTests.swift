import Foundation
import HTTPTransport
import TestKit
import Testing

/// Against `openssl s_server`, the TLS that our counterparties' servers are most often made of.
@Suite(.serialized) struct TLSTests {
  let loop = HTTPLoop(reach: .privateToo, maxConcurrent: 4)

  @Test func `only a certificate of a trusted authority for the right name is believed`() async throws {
    let folder = try KeyFolder()
    try folder.makeCertificate("server", name: "localhost")
    try folder.makeCertificate("stranger", name: "localhost")
    let server = try TLSServer(folder: folder, arguments: [])
    defer { server.stop() }
    func send(_ host: String, _ trust: TLSTrust) async throws -> Int {
      try await loop.send(HTTPRequest(method: "GET", url: "https://\(host):\(server.port)/", trust: trust)).status
    }
    #expect(try await send("localhost", .authorities(pem: folder.bytes("server.pem"))) == 200)
    await #expect(throws: HTTPFailure.tlsFailed) { try await send("localhost", .system) }
    await #expect(throws: HTTPFailure.tlsFailed) {
      try await send("localhost", .authorities(pem: folder.bytes("stranger.pem")))
    }
    await #expect(throws: HTTPFailure.tlsFailed) {
      try await send("localhost", .authorities(pem: Array("no certificate".utf8)))
    }
    await #expect(throws: HTTPFailure.tlsFailed) {
      try await send("127.0.0.1", .authorities(pem: folder.bytes("server.pem")))
    }
  }

  @Test func `versions of TLS before 1.2 are refused`() async throws {
    let folder = try KeyFolder()
    try folder.makeCertificate("server", name: "localhost")
    for (version, accepted) in [("-tls1_1", false), ("-tls1_2", true)] {
      let server = try TLSServer(folder: folder, arguments: [version, "-cipher", "ALL:@SECLEVEL=0"])
      defer { server.stop() }
      let request = HTTPRequest(
        method: "GET", url: "https://localhost:\(server.port)/",
        trust: .authorities(pem: try folder.bytes("server.pem")))
      if accepted {
        #expect(try await loop.send(request).status == 200)
      } else {
        await #expect(throws: HTTPFailure.tlsFailed) { try await loop.send(request) }
      }
    }
  }

  @Test func `a server that asks who we are gets our certificate, and refuses us without`() async throws {
    let folder = try KeyFolder()
    try folder.makeCertificate("server", name: "localhost")
    try folder.makeCertificate("client", name: "client")
    let server = try TLSServer(
      folder: folder, arguments: ["-Verify", "1", "-CAfile", folder.path("client.pem"), "-verify_return_error"])
    defer { server.stop() }
    var request = HTTPRequest(
      method: "GET", url: "https://localhost:\(server.port)/", trust: .authorities(pem: try folder.bytes("server.pem")))
    // In TLS 1.3 the refusal comes after our side of the handshake is done, so it may look like a lost connection.
    await #expect(throws: HTTPFailure.self) { try await loop.send(request) }
    request.clientCertificate = ClientCertificate(
      certificate: try folder.bytes("client.pem"), key: try folder.bytes("client.key"))
    #expect(try await loop.send(request).status == 200)
    request.clientCertificate = nil
    await #expect(throws: HTTPFailure.self, "the certificate stayed on the handle or its connection") {
      try await loop.send(request)
    }
  }
}
