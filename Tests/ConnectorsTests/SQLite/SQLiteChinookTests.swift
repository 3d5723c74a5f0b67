import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import GRDB
import TestKit
import Testing

/// A real small shop: 59 customers, 412 invoices (lerocha/chinook-database).
struct SQLiteChinookTests {
  static let datasets: [DatasetRecord] = [
    .sqlite(
      "customer", table: "Customer", find: [("email", "Email")], suffices: ["email"], yields: [("phone", "Phone")],
      review: ["FirstName", "LastName", "City"],
      .reduce(
        keepColumns: [
          "CustomerId", "FirstName", "LastName", "Company", "Address", "City", "State", "Country", "PostalCode",
        ], whileKept: "invoice")),
    .sqlite(
      "invoice", table: "Invoice", belongsTo: [("customer", [("CustomerId", "CustomerId")])],
      .retain(Retention(rule: "nl-fiscal-7y", start: "InvoiceDate"))),
    .sqlite(
      "invoice-line", table: "InvoiceLine", belongsTo: [("invoice", [("InvoiceId", "InvoiceId")])],
      .retainWith(dataset: "invoice")),
  ]

  /// The sample; nothing where it is absent.
  static func world() throws -> SQLiteWorld? {
    let given = ProcessInfo.processInfo.environment["EXPUNGE_SAMPLES"]
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let samples = given ?? root.deletingLastPathComponent().appendingPathComponent("shared/data").path
    guard let sql = try? String(contentsOfFile: samples + "/chinook/chinook-sqlite.sql", encoding: .utf8) else {
      print("samples not given: 1 tests not run")
      return nil
    }
    let world = try SQLiteWorld()
    let queue = try world.open()
    try queue.write { db in try db.execute(sql: sql) }
    try queue.close()
    return world
  }

  private func customer(_ table: String, _ row: Row, _ id: Int, invoices: [Int]) -> Bool {
    switch table {
    case "Customer", "Invoice": row["CustomerId"] as Int == id
    case "InvoiceLine": invoices.contains(row["InvoiceId"] as Int)
    default: false
    }
  }

  @Test(arguments: [(1, "LuisG@Embraer.com.br", 7), (6, "hholy@gmail.com", 7)])
  func oneCustomerIsReducedAndFollowUpsTakeTheInvoicesOnTheirDays(
    _ id: Int, _ email: String, _ invoiceCount: Int
  ) async throws {
    guard let world = try Self.world() else { return }
    let clock = ManualClock()
    let connector = try world.connector(Self.datasets, clock: clock)
    let invoices = try world.texts("SELECT InvoiceId FROM Invoice WHERE CustomerId = \(id)").compactMap { Int($0) }
    let others = try world.dump { customer($0, $1, id, invoices: invoices) }
    let kept = try world.dump { $0 == "Customer" && $1["CustomerId"] == id }
    let lines = try world.number(
      "SELECT count(*) FROM InvoiceLine WHERE InvoiceId IN (\(invoices.map(String.init).joined(separator: ",")))")

    let findings = try await connector.locate(ConnectorOrders.search(SQLiteWorld.system, [SQLiteWorld.email(email)]))
    #expect(findings.obstacles.isEmpty)
    #expect(findings.roots == [RootRecord(dataset: "customer", key: [.init(column: "CustomerId", value: "\(id)")])])
    #expect(findings.counts[0].reduce == 1 && findings.counts[0].erase == 0)
    #expect(findings.counts[1].kept.reduce(0) { $0 + $1.count } == invoiceCount)
    #expect(findings.counts[2].kept.reduce(0) { $0 + $1.count } == lines)
    #expect(findings.yields.map(\.identifier.kind) == [.phone] && findings.yields[0].pointsTo == 1)
    let days = findings.counts[1].kept.map { "\($0.until)" }
    #expect(days == days.sorted() && days.allSatisfy { $0.hasSuffix("-01-01") && $0 >= "2029" })

    let order = ConnectorOrders.erasure(SQLiteWorld.system, [SQLiteWorld.email(email)], approving: findings)
    let recorder = ConnectorRecorder()
    _ = try await connector.erase(order, before: recorder)
    #expect(try world.dump { $0 == "Customer" && $1["CustomerId"] == id } == kept)
    let row = try world.texts(
      "SELECT FirstName || '|' || Email || '|' || ifnull(Phone, '-') FROM Customer WHERE CustomerId = \(id)")
    #expect(row.count == 1 && row[0].hasSuffix("|erased|-") && !row[0].hasPrefix("erased"))
    #expect(try world.filesContain(email.lowercased()).isEmpty)
    let seen = try await connector.verify(order)
    #expect(seen.isClean && seen.kept.reduce(0) { $0 + $1.count } == invoiceCount + lines)

    let sealed = try #require(recorder.effects.first).kept
    #expect(sealed.map { "\($0.until)" } == Array(Set(days)).sorted())
    try await followUps(sealed, connector, clock, world)
    #expect(try world.dump { customer($0, $1, id, invoices: invoices) } == others)
    #expect(try world.number("SELECT count(*) FROM Customer") == 58)
    #expect(try world.number("SELECT count(*) FROM Invoice WHERE CustomerId = \(id)") == 0)
    #expect(
      try world.number("SELECT count(*) FROM InvoiceLine WHERE InvoiceId NOT IN (SELECT InvoiceId FROM Invoice)") == 0)
  }

  /// Each runs on its day, with nothing but the sealed keys; the last one takes the customer as well.
  private func followUps(
    _ sealed: [KeptRows], _ connector: SQLiteConnector, _ clock: ManualClock, _ world: SQLiteWorld
  ) async throws {
    for (number, kept) in sealed.enumerated() {
      var approved = Findings()
      approved.counts = [
        DatasetCount(dataset: "invoice", isRoot: false, erase: 3),
        DatasetCount(dataset: "invoice-line", isRoot: false, erase: 40),
      ]
      let order = ConnectorOrders.erasure(
        SQLiteWorld.system, [], approving: approved, verb: .eraseKept, kept: kept)
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

  @Test func aDeletedCustomerWithKeptInvoicesIsAnObstacle() async throws {
    guard let world = try Self.world() else { return }
    var datasets = Self.datasets
    datasets[0] = .sqlite("customer", table: "Customer", find: [("email", "Email")], suffices: ["email"])
    let findings = try await world.connector(datasets).locate(
      ConnectorOrders.search(SQLiteWorld.system, [SQLiteWorld.email("hholy@gmail.com")]))
    #expect(findings.obstacles.map(\.code.rawValue).contains("kept-row-needs-parent"))
    #expect(findings.obstacles.contains { $0.message.contains("while-kept: invoice") })
  }

  @Test func anUnregisteredReferenceBlocksWithTheLinesThatSettleIt() async throws {
    guard let world = try Self.world() else { return }
    let datasets = [Self.datasets[0]].map {
      DatasetRecord.sqlite("customer", table: $0.table, find: [("email", "Email")], suffices: ["email"])
    }
    let findings = try await world.connector(datasets).locate(
      ConnectorOrders.search(SQLiteWorld.system, [SQLiteWorld.email("hholy@gmail.com")]))
    let line = "invoice: {table: Invoice, belongs-to: {customer: {CustomerId: CustomerId}}, erase: delete}"
    #expect(findings.obstacles.contains { $0.code.rawValue == "unregistered-reference" && $0.message.contains(line) })
  }

  @Test func reviewShowsTheColumnsAndNoMore() async throws {
    guard let world = try Self.world() else { return }
    let connector = try world.connector(Self.datasets)
    let findings = try await connector.locate(
      ConnectorOrders.search(SQLiteWorld.system, [SQLiteWorld.email("hholy@gmail.com")]))
    let gone = RootRecord(dataset: "customer", key: [.init(column: "CustomerId", value: "9999")])
    let shown = try await connector.review(findings.roots + [gone], deadline: .distantFuture)
    #expect(shown[0].columns.map { "\($0.name)=\($0.value)" } == ["FirstName=Helena", "LastName=Holý", "City=Prague"])
    #expect(shown[1].columns.isEmpty)
  }
}
