import Foundation
import Glibc
import HTTPTransport
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
    #expect(try await send("localhost", .file(path: folder.path("server.pem"))) == 200)
    await #expect(throws: HTTPFailure.tlsFailed) { try await send("localhost", .system) }
    await #expect(throws: HTTPFailure.tlsFailed) {
      try await send("localhost", .file(path: folder.path("stranger.pem")))
    }
    await #expect(throws: HTTPFailure.tlsFailed) {
      try await send("localhost", .file(path: folder.path("missing.pem")))
    }
    await #expect(throws: HTTPFailure.tlsFailed) { try await send("127.0.0.1", .file(path: folder.path("server.pem"))) }
  }

  @Test func `versions of TLS before 1.2 are refused`() async throws {
    let folder = try KeyFolder()
    try folder.makeCertificate("server", name: "localhost")
    for (version, accepted) in [("-tls1_1", false), ("-tls1_2", true)] {
      let server = try TLSServer(folder: folder, arguments: [version, "-cipher", "ALL:@SECLEVEL=0"])
      defer { server.stop() }
      let request = HTTPRequest(
        method: "GET", url: "https://localhost:\(server.port)/", trust: .file(path: folder.path("server.pem")))
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
      method: "GET", url: "https://localhost:\(server.port)/", trust: .file(path: folder.path("server.pem")))
    // In TLS 1.3 the refusal comes after our side of the handshake is done, so it may look like a lost connection.
    await #expect(throws: HTTPFailure.self) { try await loop.send(request) }
    request.clientCertificate = ClientCertificate(
      certificatePath: folder.path("client.pem"), keyPath: folder.path("client.key"))
    #expect(try await loop.send(request).status == 200)
    request.clientCertificate = nil
    await #expect(throws: HTTPFailure.self, "the certificate stayed on the handle or its connection") {
      try await loop.send(request)
    }
  }
}

/// A temporary folder with keys and self-signed certificates.
private final class KeyFolder {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { unlink() }

  private func unlink() {
    do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func makeCertificate(_ file: String, name: String) throws {
    let process = try openSSL([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
      "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", path(file + ".key"), "-out",
      path(file + ".pem"),
    ])
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "openssl req failed")
  }
}

private func openSSL(_ arguments: [String]) throws -> Process {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
  try #require(
    FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "install the package openssl to run the TLS tests"
  )
  process.arguments = arguments
  return process
}

private final class TLSServer {
  let port: Int
  private let process: Process

  init(folder: KeyFolder, arguments: [String]) throws {
    process = try openSSL(
      [
        "s_server", "-accept", "127.0.0.1:0", "-cert", folder.path("server.pem"), "-key", folder.path("server.key"),
        "-www",
      ] + arguments)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    // It prints `ACCEPT 127.0.0.1:40123` once it listens.
    var text = ""
    while !text.contains("ACCEPT") || !text.hasSuffix("\n") {
      let more = output.fileHandleForReading.availableData
      try #require(!more.isEmpty, "openssl s_server ended")
      text += String(decoding: more, as: UTF8.self)
    }
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("ACCEPT") })
    port = try #require(line.split(separator: ":").last.flatMap { Int($0) })
  }

  func stop() {
    // SIGKILL: the child inherits the signal mask of a libdispatch thread, which holds SIGTERM back.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
