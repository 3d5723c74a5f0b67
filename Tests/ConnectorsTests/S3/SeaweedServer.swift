import ConnectorKit
import ErasureDomain
import Foundation
import HTTPTransport
import TestKit
import Testing

@testable import Connectors

/// A real S3 server (SeaweedFS) on 127.0.0.1, gone with this value or the test program.
final class SeaweedServer: Sendable {
  static let secrets = ["s3-access": "AKTEST", "s3-secret": "s3cr/et+key\n"]
  private static let program = PythonService.programs + "/weed"

  private let service: PythonService
  private let ports: [String: Int]
  var url: String { service.url }

  init() async throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path("data"), withIntermediateDirectories: true)
    let identities = """
      {"identities": [{"name": "t", "credentials": [{"accessKey": "AKTEST", "secretKey": "s3cr/et+key"}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}
      """
    try Data(identities.utf8).write(to: URL(fileURLWithPath: folder.path("s3.json")))
    service = try PythonService(
      in: folder,
      [
        Self.program, "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-dir=" + folder.path("data"),
        "-master.port={port.master}", "-volume.port={port.volume}", "-filer", "-filer.port={port.filer}", "-s3",
        "-s3.port={port}", "-s3.config=" + folder.path("s3.json"), "-master.volumeSizeLimitMB=16", "-volume.max=300",
        "-master.port.grpc={port.masterGRPC}", "-volume.port.grpc={port.volumeGRPC}",
        "-filer.port.grpc={port.filerGRPC}", "-s3.port.grpc={port.s3GRPC}", "-s3.iam=false", "-master.telemetry=false",
      ])
    ports = try JSONDecoder().decode(
      [String: Int].self, from: Data(contentsOf: URL(fileURLWithPath: folder.path("ports"))))
    // The port answers before there is anywhere to write to.
    let probe = try SeaweedBucket(self, named: "probe")
    let end = ContinuousClock.now + .seconds(120)
    while true {
      do {
        try await probe.make()
        try await probe.put("probe", "x")
        return
      } catch  where ContinuousClock.now < end {
        try await Task.sleep(for: .milliseconds(200))
      }
    }
  }

  /// Lets the server's own lifecycle act now.
  func runLifecycle() throws {
    let master = "127.0.0.1:\(ports["master"] ?? 0).\(ports["masterGRPC"] ?? 0)"
    let script =
      "lock\ns3.lifecycle.run-shard -shards 0-15 -s3 127.0.0.1:\(ports["s3GRPC"] ?? 0) -runtime 15s\nunlock\n"
    _ = try PythonTools.run(
      URL(fileURLWithPath: Self.program), ["shell", "-master=" + master], input: Array(script.utf8))
  }
}

/// One server for all tests of a suite, since it takes seconds to start.
struct SharedSeaweed: SuiteTrait, TestScoping {
  @TaskLocal static var server: SeaweedServer?

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await Self.$server.withValue(try await SeaweedServer()) { try await function() }
  }

  static func bucket(_ name: String, isLockable: Bool = false) async throws -> SeaweedBucket {
    let bucket = try SeaweedBucket(try #require(server), named: name)
    try await bucket.make(isLockable: isLockable)
    return bucket
  }
}

/// One bucket of the server, with what an administrator or a backup tool does to it.
struct SeaweedBucket: Sendable {
  static let loops = HTTPLoops(publicOnly: HTTPLoop(reach: .publicOnly), privateToo: HTTPLoop(reach: .privateToo))

  let server: SeaweedServer
  let name: String
  let clock: ManualClock
  private let client: S3Client

  init(_ server: SeaweedServer, named name: String) throws {
    self.server = server
    self.name = name
    clock = ManualClock(at: UTCTime(secondsSince1970: Int64(Date().timeIntervalSince1970)))
    client = S3Client(
      settings: Self.settings(server.url, bucket: name), loop: Self.loops.privateToo, clock: clock,
      credential: { SeaweedServer.secrets[$0].map { Array($0.utf8) } })
  }

  static func settings(
    _ endpoint: String, bucket: String, prefix: String = "crm/", retentionDays: Int = 35,
    lifecycle: S3Settings.Lifecycle = .none
  ) -> S3Settings {
    S3Settings(
      endpoint: endpoint, region: "us-east-1", bucket: bucket, prefix: prefix, accessKey: "s3-access",
      secretKey: "s3-secret", longestHours: 2, retentionDays: retentionDays, lifecycle: lifecycle, isInternal: true)
  }

  func connector(
    prefix: String = "crm/", retentionDays: Int = 35, lifecycle: S3Settings.Lifecycle = .none,
    secrets: (any SecretSource)? = nil
  ) throws -> S3Connector {
    try S3Connector(
      settings: Self.settings(
        server.url, bucket: name, prefix: prefix, retentionDays: retentionDays, lifecycle: lifecycle),
      context: CompanyOrders.context(
        secretsFrom: secrets, role: .backup, connector: "s3", clock: clock, copiesOf: [CompanyOrders.name("crm")],
        secrets: SeaweedServer.secrets),
      loops: Self.loops)
  }

  /// An order about an erasure that was committed now, or so many seconds ago.
  func order(_ verb: JobVerb, secondsAgo: Int64 = 0) throws -> ErasureOrder {
    let now = UTCTime(secondsSince1970: Int64(Date().timeIntervalSince1970))
    return try CompanyOrders.order(verb: verb, identifiers: [], erasedBy: now.adding(seconds: -secondsAgo))
  }

  // MARK: What others do

  func send(
    _ method: String, key: String? = nil, _ query: [(name: String, value: String)] = [], body: String? = nil
  ) async throws -> HTTPResponse {
    try await client.send(
      method, key: key, query: query, body: body.map { Array($0.utf8) }, deadline: .distantFuture)
  }

  private func require(_ response: HTTPResponse) throws {
    guard (200...204).contains(response.status) else {
      throw FixtureProblem(text: "\(response.status) \(String(decoding: response.body, as: UTF8.self))")
    }
  }

  func make(isLockable: Bool = false) async throws {
    guard isLockable else { return try require(try await send("PUT")) }
    try require(try await send("PUT"))
    try await enableVersions()
    try require(
      try await send(
        "PUT", [("object-lock", "")],
        body: "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>"))
  }

  func enableVersions() async throws {
    try require(
      try await send(
        "PUT", [("versioning", "")], body: "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
      ))
  }

  func put(_ key: String, _ text: String) async throws { try require(try await send("PUT", key: key, body: text)) }

  func delete(_ key: String, version: String? = nil) async throws {
    try require(try await send("DELETE", key: key, version.map { [("versionId", $0)] } ?? []))
  }

  func write(_ resource: String, key: String? = nil, version: String? = nil, _ body: String) async throws {
    let query = [(name: resource, value: "")] + (version.map { [(name: "versionId", value: $0)] } ?? [])
    try require(try await send("PUT", key: key, query, body: body))
  }

  func text(_ resource: String) async throws -> String {
    String(decoding: try await send("GET", [(resource, "")]).body, as: UTF8.self)
  }

  /// Tags of every version by key and version, as the server tells them; counted without the connector's listing.
  func tags(prefix: String = "") async throws -> [String: [String: String]] {
    let listing = try await send("GET", [("max-keys", "1000"), ("prefix", prefix), ("versions", "")])
    let result = try #require(XMLTree.read(listing.body)?.element("ListVersionsResult"))
    var all: [String: [String: String]] = [:]
    for entry in result.elements("Version") {
      let (key, version) = (try #require(entry.text("Key")), try #require(entry.text("VersionId")))
      let answer = try await send("GET", key: key, [("tagging", ""), ("versionId", version)])
      let tags = try #require(XMLTree.read(answer.body)?.element("Tagging")?.element("TagSet"))
      all["\(key) \(version)"] = Dictionary(
        uniqueKeysWithValues: tags.elements("Tag").map { ($0.text("Key") ?? "?", $0.text("Value") ?? "?") })
    }
    return all
  }

  /// The versions of one key, newest first.
  func versions(of key: String) async throws -> [String] {
    let listing = try await send("GET", [("max-keys", "1000"), ("prefix", key), ("versions", "")])
    let result = try #require(XMLTree.read(listing.body)?.element("ListVersionsResult"))
    return result.elements("Version").filter { $0.text("Key") == key }.compactMap { $0.text("VersionId") }
  }
}
