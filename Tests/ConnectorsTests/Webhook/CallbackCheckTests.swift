import ConnectorKit
import Connectors
import ErasureDomain
import EvidenceLog
import Foundation
import TestKit
import Testing

/// Calls of a company, signed by the libraries that companies use and by ourselves.
struct CallbackCheckTests {
  private static let theirs = "whsec_" + Base64.encode([UInt8](repeating: 9, count: 32))
  private let job = JobReference(bytes: Array(repeating: 2, count: 16))

  private func connector(
    _ clock: ManualClock, secrets: [String: String] = ["ours": CompanyOrders.secret, "theirs": theirs],
    previous: String? = nil, endpoint: String = "http://127.0.0.1:9/erasure"
  ) throws -> WebhookConnector {
    let context = try CompanyOrders.context(
      clock: clock, secrets: secrets, publicURL: "https://erasure.example.nl")
    return try WebhookConnector(
      settings: WebhookSettings(
        endpoint: endpoint, secret: "ours", theirSecret: "theirs", theirPreviousSecret: previous, isInternal: true),
      context: context, loops: WebhookConnectorTests.loops)
  }

  private func body(_ status: String = "completed", job: String? = nil, type: String = "erasure.status") -> String {
    #"{"type":"\#(type)","data":{"job_id":"\#(job ?? self.job.text)","status":"\#(status)"}}"#
  }

  private func call(
    _ body: String, at time: UTCTime, id: String = "msg-1", secret: String = theirs
  ) throws -> IncomingCall {
    let secret = try #require(WebhookSecret(text: Array(secret.utf8)))
    let seconds = time.secondsSince1970
    let signature = WebhookSignature.sign(id: id, timestamp: seconds, body: Array(body.utf8), secrets: [secret])
    return IncomingCall(
      headers: ["webhook-id": id, "webhook-timestamp": String(seconds), "webhook-signature": signature],
      body: Array(body.utf8))
  }

  @Test func `a call signed by standardwebhooks and by svix is the company's, and any other is not`() async throws {
    // The libraries take a time, but only that of the machine is a fair one.
    let clock = ManualClock(at: UTCTime(secondsSince1970: Int64(Date().timeIntervalSince1970)))
    let connector = try connector(clock)
    let body = body()
    let script = """
      import json, sys, datetime
      import standardwebhooks, svix
      call = json.load(sys.stdin)
      now = datetime.datetime.fromtimestamp(call["time"], tz=datetime.timezone.utc)
      print(json.dumps([l.Webhook(call["secret"]).sign("msg-1", now, call["body"]) for l in (standardwebhooks, svix)]))
      """
    let time = clock.now().secondsSince1970
    let input = CanonicalJSON.object([
      "secret": .string(Self.theirs), "body": .string(body), "time": .integer(time),
    ]).encoded()
    let signatures = try JSONDecoder().decode(
      [String].self, from: Data(try PythonTools.run(script, input: input)))
    #expect(signatures.count == 2)
    for signature in signatures {
      let headers = [
        "webhook-id": "msg-1", "webhook-timestamp": String(time), "webhook-signature": "v1,AAAA v1a,x \(signature)",
      ]
      let statement = try await connector.check(IncomingCall(headers: headers, body: Array(body.utf8)), about: job)
      #expect(statement == CallbackStatement(id: "msg-1", status: .completed))
      await #expect(throws: CallRefusal.unsigned) {
        try await connector.check(IncomingCall(headers: headers, body: Array((body + " ").utf8)), about: job)
      }
      for name in headers.keys {
        var fewer = headers
        fewer[name] = nil
        await #expect(throws: CallRefusal.unsigned) {
          try await connector.check(IncomingCall(headers: fewer, body: Array(body.utf8)), about: job)
        }
      }
    }
  }

  @Test func `our own secret signs no call of theirs, and an old one only while it is named`() async throws {
    let clock = ManualClock()
    let old = "whsec_" + Base64.encode([UInt8](repeating: 5, count: 32))
    let ours = try call(body(), at: clock.now(), secret: CompanyOrders.secret)
    await #expect(throws: CallRefusal.unsigned) { try await connector(clock).check(ours, about: job) }
    let older = try call(body(), at: clock.now(), secret: old)
    await #expect(throws: CallRefusal.unsigned) { try await connector(clock).check(older, about: job) }
    let changing = try connector(
      clock, secrets: ["ours": CompanyOrders.secret, "theirs": Self.theirs, "older": old], previous: "older")
    _ = try await changing.check(older, about: job)
  }

  @Test(arguments: [(-301, false), (-299, true), (299, true), (301, false)])
  func `a call is good for five minutes`(seconds: Int64, isGood: Bool) async throws {
    let clock = ManualClock()
    let call = try call(body(), at: clock.now().adding(seconds: seconds))
    let taken = (try? await connector(clock).check(call, about: job)) != nil
    #expect(taken == isGood)
  }

  @Test(arguments: [
    (#"{"type":"erasure.status","data":{"status":"completed"}}"#, "status-of-another-job"), ("{}", "malformed-status"),
    ("no json", "malformed-status"),
  ])
  func `a signed call that says nothing is malformed`(body: String, code: String) async throws {
    let clock = ManualClock()
    let call = try call(body, at: clock.now())
    await #expect(throws: CallRefusal.malformed(FailureCode(code))) {
      try await connector(clock).check(call, about: job)
    }
  }

  @Test func `a call about another job, of another event, or with a word of its own is malformed`() async throws {
    let clock = ManualClock()
    let connector = try connector(clock)
    let other = JobReference(bytes: Array(repeating: 3, count: 16)).text
    for (body, code) in [
      (body(job: other), "status-of-another-job"), (body(type: "erasure.requested"), "unknown-event"),
      (body("erased"), "unknown-status"), (body("no-match"), "unknown-status"),
    ] {
      let call = try call(body, at: clock.now())
      await #expect(throws: CallRefusal.malformed(FailureCode(code))) { try await connector.check(call, about: job) }
    }
    let long = try call(body(), at: clock.now(), id: String(repeating: "m", count: 129))
    await #expect(throws: CallRefusal.malformed(FailureCode("webhook-id"))) {
      try await connector.check(long, about: job)
    }
  }

  @Test func `the notice says where to call, the same in every attempt, and only who may call is told`() async throws {
    let clock = ManualClock()
    let company = try ScriptedCompany(.status(503), .status(204))
    let connector = try connector(clock, endpoint: company.url + "/erasure")
    let recorder = NoticeRecorder()
    await #expect(throws: ConnectorFailure.self) {
      try await connector.erase(CompanyOrders.order(), before: recorder)
    }
    clock.advance(seconds: 60)
    let progress = try await connector.erase(
      CompanyOrders.order(remembered: recorder.remembered), before: recorder)
    #expect(progress == .handedOver(checkAfterSeconds: .max), "who calls is waited for")
    #expect(company.calls[0].body == company.calls[1].body)
    let text = String(decoding: company.calls[0].body, as: UTF8.self)
    #expect(text.contains(#""callback_url":"https://erasure.example.nl/v1/callbacks/\#(job)""#))
  }

  @Test func `what a call said is the answer where there is no status resource`() async throws {
    let connector = try connector(ManualClock())
    let body = #"{"type":"erasure.status","data":{"job_id":"\#(job)","status":"completed","records_erased":4}}"#
    let answer = try await connector.poll(CompanyOrders.order(remembered: [RememberedCall.name: body]))
    #expect(
      answer
        == .completed(
          Verification(voucher: .recipientUnsigned, seen: .confirmation, path: CallbackReceived.path), rows: 4))
  }

  @Test func `settings that cannot work say so`() throws {
    let clock = ManualClock()
    let secrets = ["ours": CompanyOrders.secret, "theirs": Self.theirs]
    func problem(_ theirs: String?, previous: String? = nil, url: String? = "https://e.example") throws -> String {
      let context = try CompanyOrders.context(clock: clock, secrets: secrets, publicURL: url)
      let settings = WebhookSettings(
        endpoint: "https://sister.example/erasure", secret: "ours", theirSecret: theirs, theirPreviousSecret: previous)
      do {
        _ = try WebhookConnector(settings: settings, context: context, loops: WebhookConnectorTests.loops)
        return ""
      } catch {
        return error.description
      }
    }
    #expect(try problem("theirs") == "")
    #expect(try problem("theirs", url: nil).contains("write recipients: in the configuration"))
    #expect(try problem("ours").contains("each direction has its secret"))
    #expect(try problem(nil, previous: "theirs").contains("needs their-secret"))
    #expect(try problem("absent").contains("no credential is named \"absent\""))
  }
}
