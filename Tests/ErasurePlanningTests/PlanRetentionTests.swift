import ErasureDomain
import Testing

@testable import ErasurePlanning

/// Follow-ups by rule, day and open start events; systems that end before their rows; what is anonymised.
@Suite struct PlanRetentionTests {
  static let due = RetentionRule(
    id: "nl-wwft-5y", country: "NL", period: .years(5), start: .eventDay, citation: "art. 33 Wwft",
    validFrom: .first, reviewer: "a test", ground: .legalObligation)

  private func contracts(_ kept: [KeptCount], minimised: Int? = nil) -> SearchedSystem {
    SearchedSystem(counts: [
      DatasetCount(dataset: "customer", isRoot: true, erase: 0, reduce: 1),
      DatasetCount(dataset: "contract", isRoot: false, erase: 0, kept: kept, minimised: minimised),
    ])
  }

  private func shop(
    retired: String? = nil, movesTo: String? = nil, anonymise: Anonymisation? = nil
  ) throws -> SystemRecord {
    var datasets = [
      DatasetRecord(
        name: "customer", table: "customer", find: [IdentifiedColumn(kind: .email, column: "email")],
        suffices: [.email], yields: [], review: [], belongsTo: [],
        treatment: .reduce(keepColumns: ["id"], whileKept: "contract")),
      DatasetRecord(
        name: "contract", table: "contract", find: [], suffices: [], yields: [], review: [],
        belongsTo: [Belonging(dataset: "customer", columns: [Belonging.Pair(child: "customer_id", parent: "id")])],
        treatment: .retain(Retention(rule: Self.due.id, start: "ended"))),
    ]
    if let anonymise {
      datasets.append(
        DatasetRecord(
          name: "visit", table: "visit", find: [], suffices: [], yields: [], review: [],
          belongsTo: [Belonging(dataset: "customer", columns: [Belonging.Pair(child: "customer_id", parent: "id")])],
          treatment: .anonymise(anonymise)))
    }
    return SystemRecord(
      system: try system("shop"), title: "Shop", role: .own, owner: "sales", subjects: [.customer],
      connector: "sqlite", settings: .object([:]), identifiers: [], datasets: datasets, blockers: [], copies: [],
      concurrency: 1, retired: try retired.map { try day($0) }, movesTo: try movesTo.map { try system($0) })
  }

  private func draft(
    _ record: SystemRecord, _ seen: SearchedSystem, rule: RetentionRule = due
  ) throws -> ErasurePlan {
    let register = try SystemRegister(systems: [record], retention: [rule.id: rule])
    return try PlanDrafting.draft(try input(register, searched: [record.system: seen]))
  }

  private func refusals(_ record: SystemRecord, _ seen: SearchedSystem, rule: RetentionRule = due) throws -> [String] {
    do {
      _ = try draft(record, seen, rule: rule)
    } catch let problem as PlanProblem {
      return problem.refusals.map(\.description)
    }
    return []
  }

  private func kept(_ until: String, conditional: Bool? = nil, count: Int = 1) throws -> KeptCount {
    KeptCount(rule: Self.due.id, until: try day(until), count: count, conditional: conditional)
  }

  @Test func `rows without a start event get a follow-up of their own that reviews them`() throws {
    // The same day by chance: a dated row and an open one never share a follow-up.
    let plan = try draft(
      shop(), contracts([kept("2027-11-24"), kept("2027-11-24", conditional: true, count: 2), kept("2031-01-01")]))
    let follow = plan.jobs.compactMap(\.followUp)
    #expect(try follow.map(\.due) == [day("2027-11-24"), day("2027-11-24"), day("2031-01-01")])
    #expect(follow.map(\.conditional) == [nil, true, nil])
    #expect(follow.allSatisfy { $0.ground == .legalObligation && $0.citation == "art. 33 Wwft" })
    // Nobody knows how long the open ones stay: what is left of the customer goes with them.
    let later = plan.jobs.filter { $0.verb == .eraseKept }.map { $0.counts.map(\.dataset) }
    #expect(later == [["contract"], ["customer", "contract"], ["contract"]])
    let bytes = try CanonicalJSON.encode(plan)
    #expect(try CanonicalJSON.decode(ErasurePlan.self, from: bytes) == plan)
  }

  @Test func `a system that retires before its rows may go refuses the plan until its owner has decided`() throws {
    let seen = contracts([try kept("2031-01-01"), try kept("2028-01-01")])
    #expect(
      try refusals(shop(retired: "2030-01-01"), seen) == [
        "system \"shop\" retires on 2030-01-01 before rows may go on 2031-01-01: name where they move with moves-to in "
          + "shop.yaml, or correct retired"
      ])
    #expect(
      try refusals(shop(retired: "2031-01-01"), seen).count == 1, "on its last day it is switched off already")
    #expect(try refusals(shop(retired: "2031-01-02"), seen) == [])
    let plan = try draft(shop(retired: "2030-01-01", movesTo: "archive"), seen)
    #expect(try plan.jobs.compactMap(\.followUp).map(\.movesTo) == [nil, system("archive")])
  }

  @Test func `a retired system with rows whose day nobody knows forces the decision too`() throws {
    let seen = contracts([try kept("2027-11-24", conditional: true)])
    #expect(
      try refusals(shop(retired: "2030-01-01"), seen) == [
        "system \"shop\" retires on 2030-01-01 before rows may go, on a day that nobody knows yet: name where they move "
          + "with moves-to in shop.yaml, or correct retired"
      ])
  }

  @Test func `a rule keeps nothing before its first day`() throws {
    let rule = RetentionRule(
      id: Self.due.id, country: "NL", period: .years(5), start: .eventDay, citation: "art. 33 Wwft",
      validFrom: try day("2026-11-25"), reviewer: "a test")
    let seen = contracts([try kept("2031-01-01")])
    #expect(
      try refusals(shop(), seen, rule: rule) == [
        "system \"shop\": rule \"nl-wwft-5y\" keeps rows and is valid from 2026-11-25 only; plan then, or correct "
          + "valid-from"
      ])
    // The plan is of 24 November.
    let earlier = RetentionRule(
      id: Self.due.id, country: "NL", period: .years(5), start: .eventDay, citation: "art. 33 Wwft",
      validFrom: try day("2026-11-24"), reviewer: "a test")
    #expect(try refusals(shop(), seen, rule: earlier) == [])
  }

  @Test func `a plan that anonymises names the conditions and needs two signatures`() throws {
    let said = RegisterStatement(saidBy: "it-operations", on: try day("2026-11-01"))
    let conditions = Anonymisation(
      keepColumns: ["year"], groupSize: 20, noKeySurvives: said, logsIncluded: said,
      methodApproved: RegisterStatement(saidBy: "privacy-officer", on: said.on))
    let record = try shop(anonymise: conditions)
    var counts = contracts([try kept("2031-01-01")]).counts
    #expect(try draft(record, SearchedSystem(counts: counts)).leastApprovals == 1)
    counts.append(DatasetCount(dataset: "visit", isRoot: false, erase: 0, anonymised: 7))
    let plan = try draft(record, SearchedSystem(counts: counts))
    #expect(try plan.job("shop", .erase).anonymise == ["visit": conditions])
    #expect(try plan.job("shop", .erase).approvedRows == 8)
    #expect(plan.leastApprovals == 2)
  }
}
