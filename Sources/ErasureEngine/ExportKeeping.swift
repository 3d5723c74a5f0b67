import ErasureDomain
import Journal
import SubjectVault

/// Ends exports once their packages are delivered or waived, and takes out of the vault what is needed no more or has
/// been there too long.
struct ExportKeeping: Sendable {
  let around: ErasureEngine.Surroundings

  /// When to come again; nil where no time does anything.
  func advance(_ request: RequestRecord, _ jobs: [JobRecord]) async throws -> UTCTime? {
    guard !request.packages.isEmpty, !request.vaultDestroyed else { return nil }
    var next: UTCTime?
    for job in jobs where job.verb == .export {
      if let time = try await advance(job, request) { next = min(next ?? time, time) }
    }
    return next
  }

  private func advance(_ job: JobRecord, _ request: RequestRecord) async throws -> UTCTime? {
    let store = CollectionStore(around.vault)
    switch job.state {
    case .settled:
      try await store.destroy(job.job, of: request.request)
      return nil
    // The end of the attempt brings us here again.
    case .running: return nil
    case .blocked, .ready, .waitingToRetry, .awaitingRecipient, .awaitingOfficer, .followUp, .failed: break
    }
    let plan = try await around.journal.read { reader in try reader.plan(job.plan) }
    if let outcome = plan?.package?.outcome(of: job.system, request.packages) {
      let draft = try EntryDraft(JobSettled(outcome: outcome), about: ErasureEngine.subject(job))
      try await around.journal.append([draft], to: .job(job.job), expecting: job.revision)
      // The entry brings us here again, and then what was collected goes.
      return nil
    }
    guard let expires = job.collectionExpires else { return nil }
    guard expires <= around.clock.now() else { return expires }
    // The vault first: the entry says that it is gone.
    try await store.destroy(job.job, of: request.request)
    let draft = try EntryDraft(CollectionExpired(), about: ErasureEngine.subject(job))
    try await around.journal.append([draft], to: .job(job.job), expecting: job.revision)
    await around.notice("package-expired", job.job.text)
    return nil
  }
}
