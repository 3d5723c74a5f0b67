import ConnectorKit
import Connectors
import ErasureDomain
import ErasurePlanning
import Foundation
import GRDB
import Synchronization
import TestKit

/// The controller's systems: a CRM and a back office in SQLite, a company that is told, a stick that only people reach.
struct DeskSystems: Sendable {
  static let crm = name("crm")
  static let office = name("office")
  static let sister = name("sister")
  static let stick = name("stick")
  static let warehouse = name("warehouse")
  static let mailbox = name("mailbox")
  static let customerNumber = IdentifierKind(rawValue: "customer-no")
  static let email = "ada.devries@example.org"
  static let number = "KL-4711-XQ"

  static let fiscal = RetentionRule(
    id: "nl-fiscal-7y", country: "nl", period: .years(7), start: .endOfCalendarYear, citation: "art. 52(4) AWR",
    validFrom: CivilDate(daysSince1970: 0), reviewer: "a test")

  let folder: String
  let crm: WatchedSystem
  let office: WatchedSystem
  let sister: ScriptedCompany
  let register: SystemRegister
  let connected: ConnectedSystems

  private static func name(_ text: String) -> SystemName {
    guard let name = SystemName(text) else { preconditionFailure("\(text) is a name") }
    return name
  }

  init(
    folder: String, clock: ManualClock, stopList: StopList, lastLook: LastLookKind? = nil, hours: AllowedHours? = nil,
    officeSubjects: [Capacity] = [.customer], contract: TestedCompany.Answers? = nil, sisterTitle: String? = nil,
    copy: EndsByItselfSettings? = nil, marks: Bool = false, mailbox: Bool = false
  ) throws {
    self.folder = folder
    let crmRecord = Self.crmRecord(lastLook, copies: copy != nil, marks: marks)
    let office = Self.officeRecord(hours, officeSubjects)
    let copies = copy.map { [Self.warehouseRecord($0)] } ?? []
    let byHand = mailbox ? [Self.record(Self.mailbox, .own, connector: "manual-task", identifiers: [.email])] : []
    let records = [crmRecord, office, Self.sisterRecord(sisterTitle), Self.stickRecord] + copies + byHand
    register = try SystemRegister(
      systems: records, retention: [Self.fiscal.id: Self.fiscal], stopList: stopList)
    func context(_ record: SystemRecord, copiesOf: [SystemName] = []) -> ConnectorContext {
      ConnectorContext(
        record: record, retention: [Self.fiscal.id: Self.fiscal], clock: clock, random: SeededRandom(seed: 11),
        folder: folder, copiesOf: copiesOf, secrets: NoSecrets())
    }
    crm = WatchedSystem(
      try SQLiteConnector(settings: SQLiteSettings(file: "crm.db"), context: context(crmRecord)))
    self.office = WatchedSystem(
      try SQLiteConnector(settings: SQLiteSettings(file: "office.db"), context: context(office)))
    let told = ScriptedCompany()
    sister = told
    let company: any Connector = contract.map { TestedCompany(told: told, answers: $0) } ?? told
    let stick = try ManualTaskConnector(
      settings: ManualTaskSettings(instruction: "Take the stick from the safe."), context: context(Self.stickRecord))
    var connectors: [SystemName: any Connector] = [
      Self.crm: crm, Self.office: self.office, Self.sister: company, Self.stick: stick,
    ]
    if let record = byHand.first {
      connectors[Self.mailbox] = try ManualTaskConnector(
        settings: ManualTaskSettings(instruction: "Search the mailbox."), context: context(record))
    }
    if let copy, let record = copies.first {
      connectors[Self.warehouse] = try EndsByItselfConnector(
        settings: copy, context: context(record, copiesOf: [Self.crm]))
    }
    connected = ConnectedSystems(records: register.systems, connectors: connectors)
    try fill()
    if marks { try addMarks() }
  }

  // MARK: The register

  private static func crmRecord(_ lastLook: LastLookKind?, copies: Bool, marks: Bool) -> SystemRecord {
    record(
      crm, .own, connector: "sqlite", settings: .object(["file": .string("crm.db")]),
      datasets: [
        DatasetRecord(
          name: "contact", table: "contact",
          find: [
            IdentifiedColumn(kind: .email, column: "email"), IdentifiedColumn(kind: .email, column: "billing_email"),
          ], suffices: [.email], yields: [IdentifiedColumn(kind: customerNumber, column: "customer_no")],
          review: ["first_name", "last_name"], belongsTo: [], treatment: .delete,
          restrict: marks ? Restriction(column: "state", value: "restricted") : nil,
          optOut: marks ? Restriction(column: "marketing", value: "0") : nil,
          takeAlong: TakeAlong(portability: ["email", "first_name", "last_name"])),
        child("activity", of: "contact", column: "contact_id", parent: "id", .delete),
      ],
      blockers: [
        Blocker(
          name: "open-dispute",
          query: "SELECT count(*) FROM activity WHERE contact_id = :contact.id AND note = 'open dispute'")
      ], copies: copies ? [CopyDeclaration(set: "dwh", kind: .warehouse, system: warehouse)] : [], lastLook: lastLook)
  }

  private static func officeRecord(_ hours: AllowedHours?, _ subjects: [Capacity]) -> SystemRecord {
    record(
      office, .own, subjects: subjects, connector: "sqlite", hours: hours,
      settings: .object(["file": .string("office.db")]),
      datasets: [
        DatasetRecord(
          name: "customer", table: "customer", find: [IdentifiedColumn(kind: customerNumber, column: "customer_no")],
          suffices: [customerNumber], yields: [], review: ["name"], belongsTo: [],
          treatment: .reduce(keepColumns: ["debtor_no", "name"], whileKept: "invoice")),
        child(
          "invoice", of: "customer", column: "debtor_no", parent: "debtor_no",
          .retain(Retention(rule: fiscal.id, start: "invoice_date"))),
      ])
  }

  private static func sisterRecord(_ title: String?) -> SystemRecord {
    record(sister, .recipient, title: title, connector: "scripted-company", identifiers: [.email])
  }

  private static var stickRecord: SystemRecord {
    record(
      stick, .carrier, connector: "manual-task",
      settings: .object(["instruction": .string("Take the stick from the safe.")]), identifiers: [.email])
  }

  private static func warehouseRecord(_ copy: EndsByItselfSettings) -> SystemRecord {
    let settings = copy.instruction.map { ["instruction": CanonicalJSON.string($0)] } ?? [:]
    return record(warehouse, .backup, connector: "ends-by-itself", settings: .object(settings))
  }

  private static func child(
    _ name: String, of dataset: String, column: String, parent: String, _ treatment: Treatment
  ) -> DatasetRecord {
    DatasetRecord(
      name: name, table: name, find: [], suffices: [], yields: [], review: [],
      belongsTo: [Belonging(dataset: dataset, columns: [Belonging.Pair(child: column, parent: parent)])],
      treatment: treatment)
  }

  private static func record(
    _ system: SystemName, _ role: SystemRole, title: String? = nil, subjects: [Capacity] = [.customer],
    connector: String, hours: AllowedHours? = nil,
    settings: CanonicalJSON = .object([:]), identifiers: [IdentifierKind] = [], datasets: [DatasetRecord] = [],
    blockers: [Blocker] = [], copies: [CopyDeclaration] = [], lastLook: LastLookKind? = nil
  ) -> SystemRecord {
    SystemRecord(
      system: system, title: title ?? "The \(system)", role: role, owner: "tests", subjects: subjects,
      connector: connector,
      settings: settings, identifiers: identifiers, datasets: datasets, blockers: blockers, copies: copies,
      concurrency: 1,
      lastLook: lastLook, hours: hours)
  }

  struct NoSecrets: SecretSource {
    func secret(_ name: String) -> [UInt8]? { nil }
  }

  // MARK: The rows

  /// Ada has two contacts with three activities and one customer with an invoice of 2025; Bo has one of each.
  private func fill() throws {
    try run(
      "crm",
      """
      CREATE TABLE contact (
        id INTEGER PRIMARY KEY, email TEXT, billing_email TEXT, customer_no TEXT, first_name TEXT, last_name TEXT);
      CREATE TABLE activity (id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contact (id), note TEXT);
      INSERT INTO contact VALUES
        (7, '\(Self.email)', NULL, '\(Self.number)', 'Ada', 'de Vries'),
        (8, 'office@bakery.example', '\(Self.email)', NULL, 'Bakery', 'de Vries'),
        (9, 'bo@example.org', NULL, 'KL-0009-BO', 'Bo', 'Jansen');
      INSERT INTO activity VALUES (1, 7, 'a'), (2, 7, 'b'), (3, 8, 'c'), (4, 9, 'd');
      """)
    try run(
      "office",
      """
      CREATE TABLE customer (debtor_no INTEGER PRIMARY KEY, customer_no TEXT, name TEXT, city TEXT);
      CREATE TABLE invoice (
        invoice_no INTEGER PRIMARY KEY, debtor_no INTEGER REFERENCES customer (debtor_no), invoice_date TEXT);
      INSERT INTO customer VALUES (70, '\(Self.number)', 'A. de Vries', 'Delft'), (90, 'KL-0009-BO', 'B. Jansen', 'Ede');
      INSERT INTO invoice VALUES (1, 70, '2025-05-06'), (2, 90, '2025-05-07');
      """)
  }

  /// Columns for restriction and marketing, each contact with values of its own.
  private func addMarks() throws {
    try run(
      "crm",
      """
      ALTER TABLE contact ADD COLUMN state TEXT;
      ALTER TABLE contact ADD COLUMN marketing INTEGER;
      UPDATE contact SET state = 'active', marketing = 1;
      UPDATE contact SET state = NULL, marketing = 2 WHERE id = 8;
      """)
  }

  func run(_ database: String, _ sql: String) throws {
    let queue = try DatabaseQueue(path: "\(folder)/\(database).db")
    try queue.writeWithoutTransaction { db in try db.execute(sql: sql) }
    try queue.close()
  }

  func numbers(_ database: String, _ sql: String) throws -> [Int] {
    let queue = try DatabaseQueue(path: "\(folder)/\(database).db")
    let numbers = try queue.read { db in try Int.fetchAll(db, sql: sql) }
    try queue.close()
    return numbers
  }

  var contacts: [Int] { get throws { try numbers("crm", "SELECT id FROM contact ORDER BY id") } }
  var activities: [Int] { get throws { try numbers("crm", "SELECT id FROM activity ORDER BY id") } }
}
