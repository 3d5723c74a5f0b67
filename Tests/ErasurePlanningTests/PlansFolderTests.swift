import ErasureDomain
import Foundation
import Testing

@testable import ErasurePlanning

@Suite struct PlansFolderTests {
  @Test func `every file in plans is loaded`() throws {
    let register = try SystemRegister.load(folder: Project.plans, organisation: nil)
    var systems: Set<String> = []
    var others: Set<String> = []
    var descriptions: [String] = []
    let files = try #require(FileManager.default.enumerator(atPath: Project.plans)).compactMap { $0 as? String }
    for file in files where file.hasSuffix(".yaml") {
      let name = String(file.split(separator: "/")[1].dropLast(5))
      if file.hasPrefix("catalogue/") {
        let text = try Project.text(Project.plans + "/" + file)
        let (description, faults) = HTTPSystemReader.read(RegisterFile(path: file, text: text))
        #expect(faults.isEmpty && description?.name == name)
        descriptions.append(name)
      } else if file.hasPrefix("retention/") || name == "stop-list" {
        others.insert(file)
      } else {
        systems.insert(name)
      }
    }
    #expect(Set(register.systems.map(\.system.description)) == systems)
    #expect(
      descriptions.sorted() == [
        "hubspot", "mailchimp", "microsoft365-contacts", "microsoft365-mail", "radicale", "salesforce", "stripe",
        "tryton",
        "zendesk",
      ])
    #expect(others == ["retention/nl.yaml", "demo/stop-list.yaml"])
    #expect(register.systems.map(\.system) == register.systems.map(\.system).sorted())
  }

  @Test func `the demo company says what the design says`() throws {
    let register = try Project.demo()
    let backoffice = try #require(register[system("backoffice")])
    let customer = try #require(backoffice.datasets.first { $0.name == "customer" })
    #expect(customer.treatment == .reduce(keepColumns: ["debtor_no", "name", "street", "city"], whileKept: "invoice"))
    #expect(customer.suffices.map(\.rawValue) == ["customer-no", "email"])
    #expect(
      backoffice.datasets.first { $0.name == "invoice" }?.treatment
        == .retain(Retention(rule: "nl-fiscal-7y", start: "invoice_date")))
    let sister = try #require(register[system("sister")])
    #expect(sister.settings["internal"] == .boolean(true))
    #expect(sister.settings["endpoint"] == .string("http://127.0.0.1:8401/sister/erasure"))
    #expect(try register.systems(copiedTo: system("backups")).map(\.description) == ["backoffice", "crm"])
    #expect(register.stopList.contains(SubjectIdentifier(kind: .email, value: "Info@other.example")))
  }

  @Test func `the worked example of the README loads`() throws {
    let readme = try Project.text(Project.plans + "/README.md")
    let block = try #require(readme.components(separatedBy: "```yaml\n").dropFirst().first)
    let yaml = try #require(block.components(separatedBy: "\n```").first)
    let rules = RegisterFile(
      path: "plans/retention/nl.yaml", text: try Project.text(Project.plans + "/retention/nl.yaml"))
    let register = try SystemRegister.read(
      folder: "plans", retention: [rules], organisation: [RegisterFile(path: "plans/mine/shop.yaml", text: yaml)])
    #expect(register.systems.first?.datasets.count == 4)
  }

  @Test func `the example of the catalogue's README loads with the description it names`() throws {
    let readme = try Project.text(Project.plans + "/catalogue/README.md")
    let block = try #require(readme.components(separatedBy: "```yaml\n").dropFirst().first)
    let yaml = try #require(block.components(separatedBy: "\n```").first)
    let zendesk = RegisterFile(
      path: "catalogue/zendesk.yaml", text: try Project.text(Project.plans + "/catalogue/zendesk.yaml"))
    let register = try SystemRegister.read(
      folder: "plans", retention: [], catalogue: [zendesk],
      organisation: [RegisterFile(path: "plans/mine/helpdesk.yaml", text: yaml)])
    #expect(register.systems.first?.datasets.map(\.name) == ["user", "ticket"])
  }

  @Test func `the blocker commented out in the demo is a good one`() throws {
    let text = try Project.text(Project.plans + "/demo/backoffice.yaml")
    let yaml = text.replacing("# blockers:", with: "blockers:").replacing("#   open-order:", with: "  open-order:")
    let result = SystemFileReader.read(RegisterFile(path: "backoffice.yaml", text: yaml))
    #expect(result.faults.isEmpty)
    #expect(result.value?.record.blockers.map(\.name) == ["open-order"])
  }

  @Test(arguments: [
    ("nl-fiscal-7y", "2019-03-14", "2027-01-01"), ("nl-vat-immovable-9y", "2018-05-01", "2028-01-01"),
    ("nl-vat-oss-10y", "2022-07-01", "2033-01-01"), ("nl-wwft-5y", "2021-06-15", "2026-06-15"),
    ("nl-payroll-5y", "2020-08-31", "2026-01-01"), ("nl-personnel-2y", "2024-02-29", "2026-02-28"),
    ("nl-applicant-4w", "2026-05-01", "2026-05-29"), ("nl-medical-20y", "2006-04-01", "2026-04-01"),
    ("nl-applicant-1y", "2026-05-01", "2027-05-01"), ("nl-hazardous-40y", "1986-09-30", "2026-09-30"),
  ])
  func `a Dutch rule gives the day of the design's vector`(id: String, event: String, due: String) throws {
    let rule = try #require(try Project.demo().retention[id])
    #expect(rule.country == "NL")
    #expect(try rule.firstDayDue(startEvent: day(event)) == day(due))
  }

  @Test func `every rule names its ground, its source and when it is reviewed again`() throws {
    let rules = try Project.demo().retention
    #expect(rules.count == 10)
    for rule in rules.values {
      #expect(rule.ground != nil && rule.reviewDue != nil, "\(rule.id)")
      #expect(rule.ground == .guideline || rule.citation.contains { $0.isUppercase }, "\(rule.id) cites no statute")
    }
  }

  @Test func `the register's bytes are the same in every order of files and change with a setting`() throws {
    let demo = try Project.demo()
    let again = try SystemRegister(systems: demo.systems.reversed(), retention: demo.retention)
    #expect(again.canonicalBytes == demo.canonicalBytes)
    let fewer = try SystemRegister(systems: Array(demo.systems.dropLast()), retention: demo.retention)
    #expect(fewer.canonicalBytes != demo.canonicalBytes)
  }

  @Test func `a folder that is not there is named`() {
    #expect(throws: RegisterProblem.self) {
      try SystemRegister.load(folder: Project.plans, organisation: "nobody")
    }
    let problem = #expect(throws: RegisterProblem.self) {
      try SystemRegister.load(folder: "plans", organisation: "../etc")
    }
    #expect(
      problem?.description
        == "plans: no folder \"../etc\" for an organisation; create it, named with a-z, 0-9 and - only")
  }
}
