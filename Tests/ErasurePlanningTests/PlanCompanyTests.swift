import ErasureDomain
import Testing

@testable import ErasurePlanning

/// Plans of 24 November 2026 over companies that come, go and are succeeded.
@Suite struct PlanCompanyTests {
  private func company(
    _ name: String, _ role: SystemRole = .recipient, from: String? = nil, until: String? = nil,
    ceased: (on: String, remains: Cessation.Remains)? = nil
  ) throws -> SystemRecord {
    let got = DataPeriod(from: try from.map(day), until: try until.map(day))
    return SystemRecord(
      system: try system(name), title: "Company \(name)", role: role, owner: "it", subjects: [.customer],
      connector: "webhook", settings: .object([:]), identifiers: [.email], datasets: [], blockers: [], copies: [],
      concurrency: 1, got: got, ceased: try ceased.map { Cessation(on: try day($0.on), remains: $0.remains) })
  }

  private func plan(_ records: SystemRecord..., known: Set<IdentifierKind> = [.email]) throws -> ErasurePlan {
    try PlanDrafting.draft(
      input(try SystemRegister(systems: records, retention: [:]), searched: [:], known: known))
  }

  private func coverage(_ plan: ErasurePlan, _ name: String) throws -> Coverage {
    try #require(plan.coverage.first { $0.system.description == name })
  }

  @Test func `a former recipient is still told about what it got, and the plan says so`() throws {
    let plan = try plan(
      company("former", from: "2021-03-01", until: "2024-06-30"), company("last-day", until: "2026-11-24"),
      company("ended", .processor, until: "2026-11-23"))
    #expect(
      try plan.job("former", .notify).sideEffects
        == ["gets no data any more; it is told about what it got from 2021-03-01 until 2024-06-30"])
    #expect(
      try plan.job("ended", .instruct).sideEffects
        == ["gets no data any more; it is told about what it got until 2026-11-23"])
    #expect(try plan.job("last-day", .notify).sideEffects == nil)
  }

  @Test func `a company that gets data from a later day on is not told who the person is`() throws {
    let plan = try plan(company("today", from: "2026-11-24"), company("later", from: "2026-11-25"))
    #expect(plan.jobs.map(\.system.description) == ["today"])
    #expect(try coverage(plan, "later").notApplicable == .noDataYet)
  }

  @Test func `a successor's job stands for the company that ceased too`() throws {
    let plan = try plan(
      company("new"), company("old", ceased: ("2025-01-01", .successor(system("new")))),
      company("older", until: "2020-01-01", ceased: ("2021-01-01", .successor(system("new")))))
    #expect(plan.jobs.map(\.system.description) == ["new"])
    #expect(
      try plan.job("new", .notify).sideEffects == [
        "is told for Company old (old) too, which ceased on 2025-01-01",
        "is told for Company older (older) too, which ceased on 2021-01-01",
      ])
    let old = try coverage(plan, "old")
    #expect(old.notApplicable == .toldThroughSuccessor && old.jobs.isEmpty)
    #expect(try old.ceased == Cessation(on: day("2025-01-01"), remains: .successor(system("new"))))
    #expect(try CanonicalJSON.decode(ErasurePlan.self, from: CanonicalJSON.encode(plan)) == plan)
  }

  @Test func `until its day a company that will cease is told itself`() throws {
    let plan = try plan(company("new"), company("old", ceased: ("2026-11-25", .successor(system("new")))))
    #expect(plan.jobs.map(\.system.description) == ["new", "old"])
    #expect(try plan.job("new", .notify).sideEffects == nil)
    #expect(try coverage(plan, "old").ceased == nil)
  }

  @Test func `a person writes to a trustee`() throws {
    let plan = try plan(company("old", ceased: ("2025-01-01", .trustee("Van Dijk, Utrecht"))))
    let job = try plan.job("old", .manual)
    #expect(job.identifiers == [.email] && job.role == .recipient)
    #expect(job.sideEffects == ["ceased on 2025-01-01; its owner writes to the trustee: Van Dijk, Utrecht"])
    let line = try coverage(plan, "old")
    #expect(line.jobs == [job.job] && line.notApplicable == nil && line.ceased != nil)
  }

  @Test func `where nobody is left the plan says why, and nothing refuses it`() throws {
    let plan = try plan(
      company("old", ceased: ("2026-11-24", .nobody(why: "struck off"))), company("sister"))
    #expect(plan.jobs.map(\.system.description) == ["sister"])
    let line = try coverage(plan, "old")
    #expect(line.notApplicable == .nobodyToTell)
    #expect(line.ceased?.description == "ceased on 2026-11-24, nobody to tell: struck off")
  }
}
