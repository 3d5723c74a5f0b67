import ConnectorKit
import ErasureDomain
import Foundation
import TestKit
import Testing

@testable import Connectors

@Suite(.timeLimit(.minutes(5))) struct OpenDSRCallbackTests {
  let clock = OpenDSRTests.now
  let job = JobReference(bytes: Array(repeating: 2, count: 16))
  var id: String { SubjectRequestID(of: job).text }

  private func body(_ status: String, id other: String? = nil) -> [UInt8] {
    Array(#"{"subject_request_id":"\#(other ?? id)","request_status":"\#(status)","controller_id":"c"}"#.utf8)
  }

  private func call(
    _ body: [UInt8], by leaf: String = "rsa", signed: [UInt8]? = nil, domain: String = ProcessorKeys.domain,
    label: String = "opendsr"
  ) throws -> IncomingCall {
    let signature = try ProcessorKeys.shared().sign(signed ?? body, by: leaf)
    return IncomingCall(
      headers: [
        "x-\(label)-processor-domain": domain, "x-\(label)-signature": Base64.encode(signature),
        "host": "evil.example",
      ], body: body)
  }

  private func check(_ connector: OpenDSRConnector, _ call: IncomingCall) async -> String {
    do {
      let statement = try await connector.check(call, about: job)
      return "\(statement.status.rawValue) \(statement.id)"
    } catch {
      switch error {
      case .unsigned: return "unsigned"
      case .malformed(let code): return "malformed \(code)"
      case .unavailable(let code): return "unavailable \(code)"
      }
    }
  }

  @Test func `a callback with the processor's signature says how far it is`() async throws {
    for (version, label) in [(OpenDSRVersion.openDSR2, "opendsr"), (.openGDPR1, "opengdpr")] {
      let processor = try ProcessorService { $0.version = version.rawValue }
      let connector = try processor.connector(processor.settings(version: version), clock: clock)
      for (status, word) in [
        ("pending", "received"), ("in_progress", "in-progress"), ("completed", "completed"), ("cancelled", "cancelled"),
      ] {
        let came = await check(connector, try call(body(status), label: label))
        #expect(came == "\(word) \(id):\(word)", "a repeated call is the same statement")
      }
      #expect(try processor.calls().isEmpty, "a callback asks no status")
    }
  }

  @Test func `a callback that is not the processor's word on the job is not taken`() async throws {
    let processor = try ProcessorService()
    let connector = try processor.connector(clock: clock)
    let done = body("completed")
    let claims = [
      try call(done, domain: "other.example"), try call(body("completed", id: "1")), try call(Array("<html>".utf8)),
      try call(done, label: "opengdpr"), IncomingCall(headers: [:], body: done),
    ]
    for claim in claims { #expect(await check(connector, claim) == "unsigned") }
    #expect(try processor.state.calls.isEmpty, "whoever calls cannot make us call")
    #expect(await check(connector, try call(done + [0x20], signed: done)) == "unsigned")
    #expect(await check(connector, try call(done, by: "ec")) == "unsigned", "another key")
    #expect(await check(connector, try call(body("denied"))) == "malformed opendsr-unknown-status")
    try processor.change { $0.sign(by: "self-signed") }
    #expect(await check(connector, try call(done, by: "self-signed")) == "unsigned")
    try processor.change { $0.sign(by: "other-name") }
    #expect(await check(connector, try call(done, by: "other-name")) == "unsigned")
    try processor.change { $0.faults["GET"] = .status(503, [], "") }
    #expect(await check(connector, try call(done)) == "unavailable http-503")
  }

  @Test func `a callback is a hint, and the status decides`() async throws {
    let processor = try ProcessorService { $0.requests[id] = "in_progress" }
    let connector = try processor.connector(clock: clock)
    #expect(await check(connector, try call(body("completed"))).hasPrefix("completed"))
    let order = try CompanyOrders.order(remembered: OpenDSRTests.accepted)
    #expect(try await OpenDSRTests.poll(connector, order) == "pending -")
  }

  // MARK: Taking a request back

  @Test(arguments: OpenDSRVersion.allCases) func `a pending request is taken back, once or again`(
    version: OpenDSRVersion
  ) async throws {
    let processor = try ProcessorService { $0.version = version.rawValue }
    let (connector, recorder) = (
      try processor.connector(processor.settings(version: version), clock: clock), NoticeRecorder()
    )
    #expect(try await OpenDSRTests.cancel(connector, CompanyOrders.order(verb: .instruct)) == "unknown")
    #expect(try processor.state.calls.isEmpty, "what was never sent needs no call")
    _ = try await OpenDSRTests.erase(connector, CompanyOrders.order(verb: .instruct), recorder)
    let order = try OpenDSRTests.order(after: recorder)
    #expect(try await OpenDSRTests.cancel(connector, order) == "accepted")
    #expect(try processor.state.requests[id] == "cancelled")
    #expect(try await OpenDSRTests.cancel(connector, order) == "accepted", "repeating it is harmless")
    #expect(try await OpenDSRTests.poll(connector, order) == "cancelled")
    for call in try processor.calls() where call.method == "DELETE" {
      #expect(call.body.isEmpty && call.path.hasSuffix("/" + id))
    }
  }

  @Test func `a request that is under way or unknown cannot be taken back`() async throws {
    let processor = try ProcessorService()
    let connector = try processor.connector(clock: clock)
    let order = try CompanyOrders.order(verb: .instruct, remembered: OpenDSRTests.accepted)
    #expect(try await OpenDSRTests.cancel(connector, order) == "unknown")
    for status in ["in_progress", "completed"] {
      try processor.change { $0.requests[id] = status }
      #expect(try await OpenDSRTests.cancel(connector, order) == "tooLate")
    }
    try processor.change {
      $0.requests[id] = "pending"
      $0.faults["DELETE"] = .status(400, [], "")
    }
    #expect(try await OpenDSRTests.cancel(connector, order) == "other http-400", "pending, and refused all the same")
    for (status, expected) in [(401, "other credentials-http-401"), (503, "transient http-503 -")] {
      try processor.change { $0.faults["DELETE"] = .status(status, [], "") }
      #expect(try await OpenDSRTests.cancel(connector, order) == expected)
    }
  }

  @Test func `a lost or unsigned answer to taking back is no answer`() async throws {
    let processor = try ProcessorService {
      $0.requests[id] = "pending"
      $0.faults["DELETE"] = .lose
    }
    let connector = try processor.connector(clock: clock)
    let order = try CompanyOrders.order(verb: .instruct, remembered: OpenDSRTests.accepted)
    #expect(try await OpenDSRTests.cancel(connector, order).hasPrefix("transient "))
    #expect(try await OpenDSRTests.cancel(connector, order) == "accepted")
    try processor.change {
      $0.requests[id] = "pending"
      $0.corrupt = [202]
    }
    #expect(try await OpenDSRTests.cancel(connector, order) == "other opendsr-bad-signature")
  }
}
