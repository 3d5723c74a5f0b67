import ErasureDomain
import GRDB

/// The demo company's CRM: the tables that `plans/demo/crm.yaml` names.
struct CRMSystem {
  let people: DemoPeople
  let today: CivilDate
  let seed: UInt64

  private static let schema = """
    CREATE TABLE contact (id INTEGER PRIMARY KEY, email TEXT NOT NULL, billing_email TEXT, customer_no TEXT,
      first_name TEXT NOT NULL, last_name TEXT NOT NULL, city TEXT NOT NULL, phone TEXT NOT NULL);
    CREATE UNIQUE INDEX contact_email ON contact (email);
    CREATE INDEX contact_billing_email ON contact (billing_email);
    CREATE UNIQUE INDEX contact_customer_no ON contact (customer_no);
    CREATE INDEX contact_phone ON contact (phone);
    CREATE TABLE activity (id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL REFERENCES contact (id),
      at TEXT NOT NULL, note TEXT NOT NULL);
    CREATE INDEX activity_contact ON activity (contact_id);
    CREATE TABLE newsletter (id INTEGER PRIMARY KEY, email TEXT NOT NULL, list TEXT NOT NULL,
      subscribed_on TEXT NOT NULL, UNIQUE (email, list));
    """
  private static let notes = [
    "Called about the order", "Sent the price list", "Visited the stand", "Asked for an invoice copy",
    "Wants delivery in the morning", "Left a message", "Complaint solved",
  ]
  private static let lists = ["monthly", "offers"]

  func write(to path: String) throws {
    let database = try DatabaseQueue(path: path)
    var random = DemoRandom(seed: seed ^ 0xC3)
    try database.write { db in
      try db.execute(sql: Self.schema)
      let contact = try db.makeStatement(sql: "INSERT INTO contact VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      let activity = try db.makeStatement(sql: "INSERT INTO activity (contact_id, at, note) VALUES (?, ?, ?)")
      let newsletter = try db.makeStatement(
        sql: "INSERT INTO newsletter (email, list, subscribed_on) VALUES (?, ?, ?)")
      for person in people.all {
        let isSubject = person.email == DemoPeople.subjectEmail
        try contact.execute(arguments: [
          person.number, person.email, person.billingEmail, person.isCustomer ? person.customerNo : nil,
          person.firstName, person.lastName, person.city, person.phone,
        ])
        for _ in 0..<(isSubject ? 6 : random.number(in: 0...4)) {
          let time = today.adding(days: -random.number(in: 1...1_500)).utcMidnight
            .adding(seconds: Int64(random.number(in: 28_800...64_800)))
          try activity.execute(arguments: [person.number, time.description, random.one(of: Self.notes)])
        }
        for list in Self.lists where isSubject || random.chance(4) {
          let day = today.adding(days: -random.number(in: 1...2_000))
          try newsletter.execute(arguments: [person.email, list, day.description])
        }
      }
    }
    try database.close()
  }
}
