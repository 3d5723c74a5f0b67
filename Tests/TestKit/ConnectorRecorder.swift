public import ConnectorKit
import ErasureDomain
import Synchronization

/// A recorder for tests: keeps what it is given, or fails in one of the ways a store can fail.
public final class ConnectorRecorder: EffectRecorder {
  public enum Behaviour: Sendable {
    case keeps
    /// Does not keep it and says so.
    case refuses
    /// Keeps it, and its answer is lost: the connector must not commit.
    case keepsAndFails
    /// Does not answer before the task is cancelled.
    case waitsForCancellation
  }

  private struct State {
    var effects: [PreparedEffect] = []
    var remembered: [String: String] = [:]
    var entered = false
    var observers: [CheckedContinuation<Void, Never>] = []
    var waiter: CheckedContinuation<Void, Never>?
    var isCancelled = false
  }

  private let behaviour: Behaviour
  private let atRecord: @Sendable () async -> Void
  private let state = Mutex(State())

  /// `atRecord` runs when the connector asks for its effect to be kept: nothing may have changed by then.
  public init(_ behaviour: Behaviour = .keeps, atRecord: @escaping @Sendable () async -> Void = {}) {
    self.behaviour = behaviour
    self.atRecord = atRecord
  }

  public var effects: [PreparedEffect] { state.withLock { $0.effects } }
  public var remembered: [String: String] { state.withLock { $0.remembered } }

  /// Returns when `record` has been called.
  public func waitUntilEntered() async {
    await withCheckedContinuation { continuation in
      let isEntered = state.withLock { state in
        if !state.entered { state.observers.append(continuation) }
        return state.entered
      }
      if isEntered { continuation.resume() }
    }
  }

  public func record(_ effect: PreparedEffect) async throws(ConnectorFailure) {
    await atRecord()
    let observers = state.withLock { state in
      state.entered = true
      defer { state.observers = [] }
      return state.observers
    }
    for observer in observers { observer.resume() }
    switch behaviour {
    case .keeps: state.withLock { $0.effects.append(effect) }
    case .refuses: throw .transient(FailureCode("store-refused"), retryAfterSeconds: nil)
    case .keepsAndFails:
      state.withLock { $0.effects.append(effect) }
      throw .transient(FailureCode("store-answer-lost"), retryAfterSeconds: nil)
    case .waitsForCancellation:
      await waitForCancellation()
      throw .interrupted
    }
  }

  public func remember(_ value: String, as name: String) async throws(ConnectorFailure) {
    state.withLock { $0.remembered[name] = value }
  }

  private func waitForCancellation() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isCancelled = state.withLock { state in
          if !state.isCancelled { state.waiter = continuation }
          return state.isCancelled
        }
        if isCancelled { continuation.resume() }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        state.isCancelled = true
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume()
    }
  }
}
