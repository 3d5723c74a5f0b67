public import ErasureDomain
public import EvidenceLog

/// What can be asked of a consistent view of the journal. It lives as long as the body of `Journal.read` runs.
public protocol JournalReader: MerkleNodeSource {
  /// What the log says about itself and the daemon.
  func log() throws -> LogRecord

  /// Where a request stands; nothing when it is unknown, as with every look-up by name.
  func request(_ reference: RequestReference) throws -> RequestRecord?
  /// The request with that number, from 1.
  func request(number: Int) throws -> RequestRecord?
  /// Requests with a higher number, in the order of their numbers.
  func requests(after number: Int, limit: Int) throws -> [RequestRecord]
  /// All requests in one of the states, by the states' words, without reading a record.
  func references(in states: [String]) throws -> [RequestReference]

  /// A page of a list of requests: in its order, those behind the position, from the first one when nil; backwards the
  /// nearest ones before it. Days bound a list that goes by days. The cost does not grow with the requests.
  func requests(
    _ selection: RequestSelection, in days: ClosedRange<CivilDate>?, from position: RequestPosition?, backwards: Bool,
    limit: Int
  ) throws -> [RequestRecord]
  /// What waits for people.
  func workCounts() throws -> WorkCounts
  /// Requests with a running clock whose work-to date is within the days.
  func due(in days: Range<CivilDate>) throws -> Int
  /// Open requests that were concluded, refused or withdrawn before an instant.
  func concluded(before time: UTCTime) throws -> Int
  /// Requests whose objection to marketing was ordered then or before, and does not hold everywhere.
  func objections(orderedUntil time: UTCTime) throws -> Int
  /// Companies whose silence is somebody's worry at that time, by their names.
  func silent(at time: UTCTime) throws -> [SilentCompany]
  /// Whether a job of the plan waits for a person.
  func asks(_ plan: PlanReference) throws -> Bool
  /// Plans that wait for signatures, oldest first.
  func plansToSign(limit: Int) throws -> [PlanRecord]

  /// Where a plan stands.
  func plan(_ reference: PlanReference) throws -> PlanRecord?
  /// Plans in one of the states, by the states' words, oldest first.
  func plans(in states: [String], limit: Int) throws -> [PlanRecord]
  /// Every plan of a request, oldest first.
  func plans(of request: RequestReference) throws -> [PlanRecord]

  /// Where a job stands.
  func job(_ reference: JobReference) throws -> JobRecord?
  /// Every job of a plan, in the plan's order.
  func jobs(of plan: PlanReference) throws -> [JobRecord]
  /// The states of a plan and of its jobs, in the plan's order, by the states' words (a settled job's word is its
  /// outcome's).
  func states(of plan: PlanReference) throws -> (plan: String, jobs: [(job: JobReference, state: String)])?
  /// What an attempt of a plan's job must know, without reading the records whole: the digest of the plan's newest
  /// proposal, and the day on which its request was received.
  func origin(of plan: PlanReference) throws -> (proposal: ContentDigest, receivedOn: CivilDate)?
  /// Jobs that may be claimed at that time, nearest deadline first. The cost does not grow with the jobs that wait.
  ///
  /// Of the excluded systems and jobs there are none; of systems that may not be changed, only jobs that change nothing
  /// there.
  func ready(
    at time: UTCTime, excluding systems: Set<SystemName>, besides jobs: Set<JobReference>, limit: Int,
    mayChange: (SystemName) -> Bool
  ) throws -> [JobRecord]
  /// How many jobs that change the system could be claimed at that time, if it may be changed.
  func changing(_ system: SystemName, at time: UTCTime) throws -> Int
  /// The earliest time after the given one at which a job becomes claimable by itself.
  func nextWake(after time: UTCTime) throws -> UTCTime?
  /// Jobs that are claimed and have not ended, nearest deadline first.
  func running() throws -> [JobRecord]
  /// A page of a list of jobs: in its order, those behind the position, from the first one when nil; backwards the nearest
  /// ones before it. The cost does not grow with the jobs.
  func jobs(_ selection: JobSelection, from position: JobPosition?, backwards: Bool, limit: Int) throws -> [JobRecord]

  /// How many requests and jobs are in each state; walks an index over all of them.
  func counts() throws -> JournalCounts

  /// The entries `from ..< to`; fewer where the log ends before.
  func entries(from: UInt64, to: UInt64) throws -> [IndexedEntry]
  /// The stored bytes of the entries `from ..< to`, unread; fewer where the log ends before.
  func entryBytes(from: UInt64, to: UInt64) throws -> [[UInt8]]
  /// Every entry that names the request, those of its plans and jobs too, in order.
  func entries(of request: RequestReference) throws -> [IndexedEntry]
  /// The first entries from an index on that name the request, in order.
  func entries(of request: RequestReference, from index: UInt64, limit: Int) throws -> [IndexedEntry]
  /// Every entry of one of the kinds that names the request, in order; no other is read into its facts.
  func entries(of request: RequestReference, kinds: [EntryKind]) throws -> [IndexedEntry]
  /// The last entries before an index that name the request, in order.
  func entries(of request: RequestReference, before index: UInt64, limit: Int) throws -> [IndexedEntry]
  /// Every entry that names the job, in order.
  func entries(of job: JobReference) throws -> [IndexedEntry]
  /// Every entry of one of the kinds that names the job, in order; no other is read into its facts.
  func entries(of job: JobReference, kinds: [EntryKind]) throws -> [IndexedEntry]
  /// The last entries before an index that name the job, in order.
  func entries(of job: JobReference, before index: UInt64, limit: Int) throws -> [IndexedEntry]
  /// The entries from an index on whose bytes hold one of the texts. Reads them all: for what is asked seldom.
  func entries(from index: UInt64, holding texts: [String]) throws -> [IndexedEntry]
  /// The number of entries.
  var size: UInt64 { get throws }

  /// The checkpoint that covers most entries.
  func newestCheckpoint() throws -> (size: UInt64, note: [UInt8])?
  /// The smallest checkpoint that covers so many entries.
  func checkpoint(atLeast size: UInt64) throws -> (size: UInt64, note: [UInt8])?
  /// The newest checkpoints of at least so many entries, at most so many of them, smallest first.
  func checkpoints(from size: UInt64, limit: Int) throws -> [(size: UInt64, note: [UInt8])]
  /// Every stored checkpoint, smallest first.
  func checkpoints() throws -> [(size: UInt64, note: [UInt8])]

  /// The witnesses' lines about the checkpoint of that size, in the order of the witnesses' names.
  func cosignatures(of size: UInt64) throws -> [(witness: String, line: String)]
  /// The largest size of which there is a line of that witness.
  func newestCosigned(by witness: String) throws -> UInt64?
  /// The time stamp over exactly these bytes of the checkpoint of that size.
  func timeStamp(of size: UInt64, imprint: ContentDigest) throws -> StoredTimeStamp?

  /// The bytes of an artifact an entry named; nothing when it was destroyed.
  func artifact(_ digest: ContentDigest) throws -> [UInt8]?
  /// The digests of all artifacts that are there, in their order.
  var artifactDigests: [ContentDigest] { get throws }
}

extension JournalReader {
  /// The first jobs that wait for a person and are not held, nearest deadline first.
  public func waitingForPerson(limit: Int) throws -> [JobRecord] {
    try jobs(.waitingForPerson, from: nil, backwards: false, limit: limit)
  }

  /// The first jobs in one of the states, nearest deadline first.
  public func jobs(in states: [String], limit: Int) throws -> [JobRecord] {
    try jobs(.inStates(states), from: nil, backwards: false, limit: limit)
  }

  /// Jobs that may be claimed at that time, whichever.
  public func ready(
    at time: UTCTime, excluding systems: Set<SystemName>, limit: Int, mayChange: (SystemName) -> Bool
  ) throws -> [JobRecord] {
    try ready(at: time, excluding: systems, besides: [], limit: limit, mayChange: mayChange)
  }

  /// Jobs that may be claimed at that time wherever systems may be changed.
  public func ready(at time: UTCTime, excluding systems: Set<SystemName>, limit: Int) throws -> [JobRecord] {
    try ready(at: time, excluding: systems, limit: limit) { _ in true }
  }
}
