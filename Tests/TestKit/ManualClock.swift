public import ErasureDomain
import Synchronization

/// A clock that a test turns by hand. Its local days are those of UTC.
public final class ManualClock: CivilClock {
  private struct Waiter {
    var until: UTCTime
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now: UTCTime
    var nextWaiter: UInt64 = 0
    var waiters: [UInt64: Waiter] = [:]
    /// Waits that were cancelled before their continuation existed.
    var cancelled: Set<UInt64> = []
    /// Tests that await a number of waiting tasks.
    var observers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    /// Takes out the observers that have seen enough.
    mutating func satisfiedObservers() -> [CheckedContinuation<Void, Never>] {
      let count = waiters.count
      let satisfied = observers.filter { $0.count <= count }.map(\.continuation)
      observers.removeAll { $0.count <= count }
      return satisfied
    }
  }

  private enum Step {
    case suspended([CheckedContinuation<Void, Never>])
    case past
    case cancelled
  }

  private let state: Mutex<State>

  /// A clock that stands at 2026-03-02T09:00:00Z, a Monday, unless told otherwise.
  public init(at now: UTCTime = UTCTime(secondsSince1970: 1_772_442_000)) {
    state = Mutex(State(now: now))
  }

  public func now() -> UTCTime { state.withLock { $0.now } }

  public func day(of instant: UTCTime) -> CivilDate { instant.utcDay }

  public func start(of day: CivilDate) -> UTCTime { day.utcMidnight }

  /// The number of tasks that wait on this clock.
  public var waiting: Int { state.withLock { $0.waiters.count } }

  /// The earliest instant a task waits for.
  public var nextWake: UTCTime? { state.withLock { $0.waiters.values.map(\.until).min() } }

  /// Moves the clock, backwards too, and resumes every wait that is over, earliest first.
  public func set(to instant: UTCTime) {
    let due = state.withLock { state in
      state.now = instant
      let due = state.waiters.filter { $0.value.until <= instant }
        .sorted { ($0.value.until, $0.key) < ($1.value.until, $1.key) }
      for (number, _) in due { state.waiters[number] = nil }
      return due.map(\.value.continuation)
    }
    for continuation in due { continuation.resume() }
  }

  /// Moves the clock on; backwards when negative.
  public func advance(seconds: Int64) { set(to: now().adding(seconds: seconds)) }

  /// Moves the clock on by whole days of 86 400 seconds.
  public func advance(days: Int) { advance(seconds: Int64(days) * 86_400) }

  /// Moves the clock to the earliest instant a task waits for; false when nobody waits.
  @discardableResult
  public func advanceToNextWake() -> Bool {
    guard let next = nextWake else { return false }
    set(to: max(next, now()))
    return true
  }

  /// Returns when at least so many tasks wait on this clock: the signal before a test turns it.
  public func waitForWaiters(_ count: Int = 1) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.waiters.count >= count { return true }
        state.observers.append((count: count, continuation: continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  public func wait(until instant: UTCTime) async throws {
    let number = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let step = state.withLock { state -> Step in
          if state.cancelled.remove(number) != nil { return .cancelled }
          if state.now >= instant { return .past }
          state.waiters[number] = Waiter(until: instant, continuation: continuation)
          return .suspended(state.satisfiedObservers())
        }
        switch step {
        case .suspended(let observers): for observer in observers { observer.resume() }
        case .past: continuation.resume()
        case .cancelled: continuation.resume(throwing: CancellationError())
        }
      }
    } onCancel: {
      let waiter = state.withLock { state -> Waiter? in
        if let waiter = state.waiters.removeValue(forKey: number) { return waiter }
        state.cancelled.insert(number)
        return nil
      }
      waiter?.continuation.resume(throwing: CancellationError())
    }
  }
}
