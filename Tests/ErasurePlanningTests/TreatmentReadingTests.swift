import ErasureDomain
import Testing

@testable import ErasurePlanning

@Suite struct TreatmentReadingTests {
  typealias Good = RegisterFaultTests

  static let conditions = """
    {keep-columns: [year], group-size: 20, \
    linkability: {said-by: data-analysis, on: 2026-11-19}, no-key-survives: {said-by: it-operations, on: 2026-11-20}, \
    logs-included: {said-by: it-operations, on: 2026-11-20}, method-approved: {said-by: privacy-officer, on: 2026-11-20}}
    """

  /// The good register with another treatment of `session`.
  static func session(_ erase: String, retain: Bool = false) throws(RegisterProblem) -> Treatment? {
    let text = Good.good.replacing(
      "erase: delete", with: (retain ? "retain: " : "erase: ") + erase, maxReplacements: 1)
    return try Good.read(shop: text).systems.first { $0.system.description == "shop" }?.datasets[1].treatment
  }

  @Test func `anonymise is read with all its conditions`() throws {
    let treatment = try Self.session("{anonymise: \(Self.conditions)}")
    guard case .anonymise(let anonymisation) = treatment else {
      Issue.record("not anonymise")
      return
    }
    #expect(anonymisation.keepColumns == ["year"])
    #expect(anonymisation.groupSize == 20)
    #expect(try anonymisation.methodApproved == RegisterStatement(saidBy: "privacy-officer", on: day("2026-11-20")))
    #expect(anonymisation.noKeySurvives.saidBy == "it-operations")
    #expect(try anonymisation.linkability == RegisterStatement(saidBy: "data-analysis", on: day("2026-11-19")))
  }

  @Test(arguments: [
    ("keep-columns: [year], ", "condition (i)"),
    ("no-key-survives: {said-by: it-operations, on: 2026-11-20}, ", "condition (ii)"),
    ("group-size: 20, ", "condition (iii)"),
    ("linkability: {said-by: data-analysis, on: 2026-11-19}, ", "condition (iii): somebody tested"),
    ("logs-included: {said-by: it-operations, on: 2026-11-20}, ", "condition (iv)"),
    (", method-approved: {said-by: privacy-officer, on: 2026-11-20}", "condition (v)"),
  ])
  func `without one of its conditions anonymise is refused, and the condition is named`(left: String, named: String) {
    let fewer = Self.conditions.replacing(left, with: "")
    #expect(fewer != Self.conditions)
    let problem = #expect(throws: RegisterProblem.self) { try Self.session("{anonymise: \(fewer)}") }
    #expect(problem?.faults.count == 1)
    #expect(problem?.description.contains(named) == true)
    #expect(problem?.description.hasPrefix("o/shop.yaml:") == true)
  }

  @Test func `who says that no key survives does not approve the method`() {
    let one = Self.conditions.replacing("privacy-officer", with: "it-operations")
    let problem = #expect(throws: RegisterProblem.self) { try Self.session("{anonymise: \(one)}") }
    #expect(problem?.description.contains("condition (v), a second one approves the method") == true)
  }

  @Test(arguments: ["email", "PHONE", "town", "customer_no"])
  func `a column that finds, yields or reviews a person never stays after anonymising`(column: String) {
    let treatment = "{anonymise: \(Self.conditions.replacing("[year]", with: "[year, \(column)]"))}"
    let text = Good.good.replacing("erase: {keep-columns: [id], while-kept: payment}", with: "erase: \(treatment)")
      .replacing("    review: [town]\n", with: "    review: [town]\n    yields: {customer-no: customer_no}\n")
    let problem = #expect(throws: RegisterProblem.self) { try Good.read(shop: text) }
    #expect(problem?.faults.count == 1)
    #expect(problem?.description.contains("condition (i)") == true)
    #expect(problem?.description.contains("\"\(column)\"") == true)
  }

  @Test func `a group of one hides nobody`() {
    let small = Self.conditions.replacing("group-size: 20", with: "group-size: 1")
    let problem = #expect(throws: RegisterProblem.self) { try Self.session("{anonymise: \(small)}") }
    #expect(problem?.description.contains("\"group-size\" must be a whole number from 2 to 1000000") == true)
  }

  @Test(arguments: [
    "hash", "mask", "encrypt", "pseudonymise", "tokenise", "soft-delete", "HMAC", "sha256", "AES", "pseudonymize",
    "{hash: {column: email}}", "{mask: [email]}", "{soft-delete: deleted_at}",
  ])
  func `reversible steps are refused as erasure, with what to write instead`(step: String) {
    let problem = #expect(throws: RegisterProblem.self) { try Self.session(step) }
    #expect(problem?.faults.count == 1)
    #expect(problem?.description.contains("that is no erasure") == true)
    #expect(problem?.description.contains("write erase: delete, or erase: {anonymise: {..}}") == true)
  }

  @Test func `kept rows may be minimised to columns and restricted`() throws {
    let treatment = try Self.session(
      "{rule: nl-fiscal-7y, start: at, keep-columns: [id, at, amount], "
        + "restrict: {column: state, value: restricted, role: finance}}", retain: true)
    #expect(
      treatment
        == .retain(
          Retention(
            rule: "nl-fiscal-7y", start: "at", keepColumns: ["id", "at", "amount"],
            restrict: Restriction(column: "state", value: "restricted", role: "finance"))))
  }

  @Test(arguments: [
    (
      "{rule: nl-fiscal-7y, start: at, keep-columns: [id]}",
      "\"keep-columns\" lacks \"at\", from which the day of erasure is counted; add it"
    ),
    (
      "{rule: nl-fiscal-7y, start: at, restrict: {column: at, value: x}}",
      "\"restrict\" would overwrite \"at\", from which the day of erasure is counted; name another column"
    ),
    (
      "{rule: nl-fiscal-7y, start: at, restrict: {column: state}}",
      "\"restrict\" lacks \"value\"; write what stands in it while the row is restricted"
    ),
  ])
  func `what would make a kept row undatable is refused`(retain: String, says: String) {
    let problem = #expect(throws: RegisterProblem.self) { try Self.session(retain, retain: true) }
    #expect(problem?.description.contains(says) == true)
  }

  @Test func `what is kept with other rows may be minimised and marked as well`() throws {
    let text = Good.good.replacing(
      "{with: payment}",
      with: "{with: payment, keep-columns: [id], restrict: {column: state, value: restricted}}")
    let shop = try Good.read(shop: text).systems.first { $0.system.description == "shop" }
    #expect(
      shop?.datasets.last?.treatment
        == .retainWith(
          dataset: "payment", keepColumns: ["id"], restrict: Restriction(column: "state", value: "restricted")))
  }

  @Test func `a retention file of version 2 names a ground for each rule, one of version 1 may`() throws {
    let second = Good.rules.replacing("retention: 1", with: "retention: 2")
    let problem = #expect(throws: RegisterProblem.self) { try Good.read(rules: second) }
    #expect(
      problem?.description
        == "retention/nl.yaml:4: rule \"nl-fiscal-7y\" lacks \"ground\"; allowed: legal-obligation, public-health, "
        + "archiving, legal-claims, guideline")
    let whole = second.replacing("source: statute", with: "source: statute, ground: legal-claims")
    #expect(try Good.read(rules: whole).retention["nl-fiscal-7y"]?.ground == .legalClaims)
    #expect(try Good.read().retention["nl-fiscal-7y"]?.ground == nil)
  }

  @Test func `a retired system names its day and where its rows move`() throws {
    let text = Good.good + "\nretired: 2030-01-01\nmoves-to: shop2"
    let other = Good.good.replacing("system: shop", with: "system: shop2")
    let register = try SystemRegister.read(
      folder: "plans", retention: [RegisterFile(path: "retention/nl.yaml", text: Good.rules)],
      organisation: [
        RegisterFile(path: "o/shop.yaml", text: text), RegisterFile(path: "o/shop2.yaml", text: other),
        RegisterFile(path: "o/vault.yaml", text: Good.vault),
      ])
    #expect(try register[system("shop")]?.retired == day("2030-01-01"))
    #expect(try register[system("shop")]?.movesTo == system("shop2"))
  }

  @Test(arguments: [
    ("\nmoves-to: vault", "\"moves-to\" stands without \"retired\""),
    ("\nretired: 2030-01-01\nmoves-to: shop", "\"moves-to\" names the system itself"),
    ("\nretired: 2030-01-01\nmoves-to: vault", "\"moves-to\" names \"vault\", which is no searched system"),
    ("\nretired: soon", "\"retired\" is no date; write YYYY-MM-DD"),
    ("\ngovernment: true", "lacks \"archiefwet\"; without a selection list nothing may be erased"),
    ("\narchiefwet: {list: a, item: b}", "\"archiefwet\" stands without government: true"),
    ("\ngovernment: true\narchiefwet: {list: a}", "\"archiefwet\" lacks \"item\""),
  ])
  func `an end of a system or a government body that is half described is refused`(more: String, says: String) {
    let problem = #expect(throws: RegisterProblem.self) { try Good.read(shop: Good.good + more) }
    #expect(problem?.faults.count == 1)
    #expect(problem?.description.contains(says) == true)
  }

  @Test func `a government body erases under its selection list`() throws {
    let text = Good.good + "\ngovernment: true\narchiefwet: {list: Selectielijst gemeenten 2020, item: '7.1'}"
    #expect(
      try Good.read(shop: text)[system("shop")]?.archive
        == ArchiveReference(list: "Selectielijst gemeenten 2020", item: "7.1"))
  }

  @Test func `a dataset in which people are found may say how many records one of them has at most`() throws {
    func read(_ old: String, _ key: String) throws(RegisterProblem) -> Int? {
      let text = Good.good.replacing(old, with: old + "    at-most: \(key)\n", maxReplacements: 1)
      return try Good.read(shop: text).systems.first { $0.system.description == "shop" }?.datasets[0].atMost
    }
    let root = "    review: [town]\n"
    #expect(try read(root, "2") == 2)
    let none = #expect(throws: RegisterProblem.self) { try read(root, "0") }
    #expect(none?.description == "o/shop.yaml:15: \"at-most\" must be a whole number from 1 to 10000")
    let other = #expect(throws: RegisterProblem.self) { try read("    table: session\n", "2") }
    #expect(
      other?.description
        == "o/shop.yaml:18: dataset \"session\" has at-most and no find; at-most is for datasets with find")
  }

  @Test func `a category is one word, for a system or for a dataset in which people are found`() throws {
    func read(_ old: String, _ more: String) throws(RegisterProblem) -> SystemRecord? {
      try Good.read(shop: Good.good.replacing(old, with: old + more, maxReplacements: 1)).systems.first {
        $0.system.description == "shop"
      }
    }
    let root = "    review: [town]\n"
    let own = try #require(try read(root, "    category: purchases\n"))
    #expect(own.category(of: "account") == "purchases" && own.category(of: "line") == "purchases")
    let whole = try #require(try read("owner:", " it\ncategory: marketing\n#"))
    #expect(whole.category(of: "account") == "marketing" && whole.category() == "marketing")
    let none = try #require(try read(root, ""))
    #expect(none.category(of: "session") == "account" && none.category() == "shop")
    let child = #expect(throws: RegisterProblem.self) { try read("    table: session\n", "    category: visits\n") }
    #expect(
      child?.description
        == "o/shop.yaml:18: dataset \"session\" has category and no find; its rows go or stay with those "
        + "they belong to: give that dataset one")
    let words = #expect(throws: RegisterProblem.self) { try read(root, "    category: What he bought\n") }
    #expect(words?.description.contains("o/shop.yaml:15: ") == true)
  }
}
