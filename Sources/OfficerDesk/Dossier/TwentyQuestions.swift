import ErasureDomain

/// The twenty questions that an auditor asks, each answered from the record and never by a sentence that is always said.
///
/// What the record does not hold is `notKnown`, with the reason; it is never rounded up to a nicer answer.
struct TwentyQuestions {
  struct Answer: Sendable, Codable {
    let number: Int
    let question: String
    var sentences: [String] = []
    var notKnown: [String] = []
    var pointers: [String] = []

    init(_ number: Int) {
      self.number = number
      question = AuditQuestions.all[number - 1]
    }

    mutating func say(_ sentence: String) { sentences.append(sentence) }
    mutating func unknown(_ why: String) { notKnown.append(why) }

    mutating func point(_ pointer: String?) {
      if let pointer, !pointers.contains(pointer) { pointers.append(pointer) }
    }
  }

  let record: DossierRecord
  /// Letters whose text is in the dossier.
  let letters: Set<SubjectLetterKind>

  var answers: [Answer] {
    [
      register, reply, extensions, identity, representation, ground, exceptions, systems, coverage, signatures, proof,
      failures, recipients, backups, restores, carriers, remains, told, integrity, keeping,
    ]
  }

  private var request: RequestRecord { record.request }

  // MARK: 1 to 5, the request

  private var register: Answer {
    var answer = Answer(1)
    let received = record.first(RequestReceived.self)
    let facts = request.received
    answer.say(
      "This is request \(request.number). It reached us by \(facts.channel) on \(facts.receivedOn) (\(facts.receivedAt))."
    )
    answer.say(
      "The log numbers requests without gaps; the newest has number \(record.log.lastNumber). All of a period: expunge "
        + "report --from DAY --to DAY.")
    answer.point(received?.pointer)
    for corrected in record.all(ReceiptCorrected.self) {
      answer.say(
        "It had been registered with a later receipt, and was moved to \(corrected.facts.receivedOn) "
          + "(\(corrected.facts.reason)).")
      answer.point(corrected.pointer)
    }
    return answer
  }

  private var reply: Answer {
    var answer = Answer(2)
    let due = record.due
    answer.say(
      "The reply was due on \(due.statutory) at the latest (worked to \(due.workTo)), by Art. 12(3) GDPR and Regulation "
        + "1182/71 with the holidays \(due.ruleSet).")
    answer.point(record.first(RequestReceived.self)?.pointer)
    guard let on = request.repliedOn else {
      let late = record.today.days(since: due.statutory)
      answer.say(
        "It was not sent yet" + (late > 0 ? ", and is \(Self.days(late)) late." : "; \(Self.days(-late)) are left."))
      return answer
    }
    let late = on.days(since: due.statutory)
    answer.say("The person was told on \(on)" + (late > 0 ? ", \(Self.days(late)) late." : ", in time."))
    let letter = record.all(LetterSent.self).first { [.completion, .refusal, .withdrawn].contains($0.facts.letter) }
    if let letter {
      let queue = letter.facts.queue.map { ", id \($0)" } ?? ""
      answer.say(
        "By \(letter.facts.channel.rawValue), handed over with the answer \(letter.facts.proof)\(queue). That it was read "
          + "is not known.")
      answer.point(letter.pointer)
    } else {
      answer.unknown(
        "proof of dispatch: no letter by us is in the record; that the person was told is an officer's word")
    }
    for informed in record.all(SubjectInformed.self) { answer.point(informed.pointer) }
    return answer
  }

  static func days(_ count: Int) -> String { count == 1 ? "1 day" : "\(count) days" }

  private var extensions: Answer {
    var answer = Answer(3)
    let extended = record.all(DeadlineExtended.self)
    if extended.isEmpty { answer.say("It was not extended.") }
    for extension_ in extended {
      let facts = extension_.facts
      let first = request.received.dueDates.statutory
      answer.say(
        "It was extended on \(facts.on) for \(facts.reason.rawValue), to \(facts.statutory); the first last day was "
          + "\(first).")
      answer.point(extension_.pointer)
      guard let letter = record.all(LetterSent.self).first(where: { $0.facts.letter == .extension }) else {
        answer.unknown("whether the notice was sent in the first month: no letter about the extension is in the record")
        continue
      }
      let late = letter.facts.on.days(since: first)
      answer.say(
        "The notice was sent on \(letter.facts.on), "
          + (late > 0 ? "\(Self.days(late)) after the first last day." : "within the first month."))
      answer.point(letter.pointer)
    }
    if let proved = record.first(IdentityProved.self), proved.facts.suspendedDays > 0 {
      answer.say(
        "Doubt about identity suspended the term for \(Self.days(proved.facts.suspendedDays)), to "
          + "\(proved.facts.statutory).")
      answer.point(proved.pointer)
    }
    return answer
  }

  private var identity: Answer {
    var answer = Answer(4)
    for asked in record.all(IdentityAsked.self) {
      answer.say(
        "On \(asked.facts.on) a proof was asked for (\(asked.facts.method.rawValue)) for the recorded doubt "
          + "\(asked.facts.doubt).")
      answer.point(asked.pointer)
    }
    guard let confirmed = record.first(RequestConfirmed.self) else {
      answer.say("Identity was not established.")
      return answer
    }
    answer.point(confirmed.pointer)
    answer.say("Identity was established by \(confirmed.facts.method) on \(record.day(confirmed.entry.at)).")
    switch IdentityMethod(rawValue: confirmed.facts.method.rawValue)?.strength {
    case 0?: answer.say("That is the lightest step of the ladder: nothing was asked for beyond what we had.")
    case .some:
      answer.say(
        request.identityAsked == nil
          ? "That is more than the lightest step, and no doubt was recorded before."
          : "That is more than the lightest step, after a recorded doubt.")
    case nil: answer.unknown("how much was asked for: \(confirmed.facts.method) is no step of the ladder")
    }
    answer.unknown("what the person handed over to prove it: the log has the method alone, by design")
    destruction(&answer, "What was collected for it lay in the vault")
    return answer
  }

  private func destruction(_ answer: inout Answer, _ what: String) {
    if let destroyed = record.first(VaultDestroyed.self) {
      answer.say("\(what), and was destroyed with its key on \(record.day(destroyed.entry.at)).")
      answer.point(destroyed.pointer)
    } else {
      answer.say("\(what), which is not destroyed yet.")
    }
    if let kept = keptCase {
      answer.say("The case file, which is kept until \(kept.until), has identifiers and letters.")
    }
  }

  private var representation: Answer {
    var answer = Answer(5)
    answer.point(record.first(RequestReceived.self)?.pointer)
    guard let requester = request.received.requester else {
      let who =
        request.notice == nil ? "Nobody is recorded as acting for the person." : "Another company's notice made it."
      answer.say(request.received.again == nil ? who : "Nobody asked: it erases again what came back.")
      answer.unknown("whether the person is younger than 16: nobody recorded it")
      return answer
    }
    answer.say(
      "A \(requester.kind.rawValue) acted for the person, with the proof \(requester.proof); answers go to "
        + "\(requester.isAddressee ? "him" : "the person").")
    switch requester.under16 {
    case true?: answer.say("The person is younger than 16.")
    case false?: answer.say("The person is not younger than 16.")
    case nil: answer.unknown("whether the person is younger than 16: nobody recorded it")
    }
    return answer
  }

  // MARK: 6 and 7, the decision

  private var ground: Answer {
    var answer = Answer(6)
    if let confirmed = record.first(RequestConfirmed.self) {
      answer.say("Accepted on \(confirmed.facts.ground.article), for the whole request.")
      answer.point(confirmed.pointer)
    }
    for refused in record.all(RequestRefused.self) {
      answer.say("The request was refused on \(record.day(refused.entry.at)): \(refused.facts.ground).")
      answer.point(refused.pointer)
    }
    for withdrawn in record.all(RequestWithdrawn.self) {
      answer.say("The person withdrew the request on \(record.day(withdrawn.entry.at)).")
      answer.point(withdrawn.pointer)
    }
    if answer.sentences.isEmpty { answer.say("No ground was accepted or rejected yet.") }
    if let lines = record.newest?.plan.decisions {
      for line in lines {
        let word =
          line.rejected.map { "rejected on \(line.ground.article), \($0.rawValue)" }
          ?? "accepted on \(line.ground.article)"
        answer.say("\(line.category) in \(line.system): \(word), by \(record.name(line.by)).")
      }
      for decided in record.all(CategoryDecided.self) { answer.point(decided.pointer) }
    } else if request.ground != nil {
      answer.unknown(
        "the ground per category: no approved plan says it, and the log has one for the whole request")
    }
    return answer
  }

  private var exceptions: Answer {
    var answer = Answer(7)
    for granted in record.all(ExceptionGranted.self) {
      let facts = granted.facts
      answer.say(
        "\(DossierRecord.count(facts.records, "record", "records")) of \(facts.system) (\(facts.dataset)) were left out by "
          + "\(record.name(granted.entry.by)): \(Self.words(facts.terms)).")
      answer.point(granted.pointer)
    }
    for answered in record.all(QuestionAnswered.self) where answered.facts.answer == .except {
      let system = request.plans.isEmpty ? nil : record.jobs.first { $0.job == answered.entry.subject.job }?.system
      answer.say(
        "\(system?.description ?? "A job") stays by a decision of \(record.name(answered.entry.by)): "
          + "\(Self.words(answered.facts.terms)).")
      answer.point(answered.pointer)
    }
    for hold in record.all(HoldSet.self) {
      let isActive = request.holds?.active[hold.facts.system] != nil
      answer.say(
        "\(hold.facts.system) was put on hold by \(record.name(hold.entry.by)) (\(hold.facts.ground.rawValue)), review "
          + "before \(hold.facts.reviewBefore)\(isActive ? "; it is still held" : "; released since").")
      answer.unknown(
        "the statute of the hold on \(hold.facts.system): the log has its ground; its words are in the vault")
      answer.point(hold.pointer)
    }
    keptByRule(&answer)
    if answer.sentences.isEmpty {
      answer.say(record.work.isEmpty ? "None: no plan was approved." : "None was used: the record has no exception.")
    } else {
      answer.point(record.newest.map { DossierRecord.artifact($0.record.proposal.digest) })
    }
    return answer
  }

  /// Rows that a retention rule keeps: the plan that people signed has its statute.
  private func keptByRule(_ answer: inout Answer) {
    var days: [String: Set<String>] = [:]
    for work in record.work {
      for job in work.plan.jobs {
        guard let followUp = job.followUp, let rule = followUp.rule else { continue }
        let day = followUp.due.map { "\($0)" } ?? "a day that is not known"
        let ground = followUp.ground.map { ", \($0.text)" } ?? ""
        let citation = followUp.citation.flatMap { $0.isEmpty ? nil : $0 }
        if citation == nil { answer.unknown("the statute of rule \(rule): the plan has none") }
        let how = followUp.isConditional ? "looked at again on" : "until"
        days["\(job.system): \(citation ?? "rule \(rule)")\(ground), \(how)", default: []].insert(day)
      }
    }
    for (line, days) in days.sorted(by: { $0.key < $1.key }) {
      answer.say("Kept by a retention rule that the plan names: \(line) \(DossierRecord.list(days.sorted())).")
    }
  }

  static func words(_ terms: ExceptionTerms?) -> String {
    guard let terms else { return "on no terms that the log has (an older log)" }
    let until = terms.until.map { "until \($0)" } ?? terms.reviewBefore.map { "reviewed before \($0)" } ?? "no date"
    return "\(terms.ground.rawValue), \(terms.citation), \(until)"
  }
}
