/// What a log says about itself and its people, read in order. It grows with the people and the kinds of entries, not
/// with the log.
public struct LogAccount: Sendable {
  /// What one person did: entries of one kind.
  public struct Deeds: Hashable, Sendable {
    /// How many.
    public fileprivate(set) var count = 0
    /// The first and the last of them.
    public fileprivate(set) var first: UTCTime
    /// The last of them.
    public fileprivate(set) var last: UTCTime
  }

  /// What the first entry says.
  public private(set) var opened: LogOpened?
  /// Entries read.
  public private(set) var entries: UInt64 = 0
  /// The times of the first and the last entry.
  public private(set) var firstAt: UTCTime?
  /// The time of the last entry.
  public private(set) var lastAt: UTCTime?
  /// Entries by kind.
  public private(set) var kinds: [EntryKind: Int] = [:]
  /// By person and kind; people are known by their opaque ids alone.
  public private(set) var people: [PersonReference: [EntryKind: Deeds]] = [:]
  /// The version of the daemon that ran last.
  public private(set) var version: String?
  /// Incidents that are open, and those that are over with the time of their end.
  public private(set) var openIncidents: [RequestReference: (facts: IncidentOpened, day: CivilDate)] = [:]
  private var closedIncidents: [(facts: IncidentOpened, day: CivilDate, at: UTCTime)] = []

  /// An account of nothing yet.
  public init() {}

  /// Takes the next entry of the log.
  public mutating func take(_ entry: EvidenceEntry) throws(EntryProblem) {
    entries += 1
    firstAt = firstAt ?? entry.at
    lastAt = entry.at
    kinds[entry.kind, default: 0] += 1
    if let person = entry.by {
      var deeds = people[person]?[entry.kind] ?? Deeds(first: entry.at, last: entry.at)
      deeds.count += 1
      deeds.last = entry.at
      people[person, default: [:]][entry.kind] = deeds
    }
    switch entry.kind {
    case LogOpened.kind: opened = try entry.facts(as: LogOpened.self)
    case DaemonStarted.kind: version = try entry.facts(as: DaemonStarted.self).version
    case IncidentOpened.kind:
      let facts = try entry.facts(as: IncidentOpened.self)
      openIncidents[facts.about] = (facts, entry.at.utcDay)
    case IncidentClosed.kind:
      let about = try entry.facts(as: IncidentClosed.self).about
      if let (facts, day) = openIncidents.removeValue(forKey: about) {
        closedIncidents.append((facts, day, entry.at))
      }
    default: break
    }
  }

  /// The day of the last entry, in UTC.
  public var asOf: CivilDate { lastAt?.utcDay ?? .first }

  /// Counts the incidents of the period.
  public func addIncidents(to figures: inout EvidenceFigures) {
    let now = lastAt ?? .distantFuture
    for (facts, day, at) in closedIncidents { figures.add(facts, openedOn: day, closedAt: at, asOf: now) }
    for (facts, day) in openIncidents.values { figures.add(facts, openedOn: day, closedAt: nil, asOf: now) }
  }

  /// The columns of `people.csv`.
  public static let peopleColumns = ["person", "kind", "entries", "first_at", "last_at"]

  /// The rows of `people.csv`: what each did, by kind of entry.
  public var peopleRows: [[String]] {
    people.sorted { $0.key.text < $1.key.text }.flatMap { person, kinds in
      kinds.sorted { $0.key.rawValue < $1.key.rawValue }.map { kind, deeds in
        [person.text, kind.rawValue, "\(deeds.count)", "\(deeds.first)", "\(deeds.last)"]
      }
    }
  }
}
