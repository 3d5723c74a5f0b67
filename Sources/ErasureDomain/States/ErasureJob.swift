/// A state machine refused an event.
public struct IllegalTransition: Error, Hashable, Sendable, CustomStringConvertible {
  public let machine: String
  public let state: String
  public let event: String

  public init(machine: String, state: String, event: String) {
    self.machine = machine
    self.state = state
    self.event = event
  }

  public var description: String { "\(machine): \(event) is not possible in state \(state)" }
}

/// The right to run one attempt of a job, until it ends, expires or the daemon restarts.
public struct Lease: Hashable, Sendable, Codable {
  /// Counts the attempts of the job; an outcome with another epoch is stale.
  public let epoch: Int
  public let attempt: AttemptReference

  public init(epoch: Int, attempt: AttemptReference) {
    self.epoch = epoch
    self.attempt = attempt
  }
}

/// How an attempt ended.
public enum AttemptEnd: Hashable, Sendable {
  /// The job is settled; its outcome stands in the next entry.
  case done
  /// Handed over; look again at the time.
  case accepted(checkAt: UTCTime)
  case transientFailure(FailureCode, retryAt: UTCTime)
  case permanentFailure(FailureCode)
  case needsOfficer(Question)
  /// The daemon stopped in order: costs nothing.
  case interrupted
  /// No answer, or the daemon died: costs one, and the next attempt verifies first.
  case lost

  public var word: String {
    switch self {
    case .done: "done"
    case .accepted: "accepted"
    case .transientFailure: "transient-failure"
    case .permanentFailure: "permanent-failure"
    case .needsOfficer: "needs-officer"
    case .interrupted: "interrupted"
    case .lost: "lost"
    }
  }
}

/// One job of a plan: one per system and verb.
public enum ErasureJob {
  public enum State: Hashable, Sendable {
    /// Waits for other jobs.
    case blocked
    case ready
    case running(Lease)
    case waitingToRetry(until: UTCTime)
    case awaitingRecipient(checkAt: UTCTime)
    case awaitingOfficer(Question)
    /// A later date, and from when.
    case followUp(due: CivilDate, from: UTCTime)
    /// Can never work as it is.
    case failed(FailureCode)
    case settled(JobOutcome)
  }

  public enum Event: Hashable, Sendable {
    /// Every dependency is met.
    case unblocked
    /// The followed job is settled and its date is known; or an officer has accepted another day for rows that stay.
    case dated(due: CivilDate, from: UTCTime)
    case claimed(Lease)
    /// An attempt ended without settling the job; `retryAt` of a lost one is when the next may start.
    case ended(AttemptEnd, epoch: Int, retryAt: UTCTime?)
    /// The waiting time is over.
    case due
    /// The company has called: it is asked now.
    case calledBack(at: UTCTime)
    case settled(JobOutcome)
    /// An officer answered: try again.
    case answered
    /// Reopened by an officer, with a reason.
    case reopened
  }

  public enum Effect: Hashable, Sendable {
    /// Jobs that depend on this one may have become ready.
    case unblockDependents
    /// Somebody must be told that a person is needed.
    case notice
    /// Wake at this time.
    case wake(at: UTCTime)
  }
}

extension ErasureJob.State {
  /// The word used in tables and the command line.
  public var word: String {
    switch self {
    case .blocked: "blocked"
    case .ready: "ready"
    case .running: "running"
    case .waitingToRetry: "waiting-to-retry"
    case .awaitingRecipient: "awaiting-recipient"
    case .awaitingOfficer: "awaiting-officer"
    case .followUp: "follow-up"
    case .failed: "failed"
    case .settled(let outcome): outcome.word
    }
  }

  var isBlocked: Bool {
    if case .blocked = self { true } else { false }
  }

  public var isSettled: Bool {
    if case .settled = self { true } else { false }
  }

  /// Whether the company has been told (or the job is done): what a `handedOver` edge waits for.
  public var isHandedOver: Bool {
    switch self {
    case .awaitingRecipient, .settled: true
    case .blocked, .ready, .running, .waitingToRetry, .awaitingOfficer, .followUp, .failed: false
    }
  }

  /// The transition function. Pure: no clock, no randomness.
  public func applying(_ event: ErasureJob.Event) throws(IllegalTransition) -> (
    state: ErasureJob.State, effects: [ErasureJob.Effect]
  ) {
    switch (self, event) {
    case (.blocked, .unblocked): return (.ready, [])
    case (.blocked, .dated(let due, let from)): return (.followUp(due: due, from: from), [.wake(at: from)])
    case (.ready, .claimed(let lease)): return (.running(lease), [])
    case (.running(let lease), .ended(let end, let epoch, let retryAt)) where lease.epoch == epoch:
      return try Self.after(end, retryAt: retryAt, in: self, event)
    case (.waitingToRetry, .due), (.awaitingRecipient, .due), (.followUp, .due): return (.ready, [])
    case (.awaitingRecipient(let checkAt), .calledBack(let at)):
      return (.awaitingRecipient(checkAt: min(checkAt, at)), [.wake(at: min(checkAt, at))])
    case (.awaitingOfficer, .answered): return (.ready, [])
    case (.awaitingOfficer, .dated(let due, let from)): return (.followUp(due: due, from: from), [.wake(at: from)])
    case (.failed, .reopened): return (.ready, [])
    case (_, .settled(let outcome)) where allowsSettling(as: outcome):
      return (.settled(outcome), [.unblockDependents])
    case (.blocked, _), (.ready, _), (.running, _), (.waitingToRetry, _), (.awaitingRecipient, _),
      (.awaitingOfficer, _), (.followUp, _), (.failed, _), (.settled, _):
      throw IllegalTransition(machine: "job", state: word, event: event.word)
    }
  }

  private static func after(
    _ end: AttemptEnd, retryAt: UTCTime?, in state: ErasureJob.State, _ event: ErasureJob.Event
  ) throws(IllegalTransition) -> (state: ErasureJob.State, effects: [ErasureJob.Effect]) {
    switch end {
    case .done: throw IllegalTransition(machine: "job", state: state.word, event: event.word)
    case .accepted(let checkAt):
      return (.awaitingRecipient(checkAt: checkAt), [.unblockDependents, .wake(at: checkAt)])
    case .transientFailure(_, let retryAt): return (.waitingToRetry(until: retryAt), [.wake(at: retryAt)])
    case .permanentFailure(let code): return (.failed(code), [.notice])
    case .needsOfficer(let question): return (.awaitingOfficer(question), [.notice])
    case .interrupted: return (.ready, [])
    case .lost:
      guard let retryAt else { return (.ready, []) }
      return (.waitingToRetry(until: retryAt), [.wake(at: retryAt)])
    }
  }

  /// A running job settles by what its attempt proved, a waiting one by a decision or the end of its ladder.
  private func allowsSettling(as outcome: JobOutcome) -> Bool {
    // Somebody decides that nothing is taken along, however far an export is; a delivery needs one that waits for it.
    if case .exported(waived: true) = outcome {
      switch self {
      case .blocked, .ready, .waitingToRetry, .awaitingOfficer, .failed: return true
      case .running, .awaitingRecipient, .followUp, .settled: return false
      }
    }
    switch self {
    case .settled: return false
    case .running:
      switch outcome {
      case .excepted, .cancelled, .exported: return false
      case .erased, .nothingFound, .anonymised, .restricted, .notified, .unconfirmed, .expiryTagged: return true
      }
    case .awaitingOfficer:
      switch outcome {
      case .erased, .nothingFound, .excepted, .cancelled, .exported: return true
      case .anonymised, .restricted, .notified, .unconfirmed, .expiryTagged: return false
      }
    case .awaitingRecipient:
      switch outcome {
      case .unconfirmed, .excepted, .cancelled: return true
      case .erased, .nothingFound, .anonymised, .restricted, .notified, .expiryTagged, .exported: return false
      }
    case .blocked, .ready, .waitingToRetry, .followUp, .failed:
      switch outcome {
      case .excepted, .cancelled: return true
      case .erased, .nothingFound, .anonymised, .restricted, .notified, .unconfirmed, .expiryTagged, .exported:
        return false
      }
    }
  }
}

extension ErasureJob.Event {
  public var word: String {
    switch self {
    case .unblocked: "unblocked"
    case .dated: "dated"
    case .claimed: "claimed"
    case .ended(let end, _, _): "ended \(end.word)"
    case .due: "due"
    case .calledBack: "called back"
    case .settled(let outcome): "settled \(outcome.word)"
    case .answered: "answered"
    case .reopened: "reopened"
    }
  }
}
