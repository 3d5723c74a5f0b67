// Facts of entries in the stream of a job.

/// The claim, and the intent before any effect. Carries the lease epoch.
public struct AttemptStarted: EntryFacts {
  public static let kind = EntryKind("attempt.started")
  public var attempt: AttemptReference
  public var epoch: Int
  /// The approved bytes this attempt works from, checked before the claim.
  public var digest: ContentDigest

  public init(attempt: AttemptReference, epoch: Int, digest: ContentDigest) {
    self.attempt = attempt
    self.epoch = epoch
    self.digest = digest
  }
}

/// What is about to be committed outside; durable before the connector commits.
public struct AttemptPrepared: EntryFacts {
  public static let kind = EntryKind("attempt.prepared")
  public var epoch: Int
  public var effects: [EffectCount]
  /// The target's own name for the transaction, where it has one.
  public var transaction: String?
  /// Recognition tags stored in the keyring for this attempt.
  public var tags: Int
  /// Of `effects`, what earlier transactions of the job have committed; absent where one transaction does all.
  public var earlier: [EffectCount]?

  public init(
    epoch: Int, effects: [EffectCount], transaction: String?, tags: Int, earlier: [EffectCount] = []
  ) {
    self.epoch = epoch
    self.effects = effects
    self.transaction = transaction
    self.tags = tags
    self.earlier = earlier.isEmpty ? nil : earlier
  }
}

/// How an attempt ended. Each attempt has exactly one.
public struct AttemptEnded: EntryFacts {
  public static let kind = EntryKind("attempt.ended")
  public var epoch: Int
  public var end: String
  public var code: FailureCode?
  public var retryAt: UTCTime?
  public var checkAt: UTCTime?
  public var question: Question?

  public init(_ end: AttemptEnd, epoch: Int, retryAt: UTCTime? = nil) {
    self.epoch = epoch
    self.end = end.word
    self.retryAt = retryAt
    switch end {
    case .done, .interrupted, .lost: break
    case .accepted(let checkAt): self.checkAt = checkAt
    case .transientFailure(let code, let retryAt):
      self.code = code
      self.retryAt = retryAt
    case .permanentFailure(let code): self.code = code
    case .needsOfficer(let question): self.question = question
    }
  }

  /// The end as the state machine knows it; nothing when the facts do not fit the word.
  public var attemptEnd: AttemptEnd? {
    switch end {
    case "done": .done
    case "accepted": checkAt.map { .accepted(checkAt: $0) }
    case "transient-failure":
      if let code, let retryAt { .transientFailure(code, retryAt: retryAt) } else { nil }
    case "permanent-failure": code.map { .permanentFailure($0) }
    case "needs-officer": question.map { .needsOfficer($0) }
    case "interrupted": .interrupted
    case "lost": .lost
    default: nil
    }
  }
}

/// A company's signed receipt, checked before the job is settled by it.
public struct ReceiptKept: EntryFacts {
  public static let kind = EntryKind("receipt.kept")
  public var epoch: Int
  /// The compact JWS, exactly as it came.
  public var receipt: ContentDigest
  /// The public key that verified it: a JWK with its required members only (RFC 7638 section 3.2).
  public var key: String

  public init(epoch: Int, receipt: ContentDigest, key: String) {
    self.epoch = epoch
    self.receipt = receipt
    self.key = key
  }
}

/// A company has called about a job by itself, and its signature was right.
public struct CallbackReceived: EntryFacts {
  public static let kind = EntryKind("callback.received")
  /// How a verification names that the answer came by such a call.
  public static let path = FailureCode("callback")
  /// The same for a letter that its recipient answered on our page.
  public static let pagePath = FailureCode("letter-page")
  /// And for one whose answer came on paper or by mail, entered by one of our people.
  public static let enteredPath = FailureCode("letter-entered")
  /// The paths that lead to no outcome without such an entry.
  public static let paths = [path, pagePath, enteredPath]
  public var status: RecipientWord
  /// The job was settled already: the call changes nothing.
  public var late: Bool
  /// The receipt that a late call brought: a compact JWS, exactly as it came.
  public var receipt: ContentDigest?
  /// The public key that verified it, as in `ReceiptKept`.
  public var key: String?

  public init(status: RecipientWord, late: Bool, receipt: ContentDigest? = nil, key: String? = nil) {
    self.status = status
    self.late = late
    self.receipt = receipt
    self.key = key
  }
}

/// A company that had been told was told that the erasure is not wanted any more.
public struct CancelSent: EntryFacts {
  public static let kind = EntryKind("cancel.sent")
  public enum Answer: String, Hashable, Sendable, Codable {
    case accepted
    /// It has begun, or is done.
    case tooLate = "too-late"
    /// It knows of no such notice.
    case unknown
  }
  public var answer: Answer

  public init(answer: Answer) { self.answer = answer }
}

/// An outcome came with a stale epoch: kept, and changes nothing.
public struct AttemptReportedLate: EntryFacts {
  public static let kind = EntryKind("attempt.reported-late")
  public var epoch: Int
  public var end: String

  public init(epoch: Int, end: String) {
    self.epoch = epoch
    self.end = end
  }
}

/// The one end of a job's life.
public struct JobSettled: EntryFacts {
  public static let kind = EntryKind("job.settled")
  public var outcome: JobOutcome

  public init(outcome: JobOutcome) { self.outcome = outcome }
}

public struct JobReopened: EntryFacts {
  public static let kind = EntryKind("job.reopened")
  public init() {}
}

/// An officer answered a job's question. What else he wrote is in the vault.
public struct QuestionAnswered: EntryFacts {
  public static let kind = EntryKind("question.answered")
  public var code: Question.Code
  public var answer: Question.Answer
  /// With `accept` of a day that the question proposed: that day, and its first instant where the controller is.
  public var until: CivilDate?
  public var from: UTCTime?
  /// With `accept` of a system that the register describes otherwise since the approval: its record now. The follow-up
  /// runs by it.
  public var record: ContentDigest?
  /// With `except`: on which ground, by which statute and until when it stays. Absent in a log with rules before 5.
  public var terms: ExceptionTerms?

  public init(
    code: Question.Code, answer: Question.Answer, until: CivilDate? = nil, from: UTCTime? = nil,
    record: ContentDigest? = nil, terms: ExceptionTerms? = nil
  ) {
    self.terms = terms
    self.code = code
    self.answer = answer
    self.until = until
    self.from = from
    self.record = record
  }
}

/// A person signed what he did with a carrier or paper. `by` is who signed.
public struct TaskAttested: EntryFacts {
  public static let kind = EntryKind("task.attested")
  public var text: ContentDigest
  public var signature: ContentDigest
  public var keyFingerprint: String
  /// Found and destroyed, or nothing there.
  public var found: Bool

  public init(text: ContentDigest, signature: ContentDigest, keyFingerprint: String, found: Bool) {
    self.text = text
    self.signature = signature
    self.keyFingerprint = keyFingerprint
    self.found = found
  }
}

/// Recognition tags of the rows about to be erased are in the keyring.
public struct TagsWritten: EntryFacts {
  public static let kind = EntryKind("tags.written")
  public var system: SystemName
  public var count: Int
  public var epoch: String
  public var expires: CivilDate

  public init(system: SystemName, count: Int, epoch: String, expires: CivilDate) {
    self.system = system
    self.count = count
    self.epoch = epoch
    self.expires = expires
  }
}

/// A tagged copy was seen gone.
public struct CopyExpired: EntryFacts {
  public static let kind = EntryKind("copy.expired")
  public var system: SystemName
  public var sets: Int

  public init(system: SystemName, sets: Int) {
    self.system = system
    self.sets = sets
  }
}
