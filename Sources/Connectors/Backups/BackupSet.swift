import ErasureDomain

/// One backup set as its store lists it: when it was made, how long it may exist, and the tags that it carries.
struct BackupSet: Sendable {
  /// Names of our tags; their values never name a person.
  enum Tag {
    /// The day after which the set cannot hold the person.
    static let expire = "expunged-expire"
    /// References of the requests it was tagged for, separated by blanks where a tag has one value only.
    static let request = "expunged-request"
  }

  /// Days that a set can be kept: a century at most.
  static let retentionRange = 0...36_500

  /// Where it stands in the listing it comes from; that listing's name for it.
  let place: Int
  /// The earliest instant at which its making may have begun, with fractions of a second cut off.
  let start: UTCTime
  /// Nothing while the backup is being made.
  let stop: UTCTime?
  let retentionDays: Int
  let tags: BackupTags
  /// What keeps anybody from removing it, whatever its tags say.
  var lock: BackupLock?

  /// Whether it can hold a person who was erased at that instant: its backup may have begun before.
  ///
  /// Both are whole seconds with their fractions cut off, so a set that began in the same second may have begun before.
  /// A set that was begun before and listed only after the tags were written is found by `confirm-expiry`, which looks
  /// at starts and not only at tags.
  func canHold(erasedBy instant: UTCTime) -> Bool { start <= instant }

  /// The day its tag must say: its last day by retention or lock, or the earlier one it already carries.
  ///
  /// Nothing while it is being made.
  func tagDay(clock: any CivilClock) -> CivilDate? {
    guard let stop else { return nil }
    let natural = clock.day(of: stop).adding(days: retentionDays)
    let last = lockDay(clock: clock).map { max($0, natural) } ?? natural
    return tags.expires.map { min($0, last) } ?? last
  }

  /// The latest day it can exist: that of its tag, or the later one until which it is locked.
  func latestDay(clock: any CivilClock) -> CivilDate? {
    guard let day = tagDay(clock: clock) else { return nil }
    return lockDay(clock: clock).map { max($0, day) } ?? day
  }

  /// The day on which its lock ends; it can be there on that day.
  func lockDay(clock: any CivilClock) -> CivilDate? {
    guard case .until(let instant) = lock else { return nil }
    return clock.day(of: instant)
  }
}

/// Our tags of one set.
struct BackupTags: Hashable, Sendable {
  var expires: CivilDate?
  /// The requests it was tagged for, oldest first.
  var requests: [String]

  init(expires: CivilDate? = nil, requests: [String] = []) {
    self.expires = expires
    self.requests = requests
  }

  /// Reads the two values; one that is not ours counts as none, and is replaced.
  init(expire: String?, request: String?) {
    expires = expire.flatMap { CivilDate($0) }
    requests = (request ?? "").split(separator: " ").map(String.init)
  }

  /// The requests as one value.
  var requestValue: String { requests.joined(separator: " ") }

  /// Whether the request stands there, or there is no room for it: the date counts, the names help people find it.
  func names(_ request: String, room: Int) -> Bool {
    requests.contains(request) || requestValue.utf8.count + 1 + request.utf8.count > room
  }
}

/// What keeps a set from being removed.
enum BackupLock: Hashable, Sendable {
  /// The store refuses until then.
  case until(UTCTime)
  /// The store refuses until a person lifts it; nobody knows when.
  case hold
}

/// Everything a store lists that can hold people.
struct BackupListing: Sendable {
  var sets: [BackupSet]
  /// Whether a set is being made that is not in the list yet.
  var isUnfinished = false
}

/// Which sets a listing must have, and until when it may take.
struct BackupQuery: Sendable {
  /// Every set that may have begun by then must be there; later ones may be left out.
  let startedBy: UTCTime
  /// The request that sets are tagged for; an opaque reference.
  let request: String
  /// The call ends by then.
  let deadline: UTCTime
}

/// The tags that sets must get, by their place in the listing, each whole; and the latest day of all sets.
struct BackupTagging: Sendable {
  var changes: [Int: BackupTags] = [:]
  var latest: CivilDate?
}
