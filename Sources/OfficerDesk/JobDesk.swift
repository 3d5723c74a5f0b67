import ErasureDomain
import ErasureEngine
import Journal
import OfficerAPI
import SubjectVault

// Looking at jobs, trying again, cancelling.
extension OfficerDesk {
  func jobs(_ call: ListJobs) async throws -> [JobView] {
    if let text = call.request {
      let request = try await find(text)
      var views: [JobView] = []
      for plan in request.plans { views += try await jobViews(of: plan) }
      return views
    }
    let states = [
      "failed", "awaiting-officer", "running", "waiting-to-retry", "awaiting-recipient", "ready", "blocked",
      "follow-up",
    ]
    let limit = min(max(1, call.limit), 10_000)
    let (records, log) = try await journal.read { reader in
      (try reader.jobs(in: states, limit: limit), try reader.log())
    }
    return records.map { view($0, planned: nil, in: log) }
  }

  func job(_ call: ShowJob) async throws -> JobDetail {
    let record = try await findJob(call.job)
    let (plan, _) = try await plans.plan(record.plan)
    let (entries, log) = try await journal.read { reader in (try reader.entries(of: record.job), try reader.log()) }
    return JobDetail(
      job: view(record, planned: plan.job(record.job), in: log), history: try await history(entries))
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
    return try await self.job(ShowJob(job: call.job)).job
  }

  func cancel(_ call: CancelJob, _ caller: Caller) async throws -> JobView {
    let job = try await findJob(call.job)
    guard !call.reason.isEmpty else { throw Refusal(.invalid, "say why the job is cancelled") }
    if try await vault.contains(job.request) { try await vault.put(call.reason, as: .answer(job.job), of: job.request) }
    let outcome = JobOutcome.cancelled(reason: FailureCode("officer"))
    try await append(
      JobSettled(outcome: outcome), about: EntrySubject(request: job.request, plan: job.plan, job: job.job),
      by: caller.id, expecting: job.revision)
    return try await self.job(ShowJob(job: call.job)).job
  }
}
