/// Figures about requests, made from the evidence alone, one account after the other.
///
/// They hold numbers and no account, so that they do not grow with the log. Days are those of UTC where the log has a
/// time only; the daemon's own report has the controller's days.
public struct EvidenceFigures: Hashable, Sendable, Codable {
  /// Days from the receipt to something. The median is the later of the two in the middle.
  public struct Times: Hashable, Sendable, Codable {
    /// Requests for which it was done.
    public fileprivate(set) var done = 0
    /// Requests for which it was not done yet.
    public fileprivate(set) var notYet = 0
    /// The median; nothing where nothing was done.
    public fileprivate(set) var medianDays: Int?
    /// The longest.
    public fileprivate(set) var worstDays: Int?
    /// The number of the slowest request.
    public fileprivate(set) var worstNumber: Int?
  }

  /// So many outcomes for which the same party vouches after the same look.
  public struct Vouched: Hashable, Sendable, Codable {
    /// The outcome's word.
    public var outcome: String
    /// Who vouches; nothing where nobody does.
    public var voucher: String?
    /// What was seen.
    public var seen: String?
    /// Jobs.
    public var jobs: Int
  }

  /// The most late cases that are kept; `lateCount` counts all.
  public static let mostLate = 200

  /// The first and the last day of receipt that are counted; nothing where all are.
  public let from: CivilDate?
  /// The last day of receipt that is counted.
  public let until: CivilDate?
  /// The day of the log's last entry, in UTC: what is open is counted as of it.
  public private(set) var asOf: CivilDate
  /// Requests received in the period.
  public private(set) var received = 0
  /// Their numbers, as ranges.
  public private(set) var numbers = ""
  /// By the word of their state.
  public private(set) var byState: [String: Int] = [:]
  /// By right.
  public private(set) var byRight: [String: Int] = [:]
  /// By channel.
  public private(set) var byChannel: [String: Int] = [:]
  /// Closed or ended.
  public private(set) var closed = 0
  /// Taken back by the person.
  public private(set) var withdrawn = 0
  /// Refused, by ground.
  public private(set) var refusedByGround: [String: Int] = [:]
  /// Linked with another request of the same person.
  public private(set) var linked = 0
  /// Erase again what had come back.
  public private(set) var again = 0
  /// With an extended term.
  public private(set) var extended = 0
  /// With a term that a doubt about identity suspended.
  public private(set) var suspended = 0
  /// Until the person was told, and until what was due was done.
  public private(set) var reply = Times()
  /// Until what was due was done.
  public private(set) var erasure = Times()
  /// Late cases, all of them, and the first of them by number.
  public private(set) var lateCount = 0
  /// The first late cases.
  public private(set) var late: [RequestAccount.Late] = []
  /// Jobs of approved plans without an outcome.
  public private(set) var openJobs = 0
  /// Outcomes of jobs, never added together.
  public private(set) var outcomes: [Vouched] = []
  /// What stays by decisions of officers, by ground.
  public private(set) var exceptionsByGround: [String: Int] = [:]
  /// Incidents that were opened in the period, and of these those that were not dealt with in time.
  public private(set) var incidents = 0
  /// Incidents that were not dealt with within the hours of Article 33.
  public private(set) var lateIncidents = 0

  private var replyDays: [Int: Int] = [:]
  private var erasureDays: [Int: Int] = [:]
  private var ranges: [ClosedRange<Int>] = []

  private enum CodingKeys: String, CodingKey {
    case from, until, asOf, received, numbers, byState, byRight, byChannel, closed, withdrawn, refusedByGround, linked
    case again, extended, suspended, reply, erasure, lateCount, late, openJobs, outcomes, exceptionsByGround, incidents
    case lateIncidents
  }

  /// Figures of requests received on these days, or of all of them.
  public init(from: CivilDate? = nil, until: CivilDate? = nil, asOf: CivilDate) {
    self.from = from
    self.until = until
    self.asOf = asOf
  }

  /// Whether a day belongs to the period.
  public func covers(_ day: CivilDate) -> Bool { (from ?? .first) <= day && day <= (until ?? .last) }

  /// Counts a request that the period has; accounts come in the order of their numbers.
  public mutating func add(_ account: RequestAccount) {
    guard covers(account.received.receivedOn) else { return }
    received += 1
    addNumber(account.number)
    byState[account.state.word, default: 0] += 1
    byChannel[account.received.channel, default: 0] += 1
    for right in account.rights { byRight[right.rawValue, default: 0] += 1 }
    switch account.state {
    case .closed, .ended: closed += 1
    case .received, .verified, .refused, .withdrawn, .inErasure, .withdrawnPartly, .concluded: break
    }
    if account.isWithdrawn { withdrawn += 1 }
    if let ground = account.refused { refusedByGround[ground, default: 0] += 1 }
    if !account.linked.isEmpty { linked += 1 }
    if account.received.again != nil { again += 1 }
    if account.extended != nil { extended += 1 }
    if account.suspendedDays > 0 { suspended += 1 }
    addTimes(account)
    openJobs += max(0, account.jobs - account.settled)
    for (ground, count) in account.exceptions { exceptionsByGround[ground, default: 0] += count }
    for (end, count) in account.ends { addOutcome(end, count) }
  }

  private mutating func addNumber(_ number: Int) {
    if let last = ranges.last, last.upperBound + 1 == number {
      ranges[ranges.count - 1] = last.lowerBound...number
    } else {
      ranges.append(number...number)
    }
  }

  private mutating func addTimes(_ account: RequestAccount) {
    let start = account.received.receivedOn
    Self.add(account.repliedOn.map { $0.days(since: start) }, account.number, to: &reply, &replyDays)
    if account.hasErasureClock {
      Self.add(account.erasedOn.map { $0.days(since: start) }, account.number, to: &erasure, &erasureDays)
    }
    let cases = account.late(asOf: asOf)
    lateCount += cases.count
    late += cases.prefix(max(0, Self.mostLate - late.count))
  }

  private static func add(_ days: Int?, _ number: Int, to times: inout Times, _ counts: inout [Int: Int]) {
    guard let days else {
      times.notYet += 1
      return
    }
    times.done += 1
    counts[days, default: 0] += 1
    if days >= times.worstDays ?? .min { (times.worstDays, times.worstNumber) = (days, number) }
  }

  private mutating func addOutcome(_ end: RequestAccount.End, _ count: Int) {
    let (voucher, seen) = (end.proof?.voucher.rawValue, end.proof?.seen.rawValue)
    if let place = outcomes.firstIndex(where: { ($0.outcome, $0.voucher, $0.seen) == (end.word, voucher, seen) }) {
      outcomes[place].jobs += count
    } else {
      outcomes.append(Vouched(outcome: end.word, voucher: voucher, seen: seen, jobs: count))
    }
  }

  /// Counts an incident that was opened on a day of the period.
  public mutating func add(_ incident: IncidentOpened, openedOn day: CivilDate, closedAt: UTCTime?, asOf now: UTCTime) {
    guard covers(day) else { return }
    incidents += 1
    if (closedAt ?? now) > incident.reportBefore { lateIncidents += 1 }
  }

  /// The figures with everything sorted and the medians known.
  public func finished() -> EvidenceFigures {
    var figures = self
    figures.numbers = ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
    figures.reply.medianDays = Self.median(replyDays, reply.done)
    figures.erasure.medianDays = Self.median(erasureDays, erasure.done)
    figures.outcomes.sort {
      ($0.outcome, $0.voucher ?? "", $0.seen ?? "") < ($1.outcome, $1.voucher ?? "", $1.seen ?? "")
    }
    return figures
  }

  private static func median(_ counts: [Int: Int], _ total: Int) -> Int? {
    var left = total / 2
    for (days, count) in counts.sorted(by: { $0.key < $1.key }) {
      if left < count { return days }
      left -= count
    }
    return nil
  }
}
