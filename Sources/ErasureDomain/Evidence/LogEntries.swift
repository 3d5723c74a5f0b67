// Facts of entries about the log and the daemon.

/// The first entry: names the log's key, the first people and the first register.
public struct LogOpened: EntryFacts {
  public static let kind = EntryKind("log.opened")
  public var origin: String
  public var vkey: String
  public var people: ContentDigest
  public var signers: ContentDigest
  public var register: ContentDigest
  public var practice: Bool
  /// Which rules every entry of this log keeps (`LogRules`); those of the first version when absent.
  public var rules: Int?
  /// The log that this one follows, as far as it counts; nil for a first log.
  public var continues: ContinuedLog?

  public init(
    origin: String, vkey: String, people: ContentDigest, signers: ContentDigest, register: ContentDigest,
    practice: Bool, rules: Int? = LogRules.newest, continues: ContinuedLog? = nil
  ) {
    self.origin = origin
    self.vkey = vkey
    self.people = people
    self.signers = signers
    self.register = register
    self.practice = practice
    self.rules = rules
    self.continues = continues
  }
}

/// An earlier log of the same organisation: nothing after this checkpoint of it counts.
public struct ContinuedLog: Hashable, Sendable, Codable {
  /// Its name and a key that signed the checkpoint.
  public var origin: String
  public var vkey: String
  /// The last checkpoint that somebody outside had seen: its entries, and their root in Base64.
  public var size: UInt64
  public var root: String

  public init(origin: String, vkey: String, size: UInt64, root: String) {
    self.origin = origin
    self.vkey = vkey
    self.size = size
    self.root = root
  }
}

public struct DaemonStarted: EntryFacts {
  public static let kind = EntryKind("daemon.started")
  public var version: String
  /// Attempts that were running when the daemon went away without a word.
  public var lost: Int
  public var practice: Bool

  public init(version: String, lost: Int, practice: Bool) {
    self.version = version
    self.lost = lost
    self.practice = practice
  }
}

public struct DaemonStopped: EntryFacts {
  public static let kind = EntryKind("daemon.stopped")
  public init() {}
}

/// The journal was rebuilt from the published log: what was appended after its last checkpoint is lost.
public struct JournalRecovered: EntryFacts {
  public static let kind = EntryKind("journal.recovered")
  /// Entries that were read back.
  public var entries: UInt64

  public init(entries: UInt64) { self.entries = entries }
}

/// The clock was moved: by an officer in practice mode, or found behind the last entry.
public struct ClockStepped: EntryFacts {
  public static let kind = EntryKind("clock.stepped")
  /// Forward when positive.
  public var seconds: Int64
  public var practice: Bool

  public init(seconds: Int64, practice: Bool) {
    self.seconds = seconds
    self.practice = practice
  }
}

/// Somebody tried what he may not: a role, a signature, a foreign account.
public struct AccessDenied: EntryFacts {
  public static let kind = EntryKind("access.denied")
  /// What was tried: the command's name.
  public var what: String
  public var reason: FailureCode

  public init(what: String, reason: FailureCode) {
    self.what = what
    self.reason = reason
  }
}

/// Recognition tags whose last purpose ended were destroyed.
public struct TagsExpired: EntryFacts {
  public static let kind = EntryKind("tags.expired")
  public var count: Int
  /// Epochs (calendar quarters) whose key went with their last tag.
  public var epochs: [String]

  public init(count: Int, epochs: [String]) {
    self.count = count
    self.epochs = epochs
  }
}

/// A company's endpoint was walked through the whole contract, and passed: plans may tell it.
public struct RecipientPassed: EntryFacts {
  public static let kind = EntryKind("recipient.passed")
  public var system: SystemName
  /// SHA-256 of the system's canonical record: with another one it passes anew.
  public var record: ContentDigest
  /// The wire contract, such as `erasure-notice/1`.
  public var contract: String
  /// The steps that it passed; the others do not apply to it.
  public var steps: [RecipientCheck.Step]

  public init(system: SystemName, record: ContentDigest, contract: String, steps: [RecipientCheck.Step]) {
    self.system = system
    self.record = record
    self.contract = contract
    self.steps = steps
  }
}

/// The owner of a system lets it be changed, as the register describes it now; until then it is only looked at.
public struct SystemReleased: EntryFacts {
  public static let kind = EntryKind("system.released")
  public var system: SystemName
  /// SHA-256 of the system's canonical record: with another one it is looked at only, until it is released again.
  public var record: ContentDigest

  public init(system: SystemName, record: ContentDigest) {
    self.system = system
    self.record = record
  }
}

/// Nothing may be changed in the system from this entry on, until it is released again.
public struct SystemStopped: EntryFacts {
  public static let kind = EntryKind("system.stopped")
  public var system: SystemName

  public init(system: SystemName) { self.system = system }
}

/// Somebody stopped everything: no attempt begins, and nothing that was not committed yet is, until it goes on.
public struct WorkStopped: EntryFacts {
  public static let kind = EntryKind("work.stopped")
  public init() {}
}

/// Work goes on.
public struct WorkResumed: EntryFacts {
  public static let kind = EntryKind("work.resumed")
  public init() {}
}
