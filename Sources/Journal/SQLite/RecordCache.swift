import ErasureDomain

/// Records as the last commits left them, so that the writer need not read back and decode what it has just written.
///
/// Only the writing thread has it, and nobody else writes the answering tables while it runs. After anything that leaves
/// open what is durable it is thrown away.
struct RecordCache {
  /// The most records of each kind: those of requests that are under way at the same time.
  static let mostRecords = 4_096

  private(set) var log: LogRecord?
  private(set) var requests: [RequestReference: RequestRecord] = [:]
  private(set) var plans: [PlanReference: PlanRecord] = [:]
  private(set) var jobs: [JobReference: JobRecord] = [:]

  /// Takes over what a commit has made durable. A kind that has become too large begins anew.
  mutating func absorb(_ changes: AnswerChanges) {
    log = changes.log ?? log
    if requests.count > Self.mostRecords { requests = [:] }
    if plans.count > Self.mostRecords { plans = [:] }
    if jobs.count > Self.mostRecords { jobs = [:] }
    requests.merge(changes.requests) { $1 }
    plans.merge(changes.plans) { $1 }
    for (reference, change) in changes.jobs { jobs[reference] = change.record }
  }
}

/// The answering tables behind the records that the writer still knows.
struct CachedAnswers: JournalAnswers {
  let tables: SQLiteAnswers
  let cache: RecordCache

  func log() throws -> LogRecord { try cache.log ?? tables.log() }

  func request(_ reference: RequestReference) throws -> RequestRecord? {
    try cache.requests[reference] ?? tables.request(reference)
  }

  func plan(_ reference: PlanReference) throws -> PlanRecord? {
    try cache.plans[reference] ?? tables.plan(reference)
  }

  func job(_ reference: JobReference) throws -> JobRecord? { try cache.jobs[reference] ?? tables.job(reference) }

  func jobs(of plan: PlanReference) throws -> [JobRecord] {
    try tables.references(of: plan).compactMap { try job($0) }
  }

  func artifact(_ digest: ContentDigest) throws -> [UInt8]? { try tables.artifact(digest) }

  // What is put goes to the changes of the append (`PendingAnswers`), never here.
  func put(_ record: LogRecord) throws { try tables.put(record) }
  func put(_ record: RequestRecord) throws { try tables.put(record) }
  func put(_ record: PlanRecord) throws { try tables.put(record) }
  func put(_ record: JobRecord, ordinal: Int?) throws { try tables.put(record, ordinal: ordinal) }
}
