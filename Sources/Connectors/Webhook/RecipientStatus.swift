import ConnectorKit
import ErasureDomain
import FoundationEssentials

/// What a status resource says (contract `erasure-notice/1`). Unknown members are passed over; `receipt` is one of them
/// until signed receipts are read, so every answer is vouched for by the recipient unsigned.
struct RecipientStatus: Decodable {
  struct Retained: Decodable {
    var until: String?
  }

  private var status: String
  private var jobID: String?
  private var reason: String?
  private var recordsErased: Int?
  private var retained: [Retained]?

  private enum CodingKeys: String, CodingKey {
    case status, reason, retained
    case jobID = "job_id"
    case recordsErased = "records_erased"
  }

  /// Why a company may say no, in the words of the Data Rights Protocol 1.0.
  private static let reasons: Set<String> = [
    "no_match", "claim_not_covered", "outside_jurisdiction", "insuf_verification", "suspected_fraud",
    "too_many_requests", "other",
  ]

  /// Reads the body of an answer; throws a question for the officer when it is none.
  init(body: [UInt8]) throws(ConnectorFailure) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(body))
    } catch {
      throw WebhookConnector.refused("malformed-status")
    }
  }

  /// The answer in our words.
  func answer(job: JobReference, retryAfterSeconds: Int64?) throws(ConnectorFailure) -> RecipientAnswer {
    guard jobID == nil || jobID == job.text else { throw WebhookConnector.refused("status-of-another-job") }
    let rows = recordsErased.flatMap { $0 >= 0 ? $0 : nil }
    switch status {
    case "received", "in_progress": return .pending(retryAfterSeconds: retryAfterSeconds)
    case "completed": return .completed(Self.verification(), rows: rows)
    case "completed_with_retention": return .completed(Self.verification(kept: try kept()), rows: rows)
    case "no_match": return .noMatch(Self.verification())
    case "denied":
      let word = reason.flatMap { Self.reasons.contains($0) ? $0 : nil } ?? "other"
      return .denied(FailureCode(word))
    case "cancelled": return .cancelled
    default: throw WebhookConnector.refused("unknown-status")
    }
  }

  /// Categories that stay, counted by the day on which they must go; a company's own categories and grounds are its
  /// words and stay out.
  private func kept() throws(ConnectorFailure) -> [KeptCount] {
    var counts: [CivilDate: Int] = [:]
    for entry in retained ?? [] {
      guard let until = entry.until.flatMap({ CivilDate($0) }) else {
        throw WebhookConnector.refused("retention-without-date")
      }
      counts[until, default: 0] += 1
    }
    guard !counts.isEmpty else { throw WebhookConnector.refused("retention-without-date") }
    return counts.sorted { $0.key < $1.key }.map { KeptCount(rule: "recipient", until: $0.key, count: $0.value) }
  }

  private static func verification(kept: [KeptCount] = []) -> Verification {
    Verification(
      voucher: .recipientUnsigned, seen: .confirmation, path: FailureCode("status-resource"), kept: kept)
  }
}
