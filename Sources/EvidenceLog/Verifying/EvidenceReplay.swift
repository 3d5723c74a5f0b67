import ErasureDomain

/// Replays entries in order and checks that each was allowed to follow those before it.
///
/// It goes beyond the fold that guards the journal: the fold trusts what the daemon has checked before it appends,
/// an auditor checks that again. One wrong entry of a request ends the replay of that request, so that a finding is
/// a cause and not its consequences.
struct EvidenceReplay {
  /// How much of the log the entries are.
  enum Scope {
    case wholeLog
    /// The entries of one request, and the log's first.
    case oneRequest
  }

  /// Where an entry's bytes stand.
  struct Place {
    let index: UInt64
    let path: String
    /// The entry's first byte in the file; nothing where the file is the entry.
    let byte: Int?
  }

  /// What is kept of a request until it ends.
  struct History: Sendable {
    var entries: [(index: UInt64, entry: EvidenceEntry)] = []
    var leaves: [MerkleHash] = []
    /// The place of the conclusion among `entries`.
    var concluded: Int?

    mutating func append(_ entry: EvidenceEntry, _ leaf: MerkleHash, at index: UInt64) {
      if entry.kind == RequestConcluded.kind { concluded = entries.count }
      entries.append((index, entry))
      leaves.append(leaf)
    }
  }

  let scope: Scope
  let origin: String
  let logKeys: [NoteVerifierKey]
  /// Those of them that signed the checkpoint.
  let signing: [NoteVerifierKey]
  let signers: AllowedSigners?
  let answers: ReplayAnswers
  /// What stands in the artifacts that the present entry names.
  private(set) var named: NamedArtifacts?
  var ledger = ArtifactLedger()
  var result = AuditResult()
  var counts = ReplayCounts()
  var histories: [RequestReference: History] = [:]
  private var ended: [History] = []
  /// The digests of the plans of open requests, as they were last proposed and found to be in order.
  var plans: [PlanReference: ContentDigest] = [:]
  /// Requests whose replay ended with a finding, or for want of an artifact.
  var stopped: Set<RequestReference> = []
  var nonces: Set<String> = []
  /// What each nonce of a change of the configuration is for, and those whose change took effect.
  var changes: [String: Change] = [:]
  var spent: Set<String> = []
  var attempts: Set<AttemptReference> = []
  /// The newest ended epoch of each job, and whether it ended as done.
  var ends: [JobReference: (epoch: Int, isDone: Bool)] = [:]
  /// The job whose attempt was done: its outcome stands next.
  var awaitsOutcome: JobReference?
  /// What companies' receipts state, by job.
  var receipts: [JobReference: ReceiptClaims] = [:]
  /// The principals that signed for one proposal or task, by its nonce.
  var principals: [String: Set<String>] = [:]
  /// The principals for whom the auditor lists a key.
  var listed: [SSHPublicKey: Set<String>] = [:]
  /// The texts that people signed, in the order of entries.
  var decisions: [(index: UInt64, text: ContentDigest, signature: ContentDigest)] = []
  /// Entries of no request, without the first.
  var strays: [Place] = []
  /// The log's first entry.
  private(set) var openedAt: Place?
  /// The log that this one follows.
  private(set) var continues: ContinuedLog?
  private var lastAt: UTCTime?

  init(
    scope: Scope, checkpoint: TrustedCheckpoint, trust: AuditTrust,
    artifact: @escaping (ContentDigest) throws -> [UInt8]?
  ) {
    self.scope = scope
    origin = checkpoint.checkpoint.origin
    logKeys = trust.policy.logs.map(\.key).filter { Lines.same($0.name, checkpoint.checkpoint.origin) }
    signing = checkpoint.logKeys
    signers = trust.allowedSigners
    answers = ReplayAnswers(knowsOwners: scope == .wholeLog, source: artifact)
  }

  /// Takes the next entry, and what it names. Throws only what reading an artifact throws.
  mutating func apply(_ read: ReadEntry, _ named: NamedArtifacts?, at place: Place) throws {
    counts.entries += 1
    if let offset = read.address {
      wrong(place, byte: offset, "something like an e-mail address stands in the entry; evidence never holds a person")
    }
    let entry: EvidenceEntry
    switch read.entry {
    case .success(let found): entry = found
    case .failure(let problem): return wrong(place, "\(problem)")
    }
    self.named = named
    if !read.unknownFacts.isEmpty { counts.note(read.unknownFacts, of: entry.kind, at: place.index) }
    checkTime(entry, place)
    checkOutcomeFollows(entry, place)
    if place.index == 0, entry.kind != LogOpened.kind {
      wrong(place, "the first entry of a log is log.opened, not \(entry.kind)")
    }
    ledger.add(entry, read.digests, index: place.index) { answers.request($0)?.endedAt }
    noteDecision(entry, place)
    try replay(entry, place)
    if scope == .oneRequest, entry.subject.request == nil, place.index != 0 { strays.append(place) }
    if let request = entry.subject.request {
      histories[request, default: History()].append(entry, read.leaf, at: place.index)
      if entry.kind == RequestEnded.kind, scope == .wholeLog { forget(request) }
    }
  }

  /// Says what is wrong with an entry; its request is not replayed any further.
  mutating func wrong(_ place: Place, byte offset: Int = 0, _ reason: String) {
    let byte = place.byte.map { $0 + offset } ?? (offset > 0 ? offset : nil)
    result.add(AuditFinding(entry: place.index, path: place.path, byte: byte, reason: reason))
  }

  private mutating func forget(_ request: RequestReference) {
    if let history = histories.removeValue(forKey: request) { ended.append(history) }
    for plan in answers.plans(of: request) {
      for job in answers.references(of: plan) {
        ends[job] = nil
        receipts[job] = nil
        if !principals.isEmpty { principals[job.text] = nil }
      }
      if let nonce = answers.plan(plan)?.proposal.nonce { principals[nonce] = nil }
      plans[plan] = nil
    }
    answers.forget(request)
  }

  /// Entries of requests that have ended since this was asked last: nobody needs them any more.
  mutating func takeEnded() -> [History] {
    defer { ended = [] }
    return ended
  }

  /// A plan that was found to be in order.
  func orderlyPlan(_ reference: PlanReference) throws -> ErasurePlan? {
    try plans[reference].flatMap { try answers.plan(at: $0) }
  }

  // MARK: One entry

  private mutating func checkTime(_ entry: EvidenceEntry, _ place: Place) {
    defer { lastAt = entry.at }
    guard scope == .wholeLog, let lastAt, entry.at < lastAt, entry.kind != ClockStepped.kind else { return }
    wrong(place, "its time \(entry.at) is before that of the entry before (\(lastAt)) without a clock.stepped")
  }

  /// End and outcome are one append; that a copy expired may stand between them.
  private mutating func checkOutcomeFollows(_ entry: EvidenceEntry, _ place: Place) {
    guard let job = awaitsOutcome else { return }
    if entry.subject.job == job, entry.kind == CopyExpired.kind { return }
    awaitsOutcome = nil
    guard entry.subject.job == job, entry.kind == JobSettled.kind else {
      return wrong(place, "right behind the attempt of \(job) that was done stands its outcome, not \(entry.kind)")
    }
  }

  /// What people signed: approvals, refusals and attestations. Facts that do not read are a finding elsewhere.
  private mutating func noteDecision(_ entry: EvidenceEntry, _ place: Place) {
    switch entry.kind {
    case PlanApproved.kind:
      guard let approval = try? entry.facts(as: PlanApproved.self).approval else { return }
      decisions.append((place.index, approval.text, approval.signature))
    case PlanConfirmed.kind:
      guard let approval = try? entry.facts(as: PlanConfirmed.self).approval else { return }
      decisions.append((place.index, approval.text, approval.signature))
    case PlanWithdrawn.kind:
      guard let refusal = try? entry.facts(as: PlanWithdrawn.self).refusal else { return }
      decisions.append((place.index, refusal.text, refusal.signature))
    case TaskAttested.kind:
      guard let facts = try? entry.facts(as: TaskAttested.self) else { return }
      decisions.append((place.index, facts.text, facts.signature))
    default: return
    }
  }

  private mutating func replay(_ entry: EvidenceEntry, _ place: Place) throws {
    let before = result.findings.count + result.furtherFindings
    defer {
      if result.findings.count + result.furtherFindings > before, let request = entry.subject.request {
        stopped.insert(request)
      }
    }
    do {
      if try !KnownEntryKinds.check(entry) { counts.unknownKinds[entry.kind.rawValue, default: 0] += 1 }
    } catch {
      wrong(place, "\(error)")
      return
    }
    // What the conclusion lists is counted from the entries alone, whatever their meaning.
    try checkCoverage(entry, place)
    if let request = entry.subject.request, stopped.contains(request) {
      counts.notReplayed += 1
      return
    }
    guard subjectIsWhole(entry, place), try mayFollow(entry, place) else { return }
    do {
      try answers.apply(entry)
    } catch let problem as FoldProblem {
      refuse(problem, entry, place)
    } catch let problem as IllegalTransition {
      wrong(place, "\(entry.kind) does not fit what came before: \(problem)")
    } catch let problem as EntryProblem {
      wrong(place, "\(problem)")
    } catch let problem as CanonicalJSONError {
      wrong(place, "the plan that it names does not read: \(problem)")
    }
  }

  private mutating func refuse(_ problem: FoldProblem, _ entry: EvidenceEntry, _ place: Place) {
    // A plan that is absent or damaged is a finding of its own, or was destroyed and cannot be checked.
    if case .missingArtifact = problem, let request = entry.subject.request {
      stopped.insert(request)
      counts.withoutPlan += 1
    } else {
      wrong(place, "\(entry.kind) does not fit what came before: \(problem)")
    }
  }

  /// Names of request and plan must be those that the job or plan has had from its beginning.
  private mutating func subjectIsWhole(_ entry: EvidenceEntry, _ place: Place) -> Bool {
    let subject = entry.subject
    guard subject.stream == .log || subject.request != nil else {
      wrong(place, "an entry about a plan or a job names its request")
      return false
    }
    if let reference = subject.job, let (plan, request) = answers.owners(of: reference) {
      guard subject.plan == plan, subject.request == request else {
        wrong(place, "job \(reference) belongs to another plan or request")
        return false
      }
    } else if let reference = subject.plan, let request = answers.owner(of: reference) {
      guard subject.request == request else {
        wrong(place, "plan \(reference) belongs to another request")
        return false
      }
    }
    return true
  }

  /// The rules of each kind; true when the fold may take the entry.
  private mutating func mayFollow(_ entry: EvidenceEntry, _ place: Place) throws -> Bool {
    let before = result.findings.count + result.furtherFindings
    switch entry.kind {
    case LogOpened.kind: try checkOpening(entry, place)
    case ClockStepped.kind: try checkClock(entry, place)
    case JournalRecovered.kind: try checkRecovery(entry, place)
    case KeyRotated.kind: try checkRotation(entry, place)
    case ChangeSigned.kind: try checkChange(entry, place)
    case SignersChanged.kind, RegisterChanged.kind: try checkConfiguration(entry, place)
    case StandingApproved.kind: try checkStanding(entry, place)
    case RequestReceived.kind: try checkNumber(entry, place)
    case PlanConcluded.kind:
      try checkLooks([try entry.facts(as: PlanConcluded.self).look], of: entry.subject.plan, place)
    case RequestConcluded.kind: try checkConclusion(entry, place)
    case RequestClosed.kind, VaultDestroyed.kind, RequestEnded.kind: try checkClosing(entry, place)
    case PlanProposed.kind: try checkProposal(entry, place)
    case PlanApproved.kind: try checkApproval(entry, place)
    case PlanConfirmed.kind: try checkConfirmation(entry, place)
    case PlanWithdrawn.kind: try checkRefusal(entry, place)
    case AttemptStarted.kind: try checkStart(entry, place)
    case AttemptPrepared.kind: try checkPrepared(entry, place)
    case AttemptEnded.kind: try checkEnd(entry, place)
    case ReceiptKept.kind: try checkReceipt(entry, place)
    case CallbackReceived.kind: try checkCallback(entry, place)
    case NoticeReceived.kind: try checkNotice(entry, place)
    case NoticeAnswered.kind: try checkAnswer(entry, place)
    case TaskAttested.kind: try checkAttestation(entry, place)
    case SystemReleased.kind: counts.releases += 1
    case SystemStopped.kind: counts.stops += 1
    case RecipientPassed.kind: counts.passes += 1
    case JobSettled.kind: try checkSettlement(entry, place)
    default: break
    }
    return result.findings.count + result.furtherFindings == before
  }

  // MARK: The log itself

  private mutating func checkOpening(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: LogOpened.self)
    guard place.index == 0 else { return wrong(place, "log.opened can only be the first entry") }
    if !Lines.same(facts.origin, origin) {
      wrong(place, "the log was opened as \(facts.origin), the checkpoint is of \(origin)")
    } else if scope == .oneRequest, !logKeys.contains(where: { Lines.same($0.text, facts.vkey) }) {
      // A bundle does not hold the changes of keys: the auditor has both keys from elsewhere.
      wrong(place, "the key with which the log was opened is not one that you were given")
    }
    openedAt = place
    counts.isPractice = facts.practice
    counts.rules = facts.rules ?? LogRules.first
    if let earlier = facts.continues { continues = earlier }
    if counts.rules < LogRules.first { wrong(place, "a log cannot keep rules \(counts.rules)") }
  }

  /// Its own checkpoint is the first with both lines.
  private mutating func checkRotation(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: KeyRotated.self)
    guard facts.fromSize == place.index || facts.fromSize == place.index + 1 else {
      return wrong(place, "checkpoints cannot carry the new key's line from \(facts.fromSize) entries on")
    }
    do {
      let key = try NoteVerifierKey(parsing: facts.newVkey)
      guard key.kind == .ed25519, Lines.same(key.name, origin) else { throw NoteKeyError.badName }
    } catch {
      wrong(place, "the new key cannot sign this log: \(error)")
    }
  }

  /// It was the first thing that was written again.
  private mutating func checkRecovery(_ entry: EvidenceEntry, _ place: Place) throws {
    let entries = try entry.facts(as: JournalRecovered.self).entries
    guard entries == place.index || entries + 1 == place.index else {
      return wrong(place, "a journal of \(entries) entries cannot be recovered at entry \(place.index)")
    }
    counts.recoveries += 1
  }

  /// Beyond a few thousand years a step means nothing, and sums of such steps would overflow.
  private static let largestStep: Int64 = 100_000_000_000

  private mutating func checkClock(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: ClockStepped.self)
    guard (-Self.largestStep...Self.largestStep).contains(facts.seconds) else {
      return wrong(place, "a clock cannot step by \(facts.seconds) seconds")
    }
    counts.clockSteps += facts.practice ? 0 : 1
  }
}
