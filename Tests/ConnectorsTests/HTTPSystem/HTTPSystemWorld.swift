import ConnectorKit
import Connectors
import ErasureDomain
import ErasurePlanning
import Foundation
import HTTPTransport
import TestKit

/// A register of one system with connector `http`, made from files as an operator would write them.
struct HTTPSystemWorld {
  static let email = "ada.devries@example.org"
  static let lookAlike = "xada.devries@example.org"
  static let loops = HTTPLoops(publicOnly: HTTPLoop(reach: .publicOnly), privateToo: HTTPLoop(reach: .privateToo))
  static let catalogue =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path + "/plans/catalogue"

  let connector: HTTPSystemConnector
  let record: SystemRecord
  let clock: ManualClock

  /// With a description of the catalogue. `replacing` puts the address of a test server into it.
  init(
    catalogue name: String, replacing old: String = "", by new: String = "", settings: [String: String] = [:],
    secrets: [String: String], clock: ManualClock = ManualClock()
  ) throws {
    let text = try String(contentsOfFile: Self.catalogue + "/\(name).yaml", encoding: .utf8)
    guard old.isEmpty || text.contains(old) else { throw FixtureProblem(text: "\(name).yaml has no \(old)") }
    try self.init(
      description: old.isEmpty ? text : text.replacing(old, with: new), name: name, settings: settings,
      secrets: secrets, clock: clock)
  }

  /// With the text of a description. `secrets` are the values of its secrets.
  init(
    description: String, name: String, settings: [String: String] = [:], secrets: [String: String],
    clock: ManualClock = ManualClock()
  ) throws {
    let folder = try TemporaryFolder()
    for part in ["catalogue", "o"] {
      try FileManager.default.createDirectory(atPath: folder.path(part), withIntermediateDirectories: true)
    }
    try Data(description.utf8).write(to: URL(fileURLWithPath: folder.path("catalogue/\(name).yaml")))
    let values = settings.sorted { $0.key < $1.key }.map { "  \($0.key): \"\($0.value)\"\n" }.joined()
    let named = secrets.keys.sorted().map { "\($0): service-\($0)" }.joined(separator: ", ")
    let system = """
      register: 1
      system: service
      name: Service
      role: own
      owner: customer-care
      subjects: [customer]
      connector: http
      settings:
        description: \(name)
        internal: true
      \(values)\(secrets.isEmpty ? "" : "  secrets: {\(named)}")
      copies: {none: {said-by: it-operations, on: 2026-11-20}}

      """
    try Data(system.utf8).write(to: URL(fileURLWithPath: folder.path("o/service.yaml")))
    let register = try SystemRegister.load(folder: folder.path, organisation: "o")
    guard let record = register.systems.first else { throw FixtureProblem(text: "no system") }
    self.record = record
    self.clock = clock
    let named2 = Dictionary(uniqueKeysWithValues: secrets.map { ("service-\($0.key)", $0.value) })
    let context = ConnectorContext(
      record: record, retention: [:], clock: clock, random: SeededRandom(), folder: folder.path, copiesOf: [],
      secrets: FixedSecrets(secrets: named2))
    let registry = StandardConnectors.registry(loops: Self.loops)
    guard let connector = try registry.connector(for: context) as? HTTPSystemConnector else {
      throw FixtureProblem(text: "the registry makes another connector")
    }
    self.connector = connector
  }

  // MARK: Orders

  static let identifiers = [SubjectIdentifier(kind: .email, value: email)]

  func locate(_ identifiers: [SubjectIdentifier] = HTTPSystemWorld.identifiers) async throws -> Findings {
    try await connector.locate(ConnectorOrders.search(record.system, identifiers))
  }

  /// The order that was approved after `findings`, as the next attempt after `recorder` gets it.
  func order(
    _ findings: Findings, after recorder: ConnectorRecorder? = nil,
    identifiers: [SubjectIdentifier] = HTTPSystemWorld.identifiers
  ) -> ErasureOrder {
    ConnectorOrders.erasure(
      record.system, identifiers, approving: findings, prepared: recorder?.effects.last,
      remembered: recorder?.remembered ?? [:])
  }

  /// The failure of a call in short, or `none`.
  static func failure(of call: () async throws -> Void) async throws -> String {
    do {
      try await call()
      return "none"
    } catch let failure as ConnectorFailure {
      switch failure {
      case .transient(let code, let seconds): return "transient \(code) \(seconds.map(String.init) ?? "-")"
      case .permanent(let code): return "permanent \(code)"
      case .needsOfficer(let question): return "officer \(question.code.rawValue) \(question.detail?.rawValue ?? "-")"
      case .outcomeUnknown(let code): return "unknown \(code)"
      case .interrupted: return "interrupted"
      }
    }
  }
}
