import ConnectorKit
import ErasureDomain
import Foundation
import TestKit

@testable import Connectors

/// A folder, here or on a server, in which a connector puts files and a test plays the company.
final class DropFileWorld: Sendable {
  static let columns = [
    DropColumn(name: "customer", kind: IdentifierKind(rawValue: "customer-no")),
    DropColumn(name: "e-mail", kind: .email),
  ]
  static let job = "j-" + String(repeating: "02", count: 16)

  /// Who may do what with a file.
  static func mode(of path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  let clock: ManualClock
  let connector: DropFileConnector
  let folder: String
  private let scratch: TemporaryFolder?

  /// A folder of this machine, below the register's folder.
  init(delimiter: DropDelimiter = .comma, schedule: DropSchedule? = nil) throws {
    let scratch = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: scratch.path("drop"), withIntermediateDirectories: true)
    clock = ManualClock()
    folder = scratch.path("drop")
    self.scratch = scratch
    connector = try DropFileConnector(
      settings: DropFileSettings(folder: "drop", columns: Self.columns, delimiter: delimiter, schedule: schedule),
      context: try CompanyOrders.context(connector: "drop-file", clock: clock, folder: scratch.path, secrets: [:]))
  }

  /// The folder of a server.
  init(
    _ server: SSHServer, key: String = "client", hostKey: String = "host", isInternal: Bool = true,
    folder: String? = nil
  ) throws {
    clock = ManualClock()
    self.folder = folder ?? server.folder
    scratch = nil
    connector = try DropFileConnector(
      settings: DropFileSettings(
        sftp: DropServer(
          url: "sftp://127.0.0.1:\(server.port)\(self.folder)/", user: SSHServer.user, key: "mailing-key",
          hostKey: try server.fingerprint(hostKey), isInternal: isInternal), columns: Self.columns),
      context: try CompanyOrders.context(
        connector: "drop-file", clock: clock, secrets: ["mailing-key": try server.key(key)]))
  }

  /// What lies in the folder, by name.
  func files() throws -> [String: String] {
    var files: [String: String] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      files[name] = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
    }
    return files
  }

  func put(_ text: String, as name: String = DropFileWorld.job + ".done.csv") throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
  }

  func take(_ name: String = DropFileWorld.job + ".csv") throws {
    try FileManager.default.removeItem(atPath: folder + "/" + name)
  }

  /// A confirmation of the job, with one field put differently.
  static func confirmation(
    job: String = DropFileWorld.job, status: String = "completed", rows: String = "3", until: String = "",
    name: String = "M. de Boer", date: String = "2026-03-02"
  ) -> String {
    "job_id,status,erased_rows,retained_until,name,date\r\n\(job),\(status),\(rows),\(until),\(name),\(date)\r\n"
  }

  func erase(_ order: ErasureOrder, _ recorder: any EffectRecorder) async throws -> String {
    try await Self.outcome {
      switch try await connector.erase(order, before: recorder) {
      case .handedOver(let seconds): "handed-over \(seconds)"
      case .waiting(let until): "waiting \(until)"
      case .completed, .told, .tagged: "no answer of this kind"
      }
    }
  }

  func collect(_ order: ErasureOrder, _ recorder: any EffectRecorder) async throws -> String {
    try await Self.outcome { Self.word(try await connector.collect(order, before: recorder)) }
  }

  func poll(_ order: ErasureOrder) async throws -> String {
    try await Self.outcome { Self.word(try await connector.poll(order)) }
  }

  private static func word(_ answer: RecipientAnswer) -> String {
    switch answer {
    case .pending: "pending"
    case .completed(let verification, let rows):
      "completed \(rows.map(String.init) ?? "-") \(verification.voucher.rawValue)"
        + verification.kept.map { " \($0.count) until \($0.until)" }.joined()
    case .noMatch: "no-match"
    case .denied(let code): "denied \(code)"
    case .cancelled: "cancelled"
    }
  }

  /// What came of one call, as text that a table can name.
  private static func outcome(_ work: () async throws -> String) async throws -> String {
    do {
      return try await work()
    } catch let failure as ConnectorFailure {
      switch failure {
      case .transient(let code, _): return "transient \(code)"
      case .permanent(let code): return "permanent \(code)"
      case .needsOfficer(let question): return "officer \(question.code.rawValue) \(question.detail?.rawValue ?? "-")"
      case .outcomeUnknown(let code): return "unknown \(code)"
      case .interrupted: return "interrupted"
      }
    }
  }
}

/// A vault that loses one thing: the daemon dies before it is kept.
struct LosingRecorder: EffectRecorder {
  let inner: NoticeRecorder
  let loses: String

  func record(_ effect: PreparedEffect) async throws(ConnectorFailure) { try await inner.record(effect) }

  func remember(_ value: String, as name: String) async throws(ConnectorFailure) {
    guard name != loses else { throw .interrupted }
    try await inner.remember(value, as: name)
  }
}
