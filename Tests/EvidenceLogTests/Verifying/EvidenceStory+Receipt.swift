import Crypto
import ErasureDomain
import EvidenceLog
import Foundation
import Testing

// The partner's signed receipt.
extension EvidenceStory {
  /// Appends `receipt.kept` with a receipt that is really signed, some of its claims replaced.
  mutating func keepReceipt(
    _ job: PlannedJob, _ plan: ErasurePlan, _ changes: [String: CanonicalJSON]
  ) throws {
    let key = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 9, count: 32))
    let point = Base64.encodeURLSafe(key.publicKey.rawRepresentation)
    let claims: [String: CanonicalJSON] = [
      "iss": .string("https://partner.example"), "iat": .integer(now.secondsSince1970), "jti": .string("1"),
      "request_id": .string(plan.request.text), "job_id": .string(job.job.text),
      "request_sha256": .string(String(repeating: "0", count: 64)), "status": .string("completed"),
      "completed_at": .string(now.description), "records_erased": .integer(1),
    ]
    let header: CanonicalJSON = .object(["alg": .string("EdDSA"), "typ": .string(SignedReceipt.type)])
    let parts = [header, .object(claims.merging(changes) { $1 })].map { Base64.encodeURLSafe($0.encoded()) }
    let signature = try key.signature(for: Data(parts.joined(separator: ".").utf8))
    let facts = ReceiptKept(
      epoch: 2, receipt: artifact((parts + [Base64.encodeURLSafe(signature)]).joined(separator: ".")),
      key: #"{"crv":"Ed25519","kty":"OKP","x":"\#(point)"}"#)
    try add(facts, EntrySubject(request: plan.request, plan: plan.plan, job: job.job))
  }
}
