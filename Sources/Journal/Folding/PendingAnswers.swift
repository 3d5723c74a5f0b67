import ErasureDomain

/// Answers as they will be: changes in memory over a source that is not touched.
///
/// An append that is refused leaves no trace, so one bad append in a group costs the others nothing.
struct PendingAnswers<Source: JournalAnswers>: JournalAnswers {
  let source: Source
  var changes = AnswerChanges()

  init(over source: Source) { self.source = source }

  func log() throws -> LogRecord { try changes.log ?? source.log() }

  func request(_ reference: RequestReference) throws -> RequestRecord? {
    try changes.requests[reference] ?? source.request(reference)
  }

  func plan(_ reference: PlanReference) throws -> PlanRecord? {
    try changes.plans[reference] ?? source.plan(reference)
  }

  func job(_ reference: JobReference) throws -> JobRecord? {
    try changes.jobs[reference]?.record ?? source.job(reference)
  }

  func jobs(of plan: PlanReference) throws -> [JobRecord] {
    let stored = try source.jobs(of: plan).map { changes.jobs[$0.job]?.record ?? $0 }
    return stored + (changes.newJobs[plan] ?? []).compactMap { changes.jobs[$0]?.record }
  }

  func artifact(_ digest: ContentDigest) throws -> [UInt8]? {
    try changes.artifacts[digest] ?? source.artifact(digest)
  }

  mutating func put(_ record: LogRecord) { changes.log = record }

  mutating func put(_ record: RequestRecord) { changes.requests[record.request] = record }

  mutating func put(_ record: PlanRecord) throws {
    if try plan(record.plan) == nil { changes.newPlans.append(record.plan) }
    changes.plans[record.plan] = record
  }

  mutating func put(_ record: JobRecord, ordinal: Int?) throws {
    if ordinal != nil {
      // One reference in two plans would make one job answer for two approvals.
      guard try job(record.job) == nil else { throw FoldProblem.exists(record.job.text) }
      changes.newJobs[record.plan, default: []].append(record.job)
    }
    changes.jobs[record.job] = .init(record: record, ordinal: ordinal ?? changes.jobs[record.job]?.ordinal)
  }
}
