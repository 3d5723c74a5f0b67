import ErasureDomain

// What the replay has to say at its end.
extension EvidenceReplay {
  /// Adds what is wrong with entries to the result of an audit.
  func addFindings(to result: inout AuditResult) {
    for finding in self.result.findings { result.add(finding) }
    result.furtherFindings += self.result.furtherFindings
    if scope == .wholeLog, let job = awaitsOutcome {
      result.wrong(CheckpointCheck.path, "the log ends where the outcome of \(job) must stand next")
    }
  }

  /// Adds what was checked and what could not be.
  func summarise(into result: inout AuditResult) {
    if counts.isPractice { result.warnings.append("practice mode: nothing in this log concerns real people") }
    if counts.clockSteps > 0 { result.warnings.append("the daemon's clock was set back \(counts.clockSteps) times") }
    for (kind, number) in counts.unknownKinds.sorted(by: { $0.key < $1.key }) {
      result.notChecked.append("\(number) entries of the unknown kind \(kind): a newer program may know it")
    }
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
    if scope == .wholeLog, counts.rules >= LogRules.nobodyAppointsHimself, !counts.isPractice {
      result.checked.append(
        "people, signers and register changed by two signatures only: \(counts.changesSigned) signatures for changes")
    }
    if !openRequests.isEmpty { result.checked.append("still open: \(openRequests)") }
    addNotChecked(to: &result)
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
    } else if counts.rules < LogRules.ownersRelease {
      result.notChecked.append("whether owners had released their systems: this log began before that was a rule")
    }
    if scope == .wholeLog, counts.rules < LogRules.recipientsPass {
      result.notChecked.append(
        "whether companies had passed the test of their contract: this log began before that was a rule")
    }
    if scope == .wholeLog, counts.rules < LogRules.nobodyAppointsHimself, !counts.isPractice {
      result.notChecked.append(
        "whether two people signed each change of people, signers and register: this log began before that was a rule")
    }
    if counts.rules > LogRules.newest {
      result.notChecked.append(
        "rules \(LogRules.newest + 1) to \(counts.rules) of this log, unknown to this program: use a newer one")
    }
    if counts.releases > 0 {
      result.notChecked.append("which u-… owns which system: ask for the organisation's list of people")
    }
  }

  /// How many requests stand where, without those that have ended.
  private var openRequests: String {
    var states: [String: Int] = [:]
    for record in answers.requests.values where record.state != .ended { states[record.state.word, default: 0] += 1 }
    return states.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  }
}
