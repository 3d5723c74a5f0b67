import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import Postgres

/// Times the erasure of one person with many rows over five tables against the same DELETEs in one `psql` transaction:
/// whole runs in turn, from the connection to the answer of COMMIT; medians and their ratio.
///
/// `database-bench SOCKET-FOLDER PORT ROWS PAIRS`; run.sh makes the server and the database.
@main
struct DatabaseBench {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let rows = Int(arguments[3]), let pairs = Int(arguments[4]) else {
      throw BenchProblem("use: database-bench SOCKET-FOLDER PORT ROWS PAIRS")
    }
    let world = BenchWorld(host: arguments[1], port: arguments[2], database: "bench_\(rows)")
    var ours: [Double] = []
    var theirs: [Double] = []
    for pair in 0..<pairs {
      // In turn, so that neither has the warm cache for itself.
      for isOurs in pair.isMultiple(of: 2) ? [true, false] : [false, true] {
        try world.refill()
        if isOurs { ours.append(try await world.erase(rows: rows)) } else { theirs.append(try world.psql()) }
      }
    }
    let ratio = median(ours) / median(theirs)
    print(
      "\(rows) rows over five tables, median of \(pairs): expunged \(text(median(ours))) s, "
        + "psql \(text(median(theirs))) s, ratio \(text(ratio))")
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
  private static func text(_ value: Double) -> String { String(format: "%.3f", value) }
}

struct BenchProblem: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// The database with its person, and the two ways to erase him.
struct BenchWorld: SecretSource {
  let host: String
  let port: String
  let database: String

  func secret(_ name: String) -> [UInt8]? {
    Array("host=\(host) port=\(port) dbname=\(database) user=bench_\(name)".utf8)
  }

  private func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", host, "-p", port, "-d", database] + arguments
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw BenchProblem("psql failed") }
  }

  /// The person's rows as they were, statistics and free space as after a night's work.
  func refill() throws {
    try run(["-U", "postgres", "-c", "CALL refill()", "-c", "VACUUM ANALYZE", "-c", "CHECKPOINT"])
  }

  private static func seconds(_ body: () async throws -> Void) async rethrows -> Double {
    let took = try await ContinuousClock().measure(body)
    return Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
  }

  func psql() throws -> Double {
    let start = ContinuousClock.now
    try run([
      "-U", "bench_erase", "-c",
      """
      BEGIN; DELETE FROM order_item WHERE order_id IN (SELECT id FROM orders WHERE customer_id = 1);
      DELETE FROM orders WHERE customer_id = 1; DELETE FROM session WHERE customer_id = 1;
      DELETE FROM address WHERE customer_id = 1; DELETE FROM customer WHERE id = 1; COMMIT
      """,
    ])
    let took = ContinuousClock.now - start
    return Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
  }

  func erase(rows: Int) async throws -> Double {
    let connector = try PostgresConnector(
      settings: PostgresSettings(look: "look", erase: "erase"), context: Self.context(secrets: self))
    let person = [SubjectIdentifier(kind: .email, value: "p1@example.org")]
    let found = try await connector.locate(
      SearchOrder(system: Self.system, identifiers: person, deadline: .distantFuture))
    guard found.obstacles.isEmpty, found.total == rows + 1 else {
      throw BenchProblem("found \(found.total) rows, \(found.obstacles)")
    }
    let order = Self.order(person, found)
    let took = try await Self.seconds { _ = try await connector.erase(order, before: KeepsNothing()) }
    guard try await connector.verify(order).isClean else { throw BenchProblem("not erased") }
    return took
  }
}

/// Our own stores are no part of what is measured.
struct KeepsNothing: EffectRecorder {
  func record(_ effect: PreparedEffect) async throws(ConnectorFailure) {}
  func remember(_ value: String, as name: String) async throws(ConnectorFailure) {}
}
