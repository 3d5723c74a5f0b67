import ConnectorKit
import ErasureDomain
import Foundation
import TestKit
import Testing

@testable import Connectors

@Suite(.timeLimit(.minutes(5))) struct OpenDSRTrustTests {
  let clock = OpenDSRTests.now
  let job = JobReference(bytes: Array(repeating: 2, count: 16))
  var id: String { SubjectRequestID(of: job).text }

  /// What the connector makes of a processor when it asks for an accepted request.
  private func poll(_ connector: OpenDSRConnector) async throws -> String {
    try await OpenDSRTests.poll(connector, CompanyOrders.order(remembered: OpenDSRTests.accepted))
  }

  @Test func `a processor with a bad certificate is sent nothing and believed nothing`() async throws {
    let processor = try ProcessorService { $0.requests[id] = "completed" }
    let connector = try processor.connector(clock: clock)
    for (leaf, code) in [
      ("self-signed", "opendsr-certificate-self-signed"), ("other-name", "opendsr-certificate-other-domain"),
      ("wildcard", "opendsr-certificate-other-domain"), ("nameless", "opendsr-certificate-other-domain"),
      ("foreign", "opendsr-certificate-untrusted"), ("by-a-leaf", "opendsr-certificate-untrusted"),
      ("garbled", "opendsr-certificate-unreadable"), ("ca", "opendsr-certificate-self-signed"),
    ] {
      try processor.change { $0.sign(by: leaf) }
      let erased = try await OpenDSRTests.erase(connector, CompanyOrders.order(verb: .instruct))
      #expect(erased == "other " + code, "\(leaf)")
      #expect(try await poll(connector) == "other " + code, "\(leaf)")
    }
    #expect(try processor.count("POST") == 0)
  }

  @Test func `a self-signed certificate is refused also when it is an authority of the register`() async throws {
    let processor = try ProcessorService { $0.sign(by: "self-signed") }
    let pem = String(decoding: try processor.keys.bytes("self-signed.pem"), as: UTF8.self)
    let connector = try OpenDSRConnector(
      settings: processor.settings(),
      context: CompanyOrders.context(role: .processor, connector: "opendsr", clock: clock, secrets: ["ca": pem]),
      loops: WebhookConnectorTests.loops)
    #expect(
      try await OpenDSRTests.erase(connector, CompanyOrders.order(verb: .instruct))
        == "other opendsr-certificate-self-signed")
  }

  @Test func `a certificate is not its own authority, whoever signed it`() async throws {
    let processor = try ProcessorService { $0.sign(by: "ec") }
    let pem = String(decoding: try processor.keys.bytes("ec.pem"), as: UTF8.self)
    let connector = try OpenDSRConnector(
      settings: processor.settings(),
      context: CompanyOrders.context(role: .processor, connector: "opendsr", clock: clock, secrets: ["ca": pem]),
      loops: WebhookConnectorTests.loops)
    #expect(
      try await OpenDSRTests.erase(connector, CompanyOrders.order(verb: .instruct))
        == "other opendsr-certificate-untrusted")
  }

  @Test func `without authorities of its own a processor needs one of the machine's`() async throws {
    let processor = try ProcessorService()
    let settings = OpenDSRSettings(
      base: processor.url, domain: ProcessorKeys.domain, isInternal: true, identities: ProcessorService.identities)
    #expect(
      try await OpenDSRTests.erase(
        processor.connector(settings, clock: clock), CompanyOrders.order(verb: .instruct))
        == "other opendsr-certificate-untrusted")
  }

  @Test func `a certificate counts from its first day to its last, on our clock`() async throws {
    let processor = try ProcessorService {
      $0.sign(by: "short-lived")
      $0.requests[id] = "completed"
    }
    let connector = try processor.connector(clock: clock)
    #expect(try await poll(connector).hasPrefix("completed"))
    clock.advance(days: 2)
    #expect(try await poll(connector) == "other opendsr-certificate-expired")
    clock.advance(days: -4)
    #expect(try await poll(connector) == "other opendsr-certificate-expired")
    try processor.change { $0.sign(by: "rsa") }
    clock.advance(days: 4)
    #expect(try await poll(connector).hasPrefix("completed"))
  }

  @Test func `the answer to a request counts only with the processor's signature`() async throws {
    let changes: [(String, @Sendable (inout ProcessorService.State) -> Void)] = [
      ("opendsr-bad-signature", { $0.corrupt = [201, 200] }),
      ("opendsr-no-signature", { $0.unsigned = [201, 200] }),
      ("opendsr-bad-signature", { $0.leaf = "ec" }),
      ("opendsr-other-domain", { $0.domain = "other.example" }),
      ("opendsr-other-domain", { $0.domain = "" }),
      ("opendsr-other-request", { $0.answerID = "11111111-1111-4111-8111-111111111111" }),
    ]
    let processor = try ProcessorService()
    for (code, change) in changes {
      try processor.change {
        $0 = ProcessorService.State()
        change(&$0)
      }
      let (connector, recorder) = (try processor.connector(clock: clock), NoticeRecorder())
      let first = try CompanyOrders.order(verb: .instruct)
      #expect(try await OpenDSRTests.erase(connector, first, recorder) == "other " + code)
      #expect(recorder.remembered["accepted"] == nil)
      let again = try OpenDSRTests.order(after: recorder)
      #expect(try await OpenDSRTests.erase(connector, again, recorder) == "other " + code, "its status neither")
      try processor.change {
        let (calls, requests) = ($0.calls, $0.requests)
        $0 = ProcessorService.State()
        ($0.calls, $0.requests) = (calls, requests)
      }
      #expect(try await OpenDSRTests.erase(connector, again, recorder) == "handed-over 0")
      #expect(try processor.count("POST") == 1)
    }
  }

  @Test func `a status counts only with the processor's signature`() async throws {
    let processor = try ProcessorService { $0.requests[id] = "completed" }
    let connector = try processor.connector(clock: clock)
    #expect(try await poll(connector).hasPrefix("completed"))
    try processor.change { $0.corrupt = [200] }
    #expect(try await poll(connector) == "other opendsr-bad-signature")
    await #expect(throws: ConnectorFailure.self) {
      try await connector.verify(CompanyOrders.order(remembered: OpenDSRTests.accepted))
    }
    try processor.change {
      $0.corrupt = []
      $0.answerID = "11111111-1111-4111-8111-111111111111"
    }
    #expect(try await poll(connector) == "other opendsr-other-request")
    try processor.change {
      $0.answerID = id.uppercased()
      $0.requests[id] = "denied"
    }
    #expect(try await poll(connector) == "other opendsr-unknown-status", "the protocol has no such word")
    try processor.change { $0.requests = [:] }
    #expect(try await poll(connector) == "refused opendsr-request-unknown")
  }

  @Test func `names of one version are no names of the other`() async throws {
    let processor = try ProcessorService { $0.version = "1.0" }
    #expect(
      try await OpenDSRTests.erase(processor.connector(clock: clock), CompanyOrders.order(verb: .instruct))
        == "other http-404")
  }

  @Test(arguments: [
    ("https://127.0.0.1:1/cert.pem", false), ("https://cleansing.example.other.example/cert.pem", false),
    ("https://notcleansing.example/cert.pem", false), ("https://cleansing.example@127.0.0.1/cert.pem", false),
    ("file:///etc/passwd", false), ("/cert.pem", false), ("http://cleansing.example/cert.pem", false),
    ("https://cleansing.example/cert.pem", true), ("https://keys.Cleansing.example/cert.pem", true),
    ("https://api.example:8443/cert.pem", true), ("https://api.example/cert.pem", false),
    ("https://static.example/cert.pem", true),
  ]) func `the certificate is fetched from the processor's own names only`(url: String, isTaken: Bool) {
    let settings = OpenDSRSettings(
      base: "https://api.example:8443", domain: ProcessorKeys.domain, identities: [:], certificateHost: "static.example"
    )
    #expect(settings.mayHoldCertificate(url) == isTaken)
  }

  @Test func `discovery cannot send us elsewhere`() async throws {
    let processor = try ProcessorService { $0.certificate = "http://localhost:{port}/rsa.pem" }
    #expect(
      try await OpenDSRTests.erase(processor.connector(clock: clock), CompanyOrders.order(verb: .instruct))
        == "other opendsr-certificate-elsewhere")
    #expect(try processor.state.calls.map(\.path) == ["/v2/discovery"])
  }
}
