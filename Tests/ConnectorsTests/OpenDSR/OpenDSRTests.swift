import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import TestKit
import Testing

/// What became of a call, in one line that a table can name.
enum OpenDSRTests {
  /// An hour from now: openssl knows the machine's time only, and makes the certificates after a test has begun.
  static var now: ManualClock {
    ManualClock(at: UTCTime(secondsSince1970: Int64(Date().timeIntervalSince1970) + 3_600))
  }

  static func outcome(_ work: () async throws -> String) async throws -> String {
    do {
      return try await work()
    } catch let failure as ConnectorFailure {
      switch failure {
      case .transient(let code, let wait): return "transient \(code) \(wait.map(String.init) ?? "-")"
      case .permanent(let code): return "permanent \(code)"
      case .needsOfficer(let question):
        let detail = question.detail?.rawValue ?? "-"
        // After a refusal the processor is told anew; otherwise it is asked for what it has.
        return question.code == .refusedByRecipient ? "refused \(detail)" : "\(question.code.rawValue) \(detail)"
      case .outcomeUnknown(let code): return "unknown \(code)"
      case .interrupted: return "interrupted"
      }
    }
  }

  static func erase(
    _ connector: OpenDSRConnector, _ order: ErasureOrder, _ recorder: NoticeRecorder = NoticeRecorder()
  ) async throws -> String {
    try await outcome {
      guard case .handedOver(let seconds) = try await connector.erase(order, before: recorder) else { return "other" }
      return "handed-over \(seconds)"
    }
  }

  static func poll(_ connector: OpenDSRConnector, _ order: ErasureOrder) async throws -> String {
    try await outcome {
      switch try await connector.poll(order) {
      case .pending(let seconds): "pending \(seconds.map(String.init) ?? "-")"
      case .completed(let seen, let rows):
        "completed \(seen.voucher.rawValue) \(seen.seen.rawValue) \(seen.path) \(rows.map(String.init) ?? "-")"
      case .noMatch: "no-match"
      case .denied(let code): "denied \(code)"
      case .cancelled: "cancelled"
      }
    }
  }

  static func cancel(_ connector: OpenDSRConnector, _ order: ErasureOrder) async throws -> String {
    try await outcome { "\(try await connector.cancel(order, before: NoticeRecorder()))" }
  }

  /// The next attempt's order.
  static func order(after recorder: NoticeRecorder) throws -> ErasureOrder {
    try CompanyOrders.order(verb: .instruct, remembered: recorder.remembered)
  }

  static func order(_ identifiers: [SubjectIdentifier]) throws -> ErasureOrder {
    try CompanyOrders.order(verb: .instruct, identifiers: identifiers)
  }

  static let accepted = ["subject-request-id": "x", "submitted-time": "2026-03-02T09:00:00Z", "accepted": "yes"]
}
