// Facts of entries in the stream of a request.

public struct RequestReceived: EntryFacts {
  public static let kind = EntryKind("request.received")
  /// Assigned by the journal's writer, without gaps.
  public var number: Int
  /// HMAC of `evidence.md` 10.2, hex: lets the person, and nobody else, find the request.
  public var commitment: String
  public var channel: String
  public var receivedAt: UTCTime
  public var receivedOn: CivilDate
  public var capacities: [Capacity]
  public var identifierKinds: [IdentifierKind]
  public var dueDates: DueDates
  /// The request erases again what a restore has brought back; nil for every other.
  public var again: Again?
  /// The rights that the person invokes; erasure alone when absent.
  public var rights: [DataRight]?
  /// In which language he is written to; nil when nobody said.
  public var language: PersonLanguage?
  /// Who asks for him; nil when he does it himself.
  public var requester: Requester?

  /// What came back.
  public struct Again: Hashable, Sendable, Codable {
    /// The restored system: the request is about no other.
    public var system: SystemName
    /// The request for which it had been erased.
    public var request: RequestReference

    public init(system: SystemName, request: RequestReference) {
      self.system = system
      self.request = request
    }
  }

  public init(
    number: Int = 0, commitment: String, channel: String, receivedAt: UTCTime, receivedOn: CivilDate,
    capacities: [Capacity], identifierKinds: [IdentifierKind], dueDates: DueDates,
    again: Again? = nil, rights: [DataRight]? = nil, language: PersonLanguage? = nil, requester: Requester? = nil
  ) {
    self.number = number
    self.commitment = commitment
    self.channel = channel
    self.receivedAt = receivedAt
    self.receivedOn = receivedOn
    self.capacities = capacities
    self.identifierKinds = identifierKinds
    self.dueDates = dueDates
    self.again = again
    self.rights = rights
    self.language = language
    self.requester = requester
  }
}

public struct RequestConfirmed: EntryFacts {
  public static let kind = EntryKind("request.confirmed")
  /// How identity was established: a code.
  public var method: FailureCode
  public var ground: ErasureGround

  public init(method: FailureCode, ground: ErasureGround) {
    self.method = method
    self.ground = ground
  }
}

public struct RequestRefused: EntryFacts {
  public static let kind = EntryKind("request.refused")
  public var ground: String

  public init(ground: String) { self.ground = ground }
}

public struct RequestWithdrawn: EntryFacts {
  public static let kind = EntryKind("request.withdrawn")
  public init() {}
}

/// Somebody had systems searched for the person.
public struct LookupMade: EntryFacts {
  public static let kind = EntryKind("lookup.made")
  public var systems: Int
  public var purpose: String
  /// When every column was looked at (`discover`): columns looked into to the end.
  public var columns: Int?
  /// Tables, columns and whole systems that could not be looked into, or not in time.
  public var unread: Int?
  /// Rows with an identifier that no dataset of the register reaches.
  public var uncovered: Int?

  public init(
    systems: Int, purpose: String, columns: Int? = nil, unread: Int? = nil, uncovered: Int? = nil
  ) {
    self.systems = systems
    self.purpose = purpose
    self.columns = columns
    self.unread = unread
    self.uncovered = uncovered
  }
}

/// Something about the request waits for a person: how many identifiers are undecided.
public struct QuestionAsked: EntryFacts {
  public static let kind = EntryKind("question.asked")
  public var code: Question.Code
  public var open: Int

  public init(code: Question.Code, open: Int) {
    self.code = code
    self.open = open
  }
}

public struct IdentifierAccepted: EntryFacts {
  public static let kind = EntryKind("identifier.accepted")
  public var system: SystemName
  public var identifierKind: IdentifierKind
  /// Which of the identifiers that wait for a decision; the value is in the vault.
  public var ordinal: Int

  public init(system: SystemName, identifierKind: IdentifierKind, ordinal: Int) {
    self.system = system
    self.identifierKind = identifierKind
    self.ordinal = ordinal
  }
}

public struct IdentifierDeclined: EntryFacts {
  public static let kind = EntryKind("identifier.declined")
  public var system: SystemName
  public var identifierKind: IdentifierKind
  public var ordinal: Int

  public init(system: SystemName, identifierKind: IdentifierKind, ordinal: Int) {
    self.system = system
    self.identifierKind = identifierKind
    self.ordinal = ordinal
  }
}

/// One look over all searched systems after the erasure.
public struct LastLook: Hashable, Sendable, Codable {
  public var at: UTCTime
  public var systems: Int
  /// Rows seen that should have gone.
  public var remaining: Int

  public init(at: UTCTime, systems: Int, remaining: Int) {
    self.at = at
    self.systems = systems
    self.remaining = remaining
  }
}

/// Every job due now is settled and two looks saw nothing.
public struct RequestConcluded: EntryFacts {
  public static let kind = EntryKind("request.concluded")
  public var looks: [LastLook]
  /// Index ranges of all entries of the request so far: `17-29,40`.
  public var entries: String
  /// RFC 6962 root over their leaf hashes, base64.
  public var entriesRoot: String
  /// The erasure report, an artifact.
  public var report: ContentDigest
  /// Which form of the report it is (`ErasureReport.format`): an older one stays readable when a new one comes.
  public var reportFormat = ErasureReport.format
  /// The register in force, and what changed since the plan was approved; nil in older logs.
  public var register: RegisterSince?

  public init(
    looks: [LastLook], entries: String, entriesRoot: String, report: ContentDigest, register: RegisterSince? = nil
  ) {
    self.register = register
    self.looks = looks
    self.entries = entries
    self.entriesRoot = entriesRoot
    self.report = report
  }
}

public struct SubjectInformed: EntryFacts {
  public static let kind = EntryKind("subject.informed")
  public var on: CivilDate
  public var channel: String

  public init(on: CivilDate, channel: String) {
    self.on = on
    self.channel = channel
  }
}

public struct RequestClosed: EntryFacts {
  public static let kind = EntryKind("request.closed")
  public init() {}
}

/// Row and key of the request in the vault are gone, the write-ahead log truncated.
public struct VaultDestroyed: EntryFacts {
  public static let kind = EntryKind("vault.destroyed")
  public var items: Int

  public init(items: Int) { self.items = items }
}

/// The last follow-up is settled.
public struct RequestEnded: EntryFacts {
  public static let kind = EntryKind("request.ended")
  public var entries: String
  public var entriesRoot: String
  public var report: ContentDigest
  public var reportFormat = ErasureReport.format
  /// As in `RequestConcluded`.
  public var register: RegisterSince?

  public init(entries: String, entriesRoot: String, report: ContentDigest, register: RegisterSince? = nil) {
    self.register = register
    self.entries = entries
    self.entriesRoot = entriesRoot
    self.report = report
  }
}

/// Something was seen again after it was erased.
public struct FindingOpened: EntryFacts {
  public static let kind = EntryKind("finding.opened")
  public var system: SystemName
  public var remaining: Int

  public init(system: SystemName, remaining: Int) {
    self.system = system
    self.remaining = remaining
  }
}

public struct FindingSettled: EntryFacts {
  public static let kind = EntryKind("finding.settled")
  public var system: SystemName
  public var answer: Question.Answer

  public init(system: SystemName, answer: Question.Answer) {
    self.system = system
    self.answer = answer
  }
}
