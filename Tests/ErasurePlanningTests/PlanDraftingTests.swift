import ErasureDomain
import Foundation
import Testing

@testable import ErasurePlanning

@Suite struct PlanDraftingTests {
  private func demoPlan() throws -> ErasurePlan {
    try PlanDrafting.draft(input(Project.demo(), searched: demoFindings()))
  }

  @Test func `the demo's plan is the golden one`() throws {
    let path = Project.tests + "/Golden/demo-plan.json"
    let text = String(decoding: try CanonicalJSON.encode(demoPlan()), as: UTF8.self) + "\n"
    if ProcessInfo.processInfo.environment["EXPUNGE_UPDATE_GOLDEN"] == "1" {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(try text == Project.text(path), "if the change is meant: EXPUNGE_UPDATE_GOLDEN=1 swift test")
  }

  @Test func `the same input gives the same bytes`() throws {
    #expect(try CanonicalJSON.encode(demoPlan()) == CanonicalJSON.encode(demoPlan()))
  }

  @Test func `a plan survives its canonical bytes`() throws {
    let plan = try demoPlan()
    #expect(try CanonicalJSON.decode(ErasurePlan.self, from: CanonicalJSON.encode(plan)) == plan)
  }

  @Test func `jobs stand in the order of the work`() throws {
    #expect(
      try demoPlan().jobs.map { "\($0.system) \($0.verb.rawValue)" } == [
        "cleansing instruct", "intermediary stop-sending", "sister notify", "backoffice erase", "crm erase",
        "backups tag-expiry", "usb-stick manual", "backoffice erase-kept", "backoffice erase-kept",
        "backups confirm-expiry",
      ])
  }

  @Test func `every job has a reference of its own and every edge leads to a job of the plan`() throws {
    let plan = try demoPlan()
    #expect(Set(plan.jobs.map(\.job)).count == plan.jobs.count)
    for edge in plan.jobs.flatMap(\.dependsOn) { #expect(plan.job(edge.job) != nil) }
  }

  @Test func `own systems wait until companies are told, and one that yields waits for one searched with it`() throws {
    let plan = try demoPlan()
    let companies = ["cleansing handed-over", "intermediary handed-over", "sister handed-over"]
    #expect(try plan.edges(of: plan.job("backoffice", .erase)) == companies)
    #expect(try plan.edges(of: plan.job("crm", .erase)) == companies + ["backoffice settled"])
    #expect(try plan.edges(of: plan.job("backups", .tagExpiry)) == ["backoffice settled", "crm settled"])
    #expect(try plan.edges(of: plan.job("backups", .confirmExpiry)) == ["backups settled"])
    for name in ["cleansing", "intermediary", "sister", "usb-stick"] {
      #expect(plan.jobs.first { $0.system.description == name }?.dependsOn == [])
    }
  }

  @Test func `a kind the request named makes no edge`() throws {
    let request = try received([.email, IdentifierKind(rawValue: "customer-no")])
    let plan = try PlanDrafting.draft(input(Project.demo(), searched: demoFindings(), received: request))
    #expect(try !plan.edges(of: plan.job("crm", .erase)).contains("backoffice settled"))
  }

  @Test func `kept rows get one follow-up for each rule and date, reduced rows go with the last`() throws {
    let plan = try demoPlan()
    let kept = plan.jobs.filter { $0.verb == .eraseKept }
    let erasure = try plan.job("backoffice", .erase)
    #expect(try kept.map { $0.followUp?.due } == [day("2031-01-01"), day("2033-01-01")])
    #expect(kept.allSatisfy { $0.followUp?.of == erasure.job && $0.followUp?.rule == "nl-fiscal-7y" })
    #expect(kept.allSatisfy { $0.followUp?.citation == "art. 52(4) AWR" })
    #expect(kept.map { plan.edges(of: $0) } == [["backoffice settled"], ["backoffice settled"]])
    #expect(
      kept.map(\.counts) == [
        [
          DatasetCount(dataset: "invoice", isRoot: false, erase: 1),
          DatasetCount(dataset: "invoice-line", isRoot: false, erase: 3),
        ],
        [
          DatasetCount(dataset: "customer", isRoot: true, erase: 1),
          DatasetCount(dataset: "invoice", isRoot: false, erase: 1),
          DatasetCount(dataset: "invoice-line", isRoot: false, erase: 4),
        ],
      ])
  }

  @Test func `deadlines end with the work-to date, and thirty days after a follow-up's date`() throws {
    let plan = try demoPlan()
    // Received on 23 November 2026: one month later is 23 December, a working day.
    #expect(try plan.dueDates.workTo == day("2026-12-23"))
    let end = amsterdam(try day("2026-12-24"))
    #expect(plan.jobs.filter(\.isDueNow).allSatisfy { $0.deadline == end })
    #expect(try plan.job("backups", .confirmExpiry).deadline == end)
    let kept = try plan.job("backoffice", .eraseKept)
    #expect(try kept.followUp?.dueAt == amsterdam(day("2031-01-01")))
    #expect(try kept.deadline == amsterdam(day("2031-01-31")))
  }

  @Test func `only kinds that are known are used or sent`() throws {
    let plan = try PlanDrafting.draft(input(Project.demo(), searched: demoFindings(), known: [.email]))
    #expect(try plan.job("sister", .notify).identifiers == [.email])
    #expect(try demoPlan().job("sister", .notify).identifiers.map(\.rawValue) == ["customer-no", "email"])
    #expect(try demoPlan().job("backoffice", .erase).identifiers.map(\.rawValue) == ["customer-no", "email"])
    #expect(try demoPlan().job("crm", .erase).identifiers == [.email])
  }

  @Test func `every system of the register has a line, with jobs or a reason`() throws {
    var searched = try demoFindings()
    searched[try system("crm")] = SearchedSystem(counts: [DatasetCount(dataset: "contact", isRoot: true, erase: 0)])
    var systems = try Project.demo().systems
    systems.append(try record("payroll", subjects: [.employee]))
    let register = try SystemRegister(systems: systems, retention: Project.demo().retention)
    let plan = try PlanDrafting.draft(input(register, searched: searched))
    #expect(plan.coverage.map(\.system) == register.systems.map(\.system))
    for line in plan.coverage { #expect(line.jobs.isEmpty == (line.notApplicable != nil)) }
    #expect(plan.coverage.first { $0.system.description == "crm" }?.notApplicable == .nothingFound)
    #expect(plan.coverage.first { $0.system.description == "payroll" }?.notApplicable == .otherCapacity)
    #expect(plan.coverage.first { $0.system.description == "backoffice" }?.jobs.count == 3)
    #expect(try plan.edges(of: plan.job("backups", .tagExpiry)) == ["backoffice settled"])
  }

  @Test func `nothing found anywhere still tells the companies and tags no backup`() throws {
    let none = SearchedSystem(counts: [])
    let plan = try PlanDrafting.draft(
      input(Project.demo(), searched: [system("crm"): none, system("backoffice"): none]))
    #expect(Set(plan.jobs.map(\.verb)) == [.instruct, .notify, .stopSending, .manual])
    #expect(plan.coverage.first { $0.system.description == "backups" }?.notApplicable == .nothingFound)
  }

  @Test func `records that were left out stay visible even when nothing else is found`() throws {
    let leftOut = PlannedJob.LeftOut(dataset: "root", count: 2)
    let register = try SystemRegister(systems: [record("a"), record("b")], retention: [:])
    let plan = try PlanDrafting.draft(
      input(
        register,
        searched: [system("a"): SearchedSystem(counts: [], leftOut: [leftOut]), system("b"): oneRoot]))
    #expect(try plan.job("a", .erase).leftOut == [leftOut])
    #expect(try plan.job("b", .erase).leftOut == [])
  }

  @Test func `roles decide the verb`() throws {
    let roles: [(String, SystemRole, String)] = [
      ("a", .processor, "webhook"), ("b", .recipient, "webhook"), ("c", .joint, "webhook"), ("d", .public, "webhook"),
      ("e", .source, "manual-task"), ("f", .carrier, "manual-task"), ("g", .own, "manual-task"), ("h", .copy, "sqlite"),
    ]
    let systems = try roles.map { try record($0.0, role: $0.1, connector: $0.2) }
    let register = try SystemRegister(systems: systems, retention: [:])
    let plan = try PlanDrafting.draft(input(register, searched: [system("h"): oneRoot]))
    #expect(
      plan.jobs.map { "\($0.system) \($0.verb.rawValue)" } == [
        "a instruct", "b notify", "c notify", "d notify", "h erase", "e manual", "f manual", "g manual",
      ])
  }

  @Test func `systems that need each other's identifiers make no circle`() throws {
    let first = IdentifierKind(rawValue: "first-no")
    let second = IdentifierKind(rawValue: "second-no")
    let third = IdentifierKind(rawValue: "third-no")
    let systems = [
      try record("a", finds: [.email, second], yields: [first]),
      try record("b", finds: [first], yields: [third]),
      try record("c", finds: [third], yields: [second, first]),
    ]
    let searched = [try system("a"): oneRoot, try system("b"): oneRoot, try system("c"): oneRoot]
    let forwards = try PlanDrafting.draft(input(SystemRegister(systems: systems, retention: [:]), searched: searched))
    let backwards = try PlanDrafting.draft(
      input(SystemRegister(systems: systems.reversed(), retention: [:]), searched: searched))
    #expect(forwards == backwards)
    #expect(try forwards.edges(of: forwards.job("a", .erase)) == ["b settled"].sorted())
    #expect(try forwards.edges(of: forwards.job("b", .erase)) == ["c settled"])
    #expect(try forwards.edges(of: forwards.job("c", .erase)) == [])
    #expect(forwards.jobs.map(\.system.description) == ["c", "b", "a"])
  }

  @Test func `no register makes a circle, and every edge that can hold does`() throws {
    let seed = ProcessInfo.processInfo.environment["EXPUNGE_SEED"].flatMap(UInt64.init) ?? .random(in: 1...999_999_999)
    print("EXPUNGE_SEED=\(seed) no register makes a circle")
    var random = SeededGenerator(state: seed)
    let kinds = (0..<6).map { IdentifierKind(rawValue: "kind-\($0)") }
    for _ in 0..<200 {
      let systems = try (0..<Int.random(in: 1...8, using: &random)).map { number in
        try record(
          "s\(number)", finds: kinds.filter { _ in Int.random(in: 0..<3, using: &random) == 0 },
          yields: kinds.filter { _ in Int.random(in: 0..<3, using: &random) == 0 })
      }
      let ordering = SearchOrdering(systems.shuffled(using: &random), given: [kinds[0]])
      #expect(ordering.waits == SearchOrdering(systems, given: [kinds[0]]).waits)
      // Every system is placed only when no circle holds one back.
      #expect(Set(ordering.order) == Set(systems))
      for (index, placed) in ordering.order.enumerated() {
        let before = ordering.order[..<index].map(\.system)
        #expect((ordering.waits[placed.system] ?? []).allSatisfy(before.contains))
        let needed = systems.filter { taker in
          taker != placed
            && !Set(placed.datasets[0].yields.map(\.kind)).subtracting([kinds[0]])
              .isDisjoint(with: taker.datasets[0].find.map(\.kind))
        }
        // An edge that is missing would have closed a circle: the other one stands behind, through others or itself.
        for taker in needed where ordering.waits[placed.system]?.contains(taker.system) != true {
          #expect(ordering.order[index...].contains(taker))
        }
      }
    }
  }
}

/// SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
