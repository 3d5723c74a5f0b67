import ErasureDomain
import OfficerAPI
import OfficerDesk

/// A plan as a table and as a picture, with what may be done about it.
struct PlanPage: Sendable {
  struct Dataset: Sendable {
    let dataset: String
    let rows: String
  }

  struct Line: Sendable {
    let system: String
    let code: String
    let role: String
    let verb: String
    let going: String?
    let changed: [String]
    let datasets: [Dataset]
    let kept: [String]
    let keptTogether: String?
    let leftOut: String?
    let proof: String?
    let after: String?
    let job: String?
    let jobState: PageState?
    let day: String
    let why: String
    let sideEffects: [String]
  }

  struct None: Sendable {
    let system: String
    let role: String
    let why: String
    let ceased: String?
  }

  struct Decision: Sendable {
    let system: String
    let category: String
    let ground: String
    let decided: String
    let by: String
  }

  /// Conditions under which rows are anonymised: who signs the plan approves them.
  struct Anonymised: Sendable {
    let what: String
    let statements: [PageFact]
  }

  let number: Int
  let problem: PageProblem?
  let state: PageState
  let facts: [PageFact]
  let notices: [String]
  let differences: [String]
  let isSame: Bool
  let picture: String?
  let now: [Line]
  let later: [Line]
  let none: [None]
  let decisions: [Decision]
  let consequences: [String]
  let anonymised: [Anonymised]
  let isDrafter: Bool
  let mayApprove: Bool
  let mayRemake: Bool
  let mayPause: Bool
  let mayResume: Bool
  let mayShowRequest: Bool
  let decide: DecideForm?

  /// One category to decide about.
  struct DecideForm: Sendable {
    let lines: [PageChoice]
    let grounds: [PageChoice]
    let rejections: [PageChoice]
    let isOpen: Bool
  }
}

/// Where there is no plan yet.
struct NoPlanPage: Sendable {
  let number: String
  let problem: PageProblem?
  let mayMake: Bool
}

extension PlanPage {
  init(_ plan: PlanView, jobs: [JobView], problem: PageProblem? = nil, _ visit: PageVisit) {
    let words = visit.words
    let isOpen = Self.isOpen(plan)
    number = plan.number
    self.problem = problem
    state = .plan(plan, words)
    facts = Self.facts(plan, visit)
    notices = plan.notices.map { Self.titled($0, plan, words) }
    differences = (plan.differences ?? []).map { Self.titled($0, plan, words) }
    isSame = plan.differences?.isEmpty == true
    picture = PlanPicture(plan, jobs, words)?.svg
    let known = Dictionary(jobs.map { ($0.job, $0) }) { first, _ in first }
    let lines = plan.lines.filter { $0.job != nil }
    now = lines.filter { !Self.isFollowUp($0) }.map { Self.line($0, plan, known, words) }
    later = lines.filter(Self.isFollowUp).sorted { Self.due($0) < Self.due($1) }.map {
      Self.line($0, plan, known, words)
    }
    none = plan.lines.compactMap { line in
      line.notApplicable.map {
        None(
          system: line.title, role: words.code("role", line.role.rawValue),
          why: words.code("not-applicable", $0.rawValue), ceased: line.ceased?.description)
      }
    }
    decisions = Self.decisions(plan, visit)
    consequences = Self.consequences(plan, words)
    anonymised = lines.flatMap { Self.anonymised($0, words) }
    isDrafter = isOpen && plan.drafter == visit.visitor?.name
    mayApprove = isOpen && !isDrafter && visit.may(PrepareApproval.name)
    mayRemake = plan.state == "proposed" && visit.may(MakePlan.name)
    mayPause = ["approved", "waiting", "executing"].contains(plan.state) && !isOpen && visit.may(PausePlan.name)
    mayResume = plan.state == "paused" && visit.may(ResumePlan.name)
    mayShowRequest = visit.may(ShowRequest.name)
    let chosen = { (field: String) in visit.form[field].map { [$0] } ?? [] }
    decide =
      isOpen && visit.may(DecideCategory.name) && plan.decisions?.isEmpty == false
      ? DecideForm(
        lines: (plan.decisions ?? []).map { line in
          PageChoice(
            value: "\(line.decision.system) \(line.decision.category)",
            label: "\(Self.title(of: line.decision.system, plan)), \(line.decision.category)",
            isChosen: visit.form["line"] == "\(line.decision.system) \(line.decision.category)")
        },
        grounds: PageChoice.all(ErasureGround.allCases.map(\.rawValue), "ground", chosen: chosen("ground"), words),
        rejections: PageChoice.all(
          GroundRejection.allCases.map(\.rawValue), "rejection", chosen: chosen("rejected"), words),
        isOpen: problem != nil && visit.form["line"] != nil) : nil
  }

  /// Whether it waits for signatures.
  static func isOpen(_ plan: PlanView) -> Bool {
    plan.state == "proposed" || (plan.state == "approved" && plan.approvals.count < plan.approvalsNeeded)
  }

  private static func isFollowUp(_ line: PlanView.Line) -> Bool {
    line.followUp != nil || line.verb?.isFollowUp == true
  }

  private static func due(_ line: PlanView.Line) -> String { line.followUp?.due?.description ?? "9999" }

  static func title(of system: SystemName, _ plan: PlanView) -> String {
    plan.lines.first { $0.system == system }?.title ?? system.description
  }

  /// A line about a system and what is done in it, `crm, erase: …`, with the words that the page has for both.
  static func titled(_ line: String, _ plan: PlanView, _ words: PageWords) -> String {
    let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
    let names = (parts.first ?? "").split(separator: ", ").map(String.init)
    guard parts.count == 2, (1...2).contains(names.count), let system = SystemName(names[0]),
      plan.lines.contains(where: { $0.system == system })
    else { return line }
    // A follow-up is named with its day: `erase-kept on 2030-01-01`.
    let verb = names.dropFirst().map { name in
      let (code, day) = (name.prefix { $0 != " " }, name.drop { $0 != " " })
      return ", " + words.code("verb", String(code)) + words.dated(String(day))
    }
    return title(of: system, plan) + verb.joined() + ": " + parts[1]
  }

  private static func facts(_ plan: PlanView, _ visit: PageVisit) -> [PageFact] {
    let words = visit.words
    let signed = words("plan.signed", String(plan.approvals.count), String(plan.approvalsNeeded))
    return [
      PageFact(words("plan.drafted"), words("plan.drafted-by", visit.time(plan.at), plan.drafter)),
      PageFact(
        words("plan.signatures"),
        signed + (plan.approvals.isEmpty ? "" : " (\(plan.approvals.joined(separator: ", ")))")),
      PageFact(words("plan.sign-before"), isOpen(plan) ? visit.time(plan.startBefore) : nil),
      PageFact(words("plan.digest"), plan.digest.description),
    ].compactMap { $0 }
  }

  private static func line(
    _ line: PlanView.Line, _ plan: PlanView, _ jobs: [JobReference: JobView], _ words: PageWords
  ) -> Line {
    let job = line.job.flatMap { jobs[$0] }
    let text = PlanLineWords(line, job, words)
    let follow = line.followUp
    return Line(
      system: line.title, code: line.system.description, role: words.code("role", line.role.rawValue),
      verb: words.code("verb", line.verb?.rawValue ?? ""), going: text.going, changed: text.changed,
      datasets: line.counts.map { Dataset(dataset: $0.dataset, rows: words.number($0.going)) },
      kept: text.kept, keptTogether: text.keptTogether, leftOut: text.leftOut, proof: text.proof,
      after: line.after.isEmpty ? nil : unique(line.after.map { title(of: $0, plan) }).joined(separator: ", "),
      job: job?.job.text, jobState: job.map { .job($0.state, words) }, day: text.day ?? "",
      why: [follow?.rule, follow?.citation, follow?.ground.map { words.code("retention-ground", $0.rawValue) }]
        .compactMap { $0 }.joined(separator: ", "),
      sideEffects: line.sideEffects ?? [])
  }

  /// What whoever signs should know besides, as far as it fits this plan.
  private static func consequences(_ plan: PlanView, _ words: PageWords) -> [String] {
    let verbs = Set(plan.lines.compactMap(\.verb))
    let kept = plan.lines.filter { !isFollowUp($0) }.flatMap { PlanLineWords.kept($0.counts) }
    let onlyExports = verbs.isSubset(of: [.export])
    let known: [(Bool, String)] = [
      (verbs.contains(.export), words(onlyExports ? "plan.only-exports" : "plan.exports")),
      (
        plan.lines.contains { !$0.counts.isEmpty },
        words("plan.margin-words", String(plan.margin.percent), String(plan.margin.least))
      ),
      (verbs.contains(where: \.tellsCompany), words("plan.companies")),
      (verbs.contains(.tagExpiry), words("plan.backups")),
      (kept.contains { !$0.isConditional }, words("plan.kept-dated")),
      (kept.contains(where: \.isConditional), words("plan.kept-open")),
      (verbs.contains(.manual), words("plan.by-hand")),
      (!onlyExports, words("plan.last")),
    ]
    return known.filter(\.0).map(\.1)
  }

  private static func anonymised(_ line: PlanView.Line, _ words: PageWords) -> [Anonymised] {
    let said = { (statement: RegisterStatement) in
      words("plan.said", statement.saidBy, words.day(statement.on))
    }
    return (line.anonymise ?? [:]).sorted { $0.key < $1.key }.map { dataset, how in
      Anonymised(
        what: words(
          "plan.anonymised", line.title, dataset, how.keepColumns.joined(separator: ", "), String(how.groupSize)),
        statements: [
          PageFact(words("plan.linkability"), how.linkability.map(said)),
          PageFact(words("plan.no-key"), said(how.noKeySurvives)),
          PageFact(words("plan.logs"), said(how.logsIncluded)),
          PageFact(words("plan.method"), said(how.methodApproved)),
        ].compactMap { $0 })
    }
  }

  private static func unique(_ names: [String]) -> [String] {
    names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The decision lines, with the systems' titles.
  static func decisions(_ plan: PlanView, _ visit: PageVisit) -> [Decision] {
    (plan.decisions ?? []).map { line in
      let (decision, words) = (line.decision, visit.words)
      return Decision(
        system: title(of: decision.system, plan), category: decision.category,
        ground: words.code("ground", decision.ground.rawValue),
        decided: decision.rejected.map { words("plan.rejected", words.code("rejection", $0.rawValue)) }
          ?? words("plan.accepted"),
        by: line.by)
    }
  }
}

// Making a plan, looking at it, and deciding about its categories.
extension PageRoutes {
  static let plan: [PageRoute] = [
    .get("/requests/{request}/plan", .call(ShowPlan.name)) { visit in try await planPage(visit) },
    .post("/requests/{request}/plan", .call(MakePlan.name)) { visit in
      let number = visit.part("request")
      do {
        let made = try await visit.call(MakePlan(request: number))
        guard made.plan == nil else {
          return await visit.go(to: "/requests/\(number)/plan", saying: visit.words("plan.made"))
        }
        return await visit.go(
          to: "/requests/\(number)#found",
          saying: visit.words.count(made.undecided.count, "plan.wait"))
      } catch {
        // Every reason, each on a line of its own, where the plan would be.
        return try await planPage(visit, problem: try visit.formProblem(error))
      }
    },
    .post("/requests/{request}/plan/decide", .call(DecideCategory.name)) { visit in
      try await changing(visit, saying: "plan.did-decide") {
        let parts = (visit.form["line"] ?? "").split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw PageRefusal(.invalid, visit.words("field.choice")) }
        return try await visit.call(
          DecideCategory(
            plan: visit.part("request"), system: parts[0], category: parts[1],
            ground: try visit.formCode("ground", as: ErasureGround.self),
            rejected: try visit.formCode("rejected", as: GroundRejection.self)))
      }
    },
    .post("/requests/{request}/plan/pause", .call(PausePlan.name)) { visit in
      try await changing(visit, saying: "plan.did-pause") {
        try await visit.call(PausePlan(plan: visit.part("request")))
      }
    },
    .post("/requests/{request}/plan/resume", .call(ResumePlan.name)) { visit in
      try await changing(visit, saying: "plan.did-resume") {
        try await visit.call(ResumePlan(plan: visit.part("request")))
      }
    },
  ]

  /// The plan's page again: with what was done, or with why it was not.
  private static func changing(
    _ visit: PageVisit, saying word: String, _ change: () async throws -> PlanView
  ) async throws -> PageAnswer {
    do {
      let plan = try await change()
      return await visit.go(to: "/requests/\(plan.number)/plan", saying: visit.words(word))
    } catch {
      return try await planPage(visit, problem: try visit.formProblem(error))
    }
  }

  private static func planPage(_ visit: PageVisit, problem: PageProblem? = nil) async throws -> PageAnswer {
    let number = visit.part("request")
    let title = visit.words("plan.title", number)
    let status = problem?.reason.status ?? 200
    let plan: PlanView
    do {
      plan = try await visit.call(ShowPlan(plan: number, language: visit.words.language))
    } catch let refusal as Refusal where refusal.reason == .notFound && visit.may(MakePlan.name) {
      // Whether there is such a request at all is asked before a page about it is shown.
      let request = try await visit.call(ShowRequest(request: number, history: HistoryPart(limit: 1))).request
      return .page(
        "no-plan", title: title,
        content: NoPlanPage(number: number, problem: problem, mayMake: request.state == "verified"), status: status)
    }
    let hasJobs = !PlanPage.isOpen(plan) && plan.state != "withdrawn" && visit.may(ListJobs.name)
    let jobs = hasJobs ? try await visit.call(ListJobs(request: number)) : []
    return .page(
      "plan", title: visit.words("plan.title", String(plan.number)),
      content: PlanPage(plan, jobs: jobs, problem: problem, visit), status: status)
  }
}
