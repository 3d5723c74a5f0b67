import Connectors
import ErasureDomain
import EvidenceLog
import Foundation
import Testing

/// What `docs/recipients/vectors.json` shows to implementers, made by libraries of others, is what we do.
struct RecipientVectorTests {
  private struct Vectors: Decodable {
    struct Request: Decodable {
      let secret: String
      let id: String
      let timestamp: Int64
      let signature: String
      let body: String

      enum CodingKeys: String, CodingKey {
        case secret, body
        case id = "webhook-id"
        case timestamp = "webhook-timestamp"
        case signature = "webhook-signature"
      }
    }

    struct Receipt: Decodable {
      let verdict: String
      let jws: String

      enum CodingKeys: String, CodingKey {
        case verdict = "is"
        case jws
      }
    }

    let request: Request
    let keys: [ReceiptJWK]
    let receipts: [Receipt]

    enum CodingKeys: String, CodingKey {
      case request, receipts
      case keys = "receipt-keys"
    }
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/recipients")

  private func vectors() throws -> Vectors {
    try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: Self.folder.appending(path: "vectors.json")))
  }

  @Test func `the request is signed as shown`() throws {
    let request = try vectors().request
    let secret = try #require(WebhookSecret(text: Array(request.secret.utf8)))
    let signature = WebhookSignature.sign(
      id: request.id, timestamp: request.timestamp, body: Array(request.body.utf8), secrets: [secret])
    #expect(signature == request.signature)
  }

  @Test func `receipts hold or not as shown, and the page explains each code`() throws {
    let vectors = try vectors()
    let keys = try vectors.keys.map { jwk in
      let (curve, x) = (try #require(jwk.curve), try #require(jwk.x))
      return try #require(ReceiptKey(keyType: jwk.keyType, curve: curve, x: x, y: jwk.y))
    }
    let page = String(decoding: try Data(contentsOf: Self.folder.appending(path: "README.md")), as: UTF8.self)
    let digest = ContentDigest(hashing: Array(vectors.request.body.utf8))
    for receipt in vectors.receipts {
      let verdict: String
      do throws(ReceiptProblem) {
        let signed = try SignedReceipt(verifying: receipt.jws, by: keys)
        verdict = signed.claims.requestDigest == digest ? "good" : "of another body"
      } catch {
        verdict = error.rawValue
        #expect(page.contains("`\(verdict)`"))
      }
      #expect(verdict == receipt.verdict, "\(receipt.jws)")
    }
    #expect(Set(vectors.receipts.map(\.verdict)).count == 5)
  }
}
