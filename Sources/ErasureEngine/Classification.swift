import ConnectorKit
import ErasureDomain

/// The last step of an attempt: from what was done and seen to the one word for it. Pure.
enum Classification {
  /// What an attempt leads to.
  enum Verdict: Hashable, Sendable {
    case settled(JobOutcome)
    case ended(AttemptEnd)
  }

  /// What earlier attempts took for certain, and what this one did, dataset by dataset.
  static func sum(_ earlier: [EffectCount], _ now: [EffectCount]) -> [EffectCount] {
    guard !earlier.isEmpty else { return now }
    var names: [String] = []
    for effect in now + earlier where !names.contains(effect.dataset) { names.append(effect.dataset) }
    return names.map { name in
      let before = earlier.filter { $0.dataset == name }
      let last = now.first { $0.dataset == name }
      return EffectCount(
        dataset: name, approved: last?.approved ?? before.first?.approved ?? 0,
        found: before.reduce(last?.found ?? 0) { $0 + $1.found },
        erased: before.reduce(last?.erased ?? 0) { $0 + $1.erased },
        reduced: before.reduce(last?.reduced ?? 0) { $0 + $1.reduced },
        kept: last?.kept ?? before.last?.kept ?? [],
        anonymised: before.reduce(last?.anonymised ?? 0) { $0 + ($1.anonymised ?? 0) },
        minimised: before.reduce(last?.minimised ?? 0) { $0 + ($1.minimised ?? 0) },
        restricted: before.reduce(last?.restricted ?? 0) { $0 + ($1.restricted ?? 0) },
        isUncertain: (before + [last].compactMap { $0 }).contains { $0.isUncertain == true })
    }
  }

  /// After an erasure in a system we can look into. What was only taken out of use is never rounded up to anonymised or
  /// erased, nor anonymised to erased, and a kept row of which columns were overwritten was found.
  static func afterErasure(effects: [EffectCount], seen verification: Verification, retryAt: UTCTime) -> Verdict {
    do {
      let receipt = try ErasureReceipt(verification: verification, effects: effects)
      if receipt.restricted > 0 { return .settled(.restricted(receipt)) }
      if receipt.anonymised > 0 { return .settled(.anonymised(receipt)) }
      return .settled(receipt.erased + receipt.minimised > 0 ? .erased(receipt) : .nothingFound(receipt))
    } catch {
      return .ended(.transientFailure(.stillThere, retryAt: retryAt))
    }
  }

  /// After the review of rows whose start event had not happened: those that still stay and that no other follow-up
  /// erases are a question, with the first day that can be said for them. Nil when nothing is left to ask.
  static func afterReview(kept: [KeptCount], covered: Set<KeptCount>) -> Question? {
    let open = kept.filter { $0.count > 0 && !covered.contains($0.group) }
    guard let first = open.map(\.until).min() else { return nil }
    let isDated = open.contains { !$0.isConditional }
    return Question(
      code: isDated ? .dateNotApproved : .startEventOpen, found: open.reduce(0) { $0 + $1.count }, proposed: first)
  }

  /// After a company answered.
  static func afterAnswer(
    _ answer: RecipientAnswer, nextCheck: (Int64?) -> UTCTime
  ) -> Verdict {
    switch answer {
    case .pending(let seconds): return .ended(.accepted(checkAt: nextCheck(seconds)))
    case .completed(let verification, let rows):
      // A company that gives no number gets none from us.
      let effects = rows.map {
        [EffectCount(dataset: "recipient", approved: 0, found: $0, erased: $0, kept: verification.kept)]
      }
      guard let receipt = try? ErasureReceipt(verification: verification, effects: effects ?? []) else {
        return .ended(.needsOfficer(Question(code: .refusedByRecipient, detail: FailureCode("no-proof"))))
      }
      return .settled(rows == 0 ? .nothingFound(receipt) : .erased(receipt))
    case .noMatch(let verification):
      guard let receipt = try? ErasureReceipt(verification: verification, effects: []) else {
        return .ended(.needsOfficer(Question(code: .refusedByRecipient, detail: FailureCode("no-proof"))))
      }
      return .settled(.nothingFound(receipt))
    case .denied(let code): return .ended(.needsOfficer(Question(code: .denied, detail: code)))
    case .cancelled: return .ended(.needsOfficer(Question(code: .denied, detail: FailureCode("cancelled"))))
    }
  }

  /// After a look at whether a tagged copy is gone. Where nobody looked, it is over and was never confirmed.
  static func afterExpiry(seen verification: Verification, sets: Int, at now: UTCTime) -> Verdict {
    if verification.isClean, verification.seen == .setting { return .settled(.unconfirmed(lastAsked: now)) }
    do {
      let effect = EffectCount(dataset: "backup-sets", approved: sets, found: sets, erased: sets)
      let receipt = try ErasureReceipt(verification: verification, effects: sets > 0 ? [effect] : [])
      return .settled(sets > 0 ? .erased(receipt) : .nothingFound(receipt))
    } catch {
      return .ended(.needsOfficer(Question(code: .copyLingers)))
    }
  }
}
