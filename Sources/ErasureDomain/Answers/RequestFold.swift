/// The fold of a request's stream.
enum RequestFold {
  static func apply(
    _ entry: EvidenceEntry, to reference: RequestReference, in answers: inout some JournalAnswers
  ) throws {
    if entry.kind == RequestReceived.kind {
      guard try answers.request(reference) == nil else { throw FoldProblem.exists(reference.text) }
      let facts = try entry.facts(as: RequestReceived.self)
      try IntakeFold.requireLawful(facts)
      try answers.put(
        RequestRecord(
          request: reference, number: facts.number, revision: 1, state: .received, received: facts, plans: [],
          findings: [],
          lawful: [:], undecided: 0, vaultDestroyed: false, entries: 0, entriesBeforeConclusion: 0))
      return
    }
    guard var record = try answers.request(reference) else { throw FoldProblem.unknown(reference.text) }
    guard record.state != .ended else {
      throw FoldProblem.malformed(entry.kind, "stands behind the end of its request")
    }
    record.revision += 1
    try fold(entry, into: &record, in: &answers)
    try answers.put(record)
  }

  private static func fold(
    _ entry: EvidenceEntry, into record: inout RequestRecord, in answers: inout some JournalAnswers
  ) throws {
    switch entry.kind {
    case let kind where ClockFold.kinds.contains(kind): try ClockFold.fold(entry, into: &record)
    case let kind where HoldFold.kinds.contains(kind): try HoldFold.fold(entry, into: &record, in: &answers)
    case let kind where MeasureFold.kinds.contains(kind): try MeasureFold.fold(entry, into: &record, in: answers)
    case IdentifiersAdded.kind:
      try IntakeFold.addIdentifiers(entry, &record, in: &answers)
      MeasureFold.reopen(&record)
    case RequestLinked.kind: try IntakeFold.link(entry, &record, in: &answers)
    case RequestConfirmed.kind:
      try ClockFold.requireProof(record, entry.kind)
      record.state = try record.state.applying(.confirmed).state
      record.ground = try entry.facts(as: RequestConfirmed.self).ground
      record.confirmedBy = entry.by
    case RequestRefused.kind:
      let ground = try entry.facts(as: RequestRefused.self).ground
      record.state = try record.state.applying(.refused(ground: ground)).state
      record.concludedAt = entry.at
    case RequestWithdrawn.kind:
      let (state, effects) = try record.state.applying(.withdrawn)
      record.state = state
      record.concludedAt = entry.at
      if effects.contains(.cancelJobs) {
        for plan in record.plans {
          try PlanFold.stop(jobsOf: plan, inDoubt: try answers.plan(plan)?.doubted != nil, in: &answers)
        }
      }
    case RequestConcluded.kind:
      record.state = try record.state.applying(.concluded).state
      record.concludedAt = entry.at
      let facts = try entry.facts(as: RequestConcluded.self)
      try ConfigurationFold.require(facts.register, record, entry.kind, in: answers)
      try LookFold.require(facts.looks, record, entry, in: answers)
      try requireSettled(record.plans, followUps: false, in: answers)
    case LetterSent.kind: try LetterFold.apply(entry, to: &record)
    case SubjectInformed.kind:
      let facts = try entry.facts(as: SubjectInformed.self)
      record.informed = facts
      record.repliedOn = record.repliedOn ?? facts.on
    case CaseFileKept.kind: try CaseFileFold.keep(entry, into: &record)
    case RequestClosed.kind:
      guard (record.measures ?? []).allSatisfy(\.open.isEmpty) else {
        throw FoldProblem.malformed(entry.kind, "a restriction or objection does not hold everywhere yet")
      }
      record.state = try record.state.applying(.closed).state
    case VaultDestroyed.kind:
      guard record.notice == nil || record.noticeAnswered != nil else {
        throw FoldProblem.malformed(entry.kind, "the company whose notice this is was not answered")
      }
      record.vaultDestroyed = true
    case NoticeReceived.kind, NoticeWithdrawn.kind, NoticeAnswered.kind: try foldNotice(entry, into: &record)
    case RequestEnded.kind:
      record.state = try record.state.applying(.ended).state
      record.endedAt = entry.at
      try ConfigurationFold.require(try entry.facts(as: RequestEnded.self).register, record, entry.kind, in: answers)
      try requireSettled(record.plans, followUps: true, in: answers)
    case FindingOpened.kind: record.findings.append(try entry.facts(as: FindingOpened.self))
    case FindingSettled.kind:
      let facts = try entry.facts(as: FindingSettled.self)
      if facts.answer == .lawful {
        record.lawful[facts.system] = record.findings.last { $0.system == facts.system }?.remaining ?? 0
      }
      record.findings.removeAll { $0.system == facts.system }
      // What was seen again needs a plan of its own; follow-ups of the old one go on.
      if facts.answer == .replan {
        record.state = try record.state.applying(.planHalted).state
        record.findings = []
        record.firstLook = nil
      }
    case QuestionAsked.kind: record.undecided = try entry.facts(as: QuestionAsked.self).open
    case IdentifierAccepted.kind, IdentifierDeclined.kind:
      record.undecided = max(0, record.undecided - 1)
      if entry.kind == IdentifierAccepted.kind { MeasureFold.reopen(&record) }
    default: break
    }
  }

  private static func foldNotice(_ entry: EvidenceEntry, into record: inout RequestRecord) throws {
    if entry.kind == NoticeReceived.kind {
      guard record.revision == 2 else {
        throw FoldProblem.malformed(entry.kind, "stands right behind request.received")
      }
      record.notice = try entry.facts(as: NoticeReceived.self)
      return
    }
    guard record.notice != nil else { throw FoldProblem.malformed(entry.kind, "no notice made this request") }
    if entry.kind == NoticeWithdrawn.kind {
      record.noticeWithdrawn = true
      return
    }
    guard record.noticeAnswered == nil else { throw FoldProblem.exists("the answer to the notice") }
    guard record.concludedAt != nil else {
      throw FoldProblem.malformed(entry.kind, "the request is not decided yet")
    }
    record.noticeAnswered = try entry.facts(as: NoticeAnswered.self)
  }

  /// Every job of the plans that is due now (with follow-ups: every job) has its one end.
  private static func requireSettled(
    _ plans: [PlanReference], followUps: Bool, in answers: some JournalAnswers
  ) throws {
    for plan in plans {
      for job in try answers.jobs(of: plan, where: { !$0.isSettled }) where followUps || !job.verb.isFollowUp {
        throw FoldProblem.notSettled(job: job.job)
      }
    }
  }
}
