import Crypto
public import ErasureDomain

/// Signs our own receipts for companies that have told us to erase (contract `erasure-notice/1`).
public struct ReceiptSigner: Sendable, CustomStringConvertible, CustomReflectable {
  /// What a receipt states, besides who and when.
  public struct Statement: Sendable {
    public var request: RequestReference
    public var job: JobReference
    /// SHA-256 of the notice's body, as it came.
    public var notice: ContentDigest
    public var answer: NoticeAnswered
    public var completedAt: UTCTime
    public var backupsExpireAt: UTCTime?

    public init(
      request: RequestReference, job: JobReference, notice: ContentDigest, answer: NoticeAnswered,
      completedAt: UTCTime, backupsExpireAt: UTCTime?
    ) {
      self.request = request
      self.job = job
      self.notice = notice
      self.answer = answer
      self.completedAt = completedAt
      self.backupsExpireAt = backupsExpireAt
    }
  }

  private let issuer: String
  private let seed: [UInt8]
  /// The JWK that verifies what it signs; companies get it when they are introduced.
  public let jwk: String

  /// Nil when the seed is not one of 32 bytes.
  public init?(issuer: String, seed: [UInt8]) {
    guard seed.count == 32, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
      let known = ReceiptKey(
        keyType: "OKP", curve: "Ed25519", x: Base64.encodeURLSafe(Array(key.publicKey.rawRepresentation)), y: nil)
    else { return nil }
    self.issuer = issuer
    self.seed = seed
    jwk = known.jwk
  }

  /// A compact JWS (RFC 7515) by Ed25519; the same at every time for the same statement but its `iat`.
  public func sign(_ statement: Statement, at now: UTCTime) throws -> [UInt8] {
    let answer = statement.answer
    var claims: [String: CanonicalJSON] = [
      "iss": .string(issuer), "iat": .integer(now.secondsSince1970), "jti": .string("receipt-" + statement.job.text),
      "request_id": .string(statement.request.text), "job_id": .string(statement.job.text),
      "request_sha256": .string(statement.notice.hex), "status": .string(answer.status.contractWord),
      "completed_at": .string(statement.completedAt.description),
    ]
    claims["records_erased"] = answer.recordsErased.map { .integer(Int64($0)) }
    if let retained = answer.retained {
      claims["retained"] = .array(
        retained.map {
          .object([
            "category": .string($0.category), "until": .string($0.until.description), "basis": .string($0.basis),
          ])
        })
    }
    claims["backups_expire_at"] = statement.backupsExpireAt.map { .string($0.description) }
    let header: CanonicalJSON = .object(["alg": .string("EdDSA"), "typ": .string(SignedReceipt.type)])
    let message = [header, .object(claims)].map { Base64.encodeURLSafe($0.encoded()) }.joined(separator: ".")
    let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
    return Array((message + "." + Base64.encodeURLSafe(Array(try key.signature(for: Array(message.utf8))))).utf8)
  }

  /// Never the seed.
  public var description: String { "receipt key of \(issuer)" }

  /// Nothing, so that `dump` prints no more than `description` does.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
