/// What the entries of one request say about it, read in their order and without the daemon that wrote them.
///
/// The daemon's export, the auditor's program and `verify.py` each make it from the same entries. It trusts them: whether
/// an entry may stand where it stands is for the verifiers. Days of entries are those of UTC; the log has no time zone.
public struct RequestAccount: Sendable {
  /// One plan as it was last proposed, and who signed it.
  public struct Plan: Hashable, Sendable {
    /// The plan's reference.
    public let plan: PlanReference
    /// Who drafted it.
    public let drafter: PersonReference?
    /// The digest of its canonical bytes.
    public fileprivate(set) var digest: ContentDigest
    /// Jobs in it, follow-ups too.
    public fileprivate(set) var jobs: Int
    /// Who signed this proposal.
    public fileprivate(set) var approvers: [PersonReference] = []
    /// Enough people had signed: its jobs exist.
    public fileprivate(set) var isApproved = false
  }

  /// Who vouches for an outcome, and what was seen: two columns that are never added together.
  public struct Proof: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Who vouches.
    public let voucher: Voucher
    /// What was seen.
    public let seen: WhatWasSeen

    /// `us/second-look`
    public var description: String { "\(voucher.rawValue)/\(seen.rawValue)" }

    /// The order of the texts.
    public static func < (left: Proof, right: Proof) -> Bool { left.description < right.description }
  }

  /// How a job ended, and who vouches for it.
  public struct End: Hashable, Sendable {
    /// The outcome's word.
    public let word: String
    /// Nothing where nobody vouches.
    public let proof: Proof?
  }

  /// The request.
  public let request: RequestReference
  /// Its number in the log.
  public let number: Int
  /// Every entry of it, in order.
  public private(set) var entries: [UInt64]
  /// How it came, with what was corrected since.
  public private(set) var received: RequestReceived
  /// Where it stands.
  public private(set) var state = ErasureRequest.State.received
  /// The extension of the term, where there was one.
  public private(set) var extended: DeadlineExtended?
  /// The proof of identity that was asked for, and the days it suspended.
  public private(set) var proved: IdentityProved?
  /// When the person was first told how it ended.
  public private(set) var repliedOn: CivilDate?
  /// When it was concluded, refused or withdrawn.
  public private(set) var decidedAt: UTCTime?
  /// When it was closed, and when its last follow-up was settled.
  public private(set) var closedAt: UTCTime?
  /// When its last follow-up was settled.
  public private(set) var endedAt: UTCTime?
  /// On which ground it was refused.
  public private(set) var refused: String?
  /// The person took it back.
  public private(set) var isWithdrawn = false
  /// Other requests of the same person.
  public private(set) var linked: [RequestReference] = []
  /// Every plan that was proposed.
  public private(set) var plans: [Plan] = []
  /// Settled jobs by their end.
  public private(set) var ends: [End: Int] = [:]
  /// What stays by decisions of officers, by ground.
  public private(set) var exceptions: [String: Int] = [:]
  /// Attempts that did not do what they should, by what stopped them.
  public private(set) var obstacles: [String: Int] = [:]
  private var terms: [JobReference: ExceptionTerms] = [:]

  /// An account that begins with `request.received`; nothing for another entry.
  public init?(_ entry: EvidenceEntry, at index: UInt64) throws(EntryProblem) {
    guard entry.kind == RequestReceived.kind, let request = entry.subject.request else { return nil }
    received = try entry.facts(as: RequestReceived.self)
    self.request = request
    number = received.number
    entries = [index]
  }

  /// Takes the next entry of the request. Throws when the facts of a known kind do not read.
  public mutating func take(_ entry: EvidenceEntry, at index: UInt64) throws(EntryProblem) {
    entries.append(index)
    switch entry.kind {
    case RequestConfirmed.kind: move(.confirmed)
    case RequestRefused.kind:
      let ground = try entry.facts(as: RequestRefused.self).ground
      move(.refused(ground: ground))
      (refused, decidedAt) = (ground, entry.at)
    case RequestWithdrawn.kind:
      move(.withdrawn)
      (isWithdrawn, decidedAt) = (true, entry.at)
    case RequestConcluded.kind:
      move(.concluded)
      decidedAt = entry.at
    case RequestClosed.kind:
      move(.closed)
      closedAt = entry.at
    case RequestEnded.kind:
      move(.ended)
      endedAt = entry.at
    case FindingSettled.kind where try entry.facts(as: FindingSettled.self).answer == .replan: move(.planHalted)
    case RequestLinked.kind: linked.append(try entry.facts(as: RequestLinked.self).other)
    case HoldSet.kind: obstacles["hold", default: 0] += 1
    case DeadlineExtended.kind, IdentityProved.kind, ReceiptCorrected.kind, LetterSent.kind, SubjectInformed.kind:
      try takeDate(entry)
    case PlanProposed.kind, PlanApproved.kind, PlanHalted.kind, ExceptionGranted.kind: try takePlan(entry)
    case AttemptEnded.kind, QuestionAnswered.kind, JobSettled.kind: try takeJob(entry)
    default: break
    }
  }

  /// What an entry that may not stand there would do is left undone: the verifiers name it.
  private mutating func move(_ event: ErasureRequest.Event) {
    do { state = try state.applying(event).state } catch { return }
  }

  private mutating func takeDate(_ entry: EvidenceEntry) throws(EntryProblem) {
    switch entry.kind {
    case DeadlineExtended.kind: extended = try entry.facts(as: DeadlineExtended.self)
    case IdentityProved.kind: proved = try entry.facts(as: IdentityProved.self)
    case ReceiptCorrected.kind:
      let facts = try entry.facts(as: ReceiptCorrected.self)
      (received.receivedAt, received.receivedOn) = (facts.receivedAt, facts.receivedOn)
      received.dueDates = facts.dueDates
      extended = nil
      proved?.count(from: facts.dueDates)
    case LetterSent.kind:
      let facts = try entry.facts(as: LetterSent.self)
      if SubjectLetterKind.informing(of: state) == facts.letter { repliedOn = repliedOn ?? facts.on }
    default:
      let on = try entry.facts(as: SubjectInformed.self).on
      repliedOn = repliedOn ?? on
    }
  }

  private mutating func takePlan(_ entry: EvidenceEntry) throws(EntryProblem) {
    switch entry.kind {
    case PlanHalted.kind: move(.planHalted)
    case ExceptionGranted.kind:
      exceptions[try entry.facts(as: ExceptionGranted.self).terms?.ground.rawValue ?? "no-terms", default: 0] += 1
    case PlanProposed.kind:
      let facts = try entry.facts(as: PlanProposed.self)
      guard let reference = entry.subject.plan else { return }
      if let place = plans.firstIndex(where: { $0.plan == reference }) {
        plans[place].digest = facts.digest
        plans[place].jobs = facts.jobs
        plans[place].approvers = []
      } else {
        plans.append(Plan(plan: reference, drafter: entry.by, digest: facts.digest, jobs: facts.jobs))
      }
    default:
      let facts = try entry.facts(as: PlanApproved.self)
      guard let place = plans.firstIndex(where: { $0.plan == entry.subject.plan }) else { return }
      plans[place].approvers.append(facts.approval.by)
      guard facts.enough else { return }
      plans[place].isApproved = true
      move(.erasureStarted)
    }
  }

  private mutating func takeJob(_ entry: EvidenceEntry) throws(EntryProblem) {
    switch entry.kind {
    case AttemptEnded.kind:
      let facts = try entry.facts(as: AttemptEnded.self)
      guard facts.end != "done", facts.end != "accepted" else { return }
      obstacles[
        (facts.code ?? facts.question.map { FailureCode($0.code.rawValue) })?.rawValue ?? facts.end, default: 0] += 1
    case QuestionAnswered.kind:
      let facts = try entry.facts(as: QuestionAnswered.self)
      if facts.answer == .except, let job = entry.subject.job { terms[job] = facts.terms }
    default:
      let outcome = try entry.facts(as: JobSettled.self).outcome
      ends[End(word: outcome.word, proof: Proof(of: outcome)), default: 0] += 1
      let job = entry.subject.job
      if case .excepted(let ground) = outcome {
        exceptions[job.flatMap { terms[$0]?.ground.rawValue } ?? ground, default: 0] += 1
      }
      if let job { terms[job] = nil }
    }
  }
}

extension RequestAccount.Proof {
  /// Nothing for an outcome that says of itself that nobody vouches for it.
  public init?(of outcome: JobOutcome) {
    switch outcome {
    case .erased, .nothingFound, .anonymised, .restricted, .notified, .expiryTagged:
      self.init(voucher: outcome.voucher, seen: outcome.seen)
    case .unconfirmed, .exported, .excepted, .cancelled: return nil
    }
  }
}
