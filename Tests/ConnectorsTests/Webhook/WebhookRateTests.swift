import ConnectorKit
import ErasureDomain
import HTTPTransport
import TestKit
import Testing

@testable import Connectors

/// A company gets no more requests than its rate allows, whichever jobs they are for.
@Suite struct WebhookRateTests {
  let clock = ManualClock()

  private func connector(_ company: ScriptedCompany, rate: String) throws -> WebhookConnector {
    try WebhookConnector(
      settings: WebhookSettings(
        endpoint: company.url + "/erasure", secret: "sister-webhook", isInternal: true, rate: rate),
      context: CompanyOrders.context(clock: clock), loops: WebhookConnectorTests.loops)
  }

  @Test func `notices and questions wait for their turn, and are signed when they go`() async throws {
    let company = try ScriptedCompany { call in
      call.method == "POST" ? .status(200) : .json(#"{"status":"in_progress"}"#)
    }
    let connector = try connector(company, rate: "2/minute")
    let asked = try CompanyOrders.order(remembered: ["location": company.url + "/erasure/1"])
    _ = try await connector.erase(CompanyOrders.order(), before: NoticeRecorder())
    _ = try await connector.poll(asked)
    let began = clock.now()
    async let third = connector.erase(CompanyOrders.order(), before: NoticeRecorder())
    await clock.waitForWaiters()
    #expect(company.calls.count == 2 && clock.nextWake == began.adding(seconds: 60))
    clock.advance(seconds: 60)
    _ = try await third
    #expect(company.calls.count == 3)
    #expect(company.calls.last?.headers["webhook-timestamp"] == String(began.adding(seconds: 60).secondsSince1970))
  }

  @Test func `what could not go before the call's deadline is tried again later, and nothing was sent`() async throws {
    let company = try ScriptedCompany(.status(200))
    let connector = try connector(company, rate: "1/hour")
    let order = try CompanyOrders.order(callDeadline: clock.now().adding(seconds: 600))
    _ = try await connector.erase(order, before: NoticeRecorder())
    let recorder = NoticeRecorder()
    await #expect(throws: ConnectorFailure.transient(FailureCode("deadline-passed"), retryAfterSeconds: 3_600)) {
      try await connector.erase(order, before: recorder)
    }
    #expect(recorder.events.isEmpty && company.calls.count == 1)
  }

  @Test func `a rate that is none is refused by name`() throws {
    let company = try ScriptedCompany(.status(200))
    for rate in ["100/10s", "1/second", "5/hour"] { _ = try connector(company, rate: rate) }
    for rate in ["", "100", "0/minute", "100/month", "10001/minute", "1/2d", "1/minute/x", "-1/minute"] {
      let problem = #expect(throws: SettingsProblem.self) { try connector(company, rate: rate) }
      #expect(
        problem?.description
          == "system \"sister\": rate is \"\(rate)\"; write 100/minute, 10/second or 100/10s")
    }
  }
}
