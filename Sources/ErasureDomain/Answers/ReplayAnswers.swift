/// The answers of the fold in memory, for a replay of a whole log's entries.
///
/// It stands beside the fold, which is compiled for it here: a replay asks it several times for each entry. Records are large and
/// change all the time, so each has a place of its own.
public final class ReplayAnswers: JournalAnswers {
  private final class Held<Record> {
    var record: Record
    init(_ record: Record) { self.record = record }
  }

  /// Records by their references. The one that was asked for last is asked for again: an entry is about few.
  private struct Table<Kind: ReferenceKind, Record> {
    private var places: [Reference<Kind>: Held<Record>] = [:]
    private var last: (reference: Reference<Kind>, held: Held<Record>)?

    var values: Dictionary<Reference<Kind>, Held<Record>>.Values { places.values }

    subscript(reference: Reference<Kind>) -> Held<Record>? {
      mutating get {
        if let last, last.reference == reference { return last.held }
        guard let held = places[reference] else { return nil }
        last = (reference, held)
        return held
      }
    }

    mutating func insert(_ record: Record, at reference: Reference<Kind>) {
      places[reference] = Held(record)
    }

    mutating func remove(_ reference: Reference<Kind>) {
      places[reference] = nil
      last = nil
    }
  }

  private var logRecord = LogRecord()
  private var heldRequests = Table<RequestKind, RequestRecord>()
  private var heldPlans = Table<PlanKind, PlanRecord>()
  private var heldJobs = Table<JobKind, JobRecord>()
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
  public func jobs(of plan: PlanReference, where isWanted: (ErasureJob.State) -> Bool) -> [JobRecord] {
    (jobsByPlan[plan] ?? []).compactMap { reference in
      guard let held = heldJobs[reference], isWanted(held.record.state) else { return nil }
      return held.record
    }
  }
  public func standing(of job: JobReference) -> JobStanding? {
    guard let held = heldJobs[job] else { return nil }
    return JobStanding(
      plan: held.record.plan, state: held.record.state, handedOverAt: held.record.handedOverAt, held: held.record.held)
  }
  public func artifact(_ digest: ContentDigest) throws -> [UInt8]? { try source(digest) }

  /// Every request, in no particular order. The jobs of its plans are here until it has ended.
  public func forEachRequest(_ body: (_ number: Int, _ state: ErasureRequest.State, _ plans: [PlanReference]) -> Void) {
    for held in heldRequests.values { body(held.record.number, held.record.state, held.record.plans) }
  }

  /// The number of the newest request.
  public var lastNumber: Int { logRecord.lastNumber }

  /// To which plan and request a job has belonged from its beginning.
  public func owners(of job: JobReference) -> (plan: PlanReference, request: RequestReference)? {
    heldJobs[job].map { ($0.record.plan, $0.record.request) }
  }

  /// The plans of a request that has not ended.
  public func plans(of request: RequestReference) -> [PlanReference] { plansByRequest[request] ?? [] }

  /// The jobs of a plan whose request has not ended, in the plan's order.
  public func references(of plan: PlanReference) -> [JobReference] { jobsByPlan[plan] ?? [] }

  /// The digest with which a plan was proposed last.
  public func digest(of plan: PlanReference) -> ContentDigest? { heldPlans[plan]?.record.proposal.digest }

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

  /// A plan that was read elsewhere, from the bytes with this digest.
  public func keep(_ plan: ErasurePlan, at digest: ContentDigest) {
    if read[digest] == nil { read.put(plan, at: digest) }
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
      heldRequests.insert(record, at: record.request)
    }
  }

  public func put(_ record: PlanRecord) {
    if let held = heldPlans[record.plan] {
      held.record = record
    } else {
      heldPlans.insert(record, at: record.plan)
      plansByRequest[record.request, default: []].append(record.plan)
    }
  }

  public func put(_ record: JobRecord, ordinal: Int?) throws {
    if let held = heldJobs[record.job] {
      // One reference in two plans would make one job answer for two approvals.
      guard ordinal == nil else { throw FoldProblem.exists(record.job.text) }
      held.record = record
    } else {
      heldJobs.insert(record, at: record.job)
      if ordinal != nil { jobsByPlan[record.plan, default: []].append(record.job) }
    }
  }

  /// Drops plans and jobs of a request that has ended, so that a long log needs no more memory than its open requests.
  public func forget(_ request: RequestReference) {
    for plan in plansByRequest.removeValue(forKey: request) ?? [] {
      heldPlans.remove(plan)
      for job in jobsByPlan.removeValue(forKey: plan) ?? [] { heldJobs.remove(job) }
    }
  }
}

/// The plans that were read last.
private final class PlanCache {
  private static let most = 512
  private var plans: [ContentDigest: ErasurePlan] = [:]
  private var order: [ContentDigest] = []
  private var next = 0

  private var last: (digest: ContentDigest, plan: ErasurePlan)?

  subscript(digest: ContentDigest) -> ErasurePlan? {
    if let last, last.digest == digest { return last.plan }
    guard let plan = plans[digest] else { return nil }
    last = (digest, plan)
    return plan
  }

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
