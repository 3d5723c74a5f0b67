import ErasureDomain
import GRDB

/// The demo company's back office: the tables that `plans/demo/backoffice.yaml` names. Amounts are cents.
struct BackOfficeSystem {
  let people: DemoPeople
  let today: CivilDate
  let seed: UInt64

  private static let schema = """
    CREATE TABLE customer (debtor_no TEXT PRIMARY KEY, customer_no TEXT NOT NULL, company TEXT, name TEXT,
      email TEXT, street TEXT, city TEXT, iban TEXT);
    CREATE INDEX customer_number ON customer (customer_no);
    CREATE INDEX customer_email ON customer (email);
    CREATE TABLE invoice (invoice_no TEXT PRIMARY KEY, debtor_no TEXT NOT NULL REFERENCES customer (debtor_no),
      invoice_date TEXT NOT NULL, amount INTEGER NOT NULL);
    CREATE INDEX invoice_debtor ON invoice (debtor_no);
    CREATE TABLE invoice_line (id INTEGER PRIMARY KEY, invoice_no TEXT NOT NULL REFERENCES invoice (invoice_no),
      description TEXT NOT NULL, amount INTEGER NOT NULL);
    CREATE INDEX invoice_line_invoice ON invoice_line (invoice_no);
    CREATE TABLE orders (order_no TEXT PRIMARY KEY, debtor_no TEXT NOT NULL REFERENCES customer (debtor_no),
      ordered_on TEXT NOT NULL, state TEXT NOT NULL);
    CREATE INDEX orders_debtor ON orders (debtor_no);
    """
  private static let goods = ["Tulip bulbs", "Cut roses", "Potting soil", "Delivery", "Vases", "Wreath", "Gift card"]

  func write(to path: String) throws {
    let database = try DatabaseQueue(path: path)
    var random = DemoRandom(seed: seed ^ 0xB0)
    try database.write { db in
      try db.execute(sql: Self.schema)
      let tables = try Tables(db)
      var invoices = 0
      for person in people.all where person.isCustomer {
        let isSubject = person.email == DemoPeople.subjectEmail
        let debtor = "D" + DemoPeople.pad(50_000 + person.number, to: 6)
        try tables.customer.execute(arguments: [
          debtor, person.customerNo, random.chance(5) ? "\(person.lastName) Groen" : nil, person.fullName,
          // No bank has these check digits: nobody can have the account.
          person.email, person.street, person.city, "NL00DEMO" + DemoPeople.pad(person.number, to: 10),
        ])
        for day in isSubject ? yearly() : someDays(&random) {
          invoices += 1
          try invoice(invoices, debtor, day, &random, tables)
        }
        for number in 1...2 where isSubject || random.chance(2) {
          let state = !isSubject && random.chance(30) ? "open" : "closed"
          let ordered = today.adding(days: -random.number(in: 20...900))
          try tables.order.execute(arguments: ["\(debtor)-\(number)", debtor, ordered.description, state])
        }
      }
    }
    try database.close()
  }

  private struct Tables {
    let customer: Statement
    let invoice: Statement
    let line: Statement
    let order: Statement

    init(_ db: Database) throws {
      customer = try db.makeStatement(sql: "INSERT INTO customer VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      invoice = try db.makeStatement(sql: "INSERT INTO invoice VALUES (?, ?, ?, ?)")
      line = try db.makeStatement(sql: "INSERT INTO invoice_line (invoice_no, description, amount) VALUES (?, ?, ?)")
      order = try db.makeStatement(sql: "INSERT INTO orders VALUES (?, ?, ?, ?)")
    }
  }

  private func invoice(
    _ count: Int, _ debtor: String, _ day: CivilDate, _ random: inout DemoRandom, _ tables: Tables
  ) throws {
    let number = "F\(day.year)-" + DemoPeople.pad(count, to: 6)
    let amounts = (0..<random.number(in: 1...3)).map { _ in random.number(in: 500...25_000) }
    try tables.invoice.execute(arguments: [number, debtor, day.description, amounts.reduce(0, +)])
    for amount in amounts {
      try tables.line.execute(arguments: [number, random.one(of: Self.goods), amount])
    }
  }

  /// One day in each of the last ten years: some past the fiscal seven years, some not.
  private func yearly() -> [CivilDate] {
    (0...9).reversed().compactMap { age in
      let day = CivilDate(year: today.year - age, month: 3, day: 15)
      return day.map { min($0, today) }
    }
  }

  private func someDays(_ random: inout DemoRandom) -> [CivilDate] {
    (0..<random.number(in: 0...5)).map { _ in today.adding(days: -random.number(in: 1...3_600)) }.sorted()
  }
}
