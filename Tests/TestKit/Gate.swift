public import ConnectorKit
import Synchronization

/// Lets nobody through until it opens; a cancelled caller is turned away.
public final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var next = 0
    var waiters: [Int: CheckedContinuation<Bool, Never>] = [:]
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())

  /// A closed gate.
  public init() {}

  /// How many callers stand before it.
  public var waiting: Int { state.withLock { $0.waiters.count } }

  /// Lets everybody through, now and later.
  public func open() {
    let waiters = state.withLock { state in
      state.isOpen = true
      defer { state.waiters = [:] }
      return state.waiters.values
    }
    for waiter in waiters { waiter.resume(returning: true) }
  }

  /// Returns when the gate is open; throws `interrupted` when the task is cancelled before.
  public func pass() async throws(ConnectorFailure) {
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    let passed = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
        let answer = state.withLock { state -> Bool? in
          if state.isOpen { return true }
          if state.cancelled.contains(number) { return false }
          state.waiters[number] = continuation
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        state.cancelled.insert(number)
        return state.waiters.removeValue(forKey: number)
      }
      waiter?.resume(returning: false)
    }
    if !passed { throw .interrupted }
  }
}
