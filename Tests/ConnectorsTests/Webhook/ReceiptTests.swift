import ConnectorKit
import Connectors
import ErasureDomain
import EvidenceLog
import Foundation
import HTTPTransport
import TestKit
import Testing

/// Receipts that PyPI's `joserfc` signs, given by a status resource.
struct ReceiptTests {
  /// Keys and receipts of one company.
  private struct Signed: Decodable {
    let keys: [String: ReceiptJWK]
    let tokens: [String]
  }

  /// One receipt to sign: which key, what header, which claims.
  private struct Wanted: Encodable {
    var key = "ed"
    var header = ["alg": "EdDSA", "typ": "erasure-receipt+jwt"]
    var claims: String
  }

  private static let script = """
    import json, sys
    from joserfc import jws
    from joserfc.jwk import OKPKey, ECKey, RSAKey
    keys = {"ed": OKPKey.generate_key("Ed25519"), "other": OKPKey.generate_key("Ed25519"),
            "ec": ECKey.generate_key("P-256"), "rsa": RSAKey.generate_key(2048)}
    tokens = [jws.serialize_compact(w["header"], w["claims"].encode(), keys[w["key"]],
              algorithms=["EdDSA", "Ed25519", "ES256", "RS256", "RS512"]) for w in json.load(sys.stdin)]
    public = {n: {m: k.as_dict(private=False)[m] for m in ("kty", "crv", "x", "y", "n", "e")
              if m in k.as_dict(private=False)} for n, k in keys.items()}
    print(json.dumps({"keys": public, "tokens": tokens}))
    """

  let clock = ManualClock()
  private let job = "j-" + String(repeating: "02", count: 16)
  private let request = "r-" + String(repeating: "01", count: 16)

  private func sign(_ wanted: [Wanted]) throws -> Signed {
    let output = try PythonTools.run(Self.script, input: Array(try JSONEncoder().encode(wanted)))
    return try JSONDecoder().decode(Signed.self, from: Data(output))
  }

  private func connector(_ company: ScriptedCompany, _ keys: [ReceiptJWK], _ clock: ManualClock) throws
    -> WebhookConnector
  {
    try WebhookConnector(
      settings: WebhookSettings(
        endpoint: company.url + "/erasure", secret: "sister-webhook", isInternal: true, receiptKeys: keys,
        receiptIssuer: "https://sister.example"),
      context: CompanyOrders.context(clock: clock), loops: WebhookConnectorTests.loops)
  }

  /// The notice as a company got it, and what is remembered of it.
  private func notice() async throws -> (remembered: [String: String], digest: String) {
    let company = try ScriptedCompany(.status(202, "Location: /erasure/1"))
    let recorder = NoticeRecorder()
    _ = try await connector(company, [], clock).erase(CompanyOrders.order(), before: recorder)
    let body = try #require(company.calls.first?.body)
    var remembered = recorder.remembered
    remembered["location"] = nil
    return (remembered, ContentDigest(hashing: body).hex)
  }

  /// The claims of a good receipt, some replaced; a value of nil takes one away.
  private func claims(_ digest: String, _ changes: [String: String?] = [:]) -> String {
    let now = clock.now()
    var claims: [String: String?] = [
      "iss": #""https://sister.example""#, "iat": "\(now.secondsSince1970)", "jti": #""receipt-1""#,
      "request_id": "\"\(request)\"", "job_id": "\"\(job)\"", "request_sha256": "\"\(digest)\"",
      "status": #""completed""#, "completed_at": "\"\(now)\"", "records_erased": "3",
    ]
    claims.merge(changes) { _, new in new }
    return "{" + claims.compactMap { name, value in value.map { "\"\(name)\": \($0)" } }.joined(separator: ", ") + "}"
  }

  private func poll(
    _ token: String, status: String = "completed", _ keys: [ReceiptJWK], remembered: [String: String]
  ) async throws -> (answer: RecipientAnswer, receipt: CompanyReceipt?) {
    let company = try ScriptedCompany(
      .json(#"{"job_id":"\#(job)","status":"\#(status)","records_erased":99,"receipt":"\#(token)"}"#))
    var remembered = remembered
    remembered["location"] = company.url + "/erasure/1"
    return try await connector(company, keys, clock).pollForReceipt(CompanyOrders.order(remembered: remembered))
  }

  @Test(arguments: [("ed", "EdDSA"), ("ed", "Ed25519"), ("ec", "ES256"), ("rsa", "RS256")])
  func `a receipt by a registered key is the company's signature, with its own numbers`(
    key: String, algorithm: String
  ) async throws {
    let (remembered, digest) = try await notice()
    let signed = try sign([
      Wanted(key: key, header: ["alg": algorithm, "typ": SignedReceipt.type, "kid": "k1"], claims: claims(digest))
    ])
    // The key before it is still registered, and the receipt is by the newer one.
    let keys = [try #require(signed.keys["other"]), try #require(signed.keys[key])]
    let (answer, receipt) = try await poll(signed.tokens[0], keys, remembered: remembered)
    let verification = Verification(
      voucher: .recipientSigned, seen: .confirmation, path: FailureCode("status-resource"))
    #expect(answer == .completed(verification, rows: 3), "not the 99 that nobody signed")
    #expect(receipt?.bytes == Array(signed.tokens[0].utf8))
    let kept = try #require(receipt.flatMap { ReceiptKey(jwk: $0.key) })
    #expect(throws: Never.self) { try SignedReceipt(verifying: signed.tokens[0], by: [kept]) }
  }

  @Test func `what stays is counted from the receipt`() async throws {
    let (remembered, digest) = try await notice()
    let retained =
      #"[{"category":"invoices","until":"2033-01-01","basis":"art17(3)(b)"},"#
      + #"{"category":"tax","until":"2033-01-01","basis":"art17(3)(b)"}]"#
    let changes = ["status": #""completed_with_retention""#, "retained": retained]
    let signed = try sign([Wanted(claims: claims(digest, changes))])
    let (answer, _) = try await poll(
      signed.tokens[0], status: "completed_with_retention", [try #require(signed.keys["ed"])], remembered: remembered)
    let until = try CompanyOrders.day("2033-01-01")
    #expect(
      answer
        == .completed(
          Verification(
            voucher: .recipientSigned, seen: .confirmation, path: FailureCode("status-resource"),
            kept: [KeptCount(rule: "recipient", until: until, count: 2)]), rows: 3))
  }

  @Test func `a receipt that does not hold is a question, never an answer`() async throws {
    let (remembered, digest) = try await notice()
    let good = claims(digest)
    let later = clock.now().adding(seconds: 301)
    let before = clock.now().adding(seconds: -301)
    let wrong: [(Wanted, String)] = [
      (Wanted(key: "other", claims: good), "receipt-bad-signature"),
      (
        Wanted(key: "rsa", header: ["alg": "RS512", "typ": SignedReceipt.type], claims: good), "receipt-other-algorithm"
      ),
      (
        Wanted(key: "rsa", header: ["alg": "RS256", "typ": SignedReceipt.type], claims: good), "receipt-bad-signature"
      ),
      (Wanted(header: ["alg": "EdDSA", "typ": "JWT"], claims: good), "receipt-other-type"),
      (Wanted(header: ["alg": "EdDSA"], claims: good), "receipt-bad-claims"),
      (Wanted(claims: claims(digest, ["iss": #""https://else.example""#])), "receipt-other-issuer"),
      (
        Wanted(claims: claims(digest, ["job_id": "\"j-\(String(repeating: "03", count: 16))\""])),
        "receipt-of-another-job"
      ),
      (
        Wanted(claims: claims(digest, ["request_id": "\"r-\(String(repeating: "03", count: 16))\""])),
        "receipt-of-another-job"
      ),
      (Wanted(claims: claims(String(repeating: "0", count: 64))), "receipt-of-another-notice"),
      (Wanted(claims: claims(digest, ["status": #""no_match""#])), "receipt-says-otherwise"),
      (Wanted(claims: claims(digest, ["completed_at": "\"\(later)\""])), "receipt-of-the-future"),
      (Wanted(claims: claims(digest, ["iat": "\(later.secondsSince1970)"])), "receipt-of-the-future"),
      (Wanted(claims: claims(digest, ["completed_at": "\"\(before)\""])), "receipt-before-the-notice"),
      (Wanted(claims: claims(digest, ["jti": nil])), "receipt-bad-claims"),
      (Wanted(claims: claims(digest, ["jti": "\"\(CompanyOrders.email)\""])), "receipt-bad-claims"),
      (Wanted(claims: claims(digest, ["email": "\"\(CompanyOrders.email)\""])), "receipt-bad-claims"),
      (Wanted(claims: claims(digest, ["records_erased": "-1"])), "receipt-bad-claims"),
      (Wanted(claims: #"{"status":"no_match",\#(good.dropFirst())"#), "receipt-bad-claims"),
      (Wanted(claims: #"{"st\u0061tus":"no_match",\#(good.dropFirst())"#), "receipt-bad-claims"),
    ]
    let signed = try sign([Wanted(claims: good)] + wrong.map(\.0))
    let key = try #require(signed.keys["ed"])
    #expect(try await poll(signed.tokens[0], [key], remembered: remembered).receipt != nil)
    for (token, (_, detail)) in zip(signed.tokens.dropFirst(), wrong) {
      let expected = ConnectorFailure.needsOfficer(
        Question(code: .refusedByRecipient, detail: FailureCode(detail)))
      await #expect(throws: expected) { try await poll(token, [key], remembered: remembered) }
    }
    let malformed = ConnectorFailure.needsOfficer(
      Question(code: .refusedByRecipient, detail: FailureCode("receipt-malformed")))
    for token in ["", "a.b", signed.tokens[0] + ".", signed.tokens[0] + "=", String(repeating: "a", count: 17_000)] {
      await #expect(throws: malformed) { try await poll(token, [key], remembered: remembered) }
    }
    var flipped = Array(signed.tokens[0].utf8)
    flipped[flipped.count - 20] ^= 1
    await #expect(throws: ConnectorFailure.self) {
      try await poll(String(decoding: flipped, as: UTF8.self), [key], remembered: remembered)
    }
  }

  @Test func `without a registered key a receipt is worth no more than none`() async throws {
    let (remembered, digest) = try await notice()
    let signed = try sign([Wanted(claims: claims(digest))])
    let (answer, receipt) = try await poll(signed.tokens[0], [], remembered: remembered)
    guard case .completed(let verification, _) = answer else { throw FixtureProblem(text: "\(answer)") }
    #expect(verification.voucher == .recipientUnsigned && receipt == nil)
  }

  @Test func `the kept bytes and key are enough for openssl`() async throws {
    let (remembered, digest) = try await notice()
    let signed = try sign([Wanted(claims: claims(digest))])
    let (_, receipt) = try await poll(
      signed.tokens[0], [try #require(signed.keys["ed"])], remembered: remembered)
    let kept = try #require(receipt)
    let parts = String(decoding: kept.bytes, as: UTF8.self).split(separator: ".")
    let x = try #require(try CanonicalJSON(decoding: Array(kept.key.utf8))["x"]?.string)
    let folder = try TemporaryFolder()
    let files: [String: [UInt8]] = [
      // RFC 8410: SubjectPublicKeyInfo of an Ed25519 key.
      "pub.der": try #require(Hex.decode("302a300506032b6570032100")) + (try #require(Base64.decodeURLSafe(x))),
      "message": Array("\(parts[0]).\(parts[1])".utf8), "signature": try #require(Base64.decodeURLSafe(parts[2])),
      "other": Array("\(parts[0]).\(parts[1])x".utf8),
    ]
    for (name, bytes) in files { try Data(bytes).write(to: URL(filePath: folder.path + "/" + name)) }
    func verify(_ message: String) throws {
      _ = try PythonTools.run(
        URL(filePath: "/usr/bin/openssl"),
        [
          "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", folder.path + "/pub.der", "-rawin", "-in",
          folder.path + "/" + message, "-sigfile", folder.path + "/signature",
        ])
    }
    try verify("message")
    #expect(throws: FixtureProblem.self) { try verify("other") }
  }

  @Test func `settings name the keys that are not taken`() throws {
    let rsa = ReceiptJWK(keyType: "RSA", curve: "", x: "")
    let company = try ScriptedCompany(.status(500))
    #expect(throws: SettingsProblem.self) { try connector(company, [rsa], clock) }
    let text =
      #"{"endpoint":"https://a.example","secret":"s","receipt-keys":[{"kty":"OKP","crv":"Ed25519","x":"","d":""}]}"#
    #expect(throws: (any Error).self) { try JSONDecoder().decode(WebhookSettings.self, from: Data(text.utf8)) }
  }
}
