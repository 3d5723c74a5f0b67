// What can be counted of an account.
extension RequestAccount {
  /// A request whose reply or erasure is, or was, later than the last day by law.
  public struct Late: Hashable, Sendable, Codable {
    /// Which of the two clocks the law has.
    public enum Clock: String, Hashable, Sendable, Codable {
      /// Until the person is told.
      case reply
      /// Until what was due is done.
      case erasure
    }

    /// The request's number.
    public let number: Int
    /// Which clock.
    public let clock: Clock
    /// The last day by law, and the day on which it was done; nothing while it is open.
    public let due: CivilDate
    /// The day on which it was done; nothing while it is open.
    public let done: CivilDate?
    /// Days after the last day by law.
    public let days: Int
  }

  /// The rights that were invoked.
  public var rights: [DataRight] { received.rights ?? [.erasure] }

  /// The dates that count; a full refusal keeps the first ones, also after closing.
  public var due: DueDates {
    refused == nil ? received.dueDates.moved(extended: extended, proved: proved) : received.dueDates
  }

  /// Days for which doubt about identity suspended the term.
  public var suspendedDays: Int { proved?.suspendedDays ?? 0 }

  /// Jobs of approved plans, and how many of them have their outcome.
  public var jobs: Int { plans.reduce(0) { $0 + ($1.isApproved ? $1.jobs : 0) } }
  /// Jobs that have their one outcome.
  public var settled: Int { ends.values.reduce(0, +) }
  /// They by the word of their outcome.
  public var outcomes: [String: Int] {
    ends.reduce(into: [:]) { $0[$1.key.word, default: 0] += $1.value }
  }
  /// Those that somebody vouches for, by who and what was seen.
  public var proofs: [Proof: Int] {
    ends.reduce(into: [:]) { counts, end in if let proof = end.key.proof { counts[proof, default: 0] += end.value } }
  }

  /// Whether something is to be erased: a request that was refused or withdrawn, or asks for less, has no such clock.
  public var hasErasureClock: Bool { refused == nil && !isWithdrawn && received.asksForErasure }

  /// The day of the conclusion in UTC, of a request with an erasure.
  public var erasedOn: CivilDate? { hasErasureClock ? decidedAt?.utcDay : nil }

  /// What is late, as of a day; the reply first.
  public func late(asOf today: CivilDate) -> [Late] {
    let last = due.statutory
    func late(_ clock: Late.Clock, _ done: CivilDate?) -> Late? {
      let days = (done ?? today).days(since: last)
      return days > 0 ? Late(number: number, clock: clock, due: last, done: done, days: days) : nil
    }
    return [late(.reply, repliedOn), hasErasureClock ? late(.erasure, erasedOn) : nil].compactMap { $0 }
  }
}

// The rows of the auditor's tables.
extension RequestAccount {
  /// The columns of `requests.csv`.
  public static let columns = [
    "number", "reference", "practice", "received", "received_at", "channel", "rights", "state", "due", "extended_for",
    "suspended_days", "informed", "decided_at", "closed_at", "ended_at", "refused", "withdrawn", "jobs", "settled",
    "outcomes", "vouched", "exceptions", "reply_late_days", "erasure_late_days", "again", "linked", "plans", "drafters",
    "approvers", "entries",
  ]

  /// Its row in `requests.csv`, as of the day of the log's last entry.
  public func row(practice: Bool, asOf today: CivilDate) -> [String] {
    let late = Dictionary(late(asOf: today).map { ($0.clock, $0.days) }) { first, _ in first }
    let approved = plans.filter(\.isApproved)
    return [
      "\(number)", request.text, practice ? "yes" : "no", "\(received.receivedOn)", "\(received.receivedAt)",
      received.channel, rights.map(\.rawValue).joined(separator: " "), state.word, "\(due.statutory)",
      extended?.reason.rawValue ?? "", "\(suspendedDays)", repliedOn.map { "\($0)" } ?? "",
      decidedAt.map { "\($0)" } ?? "", closedAt.map { "\($0)" } ?? "", endedAt.map { "\($0)" } ?? "", refused ?? "",
      isWithdrawn ? "yes" : "no", "\(jobs)", "\(settled)", Self.counts(outcomes),
      Self.counts(Dictionary(uniqueKeysWithValues: proofs.map { ("\($0.key)", $0.value) })), Self.counts(exceptions),
      "\(late[.reply] ?? 0)", "\(late[.erasure] ?? 0)", received.again?.request.text ?? "",
      linked.map(\.text).joined(separator: " "), approved.map { "\($0.digest)" }.joined(separator: " "),
      Self.people(approved.compactMap(\.drafter)), Self.people(approved.flatMap(\.approvers)),
      "\(IndexRanges(entries))",
    ]
  }

  /// The columns of `late.csv`. The log has no reason for being late; it has what stood in the way.
  public static let lateColumns = [
    "number", "reference", "clock", "due", "done", "days_late", "state", "extended_for", "suspended_days",
    "stood_in_the_way",
  ]

  /// Its rows in `late.csv`.
  public func lateRows(asOf today: CivilDate) -> [[String]] {
    late(asOf: today).map { late in
      [
        "\(number)", request.text, late.clock.rawValue, "\(late.due)", late.done.map { "\($0)" } ?? "", "\(late.days)",
        state.word, extended?.reason.rawValue ?? "", "\(suspendedDays)", Self.counts(obstacles),
      ]
    }
  }

  private static func counts(_ counts: [String: Int]) -> String {
    counts.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { "\($0.key)=\($0.value)" }
      .joined(separator: " ")
  }

  /// Each once, in the order in which they come.
  private static func people(_ people: [PersonReference]) -> String {
    var seen: [PersonReference] = []
    for person in people where !seen.contains(person) { seen.append(person) }
    return seen.map(\.text).joined(separator: " ")
  }
}
