import Correspondence
import ErasureDomain

// Questions 17 to 20: what remains, what was said, the log itself.
extension TwentyQuestions {
  /// What is still somewhere, and why.
  var remaining: [String] {
    let facts = record.facts
    var lines: [String] = []
    lines += kept(facts)
    for (system, rule) in facts.withoutStatute.sorted(by: { $0.key < $1.key }) {
      lines.append("\(system): kept by rule \(rule), of which the record has no statute")
    }
    for system in facts.systems {
      switch system.done {
      case .excepted(let ground): lines.append("\(system.title): not erased, \(ground); \(Self.words(system.terms))")
      case .stopped: lines.append("\(system.title): not erased, the job was stopped")
      case .anonymised(let on, _): lines.append("\(system.title): rows anonymised on \(on), not deleted")
      case .restricted(let on, _): lines.append("\(system.title): rows only taken out of use on \(on), not deleted")
      case .erased(_, _, let reduced):
        if reduced { lines.append("\(system.title): of some rows the columns that are needed stay") }
      case .nothingFound, .keptOnly: break
      }
    }
    for left in facts.leftOut {
      lines.append("\(left.title): \(DossierRecord.count(left.records, "record", "records")) left out by an officer")
    }
    for (system, hold) in (record.request.holds?.active ?? [:]).sorted(by: { $0.key < $1.key }) {
      lines.append("\(system): on hold, \(hold.ground.rawValue), review before \(hold.reviewBefore)")
    }
    for job in record.jobs where !job.state.isSettled && !job.verb.isFollowUp {
      lines.append("\(record.title(job)): not settled (\(job.state.word))")
    }
    for backup in facts.backups where backup.goneOn == nil {
      lines.append("\(backup.title): a copy until \(backup.lastDay), not seen gone\(past(backup.lastDay))")
    }
    for finding in record.request.findings {
      lines.append("\(finding.system): \(finding.remaining) rows seen again, not decided")
    }
    if let last = record.all(TagsWritten.self).map(\.facts.expires).max(), last >= record.today {
      lines.append("keyring: tags and sealed row keys, the last tag until \(last), to recognise who comes back")
    }
    if !record.request.vaultDestroyed {
      lines.append("vault: identifiers, contact and letters, until the person is informed and the request closed")
      for job in record.jobs where job.verb == .export && !job.state.isSettled {
        guard let expires = job.collectionExpires else { continue }
        lines.append(
          "vault: a copy of what \(record.title(job)) has, collected for the person, until \(record.day(expires))")
      }
    }
    if let kept = keptCase {
      lines.append(
        "case file: name, contact, identifiers, request and letters; any two of \(kept.people) officers can open it; until "
          + "\(kept.until)\(past(kept.until))")
    }
    return lines
  }

  /// What is kept of the person beyond the vault; nil where nothing is, or not any more.
  var keptCase: CaseFileKept? { record.first(CaseFileDestroyed.self) == nil ? record.request.caseFile : nil }

  /// One line for what stays under one statute, with all its days.
  private func kept(_ facts: LetterFacts) -> [String] {
    var days: [String: Set<CivilDate>] = [:]
    var ends: [String: String] = [:]
    for kept in facts.kept {
      let how = kept.isConditional ? "with an open start event, looked at again on" : "until"
      let line = "\(kept.title), \(kept.dataset): kept \(how) "
      let end = ", \(kept.citation)" + (kept.ground.map { ", \($0.text)" } ?? "")
      days[line + end, default: []].insert(kept.until)
      ends[line + end] = end
    }
    return days.sorted { $0.key < $1.key }.map { key, days in
      let end = ends[key] ?? ""
      let over = days.filter { $0 < record.today }.sorted()
      let past = over.isEmpty ? "" : "; past already: \(DossierRecord.list(over.map(\.description)))"
      return key.dropLast(end.count) + DossierRecord.list(days.sorted().map(\.description)) + end + past
    }
  }

  private func past(_ day: CivilDate) -> String { day < record.today ? "; that day is past" : "" }

  var remains: Answer {
    var answer = Answer(17)
    let lines = remaining
    if lines.isEmpty { answer.say("Nothing that the record knows of.") }
    for line in lines { answer.say("\(line).") }
    answer.point(record.newest.map { DossierRecord.artifact($0.record.proposal.digest) })
    answer.point(record.first(VaultDestroyed.self)?.pointer)
    answer.point(record.first(CaseFileKept.self)?.pointer)
    answer.point(record.first(RequestConcluded.self).map { DossierRecord.artifact($0.facts.report) })
    if record.work.isEmpty, record.request.ground == nil || record.request.concludedAt != nil {
      answer.unknown("what the systems hold: no plan was carried out")
    }
    answer.unknown("what systems hold that nobody registered")
    return answer
  }

  var told: Answer {
    var answer = Answer(18)
    for letter in record.all(LetterSent.self) {
      let facts = letter.facts
      answer.say(
        "\(facts.letter.rawValue), in \(facts.language), by \(facts.channel.rawValue) on \(facts.on) (\(facts.proof))"
          + (letters.contains(facts.letter)
            ? "; its text is in the section \"Letters\"."
            : "; its text is not in this dossier, its keyed digest is \(facts.mac)."))
      answer.point(letter.pointer)
    }
    for informed in record.all(SubjectInformed.self) {
      answer.say(
        "\(record.name(informed.entry.by)) recorded that the person was told by \(informed.facts.channel) on \(informed.facts.on)."
      )
      answer.point(informed.pointer)
    }
    if answer.sentences.isEmpty { answer.say("The person was told nothing yet.") }
    let missing = record.all(LetterSent.self).filter { !letters.contains($0.facts.letter) }
    if !missing.isEmpty {
      answer.unknown(
        record.request.vaultDestroyed
          ? "the words of \(DossierRecord.count(missing.count, "letter", "letters")): they went with the vault entry"
          : "the words of \(DossierRecord.count(missing.count, "letter", "letters")): this dossier was made without the person"
      )
    }
    return answer
  }

  var integrity: Answer {
    var answer = Answer(19)
    answer.say(
      "The log \(record.origin) is a Merkle tree of \(record.logSize) entries; each entry here has a proof against the signed "
        + "checkpoint in the folder evidence. A changed, moved or missing entry makes expunge-audit name it.")
    if record.cosignatures > 0 {
      answer.say(
        "\(DossierRecord.count(record.cosignatures, "witness", "witnesses")) signed the newest checkpoint too.")
    } else {
      answer.say(
        "No witness signed the newest checkpoint: whoever holds the log's key could write another history. Who kept an older "
          + "checkpoint would notice.")
      if !record.isStamped { answer.unknown("when the log was written, as seen from outside: nothing is anchored") }
    }
    if record.isStamped {
      answer.say(
        "A time-stamping authority saw the newest checkpoint; the file evidence/README.txt says how to check that.")
      answer.point("evidence/checkpoint.tsr")
    }
    answer.point("evidence/checkpoint")
    answer.point("evidence/README.txt has the commands, also for other people's programs")
    return answer
  }

  private func caseFile(_ answer: inout Answer) {
    guard let kept = record.first(CaseFileKept.self) else { return }
    if let destroyed = record.first(CaseFileDestroyed.self) {
      answer.say("The case file was destroyed on \(record.day(destroyed.entry.at)).")
      answer.point(destroyed.pointer)
    } else {
      answer.say(
        "A case file of the person is kept until \(kept.facts.until)\(past(kept.facts.until)): any two of "
          + "\(kept.facts.people) officers can open it.")
      answer.point(kept.pointer)
    }
    for opened in record.all(CaseFileOpened.self) {
      let what = opened.facts.step == 1 ? "the outer layer, which shows nothing" : "the content"
      answer.say(
        "\(record.name(opened.entry.by)) got his part of it on \(record.day(opened.entry.at)), \(what): "
          + "\(opened.facts.reason).")
      answer.point(opened.pointer)
    }
  }

  var keeping: Answer {
    var answer = Answer(20)
    answer.unknown(
      "the end of keeping for log and artifacts: this version destroys none of them, and no date is recorded")
    answer.say(
      record.suspicious.isEmpty
        ? "No entry of the request has anything like an e-mail address in it; other identifiers have no form that a program "
          + "could tell."
        : "Look at entries \(IndexRanges(record.suspicious)): something in them looks like an e-mail address.")
    if let destroyed = record.first(VaultDestroyed.self) {
      answer.say(
        "The vault entry, \(destroyed.facts.items) rows and the key among them, was destroyed on "
          + "\(record.day(destroyed.entry.at)).")
      answer.point(destroyed.pointer)
    } else {
      answer.say("The vault entry is not destroyed yet.")
    }
    caseFile(&answer)
    if let last = record.all(TagsWritten.self).map(\.facts.expires).max() {
      answer.say("Keyed tags of what was erased " + (last >= record.today ? "go" : "went") + " after \(last).")
    }
    let made = record.all(DossierMade.self)
    if !made.isEmpty {
      answer.say(
        "Dossiers made of this request: "
          + DossierRecord.list(
            made.map {
              "by \(record.name($0.entry.by)) on \(record.day($0.entry.at))"
                + ($0.facts.person ? " with the person in it" : "")
            }) + ".")
      answer.point(made.last?.pointer)
    }
    return answer
  }
}
