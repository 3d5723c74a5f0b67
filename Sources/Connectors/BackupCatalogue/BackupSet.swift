import ErasureDomain

/// One set of the catalogue, as far as this connector reads it.
struct BackupSet {
  /// Names of our tags; their values never name a person.
  enum Tag {
    /// The day after which the set cannot hold the person.
    static let expire = "expunged-expire"
    /// References of the requests it was tagged for, separated by blanks.
    static let request = "expunged-request"
  }

  /// Where it stands in the catalogue's list.
  let index: Int
  let system: SystemName?
  let start: UTCTime
  /// Nothing while the backup is being made.
  let stop: UTCTime?
  let retentionDays: Int
  let expires: CivilDate?
  let requests: [String]

  /// Whether it can hold a person who was erased at that instant: its backup began before.
  ///
  /// A set that was begun before and listed only after the tags were written is found by `confirmExpiry`, which looks
  /// at starts and not only at tags.
  func canHold(erasedBy instant: UTCTime, of systems: Set<SystemName>) -> Bool {
    guard let system, systems.contains(system) else { return false }
    return start < instant
  }

  /// The latest day it may exist: its last day and its retention, or the earlier one it already carries.
  func latestDay(clock: any CivilClock) -> CivilDate? {
    guard let stop else { return nil }
    let natural = clock.day(of: stop).adding(days: retentionDays)
    return expires.map { min($0, natural) } ?? natural
  }
}
