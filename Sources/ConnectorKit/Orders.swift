public import ErasureDomain

/// What to look for. Identifiers come from the vault, for this call only.
public struct SearchOrder: Sendable {
  public let system: SystemName
  public let identifiers: [SubjectIdentifier]
  /// Root records an officer has left out: neither counted nor searched from.
  public let leftOut: [RootRecord]
  /// Mails and tickets of the request itself, which stay until their dates: neither counted nor erased.
  public let spared: [CaseRecord]
  public let deadline: UTCTime

  public init(
    system: SystemName, identifiers: [SubjectIdentifier], leftOut: [RootRecord] = [], spared: [CaseRecord] = [],
    deadline: UTCTime
  ) {
    self.system = system
    self.identifiers = identifiers
    self.leftOut = leftOut
    self.spared = spared
    self.deadline = deadline
  }
}

/// What to erase, exactly. The same for every attempt of a job, but for `prepared`, `remembered` and `callDeadline`.
public struct ErasureOrder: Sendable {
  public let request: RequestReference
  public let job: JobReference
  public let system: SystemName
  public let verb: JobVerb
  public let ground: ErasureGround
  public let receivedOn: CivilDate
  public let identifiers: [SubjectIdentifier]
  /// The located root records that were approved, keys and all.
  public let roots: [RootRecord]
  /// Root records an officer has left out; they and what hangs on them stay.
  public let leftOut: [RootRecord]
  /// Mails and tickets of the request itself, which stay until their dates.
  public let spared: [CaseRecord]
  /// What was approved, per dataset.
  public let approved: [DatasetCount]
  public let margin: Margin
  /// Dates of approved follow-ups: rows may be kept for these rules and dates, others are a question.
  public let followUps: [KeptCount]
  /// The end of the job's work-to date: what a company is asked to keep to.
  public let deadline: UTCTime
  /// When this call must have ended; later on the connector gives up by itself.
  public let callDeadline: UTCTime
  /// The same for every attempt.
  public let idempotencyKey: String
  /// The effect an earlier attempt prepared before its answer was lost. A connector that then finds nothing answers
  /// with these counts.
  public let prepared: PreparedEffect?
  /// 32 random bytes, base64url, that live in the vault only; they blind digests of a body.
  public let blind: String
  /// What an earlier attempt left for the next (a status resource), from the vault.
  public let remembered: [String: String]
  /// For `eraseKept`: the rule and day that has come, and which rows.
  public let kept: KeptRows?
  /// For `tagExpiry` and `confirmExpiry`: the last commit of an erasure in the systems whose sets these are.
  public let erasedBy: UTCTime?
  /// For `export`: what is read of which datasets.
  public let export: PlannedExport?

  public init(
    request: RequestReference, job: JobReference, system: SystemName, verb: JobVerb, ground: ErasureGround,
    receivedOn: CivilDate, identifiers: [SubjectIdentifier], roots: [RootRecord], leftOut: [RootRecord],
    spared: [CaseRecord] = [], approved: [DatasetCount], margin: Margin, followUps: [KeptCount], deadline: UTCTime,
    callDeadline: UTCTime,
    idempotencyKey: String, prepared: PreparedEffect?, blind: String, remembered: [String: String], kept: KeptRows?,
    erasedBy: UTCTime?, export: PlannedExport? = nil
  ) {
    self.request = request
    self.job = job
    self.system = system
    self.verb = verb
    self.ground = ground
    self.receivedOn = receivedOn
    self.identifiers = identifiers
    self.roots = roots
    self.leftOut = leftOut
    self.spared = spared
    self.approved = approved
    self.margin = margin
    self.followUps = followUps
    self.deadline = deadline
    self.callDeadline = callDeadline
    self.idempotencyKey = idempotencyKey
    self.prepared = prepared
    self.blind = blind
    self.remembered = remembered
    self.kept = kept
    self.erasedBy = erasedBy
    self.export = export
  }

  /// The day on which rows without a start event are looked at again: the approved one of their rule, so that a count
  /// made later names the same day; otherwise the latest that is allowed, seen from `today`.
  public func reviewDay(rule: String, today: CivilDate) -> CivilDate {
    followUps.first { $0.isConditional && $0.rule == rule }?.until ?? RetentionRule.reviewDay(seenOn: today)
  }
}

/// Rows a follow-up erases: sealed keys of root records, opened for this call.
public struct KeptRows: Hashable, Sendable, Codable {
  public let rule: String
  public let until: CivilDate
  public let roots: [RootRecord]
  /// True when the start event had not happened: `until` is then the day to look again. Nil for dated rows.
  public let conditional: Bool?

  public init(rule: String, until: CivilDate, roots: [RootRecord], conditional: Bool? = nil) {
    self.rule = rule
    self.until = until
    self.roots = roots
    self.conditional = conditional == true ? true : nil
  }

  /// Whether the start event had not happened.
  public var isConditional: Bool { conditional == true }

  /// Rule, day and marker, as counts name them.
  public var group: KeptCount { KeptCount(rule: rule, until: until, count: 0, conditional: conditional) }
}

/// What a connector is about to commit.
public struct PreparedEffect: Hashable, Sendable, Codable {
  public let effects: [EffectCount]
  /// The target's own name for the transaction, where it has one.
  public let transaction: String?
  /// Values that recognition tags are made from, of rows found by an identifier: hashed at once, never stored.
  public let recognition: [RecognisedRow]
  /// Keys of rows that stay, for the follow-ups that erase them later: sealed in the keyring.
  public let kept: [KeptRows]
  /// Of `effects`, what earlier transactions of the job have committed: where one would have been too large.
  public let earlier: [EffectCount]

  public init(
    effects: [EffectCount], transaction: String? = nil, recognition: [RecognisedRow] = [], kept: [KeptRows] = [],
    earlier: [EffectCount] = []
  ) {
    self.effects = effects
    self.transaction = transaction
    self.recognition = recognition
    self.kept = kept
    self.earlier = earlier
  }
}

/// Fields of one row that recognition tags are made from: `pk:<table>` and each identifying column as stored
/// (`<kind>:raw`) and normalised (`<kind>:n1`).
public struct RecognisedRow: Hashable, Sendable, Codable {
  public struct Field: Hashable, Sendable, Codable {
    public let name: String
    public let value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }

    /// The kind of identifier that the field is; nil for a key.
    public var kind: IdentifierKind? {
      let parts = name.split(separator: ":")
      return parts.count == 2 && parts[0] != "pk" ? IdentifierKind(rawValue: String(parts[0])) : nil
    }
  }

  public let fields: [Field]

  public init(fields: [Field]) { self.fields = fields }
}

/// Makes an effect durable in our own store before it happens outside.
public protocol EffectRecorder: Sendable {
  /// Returns when durable. Throws when it could not be made so: then the connector must not commit.
  func record(_ effect: PreparedEffect) async throws(ConnectorFailure)
  /// Keeps something for later attempts in the vault (a status resource). Not in any log.
  func remember(_ value: String, as name: String) async throws(ConnectorFailure)
}

/// How far an erasure came in one call.
public enum ErasureProgress: Hashable, Sendable {
  /// Done as far as the connector can tell: the engine now verifies.
  case completed([EffectCount])
  /// Told, accepted, and to be asked again.
  case handedOver(checkAfterSeconds: Int64)
  /// Told; no answer is awaited.
  case told
  /// A backup set carries its date.
  case tagged(until: CivilDate)
  /// Nothing was done: the company takes it at that time only. No failure, and nobody is told yet.
  case waiting(until: UTCTime)
}
