import ConnectorKit
import ErasureDomain
import Journal
import Logging
import SubjectVault

/// Tells companies that were told to erase, and whose jobs were stopped since, that the erasure is not wanted any more.
///
/// The end of the job is the durable intent; a crash in between repeats the same id, which receivers drop.
struct NoticeCancellation: Sendable {
  private let around: ErasureEngine.Surroundings
  private let plans: PlanStore
  private let settings: EngineSettings

  init(_ around: ErasureEngine.Surroundings, plans: PlanStore, settings: EngineSettings) {
    self.around = around
    self.plans = plans
    self.settings = settings
  }

  /// Sends what is open for the request. Returns when to try again; once the request is closed nothing is sent.
  func advance(_ request: RequestRecord) async throws -> UTCTime? {
    guard request.state.keepsVault else { return nil }
    let jobs = try await around.journal.read { reader in
      try request.plans.flatMap { try reader.jobs(of: $0) }.filter(\.wantsCancel)
    }
    var again: UTCTime?
    for job in jobs {
      guard let connector = try? around.systems.connector(job.system) as? any Cancelling else { continue }
      do {
        let answer = try await send(job, by: connector, request)
        let draft = try EntryDraft(CancelSent(answer: answer), about: ErasureEngine.subject(job))
        try await around.journal.append([draft], to: .job(job.job), expecting: job.revision)
        if answer != .accepted { await around.notice("too-late-to-cancel", job.job.text) }
      } catch let failure as ConnectorFailure {
        around.logger.warning(
          "a company could not be told to stop", metadata: ["job": "\(job.job)", "error": "\(failure)"])
        again = around.clock.now().adding(seconds: settings.lookAgainSeconds)
      }
    }
    return again
  }

  private func send(
    _ job: JobRecord, by connector: any Cancelling, _ request: RequestRecord
  ) async throws -> CancelSent.Answer {
    let (plan, _) = try await plans.plan(job.plan)
    guard let planned = plan.job(job.job) else { throw EngineProblem.unknownJob(job.job) }
    let assembly = OrderAssembly(
      vault: around.vault, keyring: around.keyring, journal: around.journal, random: around.random,
      clock: around.clock, callSeconds: settings.attemptSeconds)
    let order = try await assembly.order(
      for: planned, of: plan, receivedOn: request.received.receivedOn, prepared: job.prepared, callbacks: job.callbacks)
    return try await connector.cancel(order, before: SettledJobNotes(job: job, vault: around.vault))
  }
}

/// Keeps what a cancel notice must remember; a settled job prepares nothing any more.
private struct SettledJobNotes: EffectRecorder {
  let job: JobRecord
  let vault: SubjectVault

  func record(_ effect: PreparedEffect) async throws(ConnectorFailure) {
    throw .permanent(FailureCode("connector-broke-its-contract"))
  }

  func remember(_ value: String, as name: String) async throws(ConnectorFailure) {
    do {
      var remembered = try await vault.get([String: String].self, .remembered(job.job), of: job.request) ?? [:]
      remembered[name] = value
      try await vault.put(remembered, as: .remembered(job.job), of: job.request)
    } catch {
      throw .transient(FailureCode("vault-not-durable"), retryAfterSeconds: nil)
    }
  }
}
