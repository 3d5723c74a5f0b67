/// The answers of the fold in memory, for a replay of a whole log's entries.
///
/// It stands beside the fold, which is compiled for it here: a replay asks it several times for each entry. Records are large and
/// change all the time, so each has a place of its own.
public final class ReplayAnswers: JournalAnswers {
  private final class Held<Record> {
    var record: Record
    init(_ record: Record) { self.record = record }
  }

  private var logRecord = LogRecord()
  private var heldRequests: [RequestReference: Held<RequestRecord>] = [:]
  private var heldPlans: [PlanReference: Held<PlanRecord>] = [:]
  private var heldJobs: [JobReference: Held<JobRecord>] = [:]
  private var jobsByPlan: [PlanReference: [JobReference]] = [:]
  private var plansByRequest: [RequestReference: [PlanReference]] = [:]
  /// Whether the words of owners are among the entries; else nothing can be demanded of them.
  private let knowsOwners: Bool
  private let source: (ContentDigest) throws -> [UInt8]?
  /// Plans that were read lately, by their digests: a plan is read once, and looked at by all its jobs.
  private let read = PlanCache()

  /// No answers yet. `source` gives the bytes of an artifact.
  public init(knowsOwners: Bool, source: @escaping (ContentDigest) throws -> [UInt8]?) {
    self.knowsOwners = knowsOwners
    self.source = source
  }

  /// Applies the next entry.
  public func apply(_ entry: EvidenceEntry) throws {
    var answers = self
    try JournalFold.apply(entry, to: &answers)
  }

  public func log() -> LogRecord { logRecord }
  public func request(_ reference: RequestReference) -> RequestRecord? { heldRequests[reference]?.record }
  public func plan(_ reference: PlanReference) -> PlanRecord? { heldPlans[reference]?.record }
  public func job(_ reference: JobReference) -> JobRecord? { heldJobs[reference]?.record }
  public func jobs(of plan: PlanReference) -> [JobRecord] {
    (jobsByPlan[plan] ?? []).compactMap { heldJobs[$0]?.record }
  }
  public func artifact(_ digest: ContentDigest) throws -> [UInt8]? { try source(digest) }

  /// Every request, in no particular order.
  public var requests: [RequestRecord] { heldRequests.values.map(\.record) }

  /// The number of the newest request.
  public var lastNumber: Int { logRecord.lastNumber }

  /// To which plan and request a job has belonged from its beginning.
  public func owners(of job: JobReference) -> (plan: PlanReference, request: RequestReference)? {
    heldJobs[job].map { ($0.record.plan, $0.record.request) }
  }

  /// To which request a plan has belonged from its beginning.
  public func owner(of plan: PlanReference) -> RequestReference? { heldPlans[plan]?.record.request }

  public func plan(at digest: ContentDigest) throws -> ErasurePlan? {
    if let known = read[digest] { return known }
    guard let plan = try source(digest).map({ try CanonicalJSON.decode(ErasurePlan.self, from: $0) }) else {
      return nil
    }
    read.put(plan, at: digest)
    return plan
  }

  public func note(_ time: UTCTime) { logRecord.lastAt = time }
  public func countEntry(of request: RequestReference) { heldRequests[request]?.record.entries += 1 }

  public func put(_ record: LogRecord) {
    logRecord = record
    if !knowsOwners { logRecord.isPartial = true }
  }

  public func put(_ record: RequestRecord) {
    if let held = heldRequests[record.request] {
      held.record = record
    } else {
      heldRequests[record.request] = Held(record)
    }
  }

  public func put(_ record: PlanRecord) {
    if let held = heldPlans[record.plan] {
      held.record = record
    } else {
      heldPlans[record.plan] = Held(record)
      plansByRequest[record.request, default: []].append(record.plan)
    }
  }

  public func put(_ record: JobRecord, ordinal: Int?) throws {
    if let held = heldJobs[record.job] {
      // One reference in two plans would make one job answer for two approvals.
      guard ordinal == nil else { throw FoldProblem.exists(record.job.text) }
      held.record = record
    } else {
      heldJobs[record.job] = Held(record)
      if ordinal != nil { jobsByPlan[record.plan, default: []].append(record.job) }
    }
  }

  /// Drops plans and jobs of a request that has ended, so that a long log needs no more memory than its open requests.
  public func forget(_ request: RequestReference) {
    for plan in plansByRequest.removeValue(forKey: request) ?? [] {
      heldPlans[plan] = nil
      for job in jobsByPlan.removeValue(forKey: plan) ?? [] { heldJobs[job] = nil }
    }
  }
}

/// The plans that were read last.
private final class PlanCache {
  private static let most = 512
  private var plans: [ContentDigest: ErasurePlan] = [:]
  private var order: [ContentDigest] = []
  private var next = 0

  subscript(digest: ContentDigest) -> ErasurePlan? { plans[digest] }

  func put(_ plan: ErasurePlan, at digest: ContentDigest) {
    if order.count < Self.most {
      order.append(digest)
    } else {
      plans[order[next]] = nil
      order[next] = digest
      next = (next + 1) % Self.most
    }
    plans[digest] = plan
  }
}
