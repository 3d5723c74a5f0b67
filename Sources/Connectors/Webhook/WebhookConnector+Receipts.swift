import ConnectorKit
import ErasureDomain
import EvidenceLog

extension WebhookConnector {
  /// How far a company's clock may be from ours, in seconds.
  private static let clockTolerance = WebhookSignature.toleranceSeconds

  /// What a company's statement means for the job. A receipt that does not hold is a question, never an answer.
  func answer(
    _ status: RecipientStatus, to order: ErasureOrder, path: String, retryAfterSeconds: Int64?
  ) throws(ConnectorFailure) -> (answer: RecipientAnswer, receipt: CompanyReceipt?) {
    let signed = try receipt(of: status, for: order)
    let answer = try status.answer(
      job: order.job, signed: signed?.claims, path: path, retryAfterSeconds: retryAfterSeconds)
    switch answer {
    case .completed, .noMatch: return (answer, signed.map { CompanyReceipt(bytes: $0.bytes, key: $0.key.jwk) })
    case .pending, .denied, .cancelled: return (answer, nil)
    }
  }

  /// The receipt, verified. Nil where there is none, and where no key is registered: it is worth no more than none.
  private func receipt(
    of status: RecipientStatus, for order: ErasureOrder
  ) throws(ConnectorFailure) -> SignedReceipt? {
    guard let text = status.receipt, !receiptKeys.isEmpty else { return nil }
    guard let timestamp = order.remembered[Remembered.timestamp], let sent = UTCTime(timestamp) else {
      throw Self.refused("receipt-without-notice")
    }
    let body = try ErasureNotice(
      order: order, record: record, timestamp: timestamp, callbackURL: order.remembered[Remembered.callbackURL]
    ).bytes
    return try receipt(
      text, says: status.status, job: order.job, request: order.request, sent: sent,
      notice: ContentDigest(hashing: body))
  }

  /// A receipt that holds for a notice and the status beside it.
  func receipt(
    _ text: String, says status: String, job: JobReference, request: RequestReference, sent: UTCTime,
    notice: ContentDigest
  ) throws(ConnectorFailure) -> SignedReceipt {
    let receipt: SignedReceipt
    do {
      receipt = try SignedReceipt(verifying: text, by: receiptKeys)
    } catch {
      throw Self.refused(error.rawValue)
    }
    let claims = receipt.claims
    let latest = clock.now().adding(seconds: Self.clockTolerance)
    let earliest = sent.adding(seconds: -Self.clockTolerance)
    let rules: [(Bool, String)] = [
      (claims.issuer == settings.receiptIssuer, "receipt-other-issuer"),
      (claims.job == job && claims.request == request, "receipt-of-another-job"),
      (claims.requestDigest == notice, "receipt-of-another-notice"),
      (claims.status == status, "receipt-says-otherwise"),
      (claims.issuedAt <= latest.secondsSince1970 && claims.completedAt <= latest, "receipt-of-the-future"),
      (
        claims.issuedAt >= earliest.secondsSince1970 && claims.completedAt >= earliest, "receipt-before-the-notice"
      ),
    ]
    if let broken = rules.first(where: { !$0.0 }) { throw Self.refused(broken.1) }
    return receipt
  }
}
