public import ErasureDomain
import ErasureEngine
import Journal
import OfficerAPI
import SubjectVault

// Looking at jobs, trying again, cancelling.
extension OfficerDesk {
  private static let openJobStates = [
    "failed", "awaiting-officer", "running", "waiting-to-retry", "awaiting-recipient", "ready", "blocked", "follow-up",
  ]

  private static func states(of group: ListJobs.Group?) -> [String] {
    switch group {
    case nil: openJobStates
    case .running: ["running"]
    case .waiting: ["waiting-to-retry", "awaiting-recipient", "ready", "blocked"]
    case .stuck: ["failed", "awaiting-officer"]
    case .failed: ["failed"]
    case .silent: ["awaiting-recipient"]
    case .later: ["follow-up"]
    }
  }

  func jobs(_ call: ListJobs) async throws -> [JobView] {
    if let text = call.request {
      let request = try await find(text)
      var views: [JobView] = []
      for plan in request.plans { views += try await jobViews(of: plan) }
      for place in views.indices { views[place].number = request.number }
      return views
    }
    let limit = min(max(1, call.limit), 10_000)
    let selection: JobSelection =
      call.group == .silent ? .silent(at: clock.now()) : .inStates(Self.states(of: call.group))
    let (records, numbers, log) = try await journal.read { reader in
      let records = try reader.jobs(
        selection, from: call.from.flatMap { JobPosition($0) }, backwards: call.backwards ?? false, limit: limit)
      var numbers: [RequestReference: Int] = [:]
      for job in records where numbers[job.request] == nil {
        numbers[job.request] = try reader.request(job.request)?.number
      }
      return (records, numbers, try reader.log())
    }
    return records.map { record in
      var view = view(record, planned: nil, in: log)
      view.number = numbers[record.request]
      view.place = JobPosition(of: record, in: selection).text
      return view
    }
  }

  /// In the order of their days.
  func kept(_ call: ListKept) async throws -> [KeptView] {
    var records: [JobRecord] = []
    try await forEach(.inStates(Self.openJobStates.filter { $0 != "blocked" })) { job in
      if job.verb == .eraseKept { records.append(job) }
    }
    let kept = records
    let numbers = try await journal.read { reader in
      var numbers: [RequestReference: Int] = [:]
      for job in kept where numbers[job.request] == nil {
        numbers[job.request] = try reader.request(job.request)?.number
      }
      return numbers
    }
    var found: [KeptView] = []
    for (reference, jobs) in Dictionary(grouping: records, by: \.plan) {
      let (plan, _) = try await plans.plan(reference)
      for record in jobs {
        guard let planned = plan.job(record.job), let follow = planned.followUp, let rule = follow.rule,
          let approved = follow.due, let number = numbers[record.request]
        else { continue }
        // What is kept; the follow-up itself also takes the records that were kept for its sake.
        let rows = plan.job(follow.of)?.counts.flatMap(\.kept).filter {
          $0.rule == rule && $0.until == approved && $0.isConditional == follow.isConditional
        }
        // After a review it may be another day than the approved one.
        let until = if case .followUp(let due, _) = record.state { due } else { approved }
        found.append(
          KeptView(
            job: record.job, number: number, system: record.system, rule: rule, citation: follow.citation,
            until: until, isConditional: follow.isConditional, rows: (rows ?? []).reduce(0) { $0 + $1.count }))
      }
    }
    return found.filter { $0.isConditional || !call.withoutEnd }
      .sorted { ($0.until, $0.number, $0.system, $0.rule) < ($1.until, $1.number, $1.system, $1.rule) }
  }

  /// How many rows stay of which nobody knows yet how long, and when the first of them are looked at again.
  public func keptWithoutEnd() async throws -> (rows: Int, first: CivilDate)? {
    let open = try await kept(ListKept(withoutEnd: true))
    return open.first.map { (open.reduce(0) { $0 + $1.rows }, $0.until) }
  }

  func job(_ call: ShowJob, _ caller: Caller) async throws -> JobDetail {
    let record = try await findJob(call.job)
    let (plan, _) = try await plans.plan(record.plan)
    let (entries, log, number) = try await journal.read { reader in
      (
        try call.history.map { try reader.entries(of: record.job, $0) } ?? reader.entries(of: record.job),
        try reader.log(), try reader.request(record.request)?.number
      )
    }
    // An auditor needs no company's words, and they may name people.
    let works = !caller.roles.isDisjoint(with: [.clerk, .officer])
    let words = works ? try await theirWords(about: record) : []
    var view = view(record, planned: plan.job(record.job), in: log)
    view.number = number
    return JobDetail(
      job: view, history: try await history(entries), theirWords: words)
  }

  func retry(_ call: RetryJob, _ caller: Caller) async throws -> JobView {
    let job = try await findJob(call.job)
    switch job.state {
    case .failed, .awaitingOfficer: break
    case .waitingToRetry, .awaitingRecipient:
      throw Refusal(.refused, "\(job.job) tries again by itself; `expunge job show` says when")
    case .blocked, .ready, .running, .followUp, .settled:
      throw Refusal(.refused, "\(job.job) is \(job.state.word); there is nothing to try again")
    }
    _ = try await answer(AnswerTask(task: call.job, answer: .retry, note: call.reason), caller)
    return try await self.job(ShowJob(job: call.job), caller).job
  }

  func cancel(_ call: CancelJob, _ caller: Caller) async throws -> JobView {
    let job = try await findJob(call.job)
    guard job.verb != .export else {
      throw Refusal(
        .refused, "an export is not cancelled: what waits behind it would begin. Waive it with expunge package waived")
    }
    guard !call.reason.isEmpty else { throw Refusal(.invalid, "say why the job is cancelled") }
    if try await vault.contains(job.request) { try await vault.put(call.reason, as: .answer(job.job), of: job.request) }
    let outcome = JobOutcome.cancelled(reason: FailureCode("officer"))
    try await append(
      JobSettled(outcome: outcome), about: EntrySubject(request: job.request, plan: job.plan, job: job.job),
      by: caller.id, expecting: job.revision)
    return try await self.job(ShowJob(job: call.job), caller).job
  }
}

extension JobPosition {
  /// As an answer carries it: the seconds, and the job.
  var text: String { "\(at.secondsSince1970)_\(job.text)" }

  /// Nil for what is no place: the list then begins at its beginning.
  init?(_ text: String) {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 2, let seconds = Int64(parts[0]), let job = JobReference(String(parts[1])) else { return nil }
    self.init(at: UTCTime(secondsSince1970: seconds), job: job)
  }
}
