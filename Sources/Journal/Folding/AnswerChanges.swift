import ErasureDomain

/// The records that some entries changed, before they are written.
struct AnswerChanges {
  /// A job's record; `ordinal` is set when the job came into being with these entries.
  struct Job {
    var record: JobRecord
    var ordinal: Int?
  }

  var log: LogRecord?
  var requests: [RequestReference: RequestRecord] = [:]
  var plans: [PlanReference: PlanRecord] = [:]
  /// Plans that came into being, oldest first.
  var newPlans: [PlanReference] = []
  var jobs: [JobReference: Job] = [:]
  /// Jobs that came into being, in their plan's order.
  var newJobs: [PlanReference: [JobReference]] = [:]
  var artifacts: [ContentDigest: [UInt8]] = [:]
  /// Artifacts that an entry says are destroyed.
  var destroyed: Set<ContentDigest> = []

  /// Takes over what came later.
  mutating func absorb(_ later: AnswerChanges) {
    log = later.log ?? log
    requests.merge(later.requests) { $1 }
    plans.merge(later.plans) { $1 }
    newPlans += later.newPlans
    jobs.merge(later.jobs) { Job(record: $1.record, ordinal: $1.ordinal ?? $0.ordinal) }
    newJobs.merge(later.newJobs) { $0 + $1 }
    artifacts.merge(later.artifacts) { $1 }
    destroyed.formUnion(later.destroyed)
  }
}
