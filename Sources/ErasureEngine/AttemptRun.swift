import ConnectorKit
import ErasureDomain
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
  let recorder: JobEffectRecorder
  let vault: SubjectVault
  let keyring: Keyring
  let journal: any Journal
  let clock: any CivilClock
  let random: any RandomSource
  let settings: EngineSettings

  /// Runs the steps. Throws what the connector threw; the caller turns it into the attempt's end.
  func run() async throws(ConnectorFailure) -> Classification.Verdict {
    let order = try await openVault()
    switch planned.verb {
    case .erase, .eraseKept: return try await eraseAndLook(order)
    case .instruct, .notify, .stopSending: return try await tell(order)
    case .tagExpiry: return try await tag(order)
    case .confirmExpiry: return try await confirmExpiry(order)
    case .manual:
      _ = try await connector.erase(order, before: recorder)
      throw .needsOfficer(Question(code: .manualTask))
    }
  }

  // MARK: Steps

  private func openVault() async throws(ConnectorFailure) -> ErasureOrder {
    let assembly = OrderAssembly(
      vault: vault, keyring: keyring, journal: journal, random: random, clock: clock,
      callSeconds: settings.attemptSeconds)
    return try await assembly.order(for: planned, of: plan, receivedOn: receivedOn, prepared: record.prepared)
  }

  private func eraseAndLook(_ order: ErasureOrder) async throws(ConnectorFailure) -> Classification.Verdict {
    if planned.verb == .eraseKept, order.kept == nil {
      // Nothing was kept for this date after all; a look says so.
      let seen = try await connector.verify(order)
      return Classification.afterErasure(effects: [], seen: seen, retryAt: retryAt(nil))
    }
    if record.verifyFirst, let prepared = order.prepared {
      let seen = try await connector.verify(order)
      if seen.isClean {
        return Classification.afterErasure(effects: prepared.effects, seen: seen, retryAt: retryAt(nil))
      }
    }
    let progress = try await connector.erase(order, before: recorder)
    guard case .completed(let effects) = progress else {
      throw .permanent(FailureCode("connector-broke-its-contract"))
    }
    let seen = try await connector.verify(order)
    return Classification.afterErasure(effects: effects, seen: seen, retryAt: retryAt(nil))
  }

  private func tell(_ order: ErasureOrder) async throws(ConnectorFailure) -> Classification.Verdict {
    let now = clock.now()
    if let handedOverAt = record.handedOverAt, let polling = connector as? any Polling {
      let answer: RecipientAnswer
      do {
        answer = try await polling.poll(order)
      } catch {
        // At the ladder's end silence in any form is the same: never confirmed.
        guard now >= planned.deadline, error != .interrupted else { throw error }
        answer = .pending(retryAfterSeconds: nil)
      }
      if case .pending = answer, now >= planned.deadline {
        return .settled(.unconfirmed(lastAsked: now))
      }
      return Classification.afterAnswer(answer, counts: planned.counts) { nextCheck(since: handedOverAt, $0) }
    }
    switch try await connector.erase(order, before: recorder) {
    case .told: return .settled(.notified(.recipientUnsigned))
    case .handedOver(let seconds): return .ended(.accepted(checkAt: nextCheck(since: now, seconds)))
    case .completed, .tagged: throw .permanent(FailureCode("connector-broke-its-contract"))
    }
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
    return .settled(.expiryTagged(until: until, untilAt: clock.start(of: until.adding(days: 1))))
  }

  private func confirmExpiry(_ order: ErasureOrder) async throws(ConnectorFailure) -> Classification.Verdict {
    let seen = try await connector.verify(order)
    let tagged: Bool
    do {
      let followed = planned.followUp?.of
      let state = try await journal.read { reader in try followed.flatMap { try reader.job($0) }?.state }
      if case .settled(.expiryTagged) = state { tagged = true } else { tagged = false }
    } catch {
      throw .transient(FailureCode("journal-unavailable"), retryAfterSeconds: nil)
    }
    return Classification.afterExpiry(seen: seen, sets: tagged ? 1 : 0)
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
    return min(step, max(planned.deadline, now.adding(seconds: 1)))
  }
}
