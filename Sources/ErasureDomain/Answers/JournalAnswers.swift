/// The tables that answer queries: written in the same transaction as the entries, rebuilt from them in a test.
public protocol JournalAnswers {
  func log() throws -> LogRecord
  func request(_ reference: RequestReference) throws -> RequestRecord?
  func plan(_ reference: PlanReference) throws -> PlanRecord?
  func job(_ reference: JobReference) throws -> JobRecord?
  /// Every job of a plan, in the plan's order.
  func jobs(of plan: PlanReference) throws -> [JobRecord]
  /// Those of them whose state is wanted, in the same order.
  func jobs(of plan: PlanReference, where isWanted: (ErasureJob.State) -> Bool) throws -> [JobRecord]
  /// The same as of `job`, without the rest of its record.
  func standing(of job: JobReference) throws -> JobStanding?
  /// The bytes of an artifact an entry named, or nothing when it was destroyed.
  func artifact(_ digest: ContentDigest) throws -> [UInt8]?

  mutating func put(_ record: LogRecord) throws
  mutating func put(_ record: RequestRecord) throws
  mutating func put(_ record: PlanRecord) throws
  /// `ordinal` is the job's place in its plan; given when the job comes into being.
  mutating func put(_ record: JobRecord, ordinal: Int?) throws

  /// The plan with that digest, or nothing when its text was destroyed; throws when it does not read.
  func plan(at digest: ContentDigest) throws -> ErasurePlan?
  /// Notes the time of an entry that changes nothing else in the log's own record.
  mutating func note(_ time: UTCTime) throws
  /// Counts one more entry of the request, if there is one.
  mutating func countEntry(of request: RequestReference) throws
}

extension JournalAnswers {
  public func jobs(of plan: PlanReference, where isWanted: (ErasureJob.State) -> Bool) throws -> [JobRecord] {
    try jobs(of: plan).filter { isWanted($0.state) }
  }

  public func standing(of job: JobReference) throws -> JobStanding? {
    try self.job(job).map { JobStanding(plan: $0.plan, state: $0.state, handedOverAt: $0.handedOverAt, held: $0.held) }
  }

  public func plan(at digest: ContentDigest) throws -> ErasurePlan? {
    try artifact(digest).map { try CanonicalJSON.decode(ErasurePlan.self, from: $0) }
  }

  public mutating func note(_ time: UTCTime) throws {
    var log = try log()
    log.lastAt = time
    try put(log)
  }

  public mutating func countEntry(of request: RequestReference) throws {
    guard var record = try self.request(request) else { return }
    record.entries += 1
    try put(record)
  }
}

/// What other jobs ask of a job.
public struct JobStanding: Sendable {
  public let plan: PlanReference
  public let state: ErasureJob.State
  public let handedOverAt: UTCTime?
  public let held: Bool

  public init(plan: PlanReference, state: ErasureJob.State, handedOverAt: UTCTime?, held: Bool) {
    self.plan = plan
    self.state = state
    self.handedOverAt = handedOverAt
    self.held = held
  }
}

/// An entry does not fit what is there; it is not appended.
public enum FoldProblem: Error, Hashable, Sendable, CustomStringConvertible {
  case unknown(String)
  case exists(String)
  case missingArtifact(ContentDigest)
  case staleEpoch(job: JobReference, expected: Int?, found: Int)
  case notSettled(job: JobReference)
  /// Nobody released the system, or it was stopped since.
  case notReleased(SystemName)
  /// The system is released as another record describes it than the one that was approved.
  case releasedOtherwise(SystemName)
  /// The company has not passed the test of its contract as it is registered in the plan.
  case notPassed(SystemName)
  /// Somebody stopped everything.
  case stopped
  case malformed(EntryKind, String)

  public var description: String {
    switch self {
    case .unknown(let what): "\(what) is not in this journal"
    case .exists(let what): "\(what) exists already"
    case .missingArtifact(let digest): "the artifact \(digest) is missing"
    case .staleEpoch(let job, let expected, let found):
      "\(job): the outcome has epoch \(found), running is \(expected.map(String.init) ?? "nothing")"
    case .notSettled(let job): "\(job) is due now and not settled"
    case .notReleased(let system):
      "system \(system) is looked at only: its owner has not released it, or it was stopped since"
    case .releasedOtherwise(let system): "system \(system) is released with another record than the approved one"
    case .notPassed(let system): "system \(system) has not passed the test of its contract"
    case .stopped: "everything is stopped; nothing begins until an officer says expunge resume"
    case .malformed(let kind, let why): "\(kind): \(why)"
    }
  }
}
