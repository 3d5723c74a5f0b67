import ConnectorKit
import ErasureDomain
import EvidenceLog
import FoundationEssentials

/// What a company says about a job (contract `erasure-notice/1`), by its status resource or a callback. Unknown members
/// are passed over. Only what stands in its receipt is vouched for by its signature.
struct RecipientStatus: Decodable {
  struct Retained: Decodable {
    var until: String?
  }

  private(set) var status: String
  /// A compact JWS.
  private(set) var receipt: String?
  private(set) var jobID: String?
  private var reason: String?
  private var recordsErased: Int?
  private var retained: [Retained]?

  private enum CodingKeys: String, CodingKey {
    case status, reason, retained, receipt
    case jobID = "job_id"
    case recordsErased = "records_erased"
  }

  /// Why a company may say no, in the words of the Data Rights Protocol 1.0.
  private static let reasons: Set<String> = [
    "no_match", "claim_not_covered", "outside_jurisdiction", "insuf_verification", "suspected_fraud",
    "too_many_requests", "other",
  ]

  /// The status in our word; nil for one that the contract does not have.
  var word: RecipientWord? {
    RecipientWord.allCases.first { $0.rawValue == String(status.map { $0 == "_" ? "-" : $0 }) && !status.contains("-") }
  }

  /// Reads the body of an answer; throws a question for the officer when it is none.
  init(body: [UInt8]) throws(ConnectorFailure) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(body))
    } catch {
      throw WebhookConnector.refused("malformed-status")
    }
  }

  /// The answer in our words, with the numbers of the claims where the company signed some.
  func answer(
    job: JobReference, signed claims: ReceiptClaims?, path: String, retryAfterSeconds: Int64?
  ) throws(ConnectorFailure) -> RecipientAnswer {
    guard jobID == nil || jobID == job.text else { throw WebhookConnector.refused("status-of-another-job") }
    let rows = claims.map(\.recordsErased) ?? recordsErased.flatMap { $0 >= 0 ? $0 : nil }
    let voucher: Voucher = claims == nil ? .recipientUnsigned : .recipientSigned
    func verification(kept: [KeptCount] = []) -> Verification {
      Verification(voucher: voucher, seen: .confirmation, path: FailureCode(path), kept: kept)
    }
    switch status {
    case "received", "in_progress": return .pending(retryAfterSeconds: retryAfterSeconds)
    case "completed": return .completed(verification(), rows: rows)
    case "completed_with_retention":
      let days: [CivilDate]
      if let claims { days = claims.retained.map(\.until) } else { days = try unsignedDays() }
      return .completed(verification(kept: try Self.kept(until: days)), rows: rows)
    case "no_match": return .noMatch(verification())
    case "denied":
      let word = reason.flatMap { Self.reasons.contains($0) ? $0 : nil } ?? "other"
      return .denied(FailureCode(word))
    case "cancelled": return .cancelled
    default: throw WebhookConnector.refused("unknown-status")
    }
  }

  private func unsignedDays() throws(ConnectorFailure) -> [CivilDate] {
    var days: [CivilDate] = []
    for entry in retained ?? [] {
      guard let until = entry.until.flatMap({ CivilDate($0) }) else {
        throw WebhookConnector.refused("retention-without-date")
      }
      days.append(until)
    }
    return days
  }

  /// Categories that stay, counted by the day on which they must go; a company's own categories and grounds are its
  /// words and stay out.
  private static func kept(until days: [CivilDate]) throws(ConnectorFailure) -> [KeptCount] {
    guard !days.isEmpty else { throw WebhookConnector.refused("retention-without-date") }
    return Dictionary(grouping: days) { $0 }.sorted { $0.key < $1.key }
      .map { KeptCount(rule: "recipient", until: $0.key, count: $0.value.count) }
  }
}
