import ErasureDomain

/// The answers of the fold in dictionaries, for a replay of entries.
struct ReplayAnswers: JournalAnswers {
  private(set) var logRecord = LogRecord()
  private(set) var requests: [RequestReference: RequestRecord] = [:]
  private(set) var plans: [PlanReference: PlanRecord] = [:]
  private(set) var jobs: [JobReference: JobRecord] = [:]
  private var jobsByPlan: [PlanReference: [JobReference]] = [:]
  private var plansByRequest: [RequestReference: [PlanReference]] = [:]
  /// Whether the words of owners are among the entries; else nothing can be demanded of them.
  let knowsOwners: Bool
  let source: (ContentDigest) throws -> [UInt8]?
  /// Plans that were read lately, by their digests: a plan is read once, and looked at by all its jobs.
  private let read = PlanCache()

  init(knowsOwners: Bool, source: @escaping (ContentDigest) throws -> [UInt8]?) {
    self.knowsOwners = knowsOwners
    self.source = source
  }

  func log() -> LogRecord { logRecord }
  func request(_ reference: RequestReference) -> RequestRecord? { requests[reference] }
  func plan(_ reference: PlanReference) -> PlanRecord? { plans[reference] }
  func job(_ reference: JobReference) -> JobRecord? { jobs[reference] }
  func jobs(of plan: PlanReference) -> [JobRecord] { (jobsByPlan[plan] ?? []).compactMap { jobs[$0] } }
  func artifact(_ digest: ContentDigest) throws -> [UInt8]? { try source(digest) }

  func plan(at digest: ContentDigest) throws -> ErasurePlan? {
    if let known = read[digest] { return known }
    guard let plan = try source(digest).map({ try CanonicalJSON.decode(ErasurePlan.self, from: $0) }) else {
      return nil
    }
    read.put(plan, at: digest)
    return plan
  }

  mutating func note(_ time: UTCTime) { logRecord.lastAt = time }
  mutating func countEntry(of request: RequestReference) { requests[request]?.entries += 1 }

  mutating func put(_ record: LogRecord) {
    logRecord = record
    if !knowsOwners { logRecord.isPartial = true }
  }
  mutating func put(_ record: RequestRecord) { requests[record.request] = record }

  mutating func put(_ record: PlanRecord) {
    if plans.updateValue(record, forKey: record.plan) == nil {
      plansByRequest[record.request, default: []].append(record.plan)
    }
  }

  mutating func put(_ record: JobRecord, ordinal: Int?) throws {
    if ordinal != nil {
      // One reference in two plans would make one job answer for two approvals.
      guard jobs[record.job] == nil else { throw FoldProblem.exists(record.job.text) }
      jobsByPlan[record.plan, default: []].append(record.job)
    }
    jobs[record.job] = record
  }

  /// Drops plans and jobs of a request that has ended, so that a long log needs no more memory than its open requests.
  mutating func forget(_ request: RequestReference) {
    for plan in plansByRequest.removeValue(forKey: request) ?? [] {
      plans[plan] = nil
      for job in jobsByPlan.removeValue(forKey: plan) ?? [] { jobs[job] = nil }
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
