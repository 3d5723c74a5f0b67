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
      blocked: ["open-order", "dispute"], blockedCounts: ["open-order": 2])
    #expect(
      try refusal([record("a"), record("b")], [system("a"): seen, system("b"): seen]) == [
        "system \"a\": table dispute refers to root; add it",
        "system \"a\": blocker \"open-order\" counts 2 and must count 0: nothing is erased before. Have what it counts "
          + "settled there, then plan again",
        "system \"a\": blocker \"dispute\" counts more than zero and must count 0: nothing is erased before. Have what it "
          + "counts settled there, then plan again",
        "system \"b\": table dispute refers to root; add it",
        "system \"b\": blocker \"open-order\" counts 2 and must count 0: nothing is erased before. Have what it counts "
          + "settled there, then plan again",
        "system \"b\": blocker \"dispute\" counts more than zero and must count 0: nothing is erased before. Have what it "
          + "counts settled there, then plan again",
      ])
  }

  @Test func `more records of one person than a dataset may have refuse the plan`() throws {
    let root = try record("a").datasets[0]
    let limited = DatasetRecord(
      name: root.name, table: root.table, find: root.find, suffices: root.suffices, yields: [], review: [],
      belongsTo: [], treatment: .delete, atMost: 2)
    func refusals(_ records: Int, _ datasets: [DatasetRecord]) throws -> [String] {
      let roots = (0..<records).map {
        RootRecord(dataset: "root", key: [RootRecord.KeyPart(column: "id", value: "\($0)")])
      }
      let found = Findings(counts: [DatasetCount(dataset: "root", isRoot: true, erase: records)], roots: roots)
      return try refusal([record("a", datasets: datasets)], [system("a"): SearchedSystem(found)])
    }
    #expect(try refusals(2, [limited]) == [])
    #expect(
      try refusals(3, [limited]) == [
        "system \"a\": dataset \"root\" has 3 records of this person, and at-most is 2; look whose they are before you "
          + "raise it in a.yaml"
      ])
    #expect(try refusals(3, [root]) == [])
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
