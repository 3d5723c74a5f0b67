import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import HTTPTransport
import TestKit
import Testing

struct ReminderTests {
  let clock = ManualClock()
  private let job = "j-" + String(repeating: "02", count: 16)

  private func connector(_ company: ScriptedCompany) throws -> WebhookConnector {
    try WebhookConnector(
      settings: WebhookSettings(endpoint: company.url + "/erasure", secret: "sister-webhook", isInternal: true),
      context: CompanyOrders.context(clock: clock), loops: WebhookConnectorTests.loops)
  }

  @Test func `a reminder names the job, nobody else, under an id of its own, and goes out once`() async throws {
    let company = try ScriptedCompany(.status(503), .status(202))
    let (connector, recorder) = (try connector(company), NoticeRecorder())
    await #expect(throws: ConnectorFailure.transient(FailureCode("http-503"), retryAfterSeconds: nil)) {
      try await connector.remind(CompanyOrders.order(), before: recorder)
    }
    clock.advance(seconds: 3_600)
    for _ in 0..<2 {
      try await connector.remind(CompanyOrders.order(remembered: recorder.remembered), before: recorder)
    }
    #expect(company.calls.count == 2, "once it has arrived it is not sent again")
    let bodies = company.calls.map(\.body)
    #expect(bodies[0] == bodies[1], "the same bytes in every attempt")
    let secret = try #require(WebhookSecret(text: Array(CompanyOrders.secret.utf8)))
    for call in company.calls {
      let text = String(decoding: call.body, as: UTF8.self)
      #expect(text.contains(#""job_id":"\#(job)""#) && text.contains(#""type":"erasure.reminder""#))
      #expect(!text.contains(CompanyOrders.email) && !text.contains(CompanyOrders.customerNo))
      #expect(call.headers["webhook-id"] == job + "_reminder_1")
    }
    let last = try #require(company.calls.last)
    #expect(
      WebhookSignature.isValid(
        try #require(last.headers["webhook-signature"]), id: job + "_reminder_1",
        timestamp: clock.now().secondsSince1970, body: last.body, secrets: [secret], now: clock.now()))
  }

  @Test func `a company that knows no reminders gets no second one`() async throws {
    let company = try ScriptedCompany(.status(422))
    let (connector, recorder) = (try connector(company), NoticeRecorder())
    for _ in 0..<2 {
      try await connector.remind(CompanyOrders.order(remembered: recorder.remembered), before: recorder)
    }
    #expect(company.calls.count == 1)
  }
}
