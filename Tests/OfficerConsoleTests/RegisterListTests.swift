import ErasureDomain
import ErasurePlanning
import Foundation
import TestKit
import Testing

@testable import OfficerConsole

@Suite struct `A register from a spreadsheet` {
  private static let header = "system,name,owner,subjects,instruction,role,identifiers,copies-said-by,copies-said-on\n"
  private static let good =
    header
    + "crm,\"CRM \"\"old\"\"\",sales: inland,\"customer, contact\",\"Look under: #1\nDelete \\ everything\",,,it,2026-11-20\n"
    + "stick,USB stick,yes,customer,Shred it,carrier,email,,\n"
    + "printer,Mailing house,marketing,customer,Write to them,processor,\"email, customer-no\",,\n"
    + "partner,Partner,sales,customer,Write to them,recipient,,,\n"
    + "hr,Personnel file,personnel,employee,Look,own,,personnel,2026-11-20\n"

  private struct Bytes: RandomSource {
    func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255) } }
  }

  private func list(_ text: String) -> RegisterList { RegisterList(csv: Array(text.utf8)) }

  private func run(_ text: String, into folder: String) async throws -> (status: Int32, said: Said) {
    let said = Said()
    let file = try TemporaryFolder()
    try Data(text.utf8).write(to: URL(fileURLWithPath: file.path("list.csv")))
    let status = await Output.$current.withValue(said.output) {
      await ExpungeCommand.execute(["register", "import", file.path("list.csv"), folder])
    }
    return (status, said)
  }

  private func plan(_ register: SystemRegister, for capacity: Capacity) throws -> ErasurePlan {
    let day = try #require(CivilDate("2026-11-23"))
    let startOfDay: @Sendable (CivilDate) -> UTCTime = { $0.utcMidnight }
    let received = RequestReceived(
      number: 1, commitment: String(repeating: "0", count: 64), channel: "mail", receivedAt: day.utcMidnight,
      receivedOn: day, capacities: [capacity], identifierKinds: [.email],
      dueDates: try DueDates.compute(received: day, calendar: .netherlands(.atw)))
    let digest = ContentDigest(bytes: Array(repeating: 3, count: 32))
    return try PlanDrafting.draft(
      PlanInput(
        plan: PlanReference(bytes: Array(repeating: 1, count: 16)),
        request: RequestReference(bytes: Array(repeating: 2, count: 16)), received: received, ground: .consentWithdrawn,
        register: register, registerDigest: digest, searched: [:], findingsDigest: digest, knownKinds: [.email],
        log: "log.example/test", drafter: PersonReference(bytes: Array(repeating: 5, count: 16)), at: day.utcMidnight,
        practice: true, margin: .standard, random: Bytes(), startOfDay: startOfDay))
  }

  @Test func `each row is a system that the register reads as it was written, and a request plans with all of them`()
    async throws
  {
    let folder = try TemporaryFolder()
    let (status, said) = try await run(Self.good, into: folder.path("plans/example"))
    #expect(status == 0, "\(said.notes)")
    #expect(said.answers.hasPrefix("5 systems written to "))
    let register = try SystemRegister.load(folder: folder.path("plans"), organisation: "example")
    #expect(register.systems.map(\.system.description) == ["crm", "hr", "partner", "printer", "stick"])
    #expect(register.systems.map(\.role) == [.own, .own, .recipient, .processor, .carrier])
    let crm = try #require(register.systems.first)
    #expect(crm.title == "CRM \"old\"" && crm.owner == "sales: inland" && crm.subjects == [.customer, .contact])
    #expect(crm.settings["instruction"] == .string("Look under: #1\nDelete \\ everything"))
    #expect(crm.identifiers.map(\.rawValue) == ["email", "name"])
    // A word that YAML would take for something else than text.
    #expect(register.systems.last?.owner == "yes")

    let customer = try plan(register, for: .customer)
    #expect(customer.jobs.map(\.system.description) == ["crm", "partner", "printer", "stick"])
    #expect(customer.jobs.allSatisfy { $0.verb == .manual && $0.identifiers == [.email] })
    #expect(try plan(register, for: .employee).jobs.map(\.system.description) == ["hr"])
  }

  @Test func `every bad row is named with line and column, no value is shown and nothing is written`() async throws {
    let bad =
      Self.header
      + "CRM,secret,secret,customer,secret,,,it,2026-11-20\n"
      + "shop,,secret,visitor,secret,printer,,,\n"
      + "till,a,b,\"customer, customer\",c,,E-mail,it,secret\n"
      + "till,a,b,customer,c,carrier,,it,\n"
      + "safe,a,b\n"
      + "stop-list,a,b,customer,c,carrier,,,\n"
      + "good,a,b,customer,c,,,it,2026-11-20\n"
    let found = list(bad)
    #expect(found.files.isEmpty)
    #expect(
      found.faults.map { "\($0.line) \($0.column)" } == [
        "2 system", "3 name", "3 role", "3 subjects", "4 subjects", "4 identifiers", "4 copies-said-on", "5 system",
        "5 copies-said-on", "6 ", "7 system",
      ])
    #expect(found.faults.allSatisfy { !$0.words.contains("secret") })
    let folder = try TemporaryFolder()
    let (status, said) = try await run(bad, into: folder.path("new"))
    #expect(status == 2 && said.notes.contains("11 faults in the file; nothing was written"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("new")))
  }

  @Test func `an own system without a word about its copies is a fault`() {
    let found = list(Self.header + "crm,a,b,customer,c,,,,\n")
    #expect(found.faults.map(\.column) == ["copies-said-by", "copies-said-on"])
  }

  @Test(arguments: ["", "system,name\n", "system,name,owner,subjects\ncrm,a,b,customer\n", "system,phone no\na,b\n"])
  func `a header that lacks or invents columns is a fault of its line`(text: String) {
    let found = list(text)
    #expect(found.files.isEmpty && !found.faults.isEmpty && found.faults.allSatisfy { $0.line == 1 })
  }

  @Test func `a file that is there is named, stays as it is, and nothing is written beside it`() async throws {
    let folder = try TemporaryFolder()
    try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.path("stick.yaml")))
    let (status, said) = try await run(Self.good, into: folder.path)
    #expect(status == 1 && said.notes.contains("stick.yaml: in "))
    #expect(try folder.files(below: ".").keys.sorted() == ["stick.yaml"])
    #expect(try String(contentsOfFile: folder.path("stick.yaml"), encoding: .utf8) == "mine")
  }
}
