import ConnectorKit
import Connectors
import ErasureDomain
import TestKit
import Testing

struct CancelTests {
  let clock = ManualClock()
  private let job = "j-" + String(repeating: "02", count: 16)

  private func connector(_ company: ScriptedCompany) throws -> WebhookConnector {
    try WebhookConnector(
      settings: WebhookSettings(endpoint: company.url + "/erasure", secret: "sister-webhook", isInternal: true),
      context: CompanyOrders.context(clock: clock), loops: WebhookConnectorTests.loops)
  }

  @Test func `a cancel notice names the job, nobody else, and is the same bytes when it is sent again`() async throws {
    let company = try ScriptedCompany(.status(503), .status(204))
    let (connector, recorder) = (try connector(company), NoticeRecorder())
    await #expect(throws: ConnectorFailure.transient(FailureCode("http-503"), retryAfterSeconds: nil)) {
      try await connector.cancel(CompanyOrders.order(), before: recorder)
    }
    clock.advance(seconds: 3_600)
    let answer = try await connector.cancel(CompanyOrders.order(remembered: recorder.remembered), before: recorder)
    #expect(answer == .accepted)
    #expect(company.calls.count == 2 && company.calls[0].body == company.calls[1].body)
    let secret = try #require(WebhookSecret(text: Array(CompanyOrders.secret.utf8)))
    let call = company.calls[1]
    let text = String(decoding: call.body, as: UTF8.self)
    #expect(text.contains(#""type":"erasure.cancelled""#) && text.contains(job))
    #expect(!text.contains(CompanyOrders.email) && !text.contains(CompanyOrders.customerNo))
    #expect(call.headers["webhook-id"] == job + "_cancel")
    #expect(
      WebhookSignature.isValid(
        try #require(call.headers["webhook-signature"]), id: job + "_cancel",
        timestamp: clock.now().secondsSince1970, body: call.body, secrets: [secret], now: clock.now()))
  }

  @Test(arguments: [(200, CancelSent.Answer.accepted), (409, .tooLate), (404, .unknown), (422, .unknown)])
  func `a company says whether it is in time`(status: Int, answer: CancelSent.Answer) async throws {
    let company = try ScriptedCompany(.status(status))
    #expect(try await connector(company).cancel(CompanyOrders.order(), before: NoticeRecorder()) == answer)
  }
}
