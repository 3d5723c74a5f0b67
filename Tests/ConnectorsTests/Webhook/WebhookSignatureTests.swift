import Connectors
import ErasureDomain
import TestKit
import Testing

struct WebhookSignatureTests {
  let now = UTCTime(secondsSince1970: 1_614_265_330)
  let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
  let body = Array(#"{"test": 2432232314}"#.utf8)
  let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

  private func secret(_ text: String = CompanyOrders.secret) throws -> WebhookSecret {
    try #require(WebhookSecret(text: Array(text.utf8)))
  }

  private func isValid(
    _ signatures: String, id: String? = nil, timestamp: Int64 = 1_614_265_330, body: [UInt8]? = nil,
    secrets: [WebhookSecret]? = nil, now: UTCTime? = nil
  ) throws -> Bool {
    WebhookSignature.isValid(
      signatures, id: id ?? self.id, timestamp: timestamp, body: body ?? self.body,
      secrets: try secrets ?? [secret()], now: now ?? self.now)
  }

  @Test func `the example of the Standard Webhooks specification is signed as printed there`() throws {
    let made = WebhookSignature.sign(id: id, timestamp: 1_614_265_330, body: body, secrets: [try secret()])
    #expect(made == signature)
    #expect(try isValid(signature))
  }

  @Test func `during a rotation both secrets sign and either is enough`() throws {
    let old = try secret("whsec_" + Base64.encode(Array(repeating: 7, count: 32)))
    let both = WebhookSignature.sign(id: id, timestamp: 1_614_265_330, body: body, secrets: [try secret(), old])
    #expect(both.hasPrefix(signature + " v1,"))
    #expect(try isValid(both, secrets: [old]))
    #expect(try isValid("v1a,x v1,AAAA " + signature))
  }

  @Test func `a changed byte, id, time or secret is refused, and so is an old or a future message`() throws {
    #expect(try !isValid(signature, body: body + [0x20]))
    #expect(try !isValid(signature, id: id + "x"))
    #expect(try !isValid(signature, timestamp: 1_614_265_331))
    #expect(try !isValid(signature, secrets: [secret("whsec_" + Base64.encode(Array(repeating: 7, count: 32)))]))
    for wrong in ["", "v1,", "v1," + String(repeating: "A", count: 44), "v1a," + signature.dropFirst(3), " "] {
      #expect(try !isValid(wrong), "\(wrong)")
    }
    #expect(try isValid(signature, now: now.adding(seconds: 300)))
    #expect(try isValid(signature, now: now.adding(seconds: -300)))
    #expect(try !isValid(signature, now: now.adding(seconds: 301)))
    #expect(try !isValid(signature, now: now.adding(seconds: -301)))
    #expect(try !isValid(signature, timestamp: .min))
  }

  @Test func `a point in an id is refused, as it could move between the signed fields`() throws {
    let made = WebhookSignature.sign(id: "a.1", timestamp: 1_614_265_330, body: body, secrets: [try secret()])
    #expect(try !isValid(made, id: "a.1"))
  }

  @Test func `a secret has 24 to 64 bytes and may end with one line end`() throws {
    func reads(_ text: String) -> Bool { WebhookSecret(text: Array(text.utf8)) != nil }
    func text(_ count: Int) -> String { "whsec_" + Base64.encode(Array(repeating: 9, count: count)) }
    #expect(reads(text(24)) && reads(text(64)) && reads(text(32) + "\n"))
    #expect(!reads(text(23)) && !reads(text(65)) && !reads(text(32) + "\n\n") && !reads(" " + text(32)))
    #expect(!reads("") && !reads("whsec_") && !reads("whsec_***") && !reads(String(text(32).dropFirst(6))))
  }

  @Test func `a secret shows nothing of itself`() throws {
    let secret = try secret()
    var dumped = ""
    dump(secret, to: &dumped)
    #expect("\(secret)\(String(reflecting: secret))\(dumped)".contains("MfKQ9r8") == false)
  }
}
