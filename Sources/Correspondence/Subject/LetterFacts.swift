public import ConnectorKit
public import ErasureDomain

/// Everything a letter to the person may say, made from records and outcomes alone.
///
/// What is not in here cannot be said: the sentences of a letter are made from these facts, so a letter never claims more
/// than the evidence (requirements K1, K2).
public struct LetterFacts: Hashable, Sendable {
  /// What a job did in a system that we or our people erase in.
  public enum Done: Hashable, Sendable {
    /// Seen gone. `keeps` where rows stay that the letter names elsewhere, `reduced` where of some rows only what is
    /// needed stays.
    case erased(on: CivilDate, keeps: Bool, reduced: Bool)
    /// Rows stay without what points to the person; `some` were erased beside them.
    case anonymised(on: CivilDate, some: Bool)
    /// Only taken out of ordinary use; `some` were erased beside them.
    case restricted(on: CivilDate, some: Bool)
    /// Searched, and seen that nothing is there.
    case nothingFound
    /// All that was found must stay; the letter names it as kept.
    case keptOnly
    /// Not erased, by a decision; the ground is a code.
    case excepted(ground: String)
    /// The job was stopped.
    case stopped
  }

  public struct System: Hashable, Sendable {
    public let system: SystemName
    public let title: String
    public let done: Done
    /// With `excepted`: statute and date; nil where the log has none.
    public var terms: ExceptionTerms?
  }

  /// Rows that stay, under one rule and until one day.
  public struct Kept: Hashable, Sendable {
    public let title: String
    public let dataset: String
    /// The first day on which they are erased; for rows whose period has not begun the day of the next look.
    public let until: CivilDate
    public let isConditional: Bool
    /// Statute and article.
    public let citation: String
    public let ground: RetentionGround?
  }

  /// The backups of one system.
  public struct Backup: Hashable, Sendable {
    public let system: SystemName
    public let title: String
    /// The last day of the last set that can hold the person.
    public let lastDay: CivilDate
    /// When it was seen that no such set is there any more.
    public let goneOn: CivilDate?
    /// It ends without us: rebuilt, kept for days, or removed by somebody.
    public let isByItself: Bool
    /// It is over as a setting or our people say; we have not looked.
    public let endedUnseen: Bool
  }

  /// A company that was asked, instructed or could not be told.
  public struct Recipient: Hashable, Sendable {
    public enum Answer: Hashable, Sendable {
      /// It said that it did what it was asked; some rows it keeps until a day.
      case confirmed(on: CivilDate, keepsUntil: CivilDate?)
      case nothingFound(on: CivilDate)
      /// It was told, and no answer is awaited.
      case told(on: CivilDate)
      /// It did not answer; when it was last asked.
      case silent(lastAsked: CivilDate)
      /// It was told, and told later that the erasure is not wanted any more.
      case takenBack
      /// It was not told, by a decision.
      case notTold
      /// It does not exist any more: its successor was told, or nobody is there.
      case ceased(on: CivilDate, hasSuccessor: Bool)
    }

    public let system: SystemName
    public let title: String
    /// Nil for one that ceased.
    public let duty: LetterDuty?
    public let answer: Answer
  }

  /// Records that an officer left out of the plan.
  public struct LeftOut: Hashable, Sendable {
    public let title: String
    public let records: Int
    /// Why, as officers said, each once; empty in logs older than the terms.
    public let terms: [ExceptionTerms]
  }

  /// A category of data for which no ground of Art. 17(1) GDPR applies.
  public struct Rejected: Hashable, Sendable {
    public let title: String
    public let category: String
    public let reason: GroundRejection
  }

  /// A restriction, or an objection to marketing, that holds.
  public struct Measured: Hashable, Sendable {
    public let measure: RestrictionMeasure
    public let since: CivilDate
  }

  /// A copy that the person asked for; nil days where he was not given one.
  public struct Package: Hashable, Sendable {
    public let kind: PackageKind
    public let deliveredOn: CivilDate?
  }

  /// Words of an officer for this letter, kept with it in the vault.
  public struct Texts: Hashable, Sendable {
    /// Why: identity, extension, refusal.
    public var reason: String?
    /// What the person is asked to do: identity.
    public var step: String?

    public init(reason: String? = nil, step: String? = nil) {
      self.reason = reason
      self.step = step
    }
  }

  public let organisation: LetterParty
  public let request: RequestReference
  public let state: ErasureRequest.State
  public let dueDates: DueDates
  /// The last day after an extension; nil where there is none.
  public let newLastDay: CivilDate?
  /// The day on the letter.
  public let today: CivilDate
  public let texts: Texts
  /// What the person takes home (evidence.md 10.2); nil where the vault is gone.
  public let code: SubjectCode?
  public internal(set) var systems: [System] = []
  public internal(set) var kept: [Kept] = []
  public internal(set) var backups: [Backup] = []
  public internal(set) var recipients: [Recipient] = []
  public internal(set) var leftOut: [LeftOut] = []
  public internal(set) var rejected: [Rejected] = []
  public internal(set) var measured: [Measured] = []
  public internal(set) var packages: [Package] = []
  /// Whether erasure was asked for: a letter about a copy alone speaks of none.
  public let asksForErasure: Bool
  /// Systems whose work is not settled.
  public internal(set) var unsettled: [SystemName] = []
  /// Rules without a statute, by system: a letter that had to name one cannot be made.
  public internal(set) var withoutStatute: [SystemName: String] = [:]

  /// When the last of our systems was done with what was due then; rows that had to stay go later, and do not count.
  public internal(set) var doneOn: CivilDate?
}
