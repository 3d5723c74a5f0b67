/// The last word of an owner about his system: released, with which record, or stopped.
public struct SystemStanding: Hashable, Sendable, Codable {
  /// SHA-256 of the record it was released with; nothing while it is stopped.
  public var released: ContentDigest?
  /// Who said so.
  public var by: PersonReference
  public var at: UTCTime

  public init(released: ContentDigest?, by: PersonReference, at: UTCTime) {
    self.released = released
    self.by = by
    self.at = at
  }
}

/// The records with which a company has passed the test of its contract, and when it did last.
public struct RecipientStanding: Hashable, Sendable, Codable {
  public var records: [ContentDigest]
  public var by: PersonReference?
  public var at: UTCTime
}

/// The last weekly look through a system.
public struct ScanStanding: Hashable, Sendable, Codable {
  public var at: UTCTime
  /// Records that had been erased and were there, until somebody looked into it.
  public var certain: Int
}

extension LogRecord {
  /// Whether a company may be told that is registered with this record. A log that began before there was this rule
  /// does not ask.
  public func hasPassed(_ system: SystemName, with record: ContentDigest?) -> Bool {
    guard isPartial != true, keeps(LogRules.recipientsPass) else { return true }
    return record.map { passed?[system]?.records.contains($0) ?? false } ?? false
  }

  /// Whether attempts that change the system may start: its owner released it, with whatever record.
  ///
  /// A log that began before there was this rule keeps it for a system from its first release or stop on.
  public func isReleased(_ system: SystemName) -> Bool {
    guard let standing = systems[system] else { return !needsReleases }
    return standing.released != nil
  }

  /// Whether an effect may happen in the system that was approved with this record.
  public func isReleased(_ system: SystemName, with record: ContentDigest?) -> Bool {
    guard let standing = systems[system] else { return !needsReleases }
    guard let released = standing.released else { return false }
    // Plans of the first version did not name the record.
    return record.map { $0 == released } ?? !needsReleases
  }

  private var needsReleases: Bool {
    isPartial != true && keeps(LogRules.ownersRelease)
  }
}
