import ErasureDomain

// Questions 8 to 12: the plan and what became of it.
extension TwentyQuestions {
  private var request: RequestRecord { record.request }

  private func noPlan(_ answer: inout Answer) -> Bool {
    guard record.work.isEmpty else { return false }
    answer.say("No plan was approved, so that nothing was done in any system.")
    return true
  }

  var systems: Answer {
    var answer = Answer(8)
    if let newest = record.newest {
      let byRole = Dictionary(grouping: newest.plan.coverage) { $0.role.rawValue }.mapValues(\.count)
      answer.say(
        "The register had \(DossierRecord.count(newest.plan.coverage.count, "system", "systems")) when the plan was made on "
          + "\(record.day(newest.plan.at)): "
          + DossierRecord.list(byRole.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }) + ".")
      answer.say("The section \"The plan\" lists each of them; the register is named by \(newest.plan.register).")
      if newest.plan.register != record.register { answer.say("The register has changed since.") }
      answer.point(DossierRecord.artifact(newest.record.proposal.digest))
    } else {
      answer.unknown("the list as it was: no plan was approved")
    }
    let looks = record.all(LookupMade.self)
    for look in looks where look.facts.columns != nil {
      answer.say(
        "On \(record.day(look.entry.at)) every column of the databases was looked through for the person: "
          + "\(look.facts.columns ?? 0) to the end, \(look.facts.unread ?? 0) not, and "
          + "\(look.facts.uncovered ?? 0) rows were reached by no dataset.")
      answer.point(look.pointer)
    }
    if !looks.contains(where: { $0.facts.columns != nil }) {
      answer.unknown("when it was last checked against reality: no search over all columns was made for this request")
    }
    return answer
  }

  var coverage: Answer {
    var answer = Answer(9)
    guard !noPlan(&answer), let newest = record.newest else { return answer }
    let lines = newest.plan.coverage
    let without = lines.filter { $0.jobs.isEmpty && $0.notApplicable == nil }
    let reasons = lines.filter { $0.notApplicable != nil }
    answer.say(
      "Of \(lines.count) systems \(lines.count { !$0.jobs.isEmpty }) have a job and \(reasons.count) a reason why none."
    )
    if !without.isEmpty {
      answer.say("Neither has: \(DossierRecord.list(without.map(\.system.description))).")
    }
    let known = Set(newest.plan.jobs.map(\.job))
    let listed = Set(lines.flatMap(\.jobs))
    if known != listed { answer.say("\(known.symmetricDifference(listed).count) jobs are not in the matrix.") }
    answer.unknown("whether there is a system that nobody registered: the plan covers the register and nothing else")
    answer.point(DossierRecord.artifact(newest.record.proposal.digest))
    return answer
  }

  var signatures: Answer {
    var answer = Answer(10)
    guard !noPlan(&answer) else { return answer }
    for work in record.work {
      let approvals = record.all(PlanApproved.self).filter { $0.entry.subject.plan == work.record.plan }
      let signers = work.record.approvals
      answer.say(
        "\(work.record.plan) was drafted by \(record.name(work.record.drafter)) and signed by "
          + DossierRecord.list(signers.map { "\(record.name($0.by)) (key \($0.keyFingerprint))" }, none: "nobody") + "."
      )
      let drafterSigned = signers.contains { $0.by == work.record.drafter }
      let isStanding = approvals.contains { $0.facts.standing == true }
      if isStanding {
        answer.say("It was signed beforehand, by a standing approval for what a restore brings back.")
      } else {
        answer.say(
          drafterSigned
            ? "The drafter signed it himself."
            : "The drafter is none of the signers; \(Set(signers.map(\.by)).count) different people signed, with "
              + "\(Set(signers.map(\.keyFingerprint)).count) different keys.")
      }
      for approval in approvals { answer.point(approval.pointer) }
    }
    let denied = record.all(AccessDenied.self)
    answer.say(
      "Since the request came, \(DossierRecord.count(denied.count, "attempt", "attempts")) to do what a person may not "
        + "\(denied.count == 1 ? "was" : "were") refused and logged, about whatever request.")
    answer.point(record.first(PlanProposed.self)?.pointer)
    answer.unknown(
      "which rights each person had on that day: the log has people and keys by digest (log.opened, signers.changed)")
    return answer
  }

  var proof: Answer {
    var answer = Answer(11)
    guard !noPlan(&answer) else { return answer }
    let own = record.jobs.filter { $0.verb == .erase || $0.verb == .eraseKept }
    let seen = own.filter { $0.outcome?.receipt != nil }
    let open = own.filter { !$0.state.isSettled && $0.verb == .erase }
    let later = own.filter { !$0.state.isSettled && $0.verb == .eraseKept }
    answer.say(
      "Of \(own.count) jobs in systems of ours \(seen.count) ended with a receipt from a look after the erasure, "
        + "\(open.count) are not settled, and \(later.count) wait for their day.")
    for job in own {
      guard let outcome = job.outcome else { continue }
      guard let receipt = outcome.receipt else {
        answer.say("\(job.system), \(job.verb.rawValue): \(outcome.word); nothing was seen gone.")
        continue
      }
      answer.say(
        "\(job.system), \(job.verb.rawValue): \(outcome.word); \(receipt.words), left that should have gone "
          + "\(receipt.verification.remaining.reduce(0) { $0 + $1.going }), seen by "
          + "\(receipt.verification.path) (\(outcome.voucher.rawValue), \(outcome.seen.rawValue)).")
    }
    for job in open { answer.say("\(job.system): \(job.state.word), not erased.") }
    for settled in record.all(JobSettled.self) { answer.point(settled.pointer) }
    if let concluded = record.first(RequestConcluded.self) {
      // A system that an officer took out is not looked at.
      let looks = concluded.facts.looks.map {
        "\($0.at) over \(DossierRecord.count($0.systems, "system", "systems")), \($0.remaining) rows"
      }
      answer.say("Last looks: \(DossierRecord.list(looks)).")
      answer.point(concluded.pointer)
    } else {
      answer.say("The last looks were not made yet.")
    }
    answer.unknown(
      "the queries themselves: the log has the register's record by digest, and counts; no value of a row and no query")
    return answer
  }

  var failures: Answer {
    var answer = Answer(12)
    guard !noPlan(&answer) else { return answer }
    var ended: [JobReference: [AttemptEnded]] = [:]
    for attempt in record.all(AttemptEnded.self) {
      guard let job = attempt.entry.subject.job, !["done", "accepted"].contains(attempt.facts.end) else { continue }
      // That people must act is what a task by hand is for.
      guard attempt.facts.question?.code != .manualTask else { continue }
      ended[job, default: []].append(attempt.facts)
      answer.point(attempt.pointer)
    }
    for job in record.jobs {
      guard let ends = ended[job.job] else { continue }
      let words = ends.map { end in
        [end.end, end.code?.rawValue, end.question?.code.rawValue].compactMap { $0 }.joined(separator: " ")
      }
      let counted = Dictionary(grouping: words) { $0 }.sorted { $0.key < $1.key }.map {
        "\($0.value.count) x \($0.key)"
      }
      answer.say(
        "\(job.system), \(job.verb.rawValue): \(job.epoch) attempts; \(DossierRecord.list(counted)); now \(job.state.word)."
      )
    }
    for answered in record.all(QuestionAnswered.self) {
      answer.say(
        "\(record.name(answered.entry.by)) answered \(answered.facts.answer.rawValue) to \(answered.facts.code.rawValue) on "
          + "\(record.day(answered.entry.at)).")
      answer.point(answered.pointer)
    }
    for reopened in record.all(JobReopened.self) {
      answer.say("\(record.name(reopened.entry.by)) had a failed job tried again on \(record.day(reopened.entry.at)).")
      answer.point(reopened.pointer)
    }
    let told = record.all(AlarmSent.self)
    if !told.isEmpty {
      answer.say("\(DossierRecord.count(told.count, "alarm was", "alarms were")) sent to people about it.")
      answer.point(told.first?.pointer)
    }
    if answer.sentences.isEmpty { answer.say("No attempt failed.") }
    let waiting = record.jobs.filter(\.waitsForPerson)
    if !waiting.isEmpty {
      answer.say("Waiting for a person now: \(DossierRecord.list(waiting.map { "\($0.system) (\($0.state.word))" })).")
    }
    return answer
  }
}

extension JobRecord {
  /// Nil while it is not settled.
  var outcome: JobOutcome? { if case .settled(let outcome) = state { outcome } else { nil } }
}

extension ErasureReceipt {
  /// What was found and what became of it, each kind of end by itself.
  var words: String {
    func sum(_ count: (EffectCount) -> Int) -> Int { effects.reduce(0) { $0 + count($1) } }
    let others = [
      ("reduced", sum(\.reduced)), ("anonymised", anonymised), ("only taken out of use", restricted),
      ("kept", sum { $0.kept.reduce(0) { $0 + $1.count } }),
    ]
    return (["found \(sum(\.found)), deleted \(sum(\.erased))"] + others.filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" })
      .joined(separator: ", ")
  }
}
