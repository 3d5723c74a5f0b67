import ErasureDomain
import Testing

@testable import ErasurePlanning

/// One edit of a good file, and all that is said about it.
struct FaultCase: Sendable, CustomTestStringConvertible {
  let old: String
  let new: String
  let faults: [String]

  init(_ old: String, _ new: String, _ faults: String...) {
    self.old = old
    self.new = new
    self.faults = faults
  }

  var testDescription: String { faults.first ?? "no fault" }
}

@Suite struct RegisterFaultTests {
  static let good = """
    register: 1
    system: shop
    name: Web shop
    role: own
    owner: e-commerce
    subjects: [customer]
    connector: sqlite
    settings: {file: shop.db}
    datasets:
      account:
        table: account
        find: [{email: email}, {phone: phone}]
        suffices: [email]
        review: [town]
        erase: {keep-columns: [id], while-kept: payment}
      session:
        table: session
        belongs-to: {account: {account_id: id}}
        erase: delete
      payment:
        table: payment
        belongs-to: {account: {account_id: id}}
        retain: {rule: nl-fiscal-7y, start: paid_on}
      line:
        table: payment_line
        belongs-to: {payment: {payment_id: id}}
        retain: {with: payment}
    blockers: {open: "SELECT count(*) FROM payment WHERE account_id = :account.id"}
    copies: [{set: nightly, kind: backup, system: vault, keeps-days: 35, cycle: nightly, place: here, encryption: none}]
    """

  static let vault = """
    register: 1
    system: vault
    name: Backups
    role: backup
    owner: it
    subjects: [customer]
    connector: backup-catalogue
    """

  static let rules = """
    retention: 1
    country: nl
    rules:
      nl-fiscal-7y: {what: Invoices, period: P7Y, start: end-of-calendar-year, citation: AWR, valid-from: 2020-01-01,
        reviewer: counsel, source: statute}
    """

  static func read(
    shop: String = good, vault: String = vault, rules: String = rules, stopList: String? = nil
  ) throws(RegisterProblem) -> SystemRegister {
    var files = [RegisterFile(path: "o/shop.yaml", text: shop), RegisterFile(path: "o/vault.yaml", text: vault)]
    if let stopList { files.append(RegisterFile(path: "o/stop-list.yaml", text: stopList)) }
    return try SystemRegister.read(
      folder: "plans", retention: [RegisterFile(path: "retention/nl.yaml", text: rules)], organisation: files)
  }

  @Test func `the good files are good`() throws {
    let register = try Self.read()
    #expect(register.systems.count == 2)
  }

  static let systemCases: [FaultCase] = [
    FaultCase("register: 1", "register: 2", "o/shop.yaml:1: \"register\" must be a whole number: 1"),
    FaultCase(
      "owner: e-commerce", "ownerr: e-commerce",
      "o/shop.yaml:1: the system lacks \"owner\"; name the role or department that answers for the system",
      "o/shop.yaml:5: unknown key \"ownerr\" in the system; allowed: register, system, name, role, owner, subjects, "
        + "connector, settings, identifiers, datasets, blockers, copies, concurrency, retired, moves-to, government, "
        + "archiefwet, last-look, hours, from, until, ceased, category"),
    FaultCase("owner: e-commerce", "owner: ''", "o/shop.yaml:5: \"owner\" is empty; write a text"),
    FaultCase("owner: e-commerce", "owner:", "o/shop.yaml:5: \"owner\" is empty; write a text"),
    FaultCase(
      "owner: e-commerce", "owner: 12", "o/shop.yaml:5: \"owner\" is a number; put it in quotes to make it a text"),
    FaultCase(
      "owner: e-commerce", "owner: no",
      "o/shop.yaml:5: \"owner\" is a truth value; put it in quotes to make it a text"),
    FaultCase("owner: e-commerce", "owner: [a]", "o/shop.yaml:5: \"owner\" is a list; write a text"),
    FaultCase(
      "owner: e-commerce", "owner: &a e-commerce",
      "o/shop.yaml:5: anchors (&) and aliases (*) are not read; write the value out"),
    FaultCase("owner: e-commerce", "owner: b\nowner: c", "o/shop.yaml:5: the same key twice: \"owner\"; take one out"),
    FaultCase(
      "system: shop", "system: Shop",
      "o/shop.yaml:2: \"system\" is \"Shop\", which is no name; use a-z, 0-9 and - only, at most 64 characters"),
    FaultCase(
      "system: shop", "system: store",
      "o/shop.yaml:2: \"system\" is \"store\" and the file is shop.yaml; give both one name"),
    FaultCase(
      "role: own", "role: mine",
      "o/shop.yaml:4: \"role\" is \"mine\"; allowed: own, processor, recipient, joint, source, public, backup, "
        + "carrier, copy"),
    FaultCase(
      "role: own", "role: processor",
      "o/shop.yaml:1: the system lacks \"identifiers\"; list the kinds by which the processor knows a person"),
    FaultCase("[customer]", "customer", "o/shop.yaml:6: \"subjects\" is a text; write a list: [..]"),
    FaultCase(
      "[customer]", "[]", "o/shop.yaml:6: \"subjects\" is empty; list customer, employee, applicant or contact"),
    FaultCase(
      "[customer]", "[customer, customer]", "o/shop.yaml:6: \"subjects\" names \"customer\" twice; take one out"),
    FaultCase(
      "[customer]", "[client]",
      "o/shop.yaml:6: \"subjects\" is \"client\"; allowed: customer, employee, applicant, contact"),
    FaultCase("{file: shop.db}", "shop.db", "o/shop.yaml:8: settings is a text; write a mapping of keys"),
    FaultCase(
      "{file: shop.db}", "{file: 1.5}",
      "o/shop.yaml:8: \"file\" is a fraction; write a whole number, or put it in quotes"),
    FaultCase(
      "{file: shop.db}", "{file: 007}",
      "o/shop.yaml:8: \"file\" is no plain whole number; put it in quotes to make it a text"),
    FaultCase(
      "{file: shop.db}", "{internal: yes}",
      "o/shop.yaml:8: \"internal\" is yes; write true or false, or put it in quotes"),
    FaultCase("{file: shop.db}", "{file: ~}", "o/shop.yaml:8: \"file\" is empty; give it a value or take it out"),
    FaultCase(
      "{file: shop.db}", "{fílé: a}", "o/shop.yaml:8: a key of settings has a letter outside ASCII; rename it"),
    FaultCase(
      "blockers:", "concurrency: 0\nblockers:", "o/shop.yaml:28: \"concurrency\" must be a whole number from 1 to 64"),
    FaultCase(
      "blockers:", "from: 2021-03-01\nblockers:",
      "o/shop.yaml:28: \"from\" is for companies that get data (processor, recipient, joint, source, public); take it out"
    ),
    FaultCase(
      "blockers:", "ceased: {on: 2025-01-01, trustee: Van Dijk}\nblockers:",
      "o/shop.yaml:28: \"ceased\" names a trustee, to whom a person writes: write connector: manual-task and settings: "
        + "{instruction: ..}",
      "o/shop.yaml:28: \"ceased\" is for companies that get data (processor, recipient, joint, source, public); write "
        + "\"retired\" for a system of ours that ends, or take it out"),
    FaultCase("settings: {", "settings: {{", "o/shop.yaml:9: not readable as YAML: did not find expected ',' or '}'"),
  ]

  static let datasetCases: [FaultCase] = [
    FaultCase(
      "    erase: delete\n", "", "o/shop.yaml:16: dataset \"session\" has neither erase nor retain; add one"),
    FaultCase(
      "    erase: delete\n", "    erase: delete\n    retain: {with: account}\n",
      "o/shop.yaml:20: dataset \"session\" has both erase and retain; keep one"),
    FaultCase(
      "erase: delete", "erase: drop",
      "o/shop.yaml:19: \"erase\" is \"drop\"; allowed: delete, {keep-columns: [..], while-kept: dataset}, "
        + "{anonymise: {..}}, {call: schema.function}"),
    FaultCase(
      "keep-columns: [id]", "keep-columns: []",
      "o/shop.yaml:15: \"keep-columns\" is empty; write erase: delete, or list the columns that stay"),
    FaultCase(
      "{keep-columns: [id], while-kept: payment}", "{keep-columns: [id]}",
      "o/shop.yaml:15: \"erase\" lacks \"while-kept\"; name the dataset whose kept rows need them"),
    FaultCase(
      "while-kept: payment", "while-kept: paiment",
      "o/shop.yaml:10: dataset \"account\" has while-kept \"paiment\", which is no dataset of this system; there are "
        + "account, session, payment, line"),
    FaultCase(
      "while-kept: payment", "while-kept: session",
      "o/shop.yaml:10: dataset \"account\" is reduced while \"session\" is kept, which is not retained; "
        + "write erase: delete"),
    FaultCase(
      "while-kept: payment", "while-kept: line",
      "o/shop.yaml:10: dataset \"account\" is reduced while \"line\" is kept, which does not belong to it; "
        + "correct while-kept"),
    FaultCase(
      "{with: payment}", "{with: session}",
      "o/shop.yaml:24: dataset \"line\" is retained with \"session\" and does not belong to it; "
        + "add belongs-to: {session: {..}}"),
    FaultCase(
      "{rule: nl-fiscal-7y, start: paid_on}", "{with: account}",
      "o/shop.yaml:20: dataset \"payment\" is retained with \"account\", which is not retained; "
        + "give account a retain, or erase both"),
    FaultCase(
      "{with: payment}", "{with: payment, rule: nl-fiscal-7y}",
      "o/shop.yaml:27: \"retain\" must be {rule: .., start: column} or {with: dataset}"),
    FaultCase(
      "nl-fiscal-7y", "nl-fiscal",
      "o/shop.yaml:23: dataset \"payment\" is kept by rule \"nl-fiscal\", which no retention file has; "
        + "there are nl-fiscal-7y"),
    FaultCase(
      "    table: session\n", "",
      "o/shop.yaml:16: dataset \"session\" lacks \"table\"; name the table or view as the database spells it"),
    FaultCase(
      "table: session", "table: 'ses\"sion'",
      "o/shop.yaml:17: a table or column name is empty, longer than 128 bytes or holds quotes, semicolons or control "
        + "characters"),
    FaultCase(
      "    belongs-to: {account: {account_id: id}}\n    erase", "    erase",
      "o/shop.yaml:16: dataset \"session\" has neither find nor belongs-to; say how a person's rows are found"),
    FaultCase(
      "{payment: {payment_id: id}}", "{paiment: {payment_id: id}}",
      "o/shop.yaml:24: dataset \"line\" has belongs-to \"paiment\", which is no dataset of this system; there are "
        + "account, session, payment, line",
      "o/shop.yaml:24: dataset \"line\" is retained with \"payment\" and does not belong to it; "
        + "add belongs-to: {payment: {..}}"),
    FaultCase(
      "{payment: {payment_id: id}}", "{payment: {}}",
      "o/shop.yaml:26: \"payment\" in \"belongs-to\" is empty; write column here: column there"),
    FaultCase(
      "{payment: {payment_id: id}}", "{payment: []}",
      "o/shop.yaml:26: \"payment\" in \"belongs-to\" is empty; write column here: column there"),
    FaultCase(
      "{payment: {payment_id: id}}", "{payment: [{payment_id: id}, {payment_id: id}]}",
      "o/shop.yaml:26: \"payment\" in \"belongs-to\" has one link twice; take one out"),
    FaultCase(
      "    table: payment\n    belongs-to: {account: {account_id: id}}\n",
      "    table: payment\n    belongs-to: {account: {account_id: id}, line: {id: payment_id}}\n",
      "o/shop.yaml:24: datasets belong to each other in a circle (line, payment); take one belongs-to out"),
    FaultCase(
      "{account: {account_id: id}}\n    erase", "{session: {account_id: id}}\n    erase",
      "o/shop.yaml:16: datasets belong to each other in a circle (session); take one belongs-to out"),
    FaultCase(
      "    suffices: [email]\n", "",
      "o/shop.yaml:10: dataset \"account\" has find and no suffices; list the kinds that identify a person alone, "
        + "[] when none does"),
    FaultCase(
      "suffices: [email]", "suffices: [e-mail]",
      "o/shop.yaml:10: dataset \"account\" has suffices \"e-mail\", which find does not name; find has email, phone"),
    FaultCase(
      "[{email: email}, {phone: phone}]", "[]",
      "o/shop.yaml:12: \"find\" is empty; list pairs of kind and column: [{email: email}]"),
    FaultCase("{phone: phone}", "phone", "o/shop.yaml:12: \"find\" is a text; write a mapping of keys"),
    FaultCase(
      "{phone: phone}", "{phone: phone, compare: fuzzy}",
      "o/shop.yaml:12: compare is \"fuzzy\"; write exact (value for value) or folded (whatever the case of letters)"),
    FaultCase(
      "{phone: phone}", "{phone: phone, email: email, compare: folded}",
      "o/shop.yaml:12: \"find\" names {email: email} twice; take one out"),
    FaultCase(
      "{phone: phone}", "{email: email}", "o/shop.yaml:12: \"find\" names {email: email} twice; take one out"),
    FaultCase(
      "{phone: phone}", "{Phone: phone}",
      "o/shop.yaml:12: an identifier kind is \"Phone\", which is no name; use a-z, 0-9 and - only, at most 64 characters"
    ),
    FaultCase(
      "    table: session\n", "    table: session\n    review: [x]\n    suffices: [email]\n",
      "o/shop.yaml:18: dataset \"session\" has review and no find; review is for datasets with find",
      "o/shop.yaml:19: dataset \"session\" has suffices and no find; suffices is for datasets with find"),
    FaultCase(
      "  line:", "  invoice_line:",
      "o/shop.yaml:24: a dataset is \"invoice_line\", which is no name; use a-z, 0-9 and - only, at most 64 characters"),
    FaultCase(
      "SELECT count(*) FROM payment", "DELETE FROM payment",
      "o/shop.yaml:28: blocker \"open\" must be one SELECT without a semicolon"),
    FaultCase(
      ":account.id", "'x:account.id'",
      "o/shop.yaml:28: blocker \"open\" names no person; use a column of a found record, such as :contact.id"),
    FaultCase(
      ":account.id", "coalesce(:payment.id::text, :account)",
      "o/shop.yaml:28: blocker \"open\" uses \":payment.id\"; write :dataset.column with a dataset that has find: account",
      "o/shop.yaml:28: blocker \"open\" uses \":account.\"; write :dataset.column with a dataset that has find: account"
    ),
  ]

  @Test(arguments: systemCases + datasetCases + copyCases + takeAlongCases)
  func `a wrong key of a system is named with file, line and what is allowed`(wrong: FaultCase) {
    let text = Self.good.replacing(wrong.old, with: wrong.new, maxReplacements: 1)
    #expect(text != Self.good, "the edit \(wrong.old) changes nothing")
    let problem = #expect(throws: RegisterProblem.self) { try Self.read(shop: text) }
    #expect(problem?.description == wrong.faults.joined(separator: "\n"))
  }

  @Test func `faults of several files are reported together`() {
    let problem = #expect(throws: RegisterProblem.self) {
      try Self.read(
        shop: Self.good.replacing("role: own", with: "role: mine").replacing("register: 1", with: "register: 3"),
        vault: Self.vault + "\nextra: 1")
    }
    #expect(problem?.faults.map(\.file) == ["o/shop.yaml", "o/shop.yaml", "o/vault.yaml"])
    #expect(problem?.faults.map(\.line) == [1, 4, 8])
  }

  @Test func `a database that nobody has described yet is read, so that a draft can be asked for`() throws {
    let register = try Self.read(vault: Self.vault.replacing("backup-catalogue", with: "postgresql"))
    #expect(register.systems.first { $0.system.description == "vault" }?.datasets == [])
  }

  @Test func `last-look is for databases, and knows one word`() throws {
    let swept = try Self.read(
      vault: Self.vault.replacing("backup-catalogue", with: "postgresql") + "\nlast-look: sweep")
    #expect(swept.systems.map(\.lastLook) == [nil, .sweep])
    let wrong = #expect(throws: RegisterProblem.self) { try Self.read(vault: Self.vault + "\nlast-look: sweep") }
    #expect(wrong?.description == "o/vault.yaml:8: \"last-look\" is for databases (sqlite, postgresql); take it out")
    let word = #expect(throws: RegisterProblem.self) {
      try Self.read(vault: Self.vault.replacing("backup-catalogue", with: "sqlite") + "\nlast-look: twice")
    }
    #expect(word?.description == "o/vault.yaml:8: \"last-look\" is \"twice\"; allowed: sweep")
  }

  @Test func `an empty file and empty datasets are refused`() {
    let second = #expect(throws: RegisterProblem.self) { try Self.read(vault: "# nothing\n") }
    #expect(second?.description == "o/vault.yaml: the file is empty; plans/README.md shows what belongs in it")
    let third = #expect(throws: RegisterProblem.self) { try Self.read(vault: Self.vault + "\ndatasets: {}") }
    #expect(
      third?.description
        == "o/vault.yaml:8: \"datasets\" is empty; describe at least one table, or take the key out")
  }

  @Test func `one name in two organisations is refused`() {
    let problem = #expect(throws: RegisterProblem.self) {
      try SystemRegister.read(
        folder: "plans", retention: [],
        organisation: ["a", "b"].map { RegisterFile(path: "plans/\($0)/vault.yaml", text: Self.vault) })
    }
    #expect(
      problem?.description
        == "plans/b/vault.yaml: system \"vault\" is also in plans/a/vault.yaml; give one of them another name")
  }

  @Test(arguments: [
    FaultCase(
      "period: P7Y", "period: 7 years", "retention/nl.yaml:4: \"period\" is \"7 years\"; write P7Y, P6M or P28D"),
    FaultCase(
      "start: end-of-calendar-year", "start: january",
      "retention/nl.yaml:4: \"start\" is \"january\"; allowed: event-day, end-of-calendar-year, "
        + "end-of-financial-year-MM"),
    FaultCase(
      "country: nl", "country: be",
      "retention/nl.yaml:2: \"country\" is \"be\" and the file is nl.yaml; give both the country's two letters"),
    FaultCase(
      "  nl-fiscal-7y:", "  fiscal:", "retention/nl.yaml:4: rule \"fiscal\" must start with \"nl-\", its country"),
    FaultCase(
      "reviewer: counsel, ", "",
      "retention/nl.yaml:4: rule \"nl-fiscal-7y\" lacks \"reviewer\"; name who confirmed the rule"
    ),
    FaultCase(
      "source: statute", "source: statute, url: x",
      "retention/nl.yaml:5: unknown key \"url\" in rule \"nl-fiscal-7y\"; allowed: what, period, start, citation, "
        + "valid-from, reviewer, source, review-due, ground"),
  ])
  func `a wrong retention rule is named`(wrong: FaultCase) {
    let problem = #expect(throws: RegisterProblem.self) {
      try Self.read(rules: Self.rules.replacing(wrong.old, with: wrong.new))
    }
    #expect(problem?.faults.map(\.description) == wrong.faults)
  }

  @Test func `a wrong stop list is refused without repeating its values`() {
    let problem = #expect(throws: RegisterProblem.self) {
      try Self.read(stopList: "stop-list: 1\nvalues: [{a: jan}]\ndomains: [piet@example.com]\nother: 1")
    }
    #expect(
      problem?.faults.map(\.description) == [
        "o/stop-list.yaml:2: an item of \"values\" is no plain value; write one value for each item",
        "o/stop-list.yaml:3: \"domains\" has one with @ or without a dot; write example.com",
        "o/stop-list.yaml:4: unknown key \"other\" in the stop list; allowed: stop-list, values, domains",
      ])
  }
}
