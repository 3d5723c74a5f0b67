import ErasureDomain

/// Systems that are left alone for a while because they answer to nobody (circuit breaker), so that one that is down
/// for a week costs its own jobs no attempts and takes nobody's place.
///
/// After a rest one job tries; when it is answered the others follow. In memory only: after a restart each system is
/// asked anew.
struct SystemCircuits {
  /// Failures without an answer in between, of so many jobs, before a system is left alone.
  static let failuresToRest = 5
  static let jobsToRest = 3
  /// Seconds of the first rest; each further one is twice as long, up to the longest.
  static let firstRest: Int64 = 60
  static let longestRest: Int64 = 3_600

  private struct Circuit {
    var failures = 0
    var jobs: Set<JobReference> = []
    var rest = SystemCircuits.firstRest
    var until: UTCTime?
  }

  private var circuits: [SystemName: Circuit] = [:]

  /// An attempt of the job ended without an answer, or with one that asks to come back later.
  mutating func failed(_ system: SystemName, _ job: JobReference, at now: UTCTime) {
    var circuit = circuits[system] ?? Circuit()
    circuit.failures += 1
    circuit.jobs.insert(job)
    // What was under way when the rest began says nothing new.
    let isResting = circuit.until.map { now < $0 } == true
    if !isResting, circuit.failures >= Self.failuresToRest, circuit.jobs.count >= Self.jobsToRest {
      if circuit.until != nil { circuit.rest = min(circuit.rest * 2, Self.longestRest) }
      circuit.until = now.adding(seconds: circuit.rest)
    }
    circuits[system] = circuit
  }

  /// The system has answered, whatever it said.
  mutating func answered(_ system: SystemName) { circuits[system] = nil }

  /// Systems that are left alone, and until when.
  func resting(at now: UTCTime) -> [SystemName: UTCTime] {
    circuits.compactMapValues(\.until).filter { $0.value > now }
  }

  /// Whether only one job may try.
  func isOnTrial(_ system: SystemName) -> Bool { circuits[system]?.until != nil }

  /// When the next rest ends.
  func nextTrial(after now: UTCTime) -> UTCTime? { resting(at: now).values.min() }
}
