import ErasureDomain
import Foundation
import GRDB

/// Every row of the company's own databases, by table and primary key, which is each table's first column.
struct SystemsContent: Hashable {
  typealias Rows = [String: [String: String]]

  var tables: [String: Rows] = [:]

  /// The dataset of `plans/demo` for each table.
  static let datasets = [
    "contact": "contact", "activity": "activity", "newsletter": "newsletter", "customer": "customer",
    "invoice": "invoice", "invoice_line": "invoice-line", "orders": "order",
  ]

  /// Reads `crm.db` and `backoffice.db` of a folder.
  init(folder: String) throws {
    for file in ["crm.db", "backoffice.db"] {
      var configuration = Configuration()
      configuration.readonly = true
      let database = try DatabaseQueue(path: folder + "/" + file, configuration: configuration)
      let names = try database.read { db in
        try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
      }
      for name in names { tables[name] = try database.read { db in try Self.rows(db, name) } }
      try database.close()
    }
  }

  private static func rows(_ db: Database, _ table: String) throws -> Rows {
    var rows: Rows = [:]
    let cursor = try Row.fetchCursor(db, sql: "SELECT * FROM \(table)")
    while let row = try cursor.next() {
      var values: [String: String] = [:]
      var key: String?
      for (column, value) in row {
        let text = String.fromDatabaseValue(value) ?? Int64.fromDatabaseValue(value).map { String($0) }
        values[column] = text
        if key == nil { key = text }
      }
      rows[key ?? ""] = values
    }
    return rows
  }

  /// E-mail addresses of customers, in the order of their numbers; the demo's own person is not among them.
  var customerEmails: [String] {
    (tables["contact"] ?? [:]).values.filter { $0["customer_no"] != nil && $0["email"] != "ada.devries@example.org" }
      .sorted { Int($0["id"] ?? "") ?? 0 < Int($1["id"] ?? "") ?? 0 }.compactMap { $0["email"] }
  }

  private mutating func remove(_ table: String, where column: String, in values: Set<String>) -> Rows {
    let gone = (tables[table] ?? [:]).filter { $0.value[column].map(values.contains) ?? false }
    for key in gone.keys { tables[table]?[key] = nil }
    return gone
  }

  /// What must be there once these people are erased in `year`, worked out without any code of the product.
  ///
  /// Of customers with invoices that must still be kept, only the kept columns remain.
  func erasing(_ emails: Set<String>, in year: Int) -> SystemsContent {
    var after = self
    var contacts = after.remove("contact", where: "email", in: emails)
    contacts.merge(after.remove("contact", where: "billing_email", in: emails)) { one, _ in one }
    _ = after.remove("activity", where: "contact_id", in: Set(contacts.keys))
    _ = after.remove("newsletter", where: "email", in: emails)
    let numbers = Set(contacts.values.compactMap { $0["customer_no"] })
    var customers = after.remove("customer", where: "customer_no", in: numbers)
    customers.merge(after.remove("customer", where: "email", in: emails)) { one, _ in one }
    _ = after.remove("orders", where: "debtor_no", in: Set(customers.keys))
    let invoices = after.remove("invoice", where: "debtor_no", in: Set(customers.keys))
    // Kept for seven years after the end of the invoice's own year.
    let kept = invoices.filter { (Int($0.value["invoice_date"]?.prefix(4) ?? "") ?? 0) + 7 >= year }
    after.tables["invoice"]?.merge(kept) { one, _ in one }
    _ = after.remove("invoice_line", where: "invoice_no", in: Set(invoices.keys).subtracting(kept.keys))
    for (debtor, row) in customers where kept.values.contains(where: { $0["debtor_no"] == debtor }) {
      after.tables["customer"]?[debtor] = row.filter { ["debtor_no", "name", "street", "city"].contains($0.key) }
    }
    return after
  }

  /// In words, what differs from the expected content; empty when it is right.
  ///
  /// Where only some columns are expected, the others must hold nothing of what `before` had.
  func faults(expecting expected: SystemsContent, before: SystemsContent) -> [String] {
    var faults: [String] = []
    for table in Set(tables.keys).union(expected.tables.keys).sorted() {
      let (here, there) = (tables[table] ?? [:], expected.tables[table] ?? [:])
      for key in Set(here.keys).union(there.keys).sorted() {
        switch (here[key], there[key]) {
        case (let row?, let wanted?):
          let old = before.tables[table]?[key] ?? [:]
          for (column, value) in wanted where row[column] != value {
            faults.append("\(table) \(key): \(column) changed")
          }
          for (column, value) in row where wanted[column] == nil && !value.isEmpty && old[column] == value {
            faults.append("\(table) \(key): \(column) is still there")
          }
        case (_?, nil): faults.append("\(table) \(key): still there")
        case (nil, _?): faults.append("\(table) \(key): gone, and should not be")
        case (nil, nil): continue
        }
      }
    }
    return faults
  }

  /// Rows that are not as they were, by dataset.
  func changedRows(since before: SystemsContent) -> [String: Int] {
    var changed: [String: Int] = [:]
    for (table, rows) in before.tables {
      let count = rows.count { tables[table]?[$0.key] != $0.value }
      if count > 0 { changed[Self.datasets[table] ?? table] = count }
    }
    return changed
  }
}
