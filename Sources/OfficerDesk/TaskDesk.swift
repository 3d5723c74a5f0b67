import ConnectorKit
import ErasureDomain
import ErasureEngine
import EvidenceLog
import Journal
import OfficerAPI
import SubjectVault

// Questions and manual tasks: everything that waits for a person.
extension OfficerDesk {
  func task(_ text: String) async throws -> TaskView {
    if JobReference(text) != nil { return try await view(ofTask: try await findJob(text), withIdentifiers: true) }
    let request = try await find(text)
    let waiting =
      try await views(ofRequest: request, withIdentifiers: true) + reprobeTasks(of: request.request)
      + exceptionTasks(of: request.request)
    guard let view = waiting.first else {
      throw Refusal(.notFound, "request \(request.number) waits for nobody")
    }
    return view
  }

  func view(ofTask job: JobRecord, withIdentifiers: Bool) async throws -> TaskView {
    let request = try await find(job.request.text)
    let record = systems.record(job.system)
    let question: Question =
      switch job.state {
      case .awaitingOfficer(let question): question
      case .failed(let code): Question(code: .other, detail: code)
      case .blocked, .ready, .running, .waitingToRetry, .awaitingRecipient, .followUp, .settled: Question(code: .other)
      }
    var identifiers: [SubjectIdentifier]?
    if withIdentifiers, question.code == .manualTask, let wanted = record?.identifiers,
      try await vault.contains(job.request)
    {
      identifiers = (try await vault.get([SubjectIdentifier].self, .identifiers, of: job.request) ?? [])
        .filter { wanted.contains($0.kind) }
    }
    return TaskView(
      task: job.job.text, request: job.request, number: request.number, system: job.system, title: record?.title,
      question: question, answers: Self.answers(to: question, of: job),
      instruction: question.code == .manualTask ? record?.settings["instruction"]?.string : nil,
      identifiers: identifiers, attestedBy: job.attestations.map { settings.people.name(of: $0.by) ?? "" },
      deadline: job.deadline, open: job.waitsForPerson)
  }

  /// A job that a hold keeps may be excepted without being asked about: the hold may outlast the request.
  private static func answers(to question: Question, of job: JobRecord) -> [Question.Answer] {
    if job.waitsForPerson { return question.answers(of: job.verb) }
    if case .running = job.state { return [] }
    return job.onHold == true && !job.state.isSettled ? [.except] : []
  }

  func views(ofRequest request: RequestRecord, withIdentifiers: Bool) async throws -> [TaskView] {
    var views: [TaskView] = []
    if request.undecided > 0 {
      let question = Question(code: .foundIdentifiers, found: request.undecided)
      let undecided =
        withIdentifiers ? try await vault.get([Undecided].self, .undecided, of: request.request) ?? [] : nil
      views.append(
        TaskView(
          task: request.request.text, request: request.request, number: request.number, system: nil, title: nil,
          question: question, answers: question.answers, undecided: undecided?.map(Self.view)))
    }
    for finding in request.findings {
      let question = Question(code: .seenAgain, found: finding.remaining)
      views.append(
        TaskView(
          task: request.request.text, request: request.request, number: request.number, system: finding.system,
          title: systems.record(finding.system)?.title, question: question, answers: question.answers))
    }
    return views
  }

  func answer(_ call: AnswerTask, _ caller: Caller) async throws -> Done {
    if JobReference(call.task) != nil {
      try await answer(job: try await findJob(call.task), call, caller)
    } else {
      try await answer(request: try await find(call.task), call, caller)
    }
    return Done()
  }

  private func answer(job: JobRecord, _ call: AnswerTask, _ caller: Caller) async throws {
    let view = try await view(ofTask: job, withIdentifiers: false)
    guard view.answers.contains(call.answer) else {
      let allowed = view.answers.map(\.rawValue).joined(separator: ", ")
      throw Refusal(.refused, "\(job.job) can be answered with: \(allowed.isEmpty ? "nothing" : allowed)")
    }
    let subject = EntrySubject(request: job.request, plan: job.plan, job: job.job)
    var terms: ExceptionTerms?
    if call.answer == .except { terms = try await checked(call.terms, job.request) }
    try await keep(call.note, requiredFor: call.answer, of: job)
    var answered = try await answered(view.question, of: job, with: call.answer, by: caller)
    answered.terms = terms
    var drafts = [try EntryDraft(answered, about: subject, by: caller.id)]
    switch call.answer {
    case .retry:
      if case .failed = job.state { drafts = [try EntryDraft(JobReopened(), about: subject, by: caller.id)] }
    case .except:
      let outcome = JobOutcome.excepted(ground: terms?.ground.rawValue ?? "decided-by-officer")
      drafts.append(try EntryDraft(JobSettled(outcome: outcome), about: subject, by: caller.id))
    case .cancel:
      let outcome = JobOutcome.cancelled(reason: FailureCode("officer"))
      drafts.append(try EntryDraft(JobSettled(outcome: outcome), about: subject, by: caller.id))
    case .replan, .accept, .decline, .lawful: break
    }
    if call.answer == .replan {
      // Asked of the state machine before anything is logged: a follow-up's plan can no longer be halted.
      _ = try await findPlan(job.plan.text).state.applying(.halted)
    }
    try await journal.append(drafts, to: subject.stream, expecting: job.revision)
    if call.answer == .retry, view.question.code == .refusedByRecipient, try await vault.contains(job.request) {
      try await forgetAnswer(to: job)
    }
    if call.answer == .replan { try await halt(job.plan, FailureCode("replan"), caller) }
  }

  /// The company is told anew: what it answered before leads nowhere. All else stays, since what was sent must be the same
  /// bytes again, and keys that were sealed before an erasure cannot be found a second time.
  private func forgetAnswer(to job: JobRecord) async throws {
    guard var remembered = try await vault.get([String: String].self, .remembered(job.job), of: job.request) else {
      return
    }
    for name in RememberedAnswer.names { remembered[name] = nil }
    try await vault.put(remembered, as: .remembered(job.job), of: job.request)
  }

  /// Accepting a day that has come already would keep rows beyond it: then the job looks again at once.
  private func answered(
    _ question: Question, of job: JobRecord, with answer: Question.Answer, by caller: Caller
  ) async throws -> QuestionAnswered {
    if answer == .accept, question.detail == .registerChanged {
      guard try await findPlan(job.plan.text).drafter != caller.id else {
        throw Refusal(
          .forbidden, "you drafted the plan of \(job.job); somebody else must accept how the register is now")
      }
      guard let record = gate.recordDigest(of: job.system) else {
        throw Refusal(.refused, "the register has no system \"\(job.system)\" any more; put its file back")
      }
      return QuestionAnswered(code: question.code, answer: answer, record: record)
    }
    guard answer == .accept, let proposed = question.proposed else {
      return QuestionAnswered(code: question.code, answer: answer)
    }
    let from = clock.start(of: proposed)
    guard from > clock.now() else {
      throw Refusal(.refused, "the day that was proposed, \(proposed), has come; answer retry, and it looks again")
    }
    return QuestionAnswered(code: question.code, answer: answer, until: proposed, from: from)
  }

  private func keep(_ note: String?, requiredFor answer: Question.Answer, of job: JobRecord) async throws {
    if let note, !note.isEmpty {
      if try await vault.contains(job.request) { try await vault.put(note, as: .answer(job.job), of: job.request) }
    } else if answer == .except || answer == .cancel {
      throw Refusal(.invalid, "say why, with a note: it is kept in the vault with the request")
    }
  }

  private func halt(_ plan: PlanReference, _ reason: FailureCode, _ caller: Caller) async throws {
    let record = try await findPlan(plan.text)
    try await append(
      PlanHalted(reason: reason), about: EntrySubject(request: record.request, plan: record.plan), by: caller.id,
      expecting: record.revision)
  }

  private func answer(request: RequestRecord, _ call: AnswerTask, _ caller: Caller) async throws {
    switch call.answer {
    case .except: try await answer(exception: request, call, caller)
    case .accept where request.undecided == 0:
      if try await dueExceptions(of: request.request).isEmpty {
        return try await decideIdentifiers(request, call, caller)
      }
      try await answer(exception: request, call, caller)
    case .accept, .decline: try await decideIdentifiers(request, call, caller)
    case .lawful, .replan:
      guard !request.findings.isEmpty else { return try await answer(reprobe: request, call, caller) }
      let subject = EntrySubject(request: request.request)
      let settled = call.answer == .lawful ? request.findings : Array(request.findings.prefix(1))
      let drafts = try settled.map {
        try EntryDraft(FindingSettled(system: $0.system, answer: call.answer), about: subject, by: caller.id)
      }
      try await journal.append(drafts, to: subject.stream, expecting: request.revision)
    case .retry, .cancel:
      throw Refusal(.refused, "this question is answered with accept, decline, except, lawful or replan")
    }
  }

  private func decideIdentifiers(_ request: RequestRecord, _ call: AnswerTask, _ caller: Caller) async throws {
    let undecided = try await vault.get([Undecided].self, .undecided, of: request.request) ?? []
    let chosen = undecided.filter { call.ordinals.isEmpty || call.ordinals.contains($0.ordinal) }
    guard !chosen.isEmpty, Set(call.ordinals).isSubset(of: Set(undecided.map(\.ordinal))) else {
      throw Refusal(.invalid, "these identifiers do not wait for a decision; see `expunge task show`")
    }
    guard call.answer == .decline || !call.ordinals.isEmpty || undecided.count == 1 else {
      throw Refusal(
        .invalid, "\(undecided.count) identifiers wait: name those that are the person's, such as --identifiers 1,3")
    }
    let item: VaultItem = call.answer == .accept ? .identifiers : .declined
    var list = try await vault.get([SubjectIdentifier].self, item, of: request.request) ?? []
    for one in chosen where !list.contains(one.identifier) { list.append(one.identifier) }
    try await vault.put(list, as: item, of: request.request)
    try await vault.put(undecided.filter { !chosen.contains($0) }, as: .undecided, of: request.request)
    let subject = EntrySubject(request: request.request)
    let drafts = try chosen.map { one in
      call.answer == .accept
        ? try EntryDraft(
          IdentifierAccepted(system: one.system, identifierKind: one.identifier.kind, ordinal: one.ordinal),
          about: subject, by: caller.id)
        : try EntryDraft(
          IdentifierDeclined(system: one.system, identifierKind: one.identifier.kind, ordinal: one.ordinal),
          about: subject, by: caller.id)
    }
    try await journal.append(drafts, to: subject.stream, expecting: request.revision)
  }

  // MARK: Manual tasks

  /// Two different people attest a manual task.
  static let attestationsNeeded = 2
  static let nothingFound = "nothing-found"

  func prepare(_ call: PrepareAttestation) async throws -> AttestationPrepared {
    let job = try await manualTask(call.task)
    let text: AttestationText
    do {
      text = try AttestationText(
        log: settings.origin, job: job.job, request: job.request, done: call.done, medium: call.medium,
        method: call.method, nonce: try await nonce(of: job))
    } catch let problem as SignedTextError {
      throw Refusal(.invalid, "the attestation cannot be written: \(problem)")
    }
    try await requireNoPerson(call.done + "\n" + call.medium + "\n" + call.method, job.request)
    return AttestationPrepared(text: String(decoding: text.encoded, as: UTF8.self))
  }

  private func manualTask(_ text: String) async throws -> JobRecord {
    let job = try await findJob(text)
    guard job.onHold != true else {
      throw Refusal(.refused, "a hold keeps what \(job.system) has: nobody does this before expunge hold release")
    }
    guard case .awaitingOfficer(let question) = job.state, question.code == .manualTask else {
      throw Refusal(.refused, "\(job.job) is \(job.state.word) and no manual task that waits")
    }
    return job
  }

  /// Once the person is forgotten there is nothing left that a nonce could hide: the job's own number stands for it.
  private func nonce(of job: JobRecord) async throws -> String {
    guard try await vault.contains(job.request) else { return String(job.job.text.suffix(32)) }
    if let nonce = try await vault.get(String.self, .attestationNonce(job.job), of: job.request) { return nonce }
    let nonce = Hex.encode(random.bytes(16))
    try await vault.put(nonce, as: .attestationNonce(job.job), of: job.request)
    return nonce
  }

  /// Evidence holds no person: an attestation that names him is refused before anybody signs it.
  func requireNoPerson(
    _ text: String, _ request: RequestReference, in what: String = "attestation"
  ) async throws {
    let isKnown = try await vault.contains(request)
    let identifiers = isKnown ? try await vault.get([SubjectIdentifier].self, .identifiers, of: request) ?? [] : []
    let lower = text.lowercased()
    for identifier in identifiers
    where identifier.value.count >= 4 && lower.contains(identifier.value.lowercased()) {
      throw Refusal(.invalid, "the \(what) holds the person's \(identifier.kind); write it without")
    }
    // Somebody else, or one who was forgotten already.
    guard let hit = PersonalDataScan.hit(in: Array(text.utf8)) else { return }
    throw Refusal(.invalid, "the \(what) holds something like \(hit.kind.rawValue); write it without")
  }

  func attest(_ call: SubmitAttestation, _ caller: Caller) async throws -> TaskView {
    do {
      return try await recordAttestation(call, caller)
    } catch let refusal as Refusal {
      if refusal.reason == .forbidden || refusal.reason == .refused {
        await denied(SubmitAttestation.name, FailureCode("attestation-refused"), by: caller)
      }
      throw refusal
    }
  }

  private func recordAttestation(_ call: SubmitAttestation, _ caller: Caller) async throws -> TaskView {
    let job = try await manualTask(call.task)
    let bytes = Array(call.text.utf8)
    let text: AttestationText
    do { text = try AttestationText(parsing: bytes) } catch {
      throw Refusal(.invalid, "the attestation text does not read: \(error)")
    }
    guard text.job == job.job, text.request == job.request, text.log == settings.origin,
      text.nonce == (try await nonce(of: job))
    else { throw Refusal(.refused, "this attestation is for another task") }
    try await requireNoPerson(call.text, job.request)
    let signed = try await signature(
      call.signature, over: bytes, principal: call.principal, AttestationText.namespace, at: clock.now())
    guard Permissions.allow(SubmitAttestation.name, Caller(person: signed.person, roles: signed.person.roles)) else {
      throw Refusal(.forbidden, "\(signed.person.name) may not confirm tasks; an officer, clerk or system owner must")
    }
    let plan = try await findPlan(job.plan.text)
    guard signed.person.id != plan.drafter else {
      throw Refusal(.forbidden, "\(signed.person.name) asked for this task and cannot confirm it; two others must")
    }
    guard
      !job.attestations.contains(where: { $0.by == signed.person.id || $0.keyFingerprint == signed.key.fingerprint })
    else { throw Refusal(.refused, "\(signed.person.name) has already attested; a second person must") }
    let found = text.done != Self.nothingFound
    guard job.attestations.allSatisfy({ $0.found == found }) else {
      throw Refusal(
        .refused, "the first attestation says otherwise about what was found; settle that between you first")
    }
    try await append(attestation: text, bytes, call, signed, to: job, found: found)
    return try await task(job.job.text)
  }

  private func append(
    attestation text: AttestationText, _ bytes: [UInt8], _ call: SubmitAttestation,
    _ signed: (person: Person, key: SSHPublicKey), to job: JobRecord, found: Bool
  ) async throws {
    let artifacts = [Self.artifact(bytes), Self.artifact(Array(call.signature.utf8))]
    let subject = EntrySubject(request: job.request, plan: job.plan, job: job.job)
    let facts = TaskAttested(
      text: artifacts[0].digest, signature: artifacts[1].digest, keyFingerprint: signed.key.fingerprint, found: found)
    var drafts = [try EntryDraft(facts, about: subject, by: signed.person.id, artifacts: artifacts)]
    if job.attestations.count + 1 >= Self.attestationsNeeded {
      let seen = Verification(voucher: .person, seen: .attestation, path: FailureCode("two-attestations"))
      let dataset = job.verb == .confirmExpiry ? "copy" : "carrier"
      let effect = EffectCount(dataset: dataset, approved: 0, found: found ? 1 : 0, erased: found ? 1 : 0)
      let receipt = try ErasureReceipt(verification: seen, effects: found ? [effect] : [])
      drafts.append(
        try EntryDraft(JobSettled(outcome: found ? .erased(receipt) : .nothingFound(receipt)), about: subject))
    }
    try await journal.append(drafts, to: subject.stream, expecting: job.revision)
  }
}
