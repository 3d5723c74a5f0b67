import ConnectorKit
import ErasureDomain
import Foundation
import TestKit

@testable import Connectors

/// A ledger of tapes in a temporary folder, with the example program of `docs/commands` or one that a test made of it.
final class TapeWorld: Sendable {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  static let example = root + "/docs/commands/tape.py"
  static let readMe = root + "/docs/commands/README.md"

  let folder: TemporaryFolder
  let clock = ManualClock()
  var ledger: String { folder.path("ledger.json") }

  /// Two tapes that can hold somebody who was erased on 2 March 2026 at 9:00, one that cannot, and one of another system.
  init() throws {
    folder = try TemporaryFolder()
    let times = [
      ("T1", "crm", "2026-02-27T01:00:00Z", "2026-02-27T01:20:00Z"),
      ("T2", "crm", "2026-03-01T23:50:00Z", "2026-03-02T00:20:00Z"),
      ("T3", "crm", "2026-03-02T12:00:00Z", "2026-03-02T12:20:00Z"),
      ("W1", "web", "2026-02-27T01:00:00Z", "2026-02-27T01:20:00Z"),
    ]
    try write(
      times.map {
        ["label": $0.0, "system": $0.1, "written-from": $0.2, "written-until": $0.3, "keep-days": 35, "shelf": "A"]
      })
  }

  func write(_ cartridges: [[String: Any]]) throws {
    let data = try JSONSerialization.data(withJSONObject: ["cartridges": cartridges])
    try data.write(to: URL(fileURLWithPath: ledger))
  }

  func cartridges() throws -> [[String: Any]] {
    let tree = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: ledger)))
    return (tree as? [String: Any])?["cartridges"] as? [[String: Any]] ?? []
  }

  /// Last day and requests of every tape by its label.
  func marks() throws -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: try cartridges().map {
        (
          "\($0["label"] ?? "?")",
          "\($0["last-day"] ?? "-") \(($0["requests"] as? [String] ?? []).joined(separator: " "))"
        )
      })
  }

  func remove(_ labels: Set<String>) throws {
    try write(try cartridges().filter { !labels.contains($0["label"] as? String ?? "") })
  }

  /// The example with one thing in it written otherwise.
  func program(_ old: String = "", _ new: String = "") throws -> String {
    let text = try String(contentsOfFile: Self.example, encoding: .utf8)
    guard old.isEmpty || text.contains(old) else { throw FixtureProblem(text: "the example has no \(old)") }
    return try script(old.isEmpty ? text : text.replacingOccurrences(of: old, with: new))
  }

  func script(_ text: String) throws -> String {
    let path = folder.path("program-\(UUID().uuidString)")
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  func connector(_ program: String = TapeWorld.example) throws -> CommandConnector {
    try CommandConnector(
      settings: CommandSettings(program: [program], environment: ["TAPE_LEDGER": ledger]),
      context: CompanyOrders.context(
        role: .backup, connector: "command", clock: clock, copiesOf: [CompanyOrders.name("crm")]))
  }

  func order(_ verb: JobVerb) throws -> ErasureOrder {
    try CompanyOrders.order(verb: verb, identifiers: [], erasedBy: CompanyOrders.time("2026-03-02T09:00:00Z"))
  }
}
