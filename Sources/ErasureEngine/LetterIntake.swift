public import ConnectorKit
public import ErasureDomain
import Journal
import Logging
import SubjectVault

/// Finds the job of a letter's link and takes the one answer to it: checked here, made durable by `CallbackIntake`.
///
/// Looking changes nothing, whoever follows the link and how often: programs that scan mail do.
public struct LetterIntake: Sendable {
  /// What there is under a link.
  public enum Standing: Hashable, Sendable {
    /// No letter has this link.
    case unknown
    /// The request is closed, or no answer is needed any more.
    case gone
    /// It waits for its answer.
    case open(RecipientLetter)
    /// It was answered; what it was about is not said again.
    case answered(LetterAnswer, in: LetterLanguage)
    /// Not now: a store cannot be read.
    case unavailable
  }

  /// A letter has one answer: whoever sends another one is shown the first.
  private static let answerID = "letter-answer"

  private let around: ErasureEngine.Surroundings
  private let calls: CallbackIntake
  private let plans: PlanStore

  /// `calls` is the one that takes the calls of companies: both write to the same jobs.
  public init(_ around: ErasureEngine.Surroundings, calls: CallbackIntake) {
    self.around = around
    self.calls = calls
    plans = PlanStore(journal: around.journal)
  }

  /// What there is under a token.
  public func look(_ text: String) async -> Standing {
    guard let token = LetterToken(text) else { return .unknown }
    do {
      return try await looking(token)
    } catch {
      around.logger.warning(
        "a letter could not be read",
        metadata: ["job": "\(token.job)", "error": "\(ErasureEngine.words(for: error))"])
      return .unavailable
    }
  }

  /// Takes an answer to a letter that is open.
  public func answer(_ answer: LetterAnswer, to text: String) async -> CallbackIntake.Verdict {
    guard let token = LetterToken(text) else { return .unknownJob }
    switch await look(text) {
    case .open: return await take(answer, about: token.job, by: nil)
    case .answered: return .taken
    case .unknown: return .unknownJob
    case .gone: return .gone
    case .unavailable: return .busy(retryAfterSeconds: 10)
    }
  }

  /// Takes an answer that came on paper or by mail, entered by one of our people; only to a letter that was sent and has
  /// no answer yet.
  public func enter(
    _ answer: LetterAnswer, about reference: JobReference, by person: PersonReference
  ) async -> CallbackIntake.Verdict {
    let job: JobRecord?
    do { job = try await around.journal.read { reader in try reader.job(reference) } } catch {
      return .busy(retryAfterSeconds: 10)
    }
    guard let job, job.handedOverAt != nil,
      (try? around.systems.connector(job.system)) is any PageAnswering
    else { return .unknownJob }
    guard job.companySaid == nil else { return .contradicts }
    let entered = LetterAnswer(
      said: answer.said, records: answer.records, kept: answer.kept, subProcessors: answer.subProcessors,
      name: answer.name, date: answer.date, isEntered: true)
    return await take(entered, about: reference, by: person)
  }

  /// The answer that the vault has, for an officer to read; nil for a job that is no letter.
  public func answer(about job: JobRecord) async -> LetterAnswer? {
    guard (try? around.systems.connector(job.system)) is any PageAnswering,
      let calls = try? await around.vault.get(CompanyCalls.self, .callbacks(job.job), of: job.request),
      let body = calls.body
    else { return nil }
    return try? CanonicalJSON.decode(LetterAnswer.self, from: Array(body.utf8))
  }

  private func take(
    _ answer: LetterAnswer, about job: JobReference, by person: PersonReference?
  ) async -> CallbackIntake.Verdict {
    let body: [UInt8]
    do { body = try CanonicalJSON.encode(answer) } catch { return .malformed(FailureCode("no-canonical-form")) }
    let statement = CallbackStatement(id: Self.answerID, status: answer.word)
    return await calls.take(statement, body: body, about: job, by: person)
  }

  private func looking(_ token: LetterToken) async throws -> Standing {
    let found = try await around.journal.read { reader -> (JobRecord, RequestRecord)? in
      guard let job = try reader.job(token.job), let request = try reader.request(job.request) else { return nil }
      return (job, request)
    }
    guard let (job, request) = found, let connector = try? around.systems.connector(job.system) as? any PageAnswering
    else { return .unknown }
    guard try await around.vault.contains(job.request) else { return request.state.keepsVault ? .unknown : .gone }
    let remembered = try await around.vault.get([String: String].self, .remembered(job.job), of: job.request)
    guard let link = remembered?[RememberedLink.name], let own = LetterToken(link: link), own.matches(token) else {
      return .unknown
    }
    // The vault has what an order needs since the letter was sent: nothing is made here.
    let (plan, _) = try await plans.plan(job.plan)
    guard let planned = plan.job(job.job) else { return .unknown }
    let assembly = OrderAssembly(
      vault: around.vault, keyring: around.keyring, journal: around.journal, random: around.random,
      clock: around.clock, callSeconds: 1)
    let order = try await assembly.order(
      for: planned, of: plan, receivedOn: request.received.receivedOn, prepared: job.prepared,
      callbacks: job.callbacks)
    let letter = try connector.letter(order)
    if let body = order.remembered[RememberedCall.name] {
      return .answered(try CanonicalJSON.decode(LetterAnswer.self, from: Array(body.utf8)), in: letter.language)
    }
    switch job.state {
    // Silence is no answer, and a late one is noted.
    case .settled(.unconfirmed): return .open(letter)
    case .settled: return .gone
    case .blocked, .ready, .running, .waitingToRetry, .awaitingRecipient, .awaitingOfficer, .failed, .followUp:
      return .open(letter)
    }
  }
}
