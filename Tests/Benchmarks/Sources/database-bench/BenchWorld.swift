import ConnectorKit
import Connectors
import ErasureDomain
import Foundation

/// A database with people, and who may do what in it.
struct BenchWorld: SecretSource {
  /// The folder of the server's Unix socket.
  var host: String
  let port: String
  let database: String

  func secret(_ name: String) -> [UInt8]? { Array(login(name).utf8) }

  func login(_ name: String) -> String { "host=\(host) port=\(port) dbname=\(database) user=bench_\(name)" }

  func connector() throws -> PostgresConnector {
    try PostgresConnector(
      settings: PostgresSettings(look: "look", erase: "erase"), context: Self.context(secrets: self))
  }

  static func person(_ number: Int) -> [SubjectIdentifier] {
    [SubjectIdentifier(kind: .email, value: "p\(number)@example.org")]
  }

  static func search(_ person: [SubjectIdentifier]) -> SearchOrder {
    SearchOrder(system: system, identifiers: person, deadline: .distantFuture)
  }

  /// Runs `psql`; what it prints is returned.
  @discardableResult func psql(_ arguments: [String], in other: String? = nil) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", host, "-p", port, "-d", other ?? database]
      + arguments
    let printed = Pipe()
    process.standardOutput = printed
    try process.run()
    let text = try printed.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw BenchProblem("psql failed") }
    return String(decoding: text, as: UTF8.self)
  }
}

/// Our own stores are no part of what is measured.
struct KeepsNothing: EffectRecorder {
  func record(_ effect: PreparedEffect) async throws(ConnectorFailure) {}
  func remember(_ value: String, as name: String) async throws(ConnectorFailure) {}
}
