import ConnectorKit
import ErasureDomain
import Foundation
import TestKit
import Testing

@testable import Connectors

/// A real restic repository with snapshots whose times are given, in a temporary folder.
final class ResticWorld: Sendable {
  static let restic = "/usr/bin/restic"
  static let secrets = ["restic-password": "geheim\n"]

  let folder: TemporaryFolder
  let clock = ManualClock()
  var repository: String { folder.path("repository") }

  /// Two snapshots that can hold somebody who was erased on 2 March 2026 at 9:00, and one that cannot.
  init() throws {
    folder = try TemporaryFolder()
    if let template = SharedRestic.template {
      try ChildProcess.run(["/bin/cp", "-a", template.repository, repository])
      return
    }
    _ = try run(["init"])
    try back(up: "one", at: "2026-02-27 01:00:00", "--tag", "owner=it")
    try back(up: "two", at: "2026-03-01 23:50:00")
    try back(up: "three", at: "2026-03-02 12:00:00", "--host", "other")
  }

  var environment: [String: String] {
    ["RESTIC_REPOSITORY": repository, "RESTIC_PASSWORD": "geheim", "TZ": "UTC", "PATH": "/usr/bin:/bin"]
  }

  /// Runs restic itself; gives what it printed.
  @discardableResult func run(_ arguments: [String]) throws -> [UInt8] {
    try ChildProcess.run([Self.restic, "--no-cache", "--quiet"] + arguments, environment: environment)
  }

  func back(up name: String, at time: String, _ more: String...) throws {
    // Bytes of its own, so that it has data that no other snapshot needs.
    try Data(UUID().uuidString.utf8).write(to: URL(fileURLWithPath: folder.path(name)))
    try run(["backup", "--host", "crm", "--time", time, folder.path(name)] + more)
  }

  struct Snapshot: Decodable, Hashable {
    let time: String
    let id: String
    let original: String?
    let tags: [String]?
    let paths: [String]
  }

  /// The snapshots by the name of the file that they hold.
  func snapshots() throws -> [String: Snapshot] {
    // Without what it complains of.
    let output = try ChildProcess.run(
      ["/bin/sh", "-c", "exec \(Self.restic) --no-cache snapshots --json 2> /dev/null"], environment: environment)
    let list = try JSONDecoder().decode([Snapshot].self, from: Data(output))
    return Dictionary(
      uniqueKeysWithValues: list.map { ($0.paths[0].split(separator: "/").last.map(String.init) ?? "?", $0) })
  }

  func connector(
    program: [String] = [restic], host: String? = nil, repository: String? = nil, more: [String: String] = [:],
    secrets: (any SecretSource)? = nil
  ) throws -> BackupToolConnector {
    try BackupToolConnector(
      settings: BackupToolSettings(
        tool: .restic, program: program, host: host,
        environment: ["RESTIC_REPOSITORY": repository ?? self.repository].merging(more) { $1 },
        credentials: ["RESTIC_PASSWORD": "restic-password"], retentionDays: 35),
      context: CompanyOrders.context(
        secretsFrom: secrets, role: .backup, connector: "backup-tool", clock: clock,
        copiesOf: [CompanyOrders.name("crm")], secrets: Self.secrets))
  }

  /// A program that does what its script says; `"$@"` are the arguments.
  /// Run by its interpreter: a file that was just written cannot be started while another test starts a program.
  func script(_ text: String) throws -> [String] {
    let path = folder.path("script-\(UUID().uuidString)")
    try Data(("#!/bin/sh\n" + text + "\n").utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return ["/bin/sh", path]
  }

  func order(
    _ verb: JobVerb, erasedBy: String = "2026-03-02T09:00:00Z", callDeadline: UTCTime = .distantFuture
  ) throws -> ErasureOrder {
    try CompanyOrders.order(
      verb: verb, identifiers: [], erasedBy: CompanyOrders.time(erasedBy), callDeadline: callDeadline)
  }
}

/// One repository for all tests of a suite, of which each has a copy: making one takes seconds.
struct SharedRestic: SuiteTrait, TestScoping {
  @TaskLocal static var template: ResticWorld?

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await Self.$template.withValue(try ResticWorld()) { try await function() }
  }
}
