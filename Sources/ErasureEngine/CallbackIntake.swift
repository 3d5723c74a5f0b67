public import ConnectorKit
public import ErasureDomain
import EvidenceLog
import Journal
import Logging
import SubjectVault

/// Takes the calls of companies about jobs: checked by their connector, kept in the vault, then in the journal, and only
/// then answered. What a call means for its job is the engine's matter: it asks.
public struct CallbackIntake: Sendable {
  /// The most calls about one job that are taken.
  public static let mostCalls = 100

  /// What became of a call.
  public enum Verdict: Hashable, Sendable {
    /// It is durable; also when the same call was taken before.
    case taken
    case unsigned
    case unknownJob
    /// The company has said something else before, and that was final.
    case contradicts
    /// The job's request has ended.
    case gone
    case malformed(FailureCode)
    case tooMany
    /// Not now: it may come again after some seconds.
    case busy(retryAfterSeconds: Int)
  }

  private static let busySeconds = 10

  private let around: ErasureEngine.Surroundings
  private let plans: PlanStore
  private let turns = CallbackTurns()
  /// Tests of companies' endpoints that are under way.
  public let tests = RecipientTests()

  public init(_ around: ErasureEngine.Surroundings) {
    self.around = around
    plans = PlanStore(journal: around.journal)
  }

  /// Checks a call about a job and makes it durable.
  public func take(_ call: IncomingCall, about text: String) async -> Verdict {
    guard let reference = JobReference(text) else { return .unknownJob }
    if let verdict = await tests.take(call, about: reference) { return verdict }
    return await inTurn(reference) { try await taking(call, about: reference) }
  }

  /// Makes an answer durable that was checked already: one to a letter, from its page or by one of our people.
  func take(
    _ statement: CallbackStatement, body: [UInt8], about reference: JobReference, by person: PersonReference?
  ) async -> Verdict {
    await inTurn(reference) {
      guard let (job, request) = try await find(reference) else { return .unknownJob }
      return try await accept(statement, body, by: nil, enteredBy: person, about: job, of: request)
    }
  }

  private func inTurn(_ reference: JobReference, _ body: () async throws -> Verdict) async -> Verdict {
    guard await turns.begin(reference) else { return .busy(retryAfterSeconds: Self.busySeconds) }
    let verdict: Verdict
    do {
      verdict = try await body()
    } catch {
      around.logger.warning(
        "a call could not be taken", metadata: ["job": "\(reference)", "error": "\(ErasureEngine.words(for: error))"])
      verdict = .busy(retryAfterSeconds: Self.busySeconds)
    }
    await turns.end(reference)
    return verdict
  }

  private func taking(_ call: IncomingCall, about reference: JobReference) async throws -> Verdict {
    guard let (job, request) = try await find(reference),
      let connector = try? around.systems.connector(job.system) as? any CallbackReceiving
    else { return .unknownJob }
    let statement: CallbackStatement
    do { statement = try await connector.check(call, about: reference) } catch { return Self.verdict(on: error) }
    return try await accept(statement, call.body, by: connector, enteredBy: nil, about: job, of: request)
  }

  static func verdict(on refusal: CallRefusal) -> Verdict {
    switch refusal {
    case .unsigned: .unsigned
    case .malformed(let code): .malformed(code)
    case .unavailable: .busy(retryAfterSeconds: busySeconds)
    }
  }

  private func find(_ reference: JobReference) async throws -> (JobRecord, RequestRecord)? {
    try await around.journal.read { reader in
      guard let job = try reader.job(reference), let request = try reader.request(job.request) else { return nil }
      return (job, request)
    }
  }

  private func accept(
    _ statement: CallbackStatement, _ body: [UInt8], by connector: (any CallbackReceiving)?,
    enteredBy person: PersonReference?, about job: JobRecord, of request: RequestRecord
  ) async throws -> Verdict {
    guard request.state != .ended else { return .gone }
    let kept = try await around.vault.contains(job.request) ? try await self.kept(of: job) : nil
    let taken = job.callbacks ?? 0
    // Those in the vault beyond the entries of the journal were not answered: they are written again.
    if let index = kept?.ids.firstIndex(of: statement.id), index < taken { return .taken }
    if let verdict = Self.refusal(of: statement, for: job) { return verdict }
    // An attempt writes to the job's stream: a call in between would make it fail.
    if case .running = job.state { return .busy(retryAfterSeconds: Self.busySeconds) }
    if let kept { try await keep(statement, body, of: job, in: kept, taken: taken) }
    return try await record(
      statement, by: connector, enteredBy: person, for: job, receivedOn: request.received.receivedOn)
  }

  private static func refusal(of statement: CallbackStatement, for job: JobRecord) -> Verdict? {
    if statement.status.isFinal, let said = job.companySaid, said != statement.status { return .contradicts }
    if case .settled(let outcome) = job.state, !statement.status.agrees(with: outcome) { return .contradicts }
    return (job.callbacks ?? 0) >= mostCalls ? .tooMany : nil
  }

  private func kept(of job: JobRecord) async throws -> CompanyCalls {
    try await around.vault.get(CompanyCalls.self, .callbacks(job.job), of: job.request) ?? CompanyCalls()
  }

  private func keep(
    _ statement: CallbackStatement, _ body: [UInt8], of job: JobRecord, in kept: CompanyCalls, taken: Int
  ) async throws {
    var kept = kept
    // What stands beyond the journal's entries was never answered, and may be another call.
    kept.ids = kept.ids.prefix(taken) + [statement.id]
    // A word in between does not replace a final one that came before it.
    if statement.status.isFinal || job.companySaid == nil { kept.body = String(decoding: body, as: UTF8.self) }
    try await around.vault.put(kept, as: .callbacks(job.job), of: job.request)
  }

  private func record(
    _ statement: CallbackStatement, by connector: (any CallbackReceiving)?, enteredBy person: PersonReference?,
    for job: JobRecord, receivedOn: CivilDate
  ) async throws -> Verdict {
    let late = job.state.isSettled
    var facts = CallbackReceived(status: statement.status, late: late)
    var artifacts: [Artifact] = []
    if late, let connector, let receipt = try await lateReceipt(by: connector, for: job, receivedOn) {
      artifacts.append(Artifact(digest: ContentDigest(hashing: receipt.bytes), bytes: receipt.bytes))
      facts.receipt = artifacts[0].digest
      facts.key = receipt.key
    }
    let draft = try EntryDraft(facts, about: ErasureEngine.subject(job), by: person, artifacts: artifacts)
    guard try await append(draft, to: job) else { return .busy(retryAfterSeconds: Self.busySeconds) }
    if late { await around.notice("late-answer", job.job.text) }
    return .taken
  }

  /// False when somebody else wrote to the job's stream in between.
  private func append(_ draft: EntryDraft, to job: JobRecord) async throws -> Bool {
    do {
      try await around.journal.append([draft], to: .job(job.job), expecting: job.revision)
      return true
    } catch JournalFailure.conflict {
      return false
    }
  }

  /// The order of the job as the vault still has it; without it nobody can say what a receipt is for.
  private func lateReceipt(
    by connector: any CallbackReceiving, for job: JobRecord, _ receivedOn: CivilDate
  ) async throws -> CompanyReceipt? {
    guard try await around.vault.contains(job.request) else { return nil }
    let (plan, _) = try await plans.plan(job.plan)
    guard let planned = plan.job(job.job) else { return nil }
    let assembly = OrderAssembly(
      vault: around.vault, keyring: around.keyring, journal: around.journal, random: around.random,
      clock: around.clock, callSeconds: 1)
    let order = try await assembly.order(
      for: planned, of: plan, receivedOn: receivedOn, prepared: job.prepared, callbacks: (job.callbacks ?? 0) + 1)
    return connector.lateReceipt(order)
  }
}

/// The calls of one job's company as the vault has them.
struct CompanyCalls: Codable {
  /// Their ids, in the order in which they came.
  var ids: [String] = []
  /// The body of the last one that counts.
  var body: String?
}

/// One call about a job at a time, so that two cannot write over each other in the vault.
private actor CallbackTurns {
  private var busy: Set<JobReference> = []

  func begin(_ job: JobReference) -> Bool { busy.insert(job).inserted }

  func end(_ job: JobReference) { busy.remove(job) }
}
