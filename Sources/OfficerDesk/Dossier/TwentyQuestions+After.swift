import Correspondence
import ErasureDomain
import EvidenceLog

// Questions 13 to 16: companies, copies, restores, carriers.
extension TwentyQuestions {
  var recipients: Answer {
    var answer = Answer(13)
    let told = record.jobs.filter(\.verb.tellsCompany)
    for job in told {
      answer.say("\(record.title(job)) (\(job.system), \(job.verb.rawValue)): \(word(of: job)).")
    }
    for recipient in record.facts.recipients where !told.contains(where: { $0.system == recipient.system }) {
      let by: String
      switch recipient.answer {
      case .ceased(let on, let hasSuccessor):
        by =
          "ceased on \(on), "
          + (hasSuccessor ? "its successor is told" : "nobody is there to tell (Art. 19, impossible)")
      case .told(let on): by = "told by hand on \(on), as two people signed"
      case .confirmed, .nothingFound, .silent, .takenBack, .notTold: by = "not told"
      }
      answer.say("\(recipient.title) (\(recipient.system)): \(by).")
    }
    if answer.sentences.isEmpty {
      answer.say(record.work.isEmpty ? "Nobody was informed: no plan was approved." : "The plan tells no company.")
    }
    for kept in record.all(ReceiptKept.self) {
      answer.point(kept.pointer)
      answer.point(DossierRecord.artifact(kept.facts.receipt))
    }
    for job in told {
      for settled in record.all(JobSettled.self) where settled.entry.subject.job == job.job {
        answer.point(settled.pointer)
      }
    }
    if told.contains(where: { $0.outcome?.receipt != nil }) {
      answer.unknown("whether a company did what it says: its word is all there is")
    }
    return answer
  }

  private func word(of job: JobRecord) -> String {
    let when = job.handedOverAt.map { "told on \(record.day($0)), " } ?? ""
    guard let outcome = job.outcome else {
      let silent = (job.silentAt ?? .distantFuture) <= record.asOf ? ", silent for four fifths of its time" : ""
      return job.handedOverAt == nil ? "not told yet (\(job.state.word))" : "\(when)no final answer yet\(silent)"
    }
    switch outcome {
    case .erased, .nothingFound, .anonymised, .restricted:
      return "\(when)it says \(outcome.word) "
        + (outcome.voucher == .recipientSigned ? "in a receipt that it signed" : "(\(outcome.voucher.rawValue))")
    case .notified:
      let on = (job.handedOverAt ?? job.settledAt).map { "told on \(record.day($0)), " } ?? ""
      return "\(on)no answer is awaited"
    case .unconfirmed(let asked): return "\(when)it never confirmed; last asked on \(record.day(asked))"
    case .excepted, .cancelled:
      let cancel = job.cancel.map { "; told that it is not wanted any more: \($0.rawValue)" } ?? ""
      return "\(when)\(outcome.word) by a decision\(cancel)"
    case .expiryTagged, .exported: return outcome.word
    }
  }

  var backups: Answer {
    var answer = Answer(14)
    let copies = record.jobs.filter { $0.verb == .tagExpiry }
    for job in copies { answer.say("\(record.title(job)) (\(job.system)): \(copy(job)).") }
    for expired in record.all(CopyExpired.self) { answer.point(expired.pointer) }
    for job in copies {
      for settled in record.all(JobSettled.self) where settled.entry.subject.job == job.job {
        answer.point(settled.pointer)
      }
    }
    if copies.isEmpty {
      answer.say(
        record.work.isEmpty ? "No plan was approved." : "The plan has no job about a backup or another copy.")
      answer.unknown("whether there are copies that nobody registered")
    }
    let drills = record.all(RestoreScanned.self).filter { $0.facts.drill == true && isOurs($0.facts.system) }
    for drill in drills {
      answer.say(
        "A restore of \(drill.facts.system) was drilled on \(record.day(drill.entry.at)): \(drill.facts.certain) records of "
          + "erased persons were recognised.")
      answer.point(drill.pointer)
    }
    if drills.isEmpty { answer.unknown("how a restore would go: no drill is in the log since the request came") }
    return answer
  }

  private func copy(_ job: JobRecord) -> String {
    guard let outcome = job.outcome else { return "not dealt with yet (\(job.state.word))" }
    guard case .expiryTagged(let until, _, let seen) = outcome else { return outcome.word }
    let look = record.jobs.first { $0.verb == .confirmExpiry && record.planned($0)?.followUp?.of == job.job }
    let tagged = "last day \(until) (\(seen.rawValue))"
    guard let look else { return "\(tagged); no job looks whether it is gone" }
    guard let end = look.outcome else {
      return until < record.today
        ? "\(tagged), which is past, and it was not seen gone (\(look.state.word))" : "\(tagged), still to come"
    }
    guard end.receipt != nil, end.seen != .attestation, let at = look.settledAt else {
      return "\(tagged); ended as \(end.word), and we have not seen it gone"
    }
    return "\(tagged); seen gone on \(record.day(at))"
  }

  func isOurs(_ system: SystemName) -> Bool { record.jobs.contains { $0.system == system && $0.verb.changesSystem } }

  var restores: Answer {
    var answer = Answer(15)
    for made in record.all(ReprobeMade.self) {
      answer.say(
        "\(made.facts.system) was looked through again \(made.facts.day) days after: \(made.facts.certain) records were "
          + "there for certain, \(made.facts.possible) perhaps.")
      answer.point(made.pointer)
    }
    for settled in record.all(ReprobeSettled.self) {
      answer.say(
        "\(record.name(settled.entry.by)) decided about \(settled.facts.system): \(settled.facts.answer.rawValue).")
      answer.point(settled.pointer)
    }
    for announced in record.all(RestoreAnnounced.self) where isOurs(announced.facts.system) {
      answer.say("\(announced.facts.system) was restored on \(record.day(announced.entry.at)).")
      answer.point(announced.pointer)
    }
    for scanned in record.all(RestoreScanned.self) where scanned.facts.drill != true && isOurs(scanned.facts.system) {
      answer.say(
        "After it \(scanned.facts.records) records were compared: \(scanned.facts.certain) of erased persons, whoever they "
          + "are, were back for certain.")
      answer.point(scanned.pointer)
    }
    for again in record.all(RequestReceived.self) where again.facts.again?.request == record.request.request {
      answer.say("What came back is erased again by request \(again.facts.number).")
      answer.point(again.pointer)
    }
    tags(&answer)
    let erased = Set(record.jobs.filter { $0.verb == .erase && $0.outcome?.receipt != nil }.map(\.system))
    let probed = Set(record.all(ReprobeMade.self).map(\.facts.system))
    for system in erased.subtracting(probed).sorted() {
      answer.unknown("whether the person is back in \(system): no look since the erasure is in the log")
    }
    if answer.sentences.isEmpty { answer.say("Nothing was erased that could come back.") }
    return answer
  }

  private func tags(_ answer: inout Answer) {
    let written = record.all(TagsWritten.self)
    guard let last = written.map(\.facts.expires).max() else { return }
    answer.say(
      "\(DossierRecord.count(written.reduce(0) { $0 + $1.facts.count }, "keyed tag", "keyed tags")) recognise what was erased "
        + (last >= record.today ? "until \(last)" : "no more since \(last)") + ".")
    answer.point(written.first?.pointer)
  }

  var carriers: Answer {
    var answer = Answer(16)
    let manual = record.jobs.filter { $0.verb == .manual }
    for job in manual {
      let signed = record.all(TaskAttested.self).filter { $0.entry.subject.job == job.job }
      answer.say("\(record.title(job)) (\(job.system)): \(job.outcome?.word ?? "not done yet (\(job.state.word))").")
      for attested in signed {
        answer.say("\(record.name(attested.entry.by)) signed: \(text(attested.facts)).")
        answer.point(attested.pointer)
        answer.point(DossierRecord.artifact(attested.facts.text))
      }
    }
    if manual.isEmpty {
      answer.say(record.work.isEmpty ? "No plan was approved." : "The plan has no task by hand.")
    }
    answer.unknown("what lies on paper, sticks, laptops or in mailboxes that the register does not list")
    return answer
  }

  private func text(_ facts: TaskAttested) -> String {
    let found = facts.found ? "found" : "nothing found"
    guard let bytes = record.attestations[facts.text], let text = try? AttestationText(parsing: bytes) else {
      return "\(found); its text is not there any more"
    }
    return "\(found), \(text.done), \(text.medium), \(text.method)"
  }
}
