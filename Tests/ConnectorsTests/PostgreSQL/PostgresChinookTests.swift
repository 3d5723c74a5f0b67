import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import PostgresTestKit
import TestKit
import Testing

/// The real small shop on PostgreSQL: 59 customers, 412 invoices (lerocha/chinook-database).
struct PostgresChinookTests {
  static let datasets: [DatasetRecord] = [
    .sqlite(
      "customer", find: [("email", "email")], suffices: ["email"], yields: [("phone", "phone")],
      review: ["first_name", "last_name", "city"],
      .reduce(
        keepColumns: [
          "customer_id", "first_name", "last_name", "company", "address", "city", "state", "country", "postal_code",
        ], whileKept: "invoice")),
    .sqlite(
      "invoice", belongsTo: [("customer", [("customer_id", "customer_id")])],
      .retain(Retention(rule: "nl-fiscal-7y", start: "invoice_date"))),
    .sqlite(
      "invoice-line", table: "invoice_line", belongsTo: [("invoice", [("invoice_id", "invoice_id")])],
      .retainWith(dataset: "invoice")),
  ]

  /// The sample; nothing where it is absent.
  private func world() async throws -> PostgresWorld? {
    let given = ProcessInfo.processInfo.environment["EXPUNGE_SAMPLES"]
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let samples = given ?? root.deletingLastPathComponent().appendingPathComponent("shared/data").path
    guard let sql = try? String(contentsOfFile: samples + "/chinook/chinook-pg.sql", encoding: .utf8) else {
      print("samples not given: 1 tests not run")
      return nil
    }
    // The sample makes a database of its own; ours is there already.
    guard let start = sql.range(of: "\\c chinook;") else { throw SQLiteTestProblem("the sample has changed") }
    return try await PostgresWorld.make(String(sql[start.upperBound...]))
  }

  @Test(arguments: [(1, "LuisG@Embraer.com.br", 7), (6, "hholy@gmail.com", 7)])
  func oneCustomerIsReducedAndFollowUpsTakeTheInvoicesOnTheirDays(
    _ id: Int, _ email: String, _ invoiceCount: Int
  ) async throws {
    guard let world = try await world() else { return }
    let clock = ManualClock()
    let connector = try world.connector(Self.datasets, clock: clock)
    let others = """
      SELECT 'c' || t::text FROM customer AS t WHERE customer_id <> \(id) UNION ALL SELECT 'i' || t::text FROM invoice AS t
      WHERE customer_id <> \(id) UNION ALL SELECT 'l' || t::text FROM invoice_line AS t WHERE invoice_id IN
      (SELECT invoice_id FROM invoice WHERE customer_id <> \(id)) ORDER BY 1
      """
    let before = try await world.database.texts(others)
    let rest = try await world.database.dump(without: ["public.customer", "public.invoice", "public.invoice_line"])
    let lines = try await world.database.number(
      "SELECT count(*) FROM invoice_line JOIN invoice USING (invoice_id) WHERE customer_id = \(id)")

    let findings = try await connector.locate(world.search([SQLiteWorld.email(email)]))
    #expect(findings.obstacles.isEmpty)
    #expect(findings.roots == [RootRecord(dataset: "customer", key: [.init(column: "customer_id", value: "\(id)")])])
    #expect(findings.counts[0].reduce == 1 && findings.counts[0].erase == 0)
    #expect(findings.counts[1].kept.reduce(0) { $0 + $1.count } == invoiceCount)
    #expect(findings.counts[2].kept.reduce(0) { $0 + $1.count } == lines)
    #expect(findings.yields.map(\.identifier.kind) == [.phone] && findings.yields[0].pointsTo == 1)
    let days = findings.counts[1].kept.map { "\($0.until)" }
    #expect(days == days.sorted() && days.allSatisfy { $0.hasSuffix("-01-01") && $0 >= "2029" })
    let shown = try await connector.review(findings.roots, deadline: .distantFuture)
    #expect(shown[0].columns.count == 3 && shown[0].columns.allSatisfy { !$0.value.isEmpty })

    let order = world.order([SQLiteWorld.email(email)], approving: findings)
    let recorder = ConnectorRecorder()
    _ = try await connector.erase(order, before: recorder)
    let row = try await world.database.texts(
      "SELECT first_name || '|' || email || '|' || coalesce(phone, '-') FROM customer WHERE customer_id = \(id)")
    #expect(row.count == 1 && row[0].hasSuffix("|erased|-") && !row[0].hasPrefix("erased"))
    let seen = try await connector.verify(order)
    #expect(seen.isClean && seen.kept.reduce(0) { $0 + $1.count } == invoiceCount + lines)

    let sealed = try #require(recorder.effects.first).kept
    #expect(recorder.effects.first?.transaction?.split(separator: "/").count == 3)
    #expect(sealed.map { "\($0.until)" } == Array(Set(days)).sorted())
    try await followUps(sealed, connector, clock, world)
    #expect(try await world.database.texts(others) == before)
    #expect(
      try await world.database.dump(without: ["public.customer", "public.invoice", "public.invoice_line"]) == rest)
    #expect(try await world.database.number("SELECT count(*) FROM customer") == 58)
    #expect(try await world.database.number("SELECT count(*) FROM invoice WHERE customer_id = \(id)") == 0)
  }

  /// Each runs on its day, with nothing but the sealed keys; the last one takes the customer as well.
  private func followUps(
    _ sealed: [KeptRows], _ connector: PostgresConnector, _ clock: ManualClock, _ world: PostgresWorld
  ) async throws {
    for (number, kept) in sealed.enumerated() {
      let approved = Findings(counts: [
        DatasetCount(dataset: "invoice", isRoot: false, erase: 3),
        DatasetCount(dataset: "invoice-line", isRoot: false, erase: 40),
      ])
      let order = world.order([], approving: approved, verb: .eraseKept, kept: kept)
      let early = try await sqliteFailure { _ = try await connector.erase(order, before: ConnectorRecorder()) }
      #expect(early == .permanent(FailureCode("not-due-yet")))
      clock.set(to: kept.until.utcMidnight)
      #expect(try await connector.verify(order).isClean == false)
      let progress = try await connector.erase(order, before: ConnectorRecorder())
      guard case .completed(let effects) = progress else {
        Issue.record("a follow-up did not complete")
        return
      }
      #expect(effects[1].erased > 0)
      #expect(effects[0].erased == (number == sealed.count - 1 ? 1 : 0))
      #expect(try await connector.verify(order).isClean)
      let again = try await connector.erase(order, before: ConnectorRecorder())
      guard case .completed(let second) = again else { return }
      #expect(second.allSatisfy { $0.erased == 0 && $0.reduced == 0 })
    }
  }

  @Test func anUnregisteredReferenceBlocksWithTheLinesThatSettleIt() async throws {
    guard let world = try await world() else { return }
    let datasets = [DatasetRecord.sqlite("customer", find: [("email", "email")], suffices: ["email"])]
    let findings = try await world.connector(datasets).locate(world.search([SQLiteWorld.email("hholy@gmail.com")]))
    let line = "invoice: {table: invoice, belongs-to: {customer: {customer_id: customer_id}}, erase: delete}"
    #expect(findings.obstacles.contains { $0.code.rawValue == "unregistered-reference" && $0.message.contains(line) })
  }
}
