import ErasureDomain
import Testing

@testable import ErasurePlanning

/// Companies over time, as the register says them.
@Suite struct CompanyReadingTests {
  private static let printer = """
    register: 1
    system: printer
    name: Printer
    role: recipient
    owner: marketing
    subjects: [customer]
    connector: webhook
    identifiers: [email, customer-no]

    """

  private static func file(_ name: String, _ more: String, _ edits: (String, String)...) -> RegisterFile {
    var text = printer.replacing("system: printer", with: "system: \(name)") + more + "\n"
    for (old, new) in edits { text = text.replacing(old, with: new) }
    return RegisterFile(path: "o/\(name).yaml", text: text)
  }

  private static func read(_ files: RegisterFile...) -> (systems: [SystemRecord], faults: [String]) {
    do {
      return (try SystemRegister.read(folder: "plans", retention: [], organisation: files).systems, [])
    } catch {
      return ([], error.faults.map(\.description))
    }
  }

  @Test func `a company has a period, an end, or neither`() throws {
    let (systems, faults) = Self.read(
      Self.file("a", ""), Self.file("b", "from: 2021-03-01\nuntil: 2024-06-30"),
      Self.file("c", "until: 2024-06-30\nceased: {on: 2025-01-01, successor: a}"),
      Self.file(
        "d", "ceased: {on: 2025-01-01, trustee: \"Van Dijk, lawyer, Utrecht\"}", ("webhook", "manual-task")),
      Self.file("e", "ceased: {on: 2025-01-01, nobody: true, why: struck off without a trustee}"))
    #expect(faults.isEmpty)
    #expect(systems.map(\.got?.until) == [nil, try day("2024-06-30"), try day("2024-06-30"), nil, nil])
    #expect(systems.map(\.got?.from) == [nil, try day("2021-03-01"), nil, nil, nil])
    #expect(
      systems.compactMap(\.ceased).map(\.description) == [
        "ceased on 2025-01-01, succeeded by a", "ceased on 2025-01-01, trustee: Van Dijk, lawyer, Utrecht",
        "ceased on 2025-01-01, nobody to tell: struck off without a trustee",
      ])
    for record in systems {
      #expect(try CanonicalJSON.decode(SystemRecord.self, from: CanonicalJSON.encode(record)) == record)
    }
  }

  @Test(arguments: [
    ("until: 2024", "o/b.yaml:9: \"until\" is no date; write YYYY-MM-DD"),
    ("from: 2024-01-02\nuntil: 2024-01-01", "o/b.yaml:10: \"until\" is before \"from\"; correct one of them"),
    (
      "ceased: {successor: a}",
      "o/b.yaml:9: \"ceased\" lacks \"on\"; write the day from which the company does not exist any more"
    ),
    (
      "ceased: {on: 2025-01-01, heir: a, nobody: true, why: x}",
      "o/b.yaml:9: unknown key \"heir\" in \"ceased\"; allowed: on, successor, trustee, nobody, why"
    ),
    (
      "ceased: {on: 2025-01-01}",
      "o/b.yaml:9: \"ceased\" must say who is there in its place, once: successor: <system>, trustee: <whom to write to>, "
        + "or nobody: true with why: <text>"
    ),
    (
      "ceased: {on: 2025-01-01, successor: a, nobody: true, why: x}",
      "o/b.yaml:9: \"ceased\" must say who is there in its place, once: successor: <system>, trustee: <whom to write to>, "
        + "or nobody: true with why: <text>"
    ),
    ("ceased: {on: 2025-01-01, nobody: false, why: x}", "o/b.yaml:9: \"nobody\" is true, or is left out"),
    (
      "ceased: {on: 2025-01-01, nobody: true}",
      "o/b.yaml:9: \"ceased\" says that there is nobody to tell and lacks \"why\"; say why it is impossible"
    ),
    (
      "ceased: {on: 2025-01-01, successor: a, why: x}",
      "o/b.yaml:9: \"why\" stands without nobody: true; take it out"
    ),
    (
      "ceased: {on: 2025-01-01, successor: b}",
      "o/b.yaml:9: \"successor\" names the company itself; name the one that took over its data"
    ),
    (
      "ceased: {on: 2025-01-01, successor: c}",
      "o/b.yaml:9: \"successor\" names \"c\", which is no company of the register; write a file for it"
    ),
    (
      "ceased: {on: 2025-01-01, trustee: Van Dijk}",
      "o/b.yaml:9: \"ceased\" names a trustee, to whom a person writes: write connector: manual-task and settings: "
        + "{instruction: ..}"
    ),
  ])
  func `anything else is refused by file, line and key`(text: String, fault: String) {
    #expect(Self.read(Self.file("a", ""), Self.file("b", text)).faults == [fault])
  }

  @Test func `a successor is told whenever the company would be, by all it was known by`() {
    let gone = Self.file("b", "ceased: {on: 2025-01-01, successor: a}")
    func fault(_ successor: RegisterFile) -> [String] {
      Self.read(successor, gone).faults.map { $0.replacing("o/b.yaml:9: \"successor\" names \"a\", which ", with: "") }
    }
    #expect(fault(Self.file("a", "from: 2025-01-01")) == [])
    #expect(
      fault(Self.file("a", "from: 2025-01-02"))
        == ["gets data from 2025-01-02 only; correct its from, or the day of \"ceased\""])
    #expect(
      fault(Self.file("a", "ceased: {on: 2025-01-01, nobody: true, why: x}"))
        == ["has ceased too; name the company that stands for both"])
    #expect(
      fault(Self.file("a", "", ("[email, customer-no]", "[email]"))) == [
        "lacks customer-no under identifiers; it took over what was known by them: add them there"
      ])
    #expect(
      fault(Self.file("a", "", ("[customer]", "[employee]"))) == ["lacks customer under subjects; add them there"])
  }
}
