import ErasureDomain
import Foundation
import Testing

@testable import ErasurePlanning

@Suite struct `Drafting a file of the register` {
  typealias Column = DatabaseOutline.Column

  static func column(
    _ name: String, _ shape: DatabaseOutline.Shape = .text, _ sample: (Int, Int, Int)? = nil, type: String = "TEXT"
  ) -> Column {
    Column(
      name: name, type: type, shape: shape,
      sample: sample.map { DatabaseOutline.Sample(filled: $0.0, emails: $0.1, phones: $0.2) })
  }

  static func table(
    _ name: String, key: [String] = ["id"], kind: DatabaseOutline.Kind = .table, _ columns: [Column]
  ) -> DatabaseOutline.Table {
    DatabaseOutline.Table(name: name, kind: kind, columns: [column("id", .number)] + columns, key: key)
  }

  static func reference(_ table: String, _ child: String, _ parent: String) -> DatabaseOutline.Reference {
    .init(table: table, parent: parent, pairs: [.init(child: child, parent: "id")])
  }

  /// A small company's database with everything that a draft must tell apart.
  static let outline = DatabaseOutline(
    tables: [
      table(
        "account",
        [
          column("email_address", .text, (40, 39, 0)), column("mobile", .text, (30, 0, 28)),
          column("email_sent_at", .date), column("mail_opt_in", .other), column("customer_no"),
          column("full_name"), column("town"), column("profile", .structured, type: "JSON"),
        ]),
      table("audit", [column("payload", .structured, type: "json"), column("dump", .bytes, type: "BLOB")]),
      table("country", [column("name")]), table("everyone", kind: .view, [column("email_address")]),
      table("invoice", [column("account_id", .number), column("paid_on", .date)]),
      table("invoice line\n", [column("invoice_id", .number)]),
      table("invoice_line", [column("invoice_id", .number), column("country_id", .number)]),
      table("message", [column("sender", .number), column("receiver", .number)]),
      table("newsletter", [column("recipient", .text, (20, 18, 0)), column("e_mail", .text, (20, 1, 0))]),
      table("sales.session", [column("account_id", .number), column("previous", .number)]),
      table("staff", [column("email", .text, (3, 3, 0)), column("boss", .number), column("account_id", .number)]),
    ],
    references: [
      reference("invoice", "account_id", "account"), reference("message", "sender", "account"),
      reference("message", "receiver", "account"), reference("invoice_line", "invoice_id", "invoice"),
      reference("invoice_line", "country_id", "country"), reference("sales.session", "previous", "sales.session"),
      reference("staff", "boss", "staff"), reference("staff", "account_id", "account"),
    ])

  static func record(
    role: SystemRole = .own, copies: [CopyDeclaration] = [], datasets: [DatasetRecord] = []
  ) throws -> SystemRecord {
    SystemRecord(
      system: try #require(SystemName("shop")), title: "Web shop: \"Zoë\"", role: role, owner: "e-commerce",
      subjects: [.customer], connector: "sqlite",
      settings: .object(["file": .string("systems/shop.db"), "tries": .integer(3), "on": .boolean(true)]),
      identifiers: [], datasets: datasets, blockers: [], copies: copies, concurrency: 2, lastLook: .sweep)
  }

  static func read(_ text: String) throws -> SystemRecord {
    let register = try SystemRegister.read(
      folder: "plans", retention: [], organisation: [RegisterFile(path: "o/shop.yaml", text: text)])
    return try #require(register.systems.first)
  }

  private func draft() throws -> String {
    RegisterDraft(of: try Self.record(), from: Self.outline, on: try #require(CivilDate("2026-11-24"))).text
  }

  @Test func `is a whole file with its guesses marked`() throws {
    try compare(try draft(), "draft.yaml")
  }

  private func compare(_ text: String, _ name: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/\(name)")
    if ProcessInfo.processInfo.environment["EXPUNGE_UPDATE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: file)
    }
    #expect(text == (try String(decoding: Data(contentsOf: file), as: UTF8.self)), "differs from Golden/\(name)")
  }

  @Test func `loads with the strict reader and keeps what the file said before`() throws {
    let read = try Self.read(try draft())
    let record = try Self.record()
    #expect(read.title == record.title && read.settings == record.settings && read.owner == record.owner)
    #expect(read.concurrency == 2 && read.lastLook == .sweep)
    #expect(
      read.datasets.map(\.name) == [
        "account", "newsletter", "staff", "invoice", "message", "session", "invoice-line",
      ])
    #expect(
      read.datasets[0].find.map { "\($0.kind) \($0.column)" } == [
        "email email_address", "phone mobile", "customer-no customer_no",
      ])
    #expect(read.datasets[0].suffices.map(\.rawValue) == ["customer-no", "email"])
    #expect(read.datasets[1].find.map(\.column) == ["recipient"])
    #expect(
      read.datasets[4].belongsTo.map { [$0.dataset] + $0.columns.map(\.child) } == [
        ["account", "sender"], ["account", "receiver"],
      ])
    #expect(read.datasets[5].table == "sales.session" && read.datasets[5].belongsTo.map(\.dataset) == ["account"])
    #expect(read.datasets[6].belongsTo.map(\.dataset) == ["invoice"])
  }

  @Test func `a database without anything like an identity gives a file that loads, without datasets`() throws {
    let outline = DatabaseOutline(tables: [Self.table("country", [Self.column("name")])], references: [])
    let draft = RegisterDraft(of: try Self.record(), from: outline, on: CivilDate(daysSince1970: 20_000))
    #expect(draft.datasets == 0)
    #expect(try Self.read(draft.text).datasets.isEmpty)
    #expect(draft.text.contains("#   country\n"))
  }

  @Test(arguments: ["x\": {", "a # b", "yes", "1", "", "- a", "a: b", "ümlaut", "*a", "'q'", "tab\there", "~", "null"])
  func `any name of a column or text of a setting comes back as it is, or stays a comment`(name: String) throws {
    let outline = DatabaseOutline(
      tables: [
        Self.table(name + "t", [Self.column("email", .text, (9, 9, 0)), Self.column(name)]),
        Self.table("u", [Self.column(name, .text, (9, 9, 0))]),
      ], references: [Self.reference("u", name, name + "t")])
    let record = try Self.record()
    let text = RegisterDraft(of: record, from: outline, on: CivilDate(daysSince1970: 20_000)).text
    let read = try Self.read(text)
    let names = read.datasets.flatMap { [$0.table] + $0.find.map(\.column) }
    #expect(Set(names).isSubset(of: ["u", "email", name, name + "t"]))
  }

  // MARK: Fragments

  private static func hit(
    _ table: String, _ column: String, _ kind: IdentifierKind = .email, uncovered: Int = 1, datasets: [String] = []
  ) -> SweepFindings.Hit {
    .init(
      table: table, column: column, kind: kind, exact: uncovered, contained: 0, uncovered: uncovered,
      datasets: datasets)
  }

  private static let account = DatasetRecord(
    name: "account", table: "account", find: [IdentifiedColumn(kind: .email, column: "email")], suffices: [.email],
    yields: [], review: [], belongsTo: [], treatment: .delete)

  private func fragments(_ hits: [SweepFindings.Hit]) throws -> [RegisterFragment] {
    let findings = SweepFindings(
      hits: hits,
      references: [
        Self.reference("session", "account_id", "account"), Self.reference("message", "sender", "account"),
        Self.reference("message", "theme", "themes"), Self.reference("message", "receiver", "account"),
      ])
    return RegisterFragment.all(
      for: try Self.record(datasets: [Self.account]), findings, sufficing: [.email])
  }

  /// The draft of a plain file, into which fragments are pasted.
  private static let file = """
    register: 1
    system: shop
    name: Web shop
    role: own
    owner: e-commerce
    subjects: [customer]
    connector: sqlite
    copies: {none: {said-by: it, on: 2026-11-20}}
    datasets:
      account:
        table: account
        find: [{email: email}]
        suffices: [email]
        erase: delete

    """

  @Test func `a fragment follows all keys that lead to one dataset`() throws {
    let pieces = try fragments([Self.hit("message", "body")])
    #expect(pieces.map { $0.text.contains("belongs-to: {account: [{sender: id}, {receiver: id}]}") } == [true])
    let read = try Self.read(Self.file + pieces.map(\.text).joined())
    #expect(read.datasets.last?.belongsTo.map { $0.columns.map(\.child) } == [["sender"], ["receiver"]])
  }

  @Test func `a fragment for an unknown table can be pasted: by key where one leads on, else by what was found`() throws
  {
    let pieces = try fragments([
      Self.hit("session", "email"), Self.hit("news letter", "to"), Self.hit("news letter", "phone", .phone),
      Self.hit("quiet", "email", uncovered: 0),
    ])
    #expect(pieces.map(\.table) == ["session", "news letter"])
    let read = try Self.read(Self.file + pieces.map(\.text).joined())
    #expect(read.datasets.map(\.name) == ["account", "session", "news-letter"])
    #expect(read.datasets[1].belongsTo.map(\.dataset) == ["account"] && read.datasets[1].find.isEmpty)
    #expect(read.datasets[2].find.map(\.column) == ["to", "phone"] && read.datasets[2].suffices == [.email])
  }

  @Test func `a fragment for a known table widens its find`() throws {
    let pieces = try fragments([Self.hit("account", "billing", datasets: ["account"])])
    #expect(
      pieces.map(\.text) == [
        """
        # shop.yaml, in dataset "account", instead of its find and suffices:
            find: [{email: email}, {email: billing}]
            suffices: [email]

        """
      ])
    let wider = Self.file.replacing("    find: [{email: email}]\n    suffices: [email]\n", with: pieces[0].text)
    #expect(try Self.read(wider).datasets[0].find.map(\.column) == ["email", "billing"])
  }
}
