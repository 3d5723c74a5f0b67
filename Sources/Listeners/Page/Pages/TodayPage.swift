import ErasureDomain
import OfficerAPI

/// The first screen's content.
struct TodayPage: Sendable {
  /// How many of something there are, leading to the page that shows exactly these.
  struct Figure: Sendable {
    let value: String
    let label: String
    let path: String?
    /// `urgent`, `soon` or nothing.
    let mark: String
  }

  /// Something in words, leading to where it is dealt with.
  struct Warning: Sendable {
    let text: String
    let path: String?
    /// The language of a text that is not the page's.
    let language: String?
  }

  struct Row: Sendable {
    let number: Int
    let waits: RequestMark
    /// A question of one of its jobs.
    let asks: Bool
    let left: RequestMark?
    let workTo: String
    let statutory: String
    let path: String?
  }

  let figures: [Figure]
  let warnings: [Warning]
  /// What a day is like on which nothing is wrong.
  let calm: String?
  let rows: [Row]?
  let hasRows: Bool
  /// How many are open, where the list does not show them all.
  let more: String?
  let mayRegister: Bool
  let mayFollow: Bool
  let isNotAnchored: Bool
}

/// A word with its colour: the word says it, the colour repeats it.
struct RequestMark: Sendable {
  let text: String
  let mark: String
}

extension PageRoutes {
  static let today: [PageRoute] = [
    .get("/", .call(ShowToday.name)) { visit in
      let view = try await visit.call(ShowToday())
      return .page("today", title: visit.words("today.title"), content: TodayPage(view, visit))
    }
  ]
}

extension TodayPage {
  init(_ view: TodayView, _ visit: PageVisit) {
    let words = visit.words
    figures = Self.figures(view, visit)
    warnings = Self.warnings(view, visit)
    rows = view.requests?.map { line in
      Row(
        number: line.number, waits: line.isMine ? .yours(words) : .waiting(line.waitsFor, words), asks: line.asks,
        left: line.daysLeft.map { .left($0, words) }, workTo: visit.day(line.workTo),
        statutory: visit.day(line.statutory),
        path: visit.requestPath(line.number, state: line.state, stage: line.waitsFor))
    }
    hasRows = !(view.requests ?? []).isEmpty
    let open = words.count(view.open, "today.open")
    more = view.requests.map { $0.count < view.open } == true ? open : nil
    calm =
      figures.isEmpty && warnings.isEmpty
      ? words("today.calm") + " " + (view.open == 0 ? words("today.none") : open) : nil
    mayRegister = visit.may(AddRequest.name)
    mayFollow = visit.may(WatchLog.name)
    isNotAnchored = view.isNotAnchored
  }

  // MARK: Figures

  private static func figures(_ view: TodayView, _ visit: PageVisit) -> [Figure] {
    var figures: [Figure] = []
    func add(_ value: Int, _ name: String, _ path: String?, by call: String, mark: String = "", more: Bool = false) {
      guard value > 0 else { return }
      figures.append(
        Figure(
          value: visit.words.number(value) + (more ? "+" : ""),
          label: visit.words("today.\(name)." + (value == 1 && !more ? "one" : "many")),
          path: visit.may(call) ? path : nil, mark: mark))
    }
    func list(_ value: Int, _ show: ListRequests.Show, mark: String = "") {
      add(value, show.rawValue, "/requests?show=\(show.rawValue)", by: ListRequests.name, mark: mark)
    }
    list(view.overdue, .overdue, mark: "urgent")
    list(view.week, .week, mark: "soon")
    if visit.may(PrepareApproval.name) {
      add(
        view.plansToSign, "sign", "/requests?show=signatures", by: ListRequests.name, mark: "soon",
        more: view.mayBeMoreToSign)
    }
    let failed = view.questions[JobWord.failed] ?? 0
    let copies = view.questions[Question.Code.copyLingers.rawValue] ?? 0
    // Failed jobs and copies are tasks too; each has a figure of its own.
    add(view.tasks - failed - copies, "tasks", "/tasks", by: ListTasks.name)
    add(failed, "failed", "/jobs?state=failed", by: ListJobs.name, mark: "urgent")
    add(copies, "copies", "/tasks", by: ListTasks.name, mark: "soon")
    add(
      view.silent.reduce(0) { $0 + $1.jobs }, "silent", "/jobs?state=silent", by: ListJobs.name,
      mark: "soon")
    add(view.objections, "objections", nil, by: ListRequests.name, mark: "urgent")
    if visit.may(ConfirmRequest.name) {
      list(view.stages[.identity] ?? 0, .identity)
      list(view.stages[.plan] ?? 0, .plan)
    }
    if visit.may(ListRequests.name) {
      list(
        (view.stages[.letter] ?? 0) + (view.stages[.closing] ?? 0), .concluded, mark: view.keepsPerson > 0 ? "soon" : ""
      )
    }
    return figures
  }

  // MARK: Warnings

  private static func warnings(_ view: TodayView, _ visit: PageVisit) -> [Warning] {
    damage(view, visit) + incidents(view, visit) + returned(view, visit) + silent(view, visit) + approvers(view, visit)
      + reviews(view, visit) + gates(view, visit) + files(view, visit)
  }

  private static func says(_ text: String, _ path: String? = nil) -> Warning {
    Warning(text: text, path: path, language: nil)
  }

  /// The page of a request, for who may list requests; he is told its number.
  private static func path(_ matter: TodayView.Matter, _ visit: PageVisit) -> String? {
    matter.number.flatMap { visit.requestPath($0, hasPlan: true) }
  }

  private static func name(_ matter: TodayView.Matter, _ visit: PageVisit) -> String {
    matter.number.map { visit.words("today.request", String($0)) } ?? visit.words("today.a-request")
  }

  private static func damage(_ view: TodayView, _ visit: PageVisit) -> [Warning] {
    // That everything stands still is said above every page.
    guard let failure = view.journalFailure else { return [] }
    let line = visit.lines(saying: failure)?.first
    return [
      Warning(
        text: line?.text ?? failure, path: nil,
        language: line == nil && visit.words.language == .dutch ? "en" : nil)
    ]
  }

  private static func incidents(_ view: TodayView, _ visit: PageVisit) -> [Warning] {
    view.incidents.map { incident in
      let left = (incident.before ?? view.now).seconds(since: view.now) / 3_600
      let when = incident.before.map { visit.time($0) } ?? ""
      let key = left >= 0 ? "today.incident" : "today.incident-late"
      return says(
        visit.words(key, name(incident, visit), when, visit.words.number(Int(left.magnitude))), path(incident, visit))
    }
  }

  private static func returned(_ view: TodayView, _ visit: PageVisit) -> [Warning] {
    view.returned.map { finding in
      let system = finding.system?.description ?? ""
      return says(
        visit.words.count(finding.records ?? 0, "today.returned") + " " + visit.words("today.in-system", system),
        finding.number == nil ? (visit.may(ListSystems.name) ? "/systems" : nil) : path(finding, visit))
    } + view.restored.map { says(visit.words("today.restored", $0.description), "/systems") }
  }

  private static func silent(_ view: TodayView, _ visit: PageVisit) -> [Warning] {
    view.silent.map { company in
      says(
        visit.words("today.silence", company.title, visit.time(company.since), visit.time(company.until)),
        visit.may(ListJobs.name) ? "/jobs?state=silent" : nil)
    }
  }

  private static func approvers(_ view: TodayView, _ visit: PageVisit) -> [Warning] {
    var warnings: [Warning] = []
    if view.signersUnreadable { warnings.append(says(visit.words("today.signers-unreadable"))) }
    if let able = view.approvers { warnings.append(says(visit.words("today.approvers", visit.words.number(able)))) }
    warnings += view.keys.map { key in
      says(
        visit.words("today.key", key.person ?? visit.words("today.nobody"), String(key.line), visit.day(key.on)))
    }
    warnings += view.latePlans.map { says(visit.words("today.late-plan", name($0, visit)), path($0, visit)) }
    return warnings
  }

  private static func reviews(_ view: TodayView, _ visit: PageVisit) -> [Warning] {
    func of(_ matters: [TodayView.Matter], _ key: String) -> [Warning] {
      matters.map { matter in
        let day = matter.day.map { visit.day($0) } ?? ""
        return says(visit.words(key, name(matter, visit), matter.system?.description ?? "", day), path(matter, visit))
      }
    }
    var warnings = of(view.holds, "today.hold") + of(view.exceptions, "today.exception")
    if view.further > 0 { warnings.append(says(visit.words.count(view.further, "today.further"))) }
    if view.keepsPerson > 0 {
      warnings.append(
        says(
          visit.words.count(view.keepsPerson, "today.keeps"),
          visit.may(ListRequests.name) ? "/requests?show=concluded" : nil))
    }
    return warnings
  }

  private static func gates(_ view: TodayView, _ visit: PageVisit) -> [Warning] {
    view.gates.map { gate in
      let key = gate.isMine ? "today.gate-mine" : gate.state == .stopped ? "today.gate-stopped" : "today.gate"
      return says(visit.words(key, gate.title, visit.words.count(gate.jobs, "today.jobs")), "/systems")
    }
  }

  private static func files(_ view: TodayView, _ visit: PageVisit) -> [Warning] {
    var warnings: [Warning] = []
    if !view.changed.isEmpty {
      warnings.append(says(visit.words("today.changed", view.changed.joined(separator: ", "))))
    }
    if view.caseFilesPast > 0 {
      warnings.append(says(visit.words.count(view.caseFilesPast, "today.files-past")))
    }
    if view.caseFilesUnwritable { warnings.append(says(visit.words("today.files-unwritable"))) }
    return warnings
  }
}

/// Words of jobs that are compared here.
private enum JobWord {
  static let failed = "failed"
}

extension RequestMark {
  static func yours(_ words: PageWords) -> RequestMark { RequestMark(text: words("today.yours"), mark: "wait") }

  static func waiting(_ stage: RequestStage, _ words: PageWords) -> RequestMark {
    let mark =
      switch stage {
      case .running: "busy"
      case .questions: "wait"
      case .identity, .plan, .signatures, .letter, .closing: ""
      }
    return RequestMark(text: words.code("request-stage", stage.rawValue), mark: mark)
  }

  /// Days to the work-to date.
  static func left(_ days: Int, _ words: PageWords) -> RequestMark {
    switch days {
    case ..<0: RequestMark(text: words.count(-days, "today.late"), mark: "bad")
    case 0: RequestMark(text: words("today.due"), mark: "bad")
    case 1...7: RequestMark(text: words.count(days, "today.left"), mark: "wait")
    default: RequestMark(text: words.count(days, "today.left"), mark: "")
    }
  }
}
