import ConnectorKit
import ErasureDomain
import Foundation
import Glibc
import PostgresTestKit
import TestKit
import Testing

@testable import Connectors

/// A real PostgreSQL server with a pgBackRest repository in its folder, gone with it.
final class PgBackRestWorld: Sendable {
  private static let pgBackRest = "/usr/bin/pgbackrest"
  /// PostgreSQL and its backups belong to `postgres` where we are root.
  static let asOwner =
    getuid() == 0 ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] : []
  static let program = asOwner + [pgBackRest]

  let server: PostgresServer
  let clock = ManualClock(at: UTCTime(secondsSince1970: Int64(Date().timeIntervalSince1970)))
  private var folder: String { server.folder }
  var repository: String { folder + "/repository" }
  private var configuration: String { folder + "/pgbackrest.conf" }

  init() async throws {
    server = try await PostgresServer.startPrivate(settings: [("archive_mode", "on"), ("archive_command", "")])
    let text = """
      [global]
      repo1-path=\(repository)
      repo1-retention-full=9
      log-path=\(folder)
      lock-path=\(folder)/lock
      spool-path=\(folder)/spool
      log-level-console=warn
      log-level-file=off
      start-fast=y
      [main]
      pg1-path=\(server.data)
      pg1-port=\(server.port)
      pg1-socket-path=\(server.socketFolder)
      """
    try Self.own(["/bin/sh", "-c", "cat > '\(configuration)'; mkdir -p '\(repository)'"], input: text)
    try run(["stanza-create"])
    let database = try await server.newDatabase()
    // The path of the configuration is known only now.
    try await database.run(
      "ALTER SYSTEM SET archive_command = '\(Self.pgBackRest) --config=\(configuration) --stanza=main archive-push %p'")
    try await database.run("SELECT pg_reload_conf()")
  }

  @discardableResult static func own(_ words: [String], input: String = "") throws -> [UInt8] {
    try ChildProcess.run(
      asOwner + words, input: Array(input.utf8), environment: ["PATH": "/usr/bin:/bin", "HOME": "/"])
  }

  /// Runs pgBackRest itself on the stanza; gives what it printed.
  @discardableResult func run(_ arguments: [String]) throws -> [UInt8] {
    try Self.own([Self.pgBackRest, "--config=\(configuration)", "--stanza=main"] + arguments)
  }

  func back(up type: String = "full") throws -> String {
    let before = Set(try backups().keys)
    try run(["--type=\(type)", "backup"])
    return try #require(Set(try backups().keys).subtracting(before).first)
  }

  /// Notes of every backup by its label.
  func backups(in repository: String? = nil) throws -> [String: [String: String]] {
    struct Info: Decodable {
      struct Backup: Decodable {
        let label: String
        let annotation: [String: String]?
      }

      let backup: [Backup]
    }
    let output = try run((repository.map { ["--repo1-path=\($0)"] } ?? []) + ["--output=json", "info"])
    let backups = try JSONDecoder().decode([Info].self, from: Data(output))[0].backup
    return Dictionary(uniqueKeysWithValues: backups.map { ($0.label, $0.annotation ?? [:]) })
  }

  func connector(
    stanza: String = "main", repository: String? = nil, program: [String] = program
  ) throws -> BackupToolConnector {
    var environment = ["PGBACKREST_CONFIG": configuration]
    environment["PGBACKREST_REPO1_PATH"] = repository
    return try BackupToolConnector(
      settings: BackupToolSettings(
        tool: .pgBackRest, program: program, stanza: stanza, environment: environment, retentionDays: 35),
      context: CompanyOrders.context(
        role: .backup, connector: "backup-tool", clock: clock, copiesOf: [CompanyOrders.name("crm")]))
  }

  func order(_ verb: JobVerb, erasedBy: UTCTime) throws -> ErasureOrder {
    try CompanyOrders.order(verb: verb, identifiers: [], erasedBy: erasedBy)
  }

  static var now: UTCTime { UTCTime(secondsSince1970: Int64(Date().timeIntervalSince1970)) }
}
