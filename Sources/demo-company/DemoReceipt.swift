import Crypto
import ErasureDomain
import Foundation

/// Signs receipts (contract `erasure-notice/1`): a compact JWS (RFC 7515) by Ed25519.
enum DemoReceipt {
  /// The demo's private key. It is public, as the register of the demo says; no real company has one like it.
  private static let seed = Array<UInt8>(0..<32)

  /// What the receipt states; `time` in seconds after 1970-01-01T00:00:00Z.
  static func sign(
    job: String, request: String, requestDigest: [UInt8], status: String, erased: Int, time: Int64
  ) throws -> String {
    let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
    let header: CanonicalJSON = .object(["alg": .string("EdDSA"), "typ": .string("erasure-receipt+jwt")])
    let claims: CanonicalJSON = .object([
      "iss": .string("https://sister.example"), "iat": .integer(time), "jti": .string("receipt-" + job),
      "request_id": .string(request), "job_id": .string(job), "request_sha256": .string(Hex.encode(requestDigest)),
      "status": .string(status), "completed_at": .string(UTCTime(secondsSince1970: time).description),
      "records_erased": .integer(Int64(erased)),
    ])
    let message = [header, claims].map { Base64.encodeURLSafe($0.encoded()) }.joined(separator: ".")
    return message + "." + Base64.encodeURLSafe(try key.signature(for: Data(message.utf8)))
  }
}
