import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import HTTPTransport
import TestKit
import Testing

/// Our requests, verified by the libraries that companies use: PyPI's `standardwebhooks` and `svix`.
struct ForeignVerifierTests {
  /// One call as it arrived.
  private struct Received: Encodable {
    let secret: String
    let headers: [String: String]
    let body: String
  }

  private static let script = """
    import json, sys
    import standardwebhooks, svix
    answers = []
    for call in json.load(sys.stdin):
        for library in (standardwebhooks, svix):
            headers = call["headers"]
            try:
                library.Webhook(call["secret"]).verify(call["body"], headers)
                answers.append("good")
            except library.WebhookVerificationError:
                answers.append("bad")
    print(json.dumps(answers))
    """

  private func verdicts(_ calls: [Received]) throws -> [String] {
    let output = try PythonTools.run(Self.script, input: Array(try JSONEncoder().encode(calls)))
    return try JSONDecoder().decode([String].self, from: Data(output))
  }

  @Test func `both accept a notice by either secret of a rotation, and refuse any other`() async throws {
    // The libraries look at the clock of the machine.
    let clock = ManualClock(at: UTCTime(secondsSince1970: Int64(Date().timeIntervalSince1970)))
    let older = "whsec_" + Base64.encode([UInt8](repeating: 7, count: 32))
    let stranger = "whsec_" + Base64.encode([UInt8](repeating: 8, count: 32))
    let company = try ScriptedCompany(.status(202, "Location: /erasure/1"))
    let connector = try WebhookConnector(
      settings: WebhookSettings(
        endpoint: company.url + "/erasure", secret: "new", previousSecret: "old", isInternal: true),
      context: CompanyOrders.context(clock: clock, secrets: ["new": CompanyOrders.secret, "old": older]),
      loops: WebhookConnectorTests.loops)
    _ = try await connector.erase(CompanyOrders.order(), before: NoticeRecorder())
    let call = try #require(company.calls.first)
    let body = String(decoding: call.body, as: UTF8.self)
    var late = call.headers
    late["webhook-timestamp"] = String(clock.now().secondsSince1970 - 360)
    let calls = [
      Received(secret: CompanyOrders.secret, headers: call.headers, body: body),
      Received(secret: older, headers: call.headers, body: body),
      Received(secret: stranger, headers: call.headers, body: body),
      Received(secret: CompanyOrders.secret, headers: call.headers, body: body + " "),
      Received(secret: CompanyOrders.secret, headers: late, body: body),
    ]
    #expect(try verdicts(calls) == ["good", "good", "good", "good"] + Array(repeating: "bad", count: 6))
  }
}
