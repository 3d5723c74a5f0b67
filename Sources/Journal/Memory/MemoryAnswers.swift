import ErasureDomain

/// The answers in dictionaries: of the journal in memory, and of the fold that a database is compared with.
struct MemoryAnswers: JournalAnswers {
  private var logRecord = LogRecord()
  private(set) var requests: [RequestReference: RequestRecord] = [:]
  /// The references by number, from 1.
  private(set) var requestsByNumber: [RequestReference] = []
  private var requestsByState: [String: Set<RequestReference>] = [:]
  private(set) var plans: [PlanReference: PlanRecord] = [:]
  /// Oldest first.
  private(set) var planOrder: [PlanReference] = []
  private var plansByRequest: [RequestReference: [PlanReference]] = [:]
  private(set) var jobs: [JobReference: JobRecord] = [:]
  private(set) var jobsByPlan: [PlanReference: [JobReference]] = [:]
  private var jobsByState: [String: Set<JobReference>] = [:]
  /// From when a job may be claimed; without those that wait for something else, so that settled jobs cost nothing.
  private(set) var claimable: [JobReference: UTCTime] = [:]
  private var waiting: Set<JobReference> = []
  private(set) var artifacts: [ContentDigest: [UInt8]] = [:]
  /// Where artifacts are that are not in memory.
  var artifactSource: ((ContentDigest) throws -> [UInt8]?)?

  init() {}

  func log() -> LogRecord { logRecord }
  func request(_ reference: RequestReference) -> RequestRecord? { requests[reference] }
  func plan(_ reference: PlanReference) -> PlanRecord? { plans[reference] }
  func job(_ reference: JobReference) -> JobRecord? { jobs[reference] }
  func jobs(of plan: PlanReference) -> [JobRecord] { (jobsByPlan[plan] ?? []).compactMap { jobs[$0] } }

  func artifact(_ digest: ContentDigest) throws -> [UInt8]? {
    try artifacts[digest] ?? artifactSource?(digest)
  }

  mutating func put(_ record: LogRecord) { logRecord = record }

  mutating func put(_ record: RequestRecord) {
    let old = requests.updateValue(record, forKey: record.request)
    if old == nil { requestsByNumber.append(record.request) }
    if let old { requestsByState[old.state.word]?.remove(record.request) }
    requestsByState[record.state.word, default: []].insert(record.request)
  }

  mutating func put(_ record: PlanRecord) {
    if plans.updateValue(record, forKey: record.plan) == nil {
      planOrder.append(record.plan)
      plansByRequest[record.request, default: []].append(record.plan)
    }
  }

  mutating func put(_ record: JobRecord, ordinal: Int?) {
    let old = jobs.updateValue(record, forKey: record.job)
    if old == nil { jobsByPlan[record.plan, default: []].append(record.job) }
    let word = record.state.word
    if old?.state.word != word {
      if let old { jobsByState[old.state.word]?.remove(record.job) }
      jobsByState[word, default: []].insert(record.job)
    }
    claimable[record.job] = record.claimableFrom
    if record.waitsForPerson { waiting.insert(record.job) } else { waiting.remove(record.job) }
  }

  /// Takes over what an append changed.
  mutating func absorb(_ changes: AnswerChanges) {
    if let log = changes.log { put(log) }
    for record in changes.requests.values.sorted(by: { $0.number < $1.number }) { put(record) }
    for plan in changes.newPlans { if let record = changes.plans[plan] { put(record) } }
    for record in changes.plans.values { put(record) }
    for job in changes.newJobs.values.joined() {
      if let change = changes.jobs[job] { put(change.record, ordinal: nil) }
    }
    for change in changes.jobs.values { put(change.record, ordinal: nil) }
    artifacts.merge(changes.artifacts) { $1 }
    for digest in changes.destroyed { artifacts[digest] = nil }
  }
}

extension MemoryAnswers {
  func requests(in states: [String]) -> [RequestRecord] {
    Set(states).flatMap { requestsByState[$0] ?? [] }.compactMap { requests[$0] }.sorted { $0.number < $1.number }
  }

  func plans(in states: [String]) -> [PlanRecord] {
    planOrder.compactMap { plans[$0] }.filter { states.contains($0.state.word) }
  }

  func plans(of request: RequestReference) -> [PlanRecord] {
    (plansByRequest[request] ?? []).compactMap { plans[$0] }
  }

  func ready(at time: UTCTime, excluding systems: Set<SystemName>) -> [JobRecord] {
    let due = claimable.lazy.filter { $0.value <= time }.compactMap { jobs[$0.key] }
    return byDeadline(due.filter { !systems.contains($0.system) })
  }

  func jobs(in states: [String]) -> [JobRecord] {
    byDeadline(Set(states).flatMap { jobsByState[$0] ?? [] }.compactMap { jobs[$0] })
  }

  func waitingForPerson() -> [JobRecord] { byDeadline(waiting.compactMap { jobs[$0] }) }

  func counts() -> JournalCounts {
    JournalCounts(
      requests: requestsByState.mapValues(\.count).filter { $0.value > 0 },
      jobs: jobsByState.mapValues(\.count).filter { $0.value > 0 })
  }

  private func byDeadline(_ records: some Sequence<JobRecord>) -> [JobRecord] {
    records.sorted { ($0.deadline, $0.job) < ($1.deadline, $1.job) }
  }
}
