import ErasureDomain

// What the replay has to say at its end.
extension EvidenceReplay {
  /// Adds what is wrong with entries to the result of an audit.
  func addFindings(to result: inout AuditResult) {
    for finding in self.result.findings { result.add(finding) }
    result.furtherFindings += self.result.furtherFindings
    if scope == .wholeLog { checkKeys(&result) }
    if scope == .wholeLog, let job = awaitsOutcome {
      result.wrong(CheckpointCheck.path, "the log ends where the outcome of \(job) must stand next")
    }
  }

  /// The log's keys follow each other from the one that opened it to one that the auditor has, and the checkpoint is
  /// signed by one that was in force at its end.
  private func checkKeys(_ result: inout AuditResult) {
    let log = answers.log()
    guard let place = openedAt, let opened = log.opened else { return }
    guard log.allKeys.contains(where: { text in logKeys.contains { Lines.same($0.text, text) } }) else {
      return result.add(
        AuditFinding(
          entry: place.index, path: place.path, byte: place.byte,
          reason: "the key with which the log was opened is not the one you were given"))
    }
    guard signing.contains(where: { key in log.keysInForce.contains { Lines.same($0, key.text) } }) else {
      return result.wrong(
        CheckpointCheck.path, "it is signed by a key that was destroyed before, as the log itself says")
    }
    let brought = log.keysInForce.filter { text in logKeys.contains { Lines.same($0.text, text) } }
    if brought.count == 2,
      let silent = brought.first(where: { text in !signing.contains { Lines.same($0.text, text) } })
    {
      result.notChecked.append("whether the key \(silent) agrees: it is in force, and the checkpoint has no line of it")
    }
    if log.keysInForce != [opened.vkey] {
      result.checked.append(
        "the log's keys follow each other, \(log.allKeys.count) in all; in force is \(log.keysInForce.joined(separator: " and "))"
      )
    }
  }

  /// Adds what was checked and what could not be.
  func summarise(into result: inout AuditResult) {
    if counts.isPractice { result.warnings.append("practice mode: nothing in this log concerns real people") }
    if let continues {
      result.warnings.append(
        "this log follows an earlier one, \(continues.origin), of which \(continues.size) entries count: ask for that too"
      )
    }
    if counts.recoveries > 0 {
      result.warnings.append(
        "the journal was read back from published files \(counts.recoveries) times: what was decided and not yet published"
          + " then is lost")
    }
    if counts.clockSteps > 0 { result.warnings.append("the daemon's clock was set back \(counts.clockSteps) times") }
    for (kind, number) in counts.unknownKinds.sorted(by: { $0.key < $1.key }) {
      result.notChecked.append("\(number) entries of the unknown kind \(kind): a newer program may know it")
    }
    for (name, index) in counts.unknownFacts.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) {
      result.notChecked.append("the fact \(name), which this program does not know, first in entry \(index)")
    }
    if counts.hasFurtherUnknownFacts { result.notChecked.append("further facts that this program does not know") }
    result.checked.append(
      "\(counts.entries) entries replayed: \(counts.requests) requests, \(counts.plans) plans,"
        + " \(counts.attempts) attempts, \(counts.settled) settled jobs")
    result.checked.append(
      "\(counts.approvals) approvals, \(counts.refusals) refusals and \(counts.attestations) attestations: text,"
        + " signature, and two different people where two are needed")
    result.checked.append(
      "\(counts.coverages) lists of a request's entries are complete, \(counts.reports) erasure reports were made again"
        + " and are the same")
    if scope == .wholeLog, counts.rules >= LogRules.ownersRelease {
      result.checked.append(
        "no attempt changed a system of ours that its owner had not released: \(counts.releases) releases,"
          + " \(counts.stops) stops")
    }
    if scope == .wholeLog, counts.rules >= LogRules.recipientsPass {
      result.checked.append(
        "no plan tells a company by a contract whose test it had not passed: \(counts.passes) tests passed")
    }
    result.numbers = numbersByState
    if scope == .wholeLog, counts.requests > 0 {
      result.checked.append("request numbers 1 to \(answers.lastNumber) are there, without a gap or double")
    }
    for (state, numbers) in result.numbers.sorted(by: { $0.key < $1.key }) {
      result.checked.append("\(state): \(Self.shown(numbers))")
    }
    if scope == .wholeLog, counts.rules >= LogRules.nobodyAppointsHimself, !counts.isPractice {
      result.checked.append(
        "people, signers and register changed by two signatures only: \(counts.changesSigned) signatures for changes")
    }
    addNotChecked(to: &result)
    addNotOver(to: &result)
  }

  private func addNotChecked(to result: inout AuditResult) {
    if counts.signersNotChecked > 0 {
      result.notChecked.append(
        "whether the keys of \(counts.signersNotChecked) signatures belong to people who may decide: give your copy of"
          + " allowed_signers (--signers)")
    } else if counts.approvals + counts.attestations + counts.refusals > 0 {
      result.notChecked.append(
        "which of your listed people is which u-… in the log: ask for the organisation's list of people")
    }
    if counts.approvals > 0 {
      result.notChecked.append("whether as many people approved as the organisation's own rule asks for")
    }
    if counts.signaturesNotChecked > 0 {
      result.notChecked.append("\(counts.signaturesNotChecked) signatures whose text or signature is not here any more")
    }
    if counts.withoutPlan > 0 {
      result.notChecked.append("what \(counts.withoutPlan) requests did under plans that are not here any more")
    }
    if counts.reportsNotMade > 0 {
      result.notChecked.append(
        "\(counts.reportsNotMade) erasure reports whose plan or text is not here any more, or whose form this program does not know"
      )
    }
    if counts.notReplayed > 0 {
      result.notChecked.append("\(counts.notReplayed) entries that follow a wrong or absent one in their request")
    }
    if scope == .oneRequest {
      result.notChecked.append(
        "numbers of other requests, the daemon's starts and its clock, releases and stops of systems by their owners, tests of"
          + " companies' endpoints: they are in the whole log only")
    }
    for (rules, whether) in LogRules.doubts where counts.rules < rules {
      if scope == .oneRequest, LogRules.ofTheWholeLog.contains(rules) { continue }
      if rules == LogRules.nobodyAppointsHimself, counts.isPractice { continue }
      result.notChecked.append("\(whether): this log keeps rules \(counts.rules), and that came with rules \(rules)")
    }
    if counts.rules > LogRules.newest {
      result.notChecked.append(
        "rules \(LogRules.newest + 1) to \(counts.rules) of this log, unknown to this program: use a newer one")
    }
    if counts.releases > 0 {
      result.notChecked.append("which u-… owns which system: ask for the organisation's list of people")
    }
  }

  /// Every request number, each once, by the state in which its request is.
  private var numbersByState: [String: String] {
    var states: [String: [UInt64]] = [:]
    answers.forEachRequest { number, state, _ in states[state.word, default: []].append(UInt64(clamping: number)) }
    return states.mapValues { IndexRanges($0).description }
  }

  /// Numbers of requests as a person reads them: of a long list its beginning. The result has them all.
  private static func shown(_ numbers: String) -> String {
    let ranges = numbers.split(separator: ",")
    guard ranges.count > mostShown else { return "request \(numbers)" }
    let rest = ranges.count - mostShown
    return "request \(ranges.prefix(mostShown).joined(separator: ",")), and \(rest) more ranges (--json has them all)"
  }

  private static let mostShown = 12

  /// What is not over yet, so that nothing can be demanded of it.
  private func addNotOver(to result: inout AuditResult) {
    var dueNow = 0
    var followUps: [CivilDate?] = []
    var open: [UInt64] = []
    answers.forEachRequest { number, state, plans in
      guard state != .ended else { return }
      open.append(UInt64(clamping: number))
      for job in plans.flatMap({ answers.jobs(of: $0) { !$0.isSettled } }) {
        if job.verb.isFollowUp { followUps.append(job.followUp?.due) } else { dueNow += 1 }
      }
    }
    if dueNow > 0 {
      result.notChecked.append(
        "whether \(dueNow) jobs of approved plans get their one outcome: their requests are not concluded yet")
    }
    if !followUps.isEmpty {
      let first = followUps.contains(nil) ? nil : followUps.compactMap { $0 }.min()
      result.notChecked.append(
        "whether \(followUps.count) follow-ups get their one outcome: their requests have not ended; they are due later, "
          + (first.map { "the first on \($0)" } ?? "the first when its copies end"))
    }
    if scope == .wholeLog, !open.isEmpty {
      result.notChecked.append(
        "whether every entry of \(Self.shown(IndexRanges(open).description)) is here: they have not ended, and request.ended will list"
          + " the last ones")
    }
    if scope == .oneRequest {
      result.notChecked.append(
        "which people, signers and register were in force, and what changed of them before: the bundle of one request has"
          + " no such entries")
    }
  }
}
