import ConnectorKit
import ErasureDomain
import Foundation
import TestKit
import Testing

@testable import Connectors

@Suite(.timeLimit(.minutes(5))) struct OpenDSRRequestTests {
  let clock = OpenDSRTests.now
  let job = JobReference(bytes: Array(repeating: 2, count: 16))
  var id: String { SubjectRequestID(of: job).text }

  @Test func `the id of a request is a UUID of version 4 in lower case, the same for one job and no other`() {
    let ids = (0..<50).map { SubjectRequestID(of: JobReference(bytes: Array(repeating: $0, count: 16))).text }
    let shape = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
    #expect(Set(ids).count == 50)
    for text in ids { #expect(text.wholeMatch(of: shape) != nil, "\(text)") }
    #expect(SubjectRequestID(of: job).text == id)
  }

  @Test(arguments: [(OpenDSRVersion.openDSR2, "/v2/requests"), (.openGDPR1, "/v1/opengdpr_requests")])
  func `a request goes from discovery to done`(version: OpenDSRVersion, path: String) async throws {
    let processor = try ProcessorService { $0.version = version.rawValue }
    let recorder = NoticeRecorder()
    let connector = try processor.connector(
      processor.settings(version: version, auth: .bearer("token")), clock: clock)
    let time = clock.now().description
    #expect(
      try await OpenDSRTests.erase(connector, CompanyOrders.order(verb: .instruct), recorder) == "handed-over 3600")
    let calls = try processor.state.calls
    try #require(
      calls.map { $0.method + " " + $0.path } == [
        "GET \(path.hasPrefix("/v2") ? "/v2" : "/v1")/discovery", "GET /rsa.pem", "POST " + path,
      ])
    #expect(calls.map { $0.headers["authorization"] } == ["Bearer t0ken", nil, "Bearer t0ken"])
    let regulation = version == .openDSR2 ? #""regulation":"gdpr","# : ""
    #expect(
      calls[2].body == #"{"api_version":"\#(version.rawValue)",\#(regulation)"subject_identities":["#
        + #"{"identity_format":"raw","identity_type":"controller_customer_id","identity_value":"4711"},"#
        + #"{"identity_format":"raw","identity_type":"email","identity_value":"ada.devries@example.org"}],"#
        + #""subject_request_id":"\#(id)","subject_request_type":"erasure","submitted_time":"\#(time)"}"#)
    #expect(
      recorder.events == ["remember submitted-time", "remember subject-request-id", "record", "remember accepted"])
    #expect(recorder.effects == [PreparedEffect(effects: [])])

    let order = try OpenDSRTests.order(after: recorder)
    #expect(try await OpenDSRTests.poll(connector, order) == "pending -")
    #expect(try await connector.verify(order).isClean == false)
    try processor.change { $0.requests[id] = "in_progress" }
    #expect(try await OpenDSRTests.poll(connector, order) == "pending -")
    try processor.change { $0.requests[id] = "completed" }
    #expect(
      try await OpenDSRTests.poll(connector, order) == "completed recipient-unsigned confirmation opendsr-status -")
    #expect(try await connector.verify(order).isClean)
    try processor.change { $0.requests[id] = "cancelled" }
    #expect(try await OpenDSRTests.poll(connector, order) == "cancelled")
    #expect(try await connector.verify(order).isClean == false)
    #expect(try await OpenDSRTests.erase(connector, order) == "handed-over 0", "an accepted request is not sent again")
    #expect(try processor.count("POST") == 1)
  }

  @Test(arguments: ["rsa", "ec", "p384", "chained"]) func `the key decides how a signature is made`(
    leaf: String
  ) async throws {
    let processor = try ProcessorService { $0.sign(by: leaf) }
    let connector = try processor.connector(clock: clock)
    #expect(try await OpenDSRTests.erase(connector, CompanyOrders.order(verb: .instruct)) == "handed-over 3600")
    // The same signature, checked by somebody else.
    let key = try ProcessorKeys.openssl(["x509", "-in", processor.path(leaf + ".pem"), "-pubkey", "-noout"])
    try Data(key).write(to: URL(fileURLWithPath: processor.path("public")))
    let verify = [
      "dgst", "-sha256", "-verify", processor.path("public"), "-signature", processor.path("last-signature"),
    ]
    let said = try ProcessorKeys.openssl(verify, input: processor.bytes("last-body"))
    #expect(String(decoding: said, as: UTF8.self).contains("Verified OK"))
    #expect(throws: FixtureProblem.self) {
      try ProcessorKeys.openssl(verify, input: try processor.bytes("last-body") + [0x20])
    }
  }

  @Test func `after a lost answer the processor is asked, and gets no second request`() async throws {
    let processor = try ProcessorService { $0.faults["POST"] = .lose }
    let (connector, recorder) = (try processor.connector(clock: clock), NoticeRecorder())
    let first = try CompanyOrders.order(verb: .instruct)
    #expect(try await OpenDSRTests.erase(connector, first, recorder).hasPrefix("unknown "))
    #expect(recorder.remembered["accepted"] == nil)
    let again = try OpenDSRTests.order(after: recorder)
    #expect(try await OpenDSRTests.poll(connector, again) == "pending -")
    #expect(try await connector.verify(again).seen == .dispatch)
    #expect(try await OpenDSRTests.erase(connector, again, recorder) == "handed-over 0")
    #expect(recorder.remembered["accepted"] == "yes")
    #expect(try processor.count("POST") == 1)
    #expect(try processor.state.requests == [id: "pending"])
  }

  @Test func `a request that did not arrive is sent again, the same bytes, after it was asked for`() async throws {
    let processor = try ProcessorService { $0.faults["POST"] = .status(503, [["Retry-After", "7"]], "") }
    let (connector, recorder) = (
      try processor.connector(clock: clock) { "https://ours.example/callback/\($0)" }, NoticeRecorder()
    )
    let first = try CompanyOrders.order(verb: .instruct)
    #expect(try await OpenDSRTests.erase(connector, first, recorder) == "transient http-503 7")
    clock.advance(seconds: 3_700)
    let later = try processor.connector(clock: clock) { _ in "https://elsewhere.example/" }
    #expect(
      try await OpenDSRTests.erase(later, OpenDSRTests.order(after: recorder), recorder) == "handed-over 3600")
    let calls = try processor.calls()
    try #require(calls.map(\.method) == ["POST", "GET", "POST"])
    #expect(calls[0].body == calls[2].body)
    #expect(calls[0].body.contains(#""status_callback_urls":["https://ours.example/callback/\#(job)"]"#))
  }

  @Test func `what an officer let be told anew is asked for first too`() async throws {
    let processor = try ProcessorService { $0.requests[id] = "in_progress" }
    let order = ConnectorOrders.erasure(
      try CompanyOrders.name("sister"), try CompanyOrders.order().identifiers, approving: Findings(), verb: .instruct,
      prepared: PreparedEffect(effects: []))
    #expect(try await OpenDSRTests.erase(processor.connector(clock: clock), order) == "handed-over 0")
    #expect(try processor.count("POST") == 0)
  }

  @Test func `statuses mean what they say`() async throws {
    let processor = try ProcessorService()
    let connector = try processor.connector(clock: clock)
    let (first, asking) = (
      try CompanyOrders.order(verb: .instruct), try CompanyOrders.order(remembered: OpenDSRTests.accepted)
    )
    let problem = #"{"error":{"code":400,"message":"no such format","errors":[]}}"#
    for (status, expected) in [
      (400, "refused http-400"), (401, "refused credentials-http-401"), (403, "refused credentials-http-403"),
      (404, "refused http-404"), (409, "other http-409"), (302, "other redirect"), (204, "other unexpected-answer-204"),
      (408, "transient http-408 9"), (425, "transient http-425 9"), (429, "transient http-429 9"),
      (500, "transient http-500 9"), (503, "transient http-503 9"),
    ] {
      let fault = ProcessorService.Fault.status(
        status, [["Retry-After", "9"], ["Location", "/elsewhere"]], status == 204 ? "" : problem)
      let recorder = NoticeRecorder()
      try processor.change { $0.faults["POST"] = fault }
      #expect(try await OpenDSRTests.erase(connector, first, recorder) == expected)
      #expect(recorder.remembered["accepted"] == nil)
      #expect(recorder.remembered["problem"] == (expected.hasPrefix("refused") ? "no such format" : nil))
      let asked = expected.replacing("refused ", with: "other ")
      try processor.change { $0.faults["GET /v2/discovery"] = fault }
      #expect(try await OpenDSRTests.erase(connector, first) == asked)
      try processor.change { $0.faults["GET /v2/requests/" + id] = fault }
      let polled = try await OpenDSRTests.poll(connector, asking)
      #expect(polled == (status == 404 ? "refused opendsr-request-unknown" : asked))
    }
    #expect(try !processor.state.calls.contains { $0.path == "/elsewhere" }, "no redirect is followed")
  }

  @Test func `what a processor cannot do is a question, and nothing is sent`() async throws {
    let processor = try ProcessorService()
    let connector = try processor.connector(clock: clock)
    func erase() async throws -> String {
      try await OpenDSRTests.erase(connector, CompanyOrders.order(verb: .instruct))
    }
    try processor.change { $0.identities = [["identity_type": "email", "identity_format": "raw"]] }
    #expect(try await erase() == "other opendsr-identity-not-supported")
    let hashed = ["identity_type": "controller_customer_id", "identity_format": "md5"]
    try processor.change { $0.identities.append(hashed) }
    #expect(try await erase() == "other opendsr-identity-not-supported", "its format counts too")
    try processor.change { $0.types = ["access"] }
    #expect(try await erase() == "other opendsr-erasure-not-supported")
    try processor.change { $0.faults["GET /v2/discovery"] = .status(200, [], "<html>") }
    #expect(try await erase() == "other opendsr-malformed-discovery")
    #expect(try processor.count("POST") == 0)
  }

  @Test func `a value is hashed as both sides agreed`() async throws {
    let decomposed = " Zoe\u{301}@Example.org\n"
    let sha256 = OpenDSRIdentity(type: "email", format: .sha256)
    let composed = OpenDSRIdentity(type: "email", format: .sha256, normalise: .none).written("zo\u{e9}@example.org")
    #expect(sha256.written(decomposed) == composed)
    #expect(OpenDSRIdentity(type: "email", format: .md5).written("A") == "0cc175b9c0f1b6a831c399e269772661")
    #expect(
      OpenDSRIdentity(type: "email", format: .sha1).written("a") == "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8")
    #expect(OpenDSRIdentity(type: "email").written(decomposed) == decomposed)
    let processor = try ProcessorService()
    let identities = ["email": sha256, "customer-no": OpenDSRIdentity(type: "controller_customer_id")]
    let connector = try processor.connector(processor.settings(identities: identities), clock: clock)
    #expect(try await OpenDSRTests.erase(connector, CompanyOrders.order(verb: .instruct)) == "handed-over 3600")
    let body = try #require(try processor.calls().first).body
    #expect(body.contains(#""identity_format":"sha256""#) && !body.contains(CompanyOrders.email))
  }

  @Test func `empty identifiers, foreign ones and foreign verbs are refused before anybody is called`() async throws {
    let processor = try ProcessorService()
    let connector = try processor.connector(clock: clock)
    for value in ["", " \t"] {
      let order = try OpenDSRTests.order([SubjectIdentifier(kind: .email, value: value)])
      #expect(try await OpenDSRTests.erase(connector, order) == "permanent empty-identifier")
    }
    let phone = try OpenDSRTests.order([SubjectIdentifier(kind: .phone, value: "+31000004711")])
    #expect(try await OpenDSRTests.erase(connector, phone) == "permanent no-identifier-for-this-company")
    for verb in [JobVerb.stopSending, .erase, .manual] {
      #expect(
        try await OpenDSRTests.erase(connector, CompanyOrders.order(verb: verb)) == "permanent verb-not-supported")
    }
    #expect(try processor.state.calls.isEmpty)
  }

  @Test func `the request that comes back is nowhere in what is kept`() async throws {
    let processor = try ProcessorService()
    let (connector, recorder) = (try processor.connector(clock: clock), NoticeRecorder())
    _ = try await OpenDSRTests.erase(connector, CompanyOrders.order(verb: .instruct), recorder)
    let order = try OpenDSRTests.order(after: recorder)
    let answers = [
      try await OpenDSRTests.poll(connector, order), try await OpenDSRTests.cancel(connector, order),
      String(reflecting: try await connector.verify(order)),
    ]
    let body = try #require(try processor.calls().first).body
    let encoded = Base64.encode(Array(body.utf8))
    #expect(try String(decoding: processor.bytes("last-body"), as: UTF8.self).contains("controller_id"))
    let kept =
      recorder.events + recorder.remembered.flatMap { [$0.key, $0.value] } + answers
      + [String(reflecting: recorder.effects), String(reflecting: connector), "\(connector)"]
    for text in kept {
      for secret in ["encoded_request", encoded, String(encoded.prefix(24)), CompanyOrders.email, "t0ken"] {
        #expect(!text.contains(secret))
      }
    }
    let urls = try processor.state.calls.map(\.path)
    #expect(urls.allSatisfy { !$0.contains(CompanyOrders.email) && !$0.contains(CompanyOrders.customerNo) })
  }
}
