public import ErasureDomain

/// What happened to one request, in plain words and in order, from the evidence alone.
///
/// It reads and does not verify. It names people by their opaque ids, and says what it cannot say.
public struct Explanation {
  /// One happening.
  public struct Line: Hashable, Sendable, Codable {
    /// The entry's index, and when.
    public let entry: UInt64
    /// When, in UTC.
    public let at: UTCTime
    /// Who decided; nothing where the daemon acted.
    public let by: String?
    /// The job's system and what it was to do, where it is about a job.
    public let job: String?
    /// What happened.
    public let words: String
  }

  /// How one job stands.
  public struct Job: Hashable, Sendable, Codable {
    /// The system, and what was to be done there.
    public let system: String
    /// What was to be done.
    public let verb: String
    /// The outcome, or `open`.
    public let outcome: String
    /// Who vouches, and what was seen; nothing where nobody does.
    public let voucher: String?
    /// What was seen.
    public let seen: String?
    /// What was counted, found, kept.
    public let details: [String]
    /// Attempts that were begun.
    public let attempts: Int
  }

  /// The request and its number.
  public let request: String
  /// Its number.
  public let number: Int
  /// Where it stands, as of the last entry.
  public let state: String
  /// What happened, in order.
  public let lines: [Line]
  /// How its jobs stand.
  public let jobs: [Job]
  /// What is still open.
  public let open: [String]
  /// What the evidence cannot say about it.
  public let cannotSay: [String]

  /// The explanation of a request by number or reference; of the only one of a bundle where none is named.
  public init<Files: EvidenceFiles>(of name: String?, in source: EvidenceSource<Files>) throws {
    let found = try Self.collect(name, source)
    guard let first = found.own.first, let start = try? first.entry.facts(as: RequestReceived.self),
      var account = try? RequestAccount(first.entry, at: first.index)
    else { throw AuditingProblem.unknownRequest(name ?? "the request") }
    var work = ExplainedWork()
    for (index, entry) in found.own.dropFirst() {
      do {
        try account.take(entry, at: index)
        if let digest = try work.take(entry) { work.add(try source.plan(digest), digest) }
      } catch let problem as EntryProblem {
        throw AuditingProblem.entry(index, "\(problem)")
      }
    }
    request = account.request.text
    number = start.number
    state = account.state.word
    lines = (found.own + found.around).sorted { $0.index < $1.index }.map { index, entry in
      Line(
        entry: index, at: entry.at, by: entry.by?.text, job: entry.subject.job.map(work.title),
        words: Self.words(entry, plan: work))
    }
    jobs = work.explained
    open = Self.open(account, work)
    cannotSay = Self.cannotSay(source, work)
  }

  private typealias Found = (index: UInt64, entry: EvidenceEntry)

  /// The entries of the request, and those of the log itself that are about it.
  private static func collect<Files: EvidenceFiles>(
    _ name: String?, _ source: EvidenceSource<Files>
  ) throws -> (own: [Found], around: [Found]) {
    var reference = name.flatMap { RequestReference($0) }
    let number = name.flatMap { Int($0) }
    guard name == nil || reference != nil || number != nil else { throw AuditingProblem.unknownRequest(name ?? "") }
    var own: [Found] = []
    var around: [Found] = []
    let received = Array("\"kind\":\"\(RequestReceived.kind)\"".utf8)
    try source.walk { index, bytes in
      // Told by its text, which is canonical, before it is read.
      if let reference {
        guard bytes.firstRange(of: Array(reference.text.utf8)) != nil else { return }
      } else if bytes.firstRange(of: received) == nil {
        return
      }
      let entry = try EvidenceSource<Files>.entry(bytes, index)
      if reference == nil, entry.kind == RequestReceived.kind, let facts = try? entry.facts(as: RequestReceived.self),
        number == nil || facts.number == number
      {
        reference = entry.subject.request
      }
      guard let reference else { return }
      if entry.subject.request == reference {
        own.append((index, entry))
      } else if entry.subject.request == nil {
        around.append((index, entry))
      }
    }
    return (own, around)
  }

  private static func words(_ entry: EvidenceEntry, plan work: ExplainedWork) -> String {
    let more = [HistoryWords.words(for: entry), work.addition(to: entry)].filter { !$0.isEmpty }
    return EntryWords.sentence(of: entry.kind) + (more.isEmpty ? "" : ": " + more.joined(separator: "; "))
  }

  private static func open(_ account: RequestAccount, _ work: ExplainedWork) -> [String] {
    var open: [String] = []
    switch account.state {
    case .received: open.append("identity is not established, and no ground was accepted")
    case .verified: open.append("no plan is approved")
    case .inErasure: open.append("not everything that is due is settled")
    case .concluded, .refused, .withdrawn, .withdrawnPartly:
      open.append("it is not closed: what is known of the person is not destroyed")
    case .closed, .ended: break
    }
    if account.repliedOn == nil { open.append("the person was not told how it ended") }
    for late in account.late(asOf: work.lastDay) where late.done == nil {
      open.append(
        "the \(late.clock.rawValue) is \(late.days) days late as of its last entry, it was due on \(late.due)")
    }
    open += work.open
    return open
  }

  private static func cannotSay<Files: EvidenceFiles>(_ source: EvidenceSource<Files>, _ work: ExplainedWork)
    -> [String]
  {
    var lines = AuditResult.notShown
    lines.append("who the person is, and what anybody wrote: identifiers, letters and reasons were never in the log")
    lines.append("who is which u-…: the organisation has its own list")
    if !source.isWhole {
      lines.append(
        "what stands in the log beside the request's own entries: dossiers, incidents, looks after a restore")
    }
    if !work.lost.isEmpty {
      lines.append("what \(work.lost.count) plans said: their texts are not here")
    }
    return lines
  }
}
