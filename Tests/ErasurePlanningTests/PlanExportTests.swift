import ErasureDomain
import Testing

@testable import ErasurePlanning

@Suite struct `A plan for somebody who takes his data along` {
  private static func asking(_ rights: [DataRight]) throws -> RequestReceived {
    var facts = try received()
    facts.rights = rights
    return facts
  }

  /// One dataset, of which the person has provided the column `f`.
  private static func own(_ name: String, _ takeAlong: TakeAlong? = TakeAlong(portability: ["f"])) throws
    -> SystemRecord
  {
    let root = try record(name).datasets[0]
    let taken = DatasetRecord(
      name: root.name, table: root.table, find: root.find, suffices: root.suffices, yields: [], review: [],
      belongsTo: [], treatment: .delete, takeAlong: takeAlong)
    return try record(name, datasets: [taken])
  }

  private static func world() throws -> [SystemRecord] {
    [
      try own("crm"), try own("undeclared", nil), try record("script"), try record("mail", connector: "manual-task"),
      try record("stick", role: .carrier, connector: "manual-task"),
      try record("firm", role: .processor, connector: "x"),
      try record("partner", role: .recipient, connector: "x"), try record("empty"),
    ]
  }

  private static func plan(_ rights: [DataRight], _ records: [SystemRecord]? = nil) throws -> ErasurePlan {
    let records = try records ?? world()
    let searched = ["crm", "undeclared", "script"].reduce(into: [:]) { $0[$1] = oneRoot }
    var found: [SystemName: SearchedSystem] = [:]
    for record in records where record.isErasedByUs {
      found[record.system] = searched[record.system.description] ?? SearchedSystem(counts: [])
    }
    let base = try input(
      SystemRegister(systems: records, retention: [:]), searched: found, received: asking(rights))
    let input = PlanInput(
      plan: base.plan, request: base.request, received: base.received, ground: base.ground, register: base.register,
      registerDigest: base.registerDigest,
      exporting: [try system("crm"), try system("undeclared"), try system("empty")],
      searched: base.searched, findingsDigest: base.findingsDigest, knownKinds: base.knownKinds, log: base.log,
      drafter: base.drafter, at: base.at, practice: true, margin: .standard, random: base.random,
      startOfDay: base.startOfDay)
    return try PlanDrafting.draft(input)
  }

  @Test func `everything that makes data of ours go waits for every export, and nothing else does`() throws {
    let plan = try Self.plan([.erasure, .access])
    let exports = plan.jobs.filter { $0.verb == .export }
    #expect(exports.map(\.system.description) == ["crm", "mail", "script", "undeclared"])
    #expect(exports.map { $0.export?.isByHand } == [false, true, true, false])
    #expect(plan.exportProblem == nil)
    for job in plan.jobs where job.verb != .export {
      let waits = Set(exports.map(\.job)).isSubset(of: job.dependsOn.filter { $0.kind == .settled }.map(\.job))
      #expect(waits == [.erase, .manual, .instruct].contains(job.verb), "\(job.system) \(job.verb.rawValue)")
    }
    #expect(try PlanRulesSample.withoutEdge(plan).exportProblem?.contains("before the person has") == true)
  }

  @Test func `portability reads what was declared, and asks nobody for files`() throws {
    let plan = try Self.plan([.erasure, .portability])
    let exports = plan.jobs.filter { $0.verb == .export }
    #expect(exports.map(\.system.description) == ["crm"])
    #expect(exports[0].export?.datasets.map(\.portability) == [["f"]] && exports[0].export?.packages == [.portability])
    #expect(exports[0].approvedRows == 0 && exports[0].counts.isEmpty)
  }

  @Test func `a request for a copy alone only exports, and says so of every other system`() throws {
    let plan = try Self.plan([.access])
    #expect(plan.onlyExports && plan.jobs.count == 4)
    let reasons = plan.coverage.reduce(into: [:]) { $0[$1.system.description] = $1.notApplicable }
    #expect(
      reasons == [
        "empty": .nothingFound, "firm": .erasureNotAsked, "partner": .erasureNotAsked, "stick": .erasureNotAsked,
      ])
    let problem = #expect(throws: PlanProblem.self) { try Self.plan([.portability], [Self.own("undeclared", nil)]) }
    #expect(problem?.refusals == [.nothingToExport])
  }

  @Test func `erasure alone exports nothing, and its jobs are the bytes they were`() throws {
    let plan = try Self.plan([.erasure])
    #expect(plan.jobs.allSatisfy { $0.verb != .export && $0.export == nil })
    #expect(!String(decoding: try CanonicalJSON.encode(plan), as: UTF8.self).contains("export"))
  }
}

enum PlanRulesSample {
  /// The plan with its first erasure begun at once.
  static func withoutEdge(_ plan: ErasurePlan) throws -> ErasurePlan {
    let jobs = plan.jobs.map { job in
      guard job.verb == .erase else { return job }
      return PlannedJob(
        job: job.job, system: job.system, title: job.title, role: job.role, connector: job.connector, verb: job.verb,
        counts: job.counts, identifiers: job.identifiers, dependsOn: [], deadline: job.deadline, leftOut: [],
        followUp: nil, concurrency: 1)
    }
    return ErasurePlan(
      plan: plan.plan, request: plan.request, log: plan.log, drafter: plan.drafter, at: plan.at, practice: true,
      register: plan.register, findings: plan.findings, ground: plan.ground, dueDates: plan.dueDates,
      margin: plan.margin, coverage: plan.coverage, jobs: jobs)
  }
}
