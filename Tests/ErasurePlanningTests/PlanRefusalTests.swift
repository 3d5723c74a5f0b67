import ErasureDomain
import Testing

@testable import ErasurePlanning

@Suite struct PlanRefusalTests {
  private func refusal(
    _ records: [SystemRecord], _ searched: [SystemName: SearchedSystem], capacities: [Capacity] = [.customer],
    known: Set<IdentifierKind> = [.email]
  ) throws -> [String] {
    let register = try SystemRegister(systems: records, retention: [:])
    let draft = try input(
      register, searched: searched, received: received(capacities: capacities), known: known)
    do {
      _ = try PlanDrafting.draft(draft)
    } catch {
      return error.refusals.map(\.description)
    }
    return []
  }

  @Test func `obstacles and blockers refuse the plan, all at once`() throws {
    let seen = SearchedSystem(
      counts: [], obstacles: [Obstacle(code: FailureCode("no-rule"), message: "table dispute refers to root; add it")],
      blocked: ["open-order"])
    #expect(
      try refusal([record("a"), record("b")], [system("a"): seen, system("b"): seen]) == [
        "system \"a\": table dispute refers to root; add it",
        "system \"a\": blocker \"open-order\" counts more than zero; settle that first, then plan again",
        "system \"b\": table dispute refers to root; add it",
        "system \"b\": blocker \"open-order\" counts more than zero; settle that first, then plan again",
      ])
  }

  @Test func `a system that was not searched is not an empty one`() throws {
    #expect(try refusal([record("a")], [:]) == ["system \"a\" was not searched; search it, then plan again"])
    #expect(try refusal([record("a")], [system("a"): oneRoot]) == [])
  }

  @Test func `a system without an owner refuses the plan`() throws {
    #expect(
      try refusal([record("a", owner: " ")], [system("a"): oneRoot])
        == ["system \"a\" has no owner; name the role that answers for it in a.yaml"])
  }

  @Test func `rows kept by an unknown rule refuse the plan`() throws {
    let kept = KeptCount(rule: "nl-old", until: try day("2030-01-01"), count: 1)
    let seen = SearchedSystem(counts: [DatasetCount(dataset: "root", isRoot: true, erase: 0, kept: [kept, kept])])
    #expect(
      try refusal([record("a")], [system("a"): seen]) == [
        "system \"a\": dataset \"root\" keeps rows by rule \"nl-old\", which no retention file has; add the rule, or "
          + "correct a.yaml"
      ])
  }

  @Test func `rows reduced for nothing refuse the plan`() throws {
    let seen = SearchedSystem(counts: [DatasetCount(dataset: "root", isRoot: true, erase: 0, reduce: 1)])
    #expect(
      try refusal([record("a")], [system("a"): seen]) == [
        "system \"a\": dataset \"root\" has rows to reduce and no kept rows that say until when; correct while-kept in "
          + "a.yaml"
      ])
  }

  @Test func `a company that knows people by nothing we hold refuses the plan`() throws {
    #expect(
      try refusal([record("a", role: .recipient, identifiers: [.phone])], [:]) == [
        "system \"a\" knows people by phone and none of them is known; add one to the request, or correct identifiers "
          + "in a.yaml"
      ])
  }

  @Test func `a capacity that no system knows refuses the plan`() throws {
    #expect(
      try refusal([record("a")], [:], capacities: [.applicant]) == [
        "no system of the register knows people as applicant; correct the capacities of the request, or subjects in "
          + "the register"
      ])
  }
}
