import ErasureDomain
import OfficerAPI
import OfficerDesk

/// A job in a table.
struct JobRow: Sendable {
  let path: String
  let system: String
  let title: String
  let verb: String
  let state: StateBadge
  let note: String?
  let problem: String?
  let attempts: String
  let next: String?
  let voucher: String?
  let seen: String?
  /// The request's number, in lists over all of them.
  let number: Int?

  init(_ job: JobView, _ visit: PageVisit, withRequest: Bool) {
    let words = JobWords(visit)
    path = "/jobs/\(job.job)"
    system = job.system.description
    title = job.title
    verb = visit.words.code("verb", job.verb.rawValue)
    state = words.badge(job)
    let note = words.note(job)
    self.note = note.isEmpty ? nil : note
    problem = words.problem(of: job).map { $0.sentence ?? $0.code }
    attempts = visit.words.number(job.attempts)
    let isLater = job.verb.isFollowUp && job.next == nil
    next =
      job.outcome != nil
      ? nil
      : isLater ? visit.words("jobs.by-day", visit.deadline(job.deadline)) : job.next.map { visit.time($0) }
    voucher = words.voucher(job.outcome)
    seen = words.seen(job.outcome)
    number = withRequest ? job.number : nil
  }
}

/// Jobs of all requests, group by group.
struct JobsPage: Sendable {
  struct Tab: Sendable {
    let path: String
    let title: String
    let isHere: Bool
  }

  let follow: String?
  let tabs: [Tab]
  let jobs: [JobRow]
  let hasJobs: Bool
  let withRequest = true
  let pager: Pager?
  let stop: StandstillForm?

  /// Rows of one page.
  static let most = 50
}

/// Jobs of one request, with what an officer may do to all of them.
struct RequestJobsPage: Sendable {
  let number: Int
  let follow: String?
  let jobs: [JobRow]
  let hasJobs: Bool
  let withRequest = false
  let canPause: Bool
  let canResume: Bool
  let planState: StateBadge?
}

/// The emergency stop, or the way out of it.
struct StandstillForm: Sendable {
  let stands: Bool
  let canStop: Bool
  let canResume: Bool
}

// Jobs: which there are, the plan's pause, and the emergency stop.
extension PageRoutes {
  static let jobs: [PageRoute] = [
    .get("/jobs", .call(ListJobs.name)) { visit in
      .page("jobs", title: visit.words("jobs.title"), content: try await jobsPage(visit))
    },
    .get("/requests/{request}/jobs", .call(ListJobs.name)) { visit in
      let page = try await requestJobs(visit)
      return .page("request-jobs", title: visit.words("jobs.title-request", String(page.number)), content: page)
    },
    .get("/standstill", .call(StopWork.name)) { visit in
      let form = try await standstillForm(visit)
      return .page(
        "standstill", title: visit.words("standstill.title"),
        content: form ?? StandstillForm(stands: false, canStop: false, canResume: false))
    },
    .post("/work/stop", .call(StopWork.name)) { visit in
      _ = try await visit.call(StopWork())
      return await visit.go(to: "/standstill", saying: visit.words("standstill.stopped"))
    },
    .post("/work/resume", .call(ResumeWork.name)) { visit in
      _ = try await visit.call(ResumeWork())
      return await visit.go(to: "/standstill", saying: visit.words("standstill.resumed"))
    },
  ]

  private static func jobsPage(_ visit: PageVisit) async throws -> JobsPage {
    let group = visit.query["state"].flatMap { ListJobs.Group(rawValue: $0) }
    let part = ListPart(visit.query)
    let size = try await visit.desk.logSize()
    var jobs = try await visit.call(
      ListJobs(limit: JobsPage.most + 1, group: group, from: part.from, backwards: part.backwards))
    let query = group.map { "state=\($0.rawValue)&" } ?? ""
    let pager = part.pager(&jobs, most: JobsPage.most, path: "/jobs?\(query)") { $0.place }
    let groups: [ListJobs.Group?] = [nil] + ListJobs.Group.allCases
    return JobsPage(
      follow: visit.may(WatchLog.name) ? "/live?from=\(size)" : nil,
      tabs: groups.map { one in
        JobsPage.Tab(
          path: one.map { "/jobs?state=\($0.rawValue)" } ?? "/jobs",
          title: visit.words("job-group.\(one?.rawValue ?? "all")"), isHere: one == group)
      },
      jobs: jobs.map { JobRow($0, visit, withRequest: true) }, hasJobs: !jobs.isEmpty,
      pager: pager,
      stop: try await standstillForm(visit))
  }

  static func standstillForm(_ visit: PageVisit) async throws -> StandstillForm? {
    let stands = try await visit.desk.standstill() != nil
    let form = StandstillForm(
      stands: stands, canStop: !stands && visit.may(StopWork.name), canResume: stands && visit.may(ResumeWork.name))
    return form.stands || form.canStop ? form : nil
  }

  private static func requestJobs(_ visit: PageVisit) async throws -> RequestJobsPage {
    let request = visit.part("request")
    let size = try await visit.desk.logSize()
    let jobs = try await visit.call(ListJobs(request: request))
    guard let number = jobs.first?.number else {
      let plan = try await visit.call(ShowPlan(plan: request))
      return RequestJobsPage(
        number: plan.number, follow: nil, jobs: [], hasJobs: false, canPause: false, canResume: false, planState: nil)
    }
    let state = try await visit.call(ShowPlan(plan: request)).state
    return RequestJobsPage(
      number: number, follow: "/live?request=\(number)&from=\(size)",
      jobs: jobs.map { JobRow($0, visit, withRequest: false) }, hasJobs: true,
      canPause: visit.may(PausePlan.name) && ["waiting", "executing"].contains(state),
      canResume: visit.may(ResumePlan.name) && state == "paused",
      planState: StateBadge(word: visit.words.code("plan-state", state), tone: state == "paused" ? "wait" : ""))
  }
}
