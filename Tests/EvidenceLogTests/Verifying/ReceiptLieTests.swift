import ErasureDomain
import EvidenceLog
import Testing

/// A daemon that says more than a company signed is found.
struct ReceiptLieTests {
  private func reason(
    _ claims: [String: CanonicalJSON] = [:], _ lies: [EvidenceStory.Lie] = []
  ) throws -> String? {
    let (story, request) = try EvidenceStory.whole(lies: lies) { $0.receiptClaims = claims }
    let result = try LogFolderVerifier(trust: try story.trust()).verify(try story.folder())
    let bundle = try BundleVerifier(trust: try story.trust()).verify(try story.bundle(request))
    #expect((result.first == nil) == (bundle.first == nil), "\(bundle.findings)")
    return result.first?.reason
  }

  @Test func `an outcome that the receipt bears is verified`() throws {
    #expect(try reason() == nil)
  }

  @Test func `a receipt that says otherwise is found`() throws {
    let other = CanonicalJSON.string("j-" + String(repeating: "0", count: 32))
    #expect(try reason(["job_id": other])?.contains("another job") == true)
    #expect(try reason(["status": .string("in_progress")])?.contains("more than the receipt") == true)
    #expect(try reason(["status": .string("no_match")])?.contains("more than the receipt") == true)
    #expect(try reason(["records_erased": .integer(2)])?.contains("more than the receipt") == true)
    #expect(try reason(["note": .string("x")])?.contains("receipt-bad-claims") == true)
  }

  @Test func `a receipt by another key than the named one is found`() throws {
    let other = EvidenceStory.Lie(ReceiptKept.kind) { facts in
      let point = Base64.encodeURLSafe([0x58] + [UInt8](repeating: 0x66, count: 31))
      facts["key"] = .string(#"{"crv":"Ed25519","kty":"OKP","x":"\#(point)"}"#)
    }
    #expect(try reason([:], [other])?.contains("receipt-bad-signature") == true)
    let spelt = EvidenceStory.Lie(ReceiptKept.kind) { $0["key"] = .string("{}") }
    #expect(try reason([:], [spelt])?.contains("no JWK") == true)
  }

  @Test func `a signature without its receipt is found`() throws {
    let (story, _) = try EvidenceStory.whole { story in
      story.receiptClaims = [:]
      story.omitted = [(ReceiptKept.kind, 1)]
    }
    let result = try LogFolderVerifier(trust: try story.trust()).verify(try story.folder())
    #expect(result.findings.contains { $0.reason.contains("no receipt.kept came before") })
  }
}
