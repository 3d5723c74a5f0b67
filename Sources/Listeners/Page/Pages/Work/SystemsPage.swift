import ErasureDomain
import OfficerAPI
import OfficerDesk

/// The register: every place that holds personal data, and what may be done there.
struct SystemsPage: Sendable {
  struct Row: Sendable {
    let path: String
    let title: String
    let system: String
    let role: String
    let owner: String
    let state: StateBadge?
    let waiting: String?
  }

  let rows: [Row]
  /// Whether the emergency stop is shown the way to.
  let canStop: Bool
}

/// One system of the register.
struct SystemPage: Sendable {
  struct Check: Sendable {
    let step: String
    let result: StateBadge
    let detail: String?
  }

  let system: String
  let state: StateBadge?
  let explain: String?
  let facts: [JobPage.Fact]
  let canRelease: Bool
  let canStop: Bool
  let canTest: Bool
  let testSeconds: Int
  let checks: [Check]
  let hasChecks: Bool
  let verdict: String?
  let problem: PageProblem?
  let isPassed: Bool
}

// The register, the owners' word, and the tests of companies.
extension PageRoutes {
  /// A test on the page waits so long for a company's last word: a connection may not be idle for longer.
  static let testSeconds = 45

  static let systems: [PageRoute] = [
    .get("/systems", .call(ListSystems.name)) { visit in
      let rows = try await registerRows(visit)
      return .page(
        "systems", title: visit.words("systems.title"),
        content: SystemsPage(rows: rows, canStop: visit.may(StopWork.name)))
    },
    .get("/systems/{system}", .call(ListSystems.name)) { visit in try await systemPage(visit) },
    .post("/systems/{system}/release", .call(ReleaseSystem.name)) { visit in
      do {
        let view = try await visit.call(ReleaseSystem(system: visit.part("system")))
        return await visit.go(to: "/systems/\(view.system)", saying: visit.words("systems.released", view.title))
      } catch {
        return try await systemPage(visit, problem: try visit.formProblem(error))
      }
    },
    .post("/systems/{system}/stop", .call(StopSystem.name)) { visit in
      do {
        let view = try await visit.call(StopSystem(system: visit.part("system")))
        return await visit.go(to: "/systems/\(view.system)", saying: visit.words("systems.stopped", view.title))
      } catch {
        return try await systemPage(visit, problem: try visit.formProblem(error))
      }
    },
    .post("/systems/{system}/test", .call(TestRecipient.name)) { visit in
      let call = TestRecipient(system: visit.part("system"), seconds: testSeconds)
      do { return try await systemPage(visit, tested: try await visit.call(call)) } catch {
        return try await systemPage(visit, problem: try visit.formProblem(error))
      }
    },
  ]

  private static func registerRows(_ visit: PageVisit) async throws -> [SystemsPage.Row] {
    let own = try await visit.call(ListSystems())
    let companies = try await visit.call(ListRecipients())
    return visit.desk.registered.map { record in
      let view = own.first { $0.system == record.system }
      let company = companies.first { $0.system == record.system }
      return SystemsPage.Row(
        path: "/systems/\(record.system)", title: record.title, system: record.system.description,
        role: visit.words.code("role", record.role.rawValue), owner: record.owner,
        state: view.map { badge($0, visit) } ?? company.map { badge($0, visit) },
        waiting: view.flatMap { $0.waiting > 0 ? visit.words.count($0.waiting, "systems.waiting") : nil })
    }
  }

  private static func badge(_ view: SystemView, _ visit: PageVisit) -> StateBadge {
    let tone =
      switch view.state {
      case .released: "good"
      case .stopped: "bad"
      case .lookOnly, .changed: "wait"
      }
    return StateBadge(word: visit.words("system-state.\(view.state.rawValue)"), tone: tone)
  }

  private static func badge(_ view: RecipientView, _ visit: PageVisit) -> StateBadge {
    StateBadge(
      word: visit.words("recipient-state.\(view.state.rawValue)"), tone: view.state == .passed ? "good" : "wait")
  }

  private static func systemPage(
    _ visit: PageVisit, tested: RecipientTested? = nil, problem: PageProblem? = nil
  ) async throws -> PageAnswer {
    guard let record = visit.desk.registered.first(where: { $0.system.description == visit.part("system") }) else {
      throw PageRefusal(.notFound, visit.words("systems.unknown"))
    }
    let view = try await visit.call(ListSystems()).first { $0.system == record.system }
    let company = try await visit.call(ListRecipients()).first { $0.system == record.system }
    let mayRelease = visit.visitor.map { visit.desk.mayRelease(record.system, $0) } ?? false
    let mayStop = visit.visitor.map { visit.desk.mayStop(record.system, $0) } ?? false
    let explain =
      view.map { visit.words("system-state.\($0.state.rawValue)-why") }
      ?? company.map { visit.words("recipient-state.\($0.state.rawValue)-why") }
    return .page(
      "system", title: record.title,
      content: SystemPage(
        system: record.system.description,
        state: view.map { badge($0, visit) } ?? company.map { badge($0, visit) }, explain: explain,
        facts: facts(of: record, view, company, visit),
        canRelease: mayRelease && view.map { $0.state != .released } ?? false,
        canStop: mayStop && view.map { $0.state != .stopped } ?? false,
        canTest: company != nil && visit.may(TestRecipient.name), testSeconds: testSeconds,
        checks: (tested?.checks ?? []).map { check(of: $0, visit) }, hasChecks: tested != nil,
        verdict: tested.map { visit.words($0.isPassed ? "systems.passed" : "systems.not-passed", record.title) },
        problem: problem, isPassed: tested?.isPassed ?? false),
      status: problem?.reason.status ?? 200)
  }

  private static func check(of check: RecipientCheck, _ visit: PageVisit) -> SystemPage.Check {
    let tone =
      switch check.result {
      case .passed: "good"
      case .failed: "bad"
      case .notApplicable, .notTried: ""
      }
    return SystemPage.Check(
      step: visit.words("recipient-step.\(check.step.rawValue)"),
      result: StateBadge(word: visit.words("recipient-result.\(check.result.rawValue)"), tone: tone),
      detail: check.detail?.rawValue)
  }

  private static func facts(
    of record: SystemRecord, _ view: SystemView?, _ company: RecipientView?, _ visit: PageVisit
  ) -> [JobPage.Fact] {
    var facts: [JobPage.Fact] = []
    func add(_ word: String, _ value: String?) {
      if let value, !value.isEmpty { facts.append(JobPage.Fact(name: visit.words(word), value: value)) }
    }
    add("systems.name", record.system.description)
    add("systems.role", visit.words.code("role", record.role.rawValue))
    add("systems.owner", record.owner)
    add(
      "systems.people",
      view.map { $0.owners.isEmpty ? visit.words("systems.nobody") : $0.owners.joined(separator: ", ") })
    add("systems.connector", record.connector)
    add("systems.contract", company?.contract)
    add("systems.last-test", company?.at.map { visit.time($0) })
    add(
      "systems.last-word", view?.at.map { at in [view?.by, visit.time(at)].compactMap { $0 }.joined(separator: ", ") })
    add(
      "systems.hours",
      record.hours.map { hours(of: $0, visit) } ?? (view == nil ? nil : visit.words("systems.any-hour")))
    add(
      "systems.waits",
      view.flatMap { $0.waiting == 0 ? nil : $0 }.map { visit.words.count($0.waiting, "systems.waiting") })
    add("systems.retired", record.retired.map { visit.day($0) })
    return facts
  }

  private static func hours(of hours: AllowedHours, _ visit: PageVisit) -> String {
    let days = hours.days.map { days in
      visit.words("systems.on-days", days.map { visit.words("weekday.\($0)") }.joined(separator: ", "))
    }
    return [visit.words("systems.from-to", "\(hours.from)", "\(hours.to)"), days].compactMap { $0 }
      .joined(separator: ", ")
  }
}
