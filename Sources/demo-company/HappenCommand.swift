import ArgumentParser
import Foundation
import GRDB

/// What happens in the demo company by itself, without the daemon: ordinary work on its systems.
enum Happening: String, CaseIterable, ExpressibleByArgument {
  /// The customer's son becomes a customer, with his mother's telephone number.
  case family
  /// The customer's newest order is not delivered yet.
  case order
  /// That order is delivered.
  case delivery
  /// The intermediary's feed brings the customer again, as a new record.
  case feed

  /// The system's database and the statement that does it; it must change one row.
  var change: (file: String, sql: String) {
    let email = DemoPeople.subjectEmail
    let number = DemoPeople.subjectCustomerNo
    return switch self {
    case .family:
      (
        "crm.db",
        """
        INSERT INTO contact (email, customer_no, first_name, last_name, city, phone)
        SELECT 'bas.devries@example.org', '4712', 'Bas', last_name, city, phone FROM contact WHERE email = '\(email)'
        """
      )
    case .order: ("backoffice.db", Self.order(number, from: "closed", to: "open"))
    case .delivery: ("backoffice.db", Self.order(number, from: "open", to: "closed"))
    case .feed:
      (
        "crm.db",
        """
        INSERT INTO contact (email, first_name, last_name, city, phone)
        VALUES ('\(email)', 'Ada', 'de Vries', 'Haarlem', '+31000004711')
        """
      )
    }
  }

  private static func order(_ customer: String, from state: String, to next: String) -> String {
    """
    UPDATE orders SET state = '\(next)' WHERE order_no = (SELECT max(order_no) FROM orders JOIN customer
      USING (debtor_no) WHERE customer_no = '\(customer)' AND state = '\(state)')
    """
  }
}

/// Plays ordinary work on the company's own systems.
struct HappenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "happen",
    abstract: "Plays ordinary work in the systems: family, order, delivery, feed.")

  @Argument(help: "What happens: family, order, delivery or feed.")
  var what: Happening

  @Option(help: "Folder of the systems.")
  var systems: String

  func run() throws {
    let (file, sql) = what.change
    let path = "\(systems)/\(file)"
    guard FileManager.default.fileExists(atPath: path) else {
      throw DemoProblem("\(path) is missing; make it by: demo-company seed")
    }
    let database = try DatabaseQueue(path: path)
    let changed = try database.write { db in
      try db.execute(sql: sql)
      return db.changesCount
    }
    try database.close()
    guard changed == 1 else { throw DemoProblem("\(what.rawValue) changed \(changed) rows of \(file), not one") }
  }
}
