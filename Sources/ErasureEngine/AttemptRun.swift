import ConnectorKit
import ErasureDomain
import EvidenceLog
import Journal
import SubjectVault

/// One attempt of one job: named steps over one struct. It begins after the claim is durable and ends with a verdict.
///
/// `open vault → locate → erase → verify → classify`; locating happens inside the connector's erasure, in the same
/// transaction, so that what is counted is what goes.
struct AttemptRun: Sendable {
  let record: JobRecord
  let planned: PlannedJob
  let plan: ErasurePlan
  let receivedOn: CivilDate
  let connector: any Connector
  /// The system as the register has it now.
  let systemRecord: SystemRecord?
  /// SHA-256 of its canonical bytes.
  let recordDigest: ContentDigest?
  let recorder: JobEffectRecorder
  let vault: SubjectVault
  let keyring: Keyring
  let journal: any Journal
  let clock: any CivilClock
  let random: any RandomSource
  let settings: EngineSettings
  /// When the system's hours are over, where it has some.
  let closes: UTCTime?

  /// Runs the steps. Throws what the connector threw; the caller turns it into the attempt's end.
  func run() async throws(ConnectorFailure) -> Classification.Verdict {
    try requireApprovedRecord()
    try requireRunningSystem()
    let order = try await openVault()
    switch planned.verb {
    case .erase, .eraseKept: return try await eraseAndLook(order)
    case .instruct, .notify, .stopSending: return try await tell(order)
    case .tagExpiry: return try await tag(order)
    case .confirmExpiry: return try await confirmExpiry(order)
    case .export: return try await collect(order)
    case .manual:
      _ = try await connector.erase(order, before: recorder)
      throw .permanent(FailureCode("connector-broke-its-contract"))
    }
  }

  // MARK: Steps

  /// The register may have changed since the approval: what was not approved is not done.
  private func requireApprovedRecord() throws(ConnectorFailure) {
    // Nothing of ours is changed on the word of a plan that does not say which system it means.
    if record.record == nil, !planned.verb.changesSystem { return }
    guard let approved = record.record, recordDigest == approved else {
      throw .needsOfficer(Question(code: .other, detail: .registerChanged))
    }
  }

  /// A system that is switched off holds nothing any more: where its rows are now, a person erases them.
  private func requireRunningSystem() throws(ConnectorFailure) {
    guard let retired = systemRecord?.retired, clock.today >= retired else { return }
    throw .needsOfficer(Question(code: .other, detail: FailureCode("system-retired")))
  }

  private var assembly: OrderAssembly {
    OrderAssembly(
      vault: vault, keyring: keyring, journal: journal, random: random, clock: clock,
      callSeconds: settings.attemptSeconds, recorder: recorder, closes: closes)
  }

  private func openVault() async throws(ConnectorFailure) -> ErasureOrder {
    return try await assembly.order(
      for: planned, of: plan, receivedOn: receivedOn, prepared: record.prepared, callbacks: record.callbacks)
  }

  private func eraseAndLook(_ order: ErasureOrder) async throws(ConnectorFailure) -> Classification.Verdict {
    if planned.verb == .eraseKept, order.kept == nil { return try await nothingWasKept() }
    // After a lost attempt the order carries what it prepared: the connector looks inside its transaction, finds either
    // everything or nothing, and answers accordingly.
    let effects: [EffectCount]
    switch try await connector.erase(order, before: recorder) {
    case .completed(let done): effects = done
    // A system that erases later: the next attempt asks how far it is, and knows what was prepared.
    case .handedOver(let seconds): return .ended(.accepted(checkAt: clock.now().adding(seconds: max(1, seconds))))
    case .told, .tagged, .waiting: throw .permanent(FailureCode("connector-broke-its-contract"))
    }
    let all = Classification.sum(record.taken, effects)
    var seen = try await lookAfterCommit()
    if seen.isClean, let rewriting = connector as? any Rewriting {
      seen = seen.with(try await rewriting.rewrite(order, all))
    }
    if seen.isClean, let question = try await openAfterReview(order, seen) { return .ended(.needsOfficer(question)) }
    let verdict = Classification.afterErasure(effects: all, seen: seen, retryAt: retryAt(nil))
    guard case .settled(.nothingFound(let receipt)) = verdict, try await mayHaveGoneBefore(order) else {
      return verdict
    }
    return Classification.afterErasure(
      effects: receipt.effects.map(\.uncertain), seen: seen, retryAt: retryAt(nil))
  }

  /// The journal was rebuilt after this was planned, so an attempt may have erased it that is in no entry any more.
  private func mayHaveGoneBefore(_ order: ErasureOrder) async throws(ConnectorFailure) -> Bool {
    guard order.prepared == nil, planned.approvedRows > 0 else { return false }
    do {
      let recovered = try await journal.read { reader in try reader.log().recoveredAt }
      return recovered.map { plan.at < $0 } ?? false
    } catch {
      throw .outcomeUnknown(FailureCode("journal-unavailable"))
    }
  }

  /// A review erases what is past its date by then. Rows that still stay are never forgotten: somebody is asked.
  private func openAfterReview(
    _ order: ErasureOrder, _ seen: Verification
  ) async throws(ConnectorFailure) -> Question? {
    guard planned.followUp?.isConditional == true, let roots = order.kept?.roots else { return nil }
    do {
      let covered = try await assembly.covered(besides: planned, in: plan, roots: roots)
      return Classification.afterReview(kept: seen.kept, covered: covered)
    } catch {
      // The effect is there: the next attempt must know of it.
      throw .outcomeUnknown(FailureCode("keyring-unavailable"))
    }
  }

  /// The look after a commit, with what the erasure has remembered. Whatever keeps it from answering leaves the outcome
  /// unknown: the effect is there, and the next attempt must know of it.
  private func lookAfterCommit() async throws(ConnectorFailure) -> Verification {
    do {
      return try await connector.verify(try await openVault())
    } catch {
      switch error {
      case .transient(let code, _), .permanent(let code), .outcomeUnknown(let code): throw .outcomeUnknown(code)
      case .needsOfficer(let question): throw .outcomeUnknown(question.detail ?? FailureCode(question.code.rawValue))
      case .interrupted: throw .interrupted
      }
    }
  }

  /// No row was kept for this date after all: the look of the job it follows has shown that.
  private func nothingWasKept() async throws(ConnectorFailure) -> Classification.Verdict {
    let followed = try await followedJob()
    if case .settled(let outcome) = followed?.state, let receipt = outcome.receipt,
      let nothing = try? ErasureReceipt(verification: receipt.verification, effects: [])
    {
      return .settled(.nothingFound(nothing))
    }
    throw .needsOfficer(Question(code: .other, detail: FailureCode("nothing-kept")))
  }

  private func followedJob() async throws(ConnectorFailure) -> JobRecord? {
    guard let reference = planned.followUp?.of else { return nil }
    do {
      return try await journal.read { reader in try reader.job(reference) }
    } catch {
      throw .transient(FailureCode("journal-unavailable"), retryAfterSeconds: nil)
    }
  }

  /// Reads what the person takes along into the vault. It changes nothing outside; a package waits for somebody.
  private func collect(_ order: ErasureOrder) async throws(ConnectorFailure) -> Classification.Verdict {
    guard planned.export?.isByHand == false else {
      return .ended(.needsOfficer(Question(code: .packageWaits, detail: .collectByHand)))
    }
    guard let exporting = connector as? any Exporting else {
      throw .permanent(FailureCode("connector-broke-its-contract"))
    }
    try await recorder.keep(try await exporting.export(order))
    return .ended(.needsOfficer(Question(code: .packageWaits)))
  }

  private func tell(_ order: ErasureOrder) async throws(ConnectorFailure) -> Classification.Verdict {
    let now = clock.now()
    if let handedOverAt = record.handedOverAt, let polling = connector as? any Polling {
      let answer: RecipientAnswer
      do {
        answer = try await ask(polling, order)
      } catch {
        // At the ladder's end silence in any form is the same: never confirmed.
        guard now >= planned.deadline, error != .interrupted else { throw error }
        answer = .pending(retryAfterSeconds: nil)
      }
      if case .pending = answer, now >= planned.deadline {
        return .settled(.unconfirmed(lastAsked: now))
      }
      if case .pending = answer, now >= halfTime(since: handedOverAt) { await remind(order) }
      if case .pending = answer, let silent = record.silentAt, now >= silent { await warn(order) }
      return Classification.afterAnswer(answer) { nextCheck(since: handedOverAt, $0) }
    }
    switch try await connector.erase(order, before: recorder) {
    case .told: return .settled(.notified(.recipientUnsigned))
    case .handedOver(let seconds): return .ended(.accepted(checkAt: nextCheck(since: now, seconds)))
    // Not a failure, so the system is not left alone for it; it costs one attempt, since the next one comes in its time.
    case .waiting(let until): return .ended(.transientFailure(FailureCode("waits-for-its-time"), retryAt: until))
    case .completed, .tagged: throw .permanent(FailureCode("connector-broke-its-contract"))
    }
  }

  /// Asks, and leaves the company's signed receipt with the recorder, so that it stands before the outcome.
  private func ask(_ polling: any Polling, _ order: ErasureOrder) async throws(ConnectorFailure) -> RecipientAnswer {
    let answer: RecipientAnswer
    var receipt: CompanyReceipt?
    if let receipting = polling as? any Receipting {
      (answer, receipt) = try await receipting.pollForReceipt(order)
    } else if let collecting = polling as? any Collecting {
      answer = try await collecting.collect(order, before: recorder)
    } else {
      answer = try await polling.poll(order)
    }
    if let receipt { await recorder.keep(receipt) }
    switch answer {
    case .completed(let verification, _), .noMatch(let verification):
      // A signature that nobody can check later is none.
      guard verification.voucher != .recipientSigned || receipt != nil else {
        throw .permanent(FailureCode("connector-broke-its-contract"))
      }
    case .pending, .denied, .cancelled: break
    }
    return answer
  }

  /// A reminder that fails is tried again with the next question; the answer counts all the same.
  private func remind(_ order: ErasureOrder) async {
    guard let reminding = connector as? any Reminding else { return }
    do { try await reminding.remind(order, before: recorder) } catch { return }
  }

  /// An officer may still telephone. Said once; `status` shows it until the company has answered.
  private func warn(_ order: ErasureOrder) async {
    guard order.remembered[Self.warned] == nil else { return }
    do { try await recorder.remember("yes", as: Self.warned) } catch { return }
    await recorder.noteSilence()
  }

  private static let warned = "warned-of-silence"

  private func halfTime(since start: UTCTime) -> UTCTime {
    start.adding(seconds: max(0, planned.deadline.seconds(since: start)) / 2)
  }

  private func tag(_ order: ErasureOrder) async throws(ConnectorFailure) -> Classification.Verdict {
    guard case .tagged(let until) = try await connector.erase(order, before: recorder) else {
      throw .permanent(FailureCode("connector-broke-its-contract"))
    }
    let seen = try await connector.verify(order)
    guard seen.isClean else {
      return .ended(.transientFailure(FailureCode("tag-not-seen"), retryAt: retryAt(nil)))
    }
    // The day after the last day on which the set may still be there.
    return .settled(
      .expiryTagged(until: until, untilAt: clock.start(of: until.adding(days: 1)), seen: seen.seen))
  }

  private func confirmExpiry(_ order: ErasureOrder) async throws(ConnectorFailure) -> Classification.Verdict {
    let followed = try await followedJob()
    guard case .settled(.expiryTagged) = followed?.state else {
      throw .needsOfficer(Question(code: .other, detail: FailureCode("nothing-tagged")))
    }
    // Waits while it is too early, asks when a set lingers.
    _ = try await connector.erase(order, before: recorder)
    let seen = try await connector.verify(order)
    let sets = followed?.prepared?.effects.reduce(0) { $0 + $1.found } ?? 0
    return Classification.afterExpiry(seen: seen, sets: sets, at: clock.now())
  }

  // MARK: Times

  private func retryAt(_ seconds: Int64?) -> UTCTime {
    BackOff.retryAt(clock.now(), spent: record.spent + 1, retryAfterSeconds: seconds, random: random)
  }

  /// The ladder's next step after now, never later than the deadline, never before what the company asked.
  private func nextCheck(since start: UTCTime, _ asked: Int64?) -> UTCTime {
    let now = clock.now()
    var step = start
    var rungs = settings.pollLadder[...]
    repeat {
      let rung = rungs.count > 1 ? rungs.removeFirst() : rungs.first ?? 86_400
      step = step.adding(seconds: max(1, rung))
    } while step <= now
    if let asked, asked != .max { step = max(step, now.adding(seconds: asked)) }
    if asked == .max { step = planned.deadline }
    // A company that is to be reminded is asked first, at half of the time it has.
    let half = halfTime(since: start)
    let mayAskEarlier = asked == nil || asked == .max
    if connector is any Reminding, half > now, mayAskEarlier { step = min(step, half) }
    let silent = JobRecord.silentAt(toldAt: start, deadline: planned.deadline)
    if connector is any Polling, silent > now, mayAskEarlier { step = min(step, silent) }
    return min(step, max(planned.deadline, now.adding(seconds: 1)))
  }
}
