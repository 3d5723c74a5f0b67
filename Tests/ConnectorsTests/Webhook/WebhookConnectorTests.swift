import ConnectorKit
import ErasureDomain
import Foundation
import HTTPTransport
import TestKit
import Testing

@testable import Connectors

struct WebhookConnectorTests {
  let clock = ManualClock()
  static let loops = HTTPLoops(
    publicOnly: HTTPLoop(reach: .publicOnly), privateToo: HTTPLoop(reach: .privateToo))

  private func connector(
    _ endpoint: String, isInternal: Bool = true, identifiers: [IdentifierKind]? = nil
  ) throws -> WebhookConnector {
    let context =
      try identifiers.map { try CompanyOrders.context(identifiers: $0, clock: clock) }
      ?? CompanyOrders.context(clock: clock)
    return try WebhookConnector(
      settings: WebhookSettings(endpoint: endpoint, secret: "sister-webhook", isInternal: isInternal),
      context: context, loops: Self.loops)
  }

  private func connector(_ company: ScriptedCompany) throws -> WebhookConnector {
    try connector(company.url + "/erasure")
  }

  /// What came of one call, as text that a table can name.
  private func outcome(_ work: () async throws -> String) async throws -> String {
    do {
      return try await work()
    } catch let failure as ConnectorFailure {
      switch failure {
      case .transient(let code, let wait): return "transient \(code) \(wait.map(String.init) ?? "-")"
      case .permanent(let code): return "permanent \(code)"
      case .needsOfficer(let question): return "officer \(question.code.rawValue) \(question.detail?.rawValue ?? "-")"
      case .outcomeUnknown(let code): return "unknown \(code)"
      case .interrupted: return "interrupted"
      }
    }
  }

  private func erase(
    _ connector: WebhookConnector, _ order: ErasureOrder, before recorder: NoticeRecorder = NoticeRecorder()
  ) async throws -> String {
    try await outcome {
      switch try await connector.erase(order, before: recorder) {
      case .completed: "completed"
      case .handedOver(let seconds): "handed-over \(seconds == .max ? "last" : String(seconds))"
      case .told: "told"
      case .tagged: "tagged"
      case .waiting: "waiting"
      }
    }
  }

  private func poll(_ connector: WebhookConnector, _ order: ErasureOrder) async throws -> String {
    try await outcome {
      switch try await connector.poll(order) {
      case .pending(let seconds): "pending \(seconds.map(String.init) ?? "-")"
      case .completed(let verification, let rows):
        "completed \(rows.map(String.init) ?? "-") \(verification.kept.map { "\($0.rule) \($0.until) \($0.count)" })"
      case .noMatch: "no-match"
      case .denied(let code): "denied \(code)"
      case .cancelled: "cancelled"
      }
    }
  }

  // MARK: The request

  @Test func `the notice is the contract's, signed, and carries only identifiers the company holds`() async throws {
    let company = try ScriptedCompany(.status(202, "Location: /erasure/1"))
    let recorder = NoticeRecorder()
    #expect(try await erase(connector(company), CompanyOrders.order(), before: recorder) == "handed-over 3600")
    let call = try #require(company.calls.first)
    let (request, job) = (String(repeating: "01", count: 16), String(repeating: "02", count: 16))
    let expected =
      #"{"data":{"blind":"\#(String(repeating: "A", count: 43))","deadline":"2026-03-20T00:00:00Z","duty":"notify","#
      + #""ground":"art17(1)(b)","job_id":"j-\#(job)","received_on":"2026-02-27","regulation":"gdpr","#
      + #""request_id":"r-\#(request)","scope":["customer"],"subject":["#
      + #"{"identity_format":"raw","identity_type":"controller_customer_id","identity_value":"4711"},"#
      + #"{"identity_format":"raw","identity_type":"email","identity_value":"ada.devries@example.org"}]},"#
      + #""timestamp":"2026-03-02T09:00:00Z","type":"erasure.requested"}"#
    #expect(String(decoding: call.body, as: UTF8.self) == expected)
    #expect(call.method == "POST" && call.target == "/erasure")
    #expect(call.headers["content-type"] == "application/json")
    #expect(call.headers["webhook-id"] == "j-" + job && call.headers["idempotency-key"] == "j-" + job)
    #expect(call.headers["webhook-timestamp"] == String(clock.now().secondsSince1970))
    let secret = try #require(WebhookSecret(text: Array(CompanyOrders.secret.utf8)))
    #expect(
      WebhookSignature.isValid(
        try #require(call.headers["webhook-signature"]), id: "j-" + job, timestamp: clock.now().secondsSince1970,
        body: call.body, secrets: [secret], now: clock.now()))
    #expect(recorder.events == ["remember timestamp", "record", "remember location"])
    #expect(recorder.effects == [PreparedEffect(effects: [])])
    #expect(recorder.remembered["location"] == company.url + "/erasure/1")
  }

  @Test func `every attempt sends the same bytes, under a signature of its own time`() async throws {
    let company = try ScriptedCompany(.status(503, "Retry-After: 1"), .status(200))
    let recorder = NoticeRecorder()
    let connector = try connector(company)
    #expect(try await erase(connector, CompanyOrders.order(), before: recorder) == "transient http-503 1")
    clock.advance(seconds: 90_000)
    let again = try CompanyOrders.order(remembered: recorder.remembered)
    #expect(try await erase(connector, again, before: recorder) == "told")
    let calls = company.calls
    #expect(calls.count == 2 && calls[0].body == calls[1].body)
    #expect(calls[0].headers["webhook-signature"] != calls[1].headers["webhook-signature"])
  }

  @Test func `a secret that was replaced signs the next call, and without one nothing is sent`() async throws {
    let company = try ScriptedCompany(.status(503))
    let source = ChangingSecret(CompanyOrders.secret)
    let connector = try WebhookConnector(
      settings: WebhookSettings(endpoint: company.url + "/erasure", secret: "sister-webhook", isInternal: true),
      context: CompanyOrders.context(secretsFrom: source, clock: clock), loops: Self.loops)
    let order = try CompanyOrders.order()
    #expect(try await erase(connector, order) == "transient http-503 -")
    let other = "whsec_" + String(repeating: "QUJD", count: 8)
    source.replace(by: other)
    #expect(try await erase(connector, order) == "transient http-503 -")
    for unusable in [nil, "whsec_short"] {
      source.replace(by: unusable)
      #expect(try await erase(connector, order) == "transient credential-unusable -")
      let asking = try CompanyOrders.order(remembered: ["location": company.url + "/erasure/1"])
      #expect(try await poll(connector, asking) == "transient credential-unusable -")
    }
    let calls = company.calls
    try #require(calls.count == 2)
    for (call, text) in zip(calls, [CompanyOrders.secret, other]) {
      let secret = try #require(WebhookSecret(text: Array(text.utf8)))
      #expect(
        WebhookSignature.isValid(
          try #require(call.headers["webhook-signature"]), id: order.job.text,
          timestamp: clock.now().secondsSince1970, body: call.body, secrets: [secret], now: clock.now()))
    }
  }

  @Test func `nothing is sent when the intent cannot be recorded`() async throws {
    let company = try ScriptedCompany(.status(200))
    let recorder = NoticeRecorder(failing: .transient(FailureCode("journal-full"), retryAfterSeconds: nil))
    #expect(try await erase(connector(company), CompanyOrders.order(), before: recorder) == "transient journal-full -")
    #expect(company.calls.isEmpty)
  }

  @Test func `an accepted notice is not sent again`() async throws {
    let company = try ScriptedCompany(.status(500))
    let order = try CompanyOrders.order(remembered: ["location": company.url + "/erasure/1"])
    #expect(try await erase(connector(company), order) == "handed-over 0")
    #expect(company.calls.isEmpty)
  }

  @Test(arguments: [
    (JobVerb.notify, "notify"), (.instruct, "instruct"), (.stopSending, "stop-sending"),
  ]) func `the duty follows the verb`(verb: JobVerb, duty: String) async throws {
    let company = try ScriptedCompany(.status(204))
    let came = try await erase(connector(company), CompanyOrders.order(verb: verb))
    #expect(came == (verb == .instruct ? "handed-over last" : "told"))
    #expect(String(decoding: company.calls[0].body, as: UTF8.self).contains(#""duty":"\#(duty)""#))
  }

  @Test func `an empty identifier, none at all and a foreign verb are refused before anything is sent`() async throws {
    let company = try ScriptedCompany(.status(200))
    let connector = try connector(company)
    for value in ["", " \t"] {
      let order = try CompanyOrders.order(identifiers: [SubjectIdentifier(kind: .email, value: value)])
      #expect(try await erase(connector, order) == "permanent empty-identifier")
    }
    let other = try CompanyOrders.order(identifiers: [SubjectIdentifier(kind: .phone, value: "1")])
    #expect(try await erase(connector, other) == "permanent no-identifier-for-this-company")
    #expect(try await erase(connector, CompanyOrders.order(verb: .erase)) == "permanent verb-not-supported")
    #expect(company.calls.isEmpty)
  }

  @Test func `a company is never searched`() async throws {
    let company = try ScriptedCompany(.status(200))
    let order = try CompanyOrders.order()
    let found = try await connector(company).locate(
      SearchOrder(system: order.system, identifiers: order.identifiers, deadline: order.deadline))
    #expect(found == Findings() && company.calls.isEmpty)
  }

  // MARK: Answers

  @Test(arguments: [
    (ScriptedCompany.Answer.status(200), "told"), (.status(201), "told"), (.status(204), "told"),
    (.status(202), "told"), (.status(409), "officer refused-by-recipient conflict-without-resource"),
    (.status(202, "Location: /s/1", "Retry-After: 5"), "handed-over 5"),
    (.status(409, "Location: /s/1"), "handed-over 0"),
    (.status(202, "Location: http://127.0.0.1:1/s/1"), "officer refused-by-recipient foreign-location"),
    (.status(202, "Location: //example.org/s/1"), "officer refused-by-recipient foreign-location"),
    (.status(302, "Location: /elsewhere"), "officer refused-by-recipient redirect"),
    (.status(408), "transient http-408 -"), (.status(425), "transient http-425 -"),
    (.status(429, "Retry-After: 120"), "transient http-429 120"),
    (.status(429, "Retry-After: 999999999"), "transient http-429 86400"),
    (.status(500), "transient http-500 -"), (.status(503, "Retry-After: soon"), "transient http-503 -"),
    (.status(400), "officer refused-by-recipient http-400"), (.status(401), "officer refused-by-recipient http-401"),
    (.status(403), "officer refused-by-recipient http-403"), (.status(404), "officer refused-by-recipient http-404"),
    (.status(415), "officer refused-by-recipient http-415"), (.status(422), "officer refused-by-recipient http-422"),
    (.status(410), "officer refused-by-recipient endpoint-gone"),
    (.hangUp, "unknown connection-lost"),
  ]) func `an answer means what the contract says`(answer: ScriptedCompany.Answer, expected: String) async throws {
    let company = try ScriptedCompany(answer)
    #expect(try await erase(connector(company), CompanyOrders.order()) == expected)
    #expect(company.calls.count == 1, "a connector never repeats by itself")
  }

  @Test func `a company's own words go to the vault, shortened, and nowhere else`() async throws {
    let words = String(repeating: "no such customer ", count: 100)
    let company = try ScriptedCompany(
      .status(
        422, headers: ["Content-Type: application/problem+json"], body: #"{"title":"Refused","detail":"\#(words)"}"#),
      .status(422, headers: ["Content-Type: application/problem+json"], body: "not JSON"))
    let recorder = NoticeRecorder()
    let expected = "officer refused-by-recipient http-422"
    #expect(try await erase(connector(company), CompanyOrders.order(), before: recorder) == expected)
    let kept = try #require(recorder.remembered["problem"])
    #expect(kept.hasPrefix("Refused: no such customer") && kept.count == 500)
    #expect(try await erase(connector(company), CompanyOrders.order()) == expected)
  }

  @Test func `before anything was sent a failure may be repeated, and a private address is refused for good`()
    async throws
  {
    let company = try ScriptedCompany(.status(200))
    company.close()
    #expect(try await erase(connector(company), CompanyOrders.order()) == "transient could-not-connect -")
    let outside = try connector("https://127.0.0.1:9/erasure", isInternal: false)
    #expect(try await erase(outside, CompanyOrders.order()) == "permanent address-not-public")
  }

  @Test(.timeLimit(.minutes(5))) func `cancelled after the notice arrived, the outcome is unknown`() async throws {
    let company = try ScriptedCompany(.silence)
    let (connector, order) = (try connector(company), try CompanyOrders.order())
    let task = Task { try await erase(connector, order) }
    for await _ in company.arrivals.stream { break }
    task.cancel()
    #expect(try await task.value == "unknown interrupted")
  }

  // MARK: Status resource

  private func statusOrder(_ company: ScriptedCompany) throws -> ErasureOrder {
    try CompanyOrders.order(remembered: ["location": company.url + "/erasure/1"])
  }

  @Test(arguments: [
    (ScriptedCompany.Answer.json(#"{"status":"received"}"#), "pending -"),
    (.status(202, headers: ["Retry-After: 7"], body: #"{"status":"in_progress"}"#), "pending 7"),
    (.json(#"{"status":"completed","records_erased":3,"receipt":"x.y.z"}"#), "completed 3 []"),
    (.json(#"{"status":"completed","records_erased":-3}"#), "completed - []"),
    (
      .json(
        #"{"status":"completed_with_retention","retained":[{"category":"a","until":"2033-01-01","basis":"b"},"#
          + #"{"until":"2033-01-01"},{"until":"2030-01-01"}]}"#),
      #"completed - ["recipient 2030-01-01 1", "recipient 2033-01-01 2"]"#
    ),
    (.json(#"{"status":"completed_with_retention"}"#), "officer refused-by-recipient retention-without-date"),
    (
      .json(#"{"status":"completed_with_retention","retained":[{"until":"later"}]}"#),
      "officer refused-by-recipient retention-without-date"
    ),
    (.json(#"{"status":"no_match"}"#), "no-match"),
    (.json(#"{"status":"denied","reason":"claim_not_covered"}"#), "denied claim-not-covered"),
    (.json(#"{"status":"denied","reason":"Ada de Vries owes us"}"#), "denied other"),
    (.json(#"{"status":"denied"}"#), "denied other"), (.json(#"{"status":"cancelled"}"#), "cancelled"),
    (.json(#"{"status":"fulfilled"}"#), "officer refused-by-recipient unknown-status"),
    (.json(#"{"status":"completed","job_id":"j-other"}"#), "officer refused-by-recipient status-of-another-job"),
    (.json("[]"), "officer refused-by-recipient malformed-status"),
    (.status(204), "officer refused-by-recipient malformed-status"),
    (.status(404), "officer refused-by-recipient status-resource-gone"),
    (.status(401), "officer refused-by-recipient http-401"), (.status(301), "officer refused-by-recipient redirect"),
    (.status(503, "Retry-After: 9"), "transient http-503 9"), (.status(429), "transient http-429 -"),
    (.hangUp, "transient connection-lost -"),
  ]) func `a status means what the contract says`(answer: ScriptedCompany.Answer, expected: String) async throws {
    let company = try ScriptedCompany(answer)
    #expect(try await poll(connector(company), statusOrder(company)) == expected)
  }

  @Test func `a question is signed over an empty body and sends no identity`() async throws {
    let company = try ScriptedCompany(.json(#"{"status":"received"}"#))
    _ = try await poll(connector(company), statusOrder(company))
    let call = try #require(company.calls.first)
    #expect(call.method == "GET" && call.target == "/erasure/1" && call.body.isEmpty)
    let secret = try #require(WebhookSecret(text: Array(CompanyOrders.secret.utf8)))
    #expect(
      WebhookSignature.isValid(
        try #require(call.headers["webhook-signature"]), id: try #require(call.headers["webhook-id"]),
        timestamp: clock.now().secondsSince1970, body: [], secrets: [secret], now: clock.now()))
  }

  @Test func `a remembered resource on another origin than the endpoint is not asked`() async throws {
    let (old, new) = (try ScriptedCompany(.status(200)), try ScriptedCompany(.status(200)))
    #expect(try await poll(connector(new), statusOrder(old)) == "officer refused-by-recipient foreign-location")
    #expect(old.calls.isEmpty && new.calls.isEmpty)
  }

  @Test func `verify claims no more than the company said`() async throws {
    let company = try ScriptedCompany(
      .json(#"{"status":"received"}"#), .json(#"{"status":"denied"}"#), .json(#"{"status":"cancelled"}"#),
      .json(#"{"status":"completed"}"#), .json(#"{"status":"no_match"}"#))
    let connector = try connector(company)
    for _ in 0..<3 {
      let look = try await connector.verify(statusOrder(company))
      #expect(!look.isClean && look.voucher == .recipientUnsigned && look.seen == .confirmation)
    }
    for _ in 0..<2 {
      let look = try await connector.verify(statusOrder(company))
      #expect(look.isClean && look.voucher == .recipientUnsigned && look.seen == .confirmation)
    }
    let dispatch = try await connector.verify(CompanyOrders.order())
    #expect(dispatch.voucher == .us && dispatch.seen == .dispatch && !dispatch.isClean)
    #expect(throws: ReceiptRefusal.dispatchIsNoProof) { try ErasureReceipt(verification: dispatch, effects: []) }
    #expect(try await poll(connector, CompanyOrders.order()) == "pending -")
  }

  // MARK: Settings

  @Test func `settings that cannot work are refused by name, before anybody is called`() throws {
    func problem(_ settings: WebhookSettings, secrets: [String: String] = ["s": CompanyOrders.secret]) -> String {
      do {
        let context = try CompanyOrders.context(clock: clock, secrets: secrets)
        _ = try WebhookConnector(settings: settings, context: context, loops: Self.loops)
        return "none"
      } catch {
        return "\(error)"
      }
    }
    let url = "https://example.org/erasure"
    #expect(problem(WebhookSettings(endpoint: url, secret: "s")) == "none")
    #expect(problem(WebhookSettings(endpoint: url, secret: "t")).contains("no credential is named \"t\""))
    #expect(problem(WebhookSettings(endpoint: url, secret: "s", previousSecret: "t")).contains("\"t\""))
    #expect(problem(WebhookSettings(endpoint: url, secret: "s"), secrets: ["s": "whsec_x"]).contains("whsec_"))
    #expect(problem(WebhookSettings(endpoint: "http://example.org/", secret: "s")).contains("https"))
    #expect(problem(WebhookSettings(endpoint: "https://u:p@example.org/", secret: "s")).contains("endpoint"))
    #expect(problem(WebhookSettings(endpoint: url, secret: "s", contract: "x/1")).contains("erasure-notice/1"))
    let noPEM = WebhookSettings(endpoint: url, secret: "s", tls: TLSSettings(authorities: "s"))
    #expect(problem(noPEM).contains("credential \"s\" is no PEM"))
  }

  @Test func `the registry reads the register's settings and refuses a misspelt one`() throws {
    var registry = ConnectorRegistry()
    registry.add(WebhookConnector.self) { try WebhookConnector(settings: $0, context: $1, loops: Self.loops) }
    let settings: [String: CanonicalJSON] = [
      "endpoint": .string("http://127.0.0.1:1/"), "secret": .string("sister-webhook"), "internal": .boolean(true),
      "contract": .string("erasure-notice/1"),
    ]
    _ = try registry.connector(for: CompanyOrders.context(settings: .object(settings), clock: clock))
    let misspelt = settings.merging(["previous-secrt": .string("x")]) { $1 }
    let problem = #expect(throws: SettingsProblem.self) {
      try registry.connector(for: CompanyOrders.context(settings: .object(misspelt), clock: clock))
    }
    #expect(problem?.description.contains("previous-secrt") == true)
    let tls = settings.merging(["tls": .object(["authority": .string("x")])]) { $1 }
    let second = #expect(throws: SettingsProblem.self) {
      try registry.connector(for: CompanyOrders.context(settings: .object(tls), clock: clock))
    }
    #expect(second?.description.contains("authority") == true)
  }

  @Test func `a company behind an authority of its own sees our certificate`() async throws {
    let folder = try KeyFolder()
    try folder.makeCertificate("server", name: "localhost")
    try folder.makeCertificate("client", name: "client")
    let server = try TLSServer(
      folder: folder, arguments: ["-Verify", "1", "-CAfile", folder.path("client.pem"), "-verify_return_error"])
    defer { server.stop() }
    func text(_ name: String) throws -> String { String(decoding: try folder.bytes(name), as: UTF8.self) }
    let secrets = [
      "s": CompanyOrders.secret, "ca": try text("server.pem"), "cert": try text("client.pem"),
      "private": try text("client.key"),
    ]
    func status(_ tls: TLSSettings?) async throws -> Int {
      let connector = try WebhookConnector(
        settings: WebhookSettings(
          endpoint: "https://localhost:\(server.port)/", secret: "s", isInternal: true, tls: tls),
        context: CompanyOrders.context(clock: clock, secrets: secrets), loops: Self.loops)
      return try await Self.loops.privateToo.send(
        connector.request("GET", connector.settings.endpoint, id: "j-1", connector.secrets())
      ).status
    }
    #expect(try await status(TLSSettings(authorities: "ca", certificate: "cert", key: "private")) == 200)
    await #expect(throws: HTTPFailure.self) { _ = try await status(nil) }
  }

  @Test func `nothing that is printed of a connector holds the secret`() throws {
    var text = ""
    dump(try connector("https://example.org/"), to: &text)
    #expect(!text.contains("MfKQ9r8") && !text.contains("49, 242, 144"))
  }
}
