import ConnectorKit
import ErasureDomain

/// The last step of an attempt: from what was done and seen to the one word for it. Pure.
enum Classification {
  /// What an attempt leads to.
  enum Verdict: Hashable, Sendable {
    case settled(JobOutcome)
    case ended(AttemptEnd)
  }

  /// After an erasure in a system we can look into.
  static func afterErasure(effects: [EffectCount], seen verification: Verification, retryAt: UTCTime) -> Verdict {
    do {
      let receipt = try ErasureReceipt(verification: verification, effects: effects)
      return .settled(receipt.erased > 0 ? .erased(receipt) : .nothingFound(receipt))
    } catch {
      return .ended(.transientFailure(FailureCode("still-there"), retryAt: retryAt))
    }
  }

  /// After a company answered.
  static func afterAnswer(
    _ answer: RecipientAnswer, counts: [DatasetCount], nextCheck: (Int64?) -> UTCTime
  ) -> Verdict {
    switch answer {
    case .pending(let seconds): return .ended(.accepted(checkAt: nextCheck(seconds)))
    case .completed(let verification, let rows):
      // A company that gives no count confirms the notice as a whole: one record.
      let effect = EffectCount(
        dataset: "recipient", approved: 0, found: rows ?? 1, erased: rows ?? 1, kept: verification.kept)
      guard let receipt = try? ErasureReceipt(verification: verification, effects: [effect]) else {
        return .ended(.needsOfficer(Question(code: .refusedByRecipient, detail: FailureCode("no-proof"))))
      }
      return .settled(.erased(receipt))
    case .noMatch(let verification):
      guard let receipt = try? ErasureReceipt(verification: verification, effects: []) else {
        return .ended(.needsOfficer(Question(code: .refusedByRecipient, detail: FailureCode("no-proof"))))
      }
      return .settled(.nothingFound(receipt))
    case .denied(let code): return .ended(.needsOfficer(Question(code: .denied, detail: code)))
    case .cancelled: return .ended(.needsOfficer(Question(code: .denied, detail: FailureCode("cancelled"))))
    }
  }

  /// After a look at whether a tagged copy is gone.
  static func afterExpiry(seen verification: Verification, sets: Int) -> Verdict {
    do {
      let effect = EffectCount(dataset: "backup-sets", approved: sets, found: sets, erased: sets)
      let receipt = try ErasureReceipt(verification: verification, effects: sets > 0 ? [effect] : [])
      return .settled(sets > 0 ? .erased(receipt) : .nothingFound(receipt))
    } catch {
      return .ended(.needsOfficer(Question(code: .copyLingers)))
    }
  }
}
