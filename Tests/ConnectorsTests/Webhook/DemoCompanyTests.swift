import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import GRDB
import HTTPTransport
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct DemoCompanyTests {
  /// The companies check the time of a signature against their own clock.
  let clock = ManualClock(at: UTCTime(secondsSince1970: Int64(Date().timeIntervalSince1970)))
  let job = "j-" + String(repeating: "02", count: 16)

  private func connector(_ demo: DemoCompanyProcess, _ company: String, secret: String? = nil) throws
    -> WebhookConnector
  {
    try WebhookConnector(
      settings: WebhookSettings(
        endpoint: "http://127.0.0.1:\(demo.port)/\(company)/erasure", secret: "s", isInternal: true),
      context: CompanyOrders.context(clock: clock, secrets: ["s": try secret ?? demo.secret(company)]),
      loops: WebhookConnectorTests.loops)
  }

  private func customers(_ demo: DemoCompanyProcess, _ company: String) throws -> (all: Int, subject: Int) {
    let database = try DatabaseQueue(path: "\(demo.folder)/state/\(company).db")
    defer { #expect(throws: Never.self) { try database.close() } }
    return try database.read { db in
      let subject = "SELECT count(*) FROM customer WHERE email = ? OR customer_no = ?"
      return (
        try Int.fetchOne(db, sql: "SELECT count(*) FROM customer") ?? 0,
        try Int.fetchOne(db, sql: subject, arguments: [CompanyOrders.email, CompanyOrders.customerNo]) ?? 0
      )
    }
  }

  @Test func `the sister is busy twice, accepts once, and says it is done when asked again`() async throws {
    let demo = try await DemoCompanyProcess()
    let connector = try connector(demo, "sister")
    let recorder = NoticeRecorder()
    #expect(try customers(demo, "sister") == (300, 1))
    let busy = ConnectorFailure.transient(FailureCode("http-503"), retryAfterSeconds: 0)
    for _ in 0..<2 {
      await #expect(throws: busy) {
        try await connector.erase(CompanyOrders.order(remembered: recorder.remembered), before: recorder)
      }
      clock.advance(seconds: 1)
    }
    let before = try CompanyOrders.order(remembered: recorder.remembered)
    #expect(try await connector.erase(before, before: recorder) == .handedOver(checkAfterSeconds: 0))
    #expect(try await connector.erase(before, before: recorder) == .handedOver(checkAfterSeconds: 0), "the same again")
    #expect(try customers(demo, "sister") == (299, 0))
    let order = try CompanyOrders.order(remembered: recorder.remembered)
    #expect(try await connector.poll(order) == .pending(retryAfterSeconds: 0))
    guard case .completed(let look, rows: 1) = try await connector.poll(order) else {
      Issue.record("not completed")
      return
    }
    #expect(look.isClean && look.voucher == .recipientUnsigned)
    #expect(
      try demo.log("sister") == [
        "\(job) 503 busy", "\(job) 503 busy", "\(job) 202 accepted", "\(job) 202 repeated",
        "\(job) 200 poll-in_progress",
        "\(job) 200 poll-completed",
      ])
    #expect(demo.end() == .exited(0), "SIGTERM is a normal end")
  }

  @Test func `the cleansing firm accepts and never confirms, the intermediary takes note`() async throws {
    let demo = try await DemoCompanyProcess()
    let cleansing = try connector(demo, "cleansing")
    let recorder = NoticeRecorder()
    let progress = try await cleansing.erase(CompanyOrders.order(verb: .instruct), before: recorder)
    #expect(progress == .handedOver(checkAfterSeconds: 3_600))
    let asked = try CompanyOrders.order(verb: .instruct, remembered: recorder.remembered)
    for _ in 0..<4 { #expect(try await cleansing.poll(asked) == .pending(retryAfterSeconds: nil)) }
    #expect(try customers(demo, "cleansing") == (300, 1))
    let intermediary = try connector(demo, "intermediary")
    let stop = try CompanyOrders.order(verb: .stopSending)
    #expect(try await intermediary.erase(stop, before: NoticeRecorder()) == .told)
    #expect(try customers(demo, "intermediary") == (299, 0))
    #expect(try demo.log("intermediary") == ["\(job) 200 accepted"])
  }

  @Test func `a wrong signature, type, duty or body is refused and changes nothing`() async throws {
    let demo = try await DemoCompanyProcess()
    func refusal(_ code: String) -> ConnectorFailure {
      .needsOfficer(Question(code: .refusedByRecipient, detail: FailureCode(code)))
    }
    let stranger = try connector(demo, "intermediary", secret: CompanyOrders.secret)
    await #expect(throws: refusal("http-401")) {
      try await stranger.erase(CompanyOrders.order(verb: .stopSending), before: NoticeRecorder())
    }
    clock.advance(seconds: -400)
    await #expect(throws: refusal("http-401")) {
      try await connector(demo, "intermediary").erase(CompanyOrders.order(verb: .stopSending), before: NoticeRecorder())
    }
    clock.advance(seconds: 400)
    await #expect(throws: refusal("http-422")) {
      try await connector(demo, "intermediary").erase(CompanyOrders.order(verb: .notify), before: NoticeRecorder())
    }
    #expect(try customers(demo, "intermediary") == (300, 1))
    let secret = try #require(WebhookSecret(text: Array(try demo.secret("intermediary").utf8)))
    let url = "http://127.0.0.1:\(demo.port)/intermediary/erasure"
    for (type, body, status) in [
      ("text/plain", "{}", 415), ("application/json", "{", 400), ("application/json", "{}", 400),
    ] {
      let now = clock.now().secondsSince1970
      let signature = WebhookSignature.sign(id: "a", timestamp: now, body: Array(body.utf8), secrets: [secret])
      let response = try await WebhookConnectorTests.loops.privateToo.send(
        HTTPRequest(
          method: "POST", url: url,
          headers: [
            ("content-type", type), ("webhook-id", "a"), ("webhook-timestamp", String(now)),
            ("webhook-signature", signature),
          ], body: Array(body.utf8)))
      #expect(response.status == status && response.header("content-type") == "application/problem+json")
    }
  }

  @Test func `the demo's systems are the same for one seed, and its backup tool removes what has expired`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("seed-" + UUID().uuidString).path
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
    for name in ["one", "two"] {
      try DemoCompanyProcess.run([
        "seed", "--systems", "\(folder)/\(name)", "--people", "200", "--seed", "7", "--today", "2026-11-23",
      ])
    }
    for name in ["crm.db", "backoffice.db", "backups.json"] {
      let one = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/one/\(name)"))
      #expect(try one == Data(contentsOf: URL(fileURLWithPath: "\(folder)/two/\(name)")), "\(name)")
    }
    let backoffice = try DatabaseQueue(path: "\(folder)/one/backoffice.db")
    try backoffice.read { db in
      let years = try String.fetchAll(
        db,
        sql: """
          SELECT substr(invoice_date, 1, 4) FROM invoice JOIN customer USING (debtor_no)
          WHERE customer_no = ? ORDER BY 1
          """, arguments: [CompanyOrders.customerNo])
      #expect(years == (2017...2026).map(String.init))
      #expect(try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty)
    }
    try backoffice.close()
    let catalogue = "\(folder)/one/backups.json"
    #expect(throws: FixtureProblem.self) { try DemoCompanyProcess.run(["seed", "--systems", "\(folder)/one"]) }
    let expire = ["expire-backups", "--catalogue", catalogue, "--today"]
    #expect(try DemoCompanyProcess.run(expire + ["2026-11-22"]) == "removed 0 backup sets\n")
    #expect(try DemoCompanyProcess.run(expire + ["2026-11-24"]) == "removed 4 backup sets\n")
    #expect(try DemoCompanyProcess.run(expire + ["2026-12-27"]) == "removed 66 backup sets\n")
  }
}
