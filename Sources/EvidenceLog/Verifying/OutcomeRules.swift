import ErasureDomain

/// Whether an outcome can be that of a job: by its verb, its proof and what was approved.
enum OutcomeRules {
  /// The first rule that an outcome breaks, in one sentence.
  static func problem(
    with outcome: JobOutcome, of planned: PlannedJob, in plan: ErasurePlan, _ record: JobRecord
  ) -> String? {
    guard allows(planned.verb, outcome) else {
      return "a job to \(planned.verb.rawValue) cannot end as \(outcome.word) vouched for by"
        + " \(outcome.voucher.rawValue)"
    }
    guard let receipt = outcome.receipt else { return nil }
    // Reading a receipt from JSON does not ask what making one does.
    guard receipt.verification.seen != .dispatch else {
      return "a dispatch proves nothing: \(outcome.word) needs a look"
    }
    guard receipt.verification.isClean else { return "the look of its receipt saw rows that should have gone" }
    if let problem = problem(in: receipt.effects, of: planned, in: plan) { return problem }
    let (rows, anonymised, minimised) = (receipt.erased, receipt.anonymised, receipt.minimised)
    let restricted = receipt.restricted
    if let storage = receipt.verification.storage, storage.level != .removed || storage.checks != nil {
      guard receipt.verification.voucher == .us, receipt.verification.seen == .secondLook, planned.verb.changesSystem
      else { return "it speaks of files of a system that was not looked into" }
      guard rows + anonymised + minimised > 0 else { return "it speaks of files, and no row went" }
    }
    switch outcome {
    case .nothingFound:
      if restricted > 0 { return "it took \(restricted) rows out of use and calls itself nothing-found" }
      if rows > 0 { return "it erased \(rows) rows and calls itself nothing-found" }
      if anonymised + minimised > 0 {
        return "it overwrote \(anonymised + minimised) rows and calls itself nothing-found"
      }
    case .erased:
      if anonymised > 0 { return "it anonymised \(anonymised) rows and calls itself erased" }
      if restricted > 0 { return "it took \(restricted) rows out of use and calls itself erased" }
      if rows + minimised == 0, !planned.verb.tellsCompany { return "it calls itself erased and erased no row" }
    case .anonymised:
      if anonymised == 0 { return "it calls itself anonymised and anonymised no row" }
      guard planned.anonymise != nil else { return "it anonymised rows, which the plan does not say" }
      if restricted > 0 { return "it took \(restricted) rows out of use and calls itself anonymised" }
    case .restricted:
      if restricted == 0 { return "it calls itself restricted and took no row out of use" }
    case .notified, .unconfirmed, .expiryTagged, .exported, .excepted, .cancelled: break
    }
    guard outcome.seen == .attestation else { return nil }
    guard record.attestations.count >= 2 else { return "a manual task is settled by two attestations" }
    guard record.attestations.allSatisfy({ $0.found == (outcome.word == "erased") }) else {
      return "the attestations say otherwise about what was found"
    }
    return nil
  }

  /// What may stand as a job's outcome, and who may vouch for it.
  private static func allows(_ verb: JobVerb, _ outcome: JobOutcome) -> Bool {
    let voucher = outcome.voucher
    let seen = outcome.seen
    switch outcome {
    case .excepted: return verb != .export
    case .cancelled: return true
    case .erased, .nothingFound:
      switch verb {
      case .erase, .eraseKept: return voucher == .us && seen != .attestation && seen != .setting
      // What two people say is named as such; what only a setting says is never more than unconfirmed.
      case .confirmExpiry: return seen == .attestation ? voucher == .person : voucher == .us && seen != .setting
      case .instruct, .notify, .stopSending: return voucher == .recipientSigned || voucher == .recipientUnsigned
      case .manual: return voucher == .person && seen == .attestation
      case .tagExpiry: return voucher == .us && outcome.word == "nothing-found"
      case .export: return false
      }
    case .anonymised, .restricted: return verb == .erase && voucher == .us || verb == .eraseKept && voucher == .us
    case .notified: return verb.tellsCompany && voucher != .person
    case .unconfirmed: return verb.tellsCompany || verb == .confirmExpiry
    case .expiryTagged: return verb == .tagExpiry && (seen == .listing || seen == .setting)
    case .exported: return verb == .export
    }
  }

  /// No more than was approved: root records exactly, dependent rows with the plan's margin.
  static func problem(in effects: [EffectCount], of planned: PlannedJob, in plan: ErasurePlan) -> String? {
    for (place, effect) in effects.enumerated()
    where effects[..<place].contains(where: { $0.dataset == effect.dataset }) {
      return "it counts a dataset twice"
    }
    for effect in effects {
      let isPossible = PlanRules.isPossible
      guard isPossible(effect.approved), isPossible(effect.found), isPossible(effect.erased),
        isPossible(effect.reduced), isPossible(effect.anonymised ?? 0), isPossible(effect.minimised ?? 0),
        isPossible(effect.restricted ?? 0), effect.kept.allSatisfy({ isPossible($0.count) })
      else {
        return "it has impossible counts in \(effect.dataset)"
      }
      // Other companies and carriers are not looked into: nothing was counted beforehand.
      guard planned.verb == .erase || planned.verb == .eraseKept else { continue }
      if let problem = problem(in: effect, of: planned, in: plan) { return problem }
    }
    return nil
  }

  /// What the plan only takes out of use is not called erased, nor the other way round.
  private static func levelProblem(in effect: EffectCount, _ counted: DatasetCount?) -> String? {
    guard let counted else { return nil }
    if counted.restricted != nil, counted.erase == 0, effect.erased > 0 {
      return "it calls rows of \(effect.dataset) erased that the plan only takes out of use"
    }
    if counted.restricted == nil, counted.erase > 0, effect.restricted != nil {
      return "it took rows of \(effect.dataset) out of use that the plan erases"
    }
    return nil
  }

  private static func problem(in effect: EffectCount, of planned: PlannedJob, in plan: ErasurePlan) -> String? {
    let counted = planned.counts.first { $0.dataset == effect.dataset }
    let approved = counted?.going ?? 0
    let limit = counted?.isRoot == true ? approved : plan.margin.limit(approved: approved)
    let gone = effect.erased + effect.reduced + (effect.anonymised ?? 0) + (effect.restricted ?? 0)
    guard effect.anonymised == nil || planned.anonymise?[effect.dataset] != nil else {
      return "it anonymised rows of \(effect.dataset), which the plan does not say"
    }
    if let problem = levelProblem(in: effect, counted) { return problem }
    guard gone <= limit else {
      return "\(gone) rows of \(effect.dataset) went, at most \(limit) were approved"
    }
    let most = plan.margin.limit(approved: counted?.minimised ?? 0)
    guard (effect.minimised ?? 0) <= most else {
      return "\(effect.minimised ?? 0) kept rows of \(effect.dataset) were minimised, at most \(most) were approved"
    }
    guard gone <= effect.found else { return "more rows of \(effect.dataset) went than were found" }
    let kept = counted?.kept.reduce(0) { $0 + $1.count } ?? 0
    guard [counted?.erase ?? 0, approved, approved + kept].contains(effect.approved) else {
      return "it says that \(effect.approved) rows of \(effect.dataset) were approved; the plan has \(approved)"
    }
    for kept in effect.kept where kept.count > 0 && planned.verb == .erase {
      let follows = plan.jobs.contains { job in
        job.followUp?.of == planned.job && job.followUp?.rule == kept.rule && job.followUp?.due == kept.until
          && job.followUp?.isConditional == kept.isConditional
      }
      guard follows else {
        return "it keeps rows of \(effect.dataset) until \(kept.until), and no follow-up comes then"
      }
    }
    return nil
  }
}
