// Facts of entries about restores of systems of ours.

/// A system was set back to an earlier state, and is looked through before it is opened again.
public struct RestoreAnnounced: EntryFacts {
  public static let kind = EntryKind("restore.announced")
  public var system: SystemName
  /// The state that was restored: what was erased after it may be back.
  public var asOf: UTCTime

  public init(system: SystemName, asOf: UTCTime) {
    self.system = system
    self.asOf = asOf
  }
}

/// The weekly look: all root records of a system were compared with the recognition tags of what had been erased there,
/// whether anybody announced a restore or not.
public struct SystemScanned: EntryFacts {
  public static let kind = EntryKind("system.scanned")
  public var system: SystemName
  public var records: Int
  /// As in `RestoreScanned`. Any is an incident: a restore that nobody announced, or a person who came back by himself.
  public var certain: Int
  public var possible: Int

  public init(system: SystemName, records: Int, certain: Int, possible: Int) {
    self.system = system
    self.records = records
    self.certain = certain
    self.possible = possible
  }
}

/// All root records of a system were compared with the recognition tags of what had been erased there.
public struct RestoreScanned: EntryFacts {
  public static let kind = EntryKind("restore.scanned")
  /// The system whose erased records were looked for.
  public var system: SystemName
  /// Where they were looked for, when that was a copy of the system.
  public var copy: SystemName?
  public var asOf: UTCTime
  /// Records that were read.
  public var records: Int
  /// Records with the key and another field of one erased record.
  public var certain: Int
  /// Records with less in common: a key may be somebody else's by now.
  public var possible: Int
  /// A drill: nothing is proposed.
  public var drill: Bool?

  public init(
    system: SystemName, copy: SystemName? = nil, asOf: UTCTime, records: Int, certain: Int, possible: Int,
    drill: Bool? = nil
  ) {
    self.system = system
    self.copy = copy
    self.asOf = asOf
    self.records = records
    self.certain = certain
    self.possible = possible
    self.drill = drill
  }
}

/// Somebody signed that who was erased in a system and comes back with a restore may be erased again at once. It counts
/// from the second signature on.
public struct StandingApproved: EntryFacts {
  public static let kind = EntryKind("standing.approved")
  public var system: SystemName
  public var approval: Approval
  /// What the signed text says.
  public var record: ContentDigest
  public var atMost: Int
  public var until: UTCTime
  public var nonce: String

  public init(
    system: SystemName, approval: Approval, record: ContentDigest, atMost: Int, until: UTCTime, nonce: String
  ) {
    self.system = system
    self.approval = approval
    self.record = record
    self.atMost = atMost
    self.until = until
    self.nonce = nonce
  }
}

/// It counts no more.
public struct StandingWithdrawn: EntryFacts {
  public static let kind = EntryKind("standing.withdrawn")
  public var system: SystemName

  public init(system: SystemName) { self.system = system }
}
